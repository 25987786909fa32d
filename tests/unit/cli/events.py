"""Events of a small run, for tests of what is shown of it."""

from __future__ import annotations

from typing import Any

import headwater as hw
from headwater.model.error_info import ErrorInfo, Frame
from headwater.model.event import (
    Event,
    EventKind,
    HandledOutputData,
    LogData,
    StepFailureData,
    StepMaterializationData,
    StepSuccessData,
)

RUN_ID = "12345678-0000-0000-0000-000000000000"
ERROR = ErrorInfo(
    "ValueError", "too wet", [Frame(file="/p/pipeline.py", line=3, function="rain", source="check()")]
)


def event(kind: EventKind, step: str | None = None, at: float = 0.0, data: Any = None, **facts: Any) -> Event:
    return Event(
        kind=kind, run_id=RUN_ID, job_name="nightly", step_key=step, timestamp=at, data=data, **facts
    )


def begun(step: str | None = None, at: float = 0.0) -> Event:
    return event(EventKind.STEP_START if step else EventKind.RUN_START, step, at)


def done(step: str | None = None, at: float = 1.0, seconds: float = 1.0) -> Event:
    if step is None:
        return event(EventKind.RUN_SUCCESS, at=at)
    return event(EventKind.STEP_SUCCESS, step, at, StepSuccessData(duration_ms=seconds * 1000))


def failed(step: str, at: float = 1.0, **facts: Any) -> Event:
    return event(EventKind.STEP_FAILURE, step, at, StepFailureData(error=ERROR, **facts))


def made(step: str, key: str, **metadata: Any) -> Event:
    materialization = hw.AssetMaterialization(key, metadata=metadata)
    return event(
        EventKind.ASSET_MATERIALIZATION, step, data=StepMaterializationData(materialization=materialization)
    )


def stored(step: str, **metadata: Any) -> Event:
    values = hw.AssetMaterialization("x", metadata=metadata).metadata
    data = HandledOutputData(output_name="result", manager_key="io_manager", metadata=values)
    return event(EventKind.HANDLED_OUTPUT, step, data=data)


def logged(message: str, level: int = 20, step: str | None = None) -> Event:
    return event(EventKind.LOG, step, data=LogData(), message=message, level=level)
