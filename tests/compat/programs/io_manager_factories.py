"""ConfigurableIOManagerFactory, legacy adapters, and resources that hand out another object.

oracle: both
"""

from dagster import (
    ConfigurableIOManager,
    ConfigurableIOManagerFactory,
    ConfigurableLegacyIOManagerAdapter,
    ConfigurableResource,
    IAttachDifferentObjectToOpContext,
    IOManager,
    asset,
    io_manager,
    materialize,
)
from observe import show

log = []


class Plain(IOManager):
    def __init__(self, label):
        self.label = label

    def handle_output(self, context, obj):
        log.append([self.label, "store", obj])

    def load_input(self, context):
        log.append([self.label, "load"])
        return self.label


class Factory(ConfigurableIOManagerFactory):
    label: str

    def create_io_manager(self, context):
        return Plain(self.label)


@io_manager(config_schema={"label": str})
def legacy(context):
    return Plain("legacy " + context.resource_config["label"])


class Adapter(ConfigurableLegacyIOManagerAdapter):
    label: str = "default"

    @property
    def wrapped_io_manager(self):
        return legacy


class Store(ConfigurableResource):
    root: str


class WithStore(ConfigurableIOManager):
    store: Store
    suffix: str = "!"

    def handle_output(self, context, obj):
        log.append([self.store.root + self.suffix, "store", obj])

    def load_input(self, context):
        return self.store.root


class Session(ConfigurableResource, IAttachDifferentObjectToOpContext):
    name: str

    def get_object_to_set_on_execution_context(self):
        return f"object of {self.name}"


@asset
def first():
    return 1


@asset
def second(first):
    return first


@asset(required_resource_keys={"session"})
def by_key(context):
    return context.resources.session


@asset
def by_parameter(session: Session):
    return session.name


for manager in (Factory(label="factory"), Adapter(label="given"), WithStore(store=Store(root="root"))):
    materialize([first, second], resources={"io_manager": manager})
attached = materialize([by_key, by_parameter], resources={"session": Session(name="s")})
show(log=log, attached=[attached.output_for_node(name) for name in ("by_key", "by_parameter")])
