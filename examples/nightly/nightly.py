"""A night's work in three steps, of which the last needs a file that is not there yet."""

from pathlib import Path

import headwater as hw


@hw.asset
def readings() -> list[int]:
    """What the gauges said."""
    return [212, 231, 208, 240]


@hw.asset
def alarms(readings: list[int]) -> list[int]:
    """The readings above the mark."""
    return [level for level in readings if level > 225]


@hw.asset
def letter(alarms: list[int]) -> str:
    """What the mayor gets."""
    return Path("template.txt").read_text().format(count=len(alarms))


nightly = hw.define_asset_job("nightly")
defs = hw.Definitions(assets=[readings, alarms, letter], jobs=[nightly])
