"""Configurable resources: config, lifecycle, resources inside resources."""

from __future__ import annotations

import contextlib
import enum
import functools
import pickle
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Optional
from unittest.mock import MagicMock

import pydantic
import pytest
from pydantic import PrivateAttr

from headwater.definitions.build_resources import build_init_resource_context
from headwater.definitions.config import Config
from headwater.definitions.configurable_resource import (
    ConfigurableLegacyResourceAdapter,
    ConfigurableResource,
    ConfigurableResourceFactory,
    ResourceDependency,
)
from headwater.definitions.env_var import EnvVar
from headwater.definitions.init_resource_context import InitResourceContext
from headwater.definitions.resource import (
    IAttachDifferentObjectToOpContext,
    ResourceDefinition,
    resource,
)
from headwater.definitions.resource_param import ResourceParam
from headwater.definitions.resource_set import ResourceSet
from headwater.definitions.signature import is_resource_annotation
from headwater.model.errors import (
    CheckError,
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterInvalidPythonicConfigDefinitionError,
    DagsterResourceFunctionError,
)

if TYPE_CHECKING:
    from decimal import Decimal

LOG: list[str] = []


@pytest.fixture(autouse=True)
def _fresh_log() -> None:
    LOG.clear()


class Mode(enum.Enum):
    FAST = "fast"
    SLOW = "slow"


class Store(ConfigurableResource):
    path: str
    size: int = 2
    mode: Mode = Mode.SLOW


class Client(ConfigurableResource):
    name: str = "client"
    _connection: str | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: InitResourceContext) -> None:
        LOG.append(f"+{self.name}")
        self._connection = f"to {self.name}"

    def teardown_after_execution(self, context: InitResourceContext) -> None:
        LOG.append(f"-{self.name}")

    def connection(self) -> str | None:
        return self._connection


class Session(ConfigurableResource):
    client: Client
    retries: int = 1

    @contextlib.contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[Any]:
        LOG.append(f"open {self.client.connection()}")
        yield self
        LOG.append("close")


class Engine:
    def __init__(self, url: str) -> None:
        self.url = url


class EngineFactory(ConfigurableResourceFactory[Engine]):
    url: str

    def create_resource(self, context: InitResourceContext) -> Engine:
        return Engine(self.url)


class Writer(ConfigurableResource):
    engine: ResourceDependency[Engine]
    prefix: str = ">"


def run(given: Any, *config: Any, key: str = "it", **others: Any) -> Any:
    """The resource that a run makes."""
    with ResourceSet({key: given, **others}, {key: {"config": config[0]}} if config else {}) as resources:
        resources.check()
        return resources.require(key)


# -- as a value ----------------------------------------------------------------------------------------------


def test_built_and_used_without_a_run() -> None:
    store = Store(path="x")
    assert (store.path, store.size, store.mode) == ("x", 2, Mode.SLOW)
    assert store == Store(path="x")
    assert store != Store(path="y")
    assert hash(store) == hash(Store(path="x"))
    assert pickle.loads(pickle.dumps(store)) == store
    assert store.model_dump() == {"path": "x", "size": 2, "mode": Mode.SLOW}


def test_values_must_fit() -> None:
    with pytest.raises(pydantic.ValidationError):
        Store(path=3)  # type: ignore[arg-type]
    with pytest.raises(pydantic.ValidationError):
        Store()  # type: ignore[call-arg]
    with pytest.raises(pydantic.ValidationError):
        Session(client=Store(path="x"))  # type: ignore[arg-type]


def test_it_does_not_change_and_says_where_state_goes() -> None:
    with pytest.raises(DagsterInvalidInvocationError, match="PrivateAttr"):
        Store(path="x").path = "y"


def test_caches_and_state_of_its_own_are_fine() -> None:
    class Counter(ConfigurableResource):
        start: int
        _next: int = PrivateAttr()

        def model_post_init(self, _: Any) -> None:
            self._next = self.start + 1

        @functools.cached_property
        def computed(self) -> int:
            LOG.append("computed")
            return self._next

    assert Counter(start=1).computed == 2
    counter = run(Counter(start=3))
    assert (counter.computed, counter.computed) == (4, 4)
    assert LOG == ["computed", "computed"]


def test_parameters_with_its_class_receive_it() -> None:
    assert is_resource_annotation(Store)
    assert is_resource_annotation(ResourceParam[Engine])
    assert not is_resource_annotation(Engine)


# -- config --------------------------------------------------------------------------------------------------


def test_a_run_uses_the_config_that_was_given() -> None:
    assert run(Store(path="x", mode=Mode.FAST)) == Store(path="x", mode=Mode.FAST)


def test_the_config_of_a_run_replaces_it() -> None:
    store = Store(path="x", size=7)
    assert run(store, {"path": "other", "mode": "FAST"}) == Store(path="other", mode=Mode.FAST)
    with pytest.raises(DagsterInvalidConfigError, match="path"):
        run(store, {"size": 3})


