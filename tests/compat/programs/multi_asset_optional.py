"""Outputs of a multi-asset that are not yielded: allowed when not required, an error when required.

oracle: both
"""

from dagster import AssetOut, Output, asset, materialize, multi_asset
from observe import caught, events, show


@multi_asset(outs={"always": AssetOut(), "sometimes": AssetOut(is_required=False)})
def some():
    yield Output(1, output_name="always")


@asset
def reads_sometimes(sometimes):
    return sometimes


@asset
def reads_always(always):
    return always


@multi_asset(outs={"one": AssetOut(), "two": AssetOut()})
def forgets():
    yield Output(1, output_name="one")


@multi_asset(outs={"one": AssetOut(), "two": AssetOut()})
def unknown():
    yield Output(1, output_name="one")
    yield Output(1, output_name="three")


result = materialize([some, reads_sometimes, reads_always])
failing = materialize([forgets], raise_on_error=False)
show(
    events=events(result),
    failing=events(failing),
    forgets=caught(materialize, [forgets]),
    unknown=caught(materialize, [unknown]),
)
