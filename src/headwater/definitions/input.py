"""Inputs: how ops and graphs declare them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.definitions.dagster_type import ANY, DagsterType, resolve_dagster_type
from headwater.definitions.output import NO_VALUE
from headwater.definitions.signature import EMPTY
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.nothing import NO_ENTRIES


class In:
    """An input of an op: its type, a default, the I/O manager that loads it, an asset it comes from.

    >>> In(int, default_value=3).has_default_value
    True
    """

    __slots__ = (
        "annotation",
        "description",
        "default",
        "metadata",
        "asset_key",
        "asset_partitions",
        "input_manager_key",
        "_type",
    )

    def __init__(
        self,
        dagster_type: Any = NO_VALUE,
        description: str | None = None,
        default_value: Any = NO_VALUE,
        metadata: Mapping[str, Any] | None = None,
        asset_key: CoercibleToAssetKey | None = None,
        asset_partitions: Any = None,
        input_manager_key: str | None = None,
    ) -> None:
        self.annotation = dagster_type
        self.description = description
        self.default = default_value
        self.metadata: Mapping[str, Any] = metadata or NO_ENTRIES
        self.asset_key = AssetKey.from_coercible(asset_key) if asset_key is not None else None
        self.asset_partitions = asset_partitions
        self.input_manager_key = input_manager_key
        self._type: DagsterType | None = None

    @property
    def dagster_type(self) -> DagsterType:
        """The type of the input."""
        if self._type is None:
            self._type = ANY if self.annotation is NO_VALUE else resolve_dagster_type(self.annotation)
        return self._type

    @property
    def has_default_value(self) -> bool:
        """Whether the input may be left out."""
        return self.default is not NO_VALUE

    @property
    def default_value(self) -> Any:
        """The value that stands where none arrives."""
        return self.default

    def with_param(self, annotation: Any, default: Any) -> In:
        """The same input with the annotation and default of the function's parameter, where it has none itself."""
        needs_type = self.annotation is NO_VALUE and annotation is not EMPTY
        needs_default = self.default is NO_VALUE and default is not EMPTY
        if not needs_type and not needs_default:
            return self
        return In(
            annotation if needs_type else self.annotation,
            self.description,
            default if needs_default else self.default,
            self.metadata,
            self.asset_key,
            self.asset_partitions,
            self.input_manager_key,
        )


class InputDefinition(In):
    """An input together with its name, as older code reads it from an op."""

    __slots__ = ("name",)

    def __init__(self, name: str, given: In) -> None:
        super().__init__(
            given.annotation,
            given.description,
            given.default,
            given.metadata,
            given.asset_key,
            given.asset_partitions,
            given.input_manager_key,
        )
        self.name = name


class GraphIn:
    """An input of a graph."""

    __slots__ = ("description",)

    def __init__(self, description: str | None = None) -> None:
        self.description = description
