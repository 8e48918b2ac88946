"""Messages by name: the same message has the same name, whatever was asked before."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.whole_messages import WholeMessages
from warehouse.journal.messages import MessageMemory

MESSAGE = st.builds(
    lambda role, content: {"role": role, "content": content},
    st.sampled_from(["user", "assistant"]),
    st.sampled_from(["yes", "no", "why?"]),
)


@given(talks=st.lists(st.lists(MESSAGE, max_size=6), max_size=12))
def test_names_do_not_depend_on_the_talks_before(talks: list[list[dict[str, str]]]) -> None:
    memory = MessageMemory()
    for messages in talks:
        alone = MessageMemory().names({"messages": messages})
        assert memory.names({"messages": messages}) == alone


@given(
    steps=st.lists(st.tuples(st.sampled_from(["say", "unsay", "say again"]), MESSAGE), max_size=20)
)
def test_a_talk_kept_in_one_list_is_named_by_what_it_holds_now(
    steps: list[tuple[str, dict[str, str]]],
) -> None:
    memory, messages = MessageMemory(), []
    for step, message in steps:
        if step == "say":
            messages.append(message)
        elif messages and step == "unsay":
            messages.pop()
        elif messages:
            messages[-1] = message
        alone = MessageMemory().names({"messages": list(messages)})
        assert memory.names({"messages": messages}) == alone


@given(talks=st.lists(st.lists(MESSAGE, min_size=1, max_size=6), max_size=8))
def test_what_is_written_once_and_named_afterwards_is_read_as_it_was(
    talks: list[list[dict[str, str]]],
) -> None:
    writing, reading = MessageMemory(), WholeMessages()
    for messages in talks:
        request = {"messages": messages}
        written = writing.compact(request, writing.names(request))
        assert reading.expand(written) == request
