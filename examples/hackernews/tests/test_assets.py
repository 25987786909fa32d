"""The assets without internet: a resource of the same shape tells invented stories."""

from typing import Any

from hackernews.assets import most_frequent_words, topstories, topstory_ids
from hackernews.stories import StoryApi

from headwater import materialize_to_memory


class InventedStories(StoryApi):
    """Has as many stories as asked, all about the same."""

    count: int

    def top_story_ids(self) -> list[int]:
        return list(range(self.count))

    def story(self, story_id: int) -> dict[str, Any]:
        return {"id": story_id, "by": "ada", "score": 1, "time": 0, "title": f"Engines, part {story_id}"}


def test_only_the_first_hundred_stories_are_taken() -> None:
    assert topstory_ids(story_api=InventedStories(count=500)) == list(range(100))


def test_from_ids_to_words() -> None:
    result = materialize_to_memory(
        [topstory_ids, topstories, most_frequent_words],
        resources={"story_api": InventedStories(count=3)},
    )
    assert result.success
    assert result.output_for_node("most_frequent_words") == {"engines": 3}
