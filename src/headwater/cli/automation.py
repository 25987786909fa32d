"""``headwater schedule`` and ``headwater sensor``: list them, switch them on and off, look at ticks, try them out."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import click
import msgspec

from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option
from headwater.cli.error_text import error_lines
from headwater.cli.failure import CommandFailed
from headwater.cli.text_table import table_lines
from headwater.cli.wording import moment_text
from headwater.hosting.code_location import CodeLocation
from headwater.hosting.tick_evaluation import evaluate_tick
from headwater.model.manifest import ScheduleNode, SensorNode
from headwater.model.tick import AutomationId, AutomationKind, AutomationState, Tick, TickAnswer
from headwater.planning.automation_graph import AutomationGraph
from headwater.planning.schedule_time import next_time
from headwater.services.automation_state import build_preview, is_running, switch
from headwater.services.automation_tick import evaluate_automation_sensor

_TICKS = 20


class Automation(NamedTuple):
    """A schedule or sensor, and where it is defined."""

    location: CodeLocation
    node: ScheduleNode | SensorNode

    @property
    def id(self) -> AutomationId:
        """By what its state and ticks are kept."""
        return AutomationId(self.location.name, self.node.name)


def build_group(kind: AutomationKind) -> click.Group:
    """The commands about schedules, or those about sensors."""
    word = kind.value

    @click.group(help=f"List {word}s, switch them on and off, look at their ticks.")
    def group() -> None: ...

    @group.command("list", help=f"List {word}s: whether each is on, and when it is due.")
    @json_option
    @code_options
    def list_all(code: Code, as_json: bool) -> None:
        automations = [each for location in code.load_all() for each in _of(location, kind)]
        with code.read_history() as history:
            states = history.storage.schedules.states()
        if as_json:
            with Document() as document:
                document.value = [_document(each, states.get(each.id)) for each in automations]
        elif not automations:
            print(f"There are no {word}s here.", file=sys.stderr)
        else:
            rows = [_row(each, states.get(each.id)) for each in automations]
            print("\n".join(table_lines(rows, header=[word.upper(), "STATE", "WHEN", "NEXT", "RUNS"])))

    @group.command("start", help=f"Switch a {word} on. It ticks while `headwater dev` runs.")
    @click.argument("name")
    @code_options
    def start(code: Code, name: str) -> None:
        _switch(code, kind, name, True)

    @group.command("stop", help=f"Switch a {word} off.")
    @click.argument("name")
    @code_options
    def stop(code: Code, name: str) -> None:
        _switch(code, kind, name, False)

    @group.command("preview", help=f"Evaluate a {word} now: what it would run. Nothing is recorded.")
    @click.argument("name")
    @json_option
    @code_options
    def preview(code: Code, name: str, as_json: bool) -> None:
        _preview(_find(code, kind, name), code, as_json)

    @group.command("ticks", help=f"List the ticks of a {word}, newest first.")
    @click.argument("name")
    @click.option("--limit", type=click.IntRange(min=1), default=_TICKS, show_default=True, help="How many.")
    @json_option
    @code_options
    def ticks(code: Code, name: str, limit: int, as_json: bool) -> None:
        automation = _find(code, kind, name)
        with code.read_history() as history:
            found = history.storage.schedules.ticks(automation.id, limit=limit)
        _show_ticks(found, name, as_json)

    return group


def _of(location: CodeLocation, kind: AutomationKind) -> list[Automation]:
    manifest = location.manifest
    nodes: Sequence[ScheduleNode | SensorNode] = (
        manifest.schedules if kind is AutomationKind.SCHEDULE else manifest.sensors
    )
    return [Automation(location, node) for node in nodes]


def _find(code: Code, kind: AutomationKind, name: str) -> Automation:
    automations = [each for location in code.load_all() for each in _of(location, kind)]
    found = [each for each in automations if each.node.name == name]
    if not found:
        there = ", ".join(each.node.name for each in automations) or "none"
        raise CommandFailed(f'There is no {kind.value} "{name}". There are: {there}.')
    if len(found) > 1:
        names = ", ".join(each.location.name for each in found)
        raise CommandFailed(f'There are several {kind.value}s "{name}", in {names}. Choose with -l NAME.')
    return found[0]


def _switch(code: Code, kind: AutomationKind, name: str, on: bool) -> None:
    automation = _find(code, kind, name)
    with code.open_history() as history:
        switch(history.storage.schedules, automation.id, automation.node, on, time.time())
    print(f"{name} is {'on; it ticks while `headwater dev` runs' if on else 'off'}.")


def _preview(automation: Automation, code: Code, as_json: bool) -> None:
    repository = automation.location.repository
    with code.read_history() as history:
        state = history.storage.schedules.state(automation.id)
        asked = build_preview(automation.id, automation.node, state, time.time())
        node = automation.node
        if isinstance(node, SensorNode) and node.automation is not None:
            conditioned = AutomationGraph(automation.location.manifest)
            ticked = evaluate_automation_sensor(conditioned, node, history.storage, asked)
            answer = TickAnswer(result=msgspec.structs.replace(ticked.result, cursor=None))
        else:
            answer = evaluate_tick(repository, history, asked)
    if as_json:
        with Document() as document:
            document.value = answer
    if answer.error is not None:
        raise CommandFailed("\n".join(error_lines(answer.error)))
    if as_json or answer.result is None:
        return
    for request in answer.result.run_requests:
        assets = ", ".join(key.to_user_string() for key in request.asset_selection or ())
        facts = [
            assets or request.job_name or automation_job(automation),
            request.run_key,
            request.partition_key,
        ]
        print("Would run", *(each for each in facts if each))
    if not answer.result.run_requests:
        print(f"Would run nothing: {answer.result.skip_message or 'it gives no run request'}")
    if answer.result.cursor is not None:
        print(f"Would leave the cursor {answer.result.cursor}")


def automation_job(automation: Automation) -> str:
    """The job that it runs when a request names none."""
    node = automation.node
    names = [node.job_name] if isinstance(node, ScheduleNode) else node.job_names
    return names[0] if len(names) == 1 else ""


def _when(node: ScheduleNode | SensorNode) -> str:
    if isinstance(node, ScheduleNode):
        return f"{', '.join(node.cron_schedules)} ({node.timezone})"
    return f"every {node.minimum_interval_seconds:g} s"


def _next_at(node: ScheduleNode | SensorNode, running: bool) -> float | None:
    if not running or not isinstance(node, ScheduleNode):
        return None
    following = next_time(node.cron_schedules, node.timezone, time.time())
    return None if following is None else float(following)


def _row(automation: Automation, state: AutomationState | None) -> list[str]:
    node = automation.node
    running = is_running(node, state)
    next_at = _next_at(node, running)
    job = automation_job(automation)
    runs = "assets" if job.startswith("__anonymous") else job
    return [
        node.name,
        "on" if running else "off",
        _when(node),
        moment_text(next_at) if next_at is not None else "",
        runs,
    ]


def _document(automation: Automation, state: AutomationState | None) -> dict[str, Any]:
    running = is_running(automation.node, state)
    return {
        "location": automation.location.name,
        "definition": automation.node,
        "running": running,
        "next_at": _next_at(automation.node, running),
        "cursor": state.cursor if state is not None else None,
    }


def _show_ticks(ticks: Sequence[Tick], name: str, as_json: bool) -> None:
    if as_json:
        with Document() as document:
            document.value = list(ticks)
    elif not ticks:
        print(f"{name} has not ticked yet.", file=sys.stderr)
    else:
        rows = [
            [
                moment_text(tick.due_at),
                tick.status.value.lower(),
                " ".join(run_id[:8] for run_id in tick.run_ids),
                (tick.message or "").partition("\n")[0],
            ]
            for tick in ticks
        ]
        print("\n".join(table_lines(rows, header=["AT", "STATUS", "RUNS", "MESSAGE"])))
