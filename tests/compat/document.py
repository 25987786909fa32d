"""The document of a program: the JSON lines that it printed on one side, with what was needed to get them.

The oracle's documents are remembered by program, observer and pins; Headwater's are made anew every time.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.compat.oracle import HERE, ORACLES, Oracle, cache_directory, locked

PROGRAMS = HERE / "programs"
ORACLE_LINE = re.compile(r"^oracle: (both|1\.13|1\.4)$", re.MULTILINE)
PROGRAMS_AT_ONCE = 15

Document = dict[str, Any]


class ProgramFailed(AssertionError):
    """A program ended with an exit code other than 0, or printed something that is not JSON."""


def programs() -> list[Path]:
    """Every program, by name; what they import beside them is not one."""
    return sorted(path for path in PROGRAMS.glob("*.py") if path.stem != "observe")


def oracles_of(program: Path) -> list[Oracle]:
    """The Dagster versions that a program says it is compared with."""
    found = ORACLE_LINE.search(program.read_text())
    if found is None:
        raise ProgramFailed(f"the docstring of {program.name} does not say which oracle: both, 1.13 or 1.4")
    return list(ORACLES.values()) if found[1] == "both" else [ORACLES[found[1]]]


def parse_document(program: Path, side: str, code: int, output: str, errors: str) -> Document:
    """Read a program's output; each line is one JSON object, together they are the document."""
    tail = "\n".join(errors.strip().splitlines()[-40:])
    if code != 0:
        raise ProgramFailed(f"{program.name} ended with exit code {code} on {side}:\n{tail}")
    document: Document = {}
    for line in output.splitlines():
        try:
            document.update(json.loads(line))
        except ValueError as error:
            raise ProgramFailed(
                f"{program.name} printed on {side} what is no JSON object: {line!r}"
            ) from error
    if not document:
        raise ProgramFailed(f"{program.name} printed nothing on {side}:\n{tail}")
    return document


def clean_environment() -> dict[str, str]:
    """The caller's environment without what would steer Dagster, Headwater or Python."""
    steering = ("DAGSTER", "HEADWATER", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(steering)}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "DAGSTER_DISABLE_TELEMETRY": "1"}


def headwater_document(program: Path, directory: Path) -> Document:
    """Run the program with `dagster` resolved to Headwater, in `directory`."""
    done = subprocess.run(
        [sys.executable, "-m", "headwater.compat", str(program)],
        cwd=directory,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    document = parse_document(program, "Headwater", done.returncode, done.stdout, done.stderr)
    return without_evidence(document)  # type: ignore[no-any-return]


def without_evidence(value: Any) -> Any:
    """What was observed without what Headwater has in addition: metadata `headwater/...`, earlier values out of sight."""
    if isinstance(value, dict):
        return {key: without_evidence(each) for key, each in value.items() if not is_evidence(key)}
    if isinstance(value, list):
        return [without_evidence(each) for each in value if not is_evidence(each)]
    return value


def is_evidence(label: Any) -> bool:
    """Whether a label, or the path of a file, is one of Headwater's own."""
    return isinstance(label, str) and label.startswith(("headwater/", ".%versions/"))


class OracleDocuments:
    """What the real Dagster prints: missing programs are run many at once, and remembered."""

    def __init__(self, oracle: Oracle, programs: Iterable[Path]) -> None:
        self._oracle = oracle
        self._programs = list(programs)
        self._folder = cache_directory() / "documents" / f"{oracle.version}-{oracle.fingerprint}"

    def document(self, program: Path) -> Document:
        """The oracle's document of one program. Raises `ProgramFailed` when it fails there."""
        remembered = self._remembered(program)
        if not remembered.exists():
            with locked(self._folder):
                if missing := self._missing(program):
                    self._run(missing)
        outcome = json.loads(remembered.read_text())
        if outcome["code"] != 0:
            remembered.unlink()  # it may have been the machine's fault: ask again next time
        return parse_document(program, f"Dagster {self._oracle.version}", **outcome)

    def _remembered(self, program: Path) -> Path:
        observers = (PROGRAMS / "observe.py", HERE / "fork_runner.py")
        content = b"\0".join(path.read_bytes() for path in (program, *observers))
        return self._folder / f"{program.stem}-{hashlib.sha256(content).hexdigest()[:16]}.json"

    def _missing(self, program: Path) -> list[Path]:
        """The program, with others whose turn will come: the interpreter is warm."""
        missing = [each for each in self._programs if not self._remembered(each).exists()]
        if program in missing:
            start = missing.index(program)
            return missing[start : start + PROGRAMS_AT_ONCE]
        return []  # another process made it while this one waited for the lock

    def _run(self, missing: list[Path]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="oracle-") as output:
            subprocess.run(
                [str(self._oracle.python), str(HERE / "fork_runner.py"), output, *map(str, missing)],
                env=clean_environment() | {"TMPDIR": output},
                check=True,
                timeout=600,
            )
            for program in missing:
                self._remember(program, Path(output))

    def _remember(self, program: Path, output: Path) -> None:
        outcome = {
            "code": int((output / f"{program.stem}.code").read_text()),
            "output": (output / f"{program.stem}.out").read_text(),
            "errors": (output / f"{program.stem}.err").read_text()[-20_000:],
        }
        target = self._remembered(program)
        staged = target.with_suffix(".new")
        staged.write_text(json.dumps(outcome))
        staged.replace(target)
