r"""Where a value lies below its root: the parts of a key as a relative path, and back.

Ordinary parts stand as they are, so that the files of an existing Dagster project are found where they lie.
Every other part is written so that no two keys share a path, none leaves the root, and the path tells the
key:

===============  =============================================================================================
``%XX``          a byte that may not stand in a file name (``/ \ | < > " ? *``, control characters, ``:`` on
                 Windows), ``%`` itself, the dots of ``.`` and ``..``, a dot or blank at the end, the first
                 letter of a name that Windows reserves (``CON``, ``nul.txt``)
``%_``           an empty part
``%+`` (at end)  the part goes on in the next folder, because file names are limited in length
``%~``           a value that had to step aside (see :func:`beside` and :func:`within`)
===============  =============================================================================================
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from headwater.model.errors import UnsafeKeyError

_ORDINARY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.\-\[\]=+ ]{0,238}[A-Za-z0-9_\-\]=+]|[A-Za-z0-9_-]")
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.I | re.S)
_UNSAFE = re.compile(
    r'[\x00-\x1f\x7f%/\\|<>"?*\ud800-\udfff' + (":" if os.name == "nt" else "") + r"]|[. ]$|^\.{1,2}$"
)
_ESCAPE = re.compile(r"(?:%[0-9A-F]{2})+")
_LONGEST_NAME = 240  # bytes of one file name; file systems allow 255, and an ending must fit as well
_LONGEST_PATH = 3500  # bytes below the root; Linux allows 4,096 in all

_EMPTY, _CONTINUED, _ASIDE = "%_", "%+", "%~"


@lru_cache(maxsize=8192)
def encode_path(parts: tuple[str, ...]) -> str:
    """The relative path for ``parts``, folders separated by ``/``.

    Raises :class:`UnsafeKeyError` where there are no parts, or where the path would be too long for a file
    system.

    >>> encode_path(("raw", "flights"))
    'raw/flights'
    >>> encode_path(("..", "a/b", ""))
    '%2E%2E/a%2Fb/%_'
    """
    if not parts:
        raise UnsafeKeyError("A key without parts names no place. Give the asset a key with a name.")
    path = "/".join([encode_part(part) for part in parts])
    if len(path) > _LONGEST_PATH:
        raise UnsafeKeyError(
            f"The key {parts[0][:40]!r}… is {len(path)} characters long as a path; files cannot have more "
            f"than {_LONGEST_PATH}. Shorten the key, or give the asset another I/O manager."
        )
    return path


def encode_part(part: str) -> str:
    """One part as a file name; a long one becomes several folders."""
    if _ORDINARY.fullmatch(part) and not _RESERVED.fullmatch(part):
        return part
    if not part:
        return _EMPTY
    names = [_encode_name(chunk) for chunk in _chunks(part)]
    return f"{_CONTINUED}/".join(names)


def decode_path(path: str) -> list[str]:
    """The parts that :func:`encode_path` wrote as ``path``.

    >>> decode_path(encode_path(("..", "a/b", "")))
    ['..', 'a/b', '']
    """
    parts, begun = [], ""
    for name in path.split("/"):
        if name == _ASIDE:
            continue
        name = name.removesuffix(_ASIDE)
        if name.endswith(_CONTINUED):
            begun += _decode_name(name.removesuffix(_CONTINUED))
        else:
            parts.append(begun + _decode_name(name))
            begun = ""
    return parts


def beside(path: str, root: str) -> str:
    """Another place for ``a/b`` where ``a`` is no folder but the value of a shorter key: ``a%~/b``."""
    *folders, name = os.path.relpath(path, root).split(os.sep)
    place = root
    for folder in folders:
        place = os.path.join(place, folder)
        if os.path.isfile(place):
            place += _ASIDE
    return os.path.join(place, name)


def within(path: str) -> str:
    """Another place for ``a`` where it is a folder, because longer keys begin with it: ``a/%~``."""
    return os.path.join(path, _ASIDE)


def _encode_name(text: str) -> str:
    name = _UNSAFE.sub(_escape, text)
    return _escape(name[0]) + name[1:] if _RESERVED.fullmatch(name) else name


def _escape(found: re.Match[str] | str) -> str:
    text = found if isinstance(found, str) else found.group()
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def _decode_name(name: str) -> str:
    if name == _EMPTY:
        return ""
    return _ESCAPE.sub(
        lambda found: bytes.fromhex(found.group().replace("%", "")).decode("utf-8", "surrogatepass"), name
    )


def _chunks(part: str) -> Iterator[str]:
    """``part`` cut into pieces that fit into one file name each."""
    chunk, size = "", 0
    for char in part:
        length = len(_encode_name(char).encode("utf-8"))
        if size + length > _LONGEST_NAME:
            yield chunk
            chunk, size = "", 0
        chunk, size = chunk + char, size + length
    yield chunk


def key_parts(parts: Sequence[str], partition: str | None = None) -> tuple[str, ...]:
    """The parts under which a partition of an asset lies; of several dimensions each is a folder, by name."""
    if partition is None:
        return tuple(parts)
    dimensions = getattr(partition, "keys_by_dimension", None)
    if dimensions is None:
        return (*parts, partition)
    return (*parts, *(dimensions[name] for name in sorted(dimensions)))
