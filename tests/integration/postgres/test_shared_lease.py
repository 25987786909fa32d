"""Runs of a history that several machines share: who executes them, and what becomes of those whose machine is gone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.adapters.sql.postgres.storage import PostgresStorage, open_storage
from headwater.instance import run_lease
from headwater.instance.instance import DagsterInstance
from headwater.instance.presence import Presence, SupervisorState
from headwater.instance.run_lease import Holder
from headwater.model.codec import encode
from headwater.model.errors import RunOutOfReachError, StorageError
from headwater.model.event import EventKind
from headwater.ports.clock import SystemClock
from headwater.services.canceler import Canceler
from tests.contracts.story import add_run, event, status_of
from tests.contracts.turned_clock import TurnedClock
from tests.postgres_server import fresh_schema


@pytest.fixture
def url(postgres: str) -> str:
    return fresh_schema(postgres)


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def storage(url: str, clock: TurnedClock) -> Iterator[PostgresStorage]:
    storage = open_storage(url, clock=clock)
    yield storage
    storage.close()


@pytest.fixture
def here(storage: PostgresStorage, tmp_path: Path) -> DagsterInstance:
    """The history as one machine has it open."""
    return DagsterInstance(storage, tmp_path / "here")


@pytest.fixture
def there(storage: PostgresStorage, tmp_path: Path) -> DagsterInstance:
    """The history as another machine has it open."""
    return DagsterInstance(storage, tmp_path / "there")


@pytest.fixture
def begun_there(there: DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A run that another machine executes."""
    run_id = add_run(there.storage)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(run_lease, "this_place", lambda: "another machine")
        elsewhere.setattr("platform.node", lambda: "worker-7")
        working = there.run_control.at_work(run_id)
        working.__enter__()
    there.write_events([event(EventKind.RUN_START)])
    yield run_id
    working.__exit__(None, None, None)


def test_a_run_on_another_machine_is_left_alone(
    here: DagsterInstance, begun_there: str, clock: TurnedClock
) -> None:
    assert here.reconcile_runs() == []
    with pytest.raises(StorageError, match="executed already"), here.run_control.at_work(begun_there):
        pass
    clock.sleep(70.0)  # its lease has ended, but it may have been the network
    assert here.reconcile_runs() == []
    assert status_of(here.storage) == "STARTED"


def test_a_run_that_stops_renewing_is_ended_with_the_cause(
    here: DagsterInstance, begun_there: str, clock: TurnedClock
) -> None:
    clock.sleep(81.0)
    assert here.reconcile_runs() == [begun_there]
    (failure,) = here.storage.event_log.run_events(begun_there, kinds=[EventKind.RUN_FAILURE])
    assert f"(pid {os.getpid()} on worker-7) has stopped renewing" in failure.event.message
    assert f"headwater run resume {begun_there}" in failure.event.message
    assert here.reconcile_runs() == []


def test_a_run_that_is_renewed_goes_on(
    here: DagsterInstance, storage: PostgresStorage, begun_there: str, clock: TurnedClock
) -> None:
    owner = storage.leases.holder(f"run/{begun_there}")
    assert owner is not None
    for _ in range(5):
        clock.sleep(50.0)
        assert storage.leases.renew(f"run/{begun_there}", owner, 60.0)
        assert here.reconcile_runs() == []


def test_it_is_canceled_where_it_is(here: DagsterInstance, begun_there: str) -> None:
    with pytest.raises(RunOutOfReachError, match="on worker-7"):
        here.cancel_run(begun_there)


def test_a_supervisor_there_cancels_it(
    here: DagsterInstance,
    there: DagsterInstance,
    storage: PostgresStorage,
    begun_there: str,
    clock: TurnedClock,
) -> None:
    """The one there is played by this test, which stands on both machines."""
    process = Holder(pid=1, place="another machine")

    def describe(now: float) -> SupervisorState:
        return SupervisorState(process=process, command="up", started_at=now, seen_at=now)

    Presence(storage, SystemClock(), describe).step()

    def cancel(run_id: str) -> None:
        there.write_events([event(EventKind.RUN_CANCELED, run_id)])

    canceler = Canceler(runs=storage.runs, clock=clock, is_here=there.run_control.is_here, cancel=cancel)
    asking = threading.Thread(target=here.cancel_run, args=[begun_there])
    asking.start()
    while status_of(storage) != "CANCELED":
        canceler.step()
    asking.join(10)
    assert not asking.is_alive()
    elsewhere = Canceler(runs=storage.runs, clock=clock, is_here=here.run_control.is_here, cancel=pytest.fail)
    elsewhere.step()


def test_a_process_of_this_machine_is_found_dead_at_once(
    here: DagsterInstance, there: DagsterInstance, storage: PostgresStorage
) -> None:
    """Through another instance of the same history: the lock of the dead one tells."""
    run_id = add_run(storage)
    child = os.fork()
    if not child:
        there.run_control.at_work(run_id).__enter__()
        os._exit(0)
    os.waitpid(child, 0)
    there.write_events([event(EventKind.RUN_START)])
    assert here.reconcile_runs() == [run_id]
    assert storage.leases.holder(f"run/{run_id}") is None


def test_the_keeper_renews_until_the_process_is_gone(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_DATABASE_URL", url)
    worker = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = encode(Holder(pid=worker.pid, place="x")).decode()
    storage = open_storage(url)
    storage.leases.acquire("run/r1", owner, 0.001)
    keeper = subprocess.Popen(
        [sys.executable, "-m", "headwater.instance.lease_keeper", str(tmp_path), "r1", owner]
    )
    while storage.leases.holder("run/r1") is None:
        assert keeper.poll() is None
    worker.communicate(b"\n")
    assert keeper.wait(10) == 0
    storage.close()
