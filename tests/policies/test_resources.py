"""Every topic, key, queue, bucket, API and function of every stack: who must get in does, and nobody else.

Who calls whom, and what comes with the call, is constructs_lib.aws.policy.service_calls, with AWS's pages.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from constructs_lib.aws.policy import ANONYMOUS, Answer, Policy, Principal, Request, evaluate
from constructs_lib.aws.policy.service_calls import (
    ALARM_PUBLISHES,
    ALARM_USES_KEY,
    BUDGET_PUBLISHES,
    BUDGET_USES_KEY,
    COST_ANOMALY_PUBLISHES,
    COST_ANOMALY_USES_KEY,
    RULE_PUBLISHES,
    RULE_SENDS,
    RULE_USES_KEY,
    TOPIC_INVOKES,
    TOPIC_SENDS,
)
from tests.policies.deployed import ACCOUNT, STRANGER, Deployed, stacks

ALLOWED, DENIED = Answer.ALLOWED, Answer.DENIED
EVERYTHING = Policy({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
WITHOUT_TLS = {"aws:SecureTransport": "false"}


def every(kind: str) -> pytest.MarkDecorator:
    """A test for each resource of a type in each stack."""
    found = [(deployed, address) for deployed in stacks() for address in deployed.of(kind)]
    ids = [f"{deployed.name}-{address}" for deployed, address in found]
    return pytest.mark.parametrize(("deployed", "address"), found, ids=ids)


def admin(account: str) -> Principal:
    return Principal("AWS", f"arn:aws:iam::{account}:user/admin")


def asked(policy: Policy, who: Principal, action: str, resource: str, **context: str) -> Answer:
    """What a resource's policy says to somebody whose own policies allow everything."""
    keys = {key.replace("__", ":"): value for key, value in context.items()}
    request = Request(principal=who, action=action, resource=resource, owner=ACCOUNT, context=keys)
    return evaluate(request, identity=[EVERYTHING] if who.type == "AWS" else [], resource=policy).answer


def services() -> Iterator[Principal]:
    """Some that have no business here, and what an event of S3, a delivery or a job would come from."""
    names = ("s3", "firehose", "logs", "sagemaker", "ec2", "lambda", "apigateway", "delivery.logs", "cloudtrail", "ses")
    return (Principal("Service", f"{name}.amazonaws.com") for name in names)


def event_targets(deployed: Deployed) -> Iterator[tuple[str, str, str | None]]:
    """Of each event target the rule's ARN, the target's, and the queue's for what was not delivered."""
    for target in deployed.of("aws_cloudwatch_event_target").values():
        rule = f"arn:aws:events:{deployed.region}:{ACCOUNT}:rule/{target['rule']}"
        yield rule, target["arn"], target.get("dead_letter_config", {}).get("arn")


BUDGET = f"arn:aws:budgets::{ACCOUNT}:budget/money"
ANOMALIES = f"arn:aws:ce::{ACCOUNT}:anomalysubscription/a"
BILLS = ((BUDGET_PUBLISHES, BUDGET), (COST_ANOMALY_PUBLISHES, ANOMALIES))


def billed(deployed: Deployed) -> set[str]:
    """The topics that hear of budgets."""
    notices = (notice for budget in deployed.of("aws_budgets_budget").values() for notice in budget["notification"])
    return {arn for notice in notices for arn in notice["subscriber_sns_topic_arns"]}


def policy_of(deployed: Deployed, kind: str, argument: str, value: str) -> Policy:
    (found,) = (policy["policy"] for policy in deployed.of(kind).values() if policy[argument] == value)
    return Policy.read(found)