def test_configured_at_launch() -> None:
    with pytest.raises(DagsterInvalidConfigError, match="path"):
        run(Store.configure_at_launch())
    assert run(Store.configure_at_launch(), {"path": "late"}) == Store(path="late")
    assert run(Store.configure_at_launch(path="known"), {"size": 4}) == Store(path="known", size=4)
    assert run(Store.configure_at_launch(path="known", mode=Mode.FAST)) == Store(path="known", mode=Mode.FAST)


def test_variables_are_read_by_each_run_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    class Deep(Config):
        token: str

    class Api(ConfigurableResource):
        url: str = EnvVar("API_URL")
        port: int
        deep: Deep

    api = Api(port=EnvVar.int("API_PORT"), deep=Deep(token=EnvVar("API_TOKEN")))
    for url in ("first", "second"):
        monkeypatch.setenv("API_URL", url)
        monkeypatch.setenv("API_PORT", "80")
        monkeypatch.setenv("API_TOKEN", "hunter2")
        made = run(api)
        assert (made.url, made.port, made.deep.token) == (url, 80, "hunter2")
        assert repr(made) == "Api(url=EnvVar('API_URL'), port=EnvVar('API_PORT'), deep=<holds an EnvVar>)"
        assert "hunter2" not in str(made)
    monkeypatch.delenv("API_TOKEN")
    monkeypatch.setenv("API_PORT", "many")
    with pytest.raises(DagsterInvalidConfigError) as caught:
        run(api)
    assert {(each.reason, each.variable) for each in caught.value.errors} == {
        ("env_missing", "API_TOKEN"),
        ("env_unreadable", "API_PORT"),
    }


def test_a_function_style_resource_may_use_the_class() -> None:
    @resource(config_schema=Store.to_config_schema())
    def store(context: InitResourceContext) -> Any:
        return Store.from_resource_context(context)

    assert run(store, {"path": "x"}) == Store(path="x")
    with Client.from_resource_context_cm(build_init_resource_context(config={"name": "c"})) as client:
        assert client.connection() == "to c"
    assert LOG == ["+c", "-c"]


def test_a_field_of_an_unknown_class_says_what_to_write() -> None:
    class Broken(ConfigurableResource):
        engine: Engine

    with pytest.raises(DagsterInvalidPythonicConfigDefinitionError, match=r"ResourceDependency\[Engine\]"):
        Broken(engine=Engine("x"))


def test_names_imported_for_type_checkers_only() -> None:
    class Priced(ConfigurableResource):
        price: Decimal

    assert str(run(Priced.configure_at_launch(), {"price": "1.50"}).price) == "1.50"


# -- lifecycle -----------------------------------------------------------------------------------------------


def test_it_is_set_up_before_and_torn_down_after_the_run() -> None:
    with ResourceSet({"client": Client()}) as resources:
        assert resources.require("client").connection() == "to client"
        assert LOG == ["+client"]
    assert LOG == ["+client", "-client"]


def test_it_is_torn_down_when_what_used_it_fails() -> None:
    def use() -> None:
        with ResourceSet({"client": Client()}) as resources:
            resources.require("client")
            raise KeyError

    with pytest.raises(KeyError):
        use()
    assert LOG == ["+client", "-client"]


def test_a_set_up_that_raises_tears_nothing_down() -> None:
    class Broken(Client):
        def setup_for_execution(self, context: InitResourceContext) -> None:
            raise OSError("refused")

    with pytest.raises(DagsterResourceFunctionError, match="refused") as caught:
        run(Broken())
    assert isinstance(caught.value.__cause__, OSError)
    assert LOG == []


def test_it_has_a_context_while_a_run_uses_it() -> None:
    assert run(Store(path="x")).get_resource_context().resource_config["path"] == "x"
    with pytest.raises(CheckError, match="while a run uses it"):
        Store(path="x").get_resource_context()
    context = build_init_resource_context()
    assert Store(path="x").with_replaced_resource_context(context).get_resource_context() is context
    with Store(path="x").with_resource_context(context) as store:
        assert store.get_resource_context() is context


def test_made_outside_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE", "from env")
    assert Store(path=EnvVar("STORE")).process_config_and_initialize().path == "from env"
    with pytest.raises(CheckError, match="_cm"):
        Client().process_config_and_initialize()
    with pytest.raises(CheckError, match="_cm"):
        Session(client=Client()).process_config_and_initialize()
    with Client(name="c").process_config_and_initialize_cm() as client:
        assert client.connection() == "to c"
    assert LOG == ["+c", "-c"]


# -- other objects than itself -------------------------------------------------------------------------------


def test_a_factory_gives_what_it_creates() -> None:
    assert run(EngineFactory(url="x")).url == "x"
    assert run(EngineFactory.configure_at_launch(), {"url": "late"}).url == "late"


def test_a_factory_must_create() -> None:
    class Lazy(ConfigurableResourceFactory[Engine]):
        url: str = ""

    with pytest.raises(TypeError, match="create_resource"):
        Lazy()  # type: ignore[abstract]


