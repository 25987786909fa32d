"""Values as text and back."""

from __future__ import annotations

from typing import Any

import pytest

from headwater import (
    AssetCheckKey,
    AssetKey,
    AssetMaterialization,
    DagsterRun,
    DagsterRunStatus,
    MetadataValue,
    RunRequest,
    SkipReason,
    TableColumn,
    TableSchema,
    deserialize_value,
    serialize_value,
)
from headwater.model.errors import DeserializationError, SerializationError


@pytest.mark.parametrize(
    "value",
    [
        None,
        1.5,
        "text",
        [1, ["a"]],
        {"a": {"b": [AssetKey("x")]}},
        {1, 2},
        frozenset({"a"}),
        AssetKey(["a", "b"]),
        AssetCheckKey(AssetKey("a"), "fine"),
        DagsterRunStatus.SUCCESS,
        MetadataValue.int(3),
        MetadataValue.asset(AssetKey("a")),
        TableSchema(columns=[TableColumn("a", "int")]),
        AssetMaterialization("a", metadata={"n": 1, "md": MetadataValue.md("*x*")}),
        DagsterRun(run_id="1", job_name="j", asset_selection=[AssetKey("a")]),
        RunRequest(run_key="1", tags={"a": "b"}, asset_selection=[AssetKey("a")]),
        SkipReason("no"),
    ],
)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert deserialize_value(serialize_value(value), type(value)) == value


def test_keys_are_written_as_dagster_writes_them() -> None:
    assert serialize_value(AssetKey(["a", "b"])) == '{"__class__": "AssetKey", "path": ["a", "b"]}'
    assert deserialize_value('{"__enum__": "PipelineRunStatus.SUCCESS"}') is DagsterRunStatus.SUCCESS


def test_a_value_of_a_foreign_class_is_refused() -> None:
    with pytest.raises(SerializationError, match="cannot be written as text"):
        serialize_value(object())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"__class__": "Gone"}', "does not know"),
        ('{"__class__": "DagsterRun", "run_id": 3}', "does not fit"),
        ('{"__enum__": "DagsterRunStatus.GONE"}', "no member"),
    ],
)
def test_a_text_of_another_world_is_refused(text: str, message: str) -> None:
    with pytest.raises(DeserializationError, match=message):
        deserialize_value(text)


def test_a_value_of_another_class_than_wanted_is_refused() -> None:
    with pytest.raises(DeserializationError, match="holds a int"):
        deserialize_value("1", str)
