"""When Dagster's schedules are due around the days on which clocks are turned, as JSON. Run by the oracle's interpreter.

python cron_times.py < '[["0 2 * * *", "Europe/Berlin", 1711800000], ...]'
"""

import itertools
import json
import sys

from dagster._utils.schedules import cron_string_iterator

COUNT = 12


def times(expression: str, timezone: str, start: float) -> list[int]:
    """The first moments from `start` on."""
    return [
        int(at.timestamp())
        for at in itertools.islice(cron_string_iterator(start, expression, timezone), COUNT)
    ]


if __name__ == "__main__":
    json.dump([times(*each) for each in json.load(sys.stdin)], sys.stdout)
