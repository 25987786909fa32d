"""Sensors that look at several assets together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from headwater.definitions.multi_asset_sensor_context import MultiAssetSensorEvaluationContext
from headwater.definitions.sensor import DefaultSensorStatus, SensorDefinition
from headwater.definitions.sensor_context import SensorEvaluationContext
from headwater.model.errors import DagsterInvariantViolationError
from headwater.model.run_request import RunRequest


class MultiAssetSensorDefinition(SensorDefinition):
    """A sensor whose function reads the materialisations of ``monitored_assets`` through its context."""

    def __init__(
        self,
        name: str,
        monitored_assets: Any,
        job_name: str | None,
        asset_materialization_fn: Callable[..., Any],
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        job: Any = None,
        jobs: Sequence[Any] | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        request_assets: Any = None,
        required_resource_keys: Iterable[str] | None = None,
        tags: Mapping[str, str] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            name,
            evaluation_fn=asset_materialization_fn,
            job_name=job_name,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            job=job,
            jobs=jobs,
            default_status=default_status,
            asset_selection=request_assets,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )
        self.monitored_assets = monitored_assets

    def _evaluate(self, context: SensorEvaluationContext) -> Any:
        own = MultiAssetSensorEvaluationContext(
            monitored_assets=self.monitored_assets,
            instance=context.instance,
            repository_def=context.repository_def if context.has_repository else None,
            repository_name=context.repository_name,
            cursor=context.cursor,
            sensor_name=self.name,
            resources=context.resource_defs,
            last_tick_completion_time=context.last_tick_completion_time,
            last_run_key=context.last_run_key,
            last_sensor_start_time=context.last_sensor_start_time,
            log=context.log,
        )
        with own:
            given = self._function.evaluate(own)
            results = list(given) if isinstance(given, Iterable) else [given]
        if own.cursor_updated:
            context.update_cursor(own.cursor)
        elif any(isinstance(each, RunRequest) for each in results):
            raise DagsterInvariantViolationError(
                f'The sensor "{self.name}" asks for runs and leaves its cursor where it is, so that it would ask again. '
                "Call context.advance_cursor(...) or context.advance_all_cursors()."
            )
        yield from results


def multi_asset_sensor(
    monitored_assets: Any,
    *,
    job_name: str | None = None,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    job: Any = None,
    jobs: Sequence[Any] | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_assets: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], MultiAssetSensorDefinition]:
    """Make a sensor of a function that reads the materialisations of several assets.

    ``monitored_assets`` are keys or a selection.

    >>> @multi_asset_sensor(monitored_assets=[AssetKey("orders"), AssetKey("rates")], job=report)
    ... def after_both(context):
    ...     records = context.latest_materialization_records_by_key()
    ...     if all(records.values()):
    ...         context.advance_all_cursors()
    ...         return RunRequest()
    """

    def decorate(function: Callable[..., Any]) -> MultiAssetSensorDefinition:
        return MultiAssetSensorDefinition(
            name or function.__name__,
            monitored_assets,
            job_name,
            function,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description or function.__doc__,
            job=job,
            jobs=jobs,
            default_status=default_status,
            request_assets=request_assets,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )

    return decorate
