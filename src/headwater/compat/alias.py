"""Lets ``import dagster`` and ``import dagster_…`` mean Headwater in this process.

A finder before all others answers for these names, so that a real installation is shadowed and never touched.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import headwater
from headwater.compat.libraries import LIBRARIES, WITHOUT_COUNTERPART, Names
from headwater.compat.private_module import HOMES, MODULES, RENAMED

DAGSTER_VERSION = "1.13.27"
"""The version of Dagster whose public names are spoken; what ``dagster.__version__`` says."""

PUBLIC_MODULES = frozenset({"dagster.version"})
"""Modules below ``dagster`` that are public."""

_OFFERED = "docs/compatibility.md lists what it offers, and why."


class AliasModule(ModuleType):
    """A module of Dagster's name whose names are Headwater's, looked up when they are first used.

    ``names`` says where a name is, ``homes`` are modules all of whose names it has; ``public`` adds the
    public names.
    """

    def __init__(self, name: str, names: Names, homes: Sequence[str] = (), *, public: bool = False) -> None:
        super().__init__(name, f"{name}, as Headwater speaks it.")
        self._names = names
        self._homes = homes
        self._public = frozenset(headwater.__all__) if public else frozenset[str]()
        self.__all__ = sorted({*names, *self._public})
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if f"{self.__name__}.{name}" in PUBLIC_MODULES | MODULES | LIBRARIES.keys():
            return importlib.import_module(f"{self.__name__}.{name}")
        if not name.startswith("__"):
            home = self._home_of(name)
            if home is not None:
                value = getattr(importlib.import_module(home[0]), home[1])
                self.__dict__[name] = value
                return value
        raise AttributeError(missing(self.__name__, name), name=name, obj=self)

    def _home_of(self, name: str) -> tuple[str, str] | None:
        if name in self._names:
            return self._names[name]
        for module in self._homes:
            if hasattr(importlib.import_module(module), name):
                return module, name
        return (headwater.home_of(name), name) if name in self._public else None

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self.__all__})


def missing(module: str, name: str) -> str:
    """What to tell somebody who asks a module of Dagster's for a name that Headwater does not have."""
    if module == "dagster":
        return f"Headwater does not offer dagster.{name} (yet); {_OFFERED}"
    if module.split(".")[0] == "dagster":
        return (
            f"{module}.{name} is private to Dagster and has no counterpart in Headwater. "
            f"Use the public names of `dagster` instead; {_OFFERED}"
        )
    return f"Headwater does not offer {module}.{name}; {_OFFERED}"


class AliasFinder(MetaPathFinder, Loader):
    """Finds ``dagster``, its private modules and the libraries that have counterparts."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """A spec for a name that is Dagster's; None for every other.

        Raises ``ModuleNotFoundError``, saying what to do, for what is Dagster's and has no counterpart. Its
        ``name`` is not ``fullname``: so ``from dagster import Gone`` shows the message, not Python's own.
        """
        root, _, rest = fullname.partition(".")
        if root in WITHOUT_COUNTERPART:
            raise ModuleNotFoundError(
                f"Headwater has no counterpart for the library {root} (yet); {_OFFERED}", name=root
            )
        if root != "dagster" and root not in LIBRARIES:
            return None
        if not rest or fullname in LIBRARIES or fullname in MODULES or fullname in PUBLIC_MODULES:
            return ModuleSpec(fullname, self, is_package=True)
        module, _, name = fullname.rpartition(".")
        raise ModuleNotFoundError(missing(module, name), name=f"{module}:{name}")

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module of that name."""
        name = spec.name
        names = LIBRARIES.get(name) or RENAMED.get(name) or {}
        public = name.partition(".")[0] == "dagster" and name not in PUBLIC_MODULES
        return AliasModule(name, names, HOMES.get(name, ()), public=public)

    def exec_module(self, module: ModuleType) -> None:
        """Fill in what every module of a package has."""
        if "." not in module.__name__ or module.__name__ in PUBLIC_MODULES:
            module.__dict__["__version__"] = DAGSTER_VERSION


_finder = AliasFinder()


def install() -> None:
    """Let ``dagster`` mean Headwater. Modules of a real Dagster that are already imported make place."""
    if _finder in sys.meta_path:
        return
    remove_modules()
    sys.meta_path.insert(0, _finder)


def uninstall() -> None:
    """Undo :func:`install`: what is imported from now on is what is installed."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
        remove_modules()


def remove_modules() -> None:
    """Forget every imported module of Dagster and its libraries."""
    shadowed = {"dagster", *LIBRARIES, *WITHOUT_COUNTERPART}
    for name in [each for each in sys.modules if each.partition(".")[0] in shadowed]:
        del sys.modules[name]
