"""Run the tutorial's job and print, as one JSON object, what a user would notice."""

import json
import os
import pickle

from pipeline import defs


def pickled_files():
    found = {}
    for folder, _, names in os.walk("data"):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as handle:
                found[os.path.relpath(path, "data")] = pickle.load(handle)
    return found


job = defs.get_job_def("hackernews_job")
result = job.execute_in_process()
materializations = {
    event.asset_key.to_user_string(): event
    for name in ("topstory_ids", "topstories", "most_frequent_words", "stories_per_author")
    for event in result.asset_materializations_for_node(name)
}
document = {
    "success": result.success,
    "ids": result.output_for_node("topstory_ids"),
    "stories": result.output_for_node("topstories").to_dict("records"),
    "words": defs.load_asset_value("most_frequent_words"),
    "loaded": defs.load_asset_value("topstories").to_dict("records"),
    "files": pickled_files(),
    "metadata_keys": {name: sorted(event.metadata) for name, event in materializations.items()},
    "metadata": {
        name: {
            key: event.metadata[key].value
            for key in ("num_records", "preview", "plot")
            if key in event.metadata
        }
        for name, event in materializations.items()
    },
    "again": job.execute_in_process().success,
    "rows_after_two_runs": len(defs.load_asset_value("topstories")),
}
print(json.dumps(document))
