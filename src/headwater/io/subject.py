"""What a stored value is called in messages, and the command that makes it."""

from __future__ import annotations

import shlex

from headwater.definitions.io_context import InputContext, OutputContext
from headwater.model.errors import ValueNotFoundError


def subject_of(context: InputContext | OutputContext, partition: str | None = None) -> str:
    """The asset, with its partition, or the output of a step, in words.

    >>> subject_of(build_input_context(asset_key=["raw", "flights"]))  # doctest: +SKIP
    'the asset "raw/flights"'
    """
    if context.has_asset_key:
        name = f'the asset "{context.asset_key.to_user_string()}"'
        return name if partition is None else f'{name}, partition "{partition}"'
    output = context.upstream_output if isinstance(context, InputContext) else context
    return f'the output "{output.name}" of the step "{output.step_key}"' if output else "a value"


def not_found(
    context: InputContext | OutputContext, location: str, partition: str | None = None
) -> ValueNotFoundError:
    """The error for a value that is not at ``location``: what is missing, and the command that makes it."""
    if not context.has_asset_key:
        return ValueNotFoundError(subject_of(context), location, "Run that step first.")
    command = f"headwater asset materialize --select {shlex.quote(context.asset_key.to_user_string())}"
    if partition is not None:
        command += f" --partition {shlex.quote(partition)}"
    return ValueNotFoundError(subject_of(context, partition), location, f"To make it: {command}")


def purpose_of(context: OutputContext) -> str:
    """What the process does while it stores, for those who wait: which value, in which run."""
    run = f" in the run {context._run_id}" if context._run_id else ""
    return f"storing {subject_of(context)}{run}"
