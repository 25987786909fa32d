"""A subsettable multi-asset runs only the selected part of itself.

oracle: both
"""

from dagster import AssetKey, AssetOut, AssetSelection, Output, asset, materialize, multi_asset
from observe import caught, events, show

asked = []


@multi_asset(
    outs={name: AssetOut(is_required=False) for name in ("a", "b", "c")},
    can_subset=True,
    internal_asset_deps={"a": set(), "b": {AssetKey("a")}, "c": {AssetKey("b")}},
)
def abc(context):
    asked.append([context.selected_output_names, context.selected_asset_keys])
    for name in ("a", "b", "c"):
        if name in context.selected_output_names:
            yield Output(name, output_name=name)


@multi_asset(outs={"whole": AssetOut(), "half": AssetOut()})
def indivisible():
    return 1, 2


@asset
def after(b):
    return b * 2


everything = materialize([abc, after])
some = materialize([abc, after], selection=["a", "b"])
ancestors = materialize([abc, after], selection=AssetSelection.keys("b").downstream())
show(
    asked=asked,
    everything=events(everything),
    some=events(some),
    ancestors=events(ancestors),
    after=everything.output_for_node("after"),
    indivisible=caught(materialize, [indivisible], selection=["half"])[-1],
    can_subset=[abc.can_subset, indivisible.can_subset],
)
