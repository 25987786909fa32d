"""Where the code of one code location is: a file or a module, and how to import it."""

from __future__ import annotations

from pathlib import Path

import msgspec


class CodeTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A file or a module which has definitions.

    ``attribute`` is the one name in it that counts (without it they are looked for), ``repository`` the name of the
    one repository, ``working_directory`` the folder from which its imports resolve.

    >>> CodeTarget(module_name="flights.definitions", working_directory=Path.cwd()).name
    'flights.definitions'
    """

    working_directory: Path
    python_file: Path | None = None
    module_name: str | None = None
    attribute: str | None = None
    repository: str | None = None
    location_name: str | None = None

    @property
    def name(self) -> str:
        """What the code location is called: as configured, else after its file or module."""
        if self.location_name:
            return self.location_name
        return self.python_file.name if self.python_file is not None else self.module_name or ""

    def __str__(self) -> str:
        what = str(self.python_file) if self.python_file is not None else f"the module {self.module_name}"
        return f"{what} ({self.attribute})" if self.attribute else what
