"""From the ids on the front page to the words in its titles."""

import base64
import re
from collections import Counter
from io import BytesIO

import duckdb
import pandas as pd
from matplotlib.figure import Figure

from headwater import (
    AssetExecutionContext,
    MarkdownMetadataValue,
    MaterializeResult,
    MetadataValue,
    asset,
    get_dagster_logger,
)

from .stories import StoryApi

LONG_WORD = r"[^\W\d_][\w'’-]{4,}"


@asset
def topstory_ids(story_api: StoryApi) -> list[int]:
    """The ids of the first hundred stories."""
    return story_api.top_story_ids()[:100]


@asset(io_manager_key="database_io_manager")
def topstories(context: AssetExecutionContext, story_api: StoryApi, topstory_ids: list[int]) -> pd.DataFrame:
    """The stories themselves, one per row, in the table `analytics.hackernews.topstories`."""
    logger = get_dagster_logger()
    stories = []
    for story_id in topstory_ids:
        stories.append(story_api.story(story_id))
        if len(stories) % 20 == 0:
            logger.info(f"{len(stories)} of {len(topstory_ids)} stories read")
    table = pd.DataFrame(stories)[["id", "by", "score", "time", "title"]]
    preview = "\n".join(f"- {title}" for title in table["title"].head())
    context.add_output_metadata({"num_records": len(table), "preview": MetadataValue.md(preview)})
    return table


@asset
def most_frequent_words(context: AssetExecutionContext, topstories: pd.DataFrame) -> dict[str, int]:
    """The 25 words of five letters or more that the titles use most, and how often, with a plot."""
    words = re.findall(LONG_WORD, " ".join(topstories["title"]).lower())
    top = dict(Counter(words).most_common(25))
    context.add_output_metadata({"num_records": len(top), "plot": _bar_chart(top)})
    return top


@asset(deps=[topstories])
def busiest_authors() -> MaterializeResult[None]:
    """Who has most stories on the front page, counted by the database itself: no I/O manager takes part."""
    with duckdb.connect("analytics.hackernews") as database:
        database.execute(
            """
            CREATE OR REPLACE TABLE analytics.hackernews.busiest_authors AS
            SELECT "by" AS author, count(*) AS stories, max(score) AS best_score
            FROM analytics.hackernews.topstories
            GROUP BY author
            """
        )
        [(count,)] = database.execute("SELECT count(*) FROM analytics.hackernews.busiest_authors").fetchall()
    return MaterializeResult(metadata={"num_records": count})


def _bar_chart(counts: dict[str, int]) -> MarkdownMetadataValue:
    figure = Figure(figsize=(10, 5), layout="tight")
    axes = figure.subplots()
    axes.bar(list(counts), list(counts.values()))
    axes.tick_params(axis="x", rotation=60)
    png = BytesIO()
    figure.savefig(png, format="png")
    return MetadataValue.md(
        f"![Words in titles](data:image/png;base64,{base64.b64encode(png.getvalue()).decode()})"
    )
