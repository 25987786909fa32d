"""Tables of Delta Lake: each write is one commit of its log, and each version stays readable until it is vacuumed."""

from __future__ import annotations

import datetime
import json
import os
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, DeltaProtocolError, TableNotFoundError

from headwater.io.lake_condition import Condition, all_of
from headwater.io.lake_error import translated
from headwater.io.lake_place import encode_name
from headwater.io.lake_rows import LakeRows
from headwater.io.lake_table import Commit, CommitConflict, Lake, LakeTable, PastCommit
from headwater.io.lake_type import LakeTypes, show_batch, visible_schema
from headwater.io.select import quote
from headwater.io.spool import Spool
from headwater.io.table_slice import TableSlice
from headwater.model.errors import ValueNotStorableError

TYPES = LakeTypes("Delta Lake", small_integers=True, times=False)

_RUN, _PARTITIONS, _RESTORED = "headwater.run_id", "headwater.partitions", "headwater.restored_version"
_WITHOUT_ROWS = frozenset(
    ["OPTIMIZE", "VACUUM START", "VACUUM END", "SET TBLPROPERTIES", "ADD COLUMN", "ADD CONSTRAINT", "FSCK"]
)
_WIDENED = "headwater.widened"
_ROWS_OF_A_BATCH, _AHEAD = 65_536, 4


