"""``headwater up``: serve and run a project in production. Its code is loaded once, and what happens goes to a log."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from headwater.cli.code_options import Code, code_options
from headwater.cli.log_lines import JSON, TEXT, write_log
from headwater.cli.supervise import Serve, address_options, supervise

_log = logging.getLogger("headwater")


@click.command()
@address_options
@click.option(
    "--log-format",
    type=click.Choice([TEXT, JSON]),
    default=TEXT,
    show_default=True,
    help="Lines of text, or of JSON.",
)
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append to this file (it may be moved away meanwhile); else standard error.",
)
@code_options
@click.pass_obj
def command(
    serve: Serve | None,
    code: Code,
    host: str,
    port: int,
    token: str | None,
    log_format: str,
    log_file: Path | None,
) -> None:
    """Run a project in production: page, schedules, sensors and the run queue, until Ctrl-C, SIGTERM or `headwater stop`.

    Like `headwater dev`, without following changes of the code. Several may share one history in Postgres: the services of
    one are at work, and those of another are within seconds of its end.
    """
    with write_log(log_format, log_file):
        supervise(
            serve,
            code,
            command="up",
            host=host,
            port=port,
            token=token,
            watch=False,
            say=_log.info,
            complain=_log.error,
        )
