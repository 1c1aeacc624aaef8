"""Makes in moto what a stack expects to be there."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from constructs_lib.testing.prerequisites import Prerequisite


class Account(Protocol):
    """Where things are made: one account and Region of a moto server."""

    account: str
    region: str

    def client(self, service: str) -> Any: ...  # noqa: D102
    def at(self, region: str, account: str) -> Account: ...  # noqa: D102


_THERE = frozenset(
    {
        *(
            "AlreadyExists",
            "AlreadyExistsFault",
            "BucketAlreadyExists",
            "BucketAlreadyOwnedByYou",
            "EntityAlreadyExists",
        ),
        *("QueueAlreadyExists", "QueueNameExists", "ResourceAlreadyExistsException", "ResourceConflictException"),
        *("InvalidGroup.Duplicate", "ValidationException"),
    }
)
_TRUST = '{"Version": "2012-10-17", "Statement": []}'
_POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
_NETWORK = "10.{}.0.0/16"


class CannotPrepare(Exception):
    """A stack expects what only its test can make; the message lists all of it."""

    def __init__(self, missing: tuple[Prerequisite, ...]) -> None:
        self.missing = missing
        listed = "\n".join(f"  {thing}" for thing in missing)
        super().__init__(
            f"the stack expects what can't be made for it in moto:\n{listed}\n"
            "Make it with `moto.client(…)` and write what AWS called it into the stack, or take it out of the test"
        )


def prepare(place: Account, things: tuple[Prerequisite, ...]) -> None:
    """Make all of them; what is there already stays as it is.

    Raises:
        CannotPrepare: Some of it has an id that AWS gives; nothing is made then.
    """
    if missing := tuple(thing for thing in things if thing.kind not in _MAKERS):
        raise CannotPrepare(missing)
    for thing in sorted(things, key=lambda thing: thing.kind != "VPC"):  # what is in one comes after it
        there = place.at(thing.region or place.region, thing.account or place.account)
        _MAKERS[thing.kind](there, thing.name)


def _tried(call: Callable[..., Any], **arguments: Any) -> None:
    """Make something, unless it is there."""
    from botocore.exceptions import ClientError

    try:
        call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _THERE:
            raise


def _function(place: Account, name: str) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): ...")
    _role(place, "constructs-lib-test")
    _tried(
        place.client("lambda").create_function,
        FunctionName=name,
        Runtime="python3.12",
        Role=f"arn:aws:iam::{place.account}:role/constructs-lib-test",
        Handler="main.handler",
        Code={"ZipFile": code.getvalue()},
    )


def _role(place: Account, name: str) -> None:
    _tried(place.client("iam").create_role, RoleName=name, AssumeRolePolicyDocument=_TRUST)


def _policy(place: Account, path_and_name: str) -> None:
    path, _, name = path_and_name.rpartition("/")
    _tried(
        place.client("iam").create_policy,
        PolicyName=name,
        Path=f"/{path}/" if path else "/",
        PolicyDocument=_POLICY,
    )


def _bucket(place: Account, name: str) -> None:
    elsewhere = {} if place.region == "us-east-1" else {"LocationConstraint": place.region}
    configuration = {"CreateBucketConfiguration": elsewhere} if elsewhere else {}
    _tried(place.client("s3").create_bucket, Bucket=name, **configuration)


def _endpoint(place: Account, name: str) -> None:
    sagemaker = place.client("sagemaker")
    variant = {"VariantName": "AllTraffic", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    role = f"arn:aws:iam::{place.account}:role/constructs-lib-test"
    image = f"{place.account}.dkr.ecr.{place.region}.amazonaws.com/model:1"
    _tried(sagemaker.create_model, ModelName=name, ExecutionRoleArn=role, PrimaryContainer={"Image": image})
    _tried(sagemaker.create_endpoint_config, EndpointConfigName=name, ProductionVariants=[variant])
    _tried(sagemaker.create_endpoint, EndpointName=name, EndpointConfigName=name)


def _alarm(place: Account, name: str) -> None:
    if not place.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]:
        place.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="Test",
            MetricName="switch",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
        )


def _scaling_group(place: Account, name: str) -> None:
    scaling = place.client("autoscaling")
    launch = {"LaunchConfigurationName": name}
    _tried(scaling.create_launch_configuration, **launch, ImageId="ami-12c6146b", InstanceType="g5.xlarge")
    zones = [f"{place.region}a"]
    _tried(
        scaling.create_auto_scaling_group,
        **launch,
        AutoScalingGroupName=name,
        MinSize=0,
        MaxSize=1,
        AvailabilityZones=zones,
    )


def _vpc(place: Account, vpc: str) -> None:
    ec2 = place.client("ec2")
    if not ec2.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Vpcs"]:
        number = len(ec2.describe_vpcs()["Vpcs"])
        ec2.create_vpc(CidrBlock=_NETWORK.format(number), TagSpecifications=_called("vpc", vpc))


def _subnet(place: Account, subnet: str) -> None:
    ec2 = place.client("ec2")
    if ec2.describe_subnets(Filters=[{"Name": "subnet-id", "Values": [subnet]}])["Subnets"]:
        return
    known = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [home := _home(ec2)]}])["Subnets"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    number = len(known)
    ec2.create_subnet(
        VpcId=home,
        CidrBlock=f"172.31.{255 - number}.0/24",
        AvailabilityZone=zones[number % len(zones)],
        TagSpecifications=_called("subnet", subnet),
    )


def _security_group(place: Account, group: str) -> None:
    ec2 = place.client("ec2")
    if not ec2.describe_security_groups(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroups"]:
        ec2.create_security_group(
            GroupName=group,
            Description="expected by a stack",
            VpcId=_home(ec2),
            TagSpecifications=_called("security-group", group),
        )


def _home(ec2: Any) -> str:
    """The default VPC, which every Region of every account has; its range is 172.31.0.0/16."""
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    return str(vpc["VpcId"])


def _called(kind: str, chosen: str) -> list[dict[str, Any]]:
    """The tag by which moto gives an id that was asked for."""
    return [{"ResourceType": kind, "Tags": [{"Key": "_custom_id_", "Value": chosen}]}]


_MAKERS: Mapping[str, Callable[[Account, str], None]] = {
    "function": _function,
    "log group": lambda place, name: _tried(place.client("logs").create_log_group, logGroupName=name),
    "topic": lambda place, name: _tried(place.client("sns").create_topic, Name=name),
    "queue": lambda place, name: _tried(place.client("sqs").create_queue, QueueName=name),
    "role": _role,
    "policy": _policy,
    "bucket": _bucket,
    "endpoint": _endpoint,
    "alarm": _alarm,
    "Auto Scaling group": _scaling_group,
    "VPC": _vpc,
    "subnet": _subnet,
    "security group": _security_group,
}
