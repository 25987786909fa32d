"""What user code raises to say how a step ends: as a failure that is not retried, or to be retried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.model.metadata import build_metadata


class Failure(Exception):
    """The step failed, and this is why. ``metadata`` is shown with the failure.

    >>> Failure("no rows", metadata={"rows": 0}, allow_retries=False).metadata["rows"].value
    0
    """

    def __init__(
        self,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        allow_retries: bool | None = None,
        metadata_entries: Any = None,
    ) -> None:
        super().__init__(description)
        self.description = description
        self.metadata = build_metadata(metadata)
        self.allow_retries = True if allow_retries is None else allow_retries


class RetryRequested(Exception):
    """Run the step again, up to ``max_retries`` times, after ``seconds_to_wait``."""

    def __init__(self, max_retries: int | None = 1, seconds_to_wait: float | None = None) -> None:
        super().__init__()
        self.max_retries = 1 if max_retries is None else max_retries
        self.seconds_to_wait = seconds_to_wait
