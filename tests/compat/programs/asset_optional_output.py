"""output_required=False: an asset that yields nothing skips what needs its value.

oracle: both
"""

from dagster import Output, asset, materialize
from observe import caught, events, show


@asset(output_required=False)
def maybe():
    if False:
        yield Output(1)


@asset
def needs(maybe):
    return maybe


@asset
def other():
    return 1


@asset
def needs_both(maybe, other):
    return other


@asset
def forgets():
    if False:
        yield Output(1)


result = materialize([maybe, needs, other, needs_both])
show(
    success=result.success,
    events=events(result),
    forgotten=caught(materialize, [forgets]),
    failure=events(materialize([forgets], raise_on_error=False)),
    value=caught(result.output_for_node, "maybe"),
)
