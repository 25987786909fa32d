"""What a program saw, as JSON: the one place that decides how values, events and errors are compared.

    from observe import caught, events, show

    show(events=events(result), value=result.output_value())

Each call of `show` prints one JSON object; all of them together are the program's document. Error messages, ids, times
and paths are never part of it. This module knows Dagster's public API only, so that it runs on every side.
"""

import enum
import json
import os

import dagster

# Engine chatter: it says how the machinery works, not what happened to the user's assets and steps.
CHATTER = {
    "ALERT_FAILURE",
    "ALERT_START",
    "ALERT_SUCCESS",
    "ASSET_MATERIALIZATION_PLANNED",
    "ASSET_CHECK_EVALUATION_PLANNED",
    "ENGINE_EVENT",
    "LOGS_CAPTURED",
    "RESOURCE_INIT_FAILURE",
    "RESOURCE_INIT_STARTED",
    "RESOURCE_INIT_SUCCESS",
    "STEP_WORKER_STARTED",
    "STEP_WORKER_STARTING",
}


def show(**observations):
    """Print observations, as one JSON object on one line."""
    print(json.dumps({name: plain(value) for name, value in observations.items()}), flush=True)


def plain(value):
    """A value as JSON; of what is not plain data, its class and its content."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dagster.AssetKey):
        return value.to_user_string()
    if isinstance(value, dagster.MetadataValue):
        return [type(value).__name__, metadata_content(value)]
    if isinstance(value, dict):
        return {key_of(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(each) for each in value), key=json.dumps)
    raise TypeError(f"say what of a {type(value).__name__} is to be compared: {value!r}")


def key_of(key):
    """A dictionary's key as JSON allows it."""
    shown = plain(key)
    return shown if isinstance(shown, str) else json.dumps(shown)


def metadata_content(value):
    """What a metadata value holds; values that are no JSON by their parts."""
    if isinstance(value, dagster.TableMetadataValue):
        return [record.data for record in value.records]
    if isinstance(value, dagster.PythonArtifactMetadataValue):
        return [value.module, value.name]
    content = value.value
    if isinstance(content, dagster.TableSchema):
        return [[column.name, column.type, column.constraints.nullable] for column in content.columns]
    return plain(content)


def metadata(values):
    """Metadata by key, sorted; paths and other strings that name the working folder are made relative to it."""
    return {key: without_folder(plain(values[key])) for key in sorted(values)}


def without_folder(value):
    """The value without the name of the working folder."""
    if isinstance(value, str):
        return value.replace(os.path.realpath("."), "$PWD").replace(os.getcwd(), "$PWD")
    if isinstance(value, list):
        return [without_folder(each) for each in value]
    return value


def events(result):
    """The events of a run in order, as [type, step key], without the engine's chatter."""
    seen = [[event.event_type_value, event.step_key] for event in result.all_events]
    seen = [event for event in seen if event[0] not in CHATTER]
    following = [*seen[1:], [None, None]]
    return [event for event, after in zip(seen, following) if not notes_loading(event, after)]


def notes_loading(event, after):
    """Whether this is what 1.4 alone does: an observation of each asset that a step is about to load."""
    return event[0] == "ASSET_OBSERVATION" and after == ["LOADED_INPUT", event[1]]


def step_events(result, *types):
    """The step keys of the events with these types, in order."""
    return [event.step_key for event in result.all_events if event.event_type_value in types]


def caught(function, *arguments, **named):
    """The class names of the error that a call raises and of its causes, or "no error"."""
    try:
        function(*arguments, **named)
    except Exception as error:  # noqa: BLE001  which error it is, is the observation
        return causes(error)
    return "no error"


def catches(kind, function, *arguments, **named):
    """Whether an error is raised that ``except kind`` catches: where ours says more by a class below it."""
    try:
        function(*arguments, **named)
    except kind:
        return True
    return False


def refused(function, *arguments, **named):
    """Whether a call raises at all: for errors whose class in Dagster is an accident that no user relies on."""
    return caught(function, *arguments, **named) != "no error"


# A wrong argument: which check of theirs noticed it is no concern of the user.
ARGUMENT_ERRORS = ("CheckError", "ElementCheckError", "ParameterCheckError")


def causes(error):
    """The class name of an error, followed by those of its causes."""
    names = []
    while error is not None:
        name = type(error).__name__
        names.append("CheckError" if name in ARGUMENT_ERRORS else name)
        error = error.__cause__
    return names


def files(root="."):
    """The files under a folder, by their path relative to it."""
    return sorted(
        os.path.relpath(os.path.join(folder, name), root)
        for folder, _, names in os.walk(root)
        for name in names
    )
