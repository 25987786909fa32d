"""From N decorated functions (layers of 100, two dependencies each) to a checked manifest: seconds and megabytes."""

import json
import resource
import sys
import time

from dagster import AssetIn, Definitions, asset

count, width = int(sys.argv[1]), 100
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()


def make(number):
    layer, place = divmod(number, width)
    if layer == 0:

        @asset(name=f"a{number}")
        def first():
            return 1

        return first
    above = (layer - 1) * width

    @asset(
        name=f"a{number}",
        ins={"x": AssetIn(f"a{above + place}"), "y": AssetIn(f"a{above + (place + 1) % width}")},
    )
    def later(x, y):
        return x + y

    return later


definitions = Definitions(assets=[make(number) for number in range(count)])
if hasattr(definitions, "manifest"):
    definitions.manifest  # noqa: B018
else:
    from dagster._core.remote_representation.external_data import RepositorySnap

    Definitions.validate_loadable(definitions)
    RepositorySnap.from_def(definitions.get_repository_def())
print(
    json.dumps(
        {
            "loading s": time.perf_counter() - started,
            "memory MB": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
        }
    )
)
