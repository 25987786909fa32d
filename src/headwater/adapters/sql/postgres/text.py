"""Texts to and from Postgres, whose own cannot hold the character NUL: it is written with an escape, and read back.

The order of texts stays what it is, but for the two characters concerned.
"""

from __future__ import annotations

from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.types.string import StrDumperUnknown

_ESCAPE = "\x01"


class _TextDumper(StrDumperUnknown):
    def dump(self, obj: str) -> Buffer | None:
        if "\x00" in obj or _ESCAPE in obj:
            obj = obj.replace(_ESCAPE, _ESCAPE + "1").replace("\x00", _ESCAPE + "0")
        return super().dump(obj)


class _TextLoader(Loader):
    def load(self, data: Buffer) -> str:
        text = bytes(data).decode()
        if _ESCAPE in text:
            text = text.replace(_ESCAPE + "0", "\x00").replace(_ESCAPE + "1", _ESCAPE)
        return text


def register_text(adapters: AdaptersMap) -> None:
    """Let a connection write and read texts so."""
    adapters.register_dumper(str, _TextDumper)
    adapters.register_loader("text", _TextLoader)
