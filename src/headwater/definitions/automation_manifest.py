"""Which assets and checks of a code location have automation conditions, and which sensor evaluates them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.auto_materialize_policy import AutoMaterializePolicy
from headwater.definitions.automation_condition_sensor import (
    AutomationConditionSensorDefinition,
    check_condition,
)
from headwater.definitions.sensor import DEFAULT_INTERVAL_SECONDS, SensorDefinition
from headwater.model.automation_condition import AutomationCondition
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import AutomationNode, AutomationTarget, SensorNode
from headwater.model.run import GLOBAL_ASSET_JOB
from headwater.planning.asset_graph import AssetGraph

DEFAULT_AUTOMATION_SENSOR = "default_automation_condition_sensor"
"""The sensor that looks after what no other one does."""

Conditions = Mapping[AssetKey | AssetCheckKey, AutomationCondition]


def find_conditions(definitions: Iterable[AssetsDefinition]) -> Conditions:
    """The condition of each asset and check that has one; an older policy is one, too.

    Raises :class:`DagsterInvalidDefinitionError` for a condition that cannot leave the process.
    """
    found: dict[AssetKey | AssetCheckKey, AutomationCondition] = {}
    for definition in definitions:
        for spec in definition.specs:
            condition, policy = spec.automation_condition, spec.auto_materialize_policy
            if isinstance(condition, AutoMaterializePolicy):
                condition, policy = None, condition
            if condition is None and policy is not None:
                condition = policy.to_automation_condition()
            if condition is not None:
                found[spec.key] = check_condition(condition, f'the asset "{spec.key.to_user_string()}"')
        for check in definition.check_specs_by_output_name.values():
            if check.automation_condition is not None:
                what = f'the check "{check.key.to_user_string()}"'
                found[check.key] = check_condition(check.automation_condition, what)
    return found


def build_sensor_nodes(
    sensors: Sequence[SensorDefinition], graph: AssetGraph, conditions: Conditions
) -> list[SensorNode]:
    """All sensors, and one more for the conditions that none of them evaluates."""
    left = dict.fromkeys(conditions)
    nodes: list[SensorNode] = []
    for each in sensors:
        if not isinstance(each, AutomationConditionSensorDefinition):
            nodes.append(each.spec())
            continue
        node = each.spec_in(graph, conditions)
        nodes.append(node)
        assert node.automation is not None
        looked_after: set[AssetKey | AssetCheckKey] = {*node.automation.assets, *node.automation.checks}
        left = {key: None for key in left if key not in looked_after}
    return [*nodes, _build_default_sensor(left)] if left else nodes


def _build_default_sensor(entities: Iterable[AssetKey | AssetCheckKey]) -> SensorNode:
    """The sensor of what no other sensor looks after."""
    listed = list(entities)
    return SensorNode(
        name=DEFAULT_AUTOMATION_SENSOR,
        job_names=[GLOBAL_ASSET_JOB],
        minimum_interval_seconds=DEFAULT_INTERVAL_SECONDS,
        description="Evaluates the automation conditions that no other sensor evaluates.",
        automation=AutomationTarget(
            assets=[key for key in listed if isinstance(key, AssetKey)],
            checks=[key for key in listed if isinstance(key, AssetCheckKey)],
        ),
    )


def build_automation_nodes(
    conditions: Mapping[AssetKey | AssetCheckKey, AutomationCondition],
) -> list[AutomationNode]:
    """Each condition once, with all that have it: ten thousand eager assets are one condition."""
    groups: dict[AutomationCondition, list[AssetKey | AssetCheckKey]] = {}
    for key, condition in conditions.items():
        groups.setdefault(condition, []).append(key)
    return [
        AutomationNode(
            condition=check_condition(condition, "an asset"),
            assets=[key for key in keys if isinstance(key, AssetKey)],
            checks=[key for key in keys if isinstance(key, AssetCheckKey)],
        )
        for condition, keys in groups.items()
    ]
