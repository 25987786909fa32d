"""Freshness policies as values: how old an asset may become, and how it stands by that."""

from __future__ import annotations

import enum
from typing import Union

import msgspec


class FreshnessStatus(enum.Enum):
    """How an asset stands by its freshness policy."""

    FRESH = "fresh"  # young enough
    WARNING = "warning"  # young enough, and not for long any more
    OVERDUE = "overdue"  # older than it may be
    UNKNOWN = "unknown"  # never made, or not yet to be judged


class FreshnessState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The status of an asset at a moment. ``overdue_at`` is from when on it is overdue if nothing makes it; seconds since
    the epoch."""

    status: FreshnessStatus
    updated_at: float | None = None
    overdue_at: float | None = None


class _Spec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """A kind of policy, told by its tag."""


class TimeWindowFreshnessSpec(_Spec, frozen=True, tag="time_window"):
    """Overdue when older than ``fail_seconds``, to be warned about when older than ``warn_seconds``."""

    fail_seconds: float
    warn_seconds: float | None = None


class CronFreshnessSpec(_Spec, frozen=True, tag="cron"):
    """At each tick of ``deadline_cron`` the asset is to have been made at most ``lower_bound_seconds`` before."""

    deadline_cron: str
    lower_bound_seconds: float
    timezone: str = "UTC"


class LagFreshnessSpec(_Spec, frozen=True, tag="lag"):
    """At most so old: at every moment, or at each tick of ``cron_schedule``."""

    maximum_lag_minutes: float
    cron_schedule: str | None = None
    cron_schedule_timezone: str | None = None


FreshnessSpec = Union[TimeWindowFreshnessSpec, CronFreshnessSpec, LagFreshnessSpec]  # noqa: UP007 - msgspec reads it
