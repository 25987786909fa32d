"""What earlier runs have committed: read from their events, so that a resumed run repeats none of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from headwater.model.event import Event, EventKind, HandledOutputData, StepMaterializationData, StepOutputData
from headwater.planning.plan import Step


class Committed(NamedTuple):
    """A step that the run ``run_id`` has done: the outputs that it gave, and the keys of dynamic ones."""

    run_id: str
    made: frozenset[str]
    mapping_keys: Mapping[str, list[str]]


class StepRecord:
    """What the events of one run say of one step."""

    def __init__(self) -> None:
        self.ended: EventKind | None = None
        self.made: dict[str, list[str]] = {}
        self.stored: set[str] = set()

    def take(self, event: Event) -> None:
        """Note an event of the step. A new attempt forgets what the one before it gave."""
        if event.kind in (EventKind.STEP_START, EventKind.STEP_RESTARTED):
            self.ended = None
            self.made = {}
        elif event.kind in (EventKind.STEP_SUCCESS, EventKind.STEP_FAILURE, EventKind.STEP_SKIPPED):
            self.ended = event.kind
        elif isinstance(event.data, StepOutputData):
            keys = self.made.setdefault(event.data.output_name, [])
            if event.data.mapping_key is not None:
                keys.append(event.data.mapping_key)
        elif isinstance(event.data, HandledOutputData):
            self.stored.add(event.data.output_name)

    def committed(self, run_id: str) -> Committed:
        """The step as done by that run."""
        return Committed(
            run_id, frozenset(self.made), {name: keys for name, keys in self.made.items() if keys}
        )


def read_records(events: Sequence[Event]) -> dict[str, StepRecord]:
    """What the events of a run say of each of its steps, by key."""
    records: dict[str, StepRecord] = {}
    for event in events:
        if event.step_key is not None:
            records.setdefault(event.step_key, StepRecord()).take(event)
    return records


def find_committed(runs: Sequence[tuple[str, Mapping[str, StepRecord]]]) -> dict[str, Committed]:
    """The steps that are done, by key: for each, what the newest of ``runs`` (newest first) says of it decides.

    >>> find_committed([("r2", read_records([]))])
    {}
    """
    done: dict[str, Committed] = {}
    decided: set[str] = set()
    for run_id, records in runs:
        for key, record in records.items():
            if key not in decided:
                decided.add(key)
                if record.ended is EventKind.STEP_SUCCESS:
                    done[key] = record.committed(run_id)
    return done


def still_valid(steps: Sequence[Step], committed: Mapping[str, Committed]) -> dict[str, Committed]:
    """Those of the committed steps of which everything that they need is committed, too: the others run again.

    ``steps`` are in the order of the plan.
    """
    kept: dict[str, Committed] = {}
    by_key = {step.key: step for step in steps}
    for step in steps:
        for key, mapping_key in copies_of(step, committed):
            needed = (by_key[each] for each in step.after if each in by_key)
            if key in committed and all(_is_kept(each, step, mapping_key, kept) for each in needed):
                kept[key] = committed[key]
    return kept


def copies_of(step: Step, committed: Mapping[str, Committed]) -> list[tuple[str, str | None]]:
    """The keys under which a step ran, each with its mapping key, as far as the committed steps tell."""
    if step.mapped_over is None:
        return [(step.key, None)]
    upstream = committed.get(step.mapped_over.step)
    keys = upstream.mapping_keys.get(step.mapped_over.output, []) if upstream is not None else []
    return [(f"{step.key.removesuffix('[?]')}[{key}]", key) for key in keys]


def _is_kept(upstream: Step, step: Step, mapping_key: str | None, kept: Mapping[str, Committed]) -> bool:
    copies = copies_of(upstream, kept)
    if mapping_key is not None and upstream.mapped_over == step.mapped_over:
        copies = [each for each in copies if each[1] == mapping_key]
    elif upstream.mapped_over is not None and upstream.mapped_over.step not in kept:
        return False
    return all(key in kept for key, _ in copies)


def find_made_assets(
    steps: Sequence[Step], records: Mapping[str, StepRecord], events: Sequence[Event]
) -> set[tuple[str, str]]:
    """The outputs (step and name) that a step which failed had made before, where it can make the others alone.

    That are the assets of steps with ``can_subset``. ``records`` and ``events`` are of the run that is resumed.
    """
    recorded = {
        (event.step_key, event.data.materialization.asset_key)
        for event in events
        if isinstance(event.data, StepMaterializationData)
    }
    made: set[tuple[str, str]] = set()
    for step in steps:
        record = records.get(step.key)
        if step.selected_outputs is None or record is None or record.ended is EventKind.STEP_SUCCESS:
            continue
        done = {
            output.spec.name
            for output in step.outputs
            if output.asset_key is not None
            and (step.key, output.asset_key) in recorded
            and (output.spec.nothing or output.spec.name in record.stored)
        }
        if done < set(step.selected_outputs):
            made |= {(step.key, name) for name in done}
    return made


def without_made(steps: Sequence[Step], made: Collection[tuple[str, str]]) -> list[Step]:
    """The steps, each without the outputs that are made already."""
    return [
        msgspec.structs.replace(
            step, selected_outputs=[name for name in step.selected_outputs if (step.key, name) not in made]
        )
        if step.selected_outputs is not None
        else step
        for step in steps
    ]
