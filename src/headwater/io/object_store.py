"""What the object stores share: values are spooled on this machine, and put or fetched in one request or in parts."""

from __future__ import annotations

import tempfile
from abc import abstractmethod
from collections.abc import Callable
from typing import IO, Any, BinaryIO, NamedTuple, cast

from headwater.definitions.stored_version import VersionLimits
from headwater.io.file_versions import Published
from headwater.io.store import Store
from headwater.model.errors import ObjectChangedError, UnsafeKeyError

_LONGEST_KEY = 1024
_BYTES_IN_MEMORY = 16 * 2**20
_READS = 5


class ObjectState(NamedTuple):
    """What an object is: how many bytes, and the tag by which the store tells one content of it from another."""

    size: int
    tag: Any


class ObjectReplaced(Exception):
    """An object has another tag than the one that is asked for."""


class ObjectStore(Store):
    """Objects below a prefix of a bucket. Subclass it with the requests; each raises :class:`FileNotFoundError` for an
    object that is not there, and a typed error for a bucket that is not, or access that is refused.

    An object is put when its value is complete, so a writer that fails or dies changes nothing.
    """

    scheme: str

    def __init__(self, bucket: str, prefix: str) -> None:
        self.bucket = bucket
        self.prefix = prefix.strip("/")

    # -- what a subclass says ------------------------------------------------------------------------------

    @abstractmethod
    def put(self, key: str, file: BinaryIO, size: int) -> None:
        """Make the ``size`` bytes of ``file`` the object, in one step."""

    @abstractmethod
    def stat(self, key: str) -> ObjectState:
        """What an object is now."""

    @abstractmethod
    def get(self, key: str, file: BinaryIO, state: ObjectState) -> None:
        """Write the content of an object to ``file``. Raises :class:`ObjectReplaced` where it has left ``state``."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove an object; nothing where there is none."""

    # -- the store -----------------------------------------------------------------------------------------

    def key(self, path: str) -> str:
        """The key of an object in its bucket."""
        key = f"{self.prefix}/{path}" if self.prefix else path
        if len(key.encode()) > _LONGEST_KEY:
            raise UnsafeKeyError(
                f"The object {key[:40]}… would have a name of {len(key.encode())} bytes, and object stores take "
                f"{_LONGEST_KEY}. Shorten the key, or give the asset a path of its own."
            )
        return key

    def location(self, path: str) -> str:
        return f"{self.scheme}://{self.bucket}/{self.key(path)}"

    def publish(
        self, path: str, write: Callable[[BinaryIO], object], limits: VersionLimits | None = None
    ) -> Published:
        with tempfile.SpooledTemporaryFile(_BYTES_IN_MEMORY) as spool:
            file = cast(BinaryIO, spool)
            write(file)
            size = file.tell()
            file.seek(0)
            self.put(self.key(path), file, size)
        return Published(self.location(path))

    def open(self, path: str) -> BinaryIO:
        """The object, all of it of one write. Raises :class:`ObjectChangedError` where it does not hold still."""
        key = self.key(path)
        for _ in range(_READS):
            state = self.stat(key)
            file = Download(state.size)
            try:
                self.get(key, file.target, state)
            except ObjectReplaced:
                file.target.close()
                continue
            except BaseException:
                file.target.close()
                raise
            file.target.seek(0)
            return file.target
        raise ObjectChangedError(self.location(path))

    def exists(self, path: str) -> bool:
        try:
            self.stat(self.key(path))
        except FileNotFoundError:
            return False
        return True


class Download:
    """A place for the content of an object: in memory while it is small, else a file that goes when it is closed."""

    def __init__(self, size: int) -> None:
        target: IO[Any]
        if size <= _BYTES_IN_MEMORY:
            target = tempfile.SpooledTemporaryFile(_BYTES_IN_MEMORY * 2)  # noqa: SIM115 - closed by who reads it
        else:
            target = tempfile.NamedTemporaryFile(prefix="headwater-")  # noqa: SIM115 - closed by who reads it
        self.target = cast(BinaryIO, target)
