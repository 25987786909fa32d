"""How an asset stands by its freshness policy, at a moment that is given."""

from __future__ import annotations

from typing import NamedTuple

from headwater.model.freshness_spec import (
    CronFreshnessSpec,
    FreshnessSpec,
    FreshnessState,
    FreshnessStatus,
    LagFreshnessSpec,
    TimeWindowFreshnessSpec,
)
from headwater.planning.schedule_time import missed_times, next_time


class FreshnessMinutes(NamedTuple):
    """By how many minutes an asset is too old, and how old it is."""

    overdue_minutes: float
    lag_minutes: float


def build_freshness_state(spec: FreshnessSpec, updated_at: float | None, now: float) -> FreshnessState:
    """How an asset that was last made at ``updated_at`` (None: never) stands at ``now``.

    >>> build_freshness_state(TimeWindowFreshnessSpec(fail_seconds=60), updated_at=0, now=90).status
    <FreshnessStatus.OVERDUE: 'overdue'>
    """
    if updated_at is None:
        return FreshnessState(status=FreshnessStatus.UNKNOWN)
    overdue_at = _overdue_at(spec, updated_at)
    status = FreshnessStatus.FRESH
    if overdue_at is not None and now >= overdue_at:
        status = FreshnessStatus.OVERDUE
    elif _is_near(spec, updated_at, now):
        status = FreshnessStatus.WARNING
    return FreshnessState(status=status, updated_at=updated_at, overdue_at=overdue_at)


def _overdue_at(spec: FreshnessSpec, updated_at: float) -> float | None:
    """From when on an asset that was made at ``updated_at`` is overdue; None: never again."""
    match spec:
        case TimeWindowFreshnessSpec(fail_seconds=seconds):
            return updated_at + seconds
        case CronFreshnessSpec():
            # The first deadline before which it was made too early.
            early = updated_at + spec.lower_bound_seconds
            return next_time([spec.deadline_cron], spec.timezone, early)
        case LagFreshnessSpec(maximum_lag_minutes=minutes):
            young_until = updated_at + minutes * 60
            if spec.cron_schedule is None:
                return young_until
            return next_time([spec.cron_schedule], spec.cron_schedule_timezone or "UTC", young_until)


def _is_near(spec: FreshnessSpec, updated_at: float, now: float) -> bool:
    if not isinstance(spec, TimeWindowFreshnessSpec) or spec.warn_seconds is None:
        return False
    return now >= updated_at + spec.warn_seconds


def last_tick(cron_schedule: str, timezone: str, now: float) -> float | None:
    """The newest tick of a cron expression that is not later than ``now``."""
    ticks = missed_times([cron_schedule], timezone, 0.0, now, 1)
    return float(ticks[0]) if ticks else None


def evaluation_tick(spec: LagFreshnessSpec, now: float) -> float | None:
    """The moment at which the policy looks: now, or the newest tick of its schedule."""
    if spec.cron_schedule is None:
        return now
    return last_tick(spec.cron_schedule, spec.cron_schedule_timezone or "UTC", now)


def minutes_overdue(spec: LagFreshnessSpec, data_at: float | None, now: float) -> FreshnessMinutes | None:
    """How much too old data of ``data_at`` is at ``now``; None where there is none, or nothing to judge by."""
    tick = evaluation_tick(spec, now)
    if data_at is None or tick is None:
        return None
    required = tick - spec.maximum_lag_minutes * 60
    return FreshnessMinutes(max(0.0, required - data_at) / 60, max(0.0, tick - data_at) / 60)
