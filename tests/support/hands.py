"""A company whose one role has tools, and what it does with them."""

import json
from pathlib import Path
from typing import Any

from tests.support.houses import write_cards
from tests.support.scripted_company import file_block
from tests.support.scripted_provider import Call, ScriptedProvider

TOOLS = ["list", "read", "search", "edit", "run", "test", "docs"]
PROGRAM = file_block("main.py", "def double(n):\n    return n + n\n\nprint(double(21))")
DONE = "All is done."


def call(tool: str, **arguments: Any) -> str:
    """A call as a role writes it."""
    return f"```tool\n{json.dumps({'tool': tool, **arguments})}\n```\n"


def native(tool: str, id_: str = "", **arguments: Any) -> dict[str, Any]:
    """A call as a model makes it in its own protocol."""
    function = {"name": tool, "arguments": json.dumps(arguments)}
    return {"id": id_, "type": "function", "function": function}


def takes_tools(folder: Path) -> None:
    """Settings by which any server takes `tools`."""
    folder.mkdir(exist_ok=True)
    (folder / "providers.yaml").write_text("url:\n  capabilities: {tools: true}\n")


def company_with_hands(
    folder: Path, name: str = "tiny", tools: list[str] = TOOLS, **limits: Any
) -> None:
    """A company of that name: one maker with tools who writes files."""
    maker = {"title": "Maker", "prompt": "You make.", "tools": tools}
    talk = {"instructor": "cto", "assistant": "maker", **({"tools": limits} if limits else {})}
    make = {"title": "Make", "talk": talk, "prompt": "By hand: {{ task }}", "sees": ["task"]}
    write_cards(folder, "roles", maker=maker)
    write_cards(folder, "phases", make={**make, "yields": {"files": {}}})
    write_cards(folder, "chains", **{name: {"steps": ["make"]}})
    write_cards(folder, "companies", **{name: {"title": "By hand", "chain": name}})


AT_WORK: dict[str, list[Any]] = {
    "^By hand: ": [PROGRAM + call("run", command="echo one >> log.txt; python3 main.py")],
    "^edit main.py comes to": [
        call("edit", path="main.py", search="    return n + n", replace="    return 2 * n")
        + call("run", command="echo two >> log.txt; cat log.txt")
    ],
    "\none\ntwo": [call("test")],
    "There are no such tests": [DONE],
}
"""What the maker does, by what it is told: every reply follows from that alone."""


OFFICE = ["read", "edit", "ask", "note", "plan", "delegate"]
HANDED_ON = call("delegate", parts="helper: Write {{ util }}.py.")
HELP = file_block("util.py", "def half(n):\n    return n / 2")


def company_with_a_helper(folder: Path, name: str = "tiny", **limits: Any) -> None:
    """A company of that name: a lead who may reach a helper, and hand work on to it."""
    lead = {"title": "Lead", "prompt": "You lead.", "tools": OFFICE}
    helper = {"title": "Helper", "prompt": "You help.", "tools": [*OFFICE, "list"]}
    write_cards(folder, "roles", lead=lead, helper=helper)
    talk = {"instructor": "helper", "assistant": "lead", "tools": limits}
    build = {"title": "Build", "talk": talk, "prompt": "Together: {{ task }}", "sees": ["task"]}
    write_cards(folder, "phases", together={**build, "yields": {"files": {}}})
    write_cards(folder, "chains", **{name: {"steps": ["together"]}})
    write_cards(folder, "companies", **{name: {"title": "Together", "chain": name}})


TOGETHER: dict[str, list[Any]] = {
    "^Together: ": [
        PROGRAM
        + call("plan", items="ask\nhand on")
        + call("note", text="Halves are exact.")
        + call("ask", colleague="helper", question="In cents?")
        + call("plan", done=1)
        + call("delegate", parts="helper: Write util.py.\nhelper: Write more.py.")
    ],
    "asks you one question": ["Yes."],
    "Your part: Write more.py": [file_block("more.py", "MORE = 1")],
    "Your part: Write util.py": [HELP + call("note", text="Halves are floats.")],
    "Helper is done": [call("edit", path="main.py", search="print(double(21))", replace="")],
    "^edit util.py comes to|main.py has 3 lines now": [DONE],
}
"""What lead and helper do, by what they are told; to be looked at before AT_WORK."""


def side_by_side(*changes: tuple[str, str]) -> ScriptedProvider:
    """A lead that hands two parts on, and a helper that changes lines of the program for each."""
    parts = {f"part {number}": change for number, change in enumerate(changes, 1)}
    handed_on = call("delegate", parts="\n".join(f"helper: {part}" for part in parts))

    def reply(asked: Call) -> str:
        if asked.user.startswith("Together: "):
            return PROGRAM + handed_on + call("read", path="main.py")
        for part, (search, replace) in parts.items():
            if asked.user.endswith(part) or f"Your part: {part}\n" in asked.user:
                return call("edit", path="main.py", search=search, replace=replace)
        return DONE

    return ScriptedProvider([reply])
