"""Loading the partitions of an asset: one as it is, several by their key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.io.subject import subject_of
from headwater.model.errors import CheckError, ValueNotFoundError

ALLOW_MISSING = "allow_missing_partitions"
"""The metadata of an input which lets it go without partitions that are not stored."""


def load_partitions(context: InputContext, load: Callable[[str], Any]) -> Any:
    """What ``load`` gives for the one partition of the input, or a dict of all of them by partition key.

    With ``metadata={"allow_missing_partitions": True}`` a partition that is not stored is left out (a lone
    one is None). Raises :class:`ValueNotFoundError` for it otherwise.
    """
    keys = context.asset_partition_keys
    values = {}
    for key in keys:
        try:
            values[key] = load(key)
        except ValueNotFoundError:
            if not may_miss(context):
                raise
            context.log.warning(
                f"{subject_of(context, key)} is not stored and is left out ({ALLOW_MISSING})."
            )
    if len(keys) > 1:
        return values
    return next(iter(values.values()), None)


def may_miss(context: InputContext) -> bool:
    """Whether the input may go without partitions that are not stored."""
    return bool(context.definition_metadata.get(ALLOW_MISSING))


def one_partition(context: OutputContext) -> str | None:
    """The partition that is stored, None for an asset without. Raises :class:`CheckError` for several."""
    if not context.has_asset_partitions:
        return None
    keys = context.asset_partition_keys
    if len(keys) != 1:
        raise CheckError(
            f"{subject_of(context)} is stored partition by partition, but this run makes {len(keys)}, "
            f"{keys[0]} to {keys[-1]}. Run one at a time, or store within the asset and return nothing."
        )
    return keys[0]
