"""Metadata values as text: readable in a terminal, complete where that is possible."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from headwater.cli.text_table import table_lines
from headwater.cli.wording import count_text, moment_text, shortened, size_text
from headwater.model.codec import to_builtins
from headwater.model.metadata import (
    AnyMetadataValue,
    BoolMetadataValue,
    DagsterAssetMetadataValue,
    DagsterJobMetadataValue,
    FloatMetadataValue,
    IntMetadataValue,
    JsonMetadataValue,
    MarkdownMetadataValue,
    NullMetadataValue,
    PythonArtifactMetadataValue,
    TableColumnLineageMetadataValue,
    TableMetadataValue,
    TableSchemaMetadataValue,
    TimestampMetadataValue,
)
from headwater.model.table import TableSchema

INDENT = "  "
_MARKDOWN_TABLE = re.compile(r"\s*(\|.*)\n\|[-:| ]+\|\s*?\n((?:\|.*\n?)*)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(data:([\w/+.-]+);base64,([^)]*)\)")


def value_lines(value: AnyMetadataValue) -> list[str]:
    """A metadata value in as many lines as it needs. Pictures are named, with their size."""
    match value:
        case TableMetadataValue(records=records, schema=schema):
            names = [column.name for column in schema.columns]
            rows = [[_cell(record.data.get(name)) for name in names] for record in records]
            return table_lines(rows, header=names) if names else []
        case TableSchemaMetadataValue(schema=schema):
            return _schema_lines(schema)
        case TableColumnLineageMetadataValue(column_lineage=lineage):
            return [
                f"{column} from "
                + ", ".join(f"{dep.asset_key.to_user_string()}.{dep.column_name}" for dep in deps)
                for column, deps in lineage.deps_by_column.items()
            ]
        case JsonMetadataValue(data=data):
            return json.dumps(to_builtins(data), indent=2, ensure_ascii=False).splitlines()
        case MarkdownMetadataValue(md_str=text):
            return _PICTURE.sub(_picture_text, text or "").splitlines()
    return _plain(value).splitlines() or [""]


def value_line(value: AnyMetadataValue, width: int = 72) -> str:
    """A metadata value in one line of at most ``width`` characters."""
    if isinstance(value, TableSchemaMetadataValue):
        return shortened(", ".join(column.name for column in value.schema.columns), width)
    if isinstance(value, MarkdownMetadataValue) and (table := _MARKDOWN_TABLE.match(value.md_str or "")):
        columns = [each.strip() for each in table[1].strip("| ").split("|")]
        return shortened(
            f"table of {count_text(len(table[2].splitlines()), 'row')}: {', '.join(columns)}", width
        )
    if isinstance(value, JsonMetadataValue):
        return shortened(json.dumps(to_builtins(value.data), ensure_ascii=False), width)
    return shortened("\n".join(value_lines(value)), width)


def metadata_lines(metadata: Mapping[str, AnyMetadataValue]) -> list[str]:
    """All entries: label and value beside each other, and values of many lines below their label."""
    width = max(map(len, metadata), default=0)
    lines: list[str] = []
    for label, value in metadata.items():
        first, *more = value_lines(value) or [""]
        if more:
            lines += [label, *(INDENT + line for line in (first, *more))]
        else:
            lines.append(f"{label:<{width}}  {first}".rstrip())
    return lines


def _plain(value: AnyMetadataValue) -> str:
    match value:
        case NullMetadataValue():
            return "none"
        case BoolMetadataValue(value=held):
            return "true" if held else "false"
        case IntMetadataValue(value=int(number)):
            return f"{number:,}"
        case FloatMetadataValue(value=number):
            return f"{number:.6g}" if isinstance(number, float) else str(number)
        case TimestampMetadataValue(value=moment):
            return moment_text(moment)
        case DagsterAssetMetadataValue(asset_key=key):
            return f"asset {key.to_user_string()}"
        case DagsterJobMetadataValue(job_name=name):
            return f"job {name}"
        case PythonArtifactMetadataValue(module=module, name=name):
            return f"{module}.{name}"
    return str(value.value)


def _schema_lines(schema: TableSchema) -> list[str]:
    rows = [[column.name, column.type, column.description or ""] for column in schema.columns]
    return table_lines(rows) if rows else []


def _cell(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else "" if value is None else str(value)


def _picture_text(found: re.Match[str]) -> str:
    title, kind, data = found.groups()
    return f"[{title or 'picture'}: {kind}, {size_text(len(data) * 3 / 4)}]"
