"""Tables of Iceberg in a catalog: each write is one snapshot, and each snapshot stays readable until it expires."""

from __future__ import annotations

import datetime
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy.exc
from pyiceberg import expressions
from pyiceberg.catalog import load_catalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NoSuchNamespaceError,
    NoSuchTableError,
    TableAlreadyExistsError,
    ValidationException,
)
from pyiceberg.io.pyarrow import ArrowScan, _dataframe_to_data_files
from pyiceberg.partitioning import PARTITION_FIELD_ID_START, PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.table import Table, Transaction
from pyiceberg.table.update import SetCurrentSchemaUpdate
from pyiceberg.table.update.snapshot import ManageSnapshots
from pyiceberg.transforms import IdentityTransform

from headwater.io.iceberg_merge import KeyedRows
from headwater.io.lake_condition import Condition, all_of, count_outside
from headwater.io.lake_error import translated
from headwater.io.lake_place import encode_name
from headwater.io.lake_rows import LakeRows
from headwater.io.lake_table import Commit, CommitConflict, Lake, LakeTable, PastCommit
from headwater.io.lake_type import REMEMBERED, LakeTypes, show_batch, visible_schema
from headwater.io.table_slice import TableSlice
from headwater.model.errors import DatabaseUnreachableError

TYPES = LakeTypes("Iceberg", small_integers=False, times=True)

_RUN, _PARTITIONS, _RESTORED, _APPEND, _TYPES = (
    "headwater.run-id", "headwater.partitions", "headwater.restored-version", "headwater.append-id",
    "headwater.arrow-types",
)  # fmt: skip
_BYTES_OF_A_FILE = 64 * 2**20
_DEFAULTS = {"write.target-file-size-bytes": str(_BYTES_OF_A_FILE)}
"""Properties of new tables: a file is read and written as a whole, so it is not larger than memory likes."""


class IcebergLake(Lake):
    """Tables of a catalog. ``properties`` are those of the catalog, ``table_properties`` those of new tables;
    ``prefix`` is how the names of partition fields begin."""

    types = TYPES
    storage_kind = "iceberg"

    def __init__(
        self,
        name: str,
        properties: Mapping[str, Any],
        *,
        prefix: str = "part",
        table_properties: Mapping[str, str] | None = None,
    ) -> None:
        self._name = name
        self._properties = {key: str(value) for key, value in properties.items()}
        self._prefix = prefix
        self._table_properties = {**_DEFAULTS, **(table_properties or {})}
        self._open: list[Any] = []

    @property
    def catalog(self) -> Any:
        """The catalog of the session."""
        return self._open[-1]

    @contextmanager
    def session(self) -> Iterator[None]:
        """The catalog is open meanwhile. Raises :class:`DatabaseUnreachableError` where it does not answer."""
        try:
            catalog = load_catalog(self._name, **self._properties)
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise self._unreachable(error) from None
        self._open.append(catalog)
        try:
            yield
        except (OSError, ValueError) as error:
            told = (
                None if type(error).__module__.startswith("headwater") else translated(error, self._warehouse)
            )
            if told is None:
                raise
            raise told from error
        finally:
            self._open.pop()
            catalog.close()

    def place(self, table_slice: TableSlice) -> str:
        """The name of a table, with its catalog."""
        return ".".join([self._name, *self._identifier(table_slice)])

    def find(self, table_slice: TableSlice, version_id: str | None = None) -> IcebergTableAt | None:
        """A table, now or at a snapshot; None where there is none."""
        try:
            table = self.catalog.load_table(self._identifier(table_slice))
        except (NoSuchTableError, NoSuchNamespaceError):
            return None
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise self._unreachable(error) from None
        if version_id is not None and table.snapshot_by_id(int(version_id)) is None:
            return None
        return IcebergTableAt(table, int(version_id) if version_id is not None else None)

    def create(
        self, table_slice: TableSlice, rows: LakeRows, partition_by: Sequence[str], commit: Commit
    ) -> IcebergTableAt:
        """Make a table of rows, partitioned by the columns that tell partitions apart, unless they are moments."""
        namespace, name = self._identifier(table_slice)
        schema = Schema(*_with_ids(rows.schema))
        with _conflicts():
            self.catalog.create_namespace_if_not_exists((namespace,))
            transaction = self.catalog.create_table_transaction(
                (namespace, name),
                schema,
                partition_spec=_spec(schema, rows.schema, partition_by, self._prefix),
                properties=self._table_properties,
            )
            with transaction:
                _add_snapshot(transaction, rows.tables(), [], commit, rows.schema, only_adds=True)
            return IcebergTableAt(self.catalog.load_table((namespace, name)), None)

    def _identifier(self, table_slice: TableSlice) -> tuple[str, str]:
        namespace = table_slice.schema
        plain = all(part.strip() for part in namespace.split(".")) and encode_name(namespace) == namespace
        if not plain:
            namespace = encode_name(namespace).replace(".", "~2E")
        return namespace, encode_name(table_slice.table)

    @property
    def _warehouse(self) -> str:
        return self._properties.get("warehouse", self._name)

    def _unreachable(self, error: Exception) -> DatabaseUnreachableError:
        cause = getattr(error, "orig", None) or error
        return DatabaseUnreachableError(
            f'The catalog "{self._name}" cannot be reached: {str(cause).splitlines()[0]}. Look at the uri in its '
            "properties, and whether what it names runs or can be written."
        )


