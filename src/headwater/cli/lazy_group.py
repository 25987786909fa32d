"""A group of commands which are imported when they are called: help and version need none of them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

from headwater.model.errors import CheckError, DagsterError

EXIT_INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group some of whose commands live in modules: ``lazy`` maps a name to a module and a line of help.

    Each module has its command under the name ``command``.
    """

    def __init__(self, *arguments: Any, lazy: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order in which they are given."""
        return [*self.commands, *self.lazy]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        command: click.Command = importlib.import_module(self.lazy[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from what is known without importing those which are lazy."""
        known = [(name, each.get_short_help_str(limit=100)) for name, each in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*known, *((name, help_line) for name, (_, help_line) in self.lazy.items())])

    def invoke(self, ctx: click.Context) -> Any:
        """Call the command; what Headwater raises ends it with a message, Ctrl-C with its own exit code."""
        try:
            return super().invoke(ctx)
        except (DagsterError, CheckError) as error:
            from headwater.cli.failure import CommandFailed  # costs more than a command that does not fail

            raise CommandFailed.from_error(error) from error
        except KeyboardInterrupt:
            ctx.exit(EXIT_INTERRUPTED)
