"""What a file of weights tells of itself, and what is said of one that cannot be used."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from company.errors import ConfigurationError
from company.models.local import servable
from company.models.local.gguf import read_head
from company.models.local.servable import servable_file
from company.models.model_id import context_window, parse_model_id
from tests.support.gguf_files import gguf
from warehouse.machine import Machine

LARGE = Machine(memory=1 << 40, cores=2)


def test_context_and_chat_format_are_read_from_the_file(tmp_path: Path) -> None:
    head = read_head(gguf(tmp_path / "tiny.gguf"))
    assert (head.context, head.chat) == (2048, "chatml")


@pytest.mark.parametrize(
    ("template", "chat"),
    [
        ("{{ bos }}[INST] {{ m }} [/INST]", "mistral"),
        ("<start_of_turn>user", "gemma"),
        ("Human: {{ m }}", "its own"),
        ("  ", ""),
        (None, ""),
    ],
)
def test_a_chat_format_has_a_name_if_it_is_known(
    tmp_path: Path, template: str | None, chat: str
) -> None:
    assert read_head(gguf(tmp_path / "m.gguf", tokenizer__chat_template=template)).chat == chat


def test_the_window_is_never_wider_than_the_file_was_made_for(tmp_path: Path) -> None:
    narrow = gguf(tmp_path / "narrow.gguf")
    wide = gguf(tmp_path / "wide.gguf", llama__context_length=1 << 20)
    assert context_window(f"local:{narrow}") == 2048
    assert context_window(f"local:{wide}") == 8192


def test_a_file_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    assert read_head(gguf(tmp_path / "m.gguf")).context == 2048
    assert read_head(gguf(tmp_path / "m.gguf", llama__context_length=4096, general__name="x")).context == 4096  # fmt: skip


def test_texts_that_nobody_needs_may_be_in_any_alphabet(tmp_path: Path) -> None:
    author = struct.pack("<Q", 4) + "José".encode("latin-1")
    assert read_head(gguf(tmp_path / "m.gguf", general__author=author)).context == 2048


def written(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def gguf_of_long_lists(path: Path) -> None:
    path.write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 0, 2) + a_list(10, 1 << 26) + bytes(99))


def gguf_of_many_texts(path: Path) -> None:
    path.write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 0, 2) + a_list(8, 1 << 23) + bytes(99))


def a_list(of: int, count: int) -> bytes:
    return struct.pack("<Q1sIIQ", 1, b"x", 9, of, count)


ENDLESS = struct.pack("<Q", 1 << 62)
FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no such file": (lambda path: None, "cannot be read: No such file"),
    "a folder": (lambda path: path.mkdir(), "cannot be read: Is a directory"),
    "empty": (written(b""), "is not a GGUF file"),
    "safetensors": (written(b'\x40\0\0\0\0\0\0\0{"__metadata__"'), "is not a GGUF file"),
    "the first bytes alone": (written(b"GGUF\x03\0\0"), "is cut short"),
    "cut in the metadata": (lambda path: gguf(path, cut=400), "is cut short"),
    "cut in the tensors": (lambda path: gguf(path, cut=130), "is cut short"),
    "another version": (lambda path: gguf(path, version=9), "version of the format is 9"),
    "zeros": (written(b"GGUF" + bytes(200)), "damaged"),
    "a text without end": (lambda p: gguf(p, general__name=ENDLESS), "a text has no end"),
    "no UTF-8": (
        lambda p: gguf(p, tokenizer__chat_template=struct.pack("<Q", 1) + b"\xff"),
        "damaged",
    ),
    "a head without end": (gguf_of_long_lists, "its head has no end"),
    "texts without number": (gguf_of_many_texts, "a list has no end"),
    "a pipe": (os.mkfifo, "cannot be read: it is no plain file"),
    "cut in the last tensor": (lambda path: gguf(path, cut=1), "is cut short"),
    "an alignment of nothing": (lambda p: gguf(p, general__alignment=0), "alignment is wrong"),
    "a projector": (
        lambda p: gguf(p, general__architecture="clip"),
        "holds no language model.*of the kind 'clip'",
    ),
    "a base model": (lambda p: gguf(p, tokenizer__chat_template=None), "no chat format"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_a_file_is_told_in_one_paragraph(fault: str, tmp_path: Path) -> None:
    make, complaint = FAULTS[fault]
    path = tmp_path / "model.gguf"
    make(path)
    with pytest.raises(ConfigurationError, match=complaint) as caught:
        servable_file(parse_model_id(f"local:{path}"), machine=LARGE)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_larger_than_the_memory_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servable, "installed", lambda: True)
    tiny = parse_model_id(f"local:{gguf(tmp_path / 'tiny.gguf')}")
    assert servable_file(tiny, machine=LARGE) == tiny.file
    with pytest.raises(ConfigurationError, match=r"too large for the memory here.*0\.5 GB"):
        servable_file(tiny, machine=Machine(memory=500_000_000, cores=2))


def test_a_model_that_only_embeds_needs_no_chat_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servable, "installed", lambda: True)
    path = gguf(tmp_path / "embeds.gguf", tokenizer__chat_template=None)
    assert servable_file(parse_model_id(f"local:{path}"), talks=False, machine=LARGE) == path


@given(st.integers(0, 2**16), st.binary(min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_a_damaged_head_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, damage: bytes
) -> None:
    path = gguf(tmp_path_factory.getbasetemp() / "damaged.gguf")
    whole = bytearray(path.read_bytes())
    at %= len(whole)
    whole[at : at + len(damage)] = damage
    path.write_bytes(whole)
    try:
        assert read_head(path).context > 0
    except ConfigurationError as error:
        assert "\n" not in str(error)
