"""Log lines of user code as events."""

from __future__ import annotations

import logging
from typing import Any

import pytest

import headwater as hw
from headwater.execution.log import event_of
from headwater.model.codec import decode, encode
from headwater.model.event import Event, EventKind, LogData


def event(**extra: Any) -> Event:
    record = logging.Logger("mine").makeRecord(
        "mine", logging.INFO, "f.py", 1, "said %s", ("so",), None, extra=extra
    )
    return event_of(record, run_id="r", job_name="j", step_key="s")


def extra_of(made: Event) -> dict[str, Any]:
    assert isinstance(made.data, LogData)
    return made.data.extra


def test_what_was_given_as_extra_is_kept() -> None:
    assert extra_of(event(rows=3, names=["a", "b"])) == {"rows": 3, "names": ["a", "b"]}


def test_without_extra_there_is_none() -> None:
    assert extra_of(event()) == {}


@pytest.mark.parametrize("value", ["\ud800", 2**70, {("a", 1): object()}])
def test_what_json_does_not_know_can_be_kept(value: object) -> None:
    made = event(odd=value)
    assert decode(encode(made), Event) == made


def test_of_what_cannot_be_kept_there_is_the_text() -> None:
    assert extra_of(event(odd="\ud800")) == {"odd": "'\\ud800'"}


def test_a_run_keeps_it() -> None:
    @hw.op
    def talks(context: hw.OpExecutionContext) -> None:
        context.log.info("read", extra={"rows": 3})
        hw.get_dagster_logger().info("read", extra={"rows": 3})

    @hw.job
    def talking() -> None:
        talks()

    with hw.DagsterInstance.ephemeral() as instance:
        result = talking.execute_in_process(instance=instance)
        lines = [each for each in instance.all_logs(result.run_id) if each.kind is EventKind.LOG]
    assert [extra_of(each) for each in lines] == [{"rows": 3}, {"rows": 3}]
