"""What a user may say of a service level objective."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.outcomes import Outcomes
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import limits
from constructs_lib.aws.environment import Environment
from constructs_lib.errors import Problem
from constructs_lib.model import Items, checked, not_empty
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.patterns.slo.options import CountMetric, OutcomesLink, Within
from constructs_lib.patterns.slo.tiers import LOWEST_BURN, NAMES, TIERS, Name, Tier
from constructs_lib.units import duration, number

MINUTES_A_DAY = limits.DAY_SECONDS // 60


class SloSpec(MonitorSpec):
    """A share of requests that are to be good over some weeks, and alarms on how fast the rest is used up.

    Give one of `of`, `bad` or `good` with `total`, or `within`.
    """

    pattern: Literal["slo"] = "slo"
    severity: Severity = "critical"
    """Of the alerts fast and medium; slow and creeping are a warning."""
    target_percent: Annotated[float, Field(ge=50, lt=100, allow_inf_nan=False)]
    """Good requests in percent of all, such as 99.5. The rest is the error budget."""
    window_days: Annotated[int, Field(ge=7, le=90)] = 28
    """Over how many days; 28 have four of each weekday."""
    of: OutcomesLink | None = None
    """A monitor of this stack that knows good and bad: of the patterns llm, model_api, model_endpoint and others."""
    bad: CountMetric | None = None
    """Or a count of bad requests, with `total`."""
    good: CountMetric | None = None
    """Or a count of good requests, with `total`."""
    total: CountMetric | None = None
    """A count of all requests."""
    within: Within | None = None
    """Or how long a good request takes."""
    minimum_requests: Annotated[int, Field(ge=1)] = 100
    """Requests in a tier's long window below which nothing fires; in the short window a proportional part of it."""
    minimum_bad: Annotated[int, Field(ge=1)] = 2
    """Bad requests in the long window below which nothing fires: a single failure is no trend."""
    alerts: Annotated[Items[Name], checked(not_empty)] | None = None
    """Which of fast, medium, slow and creeping there are. Left out: fast, medium and slow, as far as the window has
    them."""
    application_signals: bool = False
    """Whether to make the same objective in CloudWatch Application Signals, which shows what is left of the budget. It
    costs by requests."""

    def problems(self) -> Iterator[Problem]:
        """One way to tell good from bad, and alerts that can fire and say something."""
        yield from self._source_problems()
        if self.alerts is not None and len({*self.alerts}) < len(self.alerts):
            yield Problem("lists one twice", "remove one", path="alerts")
        for tier in self.tiers:
            limit, burn = tier.limit(self.target_percent, self.window_days), tier.burn(self.window_days)
            if limit >= 100:
                rest = ", ".join(name for name in NAMES if TIERS[name] in self.tiers and name != tier.name)
                yield Problem(
                    f"`{tier.name}` would fire above {number(limit)} % of bad requests, which is never reached: with "
                    f"{self.allowed} % allowed, {tier.budget_percent:g} % of the {self.window_days} days' budget can't "
                    f"be spent in {duration(tier.long_seconds)}",
                    f"write `alerts: [{rest}]`, or a higher target",
                    path="alerts",
                )
            elif burn < LOWEST_BURN:
                yield Problem(
                    f"`{tier.name}` would fire while the objective is met: at its rate the budget lasts "
                    f"{duration(tier.spent_in_seconds)}, longer than the {self.window_days} days",
                    "leave it out, or write a longer window",
                    path="alerts",
                )

    def _source_problems(self) -> Iterator[Problem]:
        counts = "`bad` or `good` with `total`"
        given = [name for name in ("of", "bad", "good", "within") if getattr(self, name) is not None]
        if len(given) != 1:
            found = f"{' and '.join(given)} are given" if given else "nothing says which requests are good"
            yield Problem(found, f"give one of `of`, {counts}, or `within`", path="".join(given[1:2]))
        counted = self.bad if self.bad is not None else self.good
        if (counted is None) == (self.total is not None):
            path, rule = ("total", "is given without a part") if counted is None else ("total", "is missing")
            yield Problem(rule, f"give {counts}", path=path)
        elif counted is not None and self.total is not None and _of(counted) != _of(self.total):
            yield Problem(
                f"counts something else than `total`: {_of(counted)}, and {_of(self.total)}",
                "count the same thing with both",
                path="bad" if self.bad is not None else "good",
            )

    @property
    def allowed(self) -> str:
        """Bad requests in percent of all, as a sentence has it."""
        return number(round(100 - self.target_percent, 6))

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The alerts, most urgent first."""
        if self.alerts is not None:
            return tuple(TIERS[name] for name in NAMES if name in self.alerts)
        usual = (TIERS["fast"], TIERS["medium"], TIERS["slow"])
        return tuple(tier for tier in usual if tier.burn(self.window_days) >= LOWEST_BURN)

    @property
    def outcomes(self) -> Outcomes | None:
        """What is counted; None for a time, and for a monitor that was not looked up."""
        if self.of is not None:
            return self.of.outcomes
        if self.total is None:
            return None
        words = self.total.describe().removeprefix("sum of ")
        if self.bad is not None:
            return Outcomes({"bad": self.bad, "total": self.total}, bad="bad", total="total", words=words)
        assert self.good is not None  # `problems` has made sure  # noqa: S101
        return Outcomes({"good": self.good, "total": self.total}, bad="total - good", total="total", words=words)

    @property
    def budget(self) -> str:
        """What may go wrong, in words."""
        allowed = 100 - self.target_percent
        minutes = number(round(self.window_days * MINUTES_A_DAY * allowed / 100, 1))
        among = 10 ** max(2, len(f"{self.target_percent:.10g}".partition(".")[2]) + 2)
        of_requests = f"{number(round(allowed * among / 100, 6))} of {among:,} requests"
        return (
            f"{number(self.target_percent)} % of requests are to be good over {self.window_days} days: {of_requests} "
            f"may be bad, or all of them for {minutes} minutes"
        )

    @property
    def objective(self) -> str | None:
        """The budget, for the register."""
        return self.budget

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:  # noqa: ARG002  (a hook)
        """Application Signals has a name for it, too."""
        if self.application_signals and not is_slo_name(name):
            rule = f"{name} can't name an objective in Application Signals: 2 to 128 letters, digits and -._"
            yield Problem(rule, "shorten the monitor's, the stack's or the project's name")


def is_slo_name(name: str) -> bool:
    """Application Signals API reference, CreateServiceLevelObjective."""
    return 2 <= len(name) <= 128 and name[0].isalnum() and name[-1].isalnum()


def _of(metric: CountMetric) -> str:
    """What makes two counts comparable."""
    dimensions = sorted(metric.dimensions.items()) if isinstance(metric.dimensions, dict) else ()
    return " ".join((metric.namespace, *(f"{key} {value}" for key, value in dimensions)))
