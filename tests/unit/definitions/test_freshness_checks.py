"""Checks and sensors that look at how old assets are."""

from __future__ import annotations

import datetime

import pytest

import headwater as hw
from headwater.definitions.freshness_check import CHECK_NAME
from headwater.model.errors import CheckError

HOUR = datetime.timedelta(hours=1)


@hw.asset
def orders() -> None: ...


@hw.asset(partitions_def=hw.DailyPartitionsDefinition("2024-05-01"))
def daily() -> None: ...


def _evaluate(
    instance: hw.DagsterInstance, checks: list[hw.AssetChecksDefinition]
) -> list[hw.AssetCheckEvaluation]:
    job = hw.define_asset_job("look", hw.AssetSelection.checks(*checks))
    defs = hw.Definitions(assets=[orders, daily], asset_checks=checks, jobs=[job])
    result = defs.get_job_def("look").execute_in_process(instance=instance)
    return list(result.get_asset_check_evaluations())


def test_an_asset_is_fresh_once_it_was_made() -> None:
    checks = [*hw.build_last_update_freshness_checks(assets=[orders], lower_bound_delta=HOUR)]
    with hw.DagsterInstance.ephemeral() as instance:
        (never,) = _evaluate(instance, checks)
        hw.materialize([orders], instance=instance)
        (made,) = _evaluate(instance, checks)
    assert (never.passed, never.severity, made.passed) == (False, hw.AssetCheckSeverity.WARN, True)
    until, updated = (made.metadata[f"dagster/{each}_timestamp"] for each in ("fresh_until", "last_updated"))
    assert isinstance(until, hw.TimestampMetadataValue)
    assert isinstance(updated, hw.TimestampMetadataValue)
    assert until.value == pytest.approx(updated.value + 3600)


def test_the_newest_day_is_to_be_there_by_the_deadline() -> None:
    checks = [*hw.build_time_partition_freshness_checks(assets=[daily], deadline_cron="0 0 * * *")]
    with hw.DagsterInstance.ephemeral() as instance:
        (early,) = _evaluate(instance, checks)
        key = early.metadata["partition"].value
        instance.report_runless_asset_event(hw.AssetMaterialization("daily", partition=str(key)))
        (late,) = _evaluate(instance, checks)
    assert (early.passed, late.passed) == (False, True)
    assert key == str(datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=1))


def test_the_sensor_asks_for_checks_whose_answer_holds_no_more() -> None:
    checks = [*hw.build_last_update_freshness_checks(assets=[orders], lower_bound_delta=HOUR)]
    sensor = hw.build_sensor_for_freshness_checks(freshness_checks=checks)
    with hw.DagsterInstance.ephemeral() as instance:
        asked = sensor.evaluate_tick(hw.build_sensor_context(instance=instance))
        hw.materialize([orders], instance=instance)
        _evaluate(instance, checks)
        skipped = sensor.evaluate_tick(hw.build_sensor_context(instance=instance))
    (request,) = asked.run_requests
    assert request.asset_check_keys == [hw.AssetCheckKey(hw.AssetKey("orders"), CHECK_NAME)]
    assert (skipped.run_requests, skipped.skip_message) == ([], "Every freshness check still holds.")


def test_an_asset_is_checked_once() -> None:
    with pytest.raises(CheckError, match="each of them once"):
        hw.build_last_update_freshness_checks(assets=["orders", orders], lower_bound_delta=HOUR)


def test_a_policy_is_given_to_a_spec() -> None:
    policy = hw.FreshnessPolicy.time_window(HOUR)
    other = hw.FreshnessPolicy.time_window(2 * HOUR)
    spec = hw.apply_freshness_policy(hw.AssetSpec("orders"), policy)
    assert spec.freshness_policy == policy
    assert hw.apply_freshness_policy(spec, other, overwrite_existing=False).freshness_policy == policy
    assert hw.Definitions(assets=[spec]).manifest.assets[0].freshness == policy.spec


def test_a_sensor_is_told_how_late_an_asset_is() -> None:
    told: list[tuple[str, float | None, float | None]] = []

    @hw.freshness_policy_sensor(asset_selection=hw.AssetSelection.all())
    def tell(context: hw.FreshnessPolicySensorContext) -> None:
        name = context.asset_key.to_user_string()
        told.append((name, context.minutes_overdue, context.previous_minutes_overdue))

    @hw.asset(freshness_policy=hw.FreshnessPolicy(maximum_lag_minutes=30))
    def late() -> None: ...

    assert isinstance(tell, hw.FreshnessPolicySensorDefinition)
    defs = hw.Definitions(assets=[late, orders], sensors=[tell])
    with hw.DagsterInstance.ephemeral() as instance:
        first = tell.evaluate_tick(hw.build_sensor_context(instance=instance, definitions=defs))
        hw.materialize([late], instance=instance)
        tell.evaluate_tick(hw.build_sensor_context(instance=instance, definitions=defs, cursor=first.cursor))
    assert told == [("late", None, None), ("late", 0.0, None)]


def test_such_a_sensor_is_called_by_hand() -> None:
    found: list[float | None] = []

    @hw.freshness_policy_sensor(asset_selection=hw.AssetSelection.all(), name="by_hand")
    def tell(context: hw.FreshnessPolicySensorContext) -> None:
        found.append(context.minutes_overdue)

    policy = hw.LegacyFreshnessPolicy(maximum_lag_minutes=30)
    tell(hw.build_freshness_policy_sensor_context("by_hand", hw.AssetKey("late"), policy, 12.0))
    assert found == [12.0]
