"""How partitions stand, asked of the instance as Dagster's users do."""

from __future__ import annotations

import headwater as hw
from headwater import AssetPartitionStatus


def test_an_instance_tells_how_partitions_stand() -> None:
    regions = hw.StaticPartitionsDefinition(["eu", "us", "asia"])

    @hw.asset(partitions_def=regions)
    def sales(context: hw.AssetExecutionContext) -> None:
        if context.partition_key == "us":
            raise ValueError("closed")

    with hw.DagsterInstance.ephemeral() as instance:
        hw.materialize([sales], partition_key="eu", instance=instance)
        hw.materialize([sales], partition_key="us", instance=instance, raise_on_error=False)
        standing = instance.get_status_by_partition(sales.key, ["eu", "us", "asia", "moon"], regions)
        assert standing == {
            "eu": AssetPartitionStatus.MATERIALIZED,
            "us": AssetPartitionStatus.FAILED,
            "asia": None,
            "moon": None,
        }
        assert instance.get_status_by_partition(hw.AssetKey("nothing"), ["eu"], regions) is None
