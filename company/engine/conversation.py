"""A conversation: an instructor and an assistant talk until the deliverable is there.

The assistant may ask back first (clarify); then the two alternate until the instructor agrees or
the turns are used up. A reply that cannot be read goes back with the exact complaint. A talk that
ends without a conclusion is concluded by the counselor, where the phase wants it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from company.deliverables.kind import Delivery, Unreadable
from company.engine import Deliverable
from company.engine.interventions import Silence
from company.engine.long_talk import within
from company.engine.model_calls import Message, ModelCalls, Reply, Sampling
from company.engine.tool_use import ToolUse
from company.engine.workspace.editing import Editing
from company.models.offered_tools import block, words_of
from phases.phase import Talk
from roles.role import Role

REPAIRS = 2
"""How often an unreadable reply goes back to the same role."""
REMEMBERED = 600
"""Characters that are kept of each end of a reply that was cut off."""
CLARIFY = (
    "Before you answer: if something you need is missing or unclear, ask up to three short "
    "questions, and nothing else. If all is clear, reply with the one word READY."
)
ANSWER = "{assistant} asks you before starting the work below. Answer shortly and definitely.\n\n{questions}\n\n{prompt}"
JUDGE = (
    "This is the reply of the {assistant}. If you agree with it, reply with the one word AGREED. "
    "Otherwise say shortly what to change.\n\n{reply}"
)
REVISIONS = 3
"""How often a deliverable goes back to the assistant because a person does not accept it."""
OBJECTION = "This is not accepted as it is. Deliver it again, in the same form, so that this is met:\n{words}"
NOT_ACCEPTED = "It was not accepted in {times} attempts; the last objection: {objection}"
NO_TOOL = (
    "You called {names}: no tool can be used for this, and nothing was done. Write your whole answer as"
    " text. {complaint}"
)
NO_CONCLUSION = "The talk ended without a conclusion that can be used: {complaint}"


class NoConclusion(Exception):
    """The talk yielded nothing usable; the message says why."""


@dataclass(frozen=True)
class Seat:
    """A role at the table, with its rendered system prompt."""

    role: Role
    system: str


@dataclass(frozen=True)
class Reflection:
    """Who concludes a talk without a conclusion."""

    counselor: Seat
    prompt: Callable[[str], str]
    """The counselor's prompt, made from the talk so far."""


