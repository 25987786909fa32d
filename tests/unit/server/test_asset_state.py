"""How an asset stands, from the events that led there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headwater.adapters.memory.storage import MemoryStorage
from headwater.model.event import (
    AssetMaterialization,
    AssetObservation,
    AssetObservationData,
    AssetPlannedData,
    Event,
    EventKind,
    StepMaterializationData,
)
from headwater.model.key import AssetKey
from headwater.model.manifest import AssetDepSpec, AssetNode
from headwater.model.run import DagsterRun
from headwater.planning.asset_graph import AssetGraph
from headwater.server.asset_state import AssetState, AssetStatus, load_asset_states

A, B, C = AssetKey("a"), AssetKey("b"), AssetKey("c")


def node(key: AssetKey, *needs: AssetKey, version: str | None = None, elsewhere: bool = False) -> AssetNode:
    """An asset that is made by a step of its own name, or elsewhere."""
    return AssetNode(
        key=key,
        computation=None if elsewhere else key.to_python_identifier(),
        kind="external" if elsewhere else "materializable",
        deps=[AssetDepSpec(key=need) for need in needs],
        code_version=version,
    )


class Story:
    """A history that is told event by event."""

    def __init__(self, *nodes: AssetNode) -> None:
        self.graph = AssetGraph(nodes)
        self.storage = MemoryStorage()

    def begin(self, run_id: str, *keys: AssetKey) -> None:
        """A run starts that is to make assets."""
        self.storage.runs.add(DagsterRun(run_id=run_id, job_name="job"))
        self.say(run_id, EventKind.RUN_START)
        for key in keys:
            data = AssetPlannedData(asset_key=key)
            self.storage.event_log.append(
                [Event(kind=EventKind.ASSET_MATERIALIZATION_PLANNED, run_id=run_id, data=data)]
            )

    def say(self, run_id: str, kind: EventKind, step: str | None = None) -> None:
        """Something happens in a run."""
        self.storage.event_log.append([Event(kind=kind, run_id=run_id, step_key=step)])

    def make(self, key: AssetKey, run_id: str = "", **tags: str) -> None:
        """An asset is made; a tag's `__` stands for a slash."""
        made = AssetMaterialization(key, tags={f"dagster/{k.replace('__', '/')}": v for k, v in tags.items()})
        data = StepMaterializationData(materialization=made)
        self.storage.event_log.append([Event(kind=EventKind.ASSET_MATERIALIZATION, run_id=run_id, data=data)])

    def observe(self, key: AssetKey, version: str) -> None:
        """An asset that is made elsewhere is looked at."""
        seen = AssetObservation(key, tags={"dagster/data_version": version})
        data = AssetObservationData(asset_observation=seen)
        self.storage.event_log.append([Event(kind=EventKind.ASSET_OBSERVATION, run_id="", data=data)])

    def states(self, *keys: AssetKey) -> dict[AssetKey, AssetState]:
        """The states of all assets, or of some with what is above them."""
        return load_asset_states(self.graph, self.storage.event_log, self.storage.runs, keys or None)

    def statuses(self) -> list[str]:
        """The status of each asset, in the order of declaration."""
        states = self.states()
        return [states[key].status.value for key in self.graph.keys]


@pytest.fixture
def chain() -> Iterator[Story]:
    story = Story(node(A), node(B, A), node(C, B))
    yield story
    story.storage.close()


def test_nothing_was_made(chain: Story) -> None:
    assert chain.statuses() == ["never", "never", "never"]


def test_a_run_is_followed_step_by_step(chain: Story) -> None:
    chain.begin("r", A, B)
    assert chain.statuses() == ["waiting", "waiting", "never"]
    chain.say("r", EventKind.STEP_START, "a")
    assert chain.statuses() == ["running", "waiting", "never"]
    chain.make(A, "r")
    chain.say("r", EventKind.STEP_SUCCESS, "a")
    assert chain.statuses() == ["fresh", "waiting", "never"]
    chain.say("r", EventKind.STEP_START, "b")
    chain.say("r", EventKind.STEP_UP_FOR_RETRY, "b")
    assert chain.statuses() == ["fresh", "running", "never"]
    chain.say("r", EventKind.STEP_FAILURE, "b")
    assert chain.statuses() == ["fresh", "failed", "never"]
    assert chain.states()[B].run_id == "r"


