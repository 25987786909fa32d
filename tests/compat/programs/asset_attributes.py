"""What @asset is told and its definition says again: group, metadata, code version, description, tags of the op.

oracle: both
"""

from dagster import AssetKey, asset
from observe import metadata, plain, show


@asset(
    group_name="finance",
    metadata={"owner": "someone", "rows": 3},
    code_version="v7",
    description="What was earned.",
    op_tags={"priority": "high"},
    required_resource_keys={"warehouse"},
    io_manager_key="lake",
    output_required=False,
)
def revenue(context):
    """A docstring that the description wins over."""


@asset
def documented():
    """First line.

    More lines.
    """


@asset
def plain_asset() -> int:
    return 1


key = AssetKey("revenue")
show(
    groups=plain(revenue.group_names_by_key),
    default_group=plain(plain_asset.group_names_by_key),
    metadata=metadata(
        {k: v for k, v in revenue.metadata_by_key[key].items() if not k.startswith("dagster/")}
    ),
    code_versions=plain(revenue.code_versions_by_key),
    description=revenue.descriptions_by_key[key],
    docstring=documented.descriptions_by_key[AssetKey("documented")],
    op_tags={k: v for k, v in revenue.op.tags.items() if not k.startswith("dagster/")},
    resources=revenue.required_resource_keys,
    output_required=revenue.op.output_defs[0].is_required,
    io_manager_key=revenue.op.output_defs[0].io_manager_key,
    default_io_manager_key=plain_asset.op.output_defs[0].io_manager_key,
    output_name=plain_asset.op.output_defs[0].name,
    type_name=plain_asset.op.output_defs[0].dagster_type.display_name,
    untyped_name=documented.op.output_defs[0].dagster_type.display_name,
    can_subset=revenue.can_subset,
    keys=revenue.keys,
)
