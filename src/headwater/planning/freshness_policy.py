"""Freshness policies: what users write to say how old an asset may become."""

from __future__ import annotations

import datetime
from typing import Any

from headwater.model.errors import CheckError, ParameterCheckError
from headwater.model.freshness_spec import (
    CronFreshnessSpec,
    FreshnessSpec,
    LagFreshnessSpec,
    TimeWindowFreshnessSpec,
)
from headwater.planning.cron import check_cron, check_timezone
from headwater.planning.freshness import FreshnessMinutes, evaluation_tick, minutes_overdue

_SHORTEST = datetime.timedelta(seconds=60)


class FreshnessPolicy:
    """How old an asset may become. Begin with :meth:`time_window` or :meth:`cron`. ``spec`` is what leaves the process.

    ``FreshnessPolicy(maximum_lag_minutes=...)`` is the older way to say it, and makes a :class:`LegacyFreshnessPolicy`.

    >>> FreshnessPolicy.time_window(datetime.timedelta(hours=24)).fail_window
    datetime.timedelta(days=1)
    """

    spec: FreshnessSpec

    def __new__(cls, **_: Any) -> Any:
        """A policy; of the older kind, where no kind is named."""
        return super().__new__(LegacyFreshnessPolicy if cls is FreshnessPolicy else cls)

    def __init__(
        self,
        *,
        maximum_lag_minutes: float,
        cron_schedule: str | None = None,
        cron_schedule_timezone: str | None = None,
    ) -> None:
        raise NotImplementedError  # each kind has its own

    @staticmethod
    def time_window(
        fail_window: datetime.timedelta, warn_window: datetime.timedelta | None = None
    ) -> TimeWindowFreshnessPolicy:
        """Overdue when older than ``fail_window``, to be warned about when older than ``warn_window``."""
        return TimeWindowFreshnessPolicy(fail_window=fail_window, warn_window=warn_window)

    @staticmethod
    def cron(
        deadline_cron: str, lower_bound_delta: datetime.timedelta, timezone: str = "UTC"
    ) -> CronFreshnessPolicy:
        """At each tick of ``deadline_cron`` it is to have been made within ``lower_bound_delta`` before."""
        return CronFreshnessPolicy(
            deadline_cron=deadline_cron, lower_bound_delta=lower_bound_delta, timezone=timezone
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FreshnessPolicy) and self.spec == other.spec

    def __hash__(self) -> int:
        return hash(self.spec)

    def __repr__(self) -> str:
        return f"FreshnessPolicy({self.spec})"


class TimeWindowFreshnessPolicy(FreshnessPolicy):
    """Overdue after a time. Made by :meth:`FreshnessPolicy.time_window`.

    Raises :class:`CheckError` for windows under a minute, and for a ``warn_window`` that is not the shorter one.
    """

    def __init__(
        self, *, fail_window: datetime.timedelta, warn_window: datetime.timedelta | None = None
    ) -> None:
        if fail_window < _SHORTEST or (warn_window is not None and warn_window < _SHORTEST):
            raise CheckError("The windows of a freshness policy are at least a minute long.")
        if warn_window is not None and warn_window >= fail_window:
            raise CheckError("The warn_window of a freshness policy is shorter than its fail_window.")
        self.fail_window = fail_window
        self.warn_window = warn_window
        self.spec = TimeWindowFreshnessSpec(
            fail_seconds=fail_window.total_seconds(),
            warn_seconds=warn_window.total_seconds() if warn_window is not None else None,
        )


class CronFreshnessPolicy(FreshnessPolicy):
    """Overdue after a deadline. Made by :meth:`FreshnessPolicy.cron`.

    Raises :class:`DagsterInvalidDefinitionError` for what is no cron expression or time zone, :class:`CheckError` for less
    than a minute.
    """

    def __init__(
        self, *, deadline_cron: str, lower_bound_delta: datetime.timedelta, timezone: str = "UTC"
    ) -> None:
        check_cron(deadline_cron, "A freshness policy")
        check_timezone(timezone, "A freshness policy")
        if lower_bound_delta < _SHORTEST:
            raise CheckError("The lower_bound_delta of a freshness policy is at least a minute long.")
        self.deadline_cron = deadline_cron
        self.lower_bound_delta = lower_bound_delta
        self.timezone = timezone
        self.spec = CronFreshnessSpec(
            deadline_cron=deadline_cron,
            lower_bound_seconds=lower_bound_delta.total_seconds(),
            timezone=timezone,
        )


class LegacyFreshnessPolicy(FreshnessPolicy):
    """At most so many minutes old: at every moment, or at each tick of a cron expression.

    Raises :class:`ParameterCheckError` for a lag that is no number, :class:`CheckError` for a time zone without an
    expression.

    >>> LegacyFreshnessPolicy(maximum_lag_minutes=30).maximum_lag_delta
    datetime.timedelta(seconds=1800)
    """

    spec: LagFreshnessSpec

    def __init__(
        self,
        *,
        maximum_lag_minutes: float,
        cron_schedule: str | None = None,
        cron_schedule_timezone: str | None = None,
    ) -> None:
        if not isinstance(maximum_lag_minutes, (int, float)):
            raise ParameterCheckError(f"maximum_lag_minutes is a number, not {maximum_lag_minutes!r}.")
        if cron_schedule is not None:
            check_cron(cron_schedule, "A freshness policy")
            check_timezone(cron_schedule_timezone or "UTC", "A freshness policy")
        elif cron_schedule_timezone is not None:
            raise CheckError("A freshness policy has a cron_schedule_timezone only with a cron_schedule.")
        self.maximum_lag_minutes = float(maximum_lag_minutes)
        self.cron_schedule = cron_schedule
        self.cron_schedule_timezone = cron_schedule_timezone
        self.spec = LagFreshnessSpec(
            maximum_lag_minutes=self.maximum_lag_minutes,
            cron_schedule=cron_schedule,
            cron_schedule_timezone=cron_schedule_timezone,
        )

    @property
    def maximum_lag_delta(self) -> datetime.timedelta:
        """How old it may be."""
        return datetime.timedelta(minutes=self.maximum_lag_minutes)

    def get_evaluation_tick(self, evaluation_time: datetime.datetime) -> datetime.datetime | None:
        """The moment for which it is judged at ``evaluation_time``."""
        tick = evaluation_tick(self.spec, evaluation_time.timestamp())
        return datetime.datetime.fromtimestamp(tick, evaluation_time.tzinfo) if tick is not None else None

    def minutes_overdue(
        self, data_time: datetime.datetime | None, evaluation_time: datetime.datetime
    ) -> FreshnessMinutes | None:
        """How much too old data of ``data_time`` is; None where there is none."""
        data_at = data_time.timestamp() if data_time is not None else None
        return minutes_overdue(self.spec, data_at, evaluation_time.timestamp())


def resolve_freshness(policy: Any, what: str) -> FreshnessSpec | None:
    """What of a policy leaves the process. Raises :class:`ParameterCheckError` for what is no policy."""
    if policy is None:
        return None
    if not isinstance(policy, FreshnessPolicy):
        raise ParameterCheckError(f"The freshness_policy of {what} is a FreshnessPolicy, not {policy!r}.")
    return policy.spec
