"""How a command ends that cannot do what was asked."""

from __future__ import annotations

import sys
from typing import IO, Any

import click

from headwater.cli.error_text import error_lines, exception_info


class CommandFailed(click.ClickException):
    """Ends a command with a message on standard error and an exit code."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance

    @staticmethod
    def from_error(error: BaseException, *, verbose: bool = False, note: str | None = None) -> CommandFailed:
        """A failure that tells ``error``, and below it ``note``."""
        lines = list(error_lines(exception_info(error), verbose=verbose))
        return CommandFailed("\n".join([*lines, *([note] if note else [])]))

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message."""
        sys.stdout.flush()
        print(self.message, file=file or sys.stderr)
