"""Parts of assets as objects: definitions made by hand, outputs with attributes, dependencies with metadata.

oracle: 1.13
"""

from dagster import (
    AssetDep,
    AssetKey,
    AssetOut,
    AssetsDefinition,
    AssetSpec,
    DataVersion,
    Definitions,
    asset,
    define_asset_job,
    materialize,
    observable_source_asset,
    op,
)
from observe import show


@op
def double(number):
    return 2 * number


by_hand = AssetsDefinition(
    keys_by_input_name={"number": AssetKey("number")},
    keys_by_output_name={"result": AssetKey(["made", "doubled"])},
    node_def=double,
    group_names_by_key={AssetKey(["made", "doubled"]): "mine"},
    metadata_by_key={AssetKey(["made", "doubled"]): {"rows": 1}},
    tags_by_key={AssetKey(["made", "doubled"]): {"team": "x"}},
)


@asset
def number():
    return 4


@observable_source_asset
def watched():
    return DataVersion("1")


out = AssetOut(
    description="words",
    group_name="g",
    code_version="3",
    metadata={"a": 1},
    owners=["team:x"],
    tags={"t": "1"},
)
dep = AssetDep("number", metadata={"why": "because"})
spec = AssetSpec("s", deps=[dep])
result = materialize([number, by_hand])
defs = Definitions(assets=[number, by_hand, watched], jobs=[define_asset_job("all_of_it")])
mapped = Definitions(assets=[number, by_hand]).map_resolved_asset_specs(
    func=lambda each: each.replace_attributes(owners=["team:y"])
)

show(
    value=result.asset_value(["made", "doubled"]),
    keys=by_hand.keys,
    deps=by_hand.asset_deps[AssetKey(["made", "doubled"])],
    group=by_hand.group_names_by_key[AssetKey(["made", "doubled"])],
    metadata=dict(by_hand.metadata_by_key[AssetKey(["made", "doubled"])]),
    tags=dict(by_hand.tags_by_key[AssetKey(["made", "doubled"])]),
    out=[
        out.description,
        out.group_name,
        out.code_version,
        dict(out.metadata),
        list(out.owners),
        dict(out.tags),
    ],
    plain_out=[AssetOut().description, AssetOut().group_name, AssetOut().code_version],
    dep=[dep.asset_key, dict(dep.metadata), [each.asset_key for each in spec.deps]],
    watched=[watched.op.name, watched.is_executable, watched.is_observable],
    jobs=sorted(each.name for each in defs.resolve_all_job_defs()),
    owners=sorted({owner for each in mapped.resolve_all_asset_specs() for owner in each.owners}),
)
