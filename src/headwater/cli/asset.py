"""``headwater asset``: list, show and materialize assets; versions of their values have a file each."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any

import click

from headwater.cli.asset_page import asset_document, asset_page_lines, asset_row
from headwater.cli.automation_reason import automation_document, automation_lines
from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option
from headwater.cli.lazy_group import LazyGroup
from headwater.cli.run_job import ShownRun
from headwater.cli.run_options import run_options
from headwater.cli.text_table import table_lines
from headwater.definitions.repository import RepositoryDefinition
from headwater.hosting.code_location import CodeLocation
from headwater.model.errors import DagsterInvalidSubsetError
from headwater.model.key import AssetKey
from headwater.model.run import GLOBAL_ASSET_JOB
from headwater.planning.selection import AssetSelection

SELECT_HELP = (
    "Which assets: '*', a key, '*key' with all above it, 'key*' with all below, 'group:raw'; commas join."
)


@click.group(
    cls=LazyGroup,
    lazy={
        "versions": ("headwater.cli.asset_versions", "List the stored values of an asset that are kept."),
        "rollback": ("headwater.cli.asset_rollback", "Publish an earlier value of an asset again."),
        "diff": ("headwater.cli.asset_diff", "Tell how two versions of an asset's value differ."),
        "wipe": ("headwater.cli.asset_wipe", "Forget that assets were made."),
        "collect": ("headwater.cli.asset_collect", "Remove earlier versions of values."),
    },
)
def command() -> None:
    """List, show, materialize and roll back assets."""


@command.command("list")
@click.option("--select", "selection", metavar="SELECTION", help=SELECT_HELP)
@json_option
@code_options
def list_assets(code: Code, selection: str | None, as_json: bool) -> None:
    """List assets: in a pipe their keys, on a terminal what they need and when they were last made."""
    with Document() if as_json else contextlib.nullcontext() as document:
        found = [
            (location, key)
            for location in code.load_all()
            for key in _in_order(location.repository, select_assets(location.repository, selection or "*"))
        ]
        if document is None and not sys.stdout.isatty():
            for _, key in found:
                print(key.to_user_string())
            return
        with code.read_history() as history:
            newest = history.storage.event_log.latest_materializations([key for _, key in found])
        if document is not None:
            document.value = [asset_document(location, key, newest.get(key)) for location, key in found]
        elif not found:
            print("There are no assets here.", file=sys.stderr)
        else:
            rows = [
                asset_row(location.repository.asset_graph, key, newest.get(key)) for location, key in found
            ]
            print("\n".join(table_lines(rows, header=["ASSET", "GROUP", "NEEDS", "LAST MADE"])))


@command.command("show")
@click.argument("key")
@json_option
@code_options
def show_asset(code: Code, key: str, as_json: bool) -> None:
    """Show one asset: what it is, what it needs, where it is stored, and what was last made of it."""
    with Document() if as_json else contextlib.nullcontext() as document:
        location, asset_key = find_asset(code, key)
        with code.read_history() as history:
            newest = history.storage.event_log.latest_materialization(asset_key)
            partitions = history.storage.event_log.materialized_partitions(asset_key)
            now = time.time()
            reasons = automation_lines(location, asset_key, history, now)
            automation = automation_document(location, asset_key, history, now) if as_json else {}
        if document is not None:
            shown = asset_document(location, asset_key, newest) | {"partitions": partitions}
            document.value = shown | {"automation": automation}
        else:
            print("\n".join([*asset_page_lines(location, asset_key, newest, partitions), *reasons]))


@command.command("materialize")
@click.option("--select", "selection", metavar="SELECTION", required=True, help=SELECT_HELP)
@run_options
@json_option
@code_options
@click.pass_context
def materialize(
    ctx: click.Context,
    code: Code,
    selection: str,
    run_config: Mapping[str, Any],
    tags: Mapping[str, Any],
    partition: str | None,
    as_json: bool,
) -> None:
    """Make assets now, in the order in which they need each other."""
    with Document() if as_json else contextlib.nullcontext() as document:
        location = code.load()
        repository = location.repository
        chosen = parse_selection(selection)
        keys = chosen.resolve(repository.asset_graph)
        checks = sorted(chosen.resolve_checks(repository.asset_graph))
        _refuse_external(repository, keys)
        if not (keys or checks):
            raise DagsterInvalidSubsetError(
                f"{selection!r} selects no asset. `headwater asset list` shows them."
            )
        job = repository.asset_job(GLOBAL_ASSET_JOB, _in_order(repository, keys), checks)
        exit_code = ShownRun(code, location, job, document).run(
            run_config=run_config, tags=tags, partition=partition
        )
    ctx.exit(exit_code)


def parse_selection(text: str) -> AssetSelection:
    """A selection from its text; commas outside of quotes and brackets join several."""
    return AssetSelection.from_coercible(list(_split(text)))


def select_assets(repository: RepositoryDefinition, text: str) -> set[AssetKey]:
    """The assets of ``repository`` that a text selects."""
    return parse_selection(text).resolve(repository.asset_graph)


def _split(text: str) -> Iterable[str]:
    part, depth, quoted = "", 0, False
    for each in text:
        quoted ^= each == '"'
        depth += (each == "(") - (each == ")") if not quoted else 0
        if each == "," and depth == 0 and not quoted:
            yield part.strip()
            part = ""
        else:
            part += each
    yield part.strip()


def _in_order(repository: RepositoryDefinition, keys: set[AssetKey]) -> list[AssetKey]:
    return [key for key in repository.asset_graph.order if key in keys]


def _refuse_external(repository: RepositoryDefinition, keys: set[AssetKey]) -> None:
    nodes = repository.asset_graph.nodes
    external = sorted(key for key in keys if not nodes[key].is_executable)
    if external:
        names = ", ".join(key.to_user_string() for key in external)
        raise DagsterInvalidSubsetError(f"{names}: made elsewhere, so there is nothing to run for it.")


def find_asset(code: Code, text: str) -> tuple[CodeLocation, AssetKey]:
    """The asset of a key as one types it, and its code location. Raises :class:`DagsterInvalidSubsetError`."""
    key = AssetKey.from_user_string(text)
    locations = code.load_all()
    for location in locations:
        if key in location.repository.asset_graph.nodes:
            return location, key
    for location in locations:  # says what there is instead
        AssetSelection.assets(key).resolve(location.repository.asset_graph)
    raise DagsterInvalidSubsetError(f"There is no asset {text}.")