class IcebergTableAt(LakeTable):
    """A table of Iceberg at one snapshot (None: as it is now)."""

    def __init__(self, table: Table, snapshot_id: int | None) -> None:
        import pyarrow as pa

        self.native = table
        self._snapshot_id = snapshot_id
        self.location = table.location()
        snapshot = self._snapshot
        self.version_id = str(snapshot.snapshot_id) if snapshot is not None else ""
        remembered = json.loads(_summary(snapshot).get(_TYPES, "{}"))
        found = self._scan([]).projection().as_arrow()
        self.schema = pa.schema([_stored_field(field, remembered.get(field.name)) for field in found])

    @property
    def _snapshot(self) -> Any:
        if self._snapshot_id is None:
            return self.native.current_snapshot()
        return self.native.snapshot_by_id(self._snapshot_id)

    def _scan(self, conditions: Sequence[Condition]) -> Any:
        return self.native.scan(row_filter=_filter(conditions), snapshot_id=self._snapshot_id)

    # -- reading ---------------------------------------------------------------------------------------------

    def scan(self, columns: Sequence[str], conditions: Sequence[Condition]) -> Iterator[Any]:
        """The rows, file by file: the library would read all of them ahead."""
        import pyarrow as pa

        wanted = pa.schema([self.schema.field(name) for name in columns])
        scan = self._scan(conditions)
        projected = scan.projection().select(*columns)
        for task in scan.plan_files():
            reader = ArrowScan(self.native.metadata, self.native.io, projected, scan.row_filter)
            for batch in reader.to_record_batches([task]):
                yield show_batch(batch.select(list(columns)), wanted)

    def count(self, conditions: Sequence[Condition]) -> int:
        """The number of rows; of whole files the snapshot knows it."""
        return int(self._scan(conditions).count())

    def has_appended(self, append_id: str) -> bool:
        """Whether a snapshot with this id is among those from which the current one has come."""
        return any(_summary(each).get(_APPEND) == append_id for each in self._ancestors())

    def history(self) -> list[PastCommit]:
        """The snapshots that changed rows, oldest first."""
        ancestors = {each.snapshot_id for each in self._ancestors()}
        found = sorted(
            self.native.snapshots(), key=lambda each: (each.sequence_number or 0, each.timestamp_ms)
        )
        return [
            _past_commit(each, each.snapshot_id in ancestors)
            for each in found
            if each.summary is None or each.summary.operation.value != "replace"
        ]

    def _ancestors(self) -> Iterator[Any]:
        snapshot = self._snapshot
        while snapshot is not None:
            yield snapshot
            parent = snapshot.parent_snapshot_id
            snapshot = self.native.snapshot_by_id(parent) if parent is not None else None

    # -- writing ---------------------------------------------------------------------------------------------

    def append(self, rows: LakeRows, commit: Commit) -> IcebergTableAt:
        """Add rows."""
        with self._transaction(rows.schema) as transaction:
            _add_snapshot(transaction, rows.tables(), [], commit, rows.schema, only_adds=True)
        return IcebergTableAt(self.native, None)

    def replace(self, rows: LakeRows, conditions: Sequence[Condition], commit: Commit) -> IcebergTableAt:
        """Put rows in the place of others. A file that has rows of both is written anew."""
        tasks = list(self._scan(conditions).plan_files())
        with self._transaction(rows.schema, whole=not conditions) as transaction:
            kept = self._kept(tasks, conditions, rows) if conditions else iter(())
            tables = itertools.chain(kept, rows.tables())
            _add_snapshot(transaction, tables, [task.file for task in tasks], commit, rows.schema)
        return IcebergTableAt(self.native, None)

    def merge(self, rows: LakeRows, keys: Sequence[str], commit: Commit) -> tuple[IcebergTableAt, int, int]:
        """Write the files anew that have rows with the same keys, and add the rows that are new."""
        keyed = KeyedRows(rows, keys)
        tasks = [task for task in self._scan([]).plan_files() if keyed.has_any(self._read(task, list(keys)))]
        with self._transaction(rows.schema) as transaction:
            tables = keyed.merged(LakeRows.widen(self._read(task), rows.schema) for task in tasks)
            _add_snapshot(transaction, tables, [task.file for task in tasks], commit, rows.schema)
        return IcebergTableAt(self.native, None), keyed.inserted, keyed.updated

    def restore(self, version_id: str, commit: Commit) -> IcebergTableAt:
        """Let the table be what it was at a snapshot, with the columns that it had then."""
        snapshot = self.native.snapshot_by_id(int(version_id))
        with _conflicts(), self.native.transaction() as transaction:
            ManageSnapshots(transaction).set_current_snapshot(snapshot.snapshot_id).commit()
            if (
                snapshot.schema_id is not None
                and snapshot.schema_id != self.native.metadata.current_schema_id
            ):
                back = SetCurrentSchemaUpdate.model_validate({"schema-id": snapshot.schema_id})
                transaction._apply((back,))
        return IcebergTableAt(self.native, None)

    def _kept(self, tasks: Sequence[Any], conditions: Sequence[Condition], rows: LakeRows) -> Iterator[Any]:
        """What else is in the files of some partitions."""
        for task in tasks:
            table = self._read(task)
            if count_outside(table, conditions):
                yield LakeRows.widen(_outside(table, conditions), rows.schema)

    def _read(self, task: Any, columns: Sequence[str] | None = None) -> Any:
        """All rows of a file, as they are stored."""
        import pyarrow as pa

        names = list(columns or self.schema.names)
        projected = self.native.schema().select(*names)
        scan = ArrowScan(self.native.metadata, self.native.io, projected, expressions.AlwaysTrue())
        wanted = pa.schema([self.schema.field(name) for name in names])
        batches = [show_batch(batch.select(names), wanted) for batch in scan.to_record_batches([task])]
        return pa.Table.from_batches(batches, wanted)

    # -- columns ---------------------------------------------------------------------------------------------

    def can_become(self, schema: Any) -> list[str]:
        """The columns that Iceberg cannot widen to the types of another schema: it knows longer integers, doubles of
        floats, and more digits. A column without values becomes what it likes."""
        import pyarrow as pa

        empty = {field.name for field in visible_schema(self.schema) if pa.types.is_null(field.type)}
        kept = [field for field in schema if field.name in self.schema.names and field.name not in empty]
        return [field.name for field in kept if not _widens(self.schema.field(field.name), field)]

    @contextmanager
    def _transaction(self, schema: Any, *, whole: bool = False) -> Iterator[Transaction]:
        """A transaction in which the table has the columns of a schema; if it is replaced as a whole, whatever it had."""
        with _conflicts(), self.native.transaction() as transaction:
            there = {field.name: field for field in self.schema}
            anew = [
                field.name
                for field in schema
                if field.name in there and not _widens(there[field.name], field)
            ]
            gone = [name for name in there if name not in schema.names]
            _drop_partitioning(transaction, {*gone, *anew} if whole else {*gone})
            if gone or anew:
                with transaction.update_schema(allow_incompatible_changes=True) as update:
                    for name in (*gone, *anew):
                        update.delete_column((name,))
            with transaction.update_schema() as update:
                for field, column in zip(_with_ids(schema), schema, strict=True):
                    if field.name not in there or field.name in anew:
                        update.add_column((field.name,), field.field_type)
                    elif there[field.name].type != column.type:
                        update.update_column((field.name,), field.field_type)
                if whole and schema.names != [name for name in there if name not in {*gone, *anew}]:
                    _order(update, schema.names)
            yield transaction


