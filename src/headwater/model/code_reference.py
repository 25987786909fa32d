"""References to source code: a line of a file on this machine, or a page on the web."""

from __future__ import annotations

import msgspec


class LocalFileCodeReference(msgspec.Struct, frozen=True, kw_only=True, tag="file", omit_defaults=True):
    """A file on this machine, and a line in it."""

    file_path: str
    line_number: int | None = None
    label: str | None = None

    @property
    def source(self) -> str:
        """The file and line as people write them."""
        return self.file_path if self.line_number is None else f"{self.file_path}:{self.line_number}"


class UrlCodeReference(msgspec.Struct, frozen=True, kw_only=True, tag="url", omit_defaults=True):
    """A page that shows the code."""

    url: str
    label: str | None = None

    @property
    def source(self) -> str:
        """The address of the page."""
        return self.url


CodeReference = LocalFileCodeReference | UrlCodeReference
