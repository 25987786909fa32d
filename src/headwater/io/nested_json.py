"""Nested columns of Arrow as JSON texts, for databases that keep lists and structs so."""

from __future__ import annotations

import json
from typing import Any

from headwater.model.errors import ValueNotStorableError


def to_json(column: Any, database: str) -> Any:
    """The values as texts. Raises :class:`ValueNotStorableError` for NaN and infinity, which JSON does not have."""
    import pyarrow as pa

    try:
        texts = [None if each is None else json.dumps(each, allow_nan=False) for each in column.to_pylist()]
    except ValueError as error:
        raise ValueNotStorableError(
            f"{database} keeps nested values as JSON, which has no NaN and no infinity: {error}. Use None."
        ) from None
    return pa.array(texts, pa.string())


def from_json(column: Any, kind: Any) -> Any:
    """Texts as the nested values that they were."""
    import pyarrow as pa

    return pa.array([None if each is None else json.loads(each) for each in column.to_pylist()], kind)


def check_nested(name: str, kind: Any, database: str) -> None:
    """Raise :class:`ValueNotStorableError` where JSON would not give the values back."""
    import pyarrow as pa

    types = pa.types
    for each in (kind.field(number).type for number in range(kind.num_fields)):
        if types.is_nested(each):
            check_nested(name, each, database)
        elif not (
            types.is_integer(each) or types.is_floating(each) or types.is_boolean(each) or is_text(each)
        ):
            raise ValueNotStorableError(
                f'The column "{name}" has {each} inside of {kind}. {database} keeps nested values as JSON, which has '
                "numbers, texts and booleans only. Make columns of them, or texts."
            )


def is_text(kind: Any) -> bool:
    """Whether a type is one of texts."""
    import pyarrow as pa

    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def is_bytes(kind: Any) -> bool:
    """Whether a type is one of bytes."""
    import pyarrow as pa

    types = pa.types
    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind))
