"""Answers: the values of the model as JSON, as they are."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from headwater.model.codec import encode


def answer(**values: Any) -> Response:
    """``values`` as a JSON object. What the history says may change at once, so nobody keeps a copy."""
    return Response(encode(values), media_type="application/json", headers={"Cache-Control": "no-store"})