def _order(update: Any, names: Sequence[str]) -> None:
    update.move_first((names[0],))
    for before, name in itertools.pairwise(names):
        update.move_after((name,), (before,))


# -- snapshots -----------------------------------------------------------------------------------------------


def _add_snapshot(
    transaction: Transaction,
    tables: Iterator[Any],
    gone: Sequence[Any],
    commit: Commit,
    schema: Any,
    *,
    only_adds: bool = False,
) -> None:
    """One snapshot without some files, and with files of new rows, written a few at a time.

    One that ``only_adds`` may follow upon any other; else what others have added meanwhile is a conflict.
    """
    told = {
        _RUN: commit.run_id,
        _PARTITIONS: json.dumps(list(commit.partitions)) if commit.partitions is not None else None,
        _APPEND: commit.append_id,
        _RESTORED: commit.restored_version,
        _TYPES: json.dumps(_remembered(schema)) if _remembered(schema) else None,
    }
    update = transaction.update_snapshot({name: value for name, value in told.items() if value is not None})
    with update.fast_append() if only_adds else update.overwrite() as snapshot:
        for file in gone:
            snapshot.delete_data_file(file)
        counter = itertools.count()
        for table in _of_file_size(tables):
            made = _dataframe_to_data_files(
                table_metadata=transaction.table_metadata,
                df=table.replace_schema_metadata(None).cast(_without_memory(table.schema)),
                io=transaction._table.io,
                write_uuid=snapshot.commit_uuid,
                counter=counter,
            )
            for file in made:
                snapshot.append_data_file(file)


