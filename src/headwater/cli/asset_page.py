"""One asset as text and as JSON: its definition, its neighbours, where its value goes, what was last made of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from headwater.cli.document import metadata_document, moment
from headwater.cli.error_text import near_path
from headwater.cli.metadata_text import INDENT, metadata_lines
from headwater.cli.summary import SHORT_ID
from headwater.cli.text_table import table_lines
from headwater.cli.wording import moment_text
from headwater.definitions.stored_asset import describe_storage
from headwater.hosting.code_location import CodeLocation
from headwater.model.event import EventLogRecord
from headwater.model.key import AssetKey
from headwater.model.manifest import AssetNode
from headwater.planning.asset_graph import AssetGraph

DEFAULT_IO_MANAGER = "io_manager"


def asset_row(graph: AssetGraph, key: AssetKey, newest: EventLogRecord | None) -> list[str]:
    """The asset in one row of a list."""
    node = graph.nodes[key]
    needs = ", ".join(each.to_user_string() for each in graph.parents[key])
    return [
        key.to_user_string(),
        node.group_name,
        needs,
        moment_text(newest.timestamp) if newest else "never",
    ]


def asset_page_lines(
    location: CodeLocation, key: AssetKey, newest: EventLogRecord | None, partitions: Sequence[str]
) -> Iterator[str]:
    """Everything about one asset."""
    graph = location.repository.asset_graph
    node = graph.nodes[key]
    yield key.to_user_string()
    if node.description:
        yield from (INDENT + line for line in node.description.splitlines())
    yield ""
    facts = [(name, fact) for name, fact in _facts(location, node, graph) if fact]
    yield from table_lines(facts)
    if node.metadata:
        yield from ("", "Declared", *(INDENT + line for line in metadata_lines(node.metadata)))
    yield ""
    yield from _newest_lines(key, newest, partitions)


def asset_document(location: CodeLocation, key: AssetKey, newest: EventLogRecord | None) -> dict[str, Any]:
    """The asset as a document."""
    graph = location.repository.asset_graph
    node = graph.nodes[key]
    return {
        "asset": key.to_user_string(),
        "key": key.path,
        "location": location.name,
        "group": node.group_name,
        "kind": node.kind,
        "description": node.description,
        "needs": [each.to_user_string() for each in graph.parents[key]],
        "needed_by": [each.to_user_string() for each in graph.children.get(key, ())],
        "io_manager": node.io_manager_key,
        "io_manager_type": io_manager_type(location, node.io_manager_key),
        "storage": storage_facts(location, node),
        "checks": _checks(graph, key),
        "owners": node.owners,
        "tags": node.tags,
        "kinds": node.kinds,
        "code_version": node.code_version,
        "source": str(node.source) if node.source else None,
        "metadata": metadata_document(node.metadata),
        "newest": _newest_document(newest),
    }


def io_manager_type(location: CodeLocation, key: str) -> str | None:
    """What stands behind the key of an I/O manager: a class or function; None when nobody has bound one."""
    return next((each.type_name for each in location.manifest.resources if each.key == key), None)


def storage_facts(location: CodeLocation, node: AssetNode) -> dict[str, str]:
    """How the I/O manager says that it stores the asset: format, path and the like."""
    repository = location.repository
    definition = repository.definition_by_key.get(node.key)
    bound = {**repository.resources, **repository.asset_resources}
    return describe_storage(bound.get(node.io_manager_key), definition, node.key) if definition else {}


def _facts(location: CodeLocation, node: AssetNode, graph: AssetGraph) -> Iterator[tuple[str, str]]:
    source = f"{near_path(node.source.file)}:{node.source.line}" if node.source else ""
    yield "declared", source
    yield "group", node.group_name
    yield "needs", _listed(graph.parents[node.key])
    yield "needed by", _listed(graph.children.get(node.key, ()))
    yield "stored by", _stored_by(location, node)
    yield "stored as", ", ".join(f"{name} {fact}" for name, fact in storage_facts(location, node).items())
    yield "checks", ", ".join(_checks(graph, node.key))
    yield "owners", ", ".join(node.owners)
    yield "kinds", ", ".join(node.kinds)
    yield "tags", ", ".join(f"{name}={value}" if value else name for name, value in node.tags.items())
    yield "code version", node.code_version or ""


def _stored_by(location: CodeLocation, node: AssetNode) -> str:
    if node.kind == "external":
        return "nobody here: it is made elsewhere"
    type_name = io_manager_type(location, node.io_manager_key)
    if type_name is not None:
        return f"{node.io_manager_key} ({type_name})"
    if node.io_manager_key == DEFAULT_IO_MANAGER:
        return "files in the folder of the history, since no io_manager is bound"
    return node.io_manager_key


def _checks(graph: AssetGraph, key: AssetKey) -> list[str]:
    return [check.name for check in graph.checks if check.asset_key == key]


def _listed(keys: Sequence[AssetKey]) -> str:
    return ", ".join(key.to_user_string() for key in keys)


def _newest_lines(key: AssetKey, newest: EventLogRecord | None, partitions: Sequence[str]) -> Iterator[str]:
    made = newest.asset_materialization if newest is not None else None
    if newest is None or made is None:
        yield f"Never made. headwater asset materialize --select '{key.to_user_string()}' makes it."
        return
    run = f" by run {newest.run_id[:SHORT_ID]}" if newest.run_id else ", reported from outside"
    partition = f" (partition {made.partition})" if made.partition is not None else ""
    yield f"Last made {moment_text(newest.timestamp)}{run}{partition}"
    yield from (INDENT + line for line in metadata_lines(made.metadata))
    if partitions:
        yield f"Partitions made: {len(partitions):,}"


def _newest_document(newest: EventLogRecord | None) -> dict[str, Any] | None:
    made = newest.asset_materialization if newest is not None else None
    if newest is None or made is None:
        return None
    return {
        "run_id": newest.run_id or None,
        "at": moment(newest.timestamp),
        "partition": made.partition,
        "data_version": made.data_version,
        "metadata": metadata_document(made.metadata),
    }
