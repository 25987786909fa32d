"""``headwater instance``: tell where the history is kept."""

from __future__ import annotations

import platform
from typing import Any

import click

from headwater.cli.document import Document, json_option
from headwater.cli.main import VERSION
from headwater.cli.project_options import ProjectChoice, project_options
from headwater.cli.text_table import table_lines


@click.group()
def command() -> None:
    """Tell where the history is kept."""


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
