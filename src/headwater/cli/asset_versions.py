"""``headwater asset versions``: list the stored values of an asset that are kept."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

import click

from headwater.cli.asset import find_asset
from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option, moment
from headwater.cli.summary import SHORT_ID
from headwater.cli.text_table import table_lines
from headwater.cli.wording import moment_text, size_text
from headwater.definitions.stored_version import StoredVersion
from headwater.instance.stored_versions import StoredVersions

partition_option = click.option("--partition", metavar="KEY", help="The partition whose versions are meant.")


@click.command("versions")
@click.argument("key")
@partition_option
@json_option
@code_options
def command(code: Code, key: str, partition: str | None, as_json: bool) -> None:
    """List the stored values of an asset that are kept, newest first.

    FileOptions(versions=..., versions_days=...) say which: the latest two where nothing is said.
    """
    with Document() if as_json else contextlib.nullcontext() as document:
        location, asset_key = find_asset(code, key)
        with code.read_history() as history:
            versions = StoredVersions(location.repository, asset_key, history, partition).kept()[::-1]
        if document is not None:
            document.value = [version_document(each) for each in versions]
        elif versions:
            print(
                "\n".join(
                    table_lines(
                        [_row(each) for each in versions], header=["VERSION", "STORED", "RUN", "SIZE", ""]
                    )
                )
            )
        else:
            print(
                f"No version of {key} is kept: nothing is stored yet.",
                file=sys.stderr,
            )


def version_document(version: StoredVersion) -> dict[str, Any]:
    """A version as a document."""
    return {
        "version": version.version_id,
        "stored_at": moment(version.stored_at.timestamp()),
        "run_id": version.run_id,
        "bytes": version.size_bytes,
        "current": version.is_current,
    }


def _row(version: StoredVersion) -> list[str]:
    return [
        version.version_id,
        moment_text(version.stored_at.timestamp()),
        (version.run_id or "not known")[: SHORT_ID if version.run_id else None],
        size_text(version.size_bytes) if version.size_bytes is not None else "not known",
        "current" if version.is_current else "",
    ]
