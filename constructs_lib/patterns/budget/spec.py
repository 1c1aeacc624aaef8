"""What a user may say of money."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.severity import Severity, milder
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.errors import Problem
from constructs_lib.model import Items, checked, shown
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.references import OrReference, above, of_literals

HOME = "us-east-1"
"""Where AWS Budgets and Cost Anomaly Detection are. That they reach a topic elsewhere AWS does not say."""
NAME_CHARACTERS = 100
"""CreateBudget, BudgetName."""

_BEDROCK = "Amazon Bedrock"
_TAG_KEY = re.compile(r"[\w .:/=+@-]{1,128}")

Usd = Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]
Text = Annotated[str, Field(min_length=1, max_length=256), OrReference()]


def _tag_key(key: str) -> Problem | None:
    """A key as users write it; that of AWS's own tags begins otherwise."""
    if _TAG_KEY.fullmatch(key) and not key.startswith(("user:", "aws:")):
        return None
    return Problem(f"{shown(key)} cannot be the key of a cost allocation tag", "write the tag's key alone, like app")


class BudgetSpec(MonitorSpec):
    """Says when AWS bills more than planned, will do so, or bills what is unusual."""

    pattern: Literal["budget"] = "budget"
    severity: Severity = "critical"
    """Of a month's budget that is spent. All that can still be changed is a warning."""
    tag: Annotated[Mapping[Annotated[str, checked(_tag_key)], Text], Field(min_length=1, max_length=1)] | None = None
    """One cost allocation tag and its value: what is counted. Left out: everything the account is billed for."""
    services: Items[Text] = ()
    """Names of services as bills have them, such as Amazon SageMaker: only these are counted."""
    usd_per_month: Usd | None = None
    """US dollars a calendar month."""
    usd_per_day: Usd | None = None
    """US dollars a day."""
    early_percent: Annotated[float, Field(gt=0, lt=100, allow_inf_nan=False), OrReference()] | None = 80
    """Part of the month's budget from which a warning is sent."""
    forecast: bool = True
    """Whether a warning is sent when the month is forecast to exceed its budget; AWS needs some five weeks of bills."""
    unusual_usd: Usd | None = 50
    """What a spike that AWS finds unusual has cost, in US dollars, from which a warning is sent; only with a `tag`."""

    def problems(self) -> Iterator[Problem]:
        """Something to hold bills against, and nothing that misses what it is meant to count."""
        if self.usd_per_month is None and self.usd_per_day is None:
            yield Problem("no budget is given", "write usd_per_month, usd_per_day, or both", path="usd_per_month")
        for option in ("early_percent", "forecast"):
            if self.usd_per_month is None and option in self.model_fields_set and getattr(self, option):
                yield Problem("is about the budget of a month", "add usd_per_month, or remove it", path=option)
        if self.tag is None and "unusual_usd" in self.model_fields_set and self.unusual_usd is not None:
            yield Problem(
                "an account has one monitor for unusual costs of all its services, and AWS has made it",
                "name a `tag`, or remove it",
                path="unusual_usd",
            )
        if above(self.usd_per_day, self.usd_per_month):
            yield Problem(
                f"{self.usd_per_day:g} US$ a day exceed the month's {self.usd_per_month:g}",
                "write less a day, or more a month",
                path="usd_per_day",
            )
        if _BEDROCK in self.services and not any(one.endswith("Bedrock Edition)") for one in self.services):
            yield Problem(
                f"{_BEDROCK!r} does not count Claude and other models of third parties: AWS Marketplace sells each as "
                "a service of its own",
                "count by `tag`, or list theirs as bills name them: Claude … (Amazon Bedrock Edition)",
                path="services",
            )

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:
        """Names of the budgets, and the Region their topics have to be in."""
        longest = max(self.budget_name(name, span) for span in ("month", "day"))
        if len(longest) > NAME_CHARACTERS:
            rule = f"the budget {shown(longest)} is over {NAME_CHARACTERS} characters"
            yield Problem(rule, "shorten the monitor's, the stack's or the project's name")
        if _at_home(environment.region) is False:
            yield Problem(
                f"budgets belong to the account and are kept in {HOME}, and AWS does not say that they reach a topic "
                f"in {environment.region}",
                f"put it into a stack with `region: {HOME}`",
            )

    @property
    def early_severity(self) -> Severity:
        """Of what can still be changed."""
        return milder("warning", self.severity)

    @property
    def unusual(self) -> float | None:
        """What an unusual spike costs, where there is something to find one in."""
        return self.unusual_usd if self.tag is not None else None

    @property
    def costs(self) -> frozenset[Severity]:
        """A month's budget that is spent, and the rest."""
        month, more = self.usd_per_month is not None, self.usd_per_day is not None or self.unusual is not None
        early = more or (month and (self.early_percent is not None or self.forecast))
        return frozenset({self.severity} if month else ()) | frozenset({self.early_severity} if early else ())

    def budget_name(self, name: str, span: str) -> str:
        """The budget of a month, or of a day."""
        return join(name, span)


@of_literals
def _at_home(region: str) -> bool:
    return region == HOME
