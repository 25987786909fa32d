"""Random stories of assets with automation conditions: the same requests as by the real Dagster.

The seeds are fixed; `HEADWATER_AUTOMATION_STORIES` says how many (in the suite a few, by hand as many as one likes).
Left out is `executed_with_root_target`: a run by `materialize()` says which assets it was to make, in Dagster it does not;
and `data_version_changed`, which Dagster answers now one way, now another where an event tells no version.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

import headwater
from tests.compat.automation.answer import answer
from tests.compat.automation.story import build_story
from tests.compat.dagster_answers import DagsterAnswers

pytestmark = [pytest.mark.oracle, pytest.mark.slow]

STORIES = int(os.environ.get("HEADWATER_AUTOMATION_STORIES", "20"))


@pytest.fixture(scope="module")
def dagster_answers() -> Iterator[DagsterAnswers]:
    answers = DagsterAnswers("automation")
    yield answers
    answers.close()


@pytest.mark.parametrize("seed", range(STORIES))
def test_the_same_requests(dagster_answers: DagsterAnswers, seed: int) -> None:
    theirs = dagster_answers.ask(build_story(seed))
    assert json.loads(json.dumps(answer(headwater, build_story(seed)))) == theirs
