"""Sensors that are told how much too old assets are (the way of 1.4.7: ``FreshnessPolicy(maximum_lag_minutes=...)``)."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from typing import Any

from headwater.definitions.sensor import DefaultSensorStatus, SensorDefinition
from headwater.definitions.sensor_context import SensorEvaluationContext
from headwater.definitions.tick_context import TickContext
from headwater.definitions.tick_function import TickFunction
from headwater.model.key import AssetKey
from headwater.model.run_request import TickResult
from headwater.planning.freshness_policy import LegacyFreshnessPolicy
from headwater.planning.selection import AssetSelection


class FreshnessPolicySensorContext(TickContext):
    """What the function of such a sensor is told of one asset: by how many minutes it is too old, and was before.

    ``minutes_overdue`` is None for an asset that has never been made. In tests,
    :func:`build_freshness_policy_sensor_context` makes one.
    """

    def __init__(
        self,
        sensor_name: str,
        asset_key: AssetKey,
        freshness_policy: LegacyFreshnessPolicy,
        minutes_overdue: float | None,
        previous_minutes_overdue: float | None,
        instance: Any,
        resources: Mapping[str, Any] | None = None,
        repository_def: Any = None,
    ) -> None:
        super().__init__(instance=instance, resources=resources, repository_def=repository_def, log=None)
        self.sensor_name = sensor_name
        self.asset_key = asset_key
        self.freshness_policy = freshness_policy
        self.minutes_overdue = minutes_overdue
        self.previous_minutes_overdue = previous_minutes_overdue


class FreshnessPolicySensorDefinition(SensorDefinition):
    """A sensor whose function is called for each selected asset with an older freshness policy, each time.

    It asks for no runs: it is for telling people. Made by :func:`freshness_policy_sensor`.
    """

    def __init__(
        self,
        name: str,
        asset_selection: Any,
        freshness_policy_sensor_fn: Callable[..., None],
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        required_resource_keys: Any = None,
    ) -> None:
        super().__init__(
            name,
            evaluation_fn=freshness_policy_sensor_fn,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
        )
        self.asset_selection = AssetSelection.from_coercible(asset_selection)
        self._told = TickFunction(freshness_policy_sensor_fn, f'The sensor "{self.name}"')

    def evaluate_tick(self, context: SensorEvaluationContext) -> TickResult:
        """Tell the function of each asset. What it raises for one asset stands in the result; the others are told."""
        before: dict[str, float | None] = json.loads(context.cursor or "{}")
        now: dict[str, float | None] = {}
        failures: list[str] = []
        for key, policy in self._policies(context).items():
            minutes = _minutes_overdue(context.instance, key, policy)
            name = key.to_user_string()
            now[name] = minutes
            told = FreshnessPolicySensorContext(
                self.name,
                key,
                policy,
                minutes,
                before.get(name),
                context.instance,
                resources=context.resource_defs,
                repository_def=context.repository_def,
            )
            try:
                with told:
                    self._told.evaluate(told)
            except Exception as error:  # noqa: BLE001 - told, and the other assets are looked at
                failures.append(f"{name}: {type(error).__name__}: {error}")
        message = f"The sensor was told of {len(now)} assets."
        return TickResult(skip_message=message, cursor=json.dumps(now), failures=failures)

    def _policies(self, context: SensorEvaluationContext) -> dict[AssetKey, LegacyFreshnessPolicy]:
        repository = context.repository_def
        chosen = self.asset_selection.resolve(repository.asset_graph)
        found: dict[AssetKey, LegacyFreshnessPolicy] = {}
        for definition in repository.assets_definitions:
            for spec in definition.specs:
                if spec.key in chosen and isinstance(spec.freshness_policy, LegacyFreshnessPolicy):
                    found[spec.key] = spec.freshness_policy
        return found


def _minutes_overdue(instance: Any, key: AssetKey, policy: LegacyFreshnessPolicy) -> float | None:
    newest = instance.storage.event_log.latest_materialization(key)
    if newest is None:
        return None
    made_at = datetime.datetime.fromtimestamp(newest.timestamp, datetime.UTC)
    minutes = policy.minutes_overdue(made_at, datetime.datetime.now(datetime.UTC))
    return minutes.overdue_minutes if minutes is not None else None


def freshness_policy_sensor(
    asset_selection: Any,
    *,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
) -> Callable[[Callable[..., None]], FreshnessPolicySensorDefinition]:
    """Make a sensor of a function that is told how much too old each selected asset is.

    >>> @freshness_policy_sensor(asset_selection=AssetSelection.all())
    ... def tell(context):
    ...     if (context.minutes_overdue or 0) > 10 > (context.previous_minutes_overdue or 0):
    ...         print(f"{context.asset_key} is late")
    """

    def decorate(function: Callable[..., None]) -> FreshnessPolicySensorDefinition:
        return FreshnessPolicySensorDefinition(
            name or function.__name__,
            asset_selection,
            function,
            minimum_interval_seconds,
            description or function.__doc__,
            default_status,
        )

    return decorate


def build_freshness_policy_sensor_context(
    sensor_name: str,
    asset_key: AssetKey,
    freshness_policy: LegacyFreshnessPolicy,
    minutes_overdue: float | None,
    previous_minutes_overdue: float | None = None,
    instance: Any = None,
    resources: Mapping[str, Any] | None = None,
) -> FreshnessPolicySensorContext:
    """A context for calling a sensor of freshness policies in a test."""
    return FreshnessPolicySensorContext(
        sensor_name,
        asset_key,
        freshness_policy,
        minutes_overdue,
        previous_minutes_overdue,
        instance,
        resources=resources,
    )
