"""A provider that gives a key back, in whatever writing: it is in no error, no reply and no journal."""

import base64
import html
import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from company.models.redact import PIECE, StreamRedactor, redact, redact_reply
from tests.support.command_line import as_process, model_at
from tests.support.scripted_company import PROGRAM, TASK, files_reply
from tests.support.scripted_provider import Reply, ScriptedProvider

KEY = "q7Zk+w/Xy9=LmN3pRs&T5vB8cD<1fGhJ"
WRITINGS = {
    "whole": KEY,
    "the first characters": KEY[:PIECE],
    "the last characters": KEY[-PIECE:],
    "characters from its middle": KEY[7 : 7 + PIECE + 3],
    "in an address": quote(KEY, safe=""),
    "in an address, in small letters": quote(KEY, safe="").lower(),
    "in a form": quote_plus(KEY),
    "each character escaped in an address": "".join(f"%{ord(each):02X}" for each in KEY),
    "in HTML": html.escape(KEY),
    "in JSON": json.dumps(KEY)[1:-1],
    "in JSON, each character escaped": "".join(f"\\u{ord(each):04x}" for each in KEY),
    "in Python, each character escaped": "".join(f"\\x{ord(each):02x}" for each in KEY),
    "in hexadecimal": KEY.encode().hex(),
    "in hexadecimal, in capitals": KEY.encode().hex().upper(),
    "backwards": KEY[::-1],
    "in other letters": KEY.swapcase(),
    "in base64": base64.b64encode(KEY.encode()).decode(),
    "in base64 after one byte": base64.b64encode(f":{KEY}:".encode()).decode(),
    "in base64 after two bytes": base64.b64encode(f"me{KEY}".encode()).decode(),
    "in base64 after a user's name": base64.b64encode(f"somebody:{KEY}\n".encode()).decode(),
    "in base64 for addresses": base64.urlsafe_b64encode(f"a{KEY}".encode()).decode(),
    "cut, in base64": base64.b64encode(KEY.encode()[:18]).decode(),
    "cut, in hexadecimal": KEY.encode().hex()[-30:],
}


def pieces_of(writing: str) -> set[str]:
    """Pieces of a writing that would give much of the key away; the ends may hold what is no key."""
    length = max(PIECE, len(writing) // 2)
    return {writing[at : at + length] for at in range(len(writing) - length + 1)}


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_key_in_any_writing_is_hidden(writing: str) -> None:
    text = f"Refused: {WRITINGS[writing]} is no key of ours."
    for hidden in (redact(text, [KEY]), redact_reply(text, [KEY])):
        assert hidden.startswith("Refused: ")
        assert hidden.endswith(" is no key of ours.")
        assert not any(piece in hidden for piece in pieces_of(WRITINGS[writing]))


@pytest.mark.parametrize("writing", WRITINGS)
def test_words_beside_a_key_stay(writing: str) -> None:
    text = "The quick brown fox jumps over the lazy dog, 0123456789abcdef0123456789abcdef."
    assert redact_reply(text, [KEY]) == redact(text, [KEY]) == text
    assert redact_reply(f"{text} {WRITINGS[writing]} {text}", [KEY]).count(text) == 2


@pytest.mark.parametrize("size", [1, 5, 12, 40])
@pytest.mark.parametrize("writing", WRITINGS)
def test_a_key_that_a_stream_cuts_in_pieces_is_hidden_in_each(writing: str, size: int) -> None:
    text, redactor = f"Refused: {WRITINGS[writing]} is no key.", StreamRedactor([KEY])
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    shown = "".join([*map(redactor.take, pieces), redactor.take("", ended=True)])

    assert shown.startswith("Refused: ")
    assert shown.endswith(" is no key.")
    assert not any(piece in shown for piece in pieces_of(WRITINGS[writing]))


def test_a_short_word_that_is_called_a_key_takes_nothing_out_of_replies() -> None:
    assert redact_reply("import test; none of them", ["test", "none", "import test"]) == (
        "import test; none of them"
    )


def test_keys_that_a_provider_gives_back_are_in_no_journal_and_on_no_screen(
    tmp_path: Path,
) -> None:
    said = "\n".join(f"{name}: {writing}" for name, writing in WRITINGS.items())
    replies = [
        Reply(fault="raw", status=503, body=said.encode(), headers={"Retry-After": "0"}),
        Reply(f"I was asked with\n{said}\n\n{files_reply(*PROGRAM)}", chunk=5),
        Reply(fault="raw", status=401, body=said.encode()),
    ]
    env = {"SOFTHOUSE_URL_API_KEY": KEY, "SOFTHOUSE_PRODUCTS": str(tmp_path / "products")}
    shown = ""
    with ScriptedProvider(replies).in_thread() as serving:
        for _ in range(2):
            options = ("--company", "solo", "--sandbox", "none", "--model", model_at(serving))
            done = as_process("run", TASK, *options, cwd=tmp_path, env=env)
            shown += done.out + done.err
    written = "".join(path.read_text() for path in tmp_path.rglob("journal.jsonl"))
    assert "I was asked with" in written
    for writing in WRITINGS.values():
        assert not any(piece in shown + written for piece in pieces_of(writing)), writing
