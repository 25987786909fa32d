"""``headwater run launch``: queue a run for the ``headwater dev`` that is running, and leave it to that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from headwater.cli.asset import parse_selection
from headwater.cli.code_options import Code, code_options
from headwater.cli.document import Document, json_option
from headwater.cli.failure import CommandFailed
from headwater.cli.run_options import run_options
from headwater.hosting.code_location import CodeLocation
from headwater.model.event import new_run_id
from headwater.model.key import AssetKey
from headwater.model.partition import PARTITION_TAG
from headwater.model.run import GLOBAL_ASSET_JOB, DagsterRun, DagsterRunStatus


@click.command("launch")
@click.option("--select", metavar="SELECTION", help="Which assets to make.")
@click.option("-j", "--job", metavar="NAME", help="Which job to run.")
@run_options
@json_option
@code_options
def command(
    code: Code,
    select: str | None,
    job: str | None,
    run_config: dict[str, Any],
    tags: Mapping[str, str],
    partition: str | None,
    as_json: bool,
) -> None:
    """Queue a run. The `headwater dev` of the project carries it out; this command does not wait for it."""
    if (select is None) is (job is None):
        raise click.UsageError("Say what to run: --select SELECTION, or -j JOB.")
    location = code.load()
    run = DagsterRun(
        run_id=new_run_id(),
        job_name=job or GLOBAL_ASSET_JOB,
        run_config=run_config,
        tags={**tags, **({PARTITION_TAG: partition} if partition is not None else {})},
        status=DagsterRunStatus.QUEUED,
        asset_selection=choose_assets(location, select) if select is not None else None,
        location=location.name,
    )
    if job is not None:
        location.repository.get_job(job)  # tells which there are, if this one is none of them
    with code.open_history() as history:
        history.add_run(run)
    if as_json:
        with Document() as document:
            document.value = {"run_id": run.run_id}
        return
    print(f"Queued run {run.run_id}. `headwater dev` carries it out.")


def choose_assets(location: CodeLocation, select: str) -> list[AssetKey]:
    """The assets of a selection that a run can make. Raises :class:`CommandFailed` where there is none."""
    graph = location.repository.asset_graph
    chosen = parse_selection(select).resolve(graph)
    keys = sorted(key for key in chosen if graph.nodes[key].is_executable)
    if not keys:
        raise CommandFailed(f'"{select}" selects no asset that a run can make.')
    return keys
