"""What tells one append from another, so that a run appends once however often it is tried."""

from __future__ import annotations

import json

from headwater.definitions.io_context import EPHEMERAL_RUN_ID, OutputContext
from headwater.io.table_slice import TableSlice

_ROOT_RUN = "dagster/root_run_id"


def append_id_of(context: OutputContext, table_slice: TableSlice) -> tuple[str, str] | None:
    """The run (of resumed ones the first), and the part of it: step, output and partitions. None outside of runs."""
    run = context.run_tags.get(_ROOT_RUN) or context._run_id
    if run in (None, EPHEMERAL_RUN_ID):
        return None
    partitions = [str(dimension.partitions) for dimension in table_slice.partition_dimensions or ()]
    part = [context._step_key, context.name, context.mapping_key, *partitions]
    return str(run), json.dumps(part, ensure_ascii=False)
