"""The run queue: order, limits, and runs that come to nothing."""

from __future__ import annotations

from headwater.adapters.memory.storage import MemoryStorage
from headwater.model.event import Event, EventKind
from headwater.model.run import DagsterRun, DagsterRunStatus
from headwater.services.run_queue import RunQueue, TagLimit
from tests.contracts.turned_clock import TurnedClock
from tests.unit.services.told_host import ToldLauncher


class Queue:
    """A queue over a store in memory."""

    def __init__(self, most_runs: int = 10, tag_limits: list[TagLimit] | None = None) -> None:
        self.clock = TurnedClock()
        self.storage = MemoryStorage(self.clock)
        self.launcher = ToldLauncher()
        self.queue = RunQueue(
            runs=self.storage.runs,
            launcher=self.launcher,
            clock=self.clock,
            write=self.storage.event_log.append,
            most_runs=most_runs,
            tag_limits=tag_limits or [],
        )

    def add(self, run_id: str, location: str = "", **tags: str) -> None:
        named = {name.replace("__", "/"): value for name, value in tags.items()}
        self.storage.runs.add(
            DagsterRun(
                run_id=run_id, job_name="j", status=DagsterRunStatus.QUEUED, tags=named, location=location
            )
        )

    def happen(self, kind: EventKind, run_id: str) -> None:
        self.storage.event_log.append([Event(kind=kind, run_id=run_id)])

    def step(self) -> list[str]:
        self.queue.step()
        return self.launcher.launched


def test_runs_begin_by_priority_then_by_age() -> None:
    queue = Queue()
    queue.add("a")
    queue.add("b", dagster__priority="-1")
    queue.add("c", dagster__priority="3")
    queue.add("d", dagster__priority="soon")
    assert queue.step() == ["c", "a", "d", "b"]
    assert queue.step() == ["c", "a", "d", "b"]  # each once


def test_no_more_runs_than_the_limit_are_at_work() -> None:
    queue = Queue(most_runs=2)
    for run_id in "abcd":
        queue.add(run_id)
    assert queue.step() == ["a", "b"]
    queue.happen(EventKind.RUN_START, "a")
    queue.happen(EventKind.RUN_START, "b")
    assert queue.step() == ["a", "b"]
    queue.happen(EventKind.RUN_SUCCESS, "a")
    assert queue.step() == ["a", "b", "c"]
    queue.happen(EventKind.RUN_CANCELING, "b")
    assert queue.step() == ["a", "b", "c"]  # b and c hold their places still
    queue.happen(EventKind.RUN_CANCELED, "b")
    assert queue.step() == ["a", "b", "c", "d"]


def test_no_limit_lets_all_begin_and_none_at_all_lets_none() -> None:
    for most_runs, begun in ((-1, 12), (0, 0)):
        queue = Queue(most_runs=most_runs)
        for number in range(12):
            queue.add(f"run {number}")
        assert len(queue.step()) == begun


def test_limits_of_tags_let_others_pass() -> None:
    limits = [
        TagLimit(key="database", value="small", limit=1),
        TagLimit(key="customer", limit=1, per_value=True),
    ]
    queue = Queue(tag_limits=limits)
    queue.add("a", database="small")
    queue.add("b", database="small")
    queue.add("c", database="big")
    queue.add("d", customer="x")
    queue.add("e", customer="y")
    queue.add("f", customer="x")
    assert queue.step() == ["a", "c", "d", "e"]
    for kind in (EventKind.RUN_START, EventKind.RUN_FAILURE):
        queue.happen(kind, "a")
    assert queue.step() == ["a", "c", "d", "e", "b"]


def test_a_run_whose_code_is_not_there_waits() -> None:
    queue = Queue()
    queue.add("a", location="gone")
    queue.add("b")
    assert queue.step() == ["b"]


def test_a_run_that_cannot_be_launched_has_failed() -> None:
    queue = Queue()
    queue.add("a")
    queue.launcher.refuses = "no process"
    queue.step()
    record = queue.storage.runs.get("a")
    assert record is not None
    assert record.dagster_run.status is DagsterRunStatus.FAILURE
    (event,) = queue.storage.event_log.run_events("a")
    assert "no process" in event.event.message


def test_a_process_that_ends_before_its_run_begins_is_told() -> None:
    queue = Queue()
    queue.add("a")
    queue.step()
    queue.queue.ended("a", "killed by SIGKILL")
    (event,) = queue.storage.event_log.run_events("a")
    assert "before the run began: killed by SIGKILL" in event.event.message


def test_a_launch_that_came_to_nothing_is_made_again() -> None:
    queue = Queue()
    queue.add("a")
    queue.step()
    queue.clock.sleep(61)
    assert queue.step() == ["a", "a"]
