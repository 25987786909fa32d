"""Automation conditions, evaluated one by one: what is requested, and why."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

import headwater as hw
from headwater import AutomationCondition, DagsterInstance, evaluate_automation_conditions
from headwater.model.backfill import Backfill, BackfillLayer, BackfillPart, BackfillRequest, PartStatus
from headwater.model.errors import CheckError

NOON = datetime.datetime(2024, 5, 3, 12, tzinfo=datetime.UTC)


class Story:
    """Assets whose conditions are evaluated again and again."""

    def __init__(self, *assets: Any) -> None:
        self.assets = assets
        self.instance = DagsterInstance.ephemeral()
        self.at = NOON
        self.result: hw.EvaluateAutomationConditionsResult | None = None

    def evaluate(self, minutes: float = 1) -> set[str]:
        """Evaluate some minutes later: the names of what is requested, with partitions behind a colon."""
        self.at += datetime.timedelta(minutes=minutes)
        cursor = self.result.cursor if self.result is not None else None
        self.result = evaluate_automation_conditions(
            list(self.assets), self.instance, evaluation_time=self.at, cursor=cursor
        )
        found = set()
        for each in self.assets:
            for key in each.keys:
                for partition in self.result.get_requested_partitions(key):
                    found.add(key.to_user_string() + (f":{partition}" if partition else ""))
        return found

    def report(self, name: str, partition: str | None = None) -> None:
        self.instance.report_runless_asset_event(hw.AssetMaterialization(name, partition=partition))


@hw.asset
def orders() -> None: ...


def _report(condition: AutomationCondition | None, **arguments: Any) -> hw.AssetsDefinition:
    @hw.asset(deps=["orders"], automation_condition=condition, **arguments)
    def report() -> None: ...

    return report


def test_eager_follows_what_is_above_it() -> None:
    story = Story(orders, _report(AutomationCondition.eager()))
    assert story.evaluate() == set()
    story.report("orders")
    assert story.evaluate() == {"report"}
    assert story.evaluate() == set()  # asked for once
    story.report("report")
    story.report("orders")
    assert story.evaluate() == set()  # made in the same stretch of time


def test_eager_assets_in_a_row_are_requested_together() -> None:
    @hw.asset(deps=["report"], automation_condition=AutomationCondition.eager())
    def summary() -> None: ...

    story = Story(orders, _report(AutomationCondition.eager()), summary)
    story.evaluate()
    story.report("orders")
    assert story.evaluate() == {"report", "summary"}


def test_on_cron_waits_for_everything_above() -> None:
    story = Story(orders, _report(AutomationCondition.on_cron("0 * * * *")))
    story.evaluate()
    assert story.evaluate(60) == set()  # the tick has passed, the orders are old
    story.report("orders")
    assert story.evaluate() == {"report"}
    assert story.evaluate(10) == set()


def test_a_partition_is_requested_when_its_own_is_there() -> None:
    days = hw.DailyPartitionsDefinition("2024-05-01")

    @hw.asset(name="orders", partitions_def=days)
    def daily_orders() -> None: ...

    story = Story(daily_orders, _report(AutomationCondition.eager(), partitions_def=days))
    story.evaluate()
    story.report("orders", "2024-05-01")
    assert story.evaluate() == set()  # not the newest day
    story.report("orders", "2024-05-02")
    assert story.evaluate() == {"report:2024-05-02"}


def test_a_new_partition_is_missing_and_comes_by_itself() -> None:
    hours = hw.HourlyPartitionsDefinition("2024-05-03-00:00")
    story = Story(orders, _report(AutomationCondition.on_missing(), partitions_def=hours))
    story.report("orders")
    assert story.evaluate() == set()  # what was missing at first stays so
    assert story.evaluate(60) == {"report:2024-05-03-12:00"}


def test_a_check_has_a_condition_of_its_own() -> None:
    @hw.asset_check(asset=orders, automation_condition=AutomationCondition.eager())
    def full() -> hw.AssetCheckResult:
        return hw.AssetCheckResult(passed=True)

    instance = DagsterInstance.ephemeral()
    key = hw.AssetCheckKey(hw.AssetKey("orders"), "full")
    defs = hw.Definitions(assets=[orders], asset_checks=[full])
    first = evaluate_automation_conditions(defs, instance, evaluation_time=NOON)
    instance.report_runless_asset_event(hw.AssetMaterialization("orders"))
    second = evaluate_automation_conditions(
        defs, instance, evaluation_time=NOON + datetime.timedelta(minutes=1), cursor=first.cursor
    )
    assert (first.get_num_requested(key), second.get_num_requested(key)) == (0, 1)


def test_the_reason_is_told() -> None:
    story = Story(orders, _report(AutomationCondition.eager()))
    story.evaluate()
    assert story.result is not None
    evaluation = story.result.get_evaluation("report")
    assert evaluation is not None
    assert [(each.title, each.true) for each in evaluation.condition.children] == [
        ("in_latest_time_window", 1),
        ("SINCE", 0),
        ("NOT", 0),
        ("NOT", 0),
        ("NOT", 0),
    ]


def test_a_condition_changes_by_parts() -> None:
    eager = AutomationCondition.eager()
    calm = eager.without(~AutomationCondition.any_deps_missing()).replace(
        "newly_missing", AutomationCondition.missing().with_label("gone")
    )
    assert "gone" in str(calm.children[1])
    assert "any_deps_missing" not in str(calm)
    with pytest.raises(hw.DagsterInvalidDefinitionError, match="no operand of eager"):
        eager.without(AutomationCondition.missing())


def test_ignored_dependencies_count_for_nothing() -> None:
    condition = AutomationCondition.eager().ignore(hw.AssetSelection.assets("orders"))
    story = Story(orders, _report(condition))
    story.evaluate()
    story.report("orders")
    assert story.evaluate() == set()


def test_a_condition_of_a_class_of_its_own_is_refused_with_the_way_out() -> None:
    class Full(AutomationCondition, frozen=True):
        pass

    with pytest.raises(hw.DagsterInvalidDefinitionError, match=r'the asset "report".*Full.*@sensor'):
        hw.Definitions(assets=[_report(AutomationCondition.eager() & Full())]).manifest  # noqa: B018


def test_an_older_policy_is_a_condition() -> None:
    story = Story(orders, _report(None, auto_materialize_policy=hw.AutoMaterializePolicy.eager()))
    assert story.evaluate() == set()  # the orders are missing
    story.report("orders")
    assert story.evaluate() == {"report"}
    assert story.evaluate() == set()


def test_rules_are_added_and_removed() -> None:
    rule = hw.AutoMaterializeRule.materialize_on_cron("0 0 * * *")
    policy = hw.AutoMaterializePolicy.eager().with_rules(rule)
    assert rule in policy.materialize_rules
    assert policy.without_rules(rule) == hw.AutoMaterializePolicy.eager()
    with pytest.raises(CheckError, match="no such rule"):
        policy.without_rules(hw.AutoMaterializeRule.skip_on_not_all_parents_updated())


def test_waiting_for_all_parents_by_a_rule() -> None:
    @hw.asset
    def prices() -> None: ...

    rules = hw.AutoMaterializePolicy.eager().with_rules(
        hw.AutoMaterializeRule.skip_on_not_all_parents_updated()
    )

    @hw.asset(deps=[orders, prices], auto_materialize_policy=rules)
    def report() -> None: ...

    story = Story(orders, prices, report)
    for name in ("orders", "prices", "report"):
        story.report(name)
    story.evaluate()
    story.report("orders")
    assert story.evaluate() == set()
    story.report("prices")
    assert story.evaluate() == {"report"}


def test_updates_by_runs_without_a_tag_do_not_count() -> None:
    tagged = hw.AutoMaterializeAssetPartitionsFilter(latest_run_required_tags={"by": "night"})
    rule = hw.AutoMaterializeRule.materialize_on_parent_updated(updated_parent_filter=tagged)
    story = Story(orders, _report(None, auto_materialize_policy=hw.AutoMaterializePolicy({rule})))
    story.evaluate()
    hw.materialize([orders], instance=story.instance)
    assert story.evaluate() == set()
    hw.materialize([orders], instance=story.instance, tags={"by": "night"})
    assert story.evaluate() == {"report"}


def test_what_no_sensor_looks_after_has_one_by_default() -> None:
    report = _report(AutomationCondition.eager())
    some = hw.AutomationConditionSensorDefinition("some", target=["orders"], run_tags={"team": "a"})
    sensors = hw.Definitions(assets=[orders, report], sensors=[some]).manifest.sensors
    assert [(each.name, each.automation.assets) for each in sensors if each.automation] == [
        ("some", []),
        ("default_automation_condition_sensor", [hw.AssetKey("report")]),
    ]


def test_a_sensor_may_have_a_condition_for_all_of_its_assets() -> None:
    every = hw.AutomationConditionSensorDefinition(
        "every", target="*", default_condition=AutomationCondition.on_cron("@daily")
    )
    (sensor,) = hw.Definitions(assets=[orders], sensors=[every]).manifest.sensors
    assert sensor.automation is not None
    assert (sensor.automation.assets, str(sensor.automation.default_condition)) == (
        [hw.AssetKey("orders")],
        "on_cron(@daily, UTC)",
    )


def test_conditions_look_through_a_virtual_asset() -> None:
    @hw.asset(deps=["orders"], is_virtual=True)
    def view() -> None: ...

    @hw.asset(deps=[view], automation_condition=AutomationCondition.eager())
    def summary() -> None: ...

    story = Story(orders, view, summary)
    story.evaluate()
    story.report("orders")
    assert story.evaluate() == {"summary"}


def test_assets_of_a_graph_have_conditions() -> None:
    @hw.op
    def make() -> int:
        return 1

    made = hw.AssetsDefinition.from_op(
        make, automation_conditions_by_output_name={"result": AutomationCondition.missing()}
    )
    assert Story(made).evaluate() == {"make"}


def test_a_job_has_no_condition() -> None:
    with pytest.raises(hw.DagsterInvalidDefinitionError, match="jobs have none"):
        hw.define_asset_job("nightly", automation_condition=AutomationCondition.eager())


def test_what_a_backfill_is_going_to_make_is_in_progress() -> None:
    letters = hw.StaticPartitionsDefinition(["a", "b", "c"])

    @hw.asset(partitions_def=letters, automation_condition=AutomationCondition.backfill_in_progress())
    def pages() -> None: ...

    story = Story(pages)
    layer = BackfillLayer(assets=[hw.AssetKey("pages")], parts=1, partitions=2)
    request = BackfillRequest(assets=[hw.AssetKey("pages")])
    backfill = Backfill(backfill_id="fill", request=request, layers=[layer], created_at=0.0)
    part = BackfillPart(number=0, layer=0, start="a", end="b", count=2)
    assert story.evaluate() == set()
    story.instance.storage.backfills.add(backfill, [part])
    assert story.evaluate() == {"pages:a", "pages:b"}
    story.instance.storage.backfills.settle_parts("fill", {0: PartStatus.SUCCESS})
    assert story.evaluate() == set()


def test_what_a_run_is_going_to_make_is_in_progress() -> None:
    story = Story(orders, _report(AutomationCondition.in_progress()))
    run = hw.DagsterRun(
        run_id="1", job_name="x", status=hw.DagsterRunStatus.QUEUED, asset_selection=[hw.AssetKey("report")]
    )
    assert story.evaluate() == set()
    story.instance.add_run(run)
    assert story.evaluate() == {"report"}
