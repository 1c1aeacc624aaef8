"""Which log group a monitor looks at, and whether it makes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, ClassVar

from constructs_lib.aws import log_limits
from constructs_lib.aws.environment import Environment
from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked
from constructs_lib.options.link import Kind, Link
from constructs_lib.references import OrReference

RETENTION_DAYS = 90
"""A quarter: what is still asked about is usually younger, and an archive keeps the rest for less money."""


class LogGroupLink(Link):
    """A log group."""

    kind: ClassVar[Kind] = "log_group"
    words: ClassVar[str] = "a log group that is there already"


class LogGroup(Model):
    """A log group: one to make, one that is there, or one that another monitor of the stack makes."""

    name: Annotated[str, checked(log_limits.log_group_name), OrReference()] | None = None
    """Name of the group, such as /aws/lambda/ranker."""
    create: bool = False
    """Whether to make it, encrypted. AWS services make theirs themselves, so a group is used as found by default."""
    retention_days: Annotated[int, checked(log_limits.retention_days), OrReference()] | None = None
    """Days an event is kept in a group made here. Left out: 90, a quarter to look back on; an archive keeps longer."""
    made_by: LogGroupLink | None = None
    """Instead of `name`: the monitor of this stack that makes the group."""

    def problems(self) -> Iterator[Problem]:
        """One way to name it, and options only where they have an effect."""
        if (self.name is None) == (self.made_by is None):
            found = "no log group is named" if self.name is None else "both name and made_by are given"
            yield Problem(found, "give `name`, or `made_by` for one that another monitor makes")
        if self.create and self.made_by is not None:
            yield Problem("true, though another monitor makes the group", "remove it", path="create")
        if self.retention_days is not None and not self.create:
            yield Problem(
                f"{self.retention_days} has no effect on a group that is not made here",
                "remove it, or write `create: true`",
                path="retention_days",
            )

    @property
    def full_name(self) -> str:
        """Its name in AWS."""
        if self.made_by is not None:
            return self.made_by.name
        assert self.name is not None  # `problems` has made sure  # noqa: S101
        return self.name

    @property
    def kept_days(self) -> int:
        """Days an event is kept in a group made here."""
        return self.retention_days if self.retention_days is not None else RETENTION_DAYS

    @property
    def reference(self) -> str:
        """The name as an argument of resources, with a reference to what another monitor makes."""
        return self.made_by.reference if self.made_by is not None else self.full_name

    def arn(self, environment: Environment) -> str:
        """Its ARN, without the `:*` that some APIs add."""
        return environment.arn("logs", f"log-group:{self.reference}")


class LogGroupUse(Model):
    """What one monitor puts on a log group; each group takes only so much."""

    group: str
    """Its name."""
    creates: bool = False
    """The monitor makes it."""
    refers: bool = False
    """The monitor names another one that makes it, so Terraform knows the order."""
    filters: int = 0
    """Metric filters."""
    filters_with_regex: int = 0
    """Those of them with a regular expression."""
    subscriptions: int = 0
    """Subscription filters."""
    masks: bool = False
    """The monitor sets the group's data protection policy."""


Uses = Mapping[str, LogGroupUse]
"""Uses of one log group by the path of the monitor: `stacks.production.monitors.ranker-errors`."""


def conflicts(uses: Iterable[tuple[str, LogGroupUse]]) -> Iterator[Problem]:
    """What only shows when the monitors of one account and Region come together on a log group.

    Args:
        uses: Each with the path of its monitor.
    """
    groups: dict[str, dict[str, LogGroupUse]] = {}
    for path, use in uses:
        groups.setdefault(use.group, {})[path] = use
    for group, users in groups.items():
        yield from _two_owners(group, users)
        yield from _over_limits(group, users)


def _two_owners(group: str, users: Uses) -> Iterator[Problem]:
    makers = [path for path, use in users.items() if use.creates]
    for path in makers[1:]:
        yield Problem(path=path, rule=f"log group {group} is made by {makers[0]} already", fix=_refer_to(makers[0]))
    for path, use in users.items():
        if makers and not use.creates and not use.refers and _stack(path) == _stack(makers[0]):
            rule = f"log group {group} is made by {makers[0]}, and Terraform may look for it before it is there"
            yield Problem(path=path, rule=rule, fix=_refer_to(makers[0]))
    maskers = [path for path, use in users.items() if use.masks]
    for path in maskers[1:]:
        rule = f"log group {group} has one data protection policy, and {maskers[0]} sets it"
        yield Problem(path=path, rule=rule, fix="list everything under `mask` there")


def _over_limits(group: str, users: Uses) -> Iterator[Problem]:
    for what, count, limit in (
        ("metric filters", sum(use.filters for use in users.values()), log_limits.FILTERS),
        (
            "filters with a regular expression",
            sum(use.filters_with_regex for use in users.values()),
            log_limits.FILTERS_WITH_REGEX,
        ),
        ("subscription filters", sum(use.subscriptions for use in users.values()), log_limits.SUBSCRIPTIONS),
    ):
        if count > limit:
            rule = f"log group {group} would have {count} {what}, and CloudWatch takes {limit}"
            yield Problem(path=list(users)[-1], rule=rule, fix="remove some")


def _refer_to(path: str) -> str:
    return f"write `log_group: {{made_by: {path.rpartition('.')[2]}}}`"


def _stack(path: str) -> str:
    return path.rpartition(".monitors.")[0]
