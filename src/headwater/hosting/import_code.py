"""Import the user's code: a module by its name, or a file as the module that it is."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from headwater.hosting.code_target import CodeTarget
from headwater.model.errors import DagsterImportError


def import_code(target: CodeTarget) -> ModuleType:
    """The module of ``target``, imported from its working directory.

    Raises :class:`DagsterImportError` when the file or module is not there. What the user's own code raises while it
    is imported passes through.
    """
    _put_first(target.working_directory)
    if target.python_file is not None:
        return _import_file(target.python_file)
    return _import_module(target.module_name or "", target.working_directory)


def _put_first(folder: Path) -> None:
    if str(folder) in sys.path:
        sys.path.remove(str(folder))
    sys.path.insert(0, str(folder))


def _import_module(name: str, folder: Path) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        raise DagsterImportError(
            f"There is no module {error.name} to be imported from {folder}." + _hint(name, folder)
        ) from None


def _hint(name: str, folder: Path) -> str:
    root = name.partition(".")[0]
    if (folder / "src" / root).exists() or (folder / "src" / f"{root}.py").exists():
        return ' It is in src/: say working_directory = "src" (-d src), or install the project.'
    return " Give its folder as working directory (-d), or install it in this environment."


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise DagsterImportError(f"There is no file {path}.")
    root = path.parent
    while (root / "__init__.py").is_file():
        root = root.parent
    if root != path.parent:  # a part of a package, which may import its neighbours by `from . import …`
        _put_first(root)
        return importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts))
    if str(root) not in sys.path:
        sys.path.append(str(root))  # behind everything, so that a neighbour never hides an installed module
    return _execute(path)


def _execute(path: Path) -> ModuleType:
    name = _module_name(path)
    known = sys.modules.get(name)
    if known is not None:
        return known
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise DagsterImportError(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # before it runs, as an import does: pickle and dataclasses look for it there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _module_name(path: Path) -> str:
    """The file's own name; another one if a different module has that already, or needs it (``queue.py``)."""
    known = sys.modules.get(path.stem)
    taken = known is not None and getattr(known, "__file__", None) != str(path)
    return f"_headwater_{path.stem}" if taken or path.stem in sys.stdlib_module_names else path.stem
