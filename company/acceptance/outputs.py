"""Commands of a sentence with what it says that they print, or the code that they end with."""

from collections.abc import Iterator
from dataclasses import dataclass

from company.acceptance.check_card import CheckCard, Command, TextExpectation
from company.acceptance.guards import depends, is_settled, is_short, only_joins
from company.acceptance.spans import Sentence, Span
from company.acceptance.usage import Usage
from company.acceptance.wording import exit_code, says, wording

LONGEST_NAME = 120


@dataclass(frozen=True)
class Outputs:
    """The reader of them."""

    usage: Usage

    def checks(self, sentence: Sentence) -> Iterator[CheckCard]:
        """A check for each command of which the sentence tells something definite."""
        for number, span in enumerate(sentence.spans):
            if not span.is_block and (commands := self.usage.commands(span.text)):
                yield from self._of_command(sentence, number, commands)

    def _of_command(
        self, sentence: Sentence, number: int, commands: list[Command]
    ) -> Iterator[CheckCard]:
        words, spans = sentence.words, sentence.spans
        between = words[number + 1]
        if depends(" ".join(words[: number + 1])):
            return
        earlier = self._earlier(sentence, number)
        *first, last = [*earlier, *commands]
        told = sentence.told(max(0, number - bool(earlier)), number)
        if (code := exit_code(between)) and only_joins(between):
            yield check(f"{told} {' '.join(between.split())}", first, last, exit_code=code)
            return
        outputs = self._outputs(sentence, number)
        if not outputs:
            return
        end = number + len(outputs)
        after = words[end + 1]
        code = exit_code(after)
        told = sentence.told(max(0, number - bool(earlier)), end)
        yield check(
            told,
            first,
            last,
            exit_code=code or 0,
            stdout=expected_lines(spans[number + 1 : end + 1]),
        )

    def _earlier(self, sentence: Sentence, number: int) -> list[Command]:
        """The commands that the sentence says come first."""
        if not number or not wording()["after"].search(sentence.words[number - 1]):
            return []
        if says(sentence.words[number], "prints"):
            return []
        return self.usage.commands(sentence.spans[number - 1].text)

    def _outputs(self, sentence: Sentence, number: int) -> list[Span]:
        """The spans that are what the command prints, each a line of its own, or a block."""
        words, spans = sentence.words, sentence.spans
        between = words[number + 1]
        if number + 1 >= len(spans) or not only_joins(between):
            return []
        after = words[number + 2]
        says_so = says(between, "prints") or (is_short(between) and says(after, "prints"))
        output = spans[number + 1]
        if not (says_so and is_settled(after)) or self.usage.is_described(output):
            return []
        if self.usage.commands(output.text):
            return []
        outputs = [output]
        for place in range(number + 2, len(spans)):
            linked = words[place].strip(" \n,、，")
            is_list = not linked or wording()["and"].fullmatch(linked)
            if not is_list or output.is_block or self.usage.commands(spans[place].text):
                break
            if not is_settled(words[place + 1]) or self.usage.is_described(spans[place]):
                return []
            outputs.append(spans[place])
        return outputs


def expected_lines(outputs: tuple[Span, ...]) -> TextExpectation:
    """A block is all that is printed; of what stands in a sentence each is a line of it."""
    if outputs[0].is_block:
        return TextExpectation(equals=unindented(outputs[0].text))
    lines = (" ".join(output.text.split("\n")).strip() for output in outputs)
    return TextExpectation(lines=list(lines))


def check(told: str, first: list[Command], last: Command, **expected: object) -> CheckCard:
    before = [_coming_before(each) for each in first]
    return CheckCard(name=told[:LONGEST_NAME], steps=[*before, last.model_copy(update=expected)])


def _coming_before(command: Command) -> Command:
    """The command as one that only comes before."""
    return command.model_copy(update={"exit_code": None})


def unindented(text: str) -> str:
    lines = text.rstrip().split("\n")
    blank = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[blank:] for line in lines)
