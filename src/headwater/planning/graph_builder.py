"""How a graph is made of definitions, for selections that are resolved against a list of them.

Planning knows nothing of definitions; the façade fills this hook when it is imported, as it fills the runner's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from headwater.model.errors import DagsterInvalidSubsetError

if TYPE_CHECKING:  # the façade imports this file, and stays light
    from headwater.planning.asset_graph import AssetGraph

_provide: Callable[[], Callable[[Any], AssetGraph]] | None = None


def set_graph_builder(provide: Callable[[], Callable[[Any], AssetGraph]]) -> None:
    """Say where the builder is; it is asked for when it is first needed."""
    global _provide
    _provide = provide


def build_graph_of(assets: Any) -> AssetGraph:
    """The graph of a list of definitions. Raises :class:`DagsterInvalidSubsetError` for anything else."""
    if _provide is None:
        raise DagsterInvalidSubsetError(f"{assets!r} is not an asset graph.")
    return _provide()(assets)
