"""Metadata values: typed facts that assets, runs and definitions carry, and how plain values become them."""

from __future__ import annotations

import builtins
import datetime
import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from headwater.model.code_reference import CodeReference
from headwater.model.errors import CheckError, DagsterError
from headwater.model.key import AssetKey
from headwater.model.table import TableColumnLineage, TableRecord, TableSchema

_T = TypeVar("_T")


class DagsterInvalidMetadata(DagsterError):
    """A metadata entry has a value which is none of the metadata types."""


class MetadataValue(msgspec.Struct, Generic[_T], frozen=True):
    """Base of all metadata values, and the place of their constructors.

    >>> MetadataValue.md("**bold**").value
    '**bold**'
    """

    @property
    def value(self) -> Any:
        """The plain value."""
        raise AttributeError("value")

    @staticmethod
    def text(text: str) -> TextMetadataValue:
        """Plain text."""
        return TextMetadataValue(text)

    @staticmethod
    def url(url: str) -> UrlMetadataValue:
        """A link."""
        return UrlMetadataValue(url)

    @staticmethod
    def path(path: str | os.PathLike[str]) -> PathMetadataValue:
        """A place in a file system."""
        return PathMetadataValue(os.fspath(path))

    @staticmethod
    def notebook(path: str | os.PathLike[str]) -> NotebookMetadataValue:
        """The path of a notebook."""
        return NotebookMetadataValue(os.fspath(path))

    @staticmethod
    def json(data: Any) -> JsonMetadataValue:
        """Anything that JSON can hold."""
        return JsonMetadataValue(data)

    @staticmethod
    def md(data: str) -> MarkdownMetadataValue:
        """Markdown, rendered by the page."""
        return MarkdownMetadataValue(data)

    @staticmethod
    def python_artifact(python_artifact: Any) -> PythonArtifactMetadataValue:
        """A class or function, by module and name."""
        return PythonArtifactMetadataValue(python_artifact.__module__, python_artifact.__name__)

    @staticmethod
    def float(value: float) -> FloatMetadataValue:
        """A number."""
        return FloatMetadataValue(value)

    @staticmethod
    def int(value: int) -> IntMetadataValue:
        """A whole number."""
        return IntMetadataValue(value)

    @staticmethod
    def bool(value: bool) -> BoolMetadataValue:
        """True or false."""
        return BoolMetadataValue(value)

    @staticmethod
    def timestamp(value: builtins.float | datetime.datetime) -> TimestampMetadataValue:
        """A moment: seconds since the epoch, or an aware datetime."""
        if isinstance(value, datetime.datetime):
            if value.tzinfo is None:
                raise DagsterInvalidMetadata(
                    f"The timestamp {value!r} has no time zone; give one, e.g. tzinfo=datetime.UTC."
                )
            value = value.timestamp()
        return TimestampMetadataValue(value)

    @staticmethod
    def dagster_run(run_id: str) -> DagsterRunMetadataValue:
        """A reference to a run."""
        return DagsterRunMetadataValue(run_id)

    @staticmethod
    def asset(asset_key: AssetKey) -> DagsterAssetMetadataValue:
        """A reference to an asset."""
        return DagsterAssetMetadataValue(asset_key)

    @staticmethod
    def job(
        job_name: str, location_name: str, *, repository_name: str | None = None
    ) -> DagsterJobMetadataValue:
        """A reference to a job."""
        return DagsterJobMetadataValue(job_name, location_name, repository_name)

    @staticmethod
    def null() -> NullMetadataValue:
        """Nothing."""
        return NullMetadataValue()

    @staticmethod
    def table(records: Sequence[TableRecord], schema: TableSchema | None = None) -> TableMetadataValue:
        """A few rows of a table; the schema is inferred from the first row when it is not given."""
        return TableMetadataValue(list(records), schema or infer_table_schema(records))

    @staticmethod
    def table_schema(schema: TableSchema) -> TableSchemaMetadataValue:
        """The columns of a table."""
        return TableSchemaMetadataValue(schema)

    @staticmethod
    def column_lineage(lineage: TableColumnLineage) -> TableColumnLineageMetadataValue:
        """Which upstream columns each column comes from."""
        return TableColumnLineageMetadataValue(lineage)


