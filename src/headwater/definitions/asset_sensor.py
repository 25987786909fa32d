"""Sensors that look at one asset: they run when it has been made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from headwater.definitions.sensor import DefaultSensorStatus, SensorDefinition
from headwater.definitions.sensor_context import SensorEvaluationContext
from headwater.model.event import DagsterEventType, EventRecordsFilter
from headwater.model.key import AssetKey, CoercibleToAssetKey
from headwater.model.run_request import SkipReason


class AssetSensorDefinition(SensorDefinition):
    """A sensor whose function is called with the newest materialisation of an asset, once for each that is the newest.

    The cursor is the number of that event in the log; it is kept by the sensor itself.
    """

    def __init__(
        self,
        name: str,
        asset_key: CoercibleToAssetKey,
        job_name: str | None,
        asset_materialization_fn: Callable[..., Any],
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        job: Any = None,
        jobs: Sequence[Any] | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        required_resource_keys: Iterable[str] | None = None,
        tags: Mapping[str, str] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self.asset_key = AssetKey.from_coercible(asset_key)
        super().__init__(
            name,
            evaluation_fn=asset_materialization_fn,
            job_name=job_name,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            job=job,
            jobs=jobs,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )

    def _evaluate(self, context: SensorEvaluationContext) -> Any:
        wanted = EventRecordsFilter(
            event_type=DagsterEventType.ASSET_MATERIALIZATION,
            asset_key=self.asset_key,
            after_cursor=int(context.cursor) if context.cursor else None,
        )
        records = context.instance.get_event_records(wanted, limit=1)
        if not records:
            yield SkipReason(
                f"The asset {self.asset_key.to_user_string()} has not been made since the last evaluation."
            )
            return
        given = self._function.evaluate(context, records[0].event)
        context.update_cursor(str(records[0].storage_id))
        yield from given if isinstance(given, (list, tuple, Iterable)) else [given]


def asset_sensor(
    asset_key: CoercibleToAssetKey,
    *,
    job_name: str | None = None,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    job: Any = None,
    jobs: Sequence[Any] | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], AssetSensorDefinition]:
    """Make a sensor of a function that is told the newest materialisation of an asset.

    >>> @asset_sensor(asset_key=AssetKey("orders"), job=report)
    ... def after_orders(context, event):
    ...     return RunRequest(run_key=context.cursor)
    """

    def decorate(function: Callable[..., Any]) -> AssetSensorDefinition:
        return AssetSensorDefinition(
            name or function.__name__,
            asset_key,
            job_name,
            function,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description or function.__doc__,
            job=job,
            jobs=jobs,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )

    return decorate
