"""Selections of assets: expressions with set algebra and steps along the graph, resolved against a graph."""

from __future__ import annotations

import difflib
import fnmatch
import functools
import operator
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from headwater.model.errors import DagsterInvalidSubsetError
from headwater.model.key import (
    AssetCheckKey,
    AssetKey,
    CoercibleToAssetKey,
    CoercibleToAssetKeyPrefix,
    key_prefix_parts,
)
from headwater.planning.asset_graph import AssetGraph
from headwater.planning.graph_builder import build_graph_of
from headwater.planning.selection_syntax import (
    NULL,
    And,
    Attribute,
    Ends,
    Everything,
    Expression,
    Named,
    Not,
    Or,
    Steps,
    parse_selection,
)

Resolve = Callable[[AssetGraph], AbstractSet[AssetKey]]
ResolveChecks = Callable[[AssetGraph], AbstractSet[AssetCheckKey]]


def _checks_of(keys: AbstractSet[AssetKey], graph: AssetGraph) -> set[AssetCheckKey]:
    return {key for key in graph.checks if key.asset_key in keys}


class AssetSelection:
    """Which assets, and with them which checks. Combine with ``|``, ``&`` and ``-``.

    >>> AssetSelection.groups("raw") | AssetSelection.assets("report").upstream()
    group:"raw" or +key:"report"
    """

    __slots__ = ("_resolve", "_resolve_checks", "text", "_shape")

    def __init__(
        self, resolve: Resolve, text: str, resolve_checks: ResolveChecks | None = None, *, shape: str = "leaf"
    ) -> None:
        self._resolve = resolve
        self._resolve_checks = resolve_checks
        self.text = text
        self._shape = shape  # which operands can stand in the text without brackets

    # -- leaves -------------------------------------------------------------------------------------------------

    @staticmethod
    def all(include_sources: bool = False) -> AssetSelection:
        """All assets that a run can make (and with ``include_sources`` all others)."""
        return AssetSelection(
            lambda graph: set(graph.nodes) if include_sources else set(graph.materializable_keys), "*"
        )

    @staticmethod
    def assets(*assets: CoercibleToAssetKey) -> AssetSelection:
        """These assets: by key, string, or definition. Resolving raises for one that is not there."""
        keys: list[AssetKey] = []
        for each in assets:
            several = getattr(each, "keys", None)
            if not isinstance(each, AssetKey) and several is not None and not callable(several):
                keys += sorted(several)
            elif isinstance(each, str):
                keys.append(AssetKey.from_user_string(each))
            else:
                keys.append(AssetKey.from_coercible(each))
        return _keys_selection(keys)

    keys = assets

    @staticmethod
    def key_prefixes(*prefixes: CoercibleToAssetKeyPrefix, include_sources: bool = False) -> AssetSelection:
        """The assets whose keys begin with one of the prefixes."""
        parts = [key_prefix_parts(prefix) for prefix in prefixes]
        text = " or ".join(f'key:"{"/".join(prefix)}/*"' for prefix in parts)
        return _filtered(
            lambda graph, key: any(key.has_prefix(prefix) for prefix in parts),
            text,
            include_sources,
            "leaf" if len(parts) < 2 else "or",
        )

    @staticmethod
    def key_substring(substring: str, include_sources: bool = False) -> AssetSelection:
        """The assets whose keys contain the text."""
        return _filtered(
            lambda graph, key: substring in key.to_user_string(),
            f'key_substring:"{substring}"',
            include_sources,
        )

    @staticmethod
    def groups(*groups: str, include_sources: bool = False) -> AssetSelection:
        """The assets of these groups."""
        return _filtered(
            lambda graph, key: graph.nodes[key].group_name in groups,
            " or ".join(f'group:"{group}"' if group else f"group:{NULL}" for group in groups),
            include_sources,
            "leaf" if len(groups) < 2 else "or",
        )

    @staticmethod
    def tag(key: str, value: str, include_sources: bool = False) -> AssetSelection:
        """The assets that carry the tag with the value."""
        return _filtered(
            lambda graph, each: graph.nodes[each].tags.get(key) == value,
            f'tag:"{key}"="{value}"' if value else f'tag:"{key}"',
            include_sources,
        )

    @staticmethod
    def tag_string(string: str, include_sources: bool = False) -> AssetSelection:
        """The assets that carry the tag written ``key=value`` or ``key``."""
        key, _, value = string.partition("=")
        return AssetSelection.tag(key, value, include_sources)

    @staticmethod
    def owner(owner: str) -> AssetSelection:
        """The assets of an owner."""
        return _filtered(lambda graph, key: owner in graph.nodes[key].owners, f'owner:"{owner}"', True)

    @staticmethod
    def kind(kind: str | None, include_sources: bool = False) -> AssetSelection:
        """The assets of a kind; of none, for None."""
        return _filtered(
            lambda graph, key: (kind in graph.nodes[key].kinds) if kind else not graph.nodes[key].kinds,
            f'kind:"{kind}"' if kind else f"kind:{NULL}",
            include_sources,
        )

    @staticmethod
    def checks_for_assets(*assets: CoercibleToAssetKey) -> AssetSelection:
        """The checks of these assets, without the assets."""
        chosen = {AssetKey.from_coercible(each) for each in assets}
        return AssetSelection(
            lambda graph: set(), "checks_for_assets(...)", lambda graph: _checks_of(chosen, graph)
        )

    @staticmethod
    def checks(*checks: Any) -> AssetSelection:
        """These checks, without their assets: by key or definition."""
        keys: set[AssetCheckKey] = set()
        for each in checks:
            keys |= {each} if isinstance(each, AssetCheckKey) else set(each.check_keys)
        return AssetSelection(lambda graph: set(), "checks(...)", lambda graph: keys & set(graph.checks))

    @staticmethod
    def all_asset_checks() -> AssetSelection:
        """All checks, without their assets."""
        return AssetSelection(lambda graph: set(), "all_asset_checks()", lambda graph: set(graph.checks))

    @staticmethod
    def from_coercible(selection: Any) -> AssetSelection:
        """A selection from a selection, a string in the selection syntax, keys, or definitions."""
        if isinstance(selection, AssetSelection):
            return selection
        if isinstance(selection, str):
            return AssetSelection.from_string(selection)
        if isinstance(selection, AssetKey):
            return AssetSelection.assets(selection)
        if isinstance(selection, Iterable):
            items = list(selection)
            if items and all(isinstance(item, str) for item in items):
                return functools.reduce(operator.or_, (AssetSelection.from_string(item) for item in items))
            return AssetSelection.assets(*items)
        raise DagsterInvalidSubsetError(
            f"{selection!r} does not select assets. Give an AssetSelection, a string such as 'group:raw', or keys."
        )

    @staticmethod
    def from_string(string: str, include_sources: bool = False) -> AssetSelection:
        """A selection from the syntax ``key:a``, ``group:raw and not +b``, ``a*``, ``+a``, ``*``."""
        return _built(parse_selection(string), include_sources)

    # -- along the graph ----------------------------------------------------------------------------------------

    def downstream(self, depth: int | None = None, include_self: bool = True) -> AssetSelection:
        """Everything below, up to ``depth`` edges away."""

        def resolve(graph: AssetGraph) -> set[AssetKey]:
            own = self._resolve(graph)
            reached = graph.downstream(own, depth)
            return reached if include_self else reached - own

        if depth == 0:
            return self
        start = f"({self.text})" if self.text.rstrip("0123456789").endswith("+") else self._operand()
        text = f"{start}+{'' if depth is None else depth}"
        return _stepped(resolve, text, self, include_self)

    def upstream(self, depth: int | None = None, include_self: bool = True) -> AssetSelection:
        """Everything above that a run can make, up to ``depth`` edges away."""

        def resolve(graph: AssetGraph) -> set[AssetKey]:
            own = self._resolve(graph)
            reached = graph.upstream(own, depth)
            makeable = {
                key for key in reached if key in graph.nodes and graph.nodes[key].computation is not None
            }
            return makeable | set(own) if include_self else makeable - set(own)

        if depth == 0:
            return self
        start = f"({self.text})" if self.text.lstrip("0123456789").startswith("+") else self._operand()
        text = f"{'' if depth is None else depth}+{start}"
        return _stepped(resolve, text, self, include_self)

    def upstream_source_assets(self) -> AssetSelection:
        """The assets above that are made elsewhere."""

        def resolve(graph: AssetGraph) -> set[AssetKey]:
            return {
                key
                for key in graph.upstream(self._resolve(graph))
                if key in graph.nodes and graph.nodes[key].computation is None
            }

        return AssetSelection(resolve, f"sources({self._operand()})")

    def roots(self) -> AssetSelection:
        """Those that have nothing above them within the selection."""
        return AssetSelection(lambda graph: graph.roots(self._resolve(graph)), f"roots({self.text})")

    sources = roots

    def sinks(self) -> AssetSelection:
        """Those that have nothing below them within the selection."""
        return AssetSelection(lambda graph: graph.sinks(self._resolve(graph)), f"sinks({self.text})")

    def required_multi_asset_neighbors(self) -> AssetSelection:
        """The selection, with everything that can only be made together with it."""

        def resolve(graph: AssetGraph) -> set[AssetKey]:
            own = set(self._resolve(graph))
            computations = {graph.nodes[key].computation for key in own if key in graph.nodes}
            return own | {
                key for key, node in graph.nodes.items() if node.computation in computations and node.required
            }

        return AssetSelection(resolve, self.text)

    def materializable(self) -> AssetSelection:
        """Those which a run can make."""
        return AssetSelection(lambda graph: self._resolve(graph) & set(graph.materializable_keys), self.text)

    def without_checks(self) -> AssetSelection:
        """The same assets without their checks."""
        return AssetSelection(self._resolve, self.text, lambda graph: set())

    # -- algebra ------------------------------------------------------------------------------------------------

    def __or__(self, other: AssetSelection) -> AssetSelection:
        return AssetSelection(
            lambda graph: set(self._resolve(graph)) | other._resolve(graph),
            f"{self._operand('or')} or {other._operand('or')}",
            lambda graph: self._checks(graph) | other._checks(graph),
            shape="or",
        )

    def __and__(self, other: AssetSelection) -> AssetSelection:
        return AssetSelection(
            lambda graph: set(self._resolve(graph)) & other._resolve(graph),
            f"{self._operand('and')} and {other._operand('and')}",
            lambda graph: self._checks(graph) & other._checks(graph),
            shape="and",
        )

    def __sub__(self, other: AssetSelection) -> AssetSelection:
        whole = self.text == "*"
        return AssetSelection(
            lambda graph: set(self._resolve(graph)) - other._resolve(graph),
            f"not {other._operand('not')}" if whole else f"{self._operand()} and not {other._operand()}",
            lambda graph: self._checks(graph) - other._checks(graph),
            shape="not" if whole else "less",
        )

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetSelection) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__

    def _operand(self, of: str = "") -> str:
        return self.text if self._shape in ("leaf", of) else f"({self.text})"

    # -- resolving ----------------------------------------------------------------------------------------------

    def _checks(self, graph: AssetGraph) -> set[AssetCheckKey]:
        if self._resolve_checks is not None:
            return set(self._resolve_checks(graph))
        return _checks_of(self._resolve(graph), graph)

    def resolve_checks(self, graph: Any) -> set[AssetCheckKey]:
        """The checks that are selected."""
        return self._checks(_as_graph(graph))

    def resolve(self, all_assets: Any) -> set[AssetKey]:
        """The assets that are selected: of a graph, or of a list of definitions.

        Raises :class:`DagsterInvalidSubsetError` for a named asset that is not there.
        """
        return set(self._resolve(_as_graph(all_assets)))


