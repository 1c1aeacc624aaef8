"""The evaluator on the examples of AWS's pages, each with the result its page gives.

The pages are those of the IAM user guide where no other guide is named; names and numbers are theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from constructs_lib.aws.policy import ANONYMOUS, Answer, Policy, Principal, Request, evaluate

ALLOWED, DENIED, NOT_KNOWN = Answer.ALLOWED, Answer.DENIED, Answer.NOT_KNOWN
ACCOUNT = "123456789012"


def user(name: str, account: str = ACCOUNT) -> Principal:
    return Principal("AWS", f"arn:aws:iam::{account}:user/{name}")


def statement(effect: str, action: object, resource: object = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> Policy:
    return Policy({"Version": version, "Statement": list(statements)})


def call(principal: Principal, action: str, resource: str = "*", *, owner: str = ACCOUNT, **context: Any) -> Request:
    """A request; in the names of condition keys `__` stands for a colon and `_` for a slash."""
    keys = {key.replace("__", ":").replace("_", "/"): value for key, value in context.items()}
    return Request(principal=principal, action=action, resource=resource, owner=owner, context=keys)


CARLOS = user("carlossalazar")


@pytest.mark.parametrize(
    ("resource", "bucket_policy", "answer"),
    [
        ("carlossalazar-logs/file", False, DENIED),  # by DenyS3Logs, though the bucket's name begins as his own
        ("carlossalazar/file", True, ALLOWED),  # by both
        ("carlossalazar/file", False, ALLOWED),  # "if one of the policy types allows the request … still allowed"
    ],
)
def test_a_request_within_a_single_account(resource: str, bucket_policy: bool, answer: Answer) -> None:
    """ "Policy evaluation for requests within a single account", Carlos's example."""
    own = ["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"]
    identity = policy(
        statement("Allow", ["s3:GetBucketLocation", "s3:ListAllMyBuckets"], "arn:aws:s3:::*"),
        statement("Allow", "s3:*", own),
        statement("Deny", "s3:*", "arn:aws:s3:::*log*"),
    )
    of_bucket = policy(statement("Allow", "s3:*", own, Principal={"AWS": CARLOS.id})) if bucket_policy else None
    request = call(CARLOS, "s3:PutObject", f"arn:aws:s3:::{resource}")
    assert evaluate(request, identity=[identity], resource=of_bucket).answer == answer
    others = call(user("zhang"), "s3:PutObject", f"arn:aws:s3:::{resource}")
    assert evaluate(others, resource=of_bucket).answer == DENIED, "the bucket's policy names Carlos alone"


@pytest.mark.parametrize(
    ("action", "resource", "answer"),
    [
        ("s3:PutObject", "Production-logs/file", DENIED),  # DenyS3Logs in his own account
        ("s3:PutObject", "Production/file", ALLOWED),  # both accounts allow it
        ("s3:DeleteObject", "Production/file", DENIED),  # "create and edit, but not delete": his own policy would
    ],
)
def test_a_request_across_accounts(action: str, resource: str, answer: Answer) -> None:
    """ "Cross-account policy evaluation logic", Carlos's example; in one account either policy would do."""
    carlos = user("carlossalazar", "111111111111")
    identity = policy(
        statement("Allow", "s3:ListAllMyBuckets"),
        statement("Allow", "s3:*Object*", "arn:aws:s3:::Production/*"),
        statement("Deny", "s3:*", ["arn:aws:s3:::*log*", "arn:aws:s3:::*log*/*"]),
    )
    actions = ["s3:GetObject*", "s3:PutObject*", "s3:ReplicateObject", "s3:RestoreObject"]
    bucket = policy(statement("Allow", actions, "arn:aws:s3:::Production/*", Principal={"AWS": carlos.id}))
    request = call(carlos, action, f"arn:aws:s3:::{resource}", owner="222222222222")
    assert evaluate(request, identity=[identity], resource=bucket).answer == answer
    assert evaluate(request, resource=bucket).answer == DENIED, "without an identity policy that allows it"
    assert evaluate(request, identity=[identity]).answer == DENIED, "without a bucket policy that allows it"


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("iam:GetUser", ALLOWED),
        ("iam:CreatePolicy", DENIED),  # implicitly
        ("iam:GetOrganizationsAccessReport", DENIED),  # explicitly, by the suffix
        ("iam:GenerateCredentialReport", DENIED),  # even if "someone adds another policy" that allows it
    ],
)
def test_explicit_and_implicit_denies(action: str, answer: Answer) -> None:
    """ "The difference between explicit and implicit denies"."""
    first = policy(statement("Allow", ["iam:Get*", "iam:List*"]), statement("Deny", "iam:*Report"))
    another = policy(statement("Allow", "iam:GenerateCredentialReport"))
    assert evaluate(call(CARLOS, action), identity=[first, another]).answer == answer


