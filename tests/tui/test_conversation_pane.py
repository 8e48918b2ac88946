"""The conversation on the screen, and what keys and mouse do with it."""

from textual.app import App, ComposeResult

from tests.support.conversations import long_talk, said, state_after, talking
from tests.support.journals import (
    Step,
    answered,
    asked,
    committed,
    events,
    phase,
    small_run,
    started,
    tool_used,
)
from tests.support.window_parts import StillClock
from tui.panes.conversation.pane import ConversationPane
from tui.panes.messages import OpenCode, OpenCommit, OpenFile
from tui.run_state.run_state import RunState
from tui.screens.message import MessageScreen

TURN = "1.coding/turn-1"
CODE = "\n".join(f"print({n})" for n in range(20))
FILE = f"Here:\n\n### main.py\n```python\n{CODE}\n```"


def one_file(*more: Step) -> list[Step]:
    return [
        started(),
        phase("1.coding", "Coding"),
        asked(TURN, "Write."),
        answered(TURN, FILE),
        *more,
    ]


async def test_a_run_without_words_says_so() -> None:
    async with talking([]) as talk:
        assert talk.sees("Nothing has been said yet")
        await talk.press("j", "k", "G", "g", "enter", "Z", "m", "o", "y", "n", "pageup")
        assert talk.sees("Nothing has been said yet")


async def test_a_whole_run_is_told() -> None:
    async with talking(small_run(), (100, 40)) as talk:
        for words in (
            "Customer → the company",
            "A tip calculator",
            "Programmer → Chief",
            "20 tokens  0:02",
            "● abababab Coding: add main.py   main.py +30 -0",
            "✓ syntax passed",
            "✗ tests FAILED",
            "– Manual skipped: there is nothing to explain",
            "● The prompt did not fit.",
            "✗ Run unverified: tests failed",
        ):
            assert talk.sees(words), words


async def test_a_tool_that_a_role_used_is_told_in_a_line_with_its_answer() -> None:
    steps = one_file(*tool_used(f"{TURN}/tool-1", "1: print(1)\n2: print(2)"))
    async with talking(steps, (100, 40)) as talk:
        assert talk.sees("▸ Programmer uses read main.py 20   1: print(1) 2: print(2)")
        assert talk.sees("0.1 s")
        await talk.press("slash", *"print(2)")
        assert talk.sees("1 of 2")
        await talk.press("escape", "Z")
        assert talk.sees("▾ Programmer uses read main.py 20 ")
        assert talk.sees("  2: print(2)"), "all that it came to"


async def test_a_call_is_seen_while_it_goes_on_and_a_plan_as_a_checklist() -> None:
    began, ended_ = tool_used(f"{TURN}/tool-1", "done")
    items = [{"text": "Write it \x1b[2J[b]", "done": True}, {"text": "Test it", "done": False}]
    plan = ("plan", f"{TURN}/tool-2", {"role": "programmer", "items": items})
    async with talking(one_file(began), (100, 40)) as talk:
        assert talk.sees("▸ Programmer uses read main.py 20")
        assert talk.sees("at work")
        await talk.add(ended_, plan)
        assert not talk.sees("at work")
        assert talk.sees("≡ Programmer's plan, 1 of 2 done")
        assert talk.sees("☑ Write it [b]")
        assert talk.sees("☐ Test it")


async def test_a_long_conversation_opens_at_its_end_with_the_last_message_selected() -> None:
    async with talking(long_talk(500)) as talk:
        assert talk.sees("Message 500.")
        assert talk.selected.startswith("▌ Programmer → Chief")
        assert talk.row_of("▌ Message 500.") == talk.row_of("Message 500.")


async def test_the_end_is_followed_while_it_is_seen() -> None:
    async with talking(long_talk(50)) as talk:
        await talk.add(*said(51, "The newest."))
        assert talk.sees("▌ The newest.")


