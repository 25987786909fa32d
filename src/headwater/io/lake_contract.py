"""The columns of a write beside those of a table in a lake: what differs, and what the table becomes by its contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from headwater.io.arrow_type import cast_column
from headwater.io.column_change import ColumnChange, refusal
from headwater.io.lake_table import LakeTable
from headwater.io.lake_type import LakeTypes, is_text, visible_schema
from headwater.io.spool import Spool
from headwater.io.table_options import SchemaContract


def follow_contract(
    table: LakeTable, spool: Spool, types: LakeTypes, contract: SchemaContract, *, partial: bool
) -> Any:
    """The stored columns that the table is to have. ``partial`` rows need not have all of them.

    Raises :class:`SchemaChangedError` for a change that the contract does not allow.
    """
    import pyarrow as pa

    there, now = visible_schema(table.schema), spool.schema
    changes = [
        ColumnChange(name, str(there.field(name).type), None)
        for name in there.names
        if name not in now.names and not partial
    ]
    changes += [
        ColumnChange(field.name, None, str(field.type)) for field in now if field.name not in there.names
    ]
    unlike = [
        name for name in there.names if name in now.names and not _keeps(spool, name, there.field(name).type)
    ]
    changes += [ColumnChange(name, str(there.field(name).type), str(now.field(name).type)) for name in unlike]
    if not changes:
        return table.schema
    if contract == "freeze":
        raise refusal(table.location, changes, changes)
    wide = {name: _wide(spool, name, there.field(name).type) for name in unlike}
    gone = {change.name for change in changes if change.now is None and contract == "replace"}
    fields = [
        _store(types, field.name, wide[field.name])
        if wide.get(field.name) is not None
        else table.schema.field(field.name)
        for field in there
        if field.name not in gone
    ]
    fields += [_store(types, field.name, field.type) for field in now if field.name not in there.names]
    schema = pa.schema(fields)
    stuck = {name for name, kind in wide.items() if kind is None} | set(table.can_become(schema))
    if stuck:
        raise refusal(table.location, changes, [change for change in changes if change.name in stuck])
    return schema


def _store(types: LakeTypes, name: str, kind: Any) -> Any:
    import pyarrow as pa

    return types.store_schema(pa.schema([(name, kind)])).field(0)


def _wide(spool: Spool, name: str, there: Any) -> Any:
    """A type that holds the values of the table and of the rows, None where there is none."""
    import pyarrow as pa

    now = spool.schema.field(name).type
    if not pa.types.is_null(there) and (is_text(there) != is_text(now) or _zone(there) != _zone(now)):
        return None
    try:
        both = [pa.schema([(name, kind)]) for kind in (there, now)]
        wide = pa.unify_schemas(both, promote_options="permissive").field(0).type
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None
    return wide if _keeps(spool, name, wide) else None


def _keeps(spool: Spool, name: str, there: Any) -> bool:
    """Whether all values of a column keep their meaning in a column of the type ``there``. Text never becomes a number,
    nor a number text, nor a moment one without its time zone."""
    import pyarrow as pa

    now = spool.schema.field(name).type
    if now == there or pa.types.is_null(now):
        return True
    if is_text(_plain(now)) != is_text(_plain(there)) or _zone(now) != _zone(there):
        return all(column.null_count == len(column) for column in _columns(spool, name))
    try:
        return all(
            cast_column(cast_column(column, there), now).equals(column) for column in _columns(spool, name)
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        return False


def _columns(spool: Spool, name: str) -> Iterator[Any]:
    for batch in spool.reader():
        yield batch.column(batch.schema.get_field_index(name))


def _plain(kind: Any) -> Any:
    import pyarrow as pa

    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _zone(kind: Any) -> bool:
    return getattr(kind, "tz", None) is not None
