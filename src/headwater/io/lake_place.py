"""Names of tables and schemas as the folders of a lake, whatever characters they have."""

from __future__ import annotations

import re

from headwater.io.location import encode_part

_PLAIN = re.compile(r"[A-Za-z0-9_.=-]")


def encode_name(name: str) -> str:
    """A name as part of a URL: plain names as they are, others so that no two are the same and none leaves its folder.

    Of :func:`encode_part`'s escapes the per cent sign becomes ``~``, because readers of URLs would undo the former.

    >>> encode_name("flights"), encode_name("größe/.."), encode_name("..")
    ('flights', 'gr~C3~B6~C3~9Fe~2F..', '~2E~2E')
    """
    plain = "".join(each if _PLAIN.fullmatch(each) else _escape(each) for each in name)
    return encode_part(plain).replace("%", "~")


def _escape(char: str) -> str:
    return "".join(f"~{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))