async def test_who_reads_further_up_is_not_disturbed_and_told_how_much_is_new() -> None:
    async with talking(long_talk(50)) as talk:
        await talk.press("pageup")
        before = [row[:78].rstrip() for row in talk.screen[:-1]]
        for number in (51, 52):
            await talk.add(*said(number, "The newest."))
        assert [row[:78].rstrip() for row in talk.screen[:-1]] == before
        assert "↓ 2 new" in talk.screen[-1]
        await talk.press("G")
        assert talk.sees("▌ The newest.")
        assert not talk.sees("new ")


async def test_a_click_on_what_is_new_goes_there() -> None:
    async with talking(long_talk(50)) as talk:
        await talk.press("g")
        await talk.add(*said(51, "The newest."))
        await talk.pilot.click("BlockView", offset=(5, 23))
        assert talk.sees("▌ The newest.")


async def test_j_and_k_go_from_message_to_message() -> None:
    async with talking(long_talk(50)) as talk:
        await talk.press("k", "k")
        assert talk.sees("▌ Message 48.")
        await talk.press("down")
        assert talk.sees("▌ Message 49.")
        await talk.press("g")
        assert talk.sees("▌ A tip calculator")
        assert talk.view.scroll_y == 0
        await talk.press("j", "up", "j")
        assert talk.sees("▌ Message 1.")


async def test_a_message_taller_than_the_pane_scrolls_before_it_is_left() -> None:
    tall = "\n\n".join(f"Paragraph {n}." for n in range(40))
    async with talking([started(), *said(1, tall), *said(2, "After.")]) as talk:
        await talk.press("k", "enter")
        assert talk.sees("▌ Paragraph 0.")
        await talk.press("j")
        assert talk.sees("▌ Paragraph 12.")
        assert not talk.sees("Paragraph 0.")
        await talk.press("j", "j", "j", "j")
        assert talk.sees("▌ After.")
        await talk.press("k")
        assert talk.sees("▌ Paragraph 39.")
        await talk.press("k", "k", "k")
        assert talk.sees("▌ Paragraph 0.")


async def test_pages_are_turned_and_the_selection_stays_in_sight() -> None:
    async with talking(long_talk(100)) as talk:
        await talk.press("g", "pagedown", "ctrl+d", "ctrl+u")
        assert talk.selected
        assert not talk.sees("A tip calculator")
        await talk.press("end")
        assert talk.sees("▌ Message 100.")
        await talk.press("home")
        assert talk.sees("▌ A tip calculator")


async def test_the_wheel_scrolls_and_a_click_selects() -> None:
    async with talking(long_talk(100)) as talk:
        await talk.press("g")
        talk.view.move(3)
        await talk.pilot.pause()
        row = talk.row_of("Message 2.")
        await talk.pilot.click("BlockView", offset=(5, row))
        await talk.pilot.pause()
        assert talk.sees("▌ Message 2.")


async def test_scrolling_back_through_a_long_run_shows_every_message_once() -> None:
    async with talking(long_talk(40, "Message {number}.\n\n" + "Words. " * 30)) as talk:
        seen: list[int] = []
        for _ in range(100):
            for row in reversed(talk.screen):
                words = row.removeprefix("▌").strip()
                if words.startswith("Message "):
                    number = int(words.split()[1].rstrip("."))
                    if not seen or number < seen[-1]:
                        seen.append(number)
            if talk.view.scroll_y == 0:
                break
            talk.view.move(-7)
            await talk.pilot.pause()
        assert seen == list(range(40, 0, -1))


async def test_words_come_as_plain_text_and_are_markdown_when_the_message_has_ended() -> None:
    async with talking([started(), phase("1.coding", "Coding"), asked(TURN, "Write.")]) as talk:
        assert talk.sees("writing")
        await talk.add(("words", TURN, {"text": "Some **bo"}))
        await talk.add(("words", TURN, {"text": "ld** words"}))
        assert talk.sees("▌ Some **bold** words")
        await talk.add(answered(TURN, "Some **bold** words"))
        assert talk.sees("▌ Some bold words")
        assert not talk.sees("writing")