@dataclass(frozen=True)
class Conversation:
    """One talk, ready to be held."""

    model_calls: ModelCalls
    talk: Talk
    instructor: Seat
    assistant: Seat
    sampling: Sampling
    deliverable: Deliverable
    reflection: Reflection | None = None
    tools: ToolUse | None = None
    """Those of the assistant."""
    room: int = 0
    """Tokens that a talk with tools may have, the reply left out."""
    editing: Editing | None = None
    """The files that the assistant, who is a person, may edit instead of writing them."""

    async def hold(self, where: str, prompt: str, images: tuple[Message, ...] = ()) -> Delivery:
        """Talk until the deliverable is there. Raises NoConclusion where none comes."""
        try:
            return await self._talk(where, prompt, images)
        except Silence as silence:
            raise NoConclusion(str(silence)) from None

    async def _talk(self, where: str, prompt: str, images: tuple[Message, ...]) -> Delivery:
        opening: list[Message] = [
            {"role": "system", "content": self.assistant.system},
            {
                "role": "user",
                "content": [{"type": "text", "text": prompt}, *images] if images else prompt,
            },
        ]
        view = opening + await self._clarify(where, opening, prompt)
        try:
            return await self._alternate(where, view, prompt)
        except Unreadable as unreadable:
            if self.reflection is None:
                raise NoConclusion(NO_CONCLUSION.format(complaint=unreadable.complaint)) from None
        return await self._reflect(where, view, self.reflection)

    async def _clarify(self, where: str, opening: list[Message], prompt: str) -> list[Message]:
        """What was asked back and answered; where either is not heard, nothing more is asked."""
        exchange: list[Message] = []
        with suppress(Silence):
            await self._ask_back(where, opening, prompt, exchange)
        return exchange

    async def _ask_back(
        self, where: str, opening: list[Message], prompt: str, exchange: list[Message]
    ) -> None:
        for number in range(1, self.talk.clarify + 1):
            ask = {"role": "user", "content": CLARIFY}
            question = await self._say(
                f"{where}/clarify-{number}/ask",
                self.assistant,
                self.instructor,
                [*opening, *exchange, ask],
                _words_only(self.sampling),
            )
            if question.text.strip().strip(".!").upper() == "READY":
                break
            brief = ANSWER.format(
                assistant=self.assistant.role.title, questions=question.text, prompt=prompt
            )
            answer = await self._say(
                f"{where}/clarify-{number}/answer",
                self.instructor,
                self.assistant,
                [
                    {"role": "system", "content": self.instructor.system},
                    {"role": "user", "content": brief},
                ],
                _words_only(self.sampling),
            )
            exchange += [
                ask,
                {"role": "assistant", "content": question.text},
                {"role": "user", "content": answer.text},
            ]

    async def _alternate(self, where: str, view: list[Message], prompt: str) -> Delivery:
        for turn in range(1, self.talk.turns):
            reply = await self._reply(f"{where}/turn-{turn}", view)
            remark = await self._judge(f"{where}/turn-{turn}/remark", prompt, reply.text)
            view += [{"role": "assistant", "content": reply.text}]
            if remark is None:
                return await self._conclude(f"{where}/turn-{turn}", view, reply)
            view += [{"role": "user", "content": remark}]
        last = f"{where}/turn-{self.talk.turns}"
        reply = await self._reply(last, view)
        view += [{"role": "assistant", "content": reply.text}]
        return await self._conclude(last, view, reply)

    async def _judge(self, where: str, prompt: str, reply: str) -> str | None:
        """The instructor's remark on a reply, or None for consent; who is not heard consents."""
        judge = JUDGE.format(assistant=self.assistant.role.title, reply=reply)
        messages: list[Message] = [
            {"role": "system", "content": self.instructor.system},
            {"role": "user", "content": f"{prompt}\n\n{judge}"},
        ]
        try:
            remark = await self._say(
                where, self.instructor, self.assistant, messages, _words_only(self.sampling)
            )
        except Silence:
            return None
        agreed = remark.text.strip().strip("*`\"'").upper().startswith("AGREED")
        return None if agreed else remark.text

    async def _conclude(self, where: str, view: list[Message], reply: Reply) -> Delivery:
        """The deliverable in `reply`, the last of `view`, once a person who may object does not."""
        delivery = await self._read(where, view, reply)
        objections: list[str] = []
        for attempt in range(1, REVISIONS + 2):
            objection = await self._objection(f"{where}/approval-{attempt}", delivery)
            if objection is None:
                return delivery
            objections.append(objection)
            if attempt > REVISIONS:
                break
            words = OBJECTION.format(words="\n".join(f"- {line}" for line in objections))
            revision = f"{where}/revision-{attempt}"
            reply = await self._reply(revision, [*view, {"role": "user", "content": words}])
            view[-1] = {"role": "assistant", "content": reply.text}
            delivery = await self._read(revision, view, reply)
        raise NoConclusion(NOT_ACCEPTED.format(times=len(objections), objection=objections[-1]))

    async def _objection(self, where: str, delivery: Delivery) -> str | None:
        objection = await self.deliverable.objection(where, delivery)
        if objection is not None:
            self.deliverable.rejected(where, objection)
        return objection

    async def _read(self, where: str, view: list[Message], reply: Reply) -> Delivery:
        """The deliverable in `reply`, the last of `view`, asking for it again up to REPAIRS times.

        Each time the role sees only its last attempt: with every one of them, a few replies that
        grew too long fill a small model's window. It is sampled more freely, too: small models tend to
        say the same thing again. One that calls tools which it has not is told so once.
        """
        was_told = False
        for repair in range(1, REPAIRS + 1):
            try:
                return self._delivery(reply)
            except Unreadable as unreadable:
                if was_told and reply.calls:
                    break
                complaint, was_told = _complaint(unreadable.complaint, reply), bool(reply.calls)
                words = self.deliverable.sent_back(where, complaint)
            view[-1] = {"role": "assistant", "content": _reminder(reply)}
            request = [*view, {"role": "user", "content": words}]
            reply = await self._reply(
                f"{where}/repair-{repair}", request, self.sampling.freer(repair)
            )
            view[-1] = {"role": "assistant", "content": reply.text}
        try:
            return self._delivery(reply)
        except Unreadable as unreadable:
            self.deliverable.rejected(where, _complaint(unreadable.complaint, reply))
            if unreadable.usable is not None:
                return unreadable.usable
            raise

    def _delivery(self, reply: Reply) -> Delivery:
        """Raises Unreadable, also where the role had to use its tools before."""
        if self.tools is not None and (complaint := self.tools.lacking):
            raise Unreadable(complaint, nothing=True)
        return self.deliverable.read(reply.text)

    async def _reflect(self, where: str, view: list[Message], reflection: Reflection) -> Delivery:
        counselor = reflection.counselor
        transcript = "\n\n".join(
            f"{_name(message, self)}: {words_of(message)}" for message in view[1:]
        )
        messages: list[Message] = [
            {"role": "system", "content": counselor.system},
            {"role": "user", "content": reflection.prompt(transcript)},
        ]
        reply = await self._say(
            f"{where}/reflection", counselor, self.instructor, messages, self.sampling
        )
        try:
            delivery = self.deliverable.read(reply.text)
        except Unreadable as unreadable:
            self.deliverable.rejected(f"{where}/reflection", unreadable.complaint)
            if unreadable.usable is None:
                complaint = unreadable.complaint
                raise NoConclusion(NO_CONCLUSION.format(complaint=complaint)) from None
            delivery = unreadable.usable
        objection = await self._objection(f"{where}/reflection/approval", delivery)
        if objection is not None:
            raise NoConclusion(NOT_ACCEPTED.format(times=1, objection=objection))
        return delivery

    async def _reply(
        self, where: str, view: list[Message], sampling: Sampling | None = None
    ) -> Reply:
        """What the assistant says once it calls no more tools. Calls and answers join `view`."""
        sampling = sampling or self.sampling
        reply = await self._answer(where, view, sampling)
        number, begins = 0, len(view)
        while self.tools is not None:
            number += 1
            call = f"{where}/tool-{number}"
            exchange = await self.tools.answer(call, reply, view)
            if exchange is None:
                break
            view += exchange
            within(view, begins, self.room)
            # Small models say the same thing again: what failed before is asked for more freely.
            freer = sampling.freer(self.tools.repeated) if self.tools.repeated else sampling
            reply = await self._answer(f"{call}/reply", view, freer)
        return reply

    async def _answer(self, where: str, view: list[Message], sampling: Sampling) -> Reply:
        """What the assistant says next, a call of tools or not."""
        tools = self.tools.offered if self.tools is not None else ()
        listener = self.instructor.role.name
        return await self.model_calls.say(
            where, self.assistant.role, listener, list(view), sampling, tools, self.editing
        )

    async def _say(
        self, where: str, speaker: Seat, listener: Seat, messages: list[Message], sampling: Sampling
    ) -> Reply:
        return await self.model_calls.say(
            where, speaker.role, listener.role.name, messages, sampling
        )


def _words_only(sampling: Sampling) -> Sampling:
    return replace(sampling, response_format=None)


def _complaint(complaint: str, reply: Reply) -> str:
    if reply.calls:
        names = ", ".join(dict.fromkeys(call.name for call in reply.calls))
        return NO_TOOL.format(names=names, complaint=complaint)
    if not reply.cut:
        return complaint
    return f"Your reply was cut off because {reply.cut}. Write less. {complaint}"


def _reminder(reply: Reply) -> str:
    """The reply as its role is shown it again: of one that was cut off, the beginning and the end."""
    if not reply.text and reply.calls:
        return "\n\n".join(block(call.name, call.arguments) for call in reply.calls)
    if not reply.cut or len(reply.text) <= 2 * REMEMBERED:
        return reply.text
    return f"{reply.text[:REMEMBERED]}\n…\n{reply.text[-REMEMBERED:]}"


def _name(message: Message, talk: Conversation) -> str:
    seat = talk.assistant if message["role"] == "assistant" else talk.instructor
    return seat.role.title
