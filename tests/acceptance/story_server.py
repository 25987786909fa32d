"""A Hacker News of our own: the same addresses, invented stories, the same ones every time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

STORY_COUNT = 120
SUBJECTS = ["Rivers", "Databases", "Compilers", "Gardens", "Telescopes"]
AUTHORS = ["ada", "grace", "edsger", "barbara"]


def top_story_ids() -> list[int]:
    """The ids in the order of the front page, which is not the order of the numbers."""
    return [1000 + (7 * place) % STORY_COUNT for place in range(STORY_COUNT)]


def story(story_id: int) -> dict[str, Any]:
    """The one story that an id stands for."""
    subject = SUBJECTS[story_id % len(SUBJECTS)]
    return {
        "id": story_id,
        "type": "story",
        "by": AUTHORS[story_id % len(AUTHORS)],
        "time": 1_700_000_000 + story_id,
        "title": f"{subject} and the art of headwater number {story_id}: l'été à Zürich",
        "score": story_id % 97,
        "descendants": story_id % 13,
        "kids": [story_id * 10, story_id * 10 + 1],
    }


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, _, name = self.path.removeprefix("/v0/").removesuffix(".json").rpartition("/")
        if (kind, name) == ("", "topstories"):
            self._send(top_story_ids())
        elif kind == "item" and name.isdecimal() and int(name) in top_story_ids():
            self._send(story(int(name)))
        else:
            self.send_error(404)

    def _send(self, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing on the terminal: a test that fails shows the request in its own error."""


@contextmanager
def story_server() -> Iterator[str]:
    """Serve the stories on a free port while the block runs; gives the base URL, ending in `/v0`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v0"
        finally:
            server.shutdown()
            thread.join()