async def test_a_long_message_being_written_shows_its_last_lines_and_stays_small() -> None:
    async with talking([started(), phase("1.coding", "Coding"), asked(TURN, "Write.")]) as talk:
        for number in range(40):
            await talk.add(("words", TURN, {"text": f"line {number}\n"}))
        assert talk.sees("line 39")
        assert talk.sees("… 28 lines above")
        assert not talk.sees("line 27")
        await talk.press("enter")
        assert talk.sees("line 20")


async def test_the_mark_of_a_message_being_written_moves_only_where_motion_is_wanted() -> None:
    async with talking([started(), phase("1.coding", "Coding"), asked(TURN, "Write.")]) as talk:
        assert talk.pane.moving
        talk.app.animation_level = "none"
        assert not talk.pane.moving
        talk.app.animation_level = "full"
        await talk.add(answered(TURN, "Done."))
        assert not talk.pane.moving


async def test_the_mark_stands_still_while_no_time_passes_in_the_run() -> None:
    """As in a run that was broken off in the midst of a message, or looked at in its past."""
    clock = StillClock()
    async with talking([]) as talk:
        state = RunState(clock)
        state.add(events([started(), phase("1.coding", "Coding"), asked(TURN, "Write.")]))
        await talk.show(state)
        for seconds, mark in ((0, "writing ·"), (1, "writing ··"), (0, "writing ··")):
            clock.now += seconds
            talk.pane._move_marks()
            await talk.pilot.pause()
            (row,) = (row for row in talk.screen if "writing" in row)
            assert row.rstrip().endswith(mark)


async def test_words_are_taken_up_ten_times_a_second_at_most() -> None:
    now = [0.0]
    pane = ConversationPane(clock=lambda: now[0])
    state = state_after([started(), phase("1.coding", "Coding"), asked(TURN, "Write.")])

    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield pane

    async with Alone().run_test() as pilot:

        def seen() -> str:
            return "\n".join(row.text for row in pilot.app.screen._compositor.render_strips())

        pane.show(state)
        state.add(events([("words", TURN, {"text": "early"})]))
        now[0] = 0.05
        pane.show(state)
        await pilot.pause()
        assert "early" not in seen()
        now[0] = 0.11
        pane.show(state)
        await pilot.pause()
        assert "early" in seen()


async def test_a_person_who_is_asked_sees_the_question() -> None:
    question = {"effect": "answer", "ordinal": 0, "speaker": "cto", "listener": "programmer"}
    request = {"request": {"question": "Tabs or spaces?"}}
    steps = [started(), phase("1.coding", "Coding"), ("effect.started", TURN, question | request)]
    async with talking(steps) as talk:
        assert talk.sees("waits for your answer")
        assert talk.sees("Tabs or spaces?")


async def test_a_message_is_unfolded_and_folded_again() -> None:
    async with talking(one_file()) as talk:
        assert talk.sees("▸ main.py · python · 20 lines")
        assert not talk.sees("print(3)")
        await talk.press("enter")
        assert talk.sees("▾ main.py · python · 20 lines")
        assert talk.sees("print(3)")
        await talk.press("enter")
        assert not talk.sees("print(3)")
        await talk.press("Z")
        assert talk.sees("print(3)")
        await talk.press("Z")
        assert not talk.sees("print(3)")


async def test_more_lines_are_shown_by_a_click() -> None:
    tall = "\n\n".join(f"Paragraph {n}." for n in range(9))
    async with talking([started(), *said(1, tall)]) as talk:
        await talk.pilot.click("BlockView", offset=(4, talk.row_of("more lines")))
        await talk.pilot.pause()
        assert talk.sees("Paragraph 8.")


async def test_code_opens_as_the_file_that_was_made_of_it() -> None:
    commit = committed("1.coding/commit", ("main.py", "added", 20, 0))
    async with talking(one_file(*commit)) as talk:
        await talk.press("o")
        opened = talk.app.asked[-1]
        assert isinstance(opened, OpenFile)
        assert (opened.path, opened.sha) == ("main.py", "ab" * 20)


async def test_code_without_a_commit_opens_as_it_is() -> None:
    async with talking(one_file()) as talk:
        await talk.pilot.click("BlockView", offset=(5, talk.row_of("▸ main.py")))
        await talk.pilot.pause()
        opened = talk.app.asked[-1]
        assert isinstance(opened, OpenCode)
        assert (opened.title, opened.language, opened.text) == ("main.py", "python", CODE)


