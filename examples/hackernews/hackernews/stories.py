"""Where the stories come from: the Hacker News API, or anything that answers like it."""

import json
from typing import Any
from urllib.request import urlopen

from headwater import ConfigurableResource

HACKER_NEWS = "https://hacker-news.firebaseio.com/v0"


class StoryApi(ConfigurableResource):
    """Reads stories over HTTP. `base_url` says whose: a test gives the address of its own small server."""

    base_url: str = HACKER_NEWS
    timeout_seconds: float = 30

    def top_story_ids(self) -> list[int]:
        """The ids of the stories on the front pages, the first one first."""
        ids: list[int] = self._read("topstories.json")
        return ids

    def story(self, story_id: int) -> dict[str, Any]:
        """One story as the API tells it: `id`, `by`, `title`, `score`, `time` and more."""
        story: dict[str, Any] = self._read(f"item/{story_id}.json")
        return story

    def _read(self, path: str) -> Any:
        with urlopen(f"{self.base_url}/{path}", timeout=self.timeout_seconds) as answer:
            return json.load(answer)
