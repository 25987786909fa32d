"""Random definitions of partitions: the same keys, windows and mappings as on the real Dagster.

Left out, because Headwater differs on purpose (see docs/how-to/partitions.md): expressions for some hours of a day, zones
whose clock is turned by half an hour or at midnight, definitions that end before they begin or begin after the moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import headwater
from tests.compat.dagster_answers import DagsterAnswers
from tests.compat.partitions.answer import answer

pytestmark = [pytest.mark.oracle, pytest.mark.slow]

ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Sydney", "Asia/Kolkata"]
MOMENTS = [
    "2024-03-10",
    "2024-03-11",
    "2024-03-31",
    "2024-04-07",
    "2024-05-10",
    "2024-10-06",
    "2024-10-27",
    "2024-11-03",
]


@pytest.fixture(scope="module")
def dagster_answers() -> Iterator[DagsterAnswers]:
    answers = DagsterAnswers("partitions")
    yield answers
    answers.close()


@st.composite
def definitions(
    draw: st.DrawFn, zone: str | None = None, *, kinds: str = "hourly daily weekly monthly"
) -> dict[str, Any]:
    """Definitions; of one ``zone``, where it is given, that begin on the hour or at midnight, without exclusions."""
    kind = draw(st.sampled_from(kinds.split()))
    year_month = draw(st.sampled_from(["2024-01-15", "2024-02-25", "2024-03-01"]))
    given: dict[str, Any] = {
        "kind": kind,
        "start_date": f"{year_month}-00:00" if kind == "hourly" else year_month,
        "timezone": zone or draw(st.sampled_from(ZONES)),
        "minute_offset": 0 if zone else draw(st.sampled_from([0, 0, 15, 30, 59])),
        "end_offset": draw(st.sampled_from([0, 0, 0, -1, -2, 1, 3])),
    }
    if kind != "hourly":
        given["hour_offset"] = 0 if zone else draw(st.sampled_from([0, 0, 1, 2, 3, 23]))
    if kind == "weekly":
        given["day_offset"] = draw(st.integers(0, 6))
    if kind == "monthly":
        given["day_offset"] = draw(st.sampled_from([1, 2, 15, 28]))
    excluded = draw(st.sampled_from([None, None, None, ["* * * * 6,0"], ["* * 1 * *", "* 3 * * 1"]]))
    if excluded and zone is None and kind in ("hourly", "daily"):
        given["exclusions"] = excluded
    if draw(st.integers(0, 5)) == 0:
        end = draw(st.sampled_from(["2024-04-20", "2024-05-01", "2024-06-02"]))
        given["end_date"] = f"{end}-00:00" if kind == "hourly" else end
    return given


moments = st.builds(
    lambda day, hour: f"{day}T{hour:02}:20:00+00:00", st.sampled_from(MOMENTS), st.integers(0, 23)
)
parts = st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.95, 0.99, 1.0]), min_size=2, max_size=3)
thorough = settings(
    max_examples=80,
    deadline=None,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # to shrink a failure takes minutes: a real Dagster answers
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@thorough
@given(definitions(), moments, parts)
def test_the_same_keys_and_windows(
    dagster_answers: DagsterAnswers, definition: dict[str, Any], moment: str, parts: list[float]
) -> None:
    question = {"ask": "keys", "definition": definition, "moment": moment, "parts": parts}
    assert answer(headwater, question) == dagster_answers.ask(question)


@thorough
@given(st.data(), st.sampled_from(ZONES), moments, parts, st.integers(-2, 1), st.integers(0, 2))
def test_the_same_mappings(
    dagster_answers: DagsterAnswers,
    data: st.DataObject,
    zone: str,
    moment: str,
    parts: list[float],
    start: int,
    length: int,
) -> None:
    kinds = "hourly daily weekly"
    down, up = data.draw(definitions(zone, kinds=kinds)), data.draw(definitions(zone, kinds=kinds))
    # Of longer upstream partitions that do not exist, Dagster tells now some, now others.
    told = kinds.index(up["kind"]) < kinds.index(down["kind"]) or up["kind"] == down["kind"] != "weekly"
    question = {
        "ask": "mapping",
        "definition": down,
        "upstream": up,
        "missing": told,
        "moment": moment,
        "parts": parts,
        "offsets": [start, start + length],
    }
    assert answer(headwater, question) == dagster_answers.ask(question)
