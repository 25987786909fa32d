"""What a format of files is, and the formats by name."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, BinaryIO, ClassVar

from headwater.model.errors import DagsterInvalidDefinitionError


class FileFormat(ABC):
    """How values become the bytes of one file, and come back.

    ``extension`` begins with a dot, or is empty. ``codecs`` are the compressions that it takes.
    """

    name: ClassVar[str]
    extension: ClassVar[str]
    codecs: ClassVar[tuple[str, ...]] = ("gzip",)
    of_frames: ClassVar[bool] = False
    """Whether it holds rows and columns."""

    @abstractmethod
    def takes(self, annotation: Any) -> bool:
        """Whether values of such an annotation can be stored in it."""

    @abstractmethod
    def write(
        self, value: Any, file: BinaryIO, annotation: Any, compression: str | None
    ) -> Mapping[str, Any]:
        """Write ``value``, and say what is known of it (``rows``, ``schema``).

        Raises ``ValueNotStorableError`` where the format would lose something of it.
        """

    @abstractmethod
    def read(self, file: BinaryIO, wanted: Any, compression: str | None) -> Any:
        """The value, as ``wanted`` (an annotation) asks for it. Closes ``file``, at the latest when a stream ends."""

    def is_stream(self, wanted: Any) -> bool:
        """Whether what :meth:`read` gives goes on reading the file."""
        return False


_HOMES = {
    "pickle": "headwater.io.pickle_format:PickleFormat",
    "parquet": "headwater.io.parquet_format:ParquetFormat",
    "arrow": "headwater.io.arrow_format:ArrowFormat",
    "csv": "headwater.io.csv_format:CsvFormat",
    "jsonl": "headwater.io.json_format:JsonLinesFormat",
    "json": "headwater.io.json_format:JsonFormat",
    "text": "headwater.io.plain_format:TextFormat",
    "bytes": "headwater.io.plain_format:BytesFormat",
}
FORMATS = tuple(_HOMES)
"""The names of all formats."""

_made: dict[str, FileFormat] = {}


def resolve_format(name: str) -> FileFormat:
    """The format of that name. Raises :class:`DagsterInvalidDefinitionError` where there is none."""
    if name not in _HOMES:
        raise DagsterInvalidDefinitionError(
            f'"{name}" is no format of files. There are {", ".join(FORMATS)}, and "auto", which goes by the annotation.'
        )
    if name not in _made:
        module, _, cls = _HOMES[name].partition(":")
        _made[name] = getattr(importlib.import_module(module), cls)()
    return _made[name]


def format_for(annotation: Any) -> str:
    """The format for values of an annotation: Parquet for frames, plain files for what is plain, pickle for the rest."""
    return next((name for name in _BY_TYPE if resolve_format(name).takes(annotation)), "pickle")


_BY_TYPE = ("parquet", "text", "bytes", "json")
