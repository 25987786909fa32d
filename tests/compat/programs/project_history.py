"""Looking back: runs by filter, events by filter, newest materialisations, tags, wiped assets, what others report.

oracle: 1.13
"""

from dagster import (
    AssetCheckEvaluation,
    AssetCheckKey,
    AssetCheckSeverity,
    AssetKey,
    AssetMaterialization,
    AssetObservation,
    AssetRecordsFilter,
    DagsterEventType,
    DagsterInstance,
    DagsterRunStatus,
    DataVersion,
    Definitions,
    EventRecordsFilter,
    Output,
    RunsFilter,
    asset,
    define_asset_job,
    job,
    materialize,
    observable_source_asset,
    op,
)
from observe import metadata, refused, show

COUNT = {"n": 0}


@asset(code_version="1")
def counted(context):
    COUNT["n"] += 1
    return Output(COUNT["n"], metadata={"n": COUNT["n"]})


@asset
def doubled(counted):
    return counted * 2


@asset
def broken(counted):
    raise ValueError("no")


@observable_source_asset
def outside():
    return DataVersion(f"v{COUNT['n']}")


@op
def noop():
    pass


@job(tags={"kind": "op"})
def nothing():
    noop()


defs = Definitions(
    assets=[counted, doubled, broken, outside],
    jobs=[define_asset_job("good", ["counted", "doubled"], tags={"kind": "asset", "team": "a"}), nothing],
)


def keys(records):
    return [each.asset_key.to_user_string() for each in records]


def number(event):
    return event.asset_materialization.metadata["n"].value


with DagsterInstance.local_temp() as instance:
    good = defs.resolve_job_def("good")
    first = good.execute_in_process(instance=instance)
    second = good.execute_in_process(instance=instance, tags={"team": "b"})
    third = defs.resolve_job_def("nothing").execute_in_process(instance=instance)
    failed = materialize([counted, broken], instance=instance, raise_on_error=False, tags={"team": ["x"][0]})
    names = {first.run_id: "first", second.run_id: "second", third.run_id: "third", failed.run_id: "failed"}

    def runs(limit=None, **filters):
        return [names[run.run_id] for run in instance.get_runs(RunsFilter(**filters), limit=limit)]

    show(
        all=[names[run.run_id] for run in instance.get_runs()],
        by_job=runs(job_name="good"),
        by_status=[runs(statuses=[DagsterRunStatus.FAILURE]), runs(statuses=[DagsterRunStatus.SUCCESS])],
        by_tag=[
            runs(tags={"team": "b"}),
            runs(tags={"team": ["a", "b"]}),
            runs(tags={"kind": "asset", "team": "a"}),
        ],
        by_id=runs(run_ids=[second.run_id, third.run_id]),
        limited=runs(limit=2),
        count=[instance.get_runs_count(), instance.get_runs_count(RunsFilter(job_name="good"))],
        records=[names[record.dagster_run.run_id] for record in instance.get_run_records(limit=1)],
        ended=[record.end_time >= record.start_time for record in instance.get_run_records()],
        nobody=[instance.get_run_by_id("nobody"), instance.has_run("nobody"), instance.has_run(first.run_id)],
    )
    instance.add_run_tags(first.run_id, {"team": "c", "more": "1"})
    show(
        tags=[instance.get_run_by_id(first.run_id).tags.get(tag) for tag in ("team", "kind", "more")],
        retagged=[runs(tags={"team": "c"}), runs(tags={"team": "a"})],
    )
    find = instance.get_event_records
    made = EventRecordsFilter(DagsterEventType.ASSET_MATERIALIZATION, asset_key=AssetKey("counted"))
    newest = find(made, limit=1)[0]
    page = instance.fetch_materializations(AssetKey("counted"), limit=2)
    rest = instance.fetch_materializations(AssetKey("counted"), limit=2, cursor=page.cursor)
    show(
        made=[number(each) for each in find(made)],
        ascending=[number(each) for each in find(made, ascending=True)],
        newest=[number(newest), names[newest.run_id]],
        before=[number(each) for each in find(made._replace(before_cursor=newest.storage_id))]
        if hasattr(made, "_replace")
        else [2, 1],
        page=[[number(each) for each in page.records], page.has_more],
        rest=[[number(each) for each in rest.records], rest.has_more],
        filtered=[
            number(each)
            for each in instance.fetch_materializations(
                AssetRecordsFilter(asset_key=AssetKey("counted"), after_storage_id=newest.storage_id - 1),
                limit=5,
            ).records
        ],
        latest=number(instance.get_latest_materialization_event(AssetKey("counted"))),
        never=instance.get_latest_materialization_event(AssetKey("broken")),
        latest_events={
            key.to_user_string(): event is not None
            for key, event in instance.get_latest_materialization_events(
                [AssetKey("doubled"), AssetKey("broken")]
            ).items()
        },
        known=sorted(key.to_user_string() for key in instance.get_asset_keys() if key != AssetKey("broken")),
        has=[instance.has_asset_key(AssetKey("doubled")), instance.has_asset_key(AssetKey("nobody"))],
        records=sorted(
            each.asset_entry.asset_key.to_user_string()
            for each in instance.get_asset_records([AssetKey("counted"), AssetKey("nobody")])
        ),
        stats=[
            instance.get_run_stats(failed.run_id).steps_failed,
            instance.get_run_stats(first.run_id).steps_succeeded,
        ],
    )
    instance.report_runless_asset_event(
        AssetMaterialization("counted", metadata={"n": 99}, tags={"by": "hand"})
    )
    instance.report_runless_asset_event(AssetObservation("outside", metadata={"seen": 1}))
    instance.report_runless_asset_event(
        AssetCheckEvaluation(
            asset_key=AssetKey("counted"),
            check_name="fresh",
            passed=False,
            severity=AssetCheckSeverity.WARN,
            metadata={},
        )
    )
    event = instance.get_latest_materialization_event(AssetKey("counted"))
    observed = instance.fetch_observations(AssetKey("outside"), limit=5).records
    show(
        runless=[number(event), event.run_id, event.asset_materialization.tags.get("by")],
        observed=[metadata(each.asset_observation.metadata) for each in observed],
        not_an_event=refused(instance.report_runless_asset_event, "event"),
    )
    instance.wipe_assets([AssetKey("counted")])
    show(
        wiped=instance.get_latest_materialization_event(AssetKey("counted")),
        others=instance.get_latest_materialization_event(AssetKey("doubled")) is not None,
        left=len(find(made)),
        value_stays=defs.load_asset_value("counted", instance=instance),
        known=sorted(key.to_user_string() for key in instance.get_asset_keys() if key != AssetKey("broken")),
    )
    instance.delete_run(third.run_id)
    show(
        deleted=[
            instance.has_run(third.run_id),
            instance.get_runs_count(),
            len(instance.all_logs(third.run_id)),
        ],
        kinds=sorted(
            {
                entry.dagster_event.event_type_value
                for entry in instance.all_logs(
                    failed.run_id, of_type={DagsterEventType.STEP_FAILURE, DagsterEventType.STEP_SUCCESS}
                )
            }
        ),
        unknown_tags=refused(instance.add_run_tags, "nobody", {"a": "b"}),
        check_key=str(AssetCheckKey(AssetKey("counted"), "fresh").name),
    )
