"""Outputs: how ops declare them, and what functions return to say more than a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from headwater.definitions.dagster_type import ANY, DagsterType, resolve_dagster_type
from headwater.model.errors import CheckError, DagsterInvalidDefinitionError
from headwater.model.event import AssetCheckEvaluation, AssetCheckSeverity
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.metadata import build_metadata
from headwater.model.nothing import NO_ENTRIES

T = TypeVar("T")

if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    R = TypeVarWithDefault("R", default=Any)  # `-> MaterializeResult` alone is what most users write
else:
    R = TypeVar("R")


class NoValue:
    """Stands where no value was given."""

    def __repr__(self) -> str:
        return "NO_VALUE"

    def __bool__(self) -> bool:
        return False


NO_VALUE: Any = NoValue()


class Out:
    """An output of an op: its type, how it is stored, whether it must be yielded.

    >>> Out(int, io_manager_key="warehouse").io_manager_key
    'warehouse'
    """

    __slots__ = (
        "annotation",
        "description",
        "is_required",
        "io_manager_key",
        "metadata",
        "code_version",
        "_type",
    )

    is_dynamic = False

    def __init__(
        self,
        dagster_type: Any = NO_VALUE,
        description: str | None = None,
        is_required: bool = True,
        io_manager_key: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        code_version: str | None = None,
    ) -> None:
        self.annotation = dagster_type
        self.description = description
        self.is_required = is_required
        self.io_manager_key = io_manager_key or "io_manager"
        self.metadata: Mapping[str, Any] = metadata or NO_ENTRIES
        self.code_version = code_version
        self._type: DagsterType | None = None

    @property
    def dagster_type(self) -> DagsterType:
        """The type of the output."""
        if self._type is None:
            self._type = ANY if self.annotation is NO_VALUE else resolve_dagster_type(self.annotation)
        return self._type

    def with_annotation(self, annotation: Any) -> Out:
        """The same output with the type that the function's annotation gives, if it had none."""
        if self.annotation is not NO_VALUE:
            return self
        return type(self)(
            annotation,
            self.description,
            self.is_required,
            self.io_manager_key,
            self.metadata,
            self.code_version,
        )


class OutputDefinition(Out):
    """An output together with its name, as older code reads it from an op."""

    __slots__ = ("name",)

    def __init__(self, name: str, out: Out) -> None:
        super().__init__(
            out.annotation,
            out.description,
            out.is_required,
            out.io_manager_key,
            out.metadata,
            out.code_version,
        )
        self.name = name


class DynamicOut(Out):
    """An output that is yielded any number of times, each under a mapping key of its own."""

    __slots__ = ()

    is_dynamic = True


class GraphOut:
    """An output of a graph."""

    __slots__ = ("description",)

    def __init__(self, description: str | None = None) -> None:
        self.description = description


class Output(Generic[T]):
    """A value with the name of its output and metadata.

    >>> Output(3, metadata={"rows": 3}).value
    3
    """

    __slots__ = ("value", "output_name", "metadata", "data_version", "tags")

    def __init__(
        self,
        value: T,
        output_name: str | None = "result",
        metadata: Mapping[str, Any] | None = None,
        data_version: DataVersion | None = None,
        *,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self.value = value
        self.output_name = output_name or "result"
        self.metadata = build_metadata(metadata)
        self.data_version = data_version
        self.tags: Mapping[str, str] = tags or {}

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Output)
            and self.value == other.value
            and self.output_name == other.output_name
            and self.metadata == other.metadata
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Output(value={self.value!r}, output_name={self.output_name!r})"


class DynamicOutput(Generic[T]):
    """One of the values of a dynamic output, under its mapping key (letters, digits and ``_``)."""

    __slots__ = ("value", "mapping_key", "output_name", "metadata")

    def __init__(
        self,
        value: T,
        mapping_key: str,
        output_name: str | None = "result",
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        if not isinstance(mapping_key, str) or not mapping_key.replace("_", "a").isalnum():
            raise DagsterInvalidDefinitionError(
                f"{mapping_key!r} cannot be a mapping key: use letters, digits and underscores."
            )
        self.value = value
        self.mapping_key = mapping_key
        self.output_name = output_name or "result"
        self.metadata = build_metadata(metadata)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DynamicOutput)
            and self.value == other.value
            and self.output_name == other.output_name
            and self.mapping_key == other.mapping_key
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"DynamicOutput(value={self.value!r}, mapping_key={self.mapping_key!r})"


