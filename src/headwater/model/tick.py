"""Ticks: every evaluation of a schedule or sensor, and how each of them stands."""

from __future__ import annotations

import enum

import msgspec

from headwater.model.error_info import ErrorInfo
from headwater.model.run_request import TickResult


class AutomationKind(enum.Enum):
    """What decides by itself when something runs."""

    SCHEDULE = "schedule"
    SENSOR = "sensor"


class AutomationId(msgspec.Struct, frozen=True, order=True):
    """A schedule or sensor: the code location, and its name there (which the two kinds share)."""

    location: str
    name: str

    def __str__(self) -> str:
        return f"{self.location}:{self.name}" if self.location else self.name


class TickStatus(enum.Enum):
    """How a tick ended."""

    SUCCESS = "SUCCESS"
    SKIPPED = "SKIPPED"
    FAILURE = "FAILURE"


class Tick(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One evaluation. Times are seconds since the epoch (UTC).

    ``due_at`` is the moment that a schedule's tick is meant for; a sensor's is when it was evaluated. ``run_ids`` are the
    runs it asked for, ``known_run_ids`` those among its requests whose run key had been launched before.
    """

    automation: AutomationId
    kind: AutomationKind
    due_at: float
    started_at: float
    ended_at: float
    status: TickStatus
    number: int = 0
    message: str | None = None
    error: ErrorInfo | None = None
    attempts: int = 1
    run_ids: list[str] = []
    known_run_ids: list[str] = []


class TickRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="tick"):
    """What the process of a code location is asked: evaluate this schedule or sensor."""

    automation: AutomationId
    kind: AutomationKind
    due_at: float
    cursor: str | None = None
    last_run_key: str | None = None
    last_ended_at: float | None = None
    since: float | None = None

    @property
    def subject(self) -> str:
        """What it is about, for messages."""
        return str(self.automation)


class AutomationState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a schedule or sensor stands.

    ``switched``: what a user said (None: nothing, so its definition decides). ``since`` is from when on it counts: since it
    was first seen, switched on, or its times were changed. ``definition`` is the cron text that ``since`` belongs to.
    """

    automation: AutomationId
    switched: bool | None = None
    since: float = 0.0
    definition: str = ""
    cursor: str | None = None
    last_due_at: float | None = None
    last_ended_at: float | None = None
    last_run_key: str | None = None

    def request(self, kind: AutomationKind, due_at: float) -> TickRequest:
        """What to ask for, so that it is evaluated as it stands."""
        return TickRequest(
            automation=self.automation,
            kind=kind,
            due_at=due_at,
            cursor=self.cursor,
            last_run_key=self.last_run_key,
            last_ended_at=self.last_ended_at,
            since=self.since or None,
        )


class TickAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="tick"):
    """What came of a request: a result, or the error that the user's function raised."""

    result: TickResult | None = None
    error: ErrorInfo | None = None
