"""What must hold among all definitions of a code location; every fault is found at once, with its place and its mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.model.errors import DagsterInvalidDefinitionError
from headwater.model.key import AssetKey
from headwater.model.manifest import SourceLocation
from headwater.planning.asset_graph import AssetGraph


def _where(source: SourceLocation | None) -> str:
    return f" ({source})" if source is not None else ""


def find_duplicates(definitions: Iterable[Any]) -> list[str]:
    """Assets and checks that are declared more than once."""
    faults: list[str] = []
    seen: dict[AssetKey, Any] = {}
    for definition in definitions:
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
    return [f"The assets depend on each other in a circle: {path}{_where(sources.get(cycle[0]))}. Remove one dependency."]


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
