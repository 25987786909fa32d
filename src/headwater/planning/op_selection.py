"""Selections of steps: ``*load+``, ``a``, ``+b`` as on the command line and in ``op_selection``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from headwater.model.errors import DagsterInvalidSubsetError
from headwater.planning.plan import FromMany, FromRunInput, FromStep, Plan, Source, Step

_CLAUSE = re.compile(r"^(\*|\+*)([.\w\d\[\]?-]+?)(\+*|\*)$")


def select_steps(plan: Plan, selection: Sequence[str]) -> Plan:
    """The plan with only the selected steps. An input whose step is left out must have a value from elsewhere.

    Raises :class:`DagsterInvalidSubsetError` for a clause that names no step.
    """
    by_key = {step.key: step for step in plan.steps}
    names = {key.removesuffix("[?]"): key for key in by_key}
    children: dict[str, list[str]] = {key: [] for key in by_key}
    for step in plan.steps:
        for key in step.after:
            children[key].append(step.key)
    chosen: set[str] = set()
    for clause in selection:
        if clause == "*":
            chosen |= set(by_key)
            continue
        match = _CLAUSE.match(clause)
        found = _named(match.group(2), names) if match else []
        if match is None or not found:
            raise DagsterInvalidSubsetError(
                f'The selection "{clause}" names no step of "{plan.job_name}". Its steps: {", ".join(names)}.'
            )
        before, after = match.group(1), match.group(3)
        chosen |= set(found)
        if before:
            chosen |= _reach(
                found, {key: by_key[key].after for key in by_key}, None if "*" in before else len(before)
            )
        if after:
            chosen |= _reach(found, children, None if "*" in after else len(after))
    return msgspec.structs.replace(
        plan, steps=[_without(step, chosen) for step in plan.steps if step.key in chosen]
    )


def _named(name: str, names: dict[str, str]) -> list[str]:
    """The step of that name, or all steps of the graph of that name."""
    if name in names:
        return [names[name]]
    return [key for label, key in names.items() if label.startswith(f"{name}.")]


def _reach(start: list[str], edges: dict[str, list[str]], depth: int | None) -> set[str]:
    reached, frontier, distance = set(start), list(start), 0
    while frontier and (depth is None or distance < depth):
        frontier = [each for key in frontier for each in edges.get(key, ()) if each not in reached]
        reached |= set(frontier)
        distance += 1
    return reached


def _without(step: Step, chosen: set[str]) -> Step:
    """The step waiting only for chosen ones, with the sources of fan-in lists that are not chosen left out."""
    inputs = [
        msgspec.structs.replace(each, source=_kept(each.source, each.spec.name, chosen))
        for each in step.inputs
    ]
    return msgspec.structs.replace(step, inputs=inputs, after=[key for key in step.after if key in chosen])


def _kept(source: Source, name: str, chosen: set[str]) -> Source:
    """A source that is still there; where none is, the value must be given with the run."""
    if isinstance(source, FromStep):
        return source if source.step in chosen else FromRunInput(name)
    if isinstance(source, FromMany):
        kept = [each for each in source.sources if not isinstance(each, FromStep) or each.step in chosen]
        return FromMany(kept) if kept else FromRunInput(name)
    return source
