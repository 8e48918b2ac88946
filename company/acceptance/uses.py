"""What a task says of its program's use as a whole: without arguments, and by example."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from company.acceptance.calls import name_of_call
from company.acceptance.check_card import CheckCard, Command, TextExpectation
from company.acceptance.guards import is_settled
from company.acceptance.outputs import check, expected_lines
from company.acceptance.spans import Sentence
from company.acceptance.typed import typed_command
from company.acceptance.usage import Usage
from company.acceptance.wording import exit_code, says, wording

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)*+")


@dataclass(frozen=True)
class Uses:
    """The reader of it."""

    usage: Usage
    task: str

    def checks(self, sentence: Sentence) -> Iterator[CheckCard]:
        """A check for each thing that the sentence says definitely."""
        yield from self._without_arguments(sentence)
        yield from self._examples(sentence)

    def _without_arguments(self, sentence: Sentence) -> Iterator[CheckCard]:
        words = " … ".join(sentence.words)
        code = exit_code(words)
        is_about = says(words, "argument") or any(
            re.search(rf"\b{name}\b", words)
            for name in self.usage.capitals
            if len(name) > 1 or name == "N"
        )
        if not code or not is_about or not says(words, "missing"):
            return
        start = self.usage.start
        if start is None or not start.slots:
            return
        bare = _only(*start.bare)
        told = f"without arguments: {' '.join(words.split())}"
        stdout = TextExpectation(equals="") if says(words, "nothing_printed") else None
        stderr = TextExpectation(matches=[r"\S"]) if says(words, "complains") else None
        yield check(told, [], bare, exit_code=code, stdout=stdout, stderr=stderr)

    def _examples(self, sentence: Sentence) -> Iterator[CheckCard]:
        """What is given, and what becomes of it, where the text says how the program is given things."""
        words, spans = sentence.words, sentence.spans
        if not says(" ".join(words), "example") or (start := self.usage.start) is None:
            return
        for number, output in enumerate(spans):
            given = self._given_before(sentence, number)
            if (
                given is None
                or not is_settled(words[number + 1])
                or self.usage.is_described(output)
            ):
                continue
            told = f"{given} → {' '.join(output.text.split())}"
            if start.slots == 1:
                command = _only(*start.bare, given)
            elif start.slots == 0 and says(self.task, "input"):
                command = _only(*start.bare).model_copy(update={"stdin": f"{given}\n"})
            else:
                continue
            yield check(told, [], command, stdout=expected_lines((output,)))

    def _given_before(self, sentence: Sentence, number: int) -> str | None:
        """What becomes of it stands in the span with this number: a number, or another span."""
        words = sentence.words[number]
        verbs = list(wording()["becomes"].finditer(words))
        if not verbs or words[verbs[-1].end() :].strip() or sentence.spans[number].is_block:
            return None
        before = words[: verbs[-1].start()].strip()
        if not before and number:
            span = sentence.spans[number - 1]
            is_given = not (span.is_block or typed_command(span.text) or name_of_call(span.text))
            return span.text if is_given else None
        if not before:
            return None
        return match[0] if (match := _NUMBER.fullmatch(before.split()[-1].lstrip("("))) else None


def _only(*argv: str) -> Command:
    return Command(run=list(argv))
