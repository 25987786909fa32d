"""Assets made by graphs of ops: config mapped down, resources inside, several outputs, nested graphs.

oracle: both
"""

from dagster import (
    AssetIn,
    AssetKey,
    AssetOut,
    AssetsDefinition,
    Config,
    ConfigMapping,
    ConfigurableResource,
    Field,
    GraphOut,
    In,
    Out,
    Output,
    asset,
    config_mapping,
    graph,
    graph_asset,
    graph_multi_asset,
    job,
    materialize,
    op,
)
from observe import caught, events, metadata, show


class Api(ConfigurableResource):
    base: str = "http://localhost"

    def get(self, path):
        return f"{self.base}/{path}"


class PageConfig(Config):
    pages: int = 2
    topic: str


@op
def fetch(context, config: PageConfig, api: Api):
    return [api.get(f"{config.topic}/{page}") for page in range(config.pages)]


@op(out={"head": Out(str), "rest": Out(list)})
def split(pages):
    yield Output(pages[0], "head", metadata={"length": len(pages[0])})
    yield Output(pages[1:], "rest")


@op(config_schema={"suffix": Field(str, default_value="!")})
def decorate(context, text):
    return text + context.op_config["suffix"]


@op(ins={"left": In(str), "right": In(list)})
def combine(left, right):
    return [left, *right]


@graph(out={"title": GraphOut(), "pages": GraphOut()})
def cleaned(raw):
    head, rest = split(raw)
    return {"title": decorate(head), "pages": rest}


@config_mapping(config_schema={"topic": str, "loud": Field(bool, default_value=False)})
def simple(value):
    return {
        "fetch": {"config": {"topic": value["topic"], "pages": 3}},
        "cleaned": {"ops": {"decorate": {"config": {"suffix": "!!" if value["loud"] else "."}}}},
    }


@graph_asset(
    group_name="scraped", config=simple, description="All pages of a topic.", metadata={"owner": "us"}
)
def articles():
    title, pages = cleaned(fetch())
    return combine(title, pages)


@graph_multi_asset(
    outs={
        "headline": AssetOut(key_prefix="news", description="The first."),
        "others": AssetOut(key=AssetKey(["news", "others"]), is_required=True),
    },
    ins={"pages": AssetIn("articles")},
    group_name="news",
)
def news(pages):
    title, rest = cleaned(pages)
    return {"headline": title, "others": rest}


@asset(ins={"headline": AssetIn(key_prefix="news")})
def front_page(headline):
    return headline.upper()


from_graph = AssetsDefinition.from_graph(
    cleaned,
    keys_by_input_name={"raw": AssetKey("articles")},
    keys_by_output_name={"title": AssetKey("title"), "pages": AssetKey("pages")},
    group_name="built",
    metadata_by_output_name={"title": {"made": "by hand"}},
)


@graph(
    config=ConfigMapping(
        config_fn=lambda value: {"fetch": {"config": {"topic": value, "pages": 1}}}, config_schema=str
    )
)
def one_topic():
    return fetch()


@job(resource_defs={"api": Api(base="job")})
def topics():
    combine(
        decorate(decorate.alias("again")(split.alias("first")(one_topic.alias("sports")())[0])), one_topic()
    )


config = {"ops": {"articles": {"config": {"topic": "art"}}}}
resources = {"api": Api(base="test")}
result = materialize([articles, news, front_page, from_graph], resources=resources, run_config=config)
loud = materialize(
    [articles],
    resources=resources,
    run_config={"ops": {"articles": {"config": {"topic": "x", "loud": True}}}},
)

show(
    events=events(result),
    values={
        name: result.asset_value(name.split("/"))
        for name in ("articles", "news/headline", "news/others", "front_page", "title", "pages")
    },
    loud=loud.output_for_node("articles"),
    inner=[
        result.output_for_node("articles.fetch"),
        result.output_for_node("articles.cleaned.split", "head"),
        result.output_for_node("news.cleaned", "pages"),
        result.output_for_node("news", "headline"),
    ],
    materialized=[
        [event.step_key, event.asset_key]
        for event in result.all_events
        if event.event_type_value == "ASSET_MATERIALIZATION"
    ],
    metadata=[
        metadata(event.event_specific_data.metadata)
        for event in result.events_for_node("articles.cleaned.split")
        if event.event_type_value == "STEP_OUTPUT"
    ],
)
show(
    keys={each.node_def.name: [each.keys, each.keys_by_input_name] for each in (articles, news, from_graph)},
    groups={
        key.to_user_string(): group
        for each in (articles, news, from_graph)
        for key, group in each.group_names_by_key.items()
    },
    descriptions=[
        articles.descriptions_by_key[AssetKey("articles")],
        news.descriptions_by_key[AssetKey(["news", "headline"])],
    ],
    deps={key.to_user_string(): deps for key, deps in news.asset_deps.items()},
    declared=from_graph.metadata_by_key[AssetKey("title")]["made"],
    required=sorted(articles.required_resource_keys),
)
topic_result = topics.execute_in_process(
    run_config={"ops": {"sports": {"config": "sports"}, "one_topic": {"config": "news"}}}
)
show(
    topic_events=events(topic_result),
    topic_output=topic_result.output_for_node("combine"),
    aliased=topic_result.output_for_node("sports.fetch"),
)
show(
    no_config=caught(materialize, [articles], resources=resources),
    inner_config=caught(
        materialize,
        [articles],
        resources=resources,
        run_config={"ops": {"articles": {"ops": {"fetch": {"config": {"topic": "a"}}}}}},
    ),
    no_resource=caught(materialize, [articles], run_config=config),
    wrong_type=caught(
        materialize,
        [articles],
        resources=resources,
        run_config={"ops": {"articles": {"config": {"topic": 1}}}},
    ),
)
