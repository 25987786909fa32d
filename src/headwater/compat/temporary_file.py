"""The path of a temporary file, as projects know it from ``dagster._utils``."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def safe_tempfile_path() -> Iterator[str]:
    """A path at which there is no file yet; what is written there is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="headwater-") as folder:
        yield os.path.join(folder, "file")
