"""``headwater dev``: serve the page of a project, run its schedules and sensors, and follow its code."""

from __future__ import annotations

import logging
import sys
from functools import partial

import click

from headwater.cli.code_options import Code, code_options
from headwater.cli.supervise import Serve, address_options, supervise


@click.command()
@address_options
@click.option("--no-watch", is_flag=True, help="Do not load the code again when its files change.")
@code_options
@click.pass_obj
def command(serve: Serve | None, code: Code, host: str, port: int, token: str | None, no_watch: bool) -> None:
    """Show assets and runs on a page, run schedules and sensors, and load changed code, until Ctrl-C."""
    logging.basicConfig(format="%(levelname)s  %(message)s")
    supervise(
        serve,
        code,
        command="dev",
        host=host,
        port=port,
        token=token,
        watch=not no_watch,
        say=partial(print, flush=True),
        complain=partial(print, file=sys.stderr, flush=True),
    )
