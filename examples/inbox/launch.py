"""Launch a run over HTTP and wait for its end: `headwater dev` runs in another terminal."""

import json
import sys
import time
from urllib.request import Request, urlopen

API = "http://127.0.0.1:3000/api/v1"


def launch(api: str, **wanted: object) -> str:
    """Queue a run; the id of it."""
    body = json.dumps(wanted).encode()
    with urlopen(Request(f"{api}/runs", body, {"Content-Type": "application/json"})) as answer:
        return str(json.load(answer)["run"]["dagster_run"]["run_id"])


def wait_for(api: str, run_id: str) -> str:
    """How the run ends."""
    while True:
        with urlopen(f"{api}/runs/{run_id}") as answer:
            status = str(json.load(answer)["run"]["dagster_run"]["status"])
        if status in ("SUCCESS", "FAILURE", "CANCELED"):
            return status
        time.sleep(0.05)


if __name__ == "__main__":
    api = sys.argv[1] if len(sys.argv) > 1 else API
    print(wait_for(api, launch(api, job="write_report", tags={"why": "by hand"})))
