"""What must hold among all definitions of a code location; every fault is found at once, with its place and its mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.definitions.assets_definition import AssetsDefinition
from headwater.definitions.op import OpDefinition
from headwater.definitions.provided_resource import class_text, lacking_names, resource_annotation
from headwater.model.errors import DagsterError, DagsterInvalidDefinitionError
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import AssetNode, SourceLocation
from headwater.planning.asset_graph import AssetGraph


def place_text(source: SourceLocation | None) -> str:
    """Where something is written, in brackets; nothing where that is not known."""
    return f" ({source})" if source is not None else ""


def assets_text(definition: AssetsDefinition) -> str:
    """The assets of a definition by their keys."""
    keys = ", ".join(key.to_user_string() for key in definition.specs_by_key)
    return keys or str(definition.node_def.name)


def find_duplicates(definitions: Iterable[AssetsDefinition]) -> list[str]:
    """Assets and checks that are declared more than once."""
    faults: list[str] = []
    seen: dict[AssetKey, Any] = {}
    checks: dict[AssetCheckKey, Any] = {}
    for definition in definitions:
        for check in definition.check_specs_by_output_name.values():
            known = checks.setdefault(check.key, definition)
            if known is not definition:
                faults.append(
                    f'Check "{check.key.to_user_string()}" is declared twice{place_text(known.source)}'
                    f"{place_text(definition.source)}. Rename one."
                )
        for key in definition.specs_by_key:
            known = seen.setdefault(key, definition)
            if known is not definition and definition.node_def is not None and known.node_def is not None:
                faults.append(
                    f'Asset "{key.to_user_string()}" is declared twice{place_text(known.source)}'
                    f"{place_text(definition.source)}. Rename one, or give one a key_prefix."
                )
    return faults


def find_cycles(graph: AssetGraph, sources: Mapping[AssetKey, SourceLocation | None]) -> list[str]:
    """Assets that need themselves."""
    cycle = graph.find_cycle()
    if cycle is None:
        return []
    path = " -> ".join(key.to_user_string() for key in cycle)
    return [
        f"The assets depend on each other in a circle: {path}{place_text(sources.get(cycle[0]))}. Remove one dependency."
    ]


def find_missing_upstreams(
    definitions: Iterable[AssetsDefinition], known: Mapping[AssetKey, AssetNode]
) -> list[str]:
    """Parameters that load an asset which nobody declares."""
    faults = []
    names: list[str] = []
    for definition in definitions:
        for name, key in definition.keys_by_input_name.items():
            node = known.get(key)
            if node is not None and (node.source is not None or node.declared):
                continue
            names = names or [each.to_user_string() for each in known]
            near = difflib.get_close_matches(key.to_user_string(), names, n=2)
            near = [each for each in near if each != key.to_user_string()]
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            faults.append(
                f'Asset "{assets_text(definition)}" takes the value of "{key.to_user_string()}" by its parameter '
                f'"{name}", but there is no such asset{place_text(definition.source)}.{hint} '
                "Declare it (SourceAsset, if it is made elsewhere), or "
                "rename the parameter."
            )
    return faults


def find_missing_resources(
    needs: Iterable[tuple[str, str, SourceLocation | None]], provided: Iterable[str]
) -> list[str]:
    """Resources which something needs (who, key, where) and nobody provides."""
    known = set(provided)
    return [
        f'{who} needs the resource "{key}", which is not provided{place_text(source)}. '
        f"Add it to Definitions(resources={{{key!r}: ...}}); provided are: {', '.join(sorted(known)) or 'none'}."
        for who, key, source in needs
        if key not in known
    ]


def find_wrong_resources(
    users: Iterable[tuple[str, OpDefinition]], resources: Mapping[str, Any]
) -> list[str]:
    """Parameters that ask for a resource of a class which the one under their name neither is nor could stand for."""
    faults = []
    for who, op in users:
        for name in op.computable.resource_params:
            wanted = resource_annotation(op.computable.signature, name)
            lacking = lacking_names(resources.get(name), wanted) if isinstance(wanted, type) else []
            if lacking:
                faults.append(
                    f'{who} takes the resource "{name}" as a {wanted.__name__}{place_text(op.source)}, but '
                    f"{class_text(resources[name])} is provided, which has no {', '.join(lacking[:3])}. "
                    f"Give {name!r} a {wanted.__name__}, or change the annotation."
                )
    return faults


def find_automation_faults(
    automations: Iterable[Any], jobs: Iterable[str], provided: Iterable[str]
) -> list[str]:
    """Schedules and sensors of one name, that name a job which is not there, or need resources which nobody provides."""
    faults: list[str] = []
    known_jobs, known_resources = set(jobs), set(provided)
    seen: dict[str, Any] = {}
    for each in automations:
        if seen.setdefault(each.name, each) is not each:
            faults.append(f'Two schedules or sensors are named "{each.name}". Names must differ.')
        names = getattr(each, "job_names", None)
        for name in names if names is not None else [each.job_name]:
            if name not in known_jobs:
                near = difflib.get_close_matches(name, known_jobs, n=2)
                hint = f" Did you mean {' or '.join(near)}?" if near else ""
                faults.append(
                    f'"{each.name}" names the job "{name}", which is not here.{hint} Add it to Definitions(jobs=[...]).'
                )
        needs = [(f'"{each.name}"', key, None) for key in sorted(each.required_resource_keys)]
        faults += find_missing_resources(needs, known_resources)
    return faults


def raise_faults(faults: Sequence[DagsterError]) -> None:
    """Raise what was found: a fault that is alone as itself, several as one error with ``faults``."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise DagsterInvalidDefinitionError.of(faults)
