"""The supervisor is killed at random moments while it carries out a backfill: in the end everything is made, once.

The suite does it with a few kills. All of it, 50 kills over 500 partitions of three assets:

    HEADWATER_BACKFILL_KILLS=50 HEADWATER_BACKFILL_DAYS=500 python -m pytest -s tests/faults/test_backfill_kill.py
"""

from __future__ import annotations

import datetime
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from headwater.model.backfill import BackfillRequest, PartStatus
from headwater.model.event import EventKind, EventRecordsFilter
from headwater.model.key import AssetKey
from headwater.model.run import DagsterRunStatus, RunsFilter
from headwater.services.backfill_launch import BackfillLauncher
from tests.faults.test_supervisor_death import supervise
from tests.integration.supervisor.conftest import Project

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

KILLS = int(os.environ.get("HEADWATER_BACKFILL_KILLS", "3"))
DAYS = int(os.environ.get("HEADWATER_BACKFILL_DAYS", "12"))
SEED = int(os.environ.get("HEADWATER_BACKFILL_SEED", "0")) or random.SystemRandom().randrange(1 << 30)
PATIENCE_SECONDS = 60 + DAYS * 6
PROJECT = """
from headwater import *

days = DailyPartitionsDefinition("2020-01-01", end_date="{end}")
before = TimeWindowPartitionMapping(start_offset=-1)

@asset(partitions_def=days)
def lower():
    return 1

@asset(partitions_def=days, ins={{"lower": AssetIn(partition_mapping=before)}})
def middle(lower: dict):
    return len(lower)

@asset(partitions_def=days, ins={{"middle": AssetIn(partition_mapping=before)}})
def upper(middle: dict):
    return len(middle)

defs = Definitions(assets=[lower, middle, upper], executor=in_process_executor)
"""
ASSETS = [AssetKey(name) for name in ("lower", "middle", "upper")]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    made = Project(tmp_path)
    end = datetime.date(2020, 1, 1) + datetime.timedelta(days=DAYS)
    made.write(PROJECT.format(end=end.isoformat()))
    return made


def test_everything_is_made_once(project: Project) -> None:
    print(f"seed {SEED}")
    storage = project.instance.storage
    with project.supervisor() as supervisor:
        assert supervisor.wait_loaded(60)
        manifest = supervisor.locations[0].manifest
    assert manifest is not None
    request = BackfillRequest(location="here", assets=ASSETS)
    backfill = BackfillLauncher(storage, manifest).launch(request, time.time())

    _kill_often(project)
    began_at = time.monotonic()
    with project.supervisor():
        pause = threading.Event()
        while storage.backfills.get(backfill.backfill_id).is_open:  # type: ignore[union-attr]
            assert time.monotonic() - began_at < PATIENCE_SECONDS, _standing(project, backfill.backfill_id)
            pause.wait(0.1)

    assert _standing(project, backfill.backfill_id) == {PartStatus.SUCCESS: 3 * DAYS}
    made: Counter[tuple[AssetKey | None, str | None]] = Counter()
    for key in ASSETS:
        of_asset = EventRecordsFilter(event_type=EventKind.ASSET_MATERIALIZATION, asset_key=key)
        made.update((each.asset_key, each.partition_key) for each in storage.event_log.find(of_asset))
    assert len(made) == 3 * DAYS
    assert set(made.values()) == {1}
    unfinished = [each for each in DagsterRunStatus if each.value not in ("SUCCESS", "FAILURE", "CANCELED")]
    assert storage.runs.count(RunsFilter(statuses=unfinished)) == 0
    assert storage.runs.count() == 3 * DAYS
    counts = storage.partition_status.counts(ASSETS)
    assert {(each.materialized, each.failed, each.in_progress) for each in counts.values()} == {(DAYS, 0, 0)}
    project.instance.close()


def _kill_often(project: Project) -> None:
    """Let supervisors begin and kill each at a random moment."""
    moments = random.Random(SEED)
    for _ in range(KILLS):
        pid = supervise(project)
        time.sleep(moments.uniform(0.05, 2.5))  # how far it has come is what chance decides
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _standing(project: Project, backfill_id: str) -> dict[PartStatus, int]:
    found: Counter[PartStatus] = Counter()
    for count in project.instance.storage.backfills.counts([backfill_id])[backfill_id]:
        found[count.status] += count.parts
    return dict(found)
