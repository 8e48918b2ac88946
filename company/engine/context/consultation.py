"""How a colleague is asked one question by a role at work."""

from company.engine.context.notebook import noted
from company.engine.context.sections import fit, show
from company.engine.context.voices import Voices
from company.engine.conversation import Seat
from company.engine.model_calls import Message, Sampling
from company.engine.state import State
from company.models.tokens import estimate_tokens, most
from phases.phase import Section
from roles.role import Role

ASKED: tuple[Section, ...] = ("task", "files")
"""What a colleague sees that is asked something."""
ASKED_TOKENS = 6_000
"""For what it sees, however large its window is."""
ANSWER_TOKENS = 800
QUESTION = (
    "{asker} works on the task below and asks you one question. Answer it shortly and definitely. You"
    " cannot ask back, and nothing that you write becomes a file.\n\nTask:\n{task}\n\n"
    "The program as it is:\n{files}\n\nThe question:\n{question}"
)


def consultation(
    voices: Voices, colleague: str, asker: Role, question: str, state: State
) -> tuple[Seat, list[Message], Sampling]:
    """Who is asked, what that role is told of this state and the question, and how it answers."""
    seat = voices.seat(colleague)
    notes, window = noted(voices, seat.role, state), voices.window(seat.role)
    about = {"asker": asker.title, "question": question}
    frame = seat.system + notes + QUESTION.format(task="", files="", **about)
    reply = min(voices.cards.company.defaults.max_reply_tokens, ANSWER_TOKENS, window // 2)
    room = min(window - reply - most(estimate_tokens(frame)), ASKED_TOKENS)
    sees: tuple[Section, ...] = (*ASKED, "map") if state.excerpt else ASKED
    blocks = fit(show(sees, state), state, room).blocks
    shown = "\n\n".join(filter(None, [blocks["files"], blocks.get("map")]))
    files = shown or "Nothing is written yet."
    asked = QUESTION.format(task=blocks["task"], files=files, **about)
    messages = [
        {"role": "system", "content": seat.system},
        {"role": "user", "content": f"{notes}\n\n{asked}".strip()},
    ]
    return seat, messages, Sampling(reply, voices.temperature(seat.role))
