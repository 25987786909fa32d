"""Which files a code location is made of: those of its modules that are the user's own."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from headwater.hosting.code_target import CodeTarget

_FOREIGN = tuple(
    str(Path(path)) + "/"
    for name in ("stdlib", "platstdlib", "purelib", "platlib")
    if (path := sysconfig.get_path(name))
)
_PACKAGE = str(Path(__file__).resolve().parents[1]) + "/"


def find_code_files(target: CodeTarget) -> list[str]:
    """The files of all modules that are imported now and are neither Python's, nor installed, nor Headwater's.

    The target's own file is among them though it could not be imported.
    """
    files = {
        file
        for module in list(sys.modules.values())
        if isinstance(file := getattr(module, "__file__", None), str) and _is_own(file)
    }
    if target.python_file is not None:
        files.add(str(target.python_file))
    elif target.module_name is not None:
        root = target.working_directory / Path(*target.module_name.split("."))
        files.update(str(each) for each in (root.with_suffix(".py"), root / "__init__.py") if each.is_file())
    return sorted(files)


def _is_own(file: str) -> bool:
    return file.endswith(".py") and not file.startswith(_FOREIGN) and not file.startswith(_PACKAGE)
