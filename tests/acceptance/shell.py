"""A folder with files of a user, and the commands given there: real processes, on a pipe or on a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent
from typing import Any

from headwater.hosting.alias import ALIAS_VARIABLE

OF_OTHERS = ("HEADWATER_HOME", "DAGSTER_HOME", ALIAS_VARIABLE, "PYTHONIOENCODING")
PATIENCE_SECONDS = 100


def read_address(lines: Iterable[str]) -> str:
    """The address that `headwater dev` tells, without a slash at its end; what it says before that is passed over."""
    said = []
    for line in lines:
        said.append(line)
        if found := re.search(r"http://\S+", line):
            return found[0].rstrip("/")
    raise AssertionError(f"There is no address in {said}.")


class Shell:
    """``path`` is the working directory; ``files`` are written into it."""

    def __init__(self, path: Path, files: dict[str, str] | None = None) -> None:
        self.path = path
        self.environment = {name: value for name, value in os.environ.items() if name not in OF_OTHERS}
        for name, text in (files or {}).items():
            file = path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(dedent(text), encoding="utf-8")

    def start(
        self, *arguments: str, folder: str = ".", encoding: str = "utf-8", **environment: str
    ) -> subprocess.Popen[str]:
        """Start a `headwater` command, with its output on pipes."""
        return subprocess.Popen(
            [sys.executable, "-m", "headwater", *arguments],
            cwd=self.path / folder,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding=encoding,
        )

    def run(
        self, *arguments: str, folder: str = ".", encoding: str = "utf-8", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """How a `headwater` command ends."""
        process = self.start(*arguments, folder=folder, encoding=encoding, **environment)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def says(self, *arguments: str, folder: str = ".", **environment: str) -> str:
        """What a command prints; it has to succeed."""
        ended = self.run(*arguments, folder=folder, **environment)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def fails(self, *arguments: str, folder: str = ".", **environment: str) -> str:
        """What a command says on standard error; it has to fail."""
        ended = self.run(*arguments, folder=folder, **environment)
        assert ended.returncode != 0, ended.stdout + ended.stderr
        return ended.stderr

    def json(self, *arguments: str, folder: str = ".", **environment: str) -> Any:
        """What a command tells a script."""
        return json.loads(self.says(*arguments, "--json", folder=folder, **environment))

    def on_terminal(self, *arguments: str, **environment: str) -> tuple[str, int]:
        """All that a command writes to a terminal, escape codes included, and its exit code."""
        import pty  # where there is no terminal to be had, only these tests fail

        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.path)
            size = {"COLUMNS": "120", "LINES": "40", "TERM": "xterm-256color"}
            os.execve(
                sys.executable,
                [sys.executable, "-m", "headwater", *arguments],
                self.environment | size | environment,
            )
        written = b""
        while data := _read(terminal):
            written += data
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
        return written.decode().replace("\r\n", "\n"), os.waitstatus_to_exitcode(status)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # how a terminal says that nobody is at its other end
        return b""