class DeltaLake(Lake):
    """Tables below ``root``, a folder or a URL; ``options`` are storage options of deltalake, ``configuration`` the
    properties of new tables, ``writer_properties`` those of its Parquet files, ``notes`` go with every commit."""

    types = TYPES
    storage_kind = "deltalake"

    def __init__(
        self,
        root: str,
        options: Mapping[str, str],
        *,
        configuration: Mapping[str, str] | None = None,
        writer_properties: Mapping[str, str] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        self.root = root.rstrip("/") if "://" in root else os.path.abspath(root)
        self.options = dict(options)
        self.configuration = dict(configuration or {})
        self.writer_properties = _writer_properties(writer_properties)
        self.notes = dict(notes or {})

    @contextmanager
    def session(self) -> Iterator[None]:
        """The log of a table is all that there is, so nothing is opened."""
        try:
            yield
        except (OSError, DeltaError) as error:
            told = None if isinstance(error, FileNotFoundError) else translated(error, self.root)
            if told is None or type(error).__module__.startswith("headwater"):
                raise
            raise told from error

    def place(self, table_slice: TableSlice) -> str:
        """The folder of a table."""
        return f"{self.root}/{encode_name(table_slice.schema)}/{encode_name(table_slice.table)}"

    def url(self, table_slice: TableSlice) -> str:
        """The folder as deltalake takes it."""
        place = self.place(table_slice)
        return place if "://" in place else "file://" + urllib.parse.quote(place)

    def find(self, table_slice: TableSlice, version_id: str | None = None) -> DeltaTableAt | None:
        """A table, now or at a version; None where there is none."""
        version = int(version_id) if version_id is not None else None
        url = self.url(table_slice)
        try:
            opened = deltalake.DeltaTable(url, version=version, storage_options=self.options)
        except TableNotFoundError:
            return None
        except DeltaError as error:
            if version is not None and translated(error, url) is None:
                return None
            raise
        return DeltaTableAt(self, opened, self.place(table_slice))

    def create(
        self, table_slice: TableSlice, rows: LakeRows, partition_by: Sequence[str], commit: Commit
    ) -> DeltaTableAt:
        """Make a table of rows, with a folder for each value of the partition columns where these are texts, dates or
        integers."""
        place = self.place(table_slice)
        if "://" not in place:
            os.makedirs(place, exist_ok=True)
        with _conflicts():
            deltalake.write_deltalake(
                self.url(table_slice),
                rows.reader(),
                mode="error",
                partition_by=_folders(rows.schema, partition_by) or None,
                configuration=self.configuration or None,
                storage_options=self.options,
                writer_properties=self.writer_properties,
                commit_properties=self.properties(commit, 0),
            )
        found = self.find(table_slice, "0")
        assert found is not None
        return found

    def properties(self, commit: Commit, version: int) -> Any:
        """What is written into the log with a commit that follows upon a version."""
        told = {
            **self.notes,
            _RUN: commit.run_id,
            _PARTITIONS: json.dumps(list(commit.partitions)) if commit.partitions is not None else None,
            _RESTORED: commit.restored_version,
        }
        once = [deltalake.Transaction(commit.append_id, version)] if commit.append_id else None
        return deltalake.CommitProperties(
            custom_metadata={name: value for name, value in told.items() if value is not None},
            app_transactions=once,
        )


class DeltaTableAt(LakeTable):
    """A table of Delta Lake at one version."""

    def __init__(self, lake: DeltaLake, table: deltalake.DeltaTable, location: str) -> None:
        import pyarrow as pa

        self._lake = lake
        self.native = table
        self.location = location
        self.version_id = str(table.version())
        found = pa.schema(table.schema())
        self.schema = pa.schema([_plain(field) for field in found])

    # -- reading ---------------------------------------------------------------------------------------------

    def scan(self, columns: Sequence[str], conditions: Sequence[Condition]) -> Iterator[Any]:
        """The rows, read as they are asked for, in the order of the files."""
        import pyarrow as pa

        wanted = pa.schema([self.schema.field(name) for name in columns])
        for batch in self._reader(list(columns), conditions):
            yield show_batch(batch.select(list(columns)), wanted)

    def _reader(self, columns: list[str], conditions: Sequence[Condition]) -> Any:
        """By Arrow, which keeps the order; by the library itself for tables with features that Arrow cannot read."""
        import pyarrow as pa

        try:
            files = self.native.to_pyarrow_dataset()
        except DeltaProtocolError:
            found = self.native.scan(columns=columns, predicate=_predicate(conditions))
            return pa.RecordBatchReader.from_stream(found)
        scanner = files.scanner(
            columns,
            filter=all_of(conditions),
            batch_readahead=_AHEAD,
            fragment_readahead=1,
            batch_size=_ROWS_OF_A_BATCH,
        )
        return scanner.to_reader()

    def count(self, conditions: Sequence[Condition]) -> int:
        """The number of rows; of all rows the log knows it."""
        if not conditions:
            return int(self.native.count())
        return sum(batch.num_rows for batch in self.scan([conditions[0].column], conditions))

    def has_appended(self, append_id: str) -> bool:
        """Whether the log has the id, and the table was not rolled back to before it since."""
        version = self.native.transaction_version(append_id)
        if version is None:
            return False
        return not any(
            int(past["version"]) > version
            and past.get("operation") == "RESTORE"
            and _restored(past) < version
            for past in self.native.history()
        )

    def history(self) -> list[PastCommit]:
        """The commits that changed rows, oldest first."""
        told = sorted(self.native.history(), key=lambda past: int(past["version"]))
        return [
            _past_commit(past)
            for past in told
            if past.get("operation") not in _WITHOUT_ROWS and _WIDENED not in past
        ]

    # -- writing ---------------------------------------------------------------------------------------------

    def append(self, rows: LakeRows, commit: Commit) -> DeltaTableAt:
        """Add rows."""
        table = self._with_types_of(rows.schema)
        return table._write(rows, commit, mode="append", schema_mode="merge" if table._grows(rows) else None)

    def replace(self, rows: LakeRows, conditions: Sequence[Condition], commit: Commit) -> DeltaTableAt:
        """Put rows in the place of others."""
        if not conditions:
            folders = _folders(rows.schema, self.native.metadata().partition_columns)
            return self._write(rows, commit, mode="overwrite", schema_mode="overwrite", partition_by=folders)
        table = self._with_types_of(rows.schema)
        return table._write(
            rows,
            commit,
            mode="overwrite",
            predicate=_predicate(conditions),
            schema_mode="merge" if table._grows(rows) else None,
        )

    def merge(self, rows: LakeRows, keys: Sequence[str], commit: Commit) -> tuple[DeltaTableAt, int, int]:
        """Update the columns that were given, and add rows that are new."""
        table = self._with_types_of(rows.schema)
        same = " AND ".join(f"old.{quote(key)} = new.{quote(key)}" for key in keys)
        changed = {quote(name): f"new.{quote(name)}" for name in rows.given if name not in keys}
        with _conflicts():
            merger = table.native.merge(
                rows.reader(),
                predicate=same,
                source_alias="new",
                target_alias="old",
                merge_schema=table._grows(rows),
                writer_properties=self._lake.writer_properties,
                commit_properties=self._lake.properties(commit, table.native.version() + 1),
            )
            if changed:
                merger = merger.when_matched_update(changed)
            told = merger.when_not_matched_insert(
                {quote(name): f"new.{quote(name)}" for name in rows.given}
            ).execute()
        return (
            table._again(),
            int(told["num_target_rows_inserted"]),
            int(told["num_target_rows_updated"]),
        )

    def restore(self, version_id: str, commit: Commit) -> DeltaTableAt:
        """Commit the rows and columns of another version."""
        properties = self._lake.properties(commit, self.native.version() + 1)
        with _conflicts():
            self.native.restore(int(version_id), commit_properties=properties)
        return self._again()

    def _write(self, rows: LakeRows, commit: Commit, **how: Any) -> DeltaTableAt:
        with _conflicts():
            deltalake.write_deltalake(
                self.native,
                rows.reader(),
                writer_properties=self._lake.writer_properties,
                commit_properties=self._lake.properties(commit, self.native.version() + 1),
                **how,
            )
        return self._again()

    def _again(self) -> DeltaTableAt:
        """The table after a commit of ours, which is known to the object that made it."""
        return DeltaTableAt(self._lake, self.native, self.location)

    # -- columns ---------------------------------------------------------------------------------------------

    def can_become(self, schema: Any) -> list[str]:
        """The columns whose values other types do not hold."""
        import pyarrow as pa

        there, wanted = visible_schema(self.schema), visible_schema(schema)
        unlike = [
            field
            for field in wanted
            if field.name in there.names and there.field(field.name).type != field.type
        ]
        stuck = []
        for field in unlike:
            try:
                for batch in self.scan([field.name], []):
                    shown = show_batch(batch, pa.schema([there.field(field.name)]))
                    show_batch(shown, pa.schema([field]))
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
                stuck.append(field.name)
        return stuck

    def _grows(self, rows: LakeRows) -> bool:
        return any(name not in self.schema.names for name in rows.schema.names)

    def _with_types_of(self, schema: Any) -> DeltaTableAt:
        """The table with columns that were dropped or given other types; a commit of its own, which changes no row.

        The log has no way to say so together with new rows.
        """
        import pyarrow as pa

        there = self.schema
        kept = [field for field in schema if field.name in there.names]
        if [(field.name, field.type, field.metadata) for field in kept] == [
            (field.name, field.type, field.metadata) for field in there
        ]:
            return self
        visible = visible_schema(there)
        names = [field.name for field in kept]
        old = pa.schema([visible.field(name) for name in names])
        held = Spool(old, (show_batch(batch, old) for batch in self.scan(names, [])))
        rows = LakeRows(held, pa.schema(kept), TYPES)
        folders = _folders(rows.schema, self.native.metadata().partition_columns)
        with _conflicts():
            deltalake.write_deltalake(
                self.native,
                rows.reader(),
                mode="overwrite",
                schema_mode="overwrite",
                partition_by=folders,
                writer_properties=self._lake.writer_properties,
                commit_properties=deltalake.CommitProperties(custom_metadata={_WIDENED: "true"}),
            )
        return self._again()


# -- the log -------------------------------------------------------------------------------------------------


@contextmanager
def _conflicts() -> Iterator[None]:
    """What the library raises where another has committed, as :class:`CommitConflict`."""
    try:
        yield
    except CommitFailedError as error:
        raise CommitConflict from error
    except DeltaError as error:
        if "already exists" in str(error):
            raise CommitConflict from error
        raise
    except OSError:
        raise
    except Exception as error:
        if type(error) is Exception:  # what the library raises for a value that it cannot write
            raise ValueNotStorableError(
                f"Delta Lake cannot store it: {str(error).splitlines()[0]}"
            ) from error
        raise


def _past_commit(past: Mapping[str, Any]) -> PastCommit:
    partitions = past.get(_PARTITIONS)
    restored = past.get(_RESTORED)
    if restored is None and past.get("operation") == "RESTORE":
        restored = str(_restored(past))
    return PastCommit(
        version_id=str(past["version"]),
        made_at=datetime.datetime.fromtimestamp(int(past["timestamp"]) / 1000, datetime.UTC),
        commit=Commit(
            run_id=past.get(_RUN),
            partitions=json.loads(partitions) if partitions is not None else None,
            restored_version=restored,
        ),
    )


def _restored(past: Mapping[str, Any]) -> int:
    """The version that a commit has made again."""
    return int(past.get("operationParameters", {}).get("version", past.get(_RESTORED, 0)))


def _plain(field: Any) -> Any:
    """A column as it is stored, in the plain types among those that hold the same."""
    return field.with_type(TYPES.stored(field.type) or field.type)


def _folders(schema: Any, columns: Sequence[str]) -> list[str]:
    """The columns that get a folder for each value: not moments, which would have too many, and never all columns."""
    import pyarrow as pa

    types = pa.types
    plain = (types.is_string, types.is_date32, types.is_integer, types.is_boolean)
    there = [name for name in columns if name in schema.names]
    found = [name for name in there if any(is_kind(schema.field(name).type) for is_kind in plain)]
    return found if len(found) < len(schema.names) else []


def _writer_properties(given: Mapping[str, str] | None) -> Any:
    if not given:
        return None
    numbers = {name: int(value) if str(value).isdigit() else value for name, value in given.items()}
    return deltalake.WriterProperties(**numbers)  # type: ignore[arg-type]


# -- conditions as SQL ---------------------------------------------------------------------------------------


def _predicate(conditions: Sequence[Condition]) -> str | None:
    """The conditions as the library takes them."""
    return " AND ".join(map(_sql, conditions)) or None


def _sql(condition: Condition) -> str:
    column = quote(condition.column)
    parts = [
        f"({column} >= {_literal(start)} AND {column} < {_literal(end)})" for start, end in condition.spans
    ]
    if condition.values:
        parts.append(f"{column} IN ({', '.join(map(_literal, condition.values))})")
    return f"({' OR '.join(parts)})" if parts else "false"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    return "'" + text.replace("'", "''") + "'"
