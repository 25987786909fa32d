"""Where the stories come from: a base URL, so that a test can serve its own."""

import json
from urllib.request import urlopen

from dagster import ConfigurableResource


class StoryApi(ConfigurableResource):
    """Reads the ids of the front page and single stories."""

    base_url: str

    def read(self, path: str):
        with urlopen(f"{self.base_url}/{path}.json") as answer:
            return json.load(answer)
