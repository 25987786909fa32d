"""``headwater asset rollback``: publish an earlier value of an asset again."""

from __future__ import annotations

import contextlib

import click

from headwater.cli.asset import find_asset
from headwater.cli.asset_versions import partition_option, version_document
from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option
from headwater.instance.stored_versions import StoredVersions


@click.command("rollback")
@click.argument("key")
@click.option(
    "--to", "version_id", metavar="VERSION", help="Which version; without it, the one before the current."
)
@partition_option
@json_option
@code_options
def command(code: Code, key: str, version_id: str | None, partition: str | None, as_json: bool) -> None:
    """Publish an earlier value of an asset again, in one step, and record it as a materialization."""
    with Document() if as_json else contextlib.nullcontext() as document:
        location, asset_key = find_asset(code, key)
        with code.open_history() as history:
            restored = StoredVersions(location.repository, asset_key, history, partition).rollback(version_id)
        if document is not None:
            document.value = version_document(restored)
        else:
            print(f"{key} holds the version {restored.version_id} again. The other versions are kept.")
