"""Checks that look at how old an asset is, and the sensor that lets them look again when it is time."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from headwater.definitions.asset_check import AssetChecksDefinition, multi_asset_check
from headwater.definitions.asset_partition import partitions_def_of
from headwater.definitions.asset_spec import AssetCheckSpec
from headwater.definitions.output import AssetCheckResult
from headwater.definitions.sensor import DefaultSensorStatus, SensorDefinition
from headwater.definitions.sensor_context import SensorEvaluationContext
from headwater.model.errors import CheckError
from headwater.model.event import AssetCheckEvaluation, AssetCheckSeverity, EventKind, EventRecordsFilter
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.metadata import JsonMetadataValue, TimestampMetadataValue
from headwater.model.run_request import RunRequest, SkipReason
from headwater.planning.cron import check_cron, check_timezone
from headwater.planning.freshness import last_tick
from headwater.planning.schedule_time import next_time
from headwater.planning.selection import AssetSelection

CHECK_NAME = "freshness_check"
_PARAMETERS = "dagster/freshness_params"
_FRESH_UNTIL = "dagster/fresh_until_timestamp"
_LOWER_BOUND = "dagster/freshness_lower_bound_timestamp"
_UPDATED = "dagster/last_updated_timestamp"
_OVERDUE = "dagster/overdue_seconds"
_Evaluate = Callable[[Any, AssetCheckSpec], AssetCheckResult]


def build_last_update_freshness_checks(
    *,
    assets: Sequence[Any],
    lower_bound_delta: datetime.timedelta,
    deadline_cron: str | None = None,
    timezone: str = "UTC",
    severity: AssetCheckSeverity = AssetCheckSeverity.WARN,
    blocking: bool = False,
) -> Sequence[AssetChecksDefinition]:
    """Checks that each asset was made (or observed) within ``lower_bound_delta`` before now, or before the newest tick of
    ``deadline_cron``.

    >>> build_last_update_freshness_checks(assets=[orders], lower_bound_delta=timedelta(hours=24))  # doctest: +SKIP
    """
    seconds = lower_bound_delta.total_seconds()
    if seconds <= 0:
        raise CheckError("The lower_bound_delta of a freshness check is longer than nothing.")
    parameters: dict[str, Any] = {"timezone": timezone, "lower_bound_delta_seconds": seconds}
    if deadline_cron is not None:
        check_cron(deadline_cron, "A freshness check")
        parameters["deadline_cron"] = deadline_cron
    check_timezone(timezone, "A freshness check")

    def evaluate(context: Any, spec: AssetCheckSpec) -> AssetCheckResult:
        now = datetime.datetime.now(datetime.UTC).timestamp()
        deadline = last_tick(deadline_cron, timezone, now) if deadline_cron is not None else now
        bound = (now if deadline is None else deadline) - seconds
        updated = _updated_at(context, spec.asset_key)
        found: dict[str, Any] = {_LOWER_BOUND: TimestampMetadataValue(bound)}
        if updated is not None and updated >= bound:
            following = next_time([deadline_cron], timezone, now) if deadline_cron is not None else None
            until = updated + seconds if deadline_cron is None else following
            found[_FRESH_UNTIL] = TimestampMetadataValue(float(until)) if until is not None else None
        return _result(spec, updated is not None and updated >= bound, updated, found, severity)

    return [_build_checks(assets, parameters, blocking, evaluate)]


def build_time_partition_freshness_checks(
    *,
    assets: Sequence[Any],
    deadline_cron: str,
    timezone: str = "UTC",
    severity: AssetCheckSeverity = AssetCheckSeverity.WARN,
    blocking: bool = False,
) -> Sequence[AssetChecksDefinition]:
    """Checks that of each asset, partitioned by time, the newest partition that was over at the newest tick of
    ``deadline_cron`` was made.

    >>> build_time_partition_freshness_checks(assets=[daily], deadline_cron="0 9 * * *")  # doctest: +SKIP
    """
    check_cron(deadline_cron, "A freshness check")
    check_timezone(timezone, "A freshness check")
    parameters = {"timezone": timezone, "deadline_cron": deadline_cron}

    def evaluate(context: Any, spec: AssetCheckSpec) -> AssetCheckResult:
        now = datetime.datetime.now(datetime.UTC).timestamp()
        deadline = last_tick(deadline_cron, timezone, now) or now
        partition = _newest_partition(context, spec.asset_key, deadline)
        event = context.instance.storage.event_log.latest_materialization(spec.asset_key, partition)
        made = partition is None or event is not None
        found: dict[str, Any] = {"partition": partition} if partition is not None else {}
        following = next_time([deadline_cron], timezone, now)
        if made and following is not None:
            found[_FRESH_UNTIL] = TimestampMetadataValue(float(following))
        return _result(spec, made, event.timestamp if event is not None else None, found, severity)

    return [_build_checks(assets, parameters, blocking, evaluate)]


def _build_checks(
    assets: Sequence[Any], parameters: Mapping[str, Any], blocking: bool, evaluate: _Evaluate
) -> AssetChecksDefinition:
    keys: list[AssetKey] = []
    for each in assets:
        several = getattr(each, "keys", None)
        is_definition = not isinstance(each, AssetKey) and several is not None and not callable(several)
        keys += sorted(several) if is_definition and several else [AssetKey.from_coercible(each)]
    if not keys or len(set(keys)) < len(keys):
        raise CheckError("Freshness checks need assets, each of them once.")
    specs = [
        AssetCheckSpec(
            CHECK_NAME,
            asset=key,
            description="Looks at how old the asset is.",
            blocking=blocking,
            metadata={_PARAMETERS: JsonMetadataValue(dict(parameters))},
        )
        for key in keys
    ]
    name = "freshness_check_" + "_".join(key.to_python_identifier() for key in keys[:4])

    @multi_asset_check(specs=specs, name=name, can_subset=True)
    def checks(context: Any) -> Iterator[AssetCheckResult]:
        chosen = context.selected_asset_check_keys
        for spec in specs:
            if spec.key in chosen:
                yield evaluate(context, spec)

    return checks


def _updated_at(context: Any, key: AssetKey) -> float | None:
    """When an asset was last made or observed; an observation may say itself when the data changed."""
    log = context.instance.storage.event_log
    made = log.latest_materialization(key)
    seen = log.latest_observations([key]).get(key)
    times = [made.timestamp] if made is not None else []
    if seen is not None:
        told = seen.asset_observation.metadata.get(_UPDATED) if seen.asset_observation is not None else None
        times.append(float(told.value) if told is not None else seen.timestamp)
    return max(times, default=None)


def _newest_partition(context: Any, key: AssetKey, deadline: float) -> str | None:
    partitions = partitions_def_of(context.repository_def.definition_by_key.get(key), key)
    if partitions is None:
        return None
    at = datetime.datetime.fromtimestamp(deadline, datetime.UTC)
    return partitions.get_last_partition_key(at)


def _result(
    spec: AssetCheckSpec,
    passed: bool,
    updated: float | None,
    found: Mapping[str, Any],
    severity: AssetCheckSeverity,
) -> AssetCheckResult:
    metadata = {**spec.metadata, **{label: value for label, value in found.items() if value is not None}}
    if updated is not None:
        metadata[_UPDATED] = TimestampMetadataValue(updated)
    said = "The asset is fresh." if passed else "The asset is overdue."
    if updated is None and not passed:
        said = "The asset has never been made or observed."
    return AssetCheckResult(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=passed,
        description=said,
        severity=severity,
        metadata=metadata,
    )


def build_sensor_for_freshness_checks(
    *,
    freshness_checks: Sequence[AssetChecksDefinition],
    minimum_interval_seconds: int | None = None,
    name: str = "freshness_checks_sensor",
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    tags: Mapping[str, Any] | None = None,
) -> SensorDefinition:
    """A sensor that evaluates freshness checks which nobody has evaluated, or whose answer holds no more.

    Raises :class:`CheckError` for checks that are no freshness checks.
    """
    keys = [spec.key for each in freshness_checks for spec in each.check_specs]
    strange = [key for key in keys if key.name != CHECK_NAME]
    if strange or not keys or len(set(keys)) < len(keys):
        raise CheckError("A sensor for freshness checks takes freshness checks, each of them once.")

    def evaluate(context: SensorEvaluationContext) -> RunRequest | SkipReason:
        now = datetime.datetime.now(datetime.UTC).timestamp()
        due = [key for key in keys if _is_due(context.instance, key, now)]
        if not due:
            return SkipReason("Every freshness check still holds.")
        return RunRequest(asset_check_keys=due, run_key=None)

    return SensorDefinition(
        name,
        evaluation_fn=evaluate,
        asset_selection=AssetSelection.checks(*keys),
        minimum_interval_seconds=minimum_interval_seconds,
        default_status=default_status,
        tags=tags,
        description="Evaluates freshness checks when their answer holds no more.",
    )


def _is_due(instance: Any, key: AssetCheckKey, now: float) -> bool:
    """Whether a check is to be evaluated: never yet, its answer holds no more, or something was made since."""
    log = instance.storage.event_log
    wanted = EventRecordsFilter(event_type=EventKind.ASSET_CHECK_EVALUATION, asset_key=key.asset_key)
    for record in log.find(wanted, limit=100):
        data = record.event.data
        if not isinstance(data, AssetCheckEvaluation) or data.check_name != key.name:
            continue
        until = data.metadata.get(_FRESH_UNTIL)
        if data.passed:
            return isinstance(until, TimestampMetadataValue) and until.value <= now
        made = log.latest_materialization(key.asset_key)
        return made is not None and made.storage_id > record.storage_id
    return True
