"""A real Dagster that answers questions line by line: JSON in, JSON out."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from tests.compat.oracle import HERE, ORACLES


class DagsterAnswers:
    """A real Dagster that answers the questions of a folder's ``answer.py``."""

    def __init__(self, folder: str) -> None:
        self._process = subprocess.Popen(
            [ORACLES["1.13"].python, "-W", "ignore", HERE / folder / "answer.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, question: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=20)
