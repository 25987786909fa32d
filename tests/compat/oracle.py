"""The oracle: a pinned real Dagster in a virtual environment of its own, made when it is missing.

An environment lies in `.cache/oracle/<version>-<hash of its requirements>/` in the repository, or in the
folder that `HEADWATER_ORACLE_DIR` names, which several clones can share. Nothing of it is imported here.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]


class OracleUnavailable(RuntimeError):
    """The environment with the real Dagster could not be made; the comparison cannot be done without it."""


def cache_directory() -> Path:
    """The folder where environments and remembered documents lie."""
    return Path(os.environ.get("HEADWATER_ORACLE_DIR") or REPOSITORY / ".cache" / "oracle")


@dataclass(frozen=True)
class Oracle:
    """One pinned version of Dagster.

    `name` is what a program's docstring says ("1.13"); `version` the release that it stands for.
    """

    name: str
    version: str

    @property
    def requirements(self) -> Path:
        """The file with every pinned package."""
        return HERE / "oracles" / f"dagster-{self.version}.txt"

    @cached_property
    def fingerprint(self) -> str:
        """A short hash of the requirements: another set of pins is another oracle."""
        return hashlib.sha256(self.requirements.read_bytes()).hexdigest()[:12]

    @property
    def directory(self) -> Path:
        """Where the environment lies."""
        return cache_directory() / f"{self.version}-{self.fingerprint}"

    @cached_property
    def python(self) -> Path:
        """The interpreter that has this Dagster; makes the environment first if need be.

        Raises `OracleUnavailable` when the packages cannot be installed, for instance without a network.
        """
        python = self.directory / "bin" / "python"
        complete = self.directory / "complete"
        if not complete.exists():
            with locked(self.directory):
                if not complete.exists():  # another process may have made it while this one waited
                    self._install()
                    complete.touch()
        return python

    def _install(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)  # what an interrupted installation left
        base = os.environ.get("HEADWATER_ORACLE_PYTHON") or sys.executable
        self._checked([base, "-m", "venv", str(self.directory)])
        python = str(self.directory / "bin" / "python")
        self._checked([python, "-m", "pip", "install", "--quiet", "--requirement", str(self.requirements)])
        self._checked([python, "-c", "import dagster, dagster_duckdb_pandas"])

    def _checked(self, command: list[str]) -> None:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
            raise OracleUnavailable(
                f"Dagster {self.version}, the oracle of these tests, cannot be set up in {self.directory}.\n"
                f"The first run needs PyPI; later runs, and clones that share HEADWATER_ORACLE_DIR, do not.\n"
                f"HEADWATER_ORACLE_PYTHON chooses another interpreter (1.4.7 needs Python 3.11 or 3.12).\n"
                f"  {' '.join(command)}\n{tail}"
            )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of what is made at `path`; other processes wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


ORACLES = {oracle.name: oracle for oracle in (Oracle("1.13", "1.13.27"), Oracle("1.4", "1.4.7"))}
