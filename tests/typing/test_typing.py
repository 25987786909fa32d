"""User programs under strict type checkers: what decorators return, and what results and configs hold, is known."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
WRONG = """
import headwater as hw

@hw.asset
def numbers() -> list[int]:
    return ["one"]

numbers.keyz
hw.MaterializeResult[int](value="three")
hw.AssetSpec("a", group=3)
"""

pytestmark = pytest.mark.slow


def check(module: str, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("mypy"))


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    file = tmp_path / "wrong.py"
    file.write_text(WRONG)
    return str(file)


def test_mypy_strict_agrees(mypy_cache: str) -> None:
    code, told = check("mypy", "--cache-dir", mypy_cache, "--strict", *map(str, PROGRAMS))
    assert code == 0, told


def test_mypy_finds_what_is_wrong(mypy_cache: str, wrong: str) -> None:
    _, told = check("mypy", "--cache-dir", mypy_cache, "--strict", wrong)
    for line in (6, 8, 9, 10):
        assert f"wrong.py:{line}: error" in told


@pytest.mark.skipif(
    find_spec("basedpyright") is None, reason="pyright is not installed: pip install basedpyright"
)
def test_pyright_agrees_and_finds_what_is_wrong(wrong: str) -> None:
    options = ("--pythonpath", sys.executable, "--level", "error")
    code, told = check("basedpyright", *options, *map(str, PROGRAMS))
    assert code == 0, told
    _, told = check("basedpyright", *options, wrong)
    for line in (6, 8, 9, 10):
        assert f"wrong.py:{line}:" in told
