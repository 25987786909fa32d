"""Cron expressions and intervals in words."""

from __future__ import annotations

import pytest

from headwater.planning.cron_words import cron_words, seconds_words


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("* * * * *", "every minute"),
        ("*/5 * * * *", "every 5 minutes"),
        ("*/1 * * * *", "every minute"),
        ("0 * * * *", "every hour"),
        ("15 * * * *", "every hour at :15"),
        ("0 */6 * * *", "every 6 hours"),
        ("30 */2 * * *", "every 2 hours at :30"),
        ("0 2 * * *", "every day at 02:00"),
        ("0 8,20 * * *", "every day at 08:00 and 20:00"),
        ("30 6 * * 1-5", "Monday to Friday at 06:30"),
        ("0 9 * * 7", "every Sunday at 09:00"),
        ("0 9 * * 1,3,5", "every Monday, Wednesday and Friday at 09:00"),
        ("0 0 1,15 * *", "on the 1st and 15th of every month at 00:00"),
        ("0 0 2 3 *", "on the 2nd of March at 00:00"),
        ("@daily", "every day at 00:00"),
        ("*/10 * * * 1-5", "every 10 minutes, Monday to Friday"),
        ("0 0 * * L5", "0 0 * * L5"),
        ("0-10 * * * *", "0-10 * * * *"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_cron_expression_is_said_as_people_say_it(cron: str, words: str) -> None:
    assert cron_words(cron) == words


def test_an_interval_is_said_in_its_largest_unit() -> None:
    said = [seconds_words(each) for each in (1, 30, 60, 90, 3600, 86_400 * 2, 0.5)]
    assert said == ["second", "30 seconds", "minute", "90 seconds", "hour", "2 days", "0.5 seconds"]