def test_what_a_failed_run_did_not_reach_says_so(chain: Story) -> None:
    chain.begin("r", A, B, C)
    chain.say("r", EventKind.STEP_START, "a")
    chain.say("r", EventKind.STEP_FAILURE, "a")
    chain.say("r", EventKind.STEP_SKIPPED, "b")
    chain.say("r", EventKind.RUN_FAILURE)
    assert chain.statuses() == ["failed", "skipped", "skipped"]


def test_a_step_that_was_at_work_when_its_run_was_cancelled_failed(chain: Story) -> None:
    chain.begin("r", A)
    chain.say("r", EventKind.STEP_START, "a")
    chain.say("r", EventKind.RUN_CANCELED)
    assert chain.statuses()[0] == "failed"


def test_a_good_run_may_leave_an_asset_out(chain: Story) -> None:
    chain.make(A)
    chain.begin("r", A)
    chain.say("r", EventKind.STEP_START, "a")
    chain.say("r", EventKind.STEP_SUCCESS, "a")
    chain.say("r", EventKind.RUN_SUCCESS)
    assert chain.statuses()[0] == "fresh"


def test_the_failure_is_forgotten_when_the_asset_is_made(chain: Story) -> None:
    chain.begin("r", A)
    chain.say("r", EventKind.STEP_START, "a")
    chain.say("r", EventKind.STEP_FAILURE, "a")
    chain.say("r", EventKind.RUN_FAILURE)
    chain.make(A)
    assert chain.statuses()[0] == "fresh"


def test_a_deleted_run_says_nothing_more(chain: Story) -> None:
    chain.begin("r", A)
    chain.storage.runs.delete("r")
    assert chain.statuses()[0] == "never"


@pytest.mark.parametrize(("step", "status"), [("a.clean", "failed"), ("a[2]", "failed"), ("ab", "skipped")])
def test_the_steps_inside_a_graph_belong_to_its_asset(chain: Story, step: str, status: str) -> None:
    chain.begin("r", A)
    chain.say("r", EventKind.STEP_START, step)
    chain.say("r", EventKind.STEP_FAILURE, step)
    chain.say("r", EventKind.RUN_FAILURE)
    assert chain.statuses()[0] == status


def test_what_is_below_something_newer_is_stale_all_the_way_down(chain: Story) -> None:
    for key in (A, B, C, A):
        chain.make(key)
    states = chain.states()
    assert chain.statuses() == ["fresh", "stale", "stale"]
    assert states[B].reasons == ["a was made again since"]
    assert states[C].reasons == ["b, above it, is behind"]


def test_recorded_versions_decide_where_there_are_any(chain: Story) -> None:
    chain.make(A, data_version="1")
    chain.make(B, data_version="1", input_data_version__a="1")
    chain.make(A, data_version="1")  # made again, and the same
    assert chain.statuses()[:2] == ["fresh", "fresh"]
    chain.make(A, data_version="2")
    assert chain.statuses()[:2] == ["fresh", "stale"]


def test_new_code_makes_an_asset_stale() -> None:
    story = Story(node(A, version="2"))
    story.make(A, code_version="1")
    assert story.states()[A].reasons == ["its code is now version 2"]
    story.make(A, code_version="2")
    assert story.statuses() == ["fresh"]


def test_an_asset_made_elsewhere() -> None:
    story = Story(node(A, elsewhere=True), node(B, A))
    assert story.statuses() == ["external", "never"]
    story.make(A)
    assert story.statuses() == ["fresh", "never"]


def test_a_source_that_was_seen_to_change_makes_stale_what_is_below() -> None:
    story = Story(node(A, elsewhere=True), node(B, A))
    story.observe(A, "1")
    story.make(B, input_data_version__a="1")
    assert story.statuses() == ["external", "fresh"]
    story.observe(A, "1")
    assert story.statuses() == ["external", "fresh"]
    story.observe(A, "2")
    assert story.states()[B].reasons == ["a was seen to change since"]


def test_some_assets_come_with_what_is_above_them(chain: Story) -> None:
    for key in (A, B, C, A):
        chain.make(key)
    states = chain.states(B)
    assert set(states) == {A, B}
    assert states[B].status is AssetStatus.STALE


def test_a_cycle_is_shown_as_far_as_it_goes() -> None:
    story = Story(node(A, B), node(B, A))
    assert story.statuses() == ["never", "never"]
