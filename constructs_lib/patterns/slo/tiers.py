"""How fast an error budget may be spent before someone hears of it, by how long one has watched.

Source: Google SRE Workbook, chapter 5, "Alerting on SLOs", multiwindow, multi-burn-rate alerts. The factors there are
those of 30 days; here they follow from the objective's own window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from constructs_lib.alarms.severity import Severity, milder

Name = Literal["fast", "medium", "slow", "creeping"]
NAMES: tuple[Name, ...] = get_args(Name)
HOUR, DAY = 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Tier:
    """Two windows in which the budget is spent too fast.

    Attributes:
        budget_percent: What is spent of the budget within the long window when the alarm fires.
        long_seconds: The window that has to be bad for the alarm to matter.
        short_seconds: The one that ends the alarm soon after the trouble does: a twelfth of it.
        pages: Whether it is worth waking a person for.
    """

    name: Name
    budget_percent: float
    long_seconds: int
    short_seconds: int
    pages: bool

    @property
    def parts(self) -> float:
        """How many times the short window fits into the long one."""
        return self.long_seconds / self.short_seconds

    @property
    def spent_in_seconds(self) -> int:
        """How long the whole budget lasts at this rate, whatever the objective's window."""
        return round(self.long_seconds * 100 / self.budget_percent)

    def burn(self, window_days: float) -> float:
        """How many times faster than the objective allows."""
        return window_days * DAY / self.spent_in_seconds

    def limit(self, target_percent: float, window_days: float) -> float:
        """The share of bad outcomes, in percent, above which it fires."""
        return round(self.burn(window_days) * (100 - target_percent), 6)

    def severity(self, paging: Severity) -> Severity:
        """Of its composite, where what pages has that severity."""
        return paging if self.pages else milder("warning", paging)


TIERS: dict[Name, Tier] = {
    tier.name: tier
    for tier in (
        Tier("fast", 2, HOUR, 300, pages=True),
        Tier("medium", 5, 6 * HOUR, 1_800, pages=True),
        Tier("slow", 10, DAY, 2 * HOUR, pages=False),
        Tier("creeping", 10, 3 * DAY, 6 * HOUR, pages=False),
    )
}
"""Most urgent first."""

LOWEST_BURN = 0.9
"""Below 1 the objective is met at that rate; 28 days have 0.93 where 30 have 1, which is as good."""
