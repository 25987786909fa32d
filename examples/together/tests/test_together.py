"""The shops are asked at the same time; the reports are written, one at a time where the printer says so."""

import asyncio

from together import cheapest, corner, defs, market, online

import headwater as hw


class Meeting(hw.ConfigurableResource):
    """Shops that answer only when all three are being asked."""

    async def price(self, shop: str) -> float:
        async with asyncio.timeout(20):
            await MEETING.wait()
        return float(len(shop))


MEETING = asyncio.Barrier(3)


def test_the_shops_are_asked_at_the_same_time() -> None:
    result = hw.materialize_to_memory([corner, market, online, cheapest], resources={"shops": Meeting()})
    assert result.output_for_node("cheapest") == "corner"


def test_the_reports_are_sent() -> None:
    assert defs.get_job_def("reports").execute_in_process().output_for_node("send") == 3
