"""Assets and ops whose values lie in S3: which objects there are, what is in them, and what is recorded.

Runs on both sides, with the endpoint of an S3 server in S3_ENDPOINT and a bucket of its own in S3_BUCKET.
"""

import json
import os
import pickle
import warnings

warnings.simplefilter("ignore")  # before the imports: what they say is not compared

from dagster import (
    AssetExecutionContext,
    DynamicOut,
    DynamicOutput,
    StaticPartitionsDefinition,
    asset,
    job,
    materialize,
    op,
)
from dagster_aws.s3 import (
    ConfigurablePickledObjectS3IOManager,
    S3PickleIOManager,
    S3Resource,
    s3_pickle_io_manager,
    s3_resource,
)

BUCKET = os.environ["S3_BUCKET"]
ACCESS = {
    "endpoint_url": os.environ["S3_ENDPOINT"],
    "aws_access_key_id": "key",
    "aws_secret_access_key": "a secret",
    "region_name": "us-east-1",
}


@asset
def numbers():
    return [1, 2, 3]


@asset(key_prefix=["raw", "deep"])
def total(numbers):
    return sum(numbers)


@asset
def nothing(numbers) -> None:
    pass


@asset
def none_value():
    return None


@asset(partitions_def=StaticPartitionsDefinition(["a", "b.c"]))
def by_part(context: AssetExecutionContext):
    return context.partition_key * 2


@op
def one():
    return 1


@op(out=DynamicOut())
def several():
    yield DynamicOutput(1, "x")
    yield DynamicOutput(2, "y")


@op
def add(one, other):
    return one + other


def objects(client):
    listed = client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    found = {}
    for each in listed:
        body = client.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read()
        found[each["Key"]] = repr(pickle.loads(body))
    return found


def main():
    s3 = S3Resource(**ACCESS)
    client = s3.get_client()
    client.create_bucket(Bucket=BUCKET)
    shown = {}
    for name, manager in {
        "plain": S3PickleIOManager(s3_resource=s3, s3_bucket=BUCKET),
        "prefix": ConfigurablePickledObjectS3IOManager(
            s3_resource=s3, s3_bucket=BUCKET, s3_prefix="my/prefix"
        ),
    }.items():
        result = materialize([numbers, total, nothing, none_value], resources={"io_manager": manager})
        shown[name] = [
            [event.asset_key.to_user_string(), sorted(event.materialization.metadata)]
            + [
                [type(each).__name__, each.value]
                for label, each in event.materialization.metadata.items()
                if label in ("uri", "path")
            ]
            for event in result.get_asset_materialization_events()
        ]
        shown[name + "_loaded"] = result.output_for_node("raw__deep__total")

    for key in ("a", "b.c"):
        manager = S3PickleIOManager(s3_resource=s3, s3_bucket=BUCKET)
        materialize([by_part], partition_key=key, resources={"io_manager": manager})

    @job(resource_defs={"io_manager": s3_pickle_io_manager, "s3": s3_resource})
    def sums():
        several().map(lambda each: add(one(), each))

    config = {
        "resources": {
            "io_manager": {"config": {"s3_bucket": BUCKET, "s3_prefix": "ops"}},
            "s3": {"config": ACCESS},
        }
    }
    result = sums.execute_in_process(run_config=config)
    print(json.dumps(shown))
    print(
        json.dumps(
            {"objects": {key.replace(result.run_id, "RUN"): value for key, value in objects(client).items()}}
        )
    )


main()
