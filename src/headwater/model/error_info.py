"""An exception as a value: class, message, frames with source lines, and the chain behind it."""

from __future__ import annotations

import linecache
import os
import sysconfig
import traceback
from types import FrameType, TracebackType

import msgspec

_LINES_AROUND = 3
_MOST_WITH_LINES_AROUND = 30
_PACKAGE_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_LIBRARY_ROOTS = tuple(
    os.path.join(path, "") for name in ("stdlib", "purelib", "platlib") if (path := sysconfig.get_path(name))
)


class Frame(msgspec.Struct, frozen=True, omit_defaults=True):
    """One frame of a trace. ``origin`` tells whose code it is: ``user``, ``library`` or ``framework``.

    ``before`` and ``after`` are the lines around ``source``, of user code, as they were when it was raised.
    """

    file: str
    line: int
    function: str
    source: str = ""
    origin: str = "user"
    before: list[str] = []
    after: list[str] = []


class ErrorInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """An exception that can travel: ``cause`` and ``context`` are the chain behind it."""

    cls_name: str
    message: str
    frames: list[Frame] = []
    cause: ErrorInfo | None = None
    context: ErrorInfo | None = None

    @property
    def stack(self) -> list[str]:
        """The frames, formatted as Python does."""
        return [
            f'  File "{frame.file}", line {frame.line}, in {frame.function}\n    {frame.source}\n'
            for frame in self.frames
        ]

    @property
    def user_frames(self) -> list[Frame]:
        """The frames of the user's own code."""
        return [frame for frame in self.frames if frame.origin == "user"]

    def to_string(self) -> str:
        """The whole error as text, the cause first."""
        parts = []
        if self.cause:
            parts.append(f"{self.cause.to_string()}\nThe above exception was the direct cause of this one:\n")
        elif self.context:
            parts.append(f"{self.context.to_string()}\nWhile handling the above exception:\n")
        parts.append(f"{self.cls_name}: {self.message}\n\n{''.join(self.stack)}")
        return "".join(parts)

    __str__ = to_string


def _origin(file: str) -> str:
    if file.startswith(_PACKAGE_ROOT):
        return "framework"
    if (
        file.startswith("<")
        or file.endswith(".pyx")
        or "site-packages" in file
        or file.startswith(_LIBRARY_ROOTS)
    ):
        return "library"
    return "user"


def _frames(trace: TracebackType | None) -> list[Frame]:
    """The frames, the outermost first. Of a recursion without end, the lines around are told of the last ones only."""
    walked = list(traceback.walk_tb(trace))
    return [
        _frame(frame, line, around=number >= len(walked) - _MOST_WITH_LINES_AROUND)
        for number, (frame, line) in enumerate(walked)
    ]


def _frame(frame: FrameType, line: int, *, around: bool) -> Frame:
    file = frame.f_code.co_filename
    origin = _origin(file)
    lines = [each.rstrip() for each in linecache.getlines(file, frame.f_globals)] if origin == "user" else []
    around = around and bool(lines)
    return Frame(
        file=file,
        line=line,
        function=frame.f_code.co_name,
        source=linecache.getline(file, line, frame.f_globals).strip(),
        origin=origin,
        before=lines[max(0, line - 1 - _LINES_AROUND) : line - 1] if around else [],
        after=lines[line : line + _LINES_AROUND] if around else [],
    )


def build_error_info(error: BaseException, _seen: frozenset[int] = frozenset()) -> ErrorInfo:
    """``error`` with its frames and its chain, as a value. A chain that loops is cut at the loop."""
    seen = _seen | {id(error)}
    cause, context = error.__cause__, error.__context__
    return ErrorInfo(
        cls_name=type(error).__name__,
        message=_message(error),
        frames=_frames(error.__traceback__),
        cause=build_error_info(cause, seen) if cause is not None and id(cause) not in seen else None,
        context=build_error_info(context, seen)
        if context is not None
        and cause is None
        and not error.__suppress_context__
        and id(context) not in seen
        else None,
    )


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:  # noqa: BLE001 - told in the message itself
        return f"(its message cannot be shown: {type(broken).__name__} in __str__)"
