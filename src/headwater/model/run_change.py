"""Which changes of the status of runs to list."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from headwater.model.errors import CheckError
from headwater.model.event import DagsterEventType, EventRecordsFilter
from headwater.model.transition import RUN_STATUS_AFTER


class RunStatusChangeRecordsFilter(msgspec.Struct, frozen=True):
    """Changes of runs to one status. Everything that is given must hold; times are in seconds since the epoch.

    Raises :class:`CheckError` for an event type that is no change of a run's status.

    >>> RunStatusChangeRecordsFilter(DagsterEventType.RUN_FAILURE, job_names=["nightly"])
    """

    event_type: DagsterEventType
    after_timestamp: float | None = None
    before_timestamp: float | None = None
    after_storage_id: int | None = None
    before_storage_id: int | None = None
    storage_ids: Sequence[int] | None = None
    job_names: Sequence[str] | None = None

    def __post_init__(self) -> None:
        if self.event_type.value not in RUN_STATUS_AFTER:
            raise CheckError(
                f"{self.event_type} is no change of a run's status. Those are: {', '.join(RUN_STATUS_AFTER)}."
            )

    def as_event_filter(self) -> EventRecordsFilter:
        """The events that fit, of any job."""
        return EventRecordsFilter(
            event_type=self.event_type,
            after_cursor=self.after_storage_id,
            before_cursor=self.before_storage_id,
            after_timestamp=self.after_timestamp,
            before_timestamp=self.before_timestamp,
            storage_ids=self.storage_ids,
        )
