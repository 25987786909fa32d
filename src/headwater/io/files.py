"""Values as files: one for each asset, partition or output of a step, in the format that options and annotation say."""

from __future__ import annotations

import datetime
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.definitions.io_manager import IOManager
from headwater.definitions.stored_asset import StoredAsset
from headwater.definitions.stored_version import VERSION_LABEL, StoredVersion, VersionLimits
from headwater.io.ahead import ahead
from headwater.io.file_options import (
    FileOptions,
    FilePlan,
    build_plan,
    matching,
    options_in,
    refuse_shared_path,
    refuse_versions,
)
from headwater.io.file_versions import FileVersions
from headwater.io.frame import frame_type_of, frame_type_of_value, from_batches, to_reader
from headwater.io.location import encode_path, key_parts
from headwater.io.measured_file import MeasuredFile
from headwater.io.partition_values import annotation_of, load_partitions, shape_of, values_by_partition
from headwater.io.store import Store
from headwater.io.subject import not_found, subject_of
from headwater.model.errors import CheckError, ValueNotStorableError, VersionNotFoundError
from headwater.model.key import AssetKey
from headwater.model.metadata import MetadataValue, PathMetadataValue
from headwater.model.table import TableColumn, TableSchema

_AT_ONCE = 8
_PICKLE = FileOptions(format="pickle")
_NO_VERSIONS = VersionLimits(count=0)


