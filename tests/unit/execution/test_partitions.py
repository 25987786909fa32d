"""Runs of partitions: what functions and I/O managers are told, what is recorded, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import headwater as hw
from headwater.execution.pipes.context_data import build_external_execution_context_data
from headwater.model.errors import (
    CheckError,
    DagsterInvariantViolationError,
    DagsterUnknownPartitionError,
    ValueNotFoundError,
)
from headwater.planning.partition_mapping import UpstreamPartitionsResult

DAYS = hw.DailyPartitionsDefinition("2024-05-01", end_date="2024-05-10")
CUBE = hw.MultiPartitionsDefinition(
    {
        "day": DAYS,
        "shop": hw.StaticPartitionsDefinition(["berlin", "oslo"]),
        "kind": hw.StaticPartitionsDefinition(["cash", "card"]),
    }
)
RANGE = {
    "dagster/asset_partition_range_start": "2024-05-03",
    "dagster/asset_partition_range_end": "2024-05-05",
}


@pytest.fixture
def instance(tmp_path: Path) -> hw.DagsterInstance:
    return hw.DagsterInstance.ephemeral(str(tmp_path))


@hw.asset(partitions_def=DAYS)
def raw(context: hw.AssetExecutionContext) -> str:
    return context.partition_key


def test_three_dimensions_are_run_stored_and_loaded(instance: hw.DagsterInstance, tmp_path: Path) -> None:
    @hw.asset(partitions_def=CUBE)
    def sales(context: hw.AssetExecutionContext) -> str:
        return "-".join(context.multi_partition_key.keys_by_dimension.values())

    @hw.asset(partitions_def=DAYS)
    def of_day(sales: dict[str, str]) -> list[str]:
        return sorted(sales.values())

    for key in CUBE.get_multipartition_keys_with_dimension_value("day", "2024-05-03"):
        assert hw.materialize([sales], partition_key=key, instance=instance).success
    result = hw.materialize(
        [sales, of_day], selection=[of_day], partition_key="2024-05-03", instance=instance
    )
    assert result.output_for_node("of_day") == [
        "2024-05-03-card-berlin",
        "2024-05-03-card-oslo",
        "2024-05-03-cash-berlin",
        "2024-05-03-cash-oslo",
    ]
    assert (tmp_path / "storage" / "sales" / "2024-05-03" / "cash" / "oslo").is_file()


def test_the_run_and_each_record_name_the_partition(instance: hw.DagsterInstance) -> None:
    result = hw.materialize([raw], partition_key="2024-05-03", instance=instance)
    assert result.dagster_run.tags["dagster/partition"] == "2024-05-03"
    (event,) = result.get_asset_materialization_events()
    assert event.partition == "2024-05-03"
    planned = [each for each in result.all_events if each.event_type_value == "ASSET_MATERIALIZATION_PLANNED"]
    assert [each.partition for each in planned] == ["2024-05-03"]


def test_a_range_is_one_run_with_a_record_for_each_partition(instance: hw.DagsterInstance) -> None:
    @hw.asset(partitions_def=DAYS, backfill_policy=hw.BackfillPolicy.single_run())
    def fetched(context: hw.AssetExecutionContext) -> dict[str, str]:
        assert not context.has_partition_key
        return {key: key[-2:] for key in context.partition_keys}

    @hw.asset(partitions_def=DAYS, backfill_policy=hw.BackfillPolicy.single_run())
    def counted(context: hw.AssetExecutionContext, fetched: dict[str, str]) -> dict[str, int]:
        assert list(fetched) == list(context.partition_keys)
        return {key: int(value) for key, value in fetched.items()}

    assert hw.materialize([fetched, counted], tags=RANGE, instance=instance).success
    made = instance.get_materialized_partitions(hw.AssetKey("counted"))
    assert made == {"2024-05-03", "2024-05-04", "2024-05-05"}
    defs = hw.Definitions(assets=[fetched, counted])
    assert defs.load_asset_value("counted", instance=instance, partition_key="2024-05-04") == 4


@pytest.mark.parametrize("key", ["2034-05-03", "no key at all", "2024-05-10"])
def test_a_partition_that_does_not_exist_is_refused_before_anything_runs(
    key: str, instance: hw.DagsterInstance
) -> None:
    with pytest.raises(DagsterUnknownPartitionError, match=key):
        hw.materialize([raw], partition_key=key, instance=instance)
    assert instance.get_runs_count() == 0


def test_a_partition_of_what_has_none_is_refused(instance: hw.DagsterInstance) -> None:
    @hw.asset
    def whole() -> int:
        return 1

    with pytest.raises(CheckError, match="nothing in it has partitions"):
        hw.materialize([whole], partition_key="2024-05-03", instance=instance)


def test_a_partitioned_asset_has_no_value_without_a_partition(instance: hw.DagsterInstance) -> None:
    @hw.asset(partitions_def=DAYS)
    def silent() -> int:
        return 1

    with pytest.raises(DagsterInvariantViolationError, match="--partition 2024-05-09"):
        hw.materialize([silent], instance=instance)


def test_a_missing_upstream_partition_is_named_with_the_command(instance: hw.DagsterInstance) -> None:
    @hw.asset
    def total(raw: dict[str, str]) -> int:
        return len(raw)

    hw.materialize([raw], partition_key="2024-05-01", instance=instance)
    with pytest.raises(ValueNotFoundError, match="--select raw --partition 2024-05-02"):
        hw.materialize([raw, total], selection=[total], instance=instance)


def test_a_needed_partition_that_cannot_exist_is_told(instance: hw.DagsterInstance) -> None:
    @hw.asset(partitions_def=hw.DailyPartitionsDefinition("2024-05-06", end_date="2024-05-10"))
    def late() -> int:
        return 1

    @hw.asset(partitions_def=DAYS)
    def early(late: int) -> int:
        return late

    with pytest.raises(DagsterInvariantViolationError, match='partitions of "late" that do not exist'):
        hw.materialize([late, early], selection=[early], partition_key="2024-05-02", instance=instance)


def test_assets_of_different_partitions_run_together_where_both_have_the_key(
    instance: hw.DagsterInstance,
) -> None:
    @hw.asset(partitions_def=hw.DailyPartitionsDefinition("2024-05-03", end_date="2024-05-10"))
    def later(raw: str) -> str:
        return raw + "!"

    assert hw.materialize([raw, later], partition_key="2024-05-04", instance=instance).success
    with pytest.raises(DagsterUnknownPartitionError):
        hw.materialize([raw, later], partition_key="2024-05-01", instance=instance)


def test_dynamic_partitions_are_asked_of_the_instance_of_the_run(instance: hw.DagsterInstance) -> None:
    customers = hw.DynamicPartitionsDefinition(name="customers")

    @hw.asset(partitions_def=customers)
    def invoice(context: hw.AssetExecutionContext) -> str:
        return context.partition_key

    @hw.asset
    def sum_of(invoice: dict[str, str]) -> list[str]:
        return list(invoice)

    instance.add_dynamic_partitions("customers", ["zoe", "adam"])
    for key in ("zoe", "adam"):
        assert hw.materialize([invoice], partition_key=key, instance=instance).success
    result = hw.materialize([invoice, sum_of], selection=[sum_of], instance=instance)
    assert result.output_for_node("sum_of") == ["zoe", "adam"]


def test_a_key_that_is_no_list_is_refused(instance: hw.DagsterInstance) -> None:
    with pytest.raises(CheckError, match="give a list"):
        instance.add_dynamic_partitions("customers", "zoe")


def test_a_mapping_of_ones_own_is_followed(instance: hw.DagsterInstance) -> None:
    class Reversed(hw.PartitionMapping):
        def get_upstream_mapped_partitions_result_for_partitions(self, *given: Any, **_: Any) -> Any:
            keys = list(DAYS.get_partition_keys())
            found = [keys[-1 - keys.index(key)] for key in given[0]]
            return UpstreamPartitionsResult(DAYS.subset_with_partition_keys(found))

        def get_downstream_partitions_for_partitions(self, *given: Any, **_: Any) -> Any:
            raise NotImplementedError

    @hw.asset(partitions_def=DAYS, ins={"raw": hw.AssetIn(partition_mapping=Reversed())})
    def mirrored(raw: str) -> str:
        return raw

    hw.materialize([raw], partition_key="2024-05-09", instance=instance)
    result = hw.materialize(
        [raw, mirrored], selection=[mirrored], partition_key="2024-05-01", instance=instance
    )
    assert result.output_for_node("mirrored") == "2024-05-09"


@pytest.mark.parametrize(
    ("tags", "key", "start", "end"),
    [
        ({"dagster/partition": "2024-05-03"}, "2024-05-03", "2024-05-03", "2024-05-04"),
        (RANGE, None, "2024-05-03", "2024-05-06"),
    ],
    ids=["one", "range"],
)
def test_a_process_run_through_pipes_learns_its_partitions(
    tags: dict[str, str], key: str | None, start: str, end: str, instance: hw.DagsterInstance
) -> None:
    told: dict[str, Any] = {}

    @hw.asset(partitions_def=DAYS)
    def outside(context: hw.AssetExecutionContext) -> None:
        told.update(build_external_execution_context_data(context))

    assert hw.materialize([outside], tags=tags, instance=instance).success
    assert told["partition_key"] == key
    assert told["partition_key_range"]["start"] == "2024-05-03"
    assert [told["partition_time_window"][name][:10] for name in ("start", "end")] == [start, end]
