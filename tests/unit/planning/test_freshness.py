"""Freshness policies: how old an asset may become, and how it stands at a moment."""

from __future__ import annotations

import datetime

import pytest

import headwater as hw
from headwater.model.errors import CheckError
from headwater.model.freshness_spec import FreshnessSpec, FreshnessStatus
from headwater.planning.freshness import build_freshness_state

HOUR = 3600.0
NINE = datetime.datetime(2024, 5, 6, 9, tzinfo=datetime.UTC).timestamp()


def _status(spec: FreshnessSpec, updated_at: float | None, now: float) -> FreshnessStatus:
    return build_freshness_state(spec, updated_at, now).status


def test_a_time_window_warns_before_it_fails() -> None:
    policy = hw.FreshnessPolicy.time_window(
        fail_window=datetime.timedelta(hours=24), warn_window=datetime.timedelta(hours=12)
    )
    found = [_status(policy.spec, 0.0, hours * HOUR) for hours in (1, 13, 25)]
    assert found == [FreshnessStatus.FRESH, FreshnessStatus.WARNING, FreshnessStatus.OVERDUE]
    assert _status(policy.spec, None, HOUR) is FreshnessStatus.UNKNOWN


def test_a_deadline_is_kept_by_what_was_made_shortly_before() -> None:
    policy = hw.FreshnessPolicy.cron("0 9 * * *", lower_bound_delta=datetime.timedelta(hours=2))
    assert _status(policy.spec, NINE - HOUR, NINE + HOUR) is FreshnessStatus.FRESH
    assert _status(policy.spec, NINE - 3 * HOUR, NINE - 1) is FreshnessStatus.FRESH
    assert _status(policy.spec, NINE - 3 * HOUR, NINE) is FreshnessStatus.OVERDUE
    assert build_freshness_state(policy.spec, NINE - HOUR, NINE).overdue_at == NINE + 24 * HOUR


def test_the_older_policy_counts_minutes() -> None:
    policy = hw.LegacyFreshnessPolicy(maximum_lag_minutes=30, cron_schedule="0 9 * * *")
    assert hw.FreshnessPolicy(maximum_lag_minutes=30, cron_schedule="0 9 * * *") == policy
    at = datetime.datetime.fromtimestamp(NINE, datetime.UTC)
    told = policy.minutes_overdue(at - datetime.timedelta(hours=1), at + datetime.timedelta(hours=5))
    assert told == (30.0, 60.0)


def test_a_policy_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(CheckError, match="shorter"):
        hw.FreshnessPolicy.time_window(
            fail_window=datetime.timedelta(hours=1), warn_window=datetime.timedelta(hours=2)
        )
    with pytest.raises(hw.DagsterInvalidDefinitionError, match="cron expression"):
        hw.FreshnessPolicy.cron("every day", datetime.timedelta(hours=1))
