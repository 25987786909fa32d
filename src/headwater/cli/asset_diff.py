"""``headwater asset diff``: tell how two versions of a stored value differ."""

from __future__ import annotations

import contextlib
from typing import Any

import click

from headwater.cli.asset import find_asset
from headwater.cli.asset_versions import partition_option, version_document
from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option
from headwater.cli.wording import moment_text, shortened, size_text
from headwater.definitions.stored_version import StoredVersion
from headwater.instance.stored_versions import StoredVersions
from headwater.io.value_diff import ValueDiff
from headwater.model.errors import PickleRefusedError, VersionNotFoundError

_WIDTH = 160


@click.command("diff")
@click.argument("key")
@click.argument("before", required=False)
@click.argument("after", required=False)
@partition_option
@click.option(
    "--sample", default=5, show_default=True, metavar="N", help="How many entries of each side to show."
)
@json_option
@code_options
def command(
    code: Code,
    key: str,
    before: str | None,
    after: str | None,
    partition: str | None,
    sample: int,
    as_json: bool,
) -> None:
    """Tell how two versions of an asset's value differ: rows, columns, a sample.

    Without AFTER it is the current value, without BEFORE the one before that. `headwater asset versions KEY` lists them.
    Pickles are not loaded where they are forbidden; sizes are told then.
    """
    with Document() if as_json else contextlib.nullcontext() as document:
        location, asset_key = find_asset(code, key)
        with code.read_history() as history:
            versions = StoredVersions(location.repository, asset_key, history, partition)
            old, new = _chosen(versions, key, before, after)
            reason = ""
            try:
                found: ValueDiff | None = versions.diff(old.version_id, new.version_id, sample=sample)
            except PickleRefusedError as refused:
                found, reason = None, str(refused)
        if document is not None:
            document.value = {
                "before": version_document(old),
                "after": version_document(new),
                **({"refused": reason} if found is None else _diff_document(found)),
            }
            return
        print(f"- {_version_text(old)}\n+ {_version_text(new)}\n")
        print("\n".join([f"The values are not compared. {reason}"] if found is None else _diff_lines(found)))


def _chosen(
    versions: StoredVersions, key: str, before: str | None, after: str | None
) -> tuple[StoredVersion, StoredVersion]:
    kept = {each.version_id: each for each in versions.kept()}
    if before is None:
        before = versions.before_current(list(kept.values()))
    if after is None:
        after = next((each for each, version in kept.items() if version.is_current), None)
    for wanted in (before, after):
        if wanted not in kept:
            raise VersionNotFoundError(f'the asset "{key}"', wanted, list(kept))
    return kept[before], kept[str(after)]


def _version_text(version: StoredVersion) -> str:
    size = f", {size_text(version.size_bytes)}" if version.size_bytes is not None else ""
    current = ", current" if version.is_current else ""
    return f"{version.version_id}  {moment_text(version.stored_at.timestamp())}{size}{current}"


def _diff_lines(found: ValueDiff) -> list[str]:
    if found.is_equal:
        return [f"Nothing differs: {found.after:,} {found.unit}."]
    lines = [
        f"{found.unit}: {found.before:,} -> {found.after:,} ({found.added:,} new, {found.removed:,} gone)"
    ]
    lines += [f"- column {name} ({kind})" for name, kind in found.missing_columns.items()]
    lines += [f"+ column {name} ({kind})" for name, kind in found.new_columns.items()]
    lines += [f"~ column {name} ({old} -> {new})" for name, (old, new) in found.changed_columns.items()]
    for mark, sample, count in (
        ("-", found.removed_sample, found.removed),
        ("+", found.added_sample, found.added),
    ):
        lines += [f"{mark} {shortened(str(each), _WIDTH)}" for each in sample]
        if count > len(sample):
            lines.append(f"{mark} … and {count - len(sample):,} more")
    return lines


def _diff_document(found: ValueDiff) -> dict[str, Any]:
    return {
        "equal": found.is_equal,
        "unit": found.unit,
        "count_before": found.before,
        "count_after": found.after,
        "removed": found.removed,
        "added": found.added,
        "removed_sample": [str(each) for each in found.removed_sample],
        "added_sample": [str(each) for each in found.added_sample],
        "missing_columns": dict(found.missing_columns),
        "new_columns": dict(found.new_columns),
        "changed_columns": {name: list(types) for name, types in found.changed_columns.items()},
    }