@every("aws_sns_topic")
def test_topics(deployed: Deployed, address: str) -> None:
    topic = deployed.arn("aws_sns_topic", address)
    policy = policy_of(deployed, "aws_sns_topic_policy", "arn", topic)
    alarm = f"arn:aws:cloudwatch:{deployed.region}:{ACCOUNT}:alarm:errors"
    assert ALARM_PUBLISHES.answer(policy, topic, source=alarm, account=ACCOUNT) == ALLOWED
    for source, account in (
        (alarm.replace(ACCOUNT, STRANGER), STRANGER),
        (alarm.replace(":cloudwatch:", ":events:"), ACCOUNT),
        (alarm.replace(deployed.region, "sa-east-1"), ACCOUNT),
    ):
        assert ALARM_PUBLISHES.answer(policy, topic, source=source, account=account) == DENIED
    told = any(target == topic for _, target, _ in event_targets(deployed))
    assert RULE_PUBLISHES.answer(policy, topic) == (ALLOWED if told else DENIED), "only where an event is told"
    for call, source in BILLS:
        answer = ALLOWED if topic in billed(deployed) else DENIED
        assert call.answer(policy, topic, source=source, account=ACCOUNT) == answer, "only where a budget is heard"
        theirs = source.replace(ACCOUNT, STRANGER)
        assert call.answer(policy, topic, source=theirs, account=STRANGER) == DENIED
    for service in services():
        assert asked(policy, service, "sns:Publish", topic) == DENIED
    assert asked(policy, Principal("Service", "cloudwatch.amazonaws.com"), "sns:Subscribe", topic) == DENIED
    assert asked(policy, admin(ACCOUNT), "sns:Publish", topic) == ALLOWED
    for who in (admin(STRANGER), ANONYMOUS):
        for action in ("sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes"):
            assert asked(policy, who, action, topic) == DENIED
    assert asked(policy, admin(ACCOUNT), "sns:Publish", topic, aws__SecureTransport="false") == DENIED


@every("aws_sns_topic")
def test_the_way_from_an_alarm_and_an_event_through_the_key(deployed: Deployed, address: str) -> None:
    topic = deployed.of("aws_sns_topic")[address]
    key = topic["kms_master_key_id"]
    if key not in deployed.arns("aws_kms_key"):
        return  # its owner's, who has written its policy
    policy = deployed.policy_on(key)
    assert policy is not None
    alarm = f"arn:aws:cloudwatch:{deployed.region}:{ACCOUNT}:alarm:errors"
    assert ALARM_USES_KEY.answer(policy, key, source=alarm, account=ACCOUNT) == ALLOWED
    theirs = alarm.replace(ACCOUNT, STRANGER)
    assert ALARM_USES_KEY.answer(policy, key, source=theirs, account=STRANGER) == DENIED
    told = {target for _, target, _ in event_targets(deployed)}
    any_topic = told & set(deployed.arns("aws_sns_topic"))
    assert RULE_USES_KEY.answer(policy, key) == (ALLOWED if any_topic else DENIED)
    answer = ALLOWED if billed(deployed) else DENIED
    assert BUDGET_USES_KEY.answer(policy, key, source=BUDGET, account=ACCOUNT) == answer
    assert COST_ANOMALY_USES_KEY.answer(policy, key, source=ANOMALIES, account=ACCOUNT) == answer
    theirs = BUDGET.replace(ACCOUNT, STRANGER)
    assert BUDGET_USES_KEY.answer(policy, key, source=theirs, account=STRANGER) == DENIED


