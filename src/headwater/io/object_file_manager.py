"""Files that ops write and hand on by a handle, kept as objects: what the managers of all object stores share."""

from __future__ import annotations

import contextlib
import io
import shutil
import uuid
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO, Generic, TypeVar

from headwater.io.file_manager import FileHandle, FileManager, refuse_text
from headwater.io.object_store import ObjectStore
from headwater.model.errors import ParameterCheckError


class ObjectFileHandle(FileHandle):
    """Stands for an object: ``key`` in ``bucket``."""

    def __init__(self, bucket: str, key: str) -> None:
        self.bucket = bucket
        self.key = key

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.path_desc!r})"


_Handle = TypeVar("_Handle", bound=ObjectFileHandle)


class ObjectFileManager(FileManager, Generic[_Handle]):
    """Keeps each file as an object with a name of its own, below the prefix of ``store``.

    An object is there when all of it is. Raises the errors of the store: :class:`FileNotFoundError` for an object that has
    gone, :class:`StoreAccessError`, :class:`BucketNotFoundError`.
    """

    handle_type: type[_Handle]

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @abstractmethod
    def store_of(self, bucket: str) -> ObjectStore:
        """The whole of a bucket: handles name objects by their full keys."""

    @abstractmethod
    def handle_of(self, key: str) -> _Handle:
        """The handle of an object in the bucket of this manager."""

    @contextlib.contextmanager
    def read(self, file_handle: _Handle, mode: str = "rb") -> Iterator[IO[Any]]:
        """Open a file to read; text (``mode="r"``) is UTF-8."""
        if not isinstance(file_handle, self.handle_type):
            raise ParameterCheckError(
                f"A {type(self).__name__} takes a {self.handle_type.__name__}, not {file_handle!r}."
            )
        with self.store_of(file_handle.bucket).open(file_handle.key) as file:
            yield file if "b" in mode else io.TextIOWrapper(file, encoding="utf-8")

    def write(self, file_obj: IO[Any], mode: str = "wb", ext: str | None = None) -> _Handle:
        """Keep what ``file_obj`` holds. ``ext`` is the ending of the object's name."""
        if "b" not in mode:
            return self.write_data(str(file_obj.read()).encode(), ext)
        return self._keep(lambda file: shutil.copyfileobj(file_obj, file), ext)

    def write_data(self, data: bytes, ext: str | None = None) -> _Handle:
        """Keep ``data``. Raises ``CheckError`` for what is no bytes."""
        refuse_text(data)
        return self._keep(lambda file: file.write(data), ext)

    def _keep(self, write: Callable[[BinaryIO], object], ext: str | None) -> _Handle:
        name = str(uuid.uuid4()) + (f".{ext}" if ext else "")
        self._store.publish(name, write)
        return self.handle_of(self._store.key(name))
