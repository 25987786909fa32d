from __future__ import annotations

import pickle
import queue
import sys
from pathlib import Path

import pytest

from headwater.hosting.code_target import CodeTarget
from headwater.hosting.import_code import import_code
from headwater.model.errors import DagsterImportError
from tests.unit.hosting.conftest import Write


def test_a_file_is_the_module_of_its_name(write: Write, tmp_path: Path) -> None:
    file = write("unit_hello.py", "class Reading: ...\n")
    module = import_code(CodeTarget(python_file=file, working_directory=tmp_path))
    assert module.__name__ == "unit_hello"
    assert sys.modules["unit_hello"] is module
    assert isinstance(pickle.loads(pickle.dumps(module.Reading())), module.Reading)


def test_a_file_finds_its_neighbours_and_the_working_directory(write: Write, tmp_path: Path) -> None:
    write("unit_root_part.py", "x = 1")
    write("sub/unit_neighbour.py", "y = 2")
    file = write("sub/unit_main.py", "from unit_root_part import x\nfrom unit_neighbour import y\n")
    module = import_code(CodeTarget(python_file=file, working_directory=tmp_path))
    assert (module.x, module.y) == (1, 2)


def test_a_file_in_a_package_may_import_relatively(write: Write, tmp_path: Path) -> None:
    write("src/unit_pack/__init__.py", "")
    write("src/unit_pack/part.py", "x = 1")
    file = write("src/unit_pack/definitions.py", "from .part import x\n")
    module = import_code(CodeTarget(python_file=file, working_directory=tmp_path))
    assert (module.__name__, module.x) == ("unit_pack.definitions", 1)


def test_a_file_that_is_named_like_a_standard_module_leaves_that_alone(write: Write, tmp_path: Path) -> None:
    file = write("queue.py", "mine = True\n")
    module = import_code(CodeTarget(python_file=file, working_directory=tmp_path))
    assert module.mine
    assert sys.modules["queue"] is queue


def test_two_files_of_one_name_are_two_modules(write: Write, tmp_path: Path) -> None:
    files = [write(f"{folder}/unit_same.py", f"folder = {folder!r}") for folder in ("one", "two")]
    found = [import_code(CodeTarget(python_file=file, working_directory=tmp_path)) for file in files]
    assert [module.folder for module in found] == ["one", "two"]


def test_a_module_is_imported_from_its_working_directory(write: Write, tmp_path: Path) -> None:
    write("src/unit_mod/definitions.py", "x = 1")
    module = import_code(CodeTarget(module_name="unit_mod.definitions", working_directory=tmp_path / "src"))
    assert module.x == 1


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (
            "unit_lost",
            "There is no module unit_lost to be imported from .*Give its folder as working directory",
        ),
        ("unit_there.lost", "There is no module unit_there.lost"),
        ("unit_inside", r'It is in src/: say working_directory = "src" \(-d src\)'),
    ],
)
def test_a_module_that_is_not_there(write: Write, tmp_path: Path, module: str, message: str) -> None:
    write("unit_there.py", "")
    write("src/unit_inside/__init__.py", "")
    with pytest.raises(DagsterImportError, match=message):
        import_code(CodeTarget(module_name=module, working_directory=tmp_path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DagsterImportError, match=r"There is no file .*lost.py"):
        import_code(CodeTarget(python_file=tmp_path / "lost.py", working_directory=tmp_path))


def test_what_the_code_itself_raises_passes_through(write: Write, tmp_path: Path) -> None:
    """A module that it misses is its own matter: it is not said that the code is not there."""
    file = write("unit_broken.py", "import unit_missing_library\n")
    with pytest.raises(ModuleNotFoundError, match="unit_missing_library"):
        import_code(CodeTarget(python_file=file, working_directory=tmp_path))
    assert "unit_broken" not in sys.modules
