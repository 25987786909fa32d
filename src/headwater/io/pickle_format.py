"""Values as pickles: whatever Python can write, and only Python can read."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any, BinaryIO

from headwater.io.compression import compressed, decompressed
from headwater.io.file_format import FileFormat
from headwater.io.pickle_policy import SigningFile, check_signature, refuse_if_forbidden
from headwater.model.errors import ValueNotStorableError

_PROTOCOL = 5


class PickleFormat(FileFormat):
    """Any value. Its files have no ending, as in Dagster."""

    name = "pickle"
    extension = ""

    def takes(self, annotation: Any) -> bool:
        return True

    def write(
        self, value: Any, file: BinaryIO, annotation: Any, compression: str | None
    ) -> Mapping[str, Any]:
        refuse_if_forbidden()
        with compressed(file, compression) as target:
            signed = SigningFile(target)
            try:
                pickle.dump(value, signed, _PROTOCOL)
            except (OSError, MemoryError):
                raise
            except Exception as error:
                raise ValueNotStorableError(
                    f"It is a {type(value).__name__} that cannot be pickled: {error}."
                ) from error
            signed.sign()
        return {}

    def read(self, file: BinaryIO, wanted: Any, compression: str | None) -> Any:
        with file, decompressed(file, compression) as source:
            refuse_if_forbidden()
            check_signature(source)
            return pickle.load(source)
