"""``headwater job``: list and execute jobs."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from typing import Any

import click

from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option
from headwater.cli.run_job import ShownRun
from headwater.cli.run_options import run_options
from headwater.cli.text_table import table_lines
from headwater.cli.wording import count_text, shortened
from headwater.definitions.job import JobDefinition
from headwater.definitions.repository import RepositoryDefinition
from headwater.hosting.code_location import CodeLocation
from headwater.model.errors import DagsterInvalidSubsetError


@click.group()
def command() -> None:
    """List and execute jobs."""


@command.command("list")
@json_option
@code_options
def list_jobs(code: Code, as_json: bool) -> None:
    """List jobs: in a pipe their names, on a terminal what they do and when they are scheduled."""
    with Document() if as_json else contextlib.nullcontext() as document:
        jobs = [(location, job) for location in code.load_all() for job in location.repository.jobs.values()]
        if document is not None:
            document.value = [_document(location, job) for location, job in jobs]
        elif not sys.stdout.isatty():
            for _, job in jobs:
                print(job.name)
        elif not jobs:
            print("There are no jobs here.", file=sys.stderr)
        else:
            rows = [
                [
                    job.name,
                    _extent(job),
                    ", ".join(_schedules(location, job)),
                    shortened(job.description or "", 60),
                ]
                for location, job in jobs
            ]
            print("\n".join(table_lines(rows, header=["JOB", "OF", "SCHEDULE", "DESCRIPTION"])))


@command.command("execute")
@click.option("-j", "--job", "job_name", metavar="NAME", help="Which job; not needed when there is only one.")
@click.option(
    "-o",
    "--op-selection",
    metavar="OPS",
    help="Only these ops: 'a', '*a' with all above, 'a+' with those below.",
)
@run_options
@json_option
@code_options
@click.pass_context
def execute(
    ctx: click.Context,
    code: Code,
    job_name: str | None,
    op_selection: str | None,
    run_config: Mapping[str, Any],
    tags: Mapping[str, Any],
    partition: str | None,
    as_json: bool,
) -> None:
    """Run a job now."""
    with Document() if as_json else contextlib.nullcontext() as document:
        location = code.load()
        exit_code = ShownRun(code, location, choose_job(location.repository, job_name), document).run(
            run_config=run_config,
            tags=tags,
            partition=partition,
            op_selection=[each.strip() for each in op_selection.split(",")] if op_selection else None,
        )
    ctx.exit(exit_code)


def choose_job(repository: RepositoryDefinition, name: str | None) -> JobDefinition:
    """The job of that name, or the only one. Raises :class:`DagsterInvalidSubsetError`, naming those that there are."""
    if name is not None:
        return repository.get_job(name)
    jobs = list(repository.jobs.values())
    if len(jobs) == 1:
        return jobs[0]
    if not jobs:
        raise DagsterInvalidSubsetError(
            "There is no job here. `headwater asset materialize` runs assets without one."
        )
    raise DagsterInvalidSubsetError(
        f"Say which job with -j. There are: {', '.join(job.name for job in jobs)}."
    )


def _extent(job: JobDefinition) -> str:
    if job.asset_keys is not None:
        return count_text(len(job.asset_keys), "asset")
    return count_text(len(job.nodes), "op")


def _schedules(location: CodeLocation, job: JobDefinition) -> list[str]:
    return [
        cron
        for schedule in location.manifest.schedules
        if schedule.job_name == job.name
        for cron in schedule.cron_schedules
    ]


def _document(location: CodeLocation, job: JobDefinition) -> dict[str, Any]:
    return {
        "job": job.name,
        "location": location.name,
        "description": job.description,
        "assets": None if job.asset_keys is None else [key.to_user_string() for key in job.asset_keys],
        "ops": None if job.asset_keys is not None else [node.name for node in job.nodes],
        "schedules": _schedules(location, job),
        "tags": job.tags,
    }
