"""Sensors that evaluate automation conditions: which assets and checks each of them looks after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.definitions.op import check_name
from headwater.definitions.sensor import DefaultSensorStatus, SensorDefinition
from headwater.model.automation_condition import AutomationCondition, find_unknown_condition
from headwater.model.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import AutomationTarget, SensorNode
from headwater.model.run import GLOBAL_ASSET_JOB
from headwater.model.run_request import tag_text
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.selection import AssetSelection


class AutomationConditionSensorDefinition(SensorDefinition):
    """Evaluates the automation conditions of the assets and checks in ``target``, and asks for runs.

    ``run_tags`` are the tags of those runs, ``default_condition`` is the condition of assets that have none. Whatever has a
    condition and is in no such sensor is looked after by one named ``default_automation_condition_sensor``.

    >>> AutomationConditionSensorDefinition("often", target=AssetSelection.groups("raw"), minimum_interval_seconds=10).name
    'often'
    """

    def __init__(
        self,
        name: str,
        *,
        target: Any = None,
        tags: Mapping[str, str] | None = None,
        run_tags: Mapping[str, Any] | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        emit_backfills: bool = True,
        use_user_code_server: bool = False,
        default_condition: AutomationCondition | None = None,
        asset_selection: Any = None,
        owners: Sequence[str] | None = None,
    ) -> None:
        chosen = target if target is not None else asset_selection
        if chosen is None:
            raise CheckError(f'The sensor "{name}" needs a target: the assets whose conditions it evaluates.')
        super().__init__(
            check_name(name, "a sensor"),
            evaluation_fn=_refuse,
            tags=tags,
            default_status=default_status,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            metadata=metadata,
            owners=owners,
        )
        self.asset_selection = AssetSelection.from_coercible(chosen)
        self.run_tags: Mapping[str, str] = {key: tag_text(value) for key, value in (run_tags or {}).items()}
        self.emit_backfills = emit_backfills
        self.use_user_code_server = use_user_code_server
        self.default_condition = check_condition(default_condition, f'the sensor "{name}"')

    def spec_in(self, graph: AssetGraph, conditioned: Iterable[AssetKey | AssetCheckKey]) -> SensorNode:
        """What leaves the process. ``conditioned`` are the assets and checks that have a condition of their own."""
        keys = self.asset_selection.resolve(graph)
        checks = self.asset_selection.resolve_checks(graph)
        everybody = self.default_condition is not None
        given = list(conditioned)
        entities = [*graph.executable_keys] if everybody else given
        assets = [key for key in entities if isinstance(key, AssetKey) and key in keys]
        owned = [key for key in given if isinstance(key, AssetCheckKey) and key in checks]
        return SensorNode(
            name=self.name,
            job_names=[GLOBAL_ASSET_JOB],
            minimum_interval_seconds=self.minimum_interval_seconds,
            default_status=self.default_status.value,
            description=self.description,
            tags=dict(self.tags),
            automation=AutomationTarget(
                assets=assets,
                checks=owned,
                run_tags=dict(self.run_tags),
                default_condition=self.default_condition,
            ),
        )


def _refuse(_: Any) -> None:
    raise DagsterInvalidInvocationError(
        "Automation conditions are evaluated by headwater dev (or headwater up), which knows what was before. In a test, "
        "use evaluate_automation_conditions()."
    )


def check_condition(condition: Any, what: str) -> Any:
    """``condition`` itself. Raises :class:`DagsterInvalidDefinitionError` for what cannot leave the process."""
    if condition is None:
        return None
    if not isinstance(condition, AutomationCondition):
        raise DagsterInvalidDefinitionError(
            f"The automation condition of {what} is {condition!r}, which is none. Use AutomationCondition.eager() and the "
            "like."
        )
    unknown = find_unknown_condition(condition)
    if unknown is not None:
        raise DagsterInvalidDefinitionError(
            f"The automation condition of {what} has a part of a class of its own, {type(unknown).__name__}. Conditions "
            "are evaluated where your code is not loaded: build it of those that AutomationCondition offers, or write a "
            "sensor (@sensor) that asks for the run."
        )
    return condition
