"""A multi-asset with AssetOuts: keys, names, I/O managers and the order of its events.

oracle: both
"""

import os

from dagster import AssetKey, AssetOut, FilesystemIOManager, Output, asset, materialize, multi_asset
from observe import events, files, plain, show


@multi_asset(
    outs={
        "left": AssetOut(metadata={"side": "l"}, group_name="sides", code_version="1"),
        "right": AssetOut(key_prefix="pre", io_manager_key="other"),
        "third": AssetOut(key=AssetKey(["a", "b"]), description="the third"),
    },
)
def splits():
    yield Output(1, output_name="left", metadata={"n": 1})
    yield Output(3, output_name="third")
    yield Output(2, output_name="right")


@multi_asset(outs={"p": AssetOut(), "q": AssetOut()}, name="pair")
def returns_tuple() -> tuple[int, str]:
    return 1, "q"


@asset
def reads(left, p, q):
    return [left, p, q]


for folder in ("data", "other"):
    os.mkdir(folder)
result = materialize(
    [splits, returns_tuple, reads],
    resources={
        "io_manager": FilesystemIOManager(base_dir="data"),
        "other": FilesystemIOManager(base_dir="other"),
    },
)
show(
    events=events(result),
    files=files(),
    keys=splits.keys,
    by_output=plain(splits.keys_by_output_name),
    op=splits.op.name,
    groups=plain(splits.group_names_by_key),
    reads=result.output_for_node("reads"),
    left=result.output_for_node("splits", "left"),
    third=result.asset_value(["a", "b"]),
    pair=[result.output_for_node("pair", name) for name in ("p", "q")],
    materialized=[event.asset_key for event in result.asset_materializations_for_node("splits")],
)