class TextMetadataValue(MetadataValue[str], frozen=True, tag="text"):
    text: str | None = ""  # type: ignore[assignment]

    @property
    def value(self) -> str | None:
        return self.text


class UrlMetadataValue(MetadataValue[str], frozen=True, tag="url"):
    url: str | None = ""  # type: ignore[assignment]

    @property
    def value(self) -> str | None:
        return self.url


class PathMetadataValue(MetadataValue[str], frozen=True, tag="path"):
    path: str | None = ""  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.path is not None:
            msgspec.structs.force_setattr(self, "path", os.fspath(self.path))

    @property
    def value(self) -> str | None:
        return self.path


class NotebookMetadataValue(MetadataValue[str], frozen=True, tag="notebook"):
    path: str | None = ""  # type: ignore[assignment]

    @property
    def value(self) -> str | None:
        return self.path


class JsonMetadataValue(MetadataValue[Any], frozen=True, tag="json"):
    data: Any = None

    def __post_init__(self) -> None:
        try:
            msgspec.json.encode(self.data)
        except (TypeError, OverflowError, RecursionError) as error:
            raise DagsterInvalidMetadata(
                f"The metadata value {self.data!r} cannot be JSON: {error}."
            ) from None

    @property
    def value(self) -> Any:
        return self.data


class MarkdownMetadataValue(MetadataValue[str], frozen=True, tag="markdown"):
    md_str: str | None = ""

    @property
    def value(self) -> str | None:
        return self.md_str


class PythonArtifactMetadataValue(MetadataValue[Any], frozen=True, tag="python_artifact"):
    module: str = ""
    name: str = ""

    @property
    def value(self) -> PythonArtifactMetadataValue:
        return self


class FloatMetadataValue(MetadataValue[float], frozen=True, tag="float", omit_defaults=True):
    """A number. JSON has no NaN and no infinity, so these travel by their ``literal``."""

    value: float | None = 0.0
    literal: str = ""

    def __post_init__(self) -> None:
        if self.literal:
            msgspec.structs.force_setattr(self, "value", float(self.literal))
        elif isinstance(self.value, float) and not math.isfinite(self.value):
            msgspec.structs.force_setattr(self, "literal", repr(self.value))


class IntMetadataValue(MetadataValue[int], frozen=True, tag="int"):
    value: int | None = 0


class BoolMetadataValue(MetadataValue[bool], frozen=True, tag="bool"):
    value: bool | None = False


class TimestampMetadataValue(MetadataValue[float], frozen=True, tag="timestamp"):
    """Seconds since the epoch, UTC."""

    value: float = 0.0


class DagsterRunMetadataValue(MetadataValue[str], frozen=True, tag="run"):
    run_id: str = ""

    @property
    def value(self) -> str:
        return self.run_id


class DagsterAssetMetadataValue(MetadataValue[AssetKey], frozen=True, tag="asset"):
    asset_key: AssetKey

    @property
    def value(self) -> AssetKey:
        return self.asset_key


class DagsterJobMetadataValue(MetadataValue[Any], frozen=True, tag="job"):
    job_name: str = ""
    location_name: str = ""
    repository_name: str | None = None

    @property
    def value(self) -> DagsterJobMetadataValue:
        return self


class NullMetadataValue(MetadataValue[None], frozen=True, tag="null"):
    @property
    def value(self) -> None:
        return None


class TableMetadataValue(MetadataValue[Any], frozen=True, tag="table"):
    records: list[TableRecord] = []
    schema: TableSchema = TableSchema()

    def __post_init__(self) -> None:
        if self.schema is None:
            msgspec.structs.force_setattr(self, "schema", infer_table_schema(self.records))

    if TYPE_CHECKING:

        def __init__(self, records: Sequence[TableRecord], schema: TableSchema | None = None) -> None: ...

    @property
    def value(self) -> TableMetadataValue:
        return self


class TableSchemaMetadataValue(MetadataValue[TableSchema], frozen=True, tag="table_schema"):
    schema: TableSchema = TableSchema()

    @property
    def value(self) -> TableSchema:
        return self.schema


