"""A history that cannot be written for a while: the run goes on, and all that happened is there in the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import headwater as hw
from headwater.adapters.sqlite.storage import FILE_NAME, open_storage
from headwater.model.event import EventKind

pytestmark = pytest.mark.faults


@hw.resource(config_schema={"path": str})
def other_writer(context: hw.InitResourceContext) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(
        context.resource_config["path"], isolation_level=None, check_same_thread=False
    )
    yield connection
    connection.close()


@hw.op(required_resource_keys={"other_writer"})
def lock(context: hw.OpExecutionContext) -> int:
    context.resources.other_writer.execute("BEGIN IMMEDIATE")
    return 1


@hw.op
def meanwhile(value: int) -> int:
    return value + 1


@hw.op(required_resource_keys={"other_writer"})
def unlock(context: hw.OpExecutionContext, value: int) -> int:
    context.resources.other_writer.execute("ROLLBACK")
    return value + 1


@hw.job(resource_defs={"other_writer": other_writer})
def locked() -> None:
    unlock(meanwhile(lock()))


def test_a_locked_history_delays_events_and_fails_nobody(tmp_path: Path) -> None:
    storage = open_storage(tmp_path, patience_seconds=0.05)
    with hw.DagsterInstance(storage, tmp_path) as instance:
        config = {"resources": {"other_writer": {"config": {"path": str(tmp_path / FILE_NAME)}}}}
        result = locked.execute_in_process(run_config=config, instance=instance)
        assert result.success
        recorded = [event.kind for event in instance.all_logs(result.run_id)]
        assert recorded == [event.kind for event in result.all_events]
        assert recorded[-1] is EventKind.RUN_SUCCESS