REPORT = {"aws__TokenIssueTime": "2020-06-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("condition", "context", "met"),
    [
        ({"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}}, {"aws__PrincipalTag_job-category": "iamuser-admin"}, True),  # noqa: E501
        ({"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}}, {"aws__PrincipalTag_job-category": "IamUser-Admin"}, False),  # noqa: E501
        ({"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}}, {}, False),
        ({"StringEqualsIgnoreCase": {"aws:PrincipalTag/job-category": "iamuser-admin"}}, {"aws__PrincipalTag_job-category": "IamUser-Admin"}, True),  # noqa: E501
        ({"StringNotLike": {"aws:PrincipalTag/job-category": "iamuser-*"}}, {}, True),
        ({"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}}, {"s3__prefix": "home/David/", "aws__username": "David"}, True),  # noqa: E501
        ({"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}}, {"s3__prefix": "home/Bob/", "aws__username": "David"}, False),  # noqa: E501
        ({"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}}, {"s3__prefix": "home/"}, True),
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"s3__max-keys": "10"}, True),
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"s3__max-keys": "11"}, False),
        ({"NumericLessThanEquals": {"s3:max-keys": 10}}, {"s3__max-keys": "9"}, True),  # as a number of JSON
        ({"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}, REPORT, True),
        ({"DateGreaterThan": {"aws:TokenIssueTime": "1577836801"}}, REPORT, True),  # in epoch time
        ({"DateGreaterThan": {"aws:TokenIssueTime": "2021-01-01T00:00:01Z"}}, REPORT, False),
        ({"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:01Z"}}, {}, False),  # a user's access key
        ({"Bool": {"aws:SecureTransport": "false"}}, {"aws__SecureTransport": "false"}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, {}, False),  # "always present": with TLS unless said otherwise
        ({"BinaryEquals": {"key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}, {"key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}, True),
        ({"BinaryEquals": {"key": "QmluYXJ5VmFsdWVJbkJhc2U2NA=="}}, {"key": "qmluYXJ5VmFsdWVJbkJhc2U2NA=="}, False),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}}, {"aws__SourceIp": "203.0.113.255"}, True),  # noqa: E501
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:DB8:1234:5678::/64"]}}, {"aws__SourceIp": "2001:db8:1234:5678::1"}, True),  # noqa: E501
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"aws__SourceIp": "203.0.114.1"}, False),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, {"aws__SourceIp": "203.0.113.7"}, True),  # /32 by default
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"aws__SourceIp": "203.0.114.1"}, True),
        ({"Null": {"aws:TokenIssueTime": "true"}}, {}, True),
        ({"Null": {"aws:TokenIssueTime": "true"}}, REPORT, False),
        ({"Null": {"aws:TokenIssueTime": "false"}}, REPORT, True),
        ({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}}, {}, True),  # an image, a key pair, …
        ({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}}, {"ec2__InstanceType": "t2.large"}, True),  # noqa: E501
        ({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*", "m3.*"]}}, {"ec2__InstanceType": "c5.large"}, False),  # noqa: E501
        ({"StringNotEqualsIfExists": {"aws:RequestTag/owner": "team"}}, {}, True),  # "still denied even if … missing"
        ({"StringEquals": {"AWS:PRINCIPALTAG/TEAM": "red"}}, {"aws__PrincipalTag_team": "red"}, True),  # key names
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_condition_operators(condition: dict[str, Any], context: dict[str, str], met: bool) -> None:
    """ "IAM JSON policy elements: Condition operators"."""
    identity = policy(statement("Allow", "iam:*AccessKey*", Condition=condition))
    request = call(CARLOS, "iam:CreateAccessKey", **context)
    assert evaluate(request, identity=[identity]).answer == (ALLOWED if met else DENIED)


def test_the_arn_operators_compare_part_by_part() -> None:
    """ "Amazon Resource Name (ARN) condition operators": StringLike matches here, ArnLike does not."""
    pattern = "arn:aws:someservice:*:111122223333:finance/*"
    value = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"
    request = call(CARLOS, "sqs:SendMessage", aws__SourceArn=value)
    for operator, met in (("StringLike", True), ("ArnLike", False), ("ArnEquals", False), ("ArnNotLike", True)):
        identity = policy(statement("Allow", "*", Condition={operator: {"aws:SourceArn": pattern}}))
        assert evaluate(request, identity=[identity]).answer == (ALLOWED if met else DENIED), operator


@pytest.mark.parametrize(
    ("tags", "role", "answer"),
    [
        ({"department": "finance", "role": "audit"}, "audit", ALLOWED),
        ({"department": "hr", "role": "security"}, "security", ALLOWED),  # any value of each key
        ({"department": "finance"}, "audit", DENIED),  # all keys of an operator
        ({"department": "finance", "role": "audit"}, "admin", DENIED),  # all operators
    ],
)
def test_several_operators_keys_and_values(tags: dict[str, str], role: str, answer: Answer) -> None:
    """ "Conditions with multiple context keys or values": AND, AND, OR."""
    condition = {
        "StringEquals": {"aws:PrincipalTag/department": ["finance", "hr"], "aws:PrincipalTag/role": ["audit", "security"]},  # noqa: E501
        "ArnLike": {"aws:PrincipalArn": [f"arn:aws:iam::{ACCOUNT}:role/audit", f"arn:aws:iam::{ACCOUNT}:role/sec*"]},
    }  # fmt: skip
    bucket = policy(statement("Allow", "s3:ListBucket", Principal={"AWS": "*"}, Condition=condition))
    session = Principal("AWS", f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/someone")
    context = {f"aws__PrincipalTag_{key}": value for key, value in tags.items()}
    request = call(session, "s3:ListBucket", "arn:aws:s3:::b", **context)
    assert evaluate(request, resource=bucket).answer == answer


@pytest.mark.parametrize(("team", "denied"), [("red", False), ("blue", False), ("green", True), (None, True)])
def test_several_values_of_a_negated_operator(team: str | None, denied: bool) -> None:
    """The same page: NOR. "… and the right key is not present, the condition is true"."""
    condition = {"StringNotEquals": {"aws:PrincipalTag/team": ["red", "blue"]}}
    identity = policy(statement("Allow", "*"), statement("Deny", "*", Condition=condition))
    context = {"aws__PrincipalTag_team": team} if team else {}
    assert evaluate(call(CARLOS, "s3:GetObject", **context), identity=[identity]).answer == (
        DENIED if denied else ALLOWED
    )


@pytest.mark.parametrize(
    ("quantifier", "values", "attributes", "met"),
    [
        ("ForAllValues", ["PostDateTime", "Message", "Tags"], ["PostDateTime", "Message"], True),
        ("ForAllValues", ["PostDateTime", "Message", "Tags"], ["PostDateTime", "ID"], False),
        ("ForAllValues", ["PostDateTime", "Message", "Tags"], ["PostDateTime", "UserName"], False),
        ("ForAllValues", ["PostDateTime", "Message", "Tags"], [], True),
        ("ForAllValues", ["PostDateTime", "Message", "Tags"], [""], True),  # "an empty data set, … an empty string"
        ("ForAnyValue", ["ID", "PostDateTime"], ["PostDateTime", "Message"], True),
        ("ForAnyValue", ["ID", "PostDateTime"], ["UserName"], False),
        ("ForAnyValue", ["ID", "PostDateTime"], ["UserName", "Message", "PostDateTime"], True),
        ("ForAnyValue", ["ID", "PostDateTime"], [], False),
        ("ForAnyValue", ["ID", "PostDateTime"], [""], False),
    ],
)
def test_keys_with_several_values(quantifier: str, values: list[str], attributes: Sequence[str], met: bool) -> None:
    """ "Single-valued vs. multivalued context keys", the table Thread."""
    condition = {f"{quantifier}:StringLike": {"dynamodb:requestedAttributes": values}}
    identity = policy(statement("Allow", "dynamodb:GetItem", Condition=condition))
    request = call(CARLOS, "dynamodb:GetItem", dynamodb__requestedAttributes=attributes)
    assert evaluate(request, identity=[identity]).answer == (ALLOWED if met else DENIED)


@pytest.mark.parametrize(
    ("resource", "context", "answer"),
    [
        ("arn:aws:s3:::mybucket/David/a.txt", {"aws__username": "David"}, ALLOWED),
        ("arn:aws:s3:::mybucket/Bob/a.txt", {"aws__username": "David"}, DENIED),
        ("arn:aws:s3:::mybucket/David/a.txt", {}, DENIED),  # "not present": the statement is invalid
        ("arn:aws:s3:::mybucket/*/a.txt", {"aws__username": "*"}, ALLOWED),
        ("arn:aws:s3:::mybucket/David/a.txt", {"aws__username": "*"}, DENIED),  # a value holds no wildcards
    ],
)
def test_policy_variables_in_a_resource(resource: str, context: dict[str, str], answer: Answer) -> None:
    """ "IAM policy elements: Variables and tags"."""
    identity = policy(statement("Allow", ["s3:GetObject"], ["arn:aws:s3:::mybucket/${aws:username}/*"]))
    assert evaluate(call(CARLOS, "s3:GetObject", resource, **context), identity=[identity]).answer == answer


def test_policy_variables_were_text_before_2012() -> None:
    """The same page: "variables like ${aws:username} are treated as literal strings"."""
    said = statement("Allow", "s3:GetObject", "arn:aws:s3:::mybucket/${aws:username}/*")
    for version in ("2008-10-17", None):
        identity = Policy({"Statement": [said]} | ({"Version": version} if version else {}))
        request = call(CARLOS, "s3:GetObject", "arn:aws:s3:::mybucket/David/a.txt", aws__username="David")
        assert evaluate(request, identity=[identity]).answer == DENIED


def test_a_default_and_the_special_characters_of_policy_variables() -> None:
    """The same page, "Specifying default values" and "Special characters"."""
    team = policy(statement("Allow", "s3:GetObject", "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'company-wide'}/*"))
    own = call(CARLOS, "s3:GetObject", "arn:aws:s3:::bucket/red/a", aws__PrincipalTag_team="red")
    assert evaluate(own, identity=[team]).answer == ALLOWED
    common = call(CARLOS, "s3:GetObject", "arn:aws:s3:::bucket/company-wide/a")
    assert evaluate(common, identity=[team]).answer == ALLOWED
    star = policy(statement("Allow", "s3:GetObject", "arn:aws:s3:::bucket/${*}"))
    assert evaluate(call(CARLOS, "s3:GetObject", "arn:aws:s3:::bucket/*"), identity=[star]).answer == ALLOWED
    assert evaluate(call(CARLOS, "s3:GetObject", "arn:aws:s3:::bucket/a"), identity=[star]).answer == DENIED


AUDIT = Principal("AWS", "arn:aws:sts::444455556666:assumed-role/cross-account-read-only-role/cross-account-audit-app")


@pytest.mark.parametrize(
    ("principal", "named", "answer"),
    [
        (user("Bob", "444455556666"), ["arn:aws:iam::444455556666:user/Bob", "arn:aws:iam::444455556666:root"], ALLOWED),  # noqa: E501
        (user("Eve", "444455556666"), ["arn:aws:iam::444455556666:user/Bob"], DENIED),
        (user("Eve", "999999999999"), ["arn:aws:iam::444455556666:user/Bob", "arn:aws:iam::444455556666:root"], DENIED),
        (AUDIT, [AUDIT.id, AUDIT.role, "arn:aws:iam::444455556666:root"], ALLOWED),
        # "might be to explicitly deny access to the AWS account": might.
        (user("Bob", "444455556666"), ["arn:aws:iam::444455556666:user/Bob"], NOT_KNOWN),
    ],
)  # fmt: skip
def test_everybody_but(principal: Principal, named: list[str], answer: Answer) -> None:
    """ "AWS JSON policy elements: NotPrincipal" with Deny; other policies allow everything."""
    bucket = policy(
        {"Effect": "Deny", "NotPrincipal": {"AWS": named}, "Action": "s3:*", "Resource": "*"},
        statement("Allow", "s3:*", Principal="*"),
    )
    request = call(principal, "s3:GetObject", "arn:aws:s3:::BUCKETNAME/a")
    assert evaluate(request, identity=[policy(statement("Allow", "*"))], resource=bucket).answer == answer


def test_not_action_and_not_resource() -> None:
    """ "IAM JSON policy elements: NotAction" and "NotResource"."""
    but_iam = policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    assert evaluate(call(CARLOS, "ec2:RunInstances"), identity=[but_iam]).answer == ALLOWED
    assert evaluate(call(CARLOS, "iam:CreateUser"), identity=[but_iam]).answer == DENIED
    only_payroll = policy(
        statement("Allow", "s3:*"),
        {
            "Effect": "Deny",
            "Action": "s3:*",
            "NotResource": ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"],
        },
    )
    for key, answer in (("Payroll/a", ALLOWED), ("Payroll", ALLOWED), ("Other/a", DENIED)):
        request = call(CARLOS, "s3:GetObject", f"arn:aws:s3:::HRBucket/{key}")
        assert evaluate(request, identity=[only_payroll]).answer == answer


KEY = "arn:aws:kms:us-west-2:111122223333:key/1234abcd"


@pytest.mark.parametrize(
    ("of_key", "of_role", "answer"),
    [
        ({"AWS": "arn:aws:iam::111122223333:root"}, "kms:*", ALLOWED),  # the default key policy enables IAM policies
        ({"AWS": "111122223333"}, "kms:*", ALLOWED),
        ({"AWS": "arn:aws:iam::111122223333:root"}, None, DENIED),  # … and gives by itself nobody anything
        ({"AWS": "arn:aws:iam::111122223333:role/admin"}, "kms:*", DENIED),  # IAM policies "have no effect"
        ({"AWS": "arn:aws:iam::111122223333:role/ExampleRole"}, None, ALLOWED),
    ],
)
def test_key_policies(of_key: dict[str, str], of_role: str | None, answer: Answer) -> None:
    """KMS developer guide, "Key policies in AWS KMS" and "Default key policy"."""
    role = Principal("AWS", "arn:aws:sts::111122223333:assumed-role/ExampleRole/session")
    identity = [policy(statement("Allow", of_role, KEY))] if of_role else []
    of_key_policy = policy(statement("Allow", "kms:*", Principal=of_key))
    assert evaluate(call(role, "kms:Decrypt", KEY), identity=identity, resource=of_key_policy).answer == answer


@pytest.mark.parametrize("account", [ACCOUNT, "999999999999"])
def test_a_role_is_for_whom_its_trust_policy_names(account: str) -> None:
    """ "How AWS enforcement code logic evaluates requests": trust policies are an exception like key policies."""
    trust = policy({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    ec2 = call(Principal("Service", "ec2.amazonaws.com"), "sts:AssumeRole", role)
    assert evaluate(ec2, resource=trust).answer == ALLOWED
    somebody = call(user("bob", account), "sts:AssumeRole", role)
    assert evaluate(somebody, identity=[policy(statement("Allow", "*"))], resource=trust).answer == DENIED


@pytest.mark.parametrize(
    ("principal", "element", "answer"),
    [
        (ANONYMOUS, "*", ALLOWED),
        (ANONYMOUS, {"AWS": "*"}, ALLOWED),
        (ANONYMOUS, {"AWS": "123456789012"}, DENIED),
        (ANONYMOUS, {"Service": "s3.amazonaws.com"}, DENIED),
        (Principal("Service", "s3.amazonaws.com"), {"Service": "s3.amazonaws.com"}, ALLOWED),
        (Principal("Service", "s3.amazonaws.com"), {"Service": ["ec2.amazonaws.com", "sns.amazonaws.com"]}, DENIED),
        (Principal("Service", "s3.amazonaws.com"), {"AWS": "*"}, ALLOWED),
        (Principal("Federated", "accounts.google.com"), {"Federated": "accounts.google.com"}, ALLOWED),
        (user("bob"), {"AWS": "arn:aws:iam::123456789012:user/*"}, DENIED),  # "You can't use a wildcard to match part"
        (user("bob"), {"AWS": "123456789012"}, DENIED),  # the account's own policies have to allow it too
        (user("bob"), {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}, NOT_KNOWN),
    ],
)
def test_principals(principal: Principal, element: object, answer: Answer) -> None:
    """ "AWS JSON policy elements: Principal"."""
    bucket = policy(statement("Allow", "s3:GetObject", Principal=element))
    request = call(principal, "s3:GetObject", "arn:aws:s3:::b/a")
    assert evaluate(request, resource=bucket).answer == answer


def test_keys_that_come_with_the_caller() -> None:
    """ "AWS global condition context keys": aws:PrincipalArn, …Account, …IsAWSService, …ServiceName."""
    session = Principal("AWS", f"arn:aws:sts::{ACCOUNT}:assumed-role/r/someone")
    service = Principal("Service", "logging.s3.amazonaws.com")
    for principal, key, value in (
        (session, "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/r"),
        (session, "aws:PrincipalAccount", ACCOUNT),
        (session, "aws:PrincipalIsAWSService", "false"),
        (service, "aws:PrincipalIsAWSService", "true"),
        (service, "aws:PrincipalServiceName", "logging.s3.amazonaws.com"),
    ):
        bucket = policy(statement("Allow", "s3:PutObject", Principal="*", Condition={"StringEquals": {key: value}}))
        assert evaluate(call(principal, "s3:PutObject", "arn:aws:s3:::b/a"), resource=bucket).answer == ALLOWED, key
