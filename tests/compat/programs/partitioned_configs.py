"""Jobs whose config is made of the partition, and jobs with partitions and config of their own.

oracle: 1.13
"""

from dagster import (
    Config,
    DailyPartitionsDefinition,
    Partition,
    PartitionedConfig,
    RunConfig,
    StaticPartitionsDefinition,
    daily_partitioned_config,
    define_asset_job,
    dynamic_partitioned_config,
    hourly_partitioned_config,
    job,
    monthly_partitioned_config,
    op,
    partitioned_config,
    static_partitioned_config,
    weekly_partitioned_config,
)
from observe import caught, plain, show

seen = []


class Span(Config):
    since: str
    until: str


@op
def fetch(context, config: Span):
    seen.append([config.since, config.until, context.partition_key, context.has_partition_key])


def config_of(since, until):
    return {"ops": {"fetch": {"config": {"since": str(since), "until": str(until)}}}}


@daily_partitioned_config(
    start_date="2024-05-01", tags_for_partition_fn=lambda start, end: {"day": start.strftime("%d")}
)
def by_day(start, end):
    return config_of(start.isoformat(), end.isoformat())


@hourly_partitioned_config(start_date="2024-05-01-00:00")
def by_hour(start, end):
    return config_of(start.isoformat(), end.isoformat())


@weekly_partitioned_config(start_date="2024-05-01", day_offset=1)
def by_week(start, end):
    return config_of(start.date(), end.date())


@monthly_partitioned_config(start_date="2024-05-01")
def by_month(start, end):
    return config_of(start.date(), end.date())


@static_partitioned_config(["a", "b"], tags_for_partition_key_fn=lambda key: {"letter": key})
def by_letter(partition_key):
    return config_of(partition_key, partition_key)


@dynamic_partitioned_config(lambda _: ["p", "q"])
def by_list(partition_key):
    return RunConfig(ops={"fetch": Span(since=partition_key, until=partition_key)})


@partitioned_config(StaticPartitionsDefinition(["k"]))
def by_key(partition_key):
    return config_of(partition_key, "end")


older = PartitionedConfig(
    partitions_def=StaticPartitionsDefinition(["o"]),
    run_config_for_partition_fn=lambda partition: config_of(partition.name, partition.value),
    tags_for_partition_fn=lambda partition: {"name": partition.name},
)


def job_of(config):
    @job(config=config)
    def fetching():
        fetch()

    return fetching


@job(partitions_def=StaticPartitionsDefinition(["s"]), config=config_of("x", "y"))
def same_config():
    fetch()


def run(a_job, key, **given):
    return plain(a_job.execute_in_process(partition_key=key, **given).dagster_run.tags)


show(
    runs=[
        run(job_of(by_day), "2024-05-03"),
        run(job_of(by_day), "2024-05-03", run_config=config_of("given", "given")),
        run(job_of(by_hour), "2024-05-03-04:00"),
        run(job_of(by_week), "2024-05-06"),
        run(job_of(by_month), "2024-05-01"),
        run(job_of(by_letter), "a"),
        run(job_of(by_list), "q"),
        run(job_of(by_key), "k"),
        run(job_of(older), "o"),
        run(same_config, "s"),
    ],
    seen=seen,
    config=plain(by_day.get_run_config_for_partition_key("2024-05-03")),
    tags=plain(by_day.get_tags_for_partition_key("2024-05-03")),
    keys=[by_letter.get_partition_keys(), by_list.get_partition_keys()],
    partitions=str(by_day.partitions_def),
    called=by_letter("z"),
    partition=[Partition("v").name, Partition("v", "n").name, Partition("v", "n").value],
    job_partitions=str(
        define_asset_job("j", partitions_def=DailyPartitionsDefinition("2024-05-01")).partitions_def
    ),
    wrong=[
        caught(lambda: job_of(by_day).execute_in_process(partition_key="2090-01-01")),
        caught(lambda: job_of(by_letter).execute_in_process(partition_key="c")),
        caught(PartitionedConfig, StaticPartitionsDefinition(["a"])),
    ],
)