class Files(IOManager):
    """Stores each value as one file in ``store``, which becomes visible whole or not at all.

    An asset lies at its key (``raw/flights``, and the ending of the format), a partition one folder deeper, the output
    of an op below its run and step. ``options`` are those of all values, ``by_pattern`` of some (``raw/*``,
    ``group:exports``); :class:`FileOptions` in the metadata of an asset or output come first.

    Raises :class:`ValueNotStorableError` for a value that its format cannot hold, and :class:`ValueNotFoundError` for
    one that is not there; whatever a write raises, the value before stays.
    """

    def __init__(
        self,
        store: Store,
        options: FileOptions = _PICKLE,
        by_pattern: Mapping[str, FileOptions] | None = None,
    ) -> None:
        self.store = store
        self.options = options
        self.by_pattern = dict(by_pattern or {})

    # -- storing -------------------------------------------------------------------------------------------

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store ``obj``, and record where and what it is; in a run of several partitions each of them."""
        several = context.has_asset_partitions and len(context.asset_partition_keys) > 1
        recorded: Mapping[str, Any] = {}
        for partition, value in values_by_partition(context, obj):
            recorded = self._store(context, value, partition)
        if several:
            recorded = {"headwater/partitions_stored": len(context.asset_partition_keys)}
        context.add_output_metadata(recorded if obj is not None else self.recorded_of_none(recorded))

    def _store(self, context: OutputContext, value: Any, partition: str | None) -> Mapping[str, Any]:
        annotation = annotation_of(context)
        plan = self._plan(context, annotation)
        path = self._path(context, plan, partition)
        known: dict[str, Any] = {}
        started = time.perf_counter()

        def write(file: BinaryIO) -> None:
            measured = MeasuredFile(file)
            known.update(plan.format.write(value, measured, annotation, plan.compression))  # type: ignore[arg-type]
            known.update(size=measured.bytes_written, hash=measured.content_hash())

        limits = plan.limits if context.has_asset_key else _NO_VERSIONS
        try:
            published = self.store.publish(path, write, limits)
        except ValueNotStorableError as error:
            raise ValueNotStorableError(
                f"{subject_of(context, partition)} cannot be stored as {plan.format.name}. {error} What was stored before "
                "is unchanged."
            ) from error
        except OSError as error:
            error.add_note(
                f"While {subject_of(context, partition)} was stored at {self.store.location(path)}. What was stored "
                "before is unchanged."
            )
            raise
        evidence = _evidence(plan, known, time.perf_counter() - started, partition)
        if published.version_id is not None:
            evidence[VERSION_LABEL] = published.version_id
        return {**self.recorded_place(path, published.place), **evidence}

    def recorded_place(self, path: str, place: str) -> dict[str, PathMetadataValue]:
        """What is recorded of where a value lies: at ``path`` in the store, which is ``place``."""
        return {"path": PathMetadataValue(place)}

    def recorded_of_none(self, recorded: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is recorded where the value is None."""
        return {}

    # -- loading -------------------------------------------------------------------------------------------

    def load_input(self, context: InputContext) -> Any:
        """The value as the input's annotation asks for it; several partitions by :func:`load_partitions`."""
        wanted = shape_of(context).element
        plan = self._plan(context.upstream_output or context, wanted)
        if not (context.has_asset_key and context.has_asset_partitions):
            return self._load(context, plan, wanted, None)
        keys = context.asset_partition_keys
        if len(keys) == 1 or plan.format.is_stream(wanted):
            return load_partitions(context, lambda key: self._load(context, plan, wanted, key))
        with ahead(keys, lambda key: self._load(context, plan, wanted, key), at_once=_AT_ONCE) as loads:
            return load_partitions(context, loads.take)

    def _load(self, context: InputContext, plan: FilePlan, wanted: Any, partition: str | None) -> Any:
        path = self._path(context, plan, partition)
        try:
            file = self.store.open(path)
        except FileNotFoundError:
            raise not_found(context, self.store.location(path), partition) from None
        return self._read(context, plan, wanted, partition, file)

    def _read(
        self, context: InputContext, plan: FilePlan, wanted: Any, partition: str | None, file: BinaryIO
    ) -> Any:
        if wanted in (Any, None):
            wanted = annotation_of(context.upstream_output)
        try:
            return _as_wanted(plan.format.read(file, wanted, plan.compression), wanted)
        except Exception as error:
            error.add_note(
                f"While {subject_of(context, partition)} was loaded from the {plan.format.name} {file.name}."
            )
            raise

    # -- versions ------------------------------------------------------------------------------------------

    def list_versions(self, context: InputContext) -> list[StoredVersion]:
        """The values of an asset, or of the one partition, that are kept, oldest first."""
        return self._versions(context).kept()

    def load_version(self, context: InputContext, version_id: str) -> Any:
        """A value that is kept, as the input's annotation asks for it. Raises :class:`VersionNotFoundError`."""
        wanted = shape_of(context).element
        plan = self._plan(context.upstream_output or context, wanted)
        file = self._versions(context).open(version_id)
        return self._read(context, plan, wanted, _one_partition(context), file)

    def restore_version(self, context: InputContext, version_id: str) -> StoredVersion:
        """Publish a value that is kept again, in one step. Raises :class:`VersionNotFoundError`."""
        return self._versions(context).restore(version_id)

    def collect_versions(
        self, context: InputContext, limits: VersionLimits | None, now: datetime.datetime, *, dry_run: bool
    ) -> list[StoredVersion]:
        """Remove the versions beyond ``limits`` (None: those of the options), never the current one; those that went."""
        if not self.store.keeps_versions:
            return []
        plan = self._plan(context.upstream_output or context, shape_of(context).element)
        used = limits or plan.limits or self.store.default_limits
        return self._versions(context).collect(used, now, dry_run=dry_run)

    def _versions(self, context: InputContext) -> FileVersions:
        if not self.store.keeps_versions:
            raise VersionNotFoundError(subject_of(context), None, [])
        plan = self._plan(context.upstream_output or context, shape_of(context).element)
        return self.store.versions(self._path(context, plan, _one_partition(context)))

    # -- how and where -------------------------------------------------------------------------------------

    def plan_for(
        self, metadata: Mapping[str, Any], key: AssetKey | None, group: str | None, annotation: Any
    ) -> FilePlan:
        """How values of an asset (``key``; None: of an op) are stored."""
        options = options_in(metadata)
        if key is not None:
            options = options.over(matching(self.by_pattern, key, group))
        what = f'the asset "{key.to_user_string()}"' if key is not None else "an output"
        plan = build_plan(options.over(self.options), annotation, what)
        if not self.store.keeps_versions:
            refuse_versions(plan.limits, what)
        return plan

    def describe(self, asset: StoredAsset, root: str) -> dict[str, str]:
        """How an asset is stored, in words: format, compression, and path below ``root``.

        Raises :class:`DagsterInvalidDefinitionError` where its options contradict each other or its annotation.
        """
        plan = self.plan_for(asset.metadata, asset.key, asset.group_name, asset.annotation)
        if asset.partitioned:
            refuse_shared_path(plan, f'the asset "{asset.key.to_user_string()}"')
        path = self._asset_path(asset.key, plan, "{partition}" if asset.partitioned else None)
        told = {
            "format": plan.format.name,
            "compression": plan.compression,
            "path": root + path,
            "versions": _limits_text(plan.limits or self.store.default_limits),
        }
        return {name: each for name, each in told.items() if each}

    def _plan(self, context: InputContext | OutputContext, wanted: Any) -> FilePlan:
        stored = annotation_of(context) if isinstance(context, OutputContext) else Any
        spec = getattr(context, "_asset_spec", None)
        return self.plan_for(
            context.definition_metadata,
            context.asset_key if context.has_asset_key else None,
            getattr(spec, "group_name", None),
            wanted if stored in (Any, None) else stored,
        )

    def _path(self, context: InputContext | OutputContext, plan: FilePlan, partition: str | None) -> str:
        if not context.has_asset_key:
            return encode_path(self.op_parts(tuple(context.get_identifier()))) + plan.extension
        return self._asset_path(context.asset_key, plan, partition)

    def op_parts(self, identifier: tuple[str, ...]) -> tuple[str, ...]:
        """The parts of the path of an op's output, from run, step, name and mapping key."""
        return identifier

    def _asset_path(self, key: AssetKey, plan: FilePlan, partition: str | None) -> str:
        if plan.path is not None:
            return plan.fill(key, partition)
        return encode_path(key_parts(key.parts, partition)) + plan.extension


