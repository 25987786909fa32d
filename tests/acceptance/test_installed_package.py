"""What `pip install headwater` brings: the wheel, alone in an environment with nothing but the core."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

pytestmark = pytest.mark.slow

RESOLVE_ALL = """
import headwater
for name in headwater.__all__:
    getattr(headwater, name)
import sys
print(*sorted({"pandas", "duckdb", "matplotlib", "numpy"} & set(sys.modules)))
"""


def _checked(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation")
    _checked(*pip, "--wheel-dir", folder, REPOSITORY, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path) -> Path:
    folder = wheel.parent / "environment"
    _checked(sys.executable, "-m", "venv", folder, cwd=wheel.parent)
    pip = (folder / "bin" / "python", "-m", "pip", "--quiet", "install")
    _checked(*pip, "--require-hashes", "-r", REPOSITORY / "requirements" / "runtime.txt", cwd=wheel.parent)
    _checked(*pip, "--no-deps", wheel, cwd=wheel.parent)
    return folder


def test_the_wheel_holds_the_package_its_types_and_its_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    source = REPOSITORY / "src"
    kinds = {".py", ".pyi", ".sql", ".typed"}
    assert {str(path.relative_to(source)) for path in source.rglob("*") if path.suffix in kinds} <= names
    assert not [name for name in names if name.endswith("README.md")]
    page = "headwater/server/page_built/"
    assert {f"{page}index.html", f"{page}index.html.br", f"{page}licenses.md"} <= names


def test_every_public_name_resolves_with_the_core_alone(environment: Path) -> None:
    """What needs an extra says so when it is used, not when it is named."""
    assert _checked(environment / "bin" / "python", "-c", RESOLVE_ALL, cwd=environment).split() == []


def test_the_command_is_there(environment: Path) -> None:
    assert "headwater" in _checked(environment / "bin" / "headwater", "--version", cwd=environment).lower()
