"""``headwater asset collect``: remove versions of stored values that are beyond the limits."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator

import click

from headwater.cli.asset import SELECT_HELP, select_assets
from headwater.cli.asset_versions import version_document
from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option
from headwater.cli.text_table import table_lines
from headwater.cli.wording import moment_text, size_text
from headwater.definitions.stored_version import StoredVersion, VersionLimits
from headwater.instance.instance import DagsterInstance
from headwater.instance.stored_versions import StoredVersions
from headwater.model.errors import VersionNotFoundError
from headwater.model.key import AssetKey

_Gone = tuple[AssetKey, str | None, StoredVersion]


@click.command("collect")
@click.option("--select", "selection", metavar="SELECTION", default="*", help=SELECT_HELP)
@click.option(
    "--versions", "count", type=click.IntRange(min=0), metavar="N", help="Keep the latest N of each value."
)
@click.option("--days", type=float, metavar="DAYS", help="Keep none that is older.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@json_option
@code_options
def command(
    code: Code, selection: str, count: int | None, days: float | None, dry_run: bool, as_json: bool
) -> None:
    """Remove earlier versions of values, never a current one.

    Without --versions and --days by the options of each asset (FileOptions(versions=..., versions_days=...)): a run does
    that for what it stores, so this is for values that no run stores any more.
    """
    limits = VersionLimits(count=count, days=days) if count is not None or days is not None else None
    with Document() if as_json else contextlib.nullcontext() as document:
        with code.read_history() as history:
            gone = list(_collect(code, history, selection, limits, dry_run))
        if document is not None:
            document.value = {
                "dry_run": dry_run,
                "removed": [
                    {"asset": key.to_user_string(), "partition": partition, **version_document(each)}
                    for key, partition, each in gone
                ],
            }
            return
        if gone:
            rows = [_row(*each) for each in gone]
            print("\n".join(table_lines(rows, header=["ASSET", "PARTITION", "VERSION", "STORED", "SIZE"])))
        size = size_text(sum(each.size_bytes or 0 for _, _, each in gone))
        print(f"{'Would remove' if dry_run else 'Removed'} {len(gone)} versions, {size}.")


def _collect(
    code: Code, history: DagsterInstance, selection: str, limits: VersionLimits | None, dry_run: bool
) -> Iterator[_Gone]:
    now = datetime.datetime.now(datetime.UTC)
    for location in code.load_all():
        for key in sorted(select_assets(location.repository, selection)):
            if not location.repository.asset_graph.nodes[key].is_executable:
                continue
            partitions: list[str | None] = [*history.storage.event_log.materialized_partitions(key)]
            for partition in partitions or [None]:
                versions = StoredVersions(location.repository, key, history, partition)
                try:
                    gone = versions.collect(limits, now, dry_run=dry_run)
                except VersionNotFoundError:  # its I/O manager keeps none
                    break
                yield from ((key, partition, each) for each in gone)


def _row(key: AssetKey, partition: str | None, version: StoredVersion) -> list[str]:
    return [
        key.to_user_string(),
        partition or "",
        version.version_id,
        moment_text(version.stored_at.timestamp()),
        size_text(version.size_bytes) if version.size_bytes is not None else "",
    ]
