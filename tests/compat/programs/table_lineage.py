"""Column lineage, timestamps and jobs as metadata.

oracle: 1.13
"""

import datetime

from dagster import (
    AssetKey,
    DagsterJobMetadataValue,
    MetadataValue,
    TableColumnDep,
    TableColumnLineage,
    TableColumnLineageMetadataValue,
    TimestampMetadataValue,
    asset,
    materialize,
)
from observe import show

lineage = TableColumnLineage(
    {"total": [TableColumnDep(AssetKey("orders"), "price"), TableColumnDep(AssetKey("orders"), "amount")]}
)
moment = datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


@asset
def an_asset(context):
    context.add_output_metadata(
        {
            "lineage": lineage,
            "when": MetadataValue.timestamp(moment),
            "by_number": MetadataValue.timestamp(5.0),
            "job": MetadataValue.job("j", "location"),
        }
    )


found = materialize([an_asset]).asset_materializations_for_node("an_asset")[0].metadata
show(
    classes=[
        isinstance(found["lineage"], TableColumnLineageMetadataValue),
        isinstance(found["when"], TimestampMetadataValue),
        isinstance(found["job"], DagsterJobMetadataValue),
    ],
    columns={
        name: sorted([dep.asset_key.to_user_string(), dep.column_name] for dep in deps)
        for name, deps in found["lineage"].value.deps_by_column.items()
    },
    when=[found["when"].value, found["by_number"].value],
    job=[found["job"].job_name, found["job"].location_name],
)
