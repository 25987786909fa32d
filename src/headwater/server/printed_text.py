"""What the steps of a run print, piece by piece: a cursor says how much of each file was read."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from headwater.execution.captured_text import CapturedText, captured_texts
from headwater.model.codec import decode, encode
from headwater.server.refusal import Refusal

_MOST_BYTES = 256 * 1024
_FIRST_BYTES = 1024 * 1024  # of what is there already: the end of it is what people look for


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """Some text that a step has printed; ``skipped`` bytes before it are left out."""

    step: str
    stream: str
    text: str
    skipped: int = 0


class Printed(NamedTuple):
    """The pieces of one answer, from where to go on, and whether there is more already."""

    pieces: list[Piece]
    cursor: str
    has_more: bool


def read_printed(
    folder: Path, order: Sequence[str], *, cursor: str | None, step: str | None, stream: str | None
) -> Printed:
    """What is new in the files of ``folder`` since ``cursor``, in the order of the steps. Raises :class:`Refusal`."""
    places = _read_cursor(cursor)
    rank = {key: number for number, key in enumerate(order)}
    texts = [
        each
        for each in captured_texts(folder)
        if step in (None, each.step_key) and stream in (None, each.stream)
    ]
    texts.sort(key=lambda each: rank.get(each.step_key, len(rank)))
    left, pieces, has_more = _MOST_BYTES, [], False
    for text in texts:
        name = text.path.name
        size = text.path.stat().st_size
        start = places.get(name, max(0, size - _FIRST_BYTES))
        if start > size:  # it was put aside because it had grown long, and begins anew
            start = 0
        if left <= 0:
            has_more = has_more or start < size
            continue
        piece, end = _read_piece(text, start, left, skipped=start if name not in places else 0)
        left -= end - start
        has_more = has_more or end < size
        places[name] = end
        if piece is not None:
            pieces.append(piece)
    return Printed(pieces, _write_cursor(places), has_more)


def _read_piece(text: CapturedText, start: int, most: int, *, skipped: int) -> tuple[Piece | None, int]:
    """The text from ``start`` on, of whole letters, and where it ends."""
    with text.path.open("rb") as file:
        file.seek(start)
        data = file.read(most)
    if len(data) == most:  # more is to come: a letter must not be cut in two
        data = data[: data.rfind(b"\n") + 1] or data
    if not data:
        return None, start
    piece = Piece(
        step=text.step_key, stream=text.stream, text=data.decode("utf-8", "replace"), skipped=skipped
    )
    return piece, start + len(data)


def _write_cursor(places: dict[str, int]) -> str:
    return base64.urlsafe_b64encode(encode(places)).decode()


def _read_cursor(cursor: str | None) -> dict[str, int]:
    if cursor is None:
        return {}
    try:
        places = decode(base64.urlsafe_b64decode(cursor.encode()), dict[str, int])
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise Refusal(
            400, "InvalidParameter", '"cursor" must be what the answer before gave as `next`.'
        ) from error
    if any(place < 0 for place in places.values()):
        raise Refusal(400, "InvalidParameter", '"cursor" must be what the answer before gave as `next`.')
    return places
