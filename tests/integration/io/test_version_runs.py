"""Versions of values that runs store: listed with their runs, rolled back, and what the history then says."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

import headwater as hw
from headwater.instance.stored_versions import StoredVersions
from headwater.model.errors import CheckError
from headwater.model.key import AssetKey

DAYS = hw.StaticPartitionsDefinition(["mon", "tue"])
LEVEL = AssetKey("level")


class Gauge(hw.ConfigurableResource):
    reading: int


@hw.asset
def level(gauge: Gauge) -> hw.Output[int]:
    return hw.Output(gauge.reading, metadata={"reading": gauge.reading})


@hw.asset(partitions_def=DAYS)
def by_day(context: hw.AssetExecutionContext, gauge: Gauge) -> dict[str, int]:
    return {context.partition_key: gauge.reading}


@pytest.fixture
def instance() -> Iterator[hw.DagsterInstance]:
    with hw.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def defs_with(folder: Path, reading: int) -> hw.Definitions:
    files = hw.FilesystemIOManager(base_dir=str(folder), format="auto", versions=2)
    return hw.Definitions(
        assets=[level, by_day], resources={"io_manager": files, "gauge": Gauge(reading=reading)}
    )


def run(defs: hw.Definitions, asset: str, instance: hw.DagsterInstance, partition: str | None = None) -> str:
    job = defs.repository.asset_job("__ASSET_JOB", [AssetKey(asset)])
    result = job.execute_in_process(instance=instance, partition_key=partition)
    assert result.success
    return str(result.run_id)


def test_a_rollback_publishes_the_value_and_tells_the_history(
    tmp_path: Path, instance: hw.DagsterInstance
) -> None:
    runs = [run(defs_with(tmp_path, reading), "level", instance) for reading in (1, 2, 3)]
    first_made = instance.get_event_records(
        hw.EventRecordsFilter(hw.DagsterEventType.ASSET_MATERIALIZATION, asset_key=LEVEL)
    )[1].asset_materialization
    assert first_made is not None
    defs = defs_with(tmp_path, 4)
    versions = StoredVersions(defs.repository, LEVEL, instance)
    assert [each.run_id for each in versions.kept()] == runs[1:]
    assert defs.load_asset_value("level", instance=instance, version=versions.kept()[0].version_id) == 2

    restored = versions.rollback()

    assert restored.run_id == runs[1]
    assert defs.load_asset_value("level", instance=instance) == 2
    made = instance.get_latest_materialization_event(LEVEL)
    assert made is not None
    told = made.asset_materialization
    assert told is not None
    assert told.metadata["reading"].value == 2
    assert told.metadata["headwater/restored_version"].value == restored.version_id
    assert told.metadata["headwater/restored_from_run"].value == runs[1]
    assert told.data_version == first_made.data_version  # what was made from it is up to date again

    with pytest.raises(hw.VersionNotFoundError, match="before the current one"):
        versions.rollback()  # nothing older is kept
    assert defs.load_asset_value("level", instance=instance) == 2


def test_a_rollback_of_one_partition_leaves_the_others(tmp_path: Path, instance: hw.DagsterInstance) -> None:
    for reading in (1, 2):
        for day in ("mon", "tue"):
            run(defs_with(tmp_path, reading), "by_day", instance, day)
    defs = defs_with(tmp_path, 3)
    StoredVersions(defs.repository, AssetKey("by_day"), instance, "mon").rollback()
    loaded = {
        day: defs.load_asset_value("by_day", instance=instance, partition_key=day) for day in ("mon", "tue")
    }
    assert loaded == {"mon": {"mon": 1}, "tue": {"tue": 2}}
    newest = instance.storage.event_log.latest_materialization(AssetKey("by_day"), "mon")
    assert newest is not None
    assert newest.asset_materialization is not None
    assert newest.asset_materialization.description is not None
    assert "Rolled back" in newest.asset_materialization.description


def test_a_value_is_loaded_as_of_a_moment(tmp_path: Path, instance: hw.DagsterInstance) -> None:
    defs = {reading: defs_with(tmp_path, reading) for reading in (1, 2)}
    for each in defs.values():
        run(each, "level", instance)
    first, second = StoredVersions(defs[1].repository, LEVEL, instance).kept()

    def as_of(moment: datetime.datetime | str) -> object:
        return defs[1].load_asset_value("level", instance=instance, as_of=moment)

    assert as_of(second.stored_at - datetime.timedelta(microseconds=1)) == 1
    assert as_of(second.stored_at) == 2
    assert as_of(first.stored_at.replace(tzinfo=None).isoformat()) == 1  # without an offset it is UTC
    with pytest.raises(hw.VersionNotFoundError, match="stored at or before 2001-01-01T00:00:00"):
        as_of("2001-01-01")
    with pytest.raises(CheckError, match="not both"):
        defs[1].load_asset_value("level", instance=instance, version=first.version_id, as_of=second.stored_at)
    with defs[1].get_asset_value_loader(instance) as loader:
        assert loader.load_asset_value("level", as_of=first.stored_at) == 1


def test_an_asset_loads_what_another_was_before(tmp_path: Path, instance: hw.DagsterInstance) -> None:
    @hw.asset(deps=[level])
    def change(context: hw.AssetExecutionContext) -> int:
        before = context.load("level", as_of=first.stored_at)
        assert context.load_asset_value("level", version=first.version_id) == before
        return int(context.load("level")) - int(before)

    for reading in (1, 5):
        run(defs_with(tmp_path, reading), "level", instance)
    files = hw.FilesystemIOManager(base_dir=str(tmp_path), format="auto")
    defs = hw.Definitions(
        assets=[level, by_day, change], resources={"io_manager": files, "gauge": Gauge(reading=9)}
    )
    first = StoredVersions(defs.repository, LEVEL, instance).kept()[0]
    run(defs, "change", instance)
    assert defs.load_asset_value("change", instance=instance) == 4


def test_managers_that_keep_no_versions_say_so(instance: hw.DagsterInstance) -> None:
    memory = hw.Definitions(
        assets=[level], resources={"io_manager": hw.InMemoryIOManager(), "gauge": Gauge(reading=1)}
    )
    with pytest.raises(hw.VersionNotFoundError, match='asset "level" is not kept'):
        StoredVersions(memory.repository, LEVEL, instance).kept()


def test_a_bucket_refuses_versions_when_definitions_load() -> None:
    bucket = hw.S3PickleIOManager(s3_resource=hw.S3Resource(), s3_bucket="b", versions=2)
    defs = hw.Definitions(assets=[level], resources={"io_manager": bucket, "gauge": Gauge(reading=1)})
    with pytest.raises(hw.DagsterInvalidDefinitionError, match="only local files"):
        hw.Definitions.validate_loadable(defs)
