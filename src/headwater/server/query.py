"""The query of a request, read strictly: a name or a value that is not understood is refused, not ignored."""

from __future__ import annotations

import enum
import math
from typing import TypeVar

from starlette.requests import Request

from headwater.server.refusal import Refusal

MOST_PER_PAGE = 1000
_LATEST = 1e11  # seconds: beyond any date
_MOST_NUMBER = 2**63 - 1  # what a store can compare with
_E = TypeVar("_E", bound=enum.Enum)


class Query:
    """The parameters of one request, all of them among ``names``. A misfit raises :class:`Refusal` (400)."""

    def __init__(self, request: Request, *names: str) -> None:
        self._given = request.query_params
        for name in self._given:
            if name not in names:
                known = ", ".join(names) or "none"
                raise Refusal(
                    400, "UnknownParameter", f'There is no parameter "{name}" here (there are: {known}).'
                )

    def read_text(self, name: str) -> str | None:
        """A text; None when it is not given or empty."""
        return self._given.get(name) or None

    def read_texts(self, name: str) -> list[str]:
        """All texts of a repeated parameter."""
        return [text for text in self._given.getlist(name) if text]

    def read_choice(self, name: str, *choices: str) -> str:
        """One of ``choices``; the first when it is not given."""
        text = self._given.get(name) or choices[0]
        if text not in choices:
            known = ", ".join(filter(None, choices))
            raise Refusal(400, "InvalidParameter", f'"{name}" cannot be "{text}". It is one of {known}.')
        return text

    def read_moment(self, name: str) -> float | None:
        """Seconds since the epoch; None when it is not given."""
        text = self._given.get(name)
        if text is None:
            return None
        try:
            moment = float(text)
        except ValueError:
            moment = math.nan
        if not 0 <= moment < _LATEST:
            raise Refusal(400, "InvalidParameter", f'"{name}" must be a moment in seconds since 1970.')
        return moment

    def read_number(self, name: str, *, least: int = 0, most: int = _MOST_NUMBER) -> int | None:
        """A whole number between ``least`` and ``most``; None when it is not given."""
        text = self._given.get(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) < 20 and least <= int(text) <= most):
            raise Refusal(400, "InvalidParameter", f'"{name}" must be a whole number from {least} to {most}.')
        return int(text)

    def read_limit(self, default: int) -> int:
        """How many to return, at most :data:`MOST_PER_PAGE`."""
        return self.read_number("limit", least=1, most=MOST_PER_PAGE) or default

    def read_members(self, name: str, type_: type[_E]) -> list[_E]:
        """Values of an enum, given as repeated parameters or with commas between them."""
        texts = [
            part.strip() for text in self._given.getlist(name) for part in text.split(",") if part.strip()
        ]
        members = {str(member.value): member for member in type_}
        for text in texts:
            if text not in members:
                raise Refusal(
                    400,
                    "InvalidParameter",
                    f'"{name}" cannot be "{text}". It is one of {", ".join(members)}.',
                )
        return [members[text] for text in texts]
