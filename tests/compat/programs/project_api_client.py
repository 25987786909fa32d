"""Resources of classes: nested, with set-up and tear-down, state of their own, failing at each of those places.

oracle: 1.13
"""

import os
from contextlib import contextmanager
from typing import Optional

from dagster import (
    Config,
    ConfigurableResource,
    EnvVar,
    InitResourceContext,
    ResourceDependency,
    asset,
    build_init_resource_context,
    build_resources,
    job,
    materialize,
    op,
)
from observe import caught, events, refused, show, step_events
from pydantic import Field, PrivateAttr

os.environ["API_TOKEN"] = "s3cret"
SEEN = []


class Credentials(ConfigurableResource):
    token: str
    region: Optional[str] = None

    def setup_for_execution(self, context: InitResourceContext) -> None:
        SEEN.append(f"credentials up {self.token}")

    def teardown_after_execution(self, context: InitResourceContext) -> None:
        SEEN.append("credentials down")


class Client(ConfigurableResource):
    credentials: ResourceDependency[Credentials]
    timeout: float = Field(default=1.5, description="In seconds.", gt=0)
    fail_at: str = ""
    _session: list = PrivateAttr(default_factory=list)

    def setup_for_execution(self, context: InitResourceContext) -> None:
        SEEN.append(f"client up {self.credentials.token} {context.log is not None}")
        if self.fail_at == "setup":
            raise ConnectionError("cannot connect")
        self._session.append("open")

    def teardown_after_execution(self, context: InitResourceContext) -> None:
        SEEN.append(f"client down {self._session}")
        if self.fail_at == "teardown":
            raise ConnectionError("cannot disconnect")

    def get(self, path: str) -> str:
        if self.fail_at == path:
            raise LookupError(path)
        return f"{path}@{self.credentials.region or 'anywhere'}/{self.timeout}"


class Session(ConfigurableResource):
    client: Client
    name: str = "session"

    @contextmanager
    def yield_for_execution(self, context):
        SEEN.append(f"{self.name} enter")
        try:
            yield self
        finally:
            SEEN.append(f"{self.name} leave")


class FetchConfig(Config):
    path: str = "users"


@asset
def users(config: FetchConfig, session: Session) -> str:
    SEEN.append("users")
    return session.client.get(config.path)


@asset
def names(client: Client, users: str) -> list:
    SEEN.append("names")
    return [client.get("names"), users]


def make(**client_config):
    credentials = Credentials(token=EnvVar("API_TOKEN"))
    client = Client(credentials=credentials, **client_config)
    return {"credentials": credentials, "client": client, "session": Session(client=client)}


def run(bound, raise_on_error=False, **config):
    SEEN.clear()
    result = materialize([users, names], resources=bound, run_config=config, raise_on_error=raise_on_error)
    return {"success": result.success, "events": events(result), "seen": list(SEEN)}


good = materialize([users, names], resources=make(timeout=2))
show(value=good.asset_value("names"), good=run(make()))
show(in_step=run(make(fail_at="names"))["events"], in_step_seen=sorted(SEEN))
show(at_setup_error=caught(run, make(fail_at="setup"), True), at_setup_seen=sorted(SEEN))
show(at_teardown=run(make(fail_at="teardown")))
show(
    by_run=run(
        {
            "session": Session.configure_at_launch(client=Client(credentials=Credentials(token="t"))),
            "client": Client(credentials=Credentials(token="u")),
        },
        resources={"session": {"config": {"name": "launched"}}},
        ops={"users": {"config": {"path": "people"}}},
    )
)

partial = Credentials.configure_at_launch()
late = {"credentials": partial, "client": Client(credentials=partial)}
SEEN.clear()


@op
def ask(client: Client):
    return client.get("x")


@job(resource_defs=late)
def asking():
    ask()


late_result = asking.execute_in_process(
    run_config={"resources": {"credentials": {"config": {"token": "late", "region": "eu"}}}}
)
show(
    late=late_result.output_for_node("ask"),
    late_seen=list(SEEN),
    late_without=caught(asking.execute_in_process),
)
SEEN.clear()
with build_resources({"client": Client(credentials=Credentials(token="by hand"))}) as built:
    by_hand = built.client.get("y")
show(
    by_hand=by_hand,
    by_hand_seen=list(SEEN),
    bare=Client(credentials=Credentials(token="plain")).get("z"),
    direct=users(FetchConfig(path="direct"), Session(client=Client(credentials=Credentials(token="q")))),
    from_context=caught(Credentials(token="a").create_resource, build_init_resource_context()),
    env_unset=caught(
        materialize,
        [users],
        resources={"session": Session(client=Client(credentials=Credentials(token=EnvVar("UNSET_TOKEN"))))},
    ),
    env_text=[str(EnvVar("API_TOKEN").get_value()), EnvVar("UNSET_TOKEN").get_value("default")],
    bad_timeout=refused(Client, credentials=Credentials(token="t"), timeout=-1),
    bad_type=refused(Credentials, token={"a": 1}),
    unknown_field=refused(Credentials, token="t", color="red"),
    frozen=refused(setattr, Credentials(token="t"), "token", "u"),
    undeclared=caught(materialize, [users]),
    wrong_class=refused(materialize, [users], resources={"session": Credentials(token="t")}),
    steps=step_events(good, "STEP_SUCCESS"),
)