def _as_graph(assets: Any) -> AssetGraph:
    """A graph itself, that of resolved definitions, or one built of a list of definitions."""
    if isinstance(assets, AssetGraph):
        return assets
    graph = getattr(assets, "asset_graph", None)
    return graph if isinstance(graph, AssetGraph) else build_graph_of(assets)


def _stepped(resolve: Resolve, text: str, start: AssetSelection, include_self: bool) -> AssetSelection:
    return AssetSelection(
        resolve,
        text if include_self else f"{text} and not {start._operand()}",
        shape="leaf" if include_self else "less",
    )


def _built(expression: Expression, include_sources: bool) -> AssetSelection:
    """The selection which an expression means."""
    match expression:
        case Everything():
            return AssetSelection.all(include_sources)
        case Named(key):
            return AssetSelection.assets(AssetKey.from_user_string(key))
        case Attribute():
            return _of_attribute(expression, include_sources)
        case Steps(of, up, down):
            inner = _built(of, include_sources)
            parts = [inner.upstream(up)] if up != 0 else []
            parts += [inner.downstream(down)] if down != 0 else []
            return functools.reduce(operator.or_, parts)
        case Ends(name, of):
            inner = _built(of, include_sources)
            return inner.roots() if name == "roots" else inner.sinks()
        case Not(of):
            return AssetSelection.all(include_sources) - _built(of, include_sources)
        case And(left, right):
            return _built(left, include_sources) & _built(right, include_sources)
        case Or(left, right):
            return _built(left, include_sources) | _built(right, include_sources)


