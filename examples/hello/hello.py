"""Two assets; an I/O manager stores what they return in the folder `data` and hands it on."""

import headwater as hw


@hw.asset
def levels() -> list[int]:
    """What the gauge at the mill read this week, in centimetres."""
    return [212, 215, 231, 260, 244, 228, 219]


@hw.asset
def high_water(levels: list[int]) -> dict[int, int]:
    """The days above the mark. The parameter's name says what this asset depends on."""
    return {day: level for day, level in enumerate(levels) if level > 225}


defs = hw.Definitions(
    assets=[levels, high_water],
    resources={"io_manager": hw.FilesystemIOManager(base_dir="data")},
)
