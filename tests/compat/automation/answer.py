"""Stories of assets with automation conditions, told to whichever `dagster` is asked: the real one, or Headwater.

As a program it answers stories line by line: JSON in, JSON out.
"""

import datetime
import json
import sys
import warnings
from typing import Any

BEGIN = datetime.datetime(2024, 3, 4, 0, 0, 30, tzinfo=datetime.UTC)


def build_condition(dagster: Any, given: Any) -> Any:
    """A condition from nested lists: the name, then its arguments."""
    of = dagster.AutomationCondition
    name, *arguments = given
    inner = [build_condition(dagster, each) if isinstance(each, list) else each for each in arguments]
    if name == "and":
        return inner[0] & inner[1]
    if name == "or":
        return inner[0] | inner[1]
    if name == "not":
        return ~inner[0]
    if name in ("since", "newly_true", "since_last_handled", "allow", "ignore", "replace", "without"):
        if name in ("allow", "ignore"):
            inner[1] = dagster.AssetSelection.assets(inner[1])
        return getattr(inner[0], name)(*inner[1:])
    if name == "in_latest_time_window" and inner:
        return of.in_latest_time_window(datetime.timedelta(hours=inner[0]))
    return getattr(of, name)(*inner)


def build_partitions(dagster: Any, kind: str | None) -> Any:
    """A definition of partitions by a short name."""
    if kind == "static":
        return dagster.StaticPartitionsDefinition(["a", "b", "c"])
    if kind == "daily":
        return dagster.DailyPartitionsDefinition("2024-03-01")
    if kind == "hourly":
        return dagster.HourlyPartitionsDefinition("2024-03-03-20:00")
    return None


def build_assets(dagster: Any, given: list[dict[str, Any]], failing: set[str]) -> list[Any]:
    """The assets of a story, with their checks."""
    found = []
    for each in given:

        def function(name: str = each["name"]) -> None:
            if name in failing:
                raise ValueError(name)

        condition = build_condition(dagster, each["condition"]) if each.get("condition") else None
        if each.get("external"):
            found.append(dagster.AssetSpec(each["name"]))
            continue
        found.append(
            dagster.asset(
                name=each["name"],
                deps=each["deps"],
                automation_condition=condition,
                partitions_def=build_partitions(dagster, each.get("partitions")),
                code_version=each.get("version"),
            )(_without_arguments(function))
        )
        if each.get("check"):

            def check(name: str = each["name"]) -> Any:
                return dagster.AssetCheckResult(passed=name not in failing)

            rule = build_condition(dagster, each["check"]) if isinstance(each["check"], list) else None
            decorate = dagster.asset_check(
                asset=each["name"], name="fine", blocking=True, automation_condition=rule
            )
            found.append(decorate(_without_arguments(check)))
    return found


def _without_arguments(function: Any) -> Any:
    def called() -> Any:
        return function()

    return called


def answer(dagster: Any, story: dict[str, Any]) -> Any:
    """What is requested in each evaluation of a story; the class of the error where there is one."""
    warnings.simplefilter("ignore")
    try:
        return tell(dagster, story)
    except Exception as error:  # noqa: BLE001  which error it is, is the answer
        return f"{type(error).__name__}"


def tell(dagster: Any, story: dict[str, Any]) -> Any:
    """What is requested in each evaluation of a story."""
    failing: set[str] = set()
    moment, cursor, found = BEGIN, None, []
    names = [each["name"] for each in story["assets"]]
    with dagster.DagsterInstance.ephemeral() as instance:
        for action, *arguments in story["actions"]:
            assets = build_assets(dagster, story["assets"], failing)
            if action == "wait":
                moment += datetime.timedelta(minutes=arguments[0])
            elif action == "fail":
                failing.symmetric_difference_update(arguments)
            elif action == "report":
                name, partition = arguments
                event = dagster.AssetMaterialization(name, partition=partition)
                instance.report_runless_asset_event(event)
            elif action == "make":
                name, partition = arguments
                dagster.materialize(
                    assets,
                    selection=[name],
                    instance=instance,
                    partition_key=partition,
                    raise_on_error=False,
                    tags={"by": name},
                )
            elif action == "version":
                story["assets"][arguments[0]]["version"] = arguments[1]
            elif action == "evaluate":
                result = dagster.evaluate_automation_conditions(
                    assets, instance, evaluation_time=moment, cursor=cursor
                )
                cursor = result.cursor
                found.append(_requested(dagster, result, names))
    return found


def _requested(dagster: Any, result: Any, names: list[str]) -> dict[str, Any]:
    requested: dict[str, Any] = {"total": result.total_requested}
    for name in names:
        keys = result.get_requested_partitions(dagster.AssetKey(name))
        if keys:
            requested[name] = sorted(str(key) for key in keys)
    return requested


if __name__ == "__main__":
    import logging

    import dagster as real

    logging.disable(logging.CRITICAL)
    output, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        print(json.dumps(answer(real, json.loads(line))), file=output, flush=True)
