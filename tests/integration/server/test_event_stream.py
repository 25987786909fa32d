"""The streams: each event once, in order, from where the client was, as soon as it is there."""

from __future__ import annotations

import json
from itertools import islice

import headwater as hw
from headwater.model.codec import decode
from headwater.model.event import Event, EventKind, EventLogRecord
from headwater.model.run import DagsterRun
from tests.integration.server.river import flow
from tests.integration.server.serving import Site


def happen(instance: hw.DagsterInstance, kind: EventKind, message: str = "") -> None:
    """Append an event of the run ``r``."""
    instance.write_events([Event(kind=kind, run_id="r", message=message)])


def test_the_stream_of_a_run_that_has_ended_tells_all_of_it_and_ends(
    site: Site, instance: hw.DagsterInstance
) -> None:
    run_id = flow(instance)
    with site.stream(f"runs/{run_id}/stream") as messages:
        *events, end = messages
    assert end["event"] == "end"
    whole = instance.storage.event_log.run_events(run_id)
    assert [decode(each["data"], EventLogRecord) for each in events] == whole
    assert [int(each["id"]) for each in events] == [record.storage_id for record in whole]


def test_who_comes_back_gets_exactly_what_was_missed(site: Site, instance: hw.DagsterInstance) -> None:
    run_id = flow(instance)
    with site.stream(f"runs/{run_id}/stream") as messages:
        seen = list(islice(messages, 5))
    with site.stream(f"runs/{run_id}/stream?after=0", Last_Event_ID=seen[-1]["id"]) as messages:
        *rest, _ = messages
    ids = [int(each["id"]) for each in [*seen, *rest]]
    assert ids == [record.storage_id for record in instance.storage.event_log.run_events(run_id)]


def test_what_happens_is_told_as_it_happens(site: Site, instance: hw.DagsterInstance) -> None:
    instance.add_run(DagsterRun(run_id="r", job_name="j"))
    happen(instance, EventKind.RUN_START)
    with site.stream("runs/r/stream") as messages:
        assert json.loads(next(messages)["data"])["event_log_entry"]["kind"] == "PIPELINE_START"
        for number in range(3):
            happen(instance, EventKind.LOG, f"line {number}")
            assert json.loads(next(messages)["data"])["event_log_entry"]["message"] == f"line {number}"
        happen(instance, EventKind.RUN_SUCCESS)
        assert [each["event"] for each in messages] == ["event", "end"]


def test_a_run_without_end_is_told_in_more_than_one_bite(site: Site, instance: hw.DagsterInstance) -> None:
    instance.add_run(DagsterRun(run_id="r", job_name="j"))
    lines = [Event(kind=EventKind.LOG, run_id="r", message=str(number)) for number in range(1234)]
    instance.write_events([*lines, Event(kind=EventKind.RUN_SUCCESS, run_id="r")])
    with site.stream("runs/r/stream") as messages:
        told = [each["event"] for each in messages]
    assert told == ["event"] * 1235 + ["end"]


def test_a_change_is_told_without_saying_what(site: Site, instance: hw.DagsterInstance) -> None:
    with site.stream("stream") as messages:
        flow(instance)
        told = next(messages)
    assert (told["event"], told["data"]) == ("changed", "{}")
    assert int(told["id"]) <= instance.storage.event_log.append([])


def test_a_change_while_nobody_listened_is_told_at_once(site: Site, instance: hw.DagsterInstance) -> None:
    number = site.get("graph").json["number"]
    flow(instance)
    newest = instance.storage.event_log.append([])
    for headers in ({}, {"Last_Event_ID": str(number)}):
        with site.stream(f"stream?after={number}", **headers) as messages:
            assert int(next(messages)["id"]) == newest


def test_a_deleted_run_ends_its_stream(site: Site, instance: hw.DagsterInstance) -> None:
    instance.add_run(DagsterRun(run_id="r", job_name="j"))
    happen(instance, EventKind.RUN_START)
    with site.stream("runs/r/stream") as messages:
        next(messages)
        instance.delete_run("r")
        instance.add_run(DagsterRun(run_id="other", job_name="j"))
        instance.write_events([Event(kind=EventKind.RUN_START, run_id="other")])
        assert [each["event"] for each in messages] == ["end"]


def test_a_place_that_is_none_is_refused(quiet_site: Site) -> None:
    for headers in ({"Last_Event_ID": "first"}, {"Last_Event_ID": "-1"}):
        assert quiet_site.get("stream", **headers).error == "InvalidParameter"
    assert quiet_site.get("stream?after=x").error == "InvalidParameter"
