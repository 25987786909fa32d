"""PipesSubprocessClient: a child that speaks the published protocol with nothing but the standard library.

oracle: 1.13
"""

import sys
import textwrap

from dagster import AssetCheckSpec, PipesSubprocessClient, asset, materialize
from observe import caught, events, metadata, show

CHILD = textwrap.dedent(
    """
    import base64, json, os, sys, zlib

    def decoded(name):
        return json.loads(zlib.decompress(base64.b64decode(os.environ[name])))

    where = decoded("DAGSTER_PIPES_CONTEXT")
    context = where["data"] if "data" in where else json.load(open(where["path"]))
    target = decoded("DAGSTER_PIPES_MESSAGES")["path"]

    def send(method, params):
        with open(target, "a") as handle:
            handle.write(json.dumps({"__dagster_pipes_version": "0.1", "method": method, "params": params}) + "\\n")

    send("opened", {"extras": {}})
    send("log", {"message": "hello", "level": "INFO"})
    key = context["asset_keys"][0]
    number = context["extras"]["number"]
    send("report_asset_check", {"asset_key": key, "check_name": "fine", "passed": True, "severity": "ERROR", "metadata": {}})
    send(
        "report_asset_materialization",
        {
            "asset_key": key,
            "data_version": "v" + str(number),
            "metadata": {"n": {"raw_value": number, "type": "__infer__"}, "md": {"raw_value": "*x*", "type": "md"}},
        },
    )
    send("report_custom_message", {"payload": {"extra": 1}})
    send("closed", {})
    sys.exit(int(os.environ.get("EXIT_WITH", "0")))
    """
)


@asset(check_specs=[AssetCheckSpec("fine", asset="piped")])
def piped(context, client: PipesSubprocessClient):
    run = client.run(command=[sys.executable, "-c", CHILD], context=context, extras={"number": 7})
    seen["custom"] = run.get_custom_messages()
    return run.get_results()


@asset
def failing(context, client: PipesSubprocessClient):
    return client.run(
        command=[sys.executable, "-c", CHILD], context=context, extras={"number": 1}, env={"EXIT_WITH": "3"}
    ).get_results()


seen = {}
resources = {"client": PipesSubprocessClient()}
result = materialize([piped], resources=resources)
(event,) = result.asset_materializations_for_node("piped")
(check,) = result.get_asset_check_evaluations()
show(
    events=events(result),
    metadata={
        key: each for key, each in metadata(event.metadata).items() if "/" not in key and "Process" not in key
    },
    data_version=event.tags["dagster/data_version"],
    check=[check.check_name, check.passed],
    custom=seen["custom"],
    failing=caught(materialize, [failing], resources=resources),
)
