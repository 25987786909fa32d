"""The keys of time partitions: a moment as text by a format, and back, also when the clock is turned."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from headwater.model.errors import PartitionKeyFormatError

_UTC = datetime.UTC


def zone_of(name: str) -> datetime.tzinfo:
    """The time zone of a name."""
    return _UTC if name == "UTC" else ZoneInfo(name)


class PartitionKeyFormat:
    """Writes and reads keys in a time zone.

    Where each real hour has its key (``every_hour``), the second of two hours of the same name is told apart by its
    distance from UTC: ``2024-11-03-01:00`` and ``2024-11-03-01:00-0500``.
    """

    def __init__(self, fmt: str, timezone: str, *, every_hour: bool) -> None:
        self.fmt = fmt
        self.zone = zone_of(timezone)
        self._every_hour = every_hour
        self._turns = self.zone is not _UTC

    def write(self, moment: int) -> str:
        """The key of a moment (seconds since the epoch)."""
        local = datetime.datetime.fromtimestamp(moment, self.zone)
        if self._every_hour and self._turns and local.fold:
            return local.strftime(self.fmt + "%z")
        return local.strftime(self.fmt)

    def read(self, key: str) -> int:
        """The moment of a key. Raises :class:`PartitionKeyFormatError` for text that is not written so."""
        try:
            local = datetime.datetime.strptime(key, self.fmt)  # noqa: DTZ007 - the zone comes below
        except (ValueError, TypeError):
            try:
                local = datetime.datetime.strptime(key, self.fmt + "%z")  # noqa: DTZ007 - %z is the zone
            except (ValueError, TypeError):
                raise PartitionKeyFormatError(
                    f'"{key}" is no partition key here: keys are written {self.fmt}, such as "{self._example()}".'
                ) from None
        if local.tzinfo is None:
            local = local.replace(tzinfo=self.zone, fold=0 if self._every_hour else 1)
        return int(local.timestamp())

    def _example(self) -> str:
        return datetime.datetime(2024, 5, 1, tzinfo=self.zone).strftime(self.fmt)
