"""Runs and steps: their states and what is known of them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import msgspec

from headwater.model.key import AssetCheckKey, AssetKey


class DagsterRunStatus(enum.Enum):
    """Where a run stands. It ends in SUCCESS, FAILURE or CANCELED and stays there."""

    QUEUED = "QUEUED"
    NOT_STARTED = "NOT_STARTED"
    MANAGED = "MANAGED"
    STARTING = "STARTING"
    STARTED = "STARTED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"


RunStatus = DagsterRunStatus

GLOBAL_ASSET_JOB = "__ASSET_JOB"
"""The job of a run whose assets were chosen by hand."""

FINISHED_STATUSES = frozenset({DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED})


class StepStatus(enum.Enum):
    """Where a step of a run stands."""

    STARTED = "STARTED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    SKIPPED = "SKIPPED"
    RETRYING = "RETRYING"
    CANCELED = "CANCELED"


class DagsterRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run: which job or assets, with which config and tags, and its status. Times are in :class:`RunRecord`."""

    run_id: str
    job_name: str
    run_config: dict[str, Any] = {}
    tags: dict[str, str] = {}
    status: DagsterRunStatus = DagsterRunStatus.NOT_STARTED
    asset_selection: list[AssetKey] | None = None
    asset_check_selection: list[AssetCheckKey] | None = None
    op_selection: list[str] | None = None
    step_keys_to_execute: list[str] | None = None
    root_run_id: str | None = None
    parent_run_id: str | None = None
    location: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether the run has ended, well or not."""
        return self.status in FINISHED_STATUSES

    @property
    def is_success(self) -> bool:
        """Whether the run ended well."""
        return self.status is DagsterRunStatus.SUCCESS

    @property
    def is_failure(self) -> bool:
        """Whether the run failed."""
        return self.status is DagsterRunStatus.FAILURE

    @property
    def is_cancelable(self) -> bool:
        """Whether there is something to cancel."""
        return not self.is_finished


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A run as stored: with its number and its times (seconds since the epoch, UTC)."""

    storage_id: int
    dagster_run: DagsterRun
    created_at: float
    updated_at: float
    start_time: float | None = None
    end_time: float | None = None

    @property
    def create_timestamp(self) -> float:
        """When the run was recorded (seconds since the epoch)."""
        return self.created_at

    @property
    def update_timestamp(self) -> float:
        """When the run last changed (seconds since the epoch)."""
        return self.updated_at


class RunsFilter(msgspec.Struct, frozen=True):
    """Which runs to list. Everything that is given must hold; ``tags`` values may be a list of alternatives."""

    run_ids: list[str] | None = None
    job_name: str | None = None
    statuses: list[DagsterRunStatus] = []
    tags: Mapping[str, str | list[str]] = {}
    snapshot_id: str | None = None
    updated_after: Any = None
    updated_before: Any = None
    created_after: Any = None
    created_before: Any = None


class StepState(msgspec.Struct, frozen=True, kw_only=True):
    """The latest state of one step of a run. Times in seconds since the epoch."""

    step_key: str
    status: StepStatus
    attempts: int = 1
    started_at: float | None = None
    ended_at: float | None = None


def job_phrase(name: str) -> str:
    """What people call a job: by its name, or by what it makes.

    >>> job_phrase("nightly"), job_phrase(GLOBAL_ASSET_JOB)
    ('job "nightly"', 'the run of assets')
    """
    return "the run of assets" if name == GLOBAL_ASSET_JOB else f'job "{name}"'
