"""`softhouse schema journal`: journals are what it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Softhouse
from tests.support.houses import work
from tests.support.scripted_company import TASK, script
from tests.support.scripted_provider import ScriptedProvider
from warehouse.events import KINDS
from warehouse.journal.journal import FILE_NAME
from warehouse.runs.folders import demos

Schema = dict[str, Any]
TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


def misfits(value: Any, schema: Schema, whole: Schema, path: str = "") -> list[str]:
    """Where a value is not what the schema says, by the words msgspec uses in schemas."""
    if "$ref" in schema:
        return misfits(value, whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, path)
    if "anyOf" in schema:
        tries = [misfits(value, one, whole, path) for one in schema["anyOf"]]
        return [] if [] in tries else min(tries, key=len)
    if "enum" in schema:
        return [] if value in schema["enum"] else [path]
    if "type" in schema and not isinstance(value, TYPES[schema["type"]]):
        return [path]
    wrong = [f"{path}.{name}" for name in schema.get("required", ()) if name not in value]
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties", True)
        for name, item in value.items():
            inner = known.get(name, other)
            if known and name not in known:
                wrong.append(f"{path}.{name}")
            elif isinstance(inner, dict):
                wrong += misfits(item, inner, whole, f"{path}.{name}")
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        wrong += [f for item in value for f in misfits(item, schema["items"], whole, path)]
    return wrong


@pytest.fixture
def schema(softhouse: Softhouse) -> Schema:
    printed: Schema = json.loads(softhouse("schema", "journal").out)
    return printed


def assert_fits(journal: Path, schema: Schema) -> None:
    for number, line in enumerate(journal.read_text().splitlines(), 1):
        assert misfits(json.loads(line), schema, schema) == [], f"{journal}:{number}"


def test_every_kind_of_event_is_in_it(schema: Schema) -> None:
    assert schema["discriminator"]["mapping"].keys() == KINDS.keys()


def test_the_demos_are_what_it_says(schema: Schema) -> None:
    for folder in demos().values():
        assert_fits(folder / FILE_NAME, schema)


async def test_a_run_recorded_just_now_is_what_it_says(schema: Schema, tmp_path: Path) -> None:
    async with ScriptedProvider.from_script(script()) as provider:
        run = await work(tmp_path, provider, "default", task=TASK)
    assert_fits(run.folder / FILE_NAME, schema)


def test_what_is_none_is_found_out(schema: Schema) -> None:
    event = {"seq": 0, "at": "", "kind": "note", "where": "", "data": {"text": 5}}
    note = schema["$defs"]["note"]
    assert misfits(event, note, schema) == [".data.text"]
    assert misfits({**event, "data": {"colour": "red"}}, note, schema) == [".data.colour"]