async def test_each_piece_of_code_is_opened_in_turn() -> None:
    text = "```sh\nfirst\n```\n\n```sh\nsecond\n```"
    async with talking([started(), *said(1, text)]) as talk:
        await talk.press("o", "o", "o")
        opened = [message.text for message in talk.app.asked if isinstance(message, OpenCode)]
        assert opened == ["first", "second", "first"]


async def test_a_message_without_code_says_so() -> None:
    async with talking([started(), *said(1, "No code.")]) as talk:
        await talk.press("o")
        assert talk.app.told == ["There is no code in this message."]


async def test_a_commit_opens_by_a_click() -> None:
    commit = committed("1.coding/commit", ("main.py", "added", 20, 0))
    async with talking(one_file(*commit)) as talk:
        await talk.pilot.click("BlockView", offset=(8, talk.row_of("● abababab")))
        await talk.pilot.pause()
        assert talk.app.asked == [OpenCommit("ab" * 20)]


async def test_a_message_is_copied_without_what_a_terminal_would_obey() -> None:
    async with talking([started(), *said(1, "Some **words** \x1b]52;c;eHg=\x07here")]) as talk:
        await talk.press("y")
        assert talk.app.copied == "Some **words** here"
        assert talk.app.told == ["Copied 19 characters."]


async def test_a_search_goes_from_match_to_match_and_round() -> None:
    async with talking(long_talk(100)) as talk:
        await talk.press("g", "slash", *"message 7", "enter")
        assert talk.sees("1 of 11")
        assert talk.sees("▌ Message 7.")
        await talk.press("n")
        assert talk.sees("2 of 11")
        assert talk.sees("▌ Message 70.")
        await talk.press("N", "N")
        assert talk.sees("11 of 11")
        assert talk.sees("▌ Message 79.")
        await talk.press("n")
        assert talk.sees("1 of 11")


async def test_a_search_marks_what_it_finds() -> None:
    async with talking([started(), *said(1, "Find the needle here.")]) as talk:
        await talk.press("slash", *"needle")
        row = talk.row_of("Find the needle")
        strip = talk.view.render_line(row)
        marked = [piece.text for piece in strip if piece.style and piece.style.bold]
        assert "needle" in marked
        await talk.press("escape")
        strip = talk.view.render_line(row)
        assert "needle" not in [piece.text for piece in strip if piece.style and piece.style.bold]
        assert not talk.sees("/ needle")


async def test_a_search_unfolds_what_it_jumps_to_and_folds_it_when_it_goes_on() -> None:
    steps = [*one_file(), *said(2, "It also says print(17) here.")]
    async with talking(steps, (80, 50)) as talk:
        await talk.press("g", "slash", *"print(17)", "enter")
        assert talk.sees("▾ main.py")
        assert talk.sees("1 of 2")
        await talk.press("n")
        assert talk.sees("▸ main.py")
        assert talk.sees("▌ It also says print(17) here.")


async def test_a_search_without_a_match_says_so_and_stays_where_it_is() -> None:
    async with talking(long_talk(50)) as talk:
        await talk.press("slash", *"zebra")
        assert talk.sees("no match")
        await talk.press("enter", "n", "escape")
        assert talk.sees("▌ Message 50.")


async def test_a_search_sees_what_came_since() -> None:
    async with talking(long_talk(3)) as talk:
        await talk.press("slash", *"message", "enter")
        assert talk.sees("of 3")
        await talk.add(*said(4, "Message 4."))
        await talk.press("n")
        assert talk.sees("of 4")


async def test_messages_and_steps_are_gone_to() -> None:
    async with talking(long_talk(100)) as talk:
        items = talk.state.talk.items
        seq = next(item.seq for item in items if getattr(item, "text", "") == "Message 30.")
        talk.pane.go_to_message(seq)
        await talk.pilot.pause()
        assert talk.sees("▌ Message 30.")
        talk.pane.go_to_step("60.coding")
        await talk.pilot.pause()
        assert talk.sees("Coding 60")
        before = talk.screen
        talk.pane.go_to_step("nowhere")
        await talk.pilot.pause()
        assert talk.screen == before