@every("aws_kms_key")
def test_keys(deployed: Deployed, address: str) -> None:
    key = deployed.arn("aws_kms_key", address)
    policy = deployed.policy_on(key)
    assert policy is not None
    for who in (admin(STRANGER), ANONYMOUS, *(s for s in services() if s.id != "logs.amazonaws.com")):
        for action in ("kms:Decrypt", "kms:GenerateDataKey", "kms:ScheduleKeyDeletion"):
            assert asked(policy, who, action, key, aws__SourceAccount=ACCOUNT) == DENIED
    assert asked(policy, admin(ACCOUNT), "kms:PutKeyPolicy", key) == ALLOWED, "or nobody could ever change it"
    nobody = Request(principal=admin(ACCOUNT), action="kms:Decrypt", resource=key)
    assert evaluate(nobody, resource=policy).answer == DENIED, "IAM policies have to allow it, too"
    logs = Principal("Service", f"logs.{deployed.region}.amazonaws.com")
    group = f"arn:aws:logs:{deployed.region}:{ACCOUNT}:log-group:/ai/ranker"
    encrypts = deployed.of("aws_kms_key")[address]["description"].startswith("Encrypts the logs")
    assert encrypts or key not in [values["kms_key_id"] for values in deployed.of("aws_cloudwatch_log_group").values()]
    # CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using KMS".
    for action in ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "DescribeKey"):
        context = {"kms__EncryptionContext__aws__logs__arn": group}
        said = asked(policy, logs, f"kms:{action}", key, **context)
        assert said == (ALLOWED if encrypts else DENIED)
        theirs = {name: value.replace(ACCOUNT, STRANGER) for name, value in context.items()}
        assert asked(policy, logs, f"kms:{action}", key, **theirs) == DENIED
    assert asked(policy, logs, "kms:CreateGrant", key, kms__EncryptionContext__aws__logs__arn=group) == DENIED
    query = group.replace(":log-group:", ":query-definition:")
    assert asked(policy, logs, "kms:Decrypt", key, kms__EncryptionContext__aws__logs__arn=query) == DENIED


@every("aws_sqs_queue")
def test_queues(deployed: Deployed, address: str) -> None:
    queue = deployed.arn("aws_sqs_queue", address)
    url = f"https://sqs.{deployed.region}.amazonaws.com/{ACCOUNT}/{deployed.of('aws_sqs_queue')[address]['name']}"
    policy = policy_of(deployed, "aws_sqs_queue_policy", "queue_url", url)
    senders = {rule for rule, target, dead in event_targets(deployed) if queue in (target, dead)}
    assert senders, "something sends to it"
    for rule in senders:
        assert RULE_SENDS.answer(policy, queue, source=rule) == ALLOWED
        assert RULE_SENDS.answer(policy, queue, source=rule.replace(ACCOUNT, STRANGER)) == DENIED
        (request,) = RULE_SENDS.requests(queue, source=rule)
        without_tls = Request(
            principal=request.principal,
            action=request.action,
            resource=queue,
            context={**request.context, **WITHOUT_TLS},
        )
        assert evaluate(without_tls, resource=policy).answer == DENIED
    other = f"arn:aws:events:{deployed.region}:{ACCOUNT}:rule/another-teams-rule"
    assert RULE_SENDS.answer(policy, queue, source=other) == DENIED
    assert TOPIC_SENDS.answer(policy, queue) == DENIED
    for who in (*services(), admin(STRANGER), ANONYMOUS):
        for action in ("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:SetQueueAttributes"):
            assert asked(policy, who, action, queue) == DENIED
    assert asked(policy, admin(ACCOUNT), "sqs:ReceiveMessage", queue) == ALLOWED
    assert asked(policy, admin(ACCOUNT), "sqs:ReceiveMessage", queue, aws__SecureTransport="false") == DENIED


@every("aws_s3_bucket")
def test_buckets(deployed: Deployed, address: str) -> None:
    """What roles do with them is in test_roles."""
    bucket = deployed.arn("aws_s3_bucket", address)
    policy = deployed.policy_on(bucket)
    assert policy is not None
    for resource, actions in (
        (bucket, ("s3:ListBucket", "s3:PutBucketPolicy")),
        (f"{bucket}/a", ("s3:GetObject", "s3:PutObject")),
    ):
        for action in actions:
            for who in (admin(STRANGER), ANONYMOUS, *services()):
                assert asked(policy, who, action, resource) == DENIED
            assert asked(policy, admin(ACCOUNT), action, resource) == ALLOWED
            assert asked(policy, admin(ACCOUNT), action, resource, aws__SecureTransport="false") == DENIED


