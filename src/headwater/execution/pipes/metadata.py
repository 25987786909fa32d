"""Metadata as a Pipes process reports it: raw values, each with the kind that it says it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from headwater.model.errors import DagsterPipesExecutionError
from headwater.model.key import AssetKey
from headwater.model.metadata import AnyMetadataValue, MetadataValue, build_metadata_value
from headwater.model.table import (
    TableColumn,
    TableColumnConstraints,
    TableColumnDep,
    TableColumnLineage,
    TableConstraints,
    TableRecord,
    TableSchema,
)


def read_metadata(reported: Mapping[str, Any] | None) -> dict[str, AnyMetadataValue]:
    """The metadata in a message. Raises :class:`DagsterPipesExecutionError`, naming what cannot be read."""
    return {name: _read(name, entry) for name, entry in (reported or {}).items()}


def _read(name: str, entry: Any) -> AnyMetadataValue:
    try:
        return _KINDS[entry["type"]](entry["raw_value"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DagsterPipesExecutionError(
            f'The process reported the metadata "{name}" as {entry!r}, which cannot be read: {error!r}. '
            'It is written {"raw_value": ..., "type": ...}; types are ' + f"{', '.join(_KINDS)}."
        ) from error


def _schema(raw: Any) -> TableSchema:
    """A schema: a list of columns, or a mapping with the constraints of the whole table beside it."""
    columns, constraints = (
        (raw, {}) if isinstance(raw, list) else (raw["columns"], raw.get("constraints") or {})
    )
    return TableSchema(
        columns=[_column(each) for each in columns], constraints=TableConstraints(**constraints)
    )


def _column(raw: Mapping[str, Any]) -> TableColumn:
    constraints = TableColumnConstraints(**(raw.get("constraints") or {}))
    return TableColumn(raw["name"], raw["type"], raw.get("description"), constraints, raw.get("tags") or {})


def _table(raw: Mapping[str, Any]) -> AnyMetadataValue:
    return MetadataValue.table([TableRecord(each) for each in raw["records"]], _schema(raw["schema"]))


def _lineage(raw: Mapping[str, Any]) -> AnyMetadataValue:
    return MetadataValue.column_lineage(
        TableColumnLineage(
            deps_by_column={
                column: [TableColumnDep(_asset_key(dep["asset_key"]), dep["column_name"]) for dep in deps]
                for column, deps in raw["deps_by_column"].items()
            }
        )
    )


def _asset_key(text: str) -> AssetKey:
    return AssetKey.from_escaped_user_string(text)


_KINDS: dict[str, Callable[[Any], AnyMetadataValue]] = {
    "__infer__": build_metadata_value,
    "text": MetadataValue.text,
    "url": MetadataValue.url,
    "path": MetadataValue.path,
    "notebook": MetadataValue.notebook,
    "json": MetadataValue.json,
    "md": MetadataValue.md,
    "float": MetadataValue.float,
    "int": MetadataValue.int,
    "bool": MetadataValue.bool,
    "timestamp": MetadataValue.timestamp,
    "dagster_run": MetadataValue.dagster_run,
    "asset": lambda raw: MetadataValue.asset(_asset_key(raw)),
    "table": _table,
    "table_schema": lambda raw: MetadataValue.table_schema(_schema(raw)),
    "table_column_lineage": _lineage,
    "null": lambda raw: MetadataValue.null(),
}
