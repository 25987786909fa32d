"""AssetSpec values: defaults, replacing, merging and mapping attributes over definitions.

oracle: 1.13
"""

from dagster import AssetDep, AssetKey, AssetSpec, asset, map_asset_specs
from observe import caught, show

spec = AssetSpec("a", deps=["b", AssetKey(["c", "d"]), AssetDep("e")], tags={"x": "1"}, metadata={"m": 1})


@asset(group_name="g", owners=["me@example.com", "team:data"], tags={"t": "v"}, kinds={"python"})
def made():
    return 1


def described(each):
    return [
        each.key,
        each.group_name,
        each.description,
        dict(each.tags),
        list(each.owners),
        sorted(each.kinds),
        sorted(dep.asset_key.to_user_string() for dep in each.deps),
        {key: value for key, value in each.metadata.items() if not key.startswith("dagster")},
        each.code_version,
        each.skippable,
    ]


show(
    plain=described(spec),
    replaced=described(spec.replace_attributes(group_name="new", deps=[])),
    merged=described(
        spec.merge_attributes(tags={"y": "2"}, metadata={"n": 2}, owners=["team:z"], kinds={"sql"})
    ),
    mapped=[
        described(each)
        for each in map_asset_specs(lambda each: each.replace_attributes(group_name="h"), [spec])
    ],
    of_asset=described(made.get_asset_spec()),
    mapped_asset=described(
        made.map_asset_specs(lambda each: each.merge_attributes(tags={"u": "w"})).get_asset_spec()
    ),
    bad_owner=caught(AssetSpec, "a", owners=["not an owner"]),
    bad_tag=caught(AssetSpec, "a", tags={"a tag!": "x"}),
    bad_key=caught(asset, key="a", name="b"),
    same_dep_twice=caught(AssetSpec, "a", deps=["b", "b"]),
)