def _of_file_size(tables: Iterator[Any]) -> Iterator[Any]:
    """Tables joined to what is worth a file; none where there are no rows."""
    import pyarrow as pa

    held: list[Any] = []
    for table in tables:
        if table.num_rows:
            held.append(table)
        if sum(each.nbytes for each in held) >= _BYTES_OF_A_FILE:
            yield pa.concat_tables(held)
            held = []
    if held:
        yield pa.concat_tables(held)


def _past_commit(snapshot: Any, is_ancestor: bool) -> PastCommit:
    summary = _summary(snapshot)
    partitions, size = summary.get(_PARTITIONS), summary.get("total-files-size")
    return PastCommit(
        version_id=str(snapshot.snapshot_id),
        made_at=datetime.datetime.fromtimestamp(snapshot.timestamp_ms / 1000, datetime.UTC),
        commit=Commit(
            run_id=summary.get(_RUN),
            partitions=json.loads(partitions) if partitions is not None else None,
            restored_version=summary.get(_RESTORED),
        ),
        size_bytes=int(size) if size is not None else None,
        is_ancestor=is_ancestor,
    )


def _summary(snapshot: Any) -> Mapping[str, str]:
    if snapshot is None or snapshot.summary is None:
        return {}
    properties: Mapping[str, str] = snapshot.summary.additional_properties
    return properties


