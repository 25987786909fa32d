"""Why assets are made by themselves, and how fresh they are, over HTTP and on the command line."""

from __future__ import annotations

import datetime

import headwater as hw
from headwater.model.manifest import Manifest
from headwater.model.tick import AutomationId, AutomationKind, AutomationState
from headwater.planning.automation_graph import AutomationGraph
from headwater.services.automation_record import AutomationRecord
from headwater.services.automation_tick import evaluate_automation_sensor
from tests.integration.server.serving import serving

HOUR = datetime.timedelta(hours=1)


@hw.asset(freshness_policy=hw.FreshnessPolicy.time_window(fail_window=HOUR))
def orders() -> None: ...


@hw.asset(
    deps=[orders],
    automation_condition=hw.AutomationCondition.eager(),
    freshness_policy=hw.FreshnessPolicy.time_window(fail_window=HOUR),
)
def report() -> None: ...


def _evaluate(instance: hw.DagsterInstance, manifest: Manifest, cursor: str | None, at: float) -> str | None:
    """One tick of the default sensor, its reasons kept."""
    (node,) = manifest.sensors
    state = AutomationState(automation=AutomationId(manifest.location, node.name), cursor=cursor)
    request = state.request(AutomationKind.SENSOR, at)
    tick = evaluate_automation_sensor(AutomationGraph(manifest), node, instance.storage, request)
    AutomationRecord(instance.storage).save(manifest.location, tick.evaluations)
    return tick.result.cursor


def test_the_reason_is_told_page_by_page() -> None:
    manifest = hw.Definitions(assets=[orders, report]).manifest
    with hw.DagsterInstance.ephemeral() as instance:
        cursor = _evaluate(instance, manifest, None, 1000.0)
        instance.report_runless_asset_event(hw.AssetMaterialization("orders"))
        _evaluate(instance, manifest, cursor, 1030.0)
        with serving(instance, manifest) as site:
            first = site.get("conditions/report?limit=1").json
            second = site.get(f"conditions/report?limit=1&before={first['next']}").json
            unknown = site.get("conditions/reprot")
    assert first["condition"] == "eager"
    assert [each["name"] for each in first["sensors"]] == ["default_automation_condition_sensor"]
    assert (first["evaluations"][0]["requested"], second["evaluations"][0]["requested"]) == (1, 0)
    assert second["next"] is None
    assert (unknown.status, "report" in unknown.json["error"]["message"]) == (404, True)


def test_freshness_is_told_of_every_asset_with_a_policy() -> None:
    manifest = hw.Definitions(assets=[orders, report]).manifest
    with hw.DagsterInstance.ephemeral() as instance:
        instance.report_runless_asset_event(hw.AssetMaterialization("orders"))
        with serving(instance, manifest) as site:
            every = site.get("freshness").json["assets"]
            fresh = site.get("freshness?status=fresh").json["assets"]
    assert {each["key"][0]: each["state"]["status"] for each in every} == {
        "orders": "fresh",
        "report": "unknown",
    }
    assert [each["key"] for each in fresh] == [["orders"]]
