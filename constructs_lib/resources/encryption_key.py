"""A customer-managed KMS key: the services that publish to what it encrypts could not use an AWS-managed one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct, TerraformResourceLifecycle
from constructs_lib.resources.policy import Conditions, Statement, document
from constructs_lib.resources.shared import Once
from constructs_lib.resources.values import aws

DELETION_WINDOW_DAYS = 30
"""KMS's longest: time to notice that something still needs the key."""


_NEVER_DELETED = Statement(
    sid="NoOneSchedulesDeletion", effect="Deny", actions=["kms:ScheduleKeyDeletion"], principals={"AWS": "*"}
)


class EncryptionKey(Construct):
    """A key that rotates every year, with an alias a person can read.

    Args:
        alias: Name of the alias, without `alias/`.
        description: What it encrypts.
        statements: What services may do with it, besides the account's own IAM policies. Roles need no statement here:
            their own policies count.

    Attributes:
        key: The aws_kms_key.
        alias: The aws_kms_alias.
        retained: Whether nothing schedules it for deletion.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        alias: str,
        description: str,
        environment: Environment,
        statements: Sequence[Statement],
    ) -> None:
        super().__init__(scope, construct_id)
        # Without this statement IAM policies have no say over the key, and a wrong key policy could never be repaired.
        owner = Statement(sid="AccountAdministersKey", actions=["kms:*"], principals={"AWS": environment.root_arn})
        self._statements = [owner, *statements]
        self.retained = False
        self.key: Any = aws.kms_key.KmsKey(
            self,
            "key",
            description=description,
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            policy=document(self._statements),
        )
        self.alias: Any = aws.kms_alias.KmsAlias(self, "alias", name=f"alias/{alias}", target_key_id=self.key.key_id)

    def retain(self) -> None:
        """Keep the key from deletion, as something that was encrypted with it is to stay readable.

        `prevent_destroy` alone is gone with the block that says it. What the key's policy denies, Terraform can't do
        either, until an apply has taken that out (KMS developer guide, "Controlling access to key deletion").
        """
        if not self.retained:
            self.retained = True
            self.key.lifecycle = TerraformResourceLifecycle(prevent_destroy=True)
            self.key.policy = document([*self._statements, _NEVER_DELETED])

    @property
    def arn(self) -> str:
        """The key's ARN."""
        arn: str = self.key.arn
        return arn


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key that exists already, whose policy its owner has written."""

    arn: str

    def retain(self) -> None:
        """Nothing is to be done: it is its owner's, and stays."""


AnyKey: TypeAlias = EncryptionKey | GivenKey


def use_by(service: str, *, sid: str, conditions: Conditions | None = None) -> Statement:
    """Lets a service write to, and read from, what the key encrypts."""
    return Statement(
        sid=sid,
        actions=["kms:Decrypt", "kms:GenerateDataKey*"],
        principals={"Service": service},
        conditions=conditions or {},
    )


def log_groups(environment: Environment) -> Statement:
    """Lets CloudWatch Logs encrypt the log groups of this account and Region."""
    return Statement(
        sid="CloudWatchLogsEncryptsLogGroups",
        actions=["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        principals={"Service": environment.endpoint("logs")},
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": environment.arn("logs", "log-group:*")}},
    )


def data_key(scope: Construct, construct_id: str, *, name: str, environment: Environment) -> EncryptionKey:
    """The key for what a workload stores: log groups, and by their roles' permissions buckets and streams."""
    return EncryptionKey(
        scope,
        construct_id,
        alias=f"{name}-data",
        description=f"Encrypts the logs and stored data of {name}",
        environment=environment,
        statements=[log_groups(environment)],
    )


DATA_KEY = Once("data", data_key)
"""One key for whatever the monitors of a stack store."""