@contextmanager
def _conflicts() -> Iterator[None]:
    """What the library and a catalog in a database raise where another has committed, as :class:`CommitConflict`."""
    try:
        yield
    except (CommitFailedException, ValidationException, TableAlreadyExistsError) as error:
        raise CommitConflict from error
    except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.IntegrityError) as error:
        raise CommitConflict from error


# -- columns -------------------------------------------------------------------------------------------------


def _stored_field(field: Any, remembered: str | None) -> Any:
    import pyarrow as pa

    kind = TYPES.stored(field.type) if not pa.types.is_fixed_size_binary(field.type) else field.type
    metadata = {REMEMBERED: remembered.encode()} if remembered is not None else None
    return pa.field(field.name, kind or field.type, metadata=metadata)


def _remembered(schema: Any) -> dict[str, str]:
    """What a snapshot remembers of its columns, by their names."""
    held = {field.name: (field.metadata or {}).get(REMEMBERED) for field in schema}
    return {name: text.decode() for name, text in held.items() if text is not None}


def _without_memory(schema: Any) -> Any:
    """A schema without metadata, which would go into each file."""
    import pyarrow as pa

    return pa.schema([pa.field(field.name, field.type) for field in schema])


def _with_ids(schema: Any) -> Sequence[Any]:
    """The columns as Iceberg knows them, with new ids."""
    from pyiceberg.io.pyarrow import _pyarrow_to_schema_without_ids
    from pyiceberg.schema import assign_fresh_schema_ids

    return assign_fresh_schema_ids(_pyarrow_to_schema_without_ids(_without_memory(schema))).fields


def _widens(before: Any, after: Any) -> bool:
    """Whether Iceberg takes a column of one type for one of another."""
    import pyarrow as pa

    types, old, new = pa.types, before.type, after.type
    if old == new or (types.is_int32(old) and types.is_int64(new)):
        return True
    if types.is_decimal(old) and types.is_decimal(new):
        return bool(old.scale == new.scale and old.precision <= new.precision)
    return bool(types.is_float32(old) and types.is_float64(new))


# -- partitions ----------------------------------------------------------------------------------------------


def _spec(schema: Schema, stored: Any, columns: Sequence[str], prefix: str) -> PartitionSpec:
    """Partitions by the values of columns. Moments are not among them: there would be one for each."""
    import pyarrow as pa

    types = pa.types
    plain = (types.is_string, types.is_date32, types.is_integer, types.is_boolean)
    chosen = [name for name in columns if any(is_kind(stored.field(name).type) for is_kind in plain)]
    return PartitionSpec(
        *(
            PartitionField(
                source_id=schema.find_field(name).field_id,
                field_id=PARTITION_FIELD_ID_START + number,
                transform=IdentityTransform(),
                name=f"{prefix}_{name}",
            )
            for number, name in enumerate(chosen)
        )
    )


def _drop_partitioning(transaction: Transaction, columns: set[str]) -> None:
    """Let the table be partitioned by these columns no more."""
    metadata = transaction.table_metadata
    fields = [
        field.name
        for field in metadata.spec().fields
        if metadata.schema().find_column_name(field.source_id) in columns
    ]
    if fields:
        with transaction.update_spec() as update:
            for name in fields:
                update.remove_field(name)


def _filter(conditions: Sequence[Condition]) -> Any:
    """The conditions as the library takes them."""
    found: Any = expressions.AlwaysTrue()
    for condition in conditions:
        found = expressions.And(found, _expression(condition))
    return found


def _expression(condition: Condition) -> Any:
    make: Any = expressions  # its classes take more than they say
    column = make.Reference(condition.column)
    found = make.In(column, condition.values) if condition.values else make.AlwaysFalse()
    for start, end in condition.spans:
        span = make.And(
            make.GreaterThanOrEqual(column, _literal(start)), make.LessThan(column, _literal(end))
        )
        found = make.Or(found, span)
    return found


def _literal(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _outside(table: Any, conditions: Sequence[Condition]) -> Any:
    """The rows that do not meet all conditions."""
    import pyarrow.compute as pc

    return table.filter(~pc.coalesce(all_of(conditions), pc.scalar(False)))
