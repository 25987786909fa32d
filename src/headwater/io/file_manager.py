"""Files that ops write and hand on by a handle; the manager that keeps them on this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import IO, Any, BinaryIO

from headwater.definitions.config_field import Field
from headwater.definitions.config_type import StringSource
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.resource import resource
from headwater.io.publish import publish
from headwater.model.errors import DagsterInvariantViolationError, ParameterCheckError


class FileHandle(ABC):
    """Stands for a file that a file manager keeps."""

    @property
    @abstractmethod
    def path_desc(self) -> str:
        """Where the file is, for people."""


class LocalFileHandle(FileHandle):
    """Stands for a file on this machine."""

    def __init__(self, path: str) -> None:
        if not isinstance(path, str):
            raise ParameterCheckError(f"The path of a file handle is text, not {path!r}.")
        self.path = path

    @property
    def path_desc(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"LocalFileHandle({self.path!r})"


class FileManager(ABC):
    """Keeps files, and gives handles for them."""

    @abstractmethod
    def write(self, file_obj: IO[Any], mode: str = "wb", ext: str | None = None) -> FileHandle:
        """Keep what ``file_obj`` holds. ``ext`` is the ending of the file's name."""

    @abstractmethod
    def read(self, file_handle: Any, mode: str = "rb") -> AbstractContextManager[IO[Any]]:
        """Open a file to read."""

    @abstractmethod
    def write_data(self, data: bytes, ext: str | None = None) -> FileHandle:
        """Keep ``data``. Raises ``CheckError`` for what is no bytes."""

    _temporary: str | None = None

    def copy_handle_to_local_temp(self, file_handle: Any) -> str:
        """Copy a file to a temporary place on this machine, and give its path."""
        with self.read(file_handle) as source:
            if self._temporary is None:
                self._temporary = tempfile.mkdtemp(prefix="headwater-files-")
            ending = os.path.splitext(file_handle.path_desc)[1]
            target = os.path.join(self._temporary, f"{uuid.uuid4().hex}{ending}")
            with open(target, "wb") as file:
                shutil.copyfileobj(source, file)
        return target

    def delete_local_temp(self) -> None:
        """Remove all temporary copies."""
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    def read_data(self, file_handle: Any) -> bytes:
        """What a file holds."""
        with self.read(file_handle) as file:
            data: bytes = file.read()
            return data


class LocalFileManager(FileManager):
    """Keeps files in a folder on this machine; the folder is made when it is first needed.

    >>> manager = LocalFileManager("files")
    >>> manager.read_data(manager.write_data(b"abc", ext="txt"))
    b'abc'
    """

    def __init__(self, base_dir: str | os.PathLike[str]) -> None:
        self.base_dir = os.fspath(base_dir)

    @contextlib.contextmanager
    def read(self, file_handle: LocalFileHandle, mode: str = "rb") -> Iterator[IO[Any]]:
        encoding = None if "b" in mode else "utf-8"
        with open(_path_of(file_handle), mode, encoding=encoding) as file:
            yield file

    def write(self, file_obj: IO[Any], mode: str = "wb", ext: str | None = None) -> LocalFileHandle:
        if "b" not in mode:
            return self.write_data(str(file_obj.read()).encode(), ext)
        return self._keep(lambda file: shutil.copyfileobj(file_obj, file), ext)

    def write_data(self, data: bytes, ext: str | None = None) -> LocalFileHandle:
        refuse_text(data)
        return self._keep(lambda file: file.write(data), ext)

    def _keep(self, write: Callable[[BinaryIO], object], ext: str | None) -> LocalFileHandle:
        folder = os.path.abspath(self.base_dir)
        path = os.path.join(folder, uuid.uuid4().hex + (f".{ext}" if ext else ""))
        publish(path, write)
        return LocalFileHandle(path)


@resource({"base_dir": Field(StringSource, is_required=False)})
def local_file_manager(init_context: InitResourceContext) -> LocalFileManager:
    """Keeps files in the folder ``base_dir``, else in the run's own folder of the instance."""
    config = init_context.resource_config or {}
    if config.get("base_dir"):
        return LocalFileManager(config["base_dir"])
    if init_context.instance is None:
        raise DagsterInvariantViolationError(
            "local_file_manager needs a folder. Configure base_dir, or run it with an instance."
        )
    return LocalFileManager(init_context.instance.file_manager_directory(init_context.run_id or "no-run"))


def refuse_text(data: object) -> None:
    """Raise ``CheckError`` for what is no bytes."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise ParameterCheckError(f"A file holds bytes, not a {type(data).__name__}. Encode text first.")


def _path_of(handle: object) -> str:
    if not isinstance(handle, LocalFileHandle):
        raise ParameterCheckError(f"A local file manager takes a LocalFileHandle, not {handle!r}.")
    return handle.path
