"""A small company, and schedules of everything its provider can do to it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from company.cards.company_card import RunLimits
from tests.support.houses import write_cards
from tests.support.scripted_company import fields_reply, file_block
from tests.support.scripted_provider import Call, Reply, ScriptedProvider, text_of

FREE = ("rate_limit", "server_error", "bad_gateway", "unavailable", "conflict", "request_timeout",
        "reset", "endless_refusal", "long_wait", "error_in_stream")  # fmt: skip
"""Faults that pass and cost nothing."""
COSTLY = ("silence", "stall", "cut", "torn", "shorter", "unfinished", "bad_json", "html",
          "wrong_types")  # fmt: skip
"""Faults that pass and may have cost something."""
LASTING = ("unauthorised", "forbidden", "no_such_model", "bad_request", "quota", "no_credit",
           "not_implemented")  # fmt: skip
"""Faults that do not pass. (A prompt that is too long is none: the company makes it shorter.)"""
REFUSED = {
    "no_response_format": "response_format",
    "no_seed": "seed",
    "no_temperature": "temperature",
    "no_stream_options": "stream_options",
    "no_max_tokens": "max_tokens",
}
"""Faults of a request with a parameter the model does not take."""
ANSWERED = ("drip", "no_stream", "parts", "reset_at_the_end", "empty")
"""Oddities that are an answer after all."""
EVERY = (*FREE, *COSTLY, *LASTING, *REFUSED, *ANSWERED)

LONGEST_REPLY = 40
"""Tokens: so few that what a call may use is close to what it uses, and a limit is felt."""
REPLIES = {
    "PLAN": fields_reply(summary="prints the hour"),
    "CODE": "Here it is.\n\n" + file_block("main.py", "print('hour, first version')"),
    "HINTS": fields_reply(hints=["keep it short", "naïve 漢字 🎲"]),
    "JUDGE first version": fields_reply(approved=False, comments=["main.py: say it better"]),
    "JUDGE second version": fields_reply(approved=True, comments=[]),
    "CHANGE": file_block("main.py", "print('hour, second version')"),
}


@dataclass(frozen=True)
class Session:
    """One sitting of a run: what its calls meet, by their number, and what it may use."""

    faults: Mapping[int, str] = field(default_factory=dict)
    storm: str | None = None
    """What every call meets from `storm_from` on."""
    storm_from: int = 0
    down: bool = False
    """Nobody answers at all."""
    calls: int | None = None
    tokens: int | None = None

    @property
    def is_healthy(self) -> bool:
        return not (self.faults or self.storm or self.down)

    def fault(self, number: int) -> str | None:
        """What a call meets."""
        return self.storm if number >= self.storm_from and self.storm else self.faults.get(number)

    @property
    def limits(self) -> RunLimits:
        return RunLimits(calls=self.calls, tokens=self.tokens)


HEALTHY = Session()


def _sessions() -> st.SearchStrategy[Session]:
    meets = st.none() | st.none() | st.sampled_from(EVERY)
    scattered = st.lists(meets, max_size=16).map(
        lambda row: Session({n: fault for n, fault in enumerate(row) if fault})
    )
    storm = st.builds(
        Session,
        storm=st.sampled_from((*FREE, *COSTLY, *LASTING)),
        storm_from=st.integers(0, 7),
    )
    down = st.just(Session(down=True))
    return st.builds(
        lambda session, calls, tokens: replace(session, calls=calls, tokens=tokens),
        st.one_of(scattered, scattered, scattered, storm, down),
        st.none() | st.integers(1, 8),
        st.none() | st.integers(50, 1_000),
    )


def _few_empty(sessions: list[Session]) -> bool:
    """Three empty answers to one question, and the company rightly gives up that phase."""
    return Counter(f for s in sessions for f in s.faults.values())["empty"] <= 2


SCHEDULES = st.lists(_sessions(), min_size=1, max_size=3).filter(_few_empty)
"""The sessions of a run before the provider is well again."""


def write_company(folder: Path) -> None:
    """`clockmakers`: six calls, with a parallel step and a loop; two of its phases write files."""
    talk = {"instructor": "cto", "assistant": "programmer"}
    phases: dict[str, tuple[list[str], dict[str, Any]]] = {
        "plan": (["task"], {"decision": {"summary": "str"}}),
        "code": (["task", "decisions"], {"files": {"edits": False}}),
        "hints": (["task", "decisions"], {"decision": {"hints": ["str"]}}),
        "judge": (["task", "files"], {"verdict": {"approved": "bool", "comments": ["str"]}}),
        "change": (["task", "files", "comments"], {"files": {"edits": False}}),
    }
    for name, (sees, yields) in phases.items():
        card = {"title": name.title(), "talk": talk, "sees": sees, "yields": yields}
        shown = "\n".join("{{ " + section + " }}" for section in sees)
        prompt = f"{name.upper()}\n{shown}\n"
        write_cards(
            folder,
            "phases",
            **{name: {**card, "prompt": prompt, "max_reply_tokens": LONGEST_REPLY}},
        )
    review = {"name": "review", "max": 3, "until": "review.approved", "steps": ["judge", "change"]}
    steps = ["plan", {"parallel": {"name": "work", "steps": ["code", "hints"]}}, {"loop": review}]
    write_cards(folder, "chains", clockmakers={"steps": steps})
    write_cards(folder, "companies", clockmakers={"title": "Clockmakers", "chain": "clockmakers"})


def right_reply(call: Call) -> str:
    """What a model says that does its work; it depends on nothing but the question."""
    asked = text_of(call.body["messages"][1])
    word = asked.split(maxsplit=1)[0]
    if word == "JUDGE":
        word += " second version" if "second version" in asked else " first version"
    return REPLIES[word]


@dataclass
class Unreliable:
    """A provider that follows the session's faults and remembers what it could bill."""

    session: Session = HEALTHY
    first_call: int = 0
    answered: list[Call] = field(default_factory=list)
    wasted: list[Call] = field(default_factory=list)
    """Calls that may have been paid for without an answer."""

    def __post_init__(self) -> None:
        self.server = ScriptedProvider([self._reply])

    def begin(self, session: Session) -> None:
        """From now on, follow another session's faults."""
        self.session = session
        self.first_call = len(self.server.calls)

    def forget(self) -> None:
        """Begin anew, for another run."""
        self.server.calls.clear()
        self.answered.clear()
        self.wasted.clear()
        self.begin(HEALTHY)

    @property
    def calls(self) -> list[Call]:
        """The calls of the session."""
        return self.server.calls[self.first_call :]

    def fault_of(self, call: Call) -> str | None:
        """The fault that a call met; None where it was answered as it should be."""
        fault = self.session.fault(call.number - self.first_call)
        if fault in REFUSED and REFUSED[fault] not in call.body:
            return None
        return fault

    def _reply(self, call: Call) -> Reply:
        fault = self.fault_of(call)
        if fault is None or fault in ANSWERED:
            self.answered.append(call)
        elif fault in COSTLY:
            self.wasted.append(call)
        text = right_reply(call)
        if fault == "long_wait":
            return Reply(fault="rate_limit", retry_after="Thu, 01 Jan 2099 00:00:00 GMT")
        delay = 1.0 if fault == "drip" else 0.0
        return Reply(text, fault=fault, delay=delay, chunk=400 if fault == "drip" else 40)
