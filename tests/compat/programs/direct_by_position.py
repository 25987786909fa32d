"""Direct calls that give config, resources and inputs by position, as unit tests often do.

oracle: both
"""

from dagster import Config, ConfigurableResource, asset, build_asset_context, build_op_context, op
from observe import caught, show


class Api(ConfigurableResource):
    url: str = "local"


class Page(Config):
    number: int = 1


@asset
def report(config: Page, api: Api, rows: int):
    return [config.number, api.url, rows]


@asset
def traced(context, config: Page, api: Api, rows: int):
    return [type(context).__name__ != "", config.number, api.url, rows]


@op
def fetch(context, rows: int, config: Page, api: Api):
    return [rows, config.number, api.url]


@op
def only_resource(api: Api):
    return api.url


@op
def only_config(config: Page):
    return config.number


page, api = Page(number=7), Api(url="test")
show(
    all=report(page, api, 3),
    some=[report(page, api, rows=3), report(page, rows=3, api=api)],
    named=report(config=page, api=api, rows=3),
    with_context=traced(build_asset_context(), page, api, 3),
    from_context=traced(build_asset_context(resources={"api": api}), page, rows=3),
    op=fetch(build_op_context(), 3, page, api),
    resource=only_resource(api),
    config=[only_config(page), only_config({"number": 2}), only_config()],
    too_many=caught(report, page, api, 3, 4),
    too_few=caught(report, page, api),
    not_a_config=caught(report, 3, api, page),
    mixed_up=caught(traced, build_asset_context(), 3, page, api),
)
