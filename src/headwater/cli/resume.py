"""``headwater run resume``: go on from a run that did not succeed."""

from __future__ import annotations

import contextlib
from typing import Any

import click

from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option
from headwater.cli.run_job import ShownRun
from headwater.cli.run_options import config_options
from headwater.cli.run_page import find_run
from headwater.definitions.config_file import merge_config
from headwater.instance.reexecution import Reexecution, ReexecutionOptions


@click.command("resume")
@click.argument("run_id", required=False)
@config_options
@json_option
@code_options
@click.pass_context
def command(
    ctx: click.Context, code: Code, run_id: str | None, run_config: dict[str, Any], as_json: bool
) -> None:
    """Go on from a run that failed, died or was cancelled, in a new run: it does what is not committed, and loads the
    rest. Config that is given counts over that of the run. RUN_ID may be cut short; without it, the newest run."""
    with Document() if as_json else contextlib.nullcontext() as document:
        with code.read_history() as history:
            run = find_run(history, run_id).dagster_run
            again = Reexecution(history, ReexecutionOptions.from_failure(run.run_id, history))
            location = code.load_of(run.location)
            job = again.find_job(location.repository)
        config = merge_config(again.parent.run_config, run_config)
        exit_code = ShownRun(code, location, job, document).run(run_config=config, resumes=again.options)
    ctx.exit(exit_code)
