"""What must hold among all definitions of a code location; every fault is found at once, with its place and its mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetCheckKey, AssetKey
from headwater.model.manifest import AssetNode, SourceLocation
from headwater.planning.asset_graph import AssetGraph


def _where(source: SourceLocation | None) -> str:
    return f" ({source})" if source is not None else ""


def find_duplicates(definitions: Iterable[Any]) -> list[str]:
    """Assets and checks that are declared more than once."""
    faults: list[str] = []
    seen: dict[AssetKey, Any] = {}
    checks: dict[AssetCheckKey, Any] = {}
    for definition in definitions:
        for check in definition.check_specs_by_output_name.values():
            known = checks.setdefault(check.key, definition)
            if known is not definition:
                faults.append(
                    f'Check "{check.key.to_user_string()}" is declared twice{_where(known.source)}'
                    f"{_where(definition.source)}. Rename one."
                )
        for key in definition.specs_by_key:
            known = seen.setdefault(key, definition)
            if known is not definition and definition.node_def is not None and known.node_def is not None:
                faults.append(
                    f'Asset "{key.to_user_string()}" is declared twice{_where(known.source)}{_where(definition.source)}. '
                    "Rename one, or give one a key_prefix."
                )
    return faults


def find_cycles(graph: AssetGraph, sources: Mapping[AssetKey, SourceLocation | None]) -> list[str]:
    """Assets that need themselves."""
    cycle = graph.find_cycle()
    if cycle is None:
        return []
    path = " -> ".join(key.to_user_string() for key in cycle)
    return [
        f"The assets depend on each other in a circle: {path}{_where(sources.get(cycle[0]))}. Remove one dependency."
    ]


def find_missing_upstreams(definitions: Iterable[Any], known: Mapping[AssetKey, AssetNode]) -> list[str]:
    """Parameters that load an asset which nobody declares."""
    faults = []
    for definition in definitions:
        for name, key in definition.keys_by_input_name.items():
            node = known.get(key)
            if node is not None and (node.source is not None or node.declared):
                continue
            near = difflib.get_close_matches(
                key.to_user_string(), [each.to_user_string() for each in known], n=2
            )
            near = [each for each in near if each != key.to_user_string()]
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            labels = (
                ", ".join(each.to_user_string() for each in definition.specs_by_key)
                or definition.node_def.name
            )
            faults.append(
                f'Asset "{labels}" takes the value of "{key.to_user_string()}" by its parameter "{name}", but there is '
                f"no such asset{_where(definition.source)}.{hint} Declare it (SourceAsset, if it is made elsewhere), or "
                "rename the parameter."
            )
    return faults


def find_missing_resources(
    needs: Iterable[tuple[str, str, SourceLocation | None]], provided: Iterable[str]
) -> list[str]:
    """Resources which something needs (who, key, where) and nobody provides."""
    known = set(provided)
    return [
        f'{who} needs the resource "{key}", which is not provided{_where(source)}. '
        f"Add it to Definitions(resources={{{key!r}: ...}}); provided are: {', '.join(sorted(known)) or 'none'}."
        for who, key, source in needs
        if key not in known
    ]


def raise_faults(faults: Sequence[str]) -> None:
    """Raise :class:`DagsterInvalidDefinitionError` with all faults, if there are any."""
    if not faults:
        return
    if len(faults) == 1:
        raise DagsterInvalidDefinitionError(faults[0])
    lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
    raise DagsterInvalidDefinitionError(f"{len(faults)} things are wrong with these definitions:\n{lines}")