async def test_another_state_of_the_run_is_shown_from_its_end() -> None:
    async with talking(long_talk(50)) as talk:
        await talk.press("pageup")
        await talk.show(state_after(long_talk(10)))
        assert talk.sees("▌ Message 10.")
        assert not talk.sees("Message 48.")
        await talk.show(RunState())
        assert talk.sees("Nothing has been said yet")


async def test_another_width_lays_everything_out_again_with_the_same_message_at_the_top() -> None:
    async with talking(long_talk(60, "Message {number}. " + "Words. " * 20)) as talk:
        await talk.press("g", "pagedown", "pagedown", "pagedown")
        top = next(row for row in talk.screen if "Message" in row).removeprefix("▌").split()[1]
        await talk.pilot.resize_terminal(40, 24)
        await talk.pilot.pause()
        assert any(f"Message {top}" in row for row in talk.screen[:8])
        assert all(len(row) <= 40 for row in talk.screen)


async def test_thirty_columns_are_enough() -> None:
    async with talking(one_file(*said(2, "世界 " * 40)), (30, 24)) as talk:
        assert talk.sees("▸ main.py · python · 20 l…")
        assert talk.sees("世界")


async def test_markup_and_escapes_in_names_and_words_are_shown_as_they_are() -> None:
    company = {
        "company": {"name": "[bold]x"},
        "roles": {"programmer": {"title": "[red]P\x1b[31m"}, "cto": {"title": "[/foo]"}},
        "chains": {},
    }
    steps = [started(company=company), *said(1, "[@click=app.quit]press[/] \x1b[2J\u202eabc")]
    async with talking(steps) as talk:
        assert talk.sees("[red]P → [/foo]")
        assert talk.sees("[@click=app.quit]press[/] <U+202E>abc")
        await talk.press("m")
        assert isinstance(talk.app.screen, MessageScreen)


async def test_another_theme_colours_what_is_already_laid_out() -> None:
    async with talking(one_file()) as talk:
        row = talk.row_of("▸ main.py")
        before = {piece.style for piece in talk.view.render_line(row)}
        talk.app.theme = "textual-light"
        await talk.pilot.pause()
        assert not before & {piece.style for piece in talk.view.render_line(row)}


async def test_text_is_selected_with_the_mouse_and_copied_as_it_stands() -> None:
    async with talking([started(), *said(1, "First line\nsecond line")]) as talk:
        row = talk.row_of("First line")
        await talk.pilot.mouse_down("BlockView", offset=(8, row))
        await talk.pilot.hover("BlockView", offset=(8, row + 1))
        await talk.pilot.mouse_up("BlockView", offset=(8, row + 1))
        await talk.pilot.pause()
        assert talk.app.screen.get_selected_text() == "line\nsecond "


async def test_nothing_touches_the_scrollbar() -> None:
    async with talking(small_run()) as talk:
        assert all(row[78:79] in ("", " ") for row in talk.screen)


async def test_what_came_before_there_was_room_to_show_it_is_shown_from_its_end() -> None:
    async with talking([]) as talk:
        talk.pane.display = False
        await talk.pilot.pause()
        await talk.show(RunState())
        await talk.add(*long_talk(50))
        talk.pane.display = True
        await talk.until_seen("▌ Message 50.")


async def test_a_run_that_begins_while_it_is_watched_is_followed_from_its_first_word() -> None:
    async with talking([]) as talk:
        await talk.add(started())
        assert talk.sees("▌ A tip calculator")
        await talk.add(*said(1, "Hello."))
        assert talk.sees("▌ Hello.")


async def test_keys_go_on_from_what_is_seen_when_the_selection_was_scrolled_away() -> None:
    async with talking(long_talk(100)) as talk:
        await talk.press("g")
        talk.view.move(200)
        await talk.pilot.pause()
        before = talk.view.scroll_y
        await talk.press("j")
        assert talk.selected
        assert abs(talk.view.scroll_y - before) < 5
