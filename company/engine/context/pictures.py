"""The pictures of a task and of its product: for roles with eyes as they are, for others in a colleague's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from company.engine.context.voices import Voices
from company.engine.conversation import Seat
from company.engine.model_calls import Message, Sampling, picture_part, picture_parts
from company.engine.state import State
from phases.phase import Phase
from roles.role import Role

DESCRIPTION = 1_000
"""Tokens of a picture in words, at most."""
DESCRIBE = (
    "The customer gave this picture, {picture}, with the task below. Colleagues who cannot see it"
    " will work by your words alone. Describe it so that they can build what it shows: what it is,"
    " what stands where from top to bottom and from left to right, every text word for word, colours,"
    " sizes, and what can be clicked or filled in. Say only what is there, in at most 400 words.\n\n"
    "Task:\n{task}"
)
IN_WORDS = "The customer's picture {picture}, in the words of a colleague who sees it:\n{words}"


@dataclass(frozen=True)
class Pictures:
    """What the roles of one company are shown of pictures."""

    voices: Voices
    sighted: Sequence[str] = ()
    """The roles that can put a picture into words."""
    are_kept_from_the_blind: bool = True
    """Whether a role without eyes is given words for the pictures of the task; once nobody asked."""

    def undescribed(self, phase: Phase, role: Role, state: State) -> list[str]:
        """The pictures that the phase shows and the role cannot see, and nobody has described."""
        if not self._are_told(phase, role):
            return []
        return [name for name in state.task.images if name not in state.described]

    def describing(self, picture: str, state: State) -> tuple[Seat, list[Message], Sampling]:
        """Who puts a picture of the task into words, what that role is asked, and how."""
        seat = self.voices.seat(self.sighted[0])
        text = DESCRIBE.format(picture=picture, task=state.task.text)
        shown = [{"type": "text", "text": text}, picture_part(picture)]
        messages: list[Message] = [
            {"role": "system", "content": seat.system},
            {"role": "user", "content": shown},
        ]
        bound = min(DESCRIPTION, self.voices.cards.company.defaults.max_reply_tokens)
        return seat, messages, Sampling(bound, self.voices.temperature(seat.role))

    def in_words(self, phase: Phase, role: Role, state: State) -> str:
        """What a role without eyes is told of the task's pictures."""
        if not self._are_told(phase, role):
            return ""
        described = ((name, state.described.get(name)) for name in state.task.images)
        return "\n\n".join(
            IN_WORDS.format(picture=name, words=words) for name, words in described if words
        )

    def of_the_task(self, phase: Phase, role: Role, state: State) -> tuple[Message, ...]:
        """The task's pictures themselves."""
        if "images" not in phase.sees or self._are_told(phase, role):
            return ()
        return tuple(map(picture_part, state.task.images))

    def of_the_product(self, phase: Phase, role: Role, state: State) -> tuple[Message, ...]:
        """What the witnesses saw, for a role with eyes: beside the pictures of the task, each after
        its title."""
        pictures = state.execution.pictures if state.execution else ()
        if "execution" not in phase.sees or not pictures or not self.voices.has_eyes(role):
            return ()
        titled = [("As the task shows it", name) for name in state.task.images]
        titled += [(picture.title, picture.file) for picture in pictures]
        return tuple(picture_parts(titled))

    def _are_told(self, phase: Phase, role: Role) -> bool:
        """Whether the role is shown the task's pictures in this phase, and only words can do it."""
        is_shown = "images" in phase.sees and self.are_kept_from_the_blind
        return is_shown and self.voices.is_blind(role)
