"""``headwater dev``: serve the page of a project."""

from __future__ import annotations

from typing import Protocol

import click

from headwater.cli.code_options import Code, code_options
from headwater.cli.failure import CommandFailed
from headwater.instance.instance import DagsterInstance
from headwater.model.manifest import Manifest


class Serve(Protocol):
    """What serves the page. It is a neighbour of the command line, so that the program above both hands it in."""

    def __call__(
        self, *, instance: DagsterInstance, manifest: Manifest, host: str, port: int, token: str | None
    ) -> None:
        """Serve until somebody stops it."""
        ...


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "-p", "--port", default=3000, show_default=True, help="The port; the next free one, if it is taken."
)
@click.option(
    "--token",
    envvar="HEADWATER_TOKEN",
    help="What visitors must know, beyond this machine. [$HEADWATER_TOKEN]",
)
@code_options
@click.pass_obj
def command(serve: Serve | None, code: Code, host: str, port: int, token: str | None) -> None:
    """Show assets and runs on a page, until Ctrl-C."""
    if serve is None:
        raise CommandFailed("This program has no server in it. Call: python -m headwater dev")
    location = code.load()
    with code.open_history() as instance:
        serve(instance=instance, manifest=location.manifest, host=host, port=port, token=token)
