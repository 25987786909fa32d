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
from headwater.compat.libraries import LIBRARIES, PRIVATE, Names

DAGSTER_VERSION = "1.13.27"
"""The version of Dagster whose public names are spoken; what ``dagster.__version__`` says."""


class AliasModule(ModuleType):
    """A module of Dagster's name whose names are Headwater's, looked up when they are first used."""

    def __init__(self, name: str, names: Names, public: Sequence[str]) -> None:
        super().__init__(name, f"{name}, as Headwater speaks it.")
        self.__dict__["_names"] = names
        self.__dict__["__all__"] = list(dict.fromkeys([*public, *names]))
        self.__dict__["__path__"] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        home = self._names.get(name)
        if home is not None:
            value = getattr(importlib.import_module(home[0]), home[1])
        elif name in headwater.__all__ and self.__name__.split(".")[0] == "dagster":
            value = getattr(headwater, name)
        else:
            raise AttributeError(_missing(self.__name__, name))
        self.__dict__[name] = value
        return value

    def __dir__(self) -> list[str]:
        return sorted(self.__dict__["__all__"])


def _missing(module: str, name: str) -> str:
    if module == "dagster":
        return f"Headwater does not offer dagster.{name} (yet); docs/compatibility.md lists what it offers, and why."
    if module.split(".")[0] == "dagster":
        return (
            f"{module}.{name} is private to Dagster and has no counterpart in Headwater. "
            "Use the public names of the `dagster` module instead."
        )
    return f"Headwater does not offer {module}.{name}; docs/compatibility.md lists what it offers."


class AliasFinder(MetaPathFinder, Loader):
    """Finds ``dagster``, everything below it, and the libraries that have counterparts."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """A spec for a name that is Dagster's; None for every other."""
        root = fullname.partition(".")[0]
        if root == "dagster" or root in LIBRARIES:
            return ModuleSpec(fullname, self, is_package=True)
        if root.startswith("dagster_") and root != "dagster_pipes":
            raise ModuleNotFoundError(
                f"Headwater has no counterpart for the library {root} (yet); docs/compatibility.md lists those that "
                "it has.",
                name=fullname,
            )
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module of that name."""
        if spec.name == "dagster":
            return AliasModule("dagster", {}, headwater.__all__)
        return AliasModule(spec.name, LIBRARIES.get(spec.name) or PRIVATE.get(spec.name) or {}, ())

    def exec_module(self, module: ModuleType) -> None:
        """Fill in what every module of a package has."""
        if module.__name__.partition(".")[0] == module.__name__:
            module.__dict__["__version__"] = DAGSTER_VERSION


_finder = AliasFinder()


def install() -> None:
    """Let ``dagster`` mean Headwater. Modules of a real Dagster that are already imported make place."""
    if _finder in sys.meta_path:
        return
    for name in [each for each in sys.modules if each.partition(".")[0] in ("dagster", *LIBRARIES)]:
        del sys.modules[name]
    sys.meta_path.insert(0, _finder)