def _one_partition(context: InputContext) -> str | None:
    """The partition whose versions are meant. Raises :class:`CheckError` where that is not one alone."""
    if not (context.has_asset_key and context.has_asset_partitions):
        return None
    keys = context.asset_partition_keys
    if len(keys) != 1:
        raise CheckError(
            f"{subject_of(context)} has versions of each partition. Say which partition is meant."
        )
    return keys[0]


def _limits_text(limits: VersionLimits) -> str:
    """Which versions stay, in words."""
    count = "" if limits.count is None else f"the latest {limits.count}"
    days = "" if limits.days is None else f"of {limits.days:g} days"
    return " ".join(filter(None, [count, days])) if limits.count != 0 else ""


def _as_wanted(value: Any, wanted: Any) -> Any:
    """A frame of the library that is wanted, where a format gave another."""
    kind = frame_type_of(wanted)
    given = frame_type_of_value(value) if kind is not None else None
    if kind is None or given is None or kind == given or given.library == "any":
        return value
    reader = to_reader(value)
    if kind.form == "lazy":
        return from_batches(reader.schema, iter(reader), type(kind)("polars", "whole")).lazy()
    return from_batches(reader.schema, iter(reader), kind)


def _evidence(
    plan: FilePlan, known: Mapping[str, Any], seconds: float, partition: str | None
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "headwater/format": plan.format.name
        if plan.compression is None
        else f"{plan.format.name}, {plan.compression}",
        "headwater/bytes": known["size"],
        "headwater/seconds": round(seconds, 6),
    }
    if known["hash"] is not None:
        told["headwater/sha256"] = known["hash"]
    if "rows" in known:
        told["dagster/row_count" if partition is None else "dagster/partition_row_count"] = known["rows"]
    if "schema" in known:
        columns = [TableColumn(name, kind) for name, kind in known["schema"].items()]
        told["dagster/column_schema"] = MetadataValue.table_schema(TableSchema(columns))
    return told
