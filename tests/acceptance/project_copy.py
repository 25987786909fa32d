"""A copy of an example in a folder of its own, and the commands a user gives there."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGINT
from subprocess import PIPE
from typing import IO, Any

EXAMPLES = Path(__file__).parents[2] / "examples"
MADE_BY_RUNS = (
    "data",
    ".headwater",
    "analytics.hackernews",
    "analytics.hackernews.lock",
    "__pycache__",
    ".pytest_cache",
)


class ProjectCopy:
    """The project `name` of `examples/`, copied into `folder` without what earlier runs left there."""

    def __init__(self, name: str, folder: Path, **environment: str) -> None:
        self.path = folder / name
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if key not in ("HEADWATER_HOME", "DAGSTER_HOME", "HACKERNEWS_API_URL")
        } | environment
        shutil.copytree(EXAMPLES / name, self.path, ignore=shutil.ignore_patterns(*MADE_BY_RUNS))

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run this interpreter in the folder of the project, as a user with an activated environment does."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.path,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=100,
        )

    @contextmanager
    def start(self, line: str) -> Iterator[IO[str]]:
        """Give a line to the shell as a user would, and read what it prints; Ctrl-C ends it with the block."""
        started = subprocess.Popen(
            line,
            shell=True,
            cwd=self.path,
            env=self.environment,
            stdout=PIPE,
            text=True,
            start_new_session=True,
        )
        assert started.stdout
        try:
            yield started.stdout
        finally:
            os.killpg(started.pid, SIGINT)
            started.communicate(timeout=20)

    def headwater(self, *arguments: str) -> str:
        """What a `headwater` command prints; it has to succeed."""
        ended = self.python("-m", "headwater", *arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def json(self, *arguments: str) -> Any:
        """What a `headwater` command tells a script."""
        return json.loads(self.headwater(*arguments, "--json"))
