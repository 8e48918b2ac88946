"""The tool `delegate`: parts of the work, done by colleagues side by side, each in a talk of its own."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from company.tools.ask import named
from company.tools.tool import Arguments, BadCall, Office, OfficeTool
from warehouse.terminal_text import safe_text

MOST_PARTS = 4
NAMELESS = "Nothing was handed on: a part begins with one of your colleagues and a colon: {named}."


class Parts(Arguments):
    parts: str = Field(
        max_length=12_000, description="Each begins a line: a colleague, a colon, what it is to do."
    )


class Delegate(OfficeTool):
    """Has colleagues change the program; each begins with the files as they are now."""

    about = "has colleagues do parts of the work side by side, each as you describe it"
    example: ClassVar = {
        "parts": "programmer: Write util.py.\nsoftware_tester: Write test_util.py."
    }
    arguments = Parts

    async def call(self, arguments: Parts, office: Office) -> str:
        """What each of them did, and which files are different now."""
        return await office.delegate(_parts(arguments.parts, office))


def _parts(text: str, office: Office) -> Sequence[tuple[str, str]]:
    """Who is to do what. Raises BadCall where that is not said."""
    names = {title: name for name, title in office.colleagues.items()}
    names |= {name: name for name in office.colleagues}
    parts: list[tuple[str, list[str]]] = []
    for line in safe_text(text).strip().split("\n"):
        who, _, work = line.partition(":")
        if who.strip() in names:
            parts.append((names[who.strip()], [work]))
        elif parts:
            parts[-1][1].append(line)
        else:
            raise BadCall(NAMELESS.format(named=named(office)))
    if len(parts) > MOST_PARTS:
        raise BadCall(
            f"Nothing was handed on: at most {MOST_PARTS} parts can be; you gave {len(parts)}."
        )
    described = [(who, "\n".join(lines).strip()) for who, lines in parts]
    if not all(any(map(str.isalnum, work)) for _, work in described):
        raise BadCall("Nothing was handed on: a part is not described.")
    return described


TOOL = Delegate()
