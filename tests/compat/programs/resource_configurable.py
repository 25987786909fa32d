"""ConfigurableResource: methods, defaults, nesting, private state, set-up and tear-down.

oracle: 1.13
"""

from contextlib import contextmanager

from dagster import ConfigurableResource, InitResourceContext, asset, materialize
from observe import caught, show
from pydantic import PrivateAttr

log = []


class Credentials(ConfigurableResource):
    user: str
    password: str = "secret"


class Client(ConfigurableResource):
    credentials: Credentials
    retries: int = 3
    _connection: str = PrivateAttr()

    def setup_for_execution(self, context: InitResourceContext) -> None:
        log.append("set up client")
        self._connection = f"{self.credentials.user}:{self.credentials.password}"

    def teardown_after_execution(self, context: InitResourceContext) -> None:
        log.append("tear down client")

    def connection(self) -> str:
        return self._connection


class Session(ConfigurableResource):
    client: Client

    @contextmanager
    def yield_for_execution(self, context):
        log.append("open session")
        yield self
        log.append("close session")


@asset
def reads(session: Session, client: Client):
    log.append("run")
    return [session.client.credentials.user, client.connection(), client.retries]


@asset
def fails(session: Session, reads):
    raise ValueError("no")


client = Client(credentials=Credentials(user="me"))
result = materialize([reads], resources={"client": client, "session": Session(client=client)})
first, log = log, []
caught(materialize, [reads, fails], resources={"client": client, "session": Session(client=client)})
show(
    value=result.output_for_node("reads"),
    log=first,
    failing_log=log,
    wrong_field=caught(Credentials, user=["a"]),
    unknown_field=caught(Credentials, user="a", other="b"),
    frozen=caught(setattr, Credentials(user="a"), "user", "b")[0],
    equal=Credentials(user="a") == Credentials(user="a"),
)
