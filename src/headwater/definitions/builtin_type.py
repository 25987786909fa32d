"""The built-in types by the names that the API gives them: ``In(String)``, ``Out(List[Int])``, ``Field(Bool)``.

They are Python's own types and those of :mod:`typing`; the two spellings mean the same everywhere.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Set, Tuple  # noqa: UP035 - the names that the API fixes

Bool = bool
Float = float
Int = int
String = str

__all__ = ["Any", "Bool", "Dict", "Float", "Int", "List", "Optional", "Set", "String", "Tuple"]