def test_the_context_may_show_another_object() -> None:
    class Wrapped(ConfigurableResource, IAttachDifferentObjectToOpContext):
        size: int = 1

        def get_object_to_set_on_execution_context(self) -> Any:
            return f"attached {self.size}"

    resources = ResourceSet({"it": Wrapped(size=2)})
    assert resources.view().it == "attached 2"
    assert resources.require("it") == Wrapped(size=2)
    assert resources.view().original_resource_dict == {"it": Wrapped(size=2)}


def test_an_adapter_gives_a_function_style_resource_typed_config() -> None:
    @resource(config_schema={"path": str, "size": int}, required_resource_keys={"prefix"})
    def legacy(context: InitResourceContext) -> Iterator[Any]:
        LOG.append("open")
        yield (context.resources.prefix, context.resource_config)
        LOG.append("close")

    class Legacy(ConfigurableLegacyResourceAdapter):
        path: str
        size: int = 3

        @property
        def wrapped_resource(self) -> ResourceDefinition:
            return legacy

    assert run(Legacy(path="x"), prefix=">") == (">", {"path": "x", "size": 3})
    assert LOG == ["open", "close"]


# -- resources inside resources ------------------------------------------------------------------------------


def test_a_nested_resource_is_set_up_first_and_torn_down_last() -> None:
    with ResourceSet({"session": Session(client=Client())}) as resources:
        assert resources.require("session").client.connection() == "to client"
    assert LOG == ["+client", "open to client", "close", "-client"]
    assert dict(Session(client=Client()).nested_resources) == {"client": Client()}


def test_variables_of_nested_resources_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "from env")
    session = run(Session(client=Client(name=EnvVar("NAME"))))
    assert session.client.connection() == "to from env"
    assert "from env" not in repr(session)


def test_what_is_configured_at_launch_is_shared_with_those_it_is_nested_in() -> None:
    client = Client.configure_at_launch()
    config = {"client": {"config": {"name": "late"}}}
    with ResourceSet({"client": client, "session": Session(client=client)}, config) as resources:
        session = resources.require("session")
        assert session.client is resources.require("client")
        assert session.client.name == "late"
    assert LOG == ["+late", "open to late", "close", "-late"]


def test_what_is_configured_at_launch_must_be_given_to_the_run() -> None:
    with pytest.raises(DagsterInvalidDefinitionError, match=r"Session\.client"):
        ResourceSet({"session": Session(client=Client.configure_at_launch())})


def test_what_is_configured_at_launch_must_be_of_the_class_of_the_field() -> None:
    store = Store.configure_at_launch()
    with pytest.raises(DagsterInvalidDefinitionError, match="is a Client, but was given a Store"):
        ResourceSet({"store": store, "session": Session(client=store)})


def test_the_config_of_a_run_may_configure_what_is_nested() -> None:
    session = run(Session.configure_at_launch(), {"client": {"name": "deep"}, "retries": 3})
    assert (session.client.name, session.retries) == ("deep", 3)
    assert LOG == ["+deep", "open to deep", "close", "-deep"]
    partly = run(Session.configure_at_launch(client=Client(name="known")), {"retries": 2})
    assert (partly.client.name, partly.retries) == ("known", 2)


def test_an_optional_nested_resource() -> None:
    class Maybe(ConfigurableResource):
        client: Optional[Client] = None  # noqa: UP045 - both forms are read

    assert run(Maybe()).client is None
    assert run(Maybe(client=Client())).client.connection() == "to client"


def test_a_dependency_takes_a_value_a_definition_or_a_factory() -> None:
    @resource
    def engine() -> Iterator[Engine]:
        LOG.append("open")
        yield Engine("function")
        LOG.append("close")

    assert run(Writer(engine=Engine("plain"))).engine.url == "plain"
    assert run(Writer(engine=EngineFactory(url="factory"))).engine.url == "factory"
    assert run(Writer(engine=engine)).engine.url == "function"
    assert LOG == ["open", "close"]
    mock = MagicMock(spec=Engine)
    assert run(Writer(engine=mock)).engine is mock
    assert Writer(engine=Engine("direct")).engine.url == "direct"


def test_a_dependency_that_stands_among_the_resources_of_the_run_is_that_one() -> None:
    definition = ResourceDefinition(lambda context: Engine(context.resource_config), str)
    resources = ResourceSet(
        {"engine": definition, "writer": Writer(engine=definition)}, {"engine": {"config": "configured"}}
    )
    assert resources.require("writer").engine is resources.require("engine")
    assert resources.require("engine").url == "configured"


def test_an_error_in_a_nested_resource_names_it() -> None:
    class Broken(Client):
        def setup_for_execution(self, context: InitResourceContext) -> None:
            raise OSError("refused")

    with pytest.raises(DagsterResourceFunctionError, match=r'"client".*refused') as caught:
        run(Session(client=Broken()))
    assert isinstance(caught.value.__cause__, OSError)
