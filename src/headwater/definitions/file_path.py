"""Paths relative to the file that names them."""

from __future__ import annotations

import os


def file_relative_path(dunderfile: str, relative_path: str) -> str:
    """The path of a file that lies at ``relative_path`` from the calling module.

    >>> file_relative_path(__file__, "config/dev.yaml")
    """
    return os.path.join(os.path.dirname(dunderfile), relative_path)
