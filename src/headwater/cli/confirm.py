"""Asks before something is removed for good."""

from __future__ import annotations

import sys

import click

from headwater.cli.failure import CommandFailed

YES = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


def confirm(what: str, yes: bool) -> None:
    """Ask whether ``what`` is to be done, unless ``yes``. Ends the command if it is not.

    Where nobody can answer (no terminal), ``--yes`` must have been said.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandFailed(f"{what} Nobody can be asked here; say so with --yes.")
    if not click.confirm(f"{what} It cannot be undone. Go on?"):
        raise CommandFailed("Nothing was removed.")
