"""Random stories: small graphs of assets with conditions, and what happens to them."""

from __future__ import annotations

import random
from typing import Any

CRON = "*/5 * * * *"
LEAVES: list[list[Any]] = [
    ["missing"],
    ["newly_missing"],
    ["newly_updated"],
    ["newly_requested"],
    ["initial_evaluation"],
    ["execution_failed"],
    ["in_progress"],
    ["code_version_changed"],
    ["cron_tick_passed", CRON],
    ["in_latest_time_window"],
    ["in_latest_time_window", 50],
    ["any_deps_updated"],
    ["any_deps_missing"],
    ["any_deps_in_progress"],
    ["all_deps_updated_since_cron", CRON],
    ["all_deps_blocking_checks_passed"],
    ["any_checks_match", ["check_failed"]],
    ["all_checks_match", ["check_passed"]],
    ["any_deps_match", ["newly_updated"]],
    ["all_deps_match", ["missing"]],
    ["any_deps_match", ["will_be_requested"]],
    ["all_deps_match", ["since", ["newly_updated"], ["cron_tick_passed", CRON]]],
]
WHOLE: list[list[Any]] = [["eager"], ["eager"], ["on_cron", CRON], ["on_missing"]]


def build_story(seed: int) -> dict[str, Any]:
    """The story of a number."""
    draw = random.Random(seed)
    choices: list[list[str | None]] = [
        [None],
        [None],
        ["static", None],
        ["daily", "hourly"],
        ["daily", None],
        ["daily"],
    ]
    kinds = draw.choice(choices)
    assets: list[dict[str, Any]] = []
    for number in range(draw.randint(2, 5)):
        above = [each["name"] for each in assets]
        asset: dict[str, Any] = {
            "name": f"a{number}",
            "deps": sorted(draw.sample(above, min(len(above), draw.randint(0, 2)))),
            "partitions": draw.choice(kinds),
            "condition": _condition(draw, 2) if number or draw.random() < 0.3 else None,
        }
        if draw.random() < 0.2 and not asset["partitions"]:
            asset["check"] = True
        assets.append(asset)
    return {"seed": seed, "assets": assets, "actions": list(_actions(draw, assets))}


def _condition(draw: random.Random, depth: int) -> list[Any]:
    if depth == 0 or draw.random() < 0.25:
        return draw.choice(LEAVES)
    if draw.random() < 0.4:
        return draw.choice(WHOLE)
    kind = draw.choice(["and", "or", "not", "since", "newly_true", "since_last_handled", "ignore", "allow"])
    if kind in ("and", "or", "since"):
        return [kind, _condition(draw, depth - 1), _condition(draw, depth - 1)]
    if kind in ("allow", "ignore"):
        return [kind, draw.choice(WHOLE), "a0"]
    return [kind, _condition(draw, depth - 1)]


def _actions(draw: random.Random, assets: list[dict[str, Any]]) -> Any:
    for _ in range(draw.randint(6, 14)):
        kind = draw.choice(["report", "report", "make", "wait", "fail", "version", "evaluate", "evaluate"])
        asset = draw.choice(assets)
        partition = {
            "static": draw.choice("abc"),
            "daily": draw.choice(["2024-03-01", "2024-03-03", "2024-03-03"]),
            "hourly": draw.choice(["2024-03-03-22:00", "2024-03-03-23:00"]),
        }.get(asset["partitions"] or "")
        if kind in ("report", "make"):
            yield [kind, asset["name"], partition]
            if draw.random() < 0.6:
                yield ["evaluate"]
        elif kind == "wait":
            yield [kind, draw.choice([1, 2, 5, 7, 60, 60 * 25])]
            yield ["evaluate"]
        elif kind == "fail":
            yield [kind, asset["name"]]
        elif kind == "version":
            yield [kind, assets.index(asset), str(draw.randint(1, 2))]
        yield ["evaluate"]
