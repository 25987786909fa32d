"""Exchanging two files or folders in one step: what a folder needs to be replaced without ever being gone."""

from __future__ import annotations

import errno
import os
import sys
from functools import cache
from typing import Any

_AT_FDCWD = -100
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS alike
_NOT_OFFERED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}


def exchange(one: str, other: str) -> bool:
    """Let two names change places. False, with nothing done, where system or file system cannot.

    Raises :class:`OSError` where they could, but may not.
    """
    rename = _system_call()
    if rename is None:
        return False
    import ctypes

    if rename(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number), one, None, other)


@cache
def _system_call() -> Any:
    """The function of the C library, or None."""
    import ctypes

    if sys.platform == "win32":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        swap = getattr(library, "renamex_np", None)
        return None if swap is None else lambda one, other: swap(one, other, _EXCHANGE)
    rename = getattr(library, "renameat2", None)
    return None if rename is None else lambda one, other: rename(_AT_FDCWD, one, _AT_FDCWD, other, _EXCHANGE)