class DataVersion:
    """The version of an asset's data, as its maker states it. Equal versions mean equal data."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise CheckError(f"The version of data is a string; {value!r} is a {type(value).__name__}.")
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataVersion) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return f"DataVersion(value={self.value!r})"


class DataProvenance:
    """What an asset was made from: code version, data versions of its inputs, and whether a user stated them."""

    __slots__ = ("code_version", "input_data_versions", "input_storage_ids", "is_user_provided")

    def __init__(
        self,
        code_version: str,
        input_data_versions: Mapping[AssetKey, DataVersion],
        input_storage_ids: Mapping[AssetKey, int | None] | None = None,
        is_user_provided: bool = False,
    ) -> None:
        self.code_version = code_version
        self.input_data_versions = input_data_versions
        self.input_storage_ids = input_storage_ids or {}
        self.is_user_provided = is_user_provided


class DataVersionsByPartition:
    """The data version of each partition of an observed asset."""

    __slots__ = ("data_versions_by_partition",)

    def __init__(self, data_versions_by_partition: Mapping[str, str | DataVersion]) -> None:
        self.data_versions_by_partition = {
            key: version if isinstance(version, DataVersion) else DataVersion(version)
            for key, version in data_versions_by_partition.items()
        }


class AssetCheckResult:
    """What a check found.

    >>> AssetCheckResult(passed=False, severity=AssetCheckSeverity.WARN).passed
    False
    """

    __slots__ = ("passed", "asset_key", "check_name", "metadata", "severity", "description")

    def __init__(
        self,
        passed: bool,
        asset_key: CoercibleToAssetKey | None = None,
        check_name: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
        description: str | None = None,
    ) -> None:
        if not isinstance(passed, bool) and type(passed).__name__ not in ("bool_", "bool"):
            raise DagsterInvalidDefinitionError(
                f"AssetCheckResult(passed={passed!r}): passed must be a bool."
            )
        self.passed = bool(passed)
        self.asset_key = AssetKey.from_coercible(asset_key) if asset_key is not None else None
        self.check_name = check_name
        self.metadata = build_metadata(metadata)
        self.severity = severity
        self.description = description

    def to_evaluation(
        self, asset_key: AssetKey, check_name: str, *, blocking: bool, partition: str | None = None
    ) -> AssetCheckEvaluation:
        """The recorded form, for the check of that name."""
        return AssetCheckEvaluation(
            asset_key=asset_key,
            check_name=check_name,
            passed=self.passed,
            metadata=self.metadata,
            severity=self.severity,
            description=self.description,
            blocking=blocking,
            partition=partition,
        )


class MaterializeResult(Generic[R]):
    """An asset was made: metadata, checks, tags and data version, and a value where there is one to store.

    Without ``value`` nothing is stored and no I/O manager is used.
    """

    __slots__ = ("value", "asset_key", "metadata", "check_results", "data_version", "tags")

    def __init__(
        self,
        asset_key: CoercibleToAssetKey | None = None,
        metadata: Mapping[str, Any] | None = None,
        check_results: Sequence[AssetCheckResult] | None = None,
        data_version: DataVersion | None = None,
        tags: Mapping[str, str] | None = None,
        value: R = NO_VALUE,
    ) -> None:
        self.value = value
        self.asset_key = AssetKey.from_coercible(asset_key) if asset_key is not None else None
        self.metadata: Mapping[str, Any] = metadata or {}
        self.check_results = list(check_results or ())
        self.data_version = data_version
        self.tags: Mapping[str, str] = tags or {}

    def __repr__(self) -> str:
        return f"MaterializeResult(asset_key={self.asset_key!r}, metadata={self.metadata!r})"


class ObserveResult:
    """An asset was observed: metadata, checks, tags and data version."""

    __slots__ = ("asset_key", "metadata", "check_results", "data_version", "tags")

    def __init__(
        self,
        asset_key: CoercibleToAssetKey | None = None,
        metadata: Mapping[str, Any] | None = None,
        check_results: Sequence[AssetCheckResult] | None = None,
        data_version: DataVersion | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        self.asset_key = AssetKey.from_coercible(asset_key) if asset_key is not None else None
        self.metadata: Mapping[str, Any] = metadata or {}
        self.check_results = list(check_results or ())
        self.data_version = data_version
        self.tags: Mapping[str, str] = tags or {}