@every("aws_api_gateway_rest_api_policy")
def test_apis(deployed: Deployed, address: str) -> None:
    """Of all routes; methods decide with AWS_IAM, keys or tokens on top of it."""
    written = deployed.of("aws_api_gateway_rest_api_policy")[address]
    policy = Policy.read(written["policy"])
    api = written["rest_api_id"]
    route = f"{deployed.arn('aws_api_gateway_rest_api', api, 'execution_arn')}/prod/POST/rank"
    private = deployed.of("aws_api_gateway_rest_api")[api]["endpoint_configuration"]["types"] == ["PRIVATE"]
    inside = {"aws__SourceVpce": "vpce-0123456789abcdef0", "aws__VpcSourceIp": "10.1.2.3"}
    outside = {"aws__SourceIp": "203.0.113.9"}
    near, far = (inside, outside) if private else (outside, {"aws__SourceIp": "198.51.100.1"})
    methods = [method for method in deployed.of("aws_api_gateway_method").values() if method["rest_api_id"] == api]
    signed = {method["authorization"] for method in methods} == {"AWS_IAM"}
    caller = admin(ACCOUNT)
    assert asked(policy, caller, "execute-api:Invoke", route, **near) == ALLOWED
    for who in (caller, ANONYMOUS):
        assert asked(policy, who, "execute-api:Invoke", route, **far) == DENIED
    assert asked(policy, ANONYMOUS, "execute-api:Invoke", route, **near) == (DENIED if signed else ALLOWED)
    if signed:
        partner = asked(policy, admin("222222222222"), "execute-api:Invoke", route, **near)
        assert partner == (ALLOWED if address.startswith("partners") else DENIED)
        assert asked(policy, admin(STRANGER), "execute-api:Invoke", route, **near) == DENIED
    assert asked(policy, caller, "execute-api:ManageConnections", route, **near) == ALLOWED, "by its own policy alone"
    assert asked(policy, ANONYMOUS, "execute-api:ManageConnections", route, **near) == DENIED


@every("aws_lambda_permission")
def test_functions(deployed: Deployed, address: str) -> None:
    permission = deployed.of("aws_lambda_permission")[address]
    function, source = permission["function_name"], permission["source_arn"]
    policy = Policy(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Service": permission["principal"]},
                "Action": permission["action"],
                "Resource": function,
                "Condition": {"ArnLike": {"aws:SourceArn": source}},  # what AddPermission writes for a source ARN
            },
        }
    )
    assert source.split(":")[4] == ACCOUNT
    if permission["principal"] == "sns.amazonaws.com":
        assert source in deployed.arns("aws_sns_topic")
        assert TOPIC_INVOKES.answer(policy, function, source=source) == ALLOWED
        assert TOPIC_INVOKES.answer(policy, function, source=f"{source}x") == DENIED
    else:
        call = source.replace("/*/*", "/GET/x")
        gateway = Principal("Service", "apigateway.amazonaws.com")
        assert asked(policy, gateway, "lambda:InvokeFunction", function, aws__SourceArn=call) == ALLOWED
        other = call.replace(f":{ACCOUNT}:", f":{ACCOUNT}:x")
        assert asked(policy, gateway, "lambda:InvokeFunction", function, aws__SourceArn=other) == DENIED
    for who in (*(s for s in services() if s.id != permission["principal"]), admin(STRANGER), ANONYMOUS):
        assert asked(policy, who, "lambda:InvokeFunction", function, aws__SourceArn=source) == DENIED


def test_every_policy_of_every_stack_is_looked_at() -> None:
    """A type with a policy that no test here knows would go unseen."""
    known = {
        "aws_api_gateway_rest_api_policy",
        "aws_iam_role",
        "aws_iam_role_policy",
        "aws_kms_key",
        "aws_lambda_permission",
        "aws_s3_bucket_policy",
        "aws_sns_topic_policy",
        "aws_sqs_queue_policy",
    }
    found = {
        kind
        for deployed in stacks()
        for kind, resources in deployed.resources.items()
        for values in resources.values()
        if kind == "aws_lambda_permission"
        or any('"Statement"' in str(v) and '"Effect"' in str(v) for v in values.values())
    }
    assert found == known
