"""How the context reaches a Pipes process: in a file, or in an environment variable itself."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager

from headwater.execution.pipes.protocol import PipesContextData, PipesParams


class PipesContextInjector(ABC):
    """Puts the context where the process can find it, and gives the parameters that lead it there."""

    @abstractmethod
    def inject_context(self, context_data: PipesContextData) -> AbstractContextManager[PipesParams]:
        """Put the context there for as long as the session lasts."""

    def no_messages_debug_text(self) -> str:
        """What may help when the process never answers."""
        return f"The context was given to it by {type(self).__name__}."


class PipesEnvContextInjector(PipesContextInjector):
    """Puts the whole context into the parameter. Most systems allow 128 kB for it."""

    @contextlib.contextmanager
    def inject_context(self, context_data: PipesContextData) -> Iterator[PipesParams]:
        yield {"data": context_data}


class PipesFileContextInjector(PipesContextInjector):
    """Writes the context to a file at ``path``, which is removed afterwards."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(path)

    @contextlib.contextmanager
    def inject_context(self, context_data: PipesContextData) -> Iterator[PipesParams]:
        with open(self._path, "w", encoding="utf-8") as file:
            json.dump(context_data, file)
        try:
            yield {"path": self._path}
        finally:
            with contextlib.suppress(FileNotFoundError):  # the process may have cleaned up itself
                os.remove(self._path)

    def no_messages_debug_text(self) -> str:
        return f"The context was written to {self._path}."


class PipesTempFileContextInjector(PipesContextInjector):
    """Writes the context to a temporary file, which the process must be able to read."""

    @contextlib.contextmanager
    def inject_context(self, context_data: PipesContextData) -> Iterator[PipesParams]:
        with tempfile.TemporaryDirectory(prefix="headwater-pipes-") as folder:
            injector = PipesFileContextInjector(os.path.join(folder, "context"))
            with injector.inject_context(context_data) as params:
                yield params

    def no_messages_debug_text(self) -> str:
        return "The context was written to a temporary file on this machine."
