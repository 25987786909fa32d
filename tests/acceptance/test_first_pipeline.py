"""The pipeline in the README is the one in `examples/hello`, and it does what the README says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.doc_quotes import refreshed

REPOSITORY = Path(__file__).parents[2]
HELLO = REPOSITORY / "examples" / "hello" / "hello.py"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with nothing in it but the README's file."""
    shutil.copy(HELLO, tmp_path)
    return tmp_path


def _run(project: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _headwater(project: Path, *arguments: str) -> str:
    return _run(project, str(Path(sys.executable).parent / "headwater"), *arguments)


def test_the_readme_quotes_the_file() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    assert readme == refreshed(readme)
    assert HELLO.read_text() in readme


def test_its_values_are_stored_and_the_next_run_loads_them(project: Path) -> None:
    _headwater(project, "asset", "materialize", "-f", "hello.py", "--select", "*")
    _headwater(project, "asset", "materialize", "-f", "hello.py", "--select", "high_water")
    read_back = "from hello import defs; print(defs.load_asset_value('high_water'))"
    assert _run(project, sys.executable, "-c", read_back) == "{2: 231, 3: 260, 4: 244, 5: 228}\n"
    values = [path.name for path in (project / "data").iterdir() if path.name != ".%versions"]
    assert sorted(values) == ["high_water", "levels"]


def test_its_history_is_kept_beside_the_project(project: Path) -> None:
    _headwater(project, "asset", "materialize", "-f", "hello.py", "--select", "*")
    assert (project / ".headwater").is_dir()
    assert "SUCCESS" in _headwater(project, "run", "list").upper()
