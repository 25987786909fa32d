"""Jobs that another process can load by itself: where they are, rather than what they are."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from headwater.definitions.job import JobDefinition
from headwater.model.errors import DagsterInvariantViolationError


class ReconstructableJob(NamedTuple):
    """Where a job is: the ``attribute`` of a module, or of a file where the module is a script.

    What is there is a job, or a function which makes one of ``arguments``. It can be pickled.
    """

    module: str
    file: str | None
    attribute: str
    arguments: tuple[Any, ...] = ()
    named_arguments: tuple[tuple[str, Any], ...] = ()
    working_directory: str | None = None

    def load(self) -> JobDefinition:
        """The job. Raises :class:`DagsterInvariantViolationError` when there is none at that place."""
        place = f'"{self.attribute}" in {self.file or self.module}'
        try:
            target = getattr(self._load_module(), self.attribute)
        except AttributeError:
            raise DagsterInvariantViolationError(f"There is no {place}.") from None
        if not isinstance(target, JobDefinition):
            target = target(*self.arguments, **dict(self.named_arguments))
        if hasattr(target, "resolve") and not isinstance(target, JobDefinition):
            raise DagsterInvariantViolationError(
                f"{place} is a job of assets which only their Definitions can resolve. Name a function that returns "
                'defs.get_job_def("…").'
            )
        if not isinstance(target, JobDefinition):
            raise DagsterInvariantViolationError(f"{place} is no job and makes none, but {target!r}.")
        return target

    def get_definition(self) -> JobDefinition:
        """The job, as older code asks for it."""
        return self.load()

    def _load_module(self) -> ModuleType:
        known = sys.modules.get(self.module)
        if known is not None and getattr(known, "__file__", None) == self.file:
            return known
        if self.working_directory is not None and self.working_directory not in sys.path:
            sys.path.insert(0, self.working_directory)
        if self.module != "__main__":
            return importlib.import_module(self.module)
        assert self.file is not None
        name = "__headwater_main__"  # not __main__, so that the script is loaded and not run
        spec = importlib.util.spec_from_file_location(name, self.file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module


def reconstructable(target: JobDefinition | Callable[..., JobDefinition]) -> ReconstructableJob:
    """Say where ``target`` is, so that another process can load it: a job, or a function that returns one.

    It must stand at the top of a module. Raises :class:`DagsterInvariantViolationError` for lambdas, for functions
    inside of functions, and for what is in no module.

    >>> execute_job(reconstructable(nightly), instance=DagsterInstance.get())  # doctest: +SKIP
    """
    if isinstance(target, FunctionType):
        if target.__name__ == "<lambda>":
            raise DagsterInvariantViolationError(
                "A lambda cannot be loaded by another process. Define a function at the top of a module."
            )
        if "<locals>" in target.__qualname__:
            raise DagsterInvariantViolationError(
                f'The function "{target.__qualname__}" is defined inside of another and cannot be loaded by another '
                "process. Move it to the top of its module."
            )
        return _place(sys.modules[target.__module__], target.__name__)
    if not isinstance(target, JobDefinition):
        raise DagsterInvariantViolationError(
            f"reconstructable() takes a job or a function that returns one, not {type(target).__name__}."
        )
    caller = sys.modules.get(sys._getframe(1).f_globals.get("__name__", ""))
    for module in (caller, *list(sys.modules.values())):
        for name, value in list(vars(module).items()) if isinstance(module, ModuleType) else ():
            if value is target:
                assert module is not None
                return _place(module, name)
    raise DagsterInvariantViolationError(
        f'The job "{target.name}" stands in no module, so that another process cannot load it. Assign it to a name at '
        "the top of a module, or name a function there that returns it."
    )


def _place(module: ModuleType, name: str) -> ReconstructableJob:
    return ReconstructableJob(
        module.__name__, getattr(module, "__file__", None), name, working_directory=os.getcwd()
    )


def build_reconstructable_job(
    reconstructor_module_name: str,
    reconstructor_function_name: str,
    reconstructable_args: Sequence[Any] | None = None,
    reconstructable_kwargs: Mapping[str, Any] | None = None,
    reconstructor_working_directory: str | None = None,
) -> ReconstructableJob:
    """A job that the named function of the named module makes of the given arguments, in whichever process.

    >>> build_reconstructable_job("pipelines", "make_job", ["nightly"]).attribute
    'make_job'
    """
    known = sys.modules.get(reconstructor_module_name)
    return ReconstructableJob(
        reconstructor_module_name,
        getattr(known, "__file__", None),
        reconstructor_function_name,
        tuple(reconstructable_args or ()),
        tuple((reconstructable_kwargs or {}).items()),
        reconstructor_working_directory or os.getcwd(),
    )
