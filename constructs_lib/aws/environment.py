"""Where resources live: an account, a Region, a partition. Inputs, never looked up, so that a plan runs offline."""

from __future__ import annotations

from dataclasses import dataclass

from constructs_lib.aws import names
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.references import known


@dataclass(frozen=True, slots=True)
class Environment:
    """An AWS account and Region; both may be references.

    Attributes:
        account: 12-digit account ID.
        region: Region code, such as us-east-1.
        partition: aws, aws-cn, aws-us-gov …; derived from the Region, so given only where the Region is a reference.

    Raises:
        ConfigError: The account or Region is malformed, or the partition can't be known.
    """

    account: str
    region: str
    partition: str = ""

    def __post_init__(self) -> None:
        problems = []
        if broken := names.account(self.account):
            problems.append(broken.at("account"))
        if broken := names.region(self.region):
            problems.append(broken.at("region"))
        derived = names.partition_of(self.region)
        if derived is None and not self.partition:
            rule = "can't be derived, for the Region is a reference"
            problems.append(Problem(rule, "give it: aws, aws-cn or aws-us-gov", "partition"))
        elif derived and self.partition and known(self.partition, derived) != derived:
            rule = f"{self.partition!r} is not the partition of {self.region}"
            problems.append(Problem(rule, f"leave it out: it is {derived}", "partition"))
        if problems:
            raise ConfigError(problem.under("environment") for problem in problems)
        if not self.partition:
            object.__setattr__(self, "partition", derived)

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and Region: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:*`."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def endpoint(self, service: str) -> str:
        """A service in this Region, as principals and kms:ViaService name it: `logs.us-east-1.amazonaws.com`."""
        suffix = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        return f"{service}.{self.region}.{suffix}"

    @property
    def root_arn(self) -> str:
        """The account itself, as a principal: whoever its IAM policies allow."""
        return f"arn:{self.partition}:iam::{self.account}:root"
