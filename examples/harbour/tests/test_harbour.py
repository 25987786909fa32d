"""What conditions ask for, at moments that the test chooses."""

import datetime

from harbour import defs

import headwater as hw

NOON = datetime.datetime(2024, 5, 3, 12, tzinfo=datetime.UTC)


def test_berths_follow_arrivals() -> None:
    with hw.DagsterInstance.ephemeral() as instance:
        before = hw.evaluate_automation_conditions(defs, instance, evaluation_time=NOON)
        instance.report_runless_asset_event(hw.AssetMaterialization("arrivals"))
        after = hw.evaluate_automation_conditions(
            defs, instance, evaluation_time=NOON + datetime.timedelta(minutes=1), cursor=before.cursor
        )
    assert before.total_requested == 0
    assert after.get_num_requested("berths") == 1
    assert after.get_num_requested("sign") == 1  # in the same run
    assert after.get_num_requested("morning_list") == 0  # it waits for six


def test_a_new_day_comes_by_itself() -> None:
    with hw.DagsterInstance.ephemeral() as instance:
        today = hw.evaluate_automation_conditions(defs, instance, evaluation_time=NOON)
        tomorrow = hw.evaluate_automation_conditions(
            defs, instance, evaluation_time=NOON + datetime.timedelta(days=1), cursor=today.cursor
        )
    assert tomorrow.get_requested_partitions("logbook") == {"2024-05-03"}
