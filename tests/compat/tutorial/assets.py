"""Three assets that return their values, and one that works in the database itself."""

import base64
import struct
import zlib
from typing import Dict, List

import duckdb
import pandas as pd
from dagster import AssetExecutionContext, MetadataValue, asset, get_dagster_logger
from stories import StoryApi

STOP_WORDS = {"a", "and", "of", "the"}


@asset
def topstory_ids(stories: StoryApi) -> List[int]:
    """The first stories of the front page."""
    return stories.read("topstories")[:50]


@asset(io_manager_key="database_io_manager")
def topstories(context: AssetExecutionContext, stories: StoryApi, topstory_ids: List[int]) -> pd.DataFrame:
    """The stories as a table."""
    logger = get_dagster_logger()
    rows = []
    for story_id in topstory_ids:
        rows.append(stories.read(f"item/{story_id}"))
        if len(rows) % 20 == 0:
            logger.info(f"read {len(rows)} stories")
    frame = pd.DataFrame(rows)[["id", "title", "by", "score", "time"]]
    preview = "\n".join(f"| {row.id} | {row.title} |" for row in frame.head().itertuples())
    context.add_output_metadata({"num_records": len(frame), "preview": MetadataValue.md(preview)})
    return frame


@asset
def most_frequent_words(context: AssetExecutionContext, topstories: pd.DataFrame) -> Dict[str, int]:
    """The words that the titles use most."""
    counts: Dict[str, int] = {}
    for title in topstories["title"]:
        for word in title.lower().split():
            if word not in STOP_WORDS:
                counts[word] = counts.get(word, 0) + 1
    top = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:25])
    plot = base64.b64encode(bars(list(top.values()))).decode()
    context.add_output_metadata({"plot": MetadataValue.md(f"![words](data:image/png;base64,{plot})")})
    return top


@asset(deps=[topstories])
def stories_per_author() -> None:
    """Counted by the database; no I/O manager takes part."""
    with duckdb.connect("analytics.hackernews") as database:
        [(schema,)] = database.execute(
            "SELECT table_schema FROM information_schema.tables WHERE table_name = 'topstories'"
        ).fetchall()
        database.execute(
            f"CREATE OR REPLACE TABLE {schema}.stories_per_author AS "
            f'SELECT "by" AS author, count(*) AS stories FROM {schema}.topstories GROUP BY author'
        )


def bars(heights: List[int]) -> bytes:
    """A bar chart as PNG, without a library."""
    width, height = 4 * len(heights), max(heights) + 1
    rows = b"".join(
        b"\0" + b"".join((b"\0" if heights[x // 4] > height - y and x % 4 else b"\xff") for x in range(width))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
