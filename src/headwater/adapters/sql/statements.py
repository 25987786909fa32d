"""The SQL of the adapter: read from the files in ``statements/``, each statement by its name."""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER = Path(__file__).with_name("statements")
_HEADING = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def load_statements(subject: str) -> dict[str, str]:
    """The statements of ``statements/<subject>.sql``, by name, without their closing semicolons."""
    _, *parts = _HEADING.split((_FOLDER / f"{subject}.sql").read_text(encoding="utf-8"))
    return {name: text.strip().removesuffix(";") for name, text in zip(parts[::2], parts[1::2], strict=True)}
