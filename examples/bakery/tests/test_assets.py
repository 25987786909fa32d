"""The assets as plain functions, and all of them together without a file."""

from bakery.assets import orders, report, sold
from bakery.definitions import defs

import headwater as hw


def test_amounts_of_an_article_are_added() -> None:
    assert sold([("bread", 1), ("cake", 2), ("bread", 4)]) == {"bread": 5, "cake": 2}


def test_the_report_begins_with_what_is_wanted_most() -> None:
    result = hw.materialize_to_memory([orders, sold, report])
    assert result.output_for_node("report").splitlines()[0] == "- bread: 5"


def test_the_definitions_fit_together() -> None:
    hw.Definitions.validate_loadable(defs)
