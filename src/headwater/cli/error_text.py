"""An error as people want to see it: the user's own exception first, then where, then what was behind it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from headwater.cli.wording import count_text
from headwater.model.error_info import ErrorInfo, Frame, build_error_info
from headwater.model.errors import CheckError, DagsterError, DagsterUserCodeExecutionError


def _names(root: type[BaseException]) -> frozenset[str]:
    return frozenset({root.__name__}.union(*(_names(each) for each in root.__subclasses__())))


_OWN = _names(DagsterError) | _names(CheckError)
_WRAPPERS = _names(DagsterUserCodeExecutionError)


def users_error(info: ErrorInfo) -> ErrorInfo:
    """What the user's code raised, taken out of what Headwater wrapped around it."""
    while info.cause is not None and info.cls_name in _WRAPPERS:
        info = info.cause
    return info


def error_headline(info: ErrorInfo) -> str:
    """Class and message. Headwater's own messages say all by themselves."""
    if _is_own(info):
        return info.message or info.cls_name
    return f"{info.cls_name}: {info.message}" if info.message else info.cls_name


def error_lines(info: ErrorInfo, *, verbose: bool = False) -> Iterator[str]:
    """The error and the chain behind it. Without ``verbose`` only frames of the user's code are shown."""
    if verbose:
        for joint, each in _chain(info):
            yield from _error(joint, each, each.frames)
        return
    info = users_error(info)
    origins = _shown_origins(info)
    hidden = 0
    for joint, each in _chain(info):
        frames = [
            frame for frame in each.frames if frame.origin in origins and not frame.file.startswith("<")
        ]
        if _is_own(info) and each is not info and not frames:
            continue  # what is behind a message of Headwater is told in that message
        yield from _error(joint, each, frames)
        first = each.frames.index(frames[0]) if frames else 0  # nobody misses how the user's code was reached
        hidden += len(each.frames) - first - len(frames)
    if hidden and not _is_own(info):
        yield f"({count_text(hidden, 'more frame')} of Headwater and libraries: --verbose)"


def _error(joint: str, info: ErrorInfo, frames: Iterable[Frame]) -> Iterator[str]:
    yield from f"{joint}{error_headline(info)}".splitlines()
    for frame in frames:
        yield f"  {near_path(frame.file)}:{frame.line}" + (f" in {frame.function}" if frame.function else "")
        if frame.source:
            yield f"    {frame.source}"


def _shown_origins(info: ErrorInfo) -> frozenset[str]:
    """Whose frames are shown: the user's; where there are none, those of libraries (it may be installed as one)."""
    if _is_own(info) or any(each.user_frames for _, each in _chain(info)):
        return frozenset({"user"})
    return frozenset({"library"})


def _is_own(info: ErrorInfo) -> bool:
    return info.cls_name in _OWN - _WRAPPERS


def _chain(info: ErrorInfo) -> Iterator[tuple[str, ErrorInfo]]:
    """The error and those behind it, each with the words that join it to the one before."""
    joint = ""
    shown: ErrorInfo | None = info
    while shown is not None:
        yield joint, shown
        joint = "caused by " if shown.cause else "raised while handling "
        shown = shown.cause or shown.context


def near_path(path: str) -> str:
    """A path as one would type it here: relative, if it is below the working directory."""
    try:
        relative = os.path.relpath(path)
    except (ValueError, OSError):  # another drive, or a working directory that is gone
        return path
    return path if relative.startswith(os.pardir) or not os.path.isabs(path) else relative


def exception_info(error: BaseException) -> ErrorInfo:
    """An exception with its frames; a syntax error points to the line in question as if it had been called there."""
    info = build_error_info(error)
    if not isinstance(error, SyntaxError) or error.filename is None:
        return info
    place = Frame(file=error.filename, line=error.lineno or 0, function="", source=(error.text or "").strip())
    return ErrorInfo(cls_name=info.cls_name, message=error.msg, frames=[*info.frames, place])
