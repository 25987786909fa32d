"""Questions about partitions, answered by whichever `dagster` is asked: the real one, or Headwater.

As a program it answers questions line by line: JSON in, JSON out.
"""

import datetime
import json
import sys
from typing import Any

KINDS = {
    "hourly": "HourlyPartitionsDefinition",
    "daily": "DailyPartitionsDefinition",
    "weekly": "WeeklyPartitionsDefinition",
    "monthly": "MonthlyPartitionsDefinition",
}


def answer(dagster: Any, question: dict[str, Any]) -> Any:
    """What `dagster` says to a question; the class of the error where it says no."""
    moment = datetime.datetime.fromisoformat(question["moment"])
    try:
        with dagster.partition_loading_context(effective_dt=moment):
            return ANSWERS[question["ask"]](dagster, question, moment)
    except Exception as error:  # noqa: BLE001  which error it is, is the answer
        return type(error).__name__


def build(dagster: Any, given: dict[str, Any]) -> Any:
    """A definition of partitions."""
    arguments = {name: value for name, value in given.items() if name != "kind"}
    return getattr(dagster, KINDS[given["kind"]])(**arguments)


def span(window: Any) -> list[str] | None:
    """A time window, as text."""
    return [window.start.isoformat(), window.end.isoformat()] if window is not None else None


def keys_and_windows(dagster: Any, question: dict[str, Any], moment: datetime.datetime) -> Any:
    """All that there is, and what is around some of the keys."""
    definition = build(dagster, question["definition"])
    keys = list(definition.get_partition_keys())
    chosen = [keys[round(part * (len(keys) - 1))] for part in question["parts"]] if keys else []
    windows = [definition.time_window_for_partition_key(key) for key in chosen]
    return {
        "keys": keys,
        "count": definition.get_num_partitions(),
        "ends": [definition.get_first_partition_key(), definition.get_last_partition_key()],
        "windows": [span(window) for window in windows],
        "next": [definition.get_next_partition_key(key) for key in chosen],
        "has": [definition.has_partition_key(key) for key in [*chosen, "2024-01-01", "no"]],
        "around": [
            [
                span(definition.get_next_partition_window(each.start)),
                span(definition.get_prev_partition_window(each.end)),
            ]
            for each in windows
        ],
        "range": list(definition.get_partition_keys_in_range(dagster.PartitionKeyRange(*sorted(chosen)[:2])))
        if len(chosen) > 1
        else [],
        "within": [
            list(
                definition.get_partition_keys_in_time_window(
                    dagster.TimeWindow(each.start, each.start + datetime.timedelta(days=9, hours=5))
                )
            )
            for each in windows
        ],
    }


def mapped(dagster: Any, question: dict[str, Any], moment: datetime.datetime) -> Any:
    """What is needed of an upstream definition, and who needs it."""
    up, down = build(dagster, question["upstream"]), build(dagster, question["definition"])
    keys, above = list(down.get_partition_keys()), list(up.get_partition_keys())
    if not above:
        return []
    mapping = dagster.TimeWindowPartitionMapping(*question["offsets"])
    needed, needing = [], []
    for part in question["parts"]:
        if keys:
            found = mapping.get_upstream_mapped_partitions_result_for_partitions(
                down.subset_with_partition_keys([keys[round(part * (len(keys) - 1))]]), down, up, moment
            )
            needed.append(
                [
                    sorted(found.partitions_subset.get_partition_keys()),
                    sorted(found.required_but_nonexistent_partition_keys) if question["missing"] else [],
                ]
            )
        subset = up.subset_with_partition_keys([above[round(part * (len(above) - 1))]])
        below = mapping.get_downstream_partitions_for_partitions(subset, up, down, moment)
        needing.append(sorted(below.get_partition_keys()))
    return [needed, needing]


ANSWERS = {"keys": keys_and_windows, "mapping": mapped}


if __name__ == "__main__":
    import dagster

    for line in sys.stdin:
        print(json.dumps(answer(dagster, json.loads(line))), flush=True)