def _of_attribute(attribute: Attribute, include_sources: bool) -> AssetSelection:
    name, value = attribute.name, attribute.value or ""
    if name == "key":
        return _filtered(
            lambda _, key: fnmatch.fnmatchcase(key.to_user_string(), value), f'key:"{value}"', True
        )
    if name == "key_substring":
        return AssetSelection.key_substring(value, include_sources)
    if name == "group":
        return AssetSelection.groups(value, include_sources=include_sources)
    if name == "tag":
        return AssetSelection.tag(value, attribute.tag_value, include_sources)
    if name == "owner":
        return AssetSelection.owner(value)
    return AssetSelection.kind(attribute.value, include_sources)


def _filtered(
    test: Callable[[AssetGraph, AssetKey], bool], text: str, include_sources: bool, shape: str = "leaf"
) -> AssetSelection:
    def resolve(graph: AssetGraph) -> set[AssetKey]:
        keys = graph.nodes if include_sources else graph.materializable_keys
        return {key for key in keys if test(graph, key)}

    return AssetSelection(resolve, text, shape=shape)


def _keys_selection(keys: list[AssetKey]) -> AssetSelection:
    def resolve(graph: AssetGraph) -> set[AssetKey]:
        missing = [key for key in keys if key not in graph.nodes]
        if missing:
            raise DagsterInvalidSubsetError(_missing_message(missing, graph))
        return set(keys)

    text = " or ".join(f'key:"{key.to_user_string()}"' for key in keys)
    return AssetSelection(resolve, text, shape="leaf" if len(keys) < 2 else "or")


def _missing_message(missing: list[AssetKey], graph: AssetGraph) -> str:
    names = {key.to_user_string(): key for key in graph.nodes}
    near = difflib.get_close_matches(missing[0].to_user_string(), names, n=3)
    listed = ", ".join(key.to_user_string() for key in missing)
    verb = "is no asset" if len(missing) == 1 else "are no assets"
    return f"{listed} {verb} here." + (f" Did you mean {', '.join(near)}?" if near else "")