class TableColumnLineageMetadataValue(MetadataValue[TableColumnLineage], frozen=True, tag="column_lineage"):
    column_lineage: TableColumnLineage  # type: ignore[assignment]

    @property
    def value(self) -> TableColumnLineage:
        return self.column_lineage


class CodeReferencesMetadataValue(MetadataValue[Any], frozen=True, tag="code_references"):
    """Where the code of an asset is; under the key ``dagster/code_references``."""

    code_references: list[CodeReference] = []

    @property
    def value(self) -> CodeReferencesMetadataValue:
        return self


class PoolMetadataValue(MetadataValue[str], frozen=True, tag="pool"):
    """A reference to a pool, which limits how many steps run at once."""

    pool: str = ""

    @property
    def value(self) -> str:
        return self.pool


AnyMetadataValue = (
    TextMetadataValue
    | UrlMetadataValue
    | PathMetadataValue
    | NotebookMetadataValue
    | JsonMetadataValue
    | MarkdownMetadataValue
    | PythonArtifactMetadataValue
    | FloatMetadataValue
    | IntMetadataValue
    | BoolMetadataValue
    | TimestampMetadataValue
    | DagsterRunMetadataValue
    | DagsterAssetMetadataValue
    | DagsterJobMetadataValue
    | NullMetadataValue
    | TableMetadataValue
    | TableSchemaMetadataValue
    | TableColumnLineageMetadataValue
    | CodeReferencesMetadataValue
    | PoolMetadataValue
)
"""All metadata values: what travels and is stored."""

RawMetadataValue = Any
MetadataMapping = Mapping[str, AnyMetadataValue]


def infer_table_schema(records: Sequence[TableRecord]) -> TableSchema:
    """A schema from the first record; an empty list has no columns. Raises when records differ in their columns."""
    if not records:
        return TableSchema()
    columns = list(records[0].data)
    for record in records:
        if set(record.data) != set(columns):
            raise CheckError(
                f"The records of a table differ in their columns: {columns} and {list(record.data)}. Give a schema."
            )
    names = {int: "int", float: "float", bool: "bool"}
    return TableSchema.from_name_type_dict(
        {column: names.get(type(records[0].data[column]), "string") for column in columns}
    )


def build_metadata_value(value: object, label: str = "value") -> AnyMetadataValue:
    """The metadata value for a plain one: str, int, float, bool, None, dict, list, path, key, schema, datetime …

    Raises :class:`DagsterInvalidMetadata`, naming ``label``, for anything else.
    """
    if isinstance(value, MetadataValue):
        return value  # type: ignore[return-value]
    if isinstance(value, str):
        return TextMetadataValue(str(value))
    if isinstance(value, bool):
        return BoolMetadataValue(value)
    if isinstance(value, int):
        return IntMetadataValue(value)
    if isinstance(value, float):
        return FloatMetadataValue(value)
    if value is None:
        return NullMetadataValue()
    if isinstance(value, (dict, list)):
        return JsonMetadataValue(value)
    if isinstance(value, os.PathLike):
        return PathMetadataValue(os.fspath(value))
    if isinstance(value, AssetKey):
        return DagsterAssetMetadataValue(value)
    if isinstance(value, TableSchema):
        return TableSchemaMetadataValue(value)
    if isinstance(value, TableColumnLineage):
        return TableColumnLineageMetadataValue(value)
    if isinstance(value, datetime.datetime):
        return MetadataValue.timestamp(value)
    if callable(value) and hasattr(value, "__module__") and hasattr(value, "__name__"):
        return MetadataValue.python_artifact(value)
    item = getattr(value, "item", None)  # numpy and pandas scalars
    if callable(item):
        return build_metadata_value(item(), label)
    raise DagsterInvalidMetadata(
        f'The metadata entry "{label}" has a value of type {type(value).__name__}, which is not a metadata type. '
        "Use a string, number, bool, dict, list, path, or a MetadataValue such as MetadataValue.md(...)."
    )


def build_metadata(values: Mapping[str, object] | None) -> dict[str, AnyMetadataValue]:
    """All of ``values`` as metadata values. Raises :class:`DagsterInvalidMetadata` at the first that cannot be one."""
    if not values:
        return {}
    return {str(label): build_metadata_value(value, str(label)) for label, value in values.items()}
