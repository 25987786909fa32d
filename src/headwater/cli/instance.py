"""``headwater instance``: tell where the history is kept, and take it elsewhere."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from headwater.cli.document import Document, json_option
from headwater.cli.main import VERSION
from headwater.cli.project_options import ProjectChoice, project_options
from headwater.cli.text_table import table_lines
from headwater.cli.wording import count_text
from headwater.instance.database_url import find_database_url

_FORCE = click.option("--force", is_flag=True, help="Overwrite what is there.")


@click.group()
def command() -> None:
    """Tell where the history is kept; upgrade it, save it, take it to another database."""


@command.command("info")
@json_option
@project_options
def info(project: ProjectChoice, as_json: bool) -> None:
    """Tell where the history of this project is, and how much is in it."""
    with project.read_history() as history:
        facts: dict[str, Any] = {
            "version": VERSION,
            "python": platform.python_version(),
            **history.info_dict(),
            "home": str(project.home),
        }
        if history.is_ephemeral:
            facts["storage"] = None
    if as_json:
        with Document() as document:
            document.value = facts
        return
    rows = [
        [name, f"{fact:,}" if isinstance(fact, int) else str(fact or "nothing recorded yet")]
        for name, fact in facts.items()
    ]
    print("\n".join(table_lines(rows)))


@command.command("migrate")
@project_options
def migrate(project: ProjectChoice) -> None:
    """Bring the history to the schema of this Headwater. A history in a file is saved beside it first.

    Whatever opens a history does the same, without saving it.
    """
    from headwater.instance.migrate import migrate_history

    done = migrate_history(project.home)
    if not done.applied:
        print(f"{done.location} has the newest schema ({done.newest}).")
        return
    print(f"{done.location} is upgraded: {', '.join(done.applied)}.")
    if done.backup is not None:
        print(f"As it was before: {done.backup}")


@command.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_FORCE
@project_options
def backup(project: ProjectChoice, file: Path, force: bool) -> None:
    """Save the history to FILE, a SQLite database, wherever it is kept. Runs may go on meanwhile."""
    from headwater.instance.transfer import back_up

    with _storage(project) as storage:
        print(f"Saved: {_contents(back_up(storage, file, replace=force))}")


@command.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_FORCE
@project_options
def restore_backup(project: ProjectChoice, file: Path, force: bool) -> None:
    """Let the history be what was saved in FILE. Stored values are not part of it."""
    from headwater.instance.transfer import restore

    with _storage(project) as storage:
        print(f"Restored: {_contents(restore(file, storage, replace=force))}")


@command.command("copy")
@click.option(
    "--to", "url", required=True, metavar="URL", help="postgresql://user:password@host:5432/database"
)
@_FORCE
@project_options
def copy(project: ProjectChoice, url: str, force: bool) -> None:
    """Copy the history to a database in Postgres, to go on there: with all numbers and times, in one transaction."""
    from headwater.instance.open_storage import open_server
    from headwater.instance.transfer import transfer

    with _storage(project) as storage, contextlib.closing(open_server(url)) as target:
        print(f"Copied: {_contents(transfer(storage, target, replace=force))}")
    if find_database_url(project.home) != url:
        print("It counts from now on for whoever has it in HEADWATER_DATABASE_URL.")


@contextlib.contextmanager
def _storage(project: ProjectChoice) -> Iterator[Any]:
    from headwater.instance.open_storage import open_history

    with contextlib.closing(open_history(project.home)) as storage:
        yield storage


def _contents(contents: Any) -> str:
    counts = [
        count_text(contents.runs, "run"),
        count_text(contents.events, "event"),
        count_text(contents.assets, "asset"),
        count_text(contents.ticks, "tick"),
    ]
    return f"{', '.join(counts)} in {contents.location}"
