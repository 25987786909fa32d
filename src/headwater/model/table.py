"""The shape of tables as metadata shows it: columns, constraints, records, lineage of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from headwater.model.key import AssetKey, CoercibleToAssetKey


class TableConstraints(msgspec.Struct, frozen=True):
    """Constraints of a whole table, in words."""

    other: list[str] = []


class TableColumnConstraints(msgspec.Struct, frozen=True):
    """Constraints of one column: may it be null, is it unique, and others in words."""

    nullable: bool = True
    unique: bool = False
    other: list[str] = []


class TableColumn(msgspec.Struct, frozen=True):
    """One column: name, type (as the store calls it), description, constraints, tags."""

    name: str
    type: str = "string"
    description: str | None = None
    constraints: TableColumnConstraints = TableColumnConstraints()
    tags: dict[str, str] = {}


class TableSchema(msgspec.Struct, frozen=True):
    """The columns of a table, in order.

    >>> TableSchema(columns=[TableColumn("id", "BIGINT")]).columns[0].name
    'id'
    """

    columns: list[TableColumn] = []
    constraints: TableConstraints = TableConstraints()

    @staticmethod
    def from_name_type_dict(name_type_dict: Mapping[str, str]) -> TableSchema:
        """A schema from a mapping of column name to type."""
        return TableSchema(
            columns=[TableColumn(name=name, type=type_) for name, type_ in name_type_dict.items()]
        )


class TableRecord(msgspec.Struct, frozen=True):
    """One row shown in metadata: column name to value (string, number, boolean or None)."""

    data: dict[str, Any]


class TableColumnDep(msgspec.Struct, frozen=True):
    """A column of an upstream asset which a column is made from."""

    asset_key: AssetKey
    column_name: str

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "asset_key", AssetKey.from_coercible(self.asset_key))

    if TYPE_CHECKING:

        def __init__(self, asset_key: CoercibleToAssetKey, column_name: str) -> None: ...


class TableColumnLineage(msgspec.Struct, frozen=True):
    """Which upstream columns each column is made from."""

    deps_by_column: dict[str, Sequence[TableColumnDep]]
