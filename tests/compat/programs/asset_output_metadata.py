"""Metadata of a materialization: from Output, add_output_metadata and the definition.

oracle: both
"""

from dagster import AssetExecutionContext, MetadataValue, Output, asset, materialize
from observe import metadata, show


@asset(metadata={"declared": "yes"})
def with_output():
    return Output(5, metadata={"rows": 5, "ratio": 0.5, "note": MetadataValue.md("*five*")})


@asset
def with_context(context: AssetExecutionContext, with_output: int):
    context.add_output_metadata({"num_records": with_output, "preview": MetadataValue.text("...")})
    return with_output + 1


@asset
def with_both(context, with_context) -> Output[int]:
    context.add_output_metadata({"first": 1})
    return Output(with_context + 1, metadata={"second": 2})


result = materialize([with_output, with_context, with_both])
show(
    values=[result.asset_value(name) for name in ("with_output", "with_context", "with_both")],
    metadata={
        materialization.asset_key.to_user_string(): metadata(
            {key: value for key, value in materialization.metadata.items() if key != "path"}
        )
        for name in ("with_output", "with_context", "with_both")
        for materialization in result.asset_materializations_for_node(name)
    },
)
