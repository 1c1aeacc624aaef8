"""What a register holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from constructs_lib.alarms.alarm import Alarm
from constructs_lib.alarms.severity import SEVERITIES
from constructs_lib.dashboard.layout import Dashboard
from constructs_lib.register.receivers import Recipient
from constructs_lib.rules.judgement import Judgement

SEVERITY_ORDER = (*SEVERITIES, "")
"""As a register lists them; the last is for what says none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the config knows and Terraform's JSON does not say.

    Attributes:
        workloads: Alarms by workload, as the patterns describe them.
        owners: Owner by workload.
        dashboards: What the dashboards show.
    """

    project: str
    stack: str
    account: str
    region: str
    workloads: Mapping[str, tuple[Alarm, ...]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    dashboards: tuple[Dashboard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alarm, or one event somebody is told of.

    Attributes:
        kind: alarm, composite or event.
        sentence: Who hears of what, and when.
        calls: Whether it calls somebody itself.
        metrics: What it reads, as CloudWatch names it.
        missing_data: What a period without data counts as; empty where it does not matter.
        dollars: Estimated, a month.
    """

    kind: str
    name: str
    workload: str
    severity: str
    sentence: str
    calls: bool
    receivers: tuple[Recipient, ...]
    metrics: tuple[str, ...] = ()
    missing_data: str = ""
    runbook: str = ""
    owner: str = ""
    impact: str = ""
    first_step: str = ""
    dollars: float = 0.0
    address: str = ""

    @property
    def group(self) -> str:
        """Under which a page lists it: its severity, or `part` where it calls nobody itself."""
        if not self.calls:
            return "part"
        return self.severity if self.severity in SEVERITY_ORDER else ""

    @property
    def rank(self) -> int:
        """Its group's place on a page, the most urgent first."""
        return (*SEVERITY_ORDER, "part").index(self.group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All of one stack.

    Attributes:
        entries: By workload, the most urgent first, what calls nobody last.
        costs: Dollars a month by what is paid for.
        judgement: What the rules said, with the waivers.
    """

    about: About
    entries: tuple[Entry, ...]
    costs: Mapping[str, float]
    judgement: Judgement

    @property
    def total(self) -> float:
        """Dollars a month, an estimate."""
        return sum(self.costs.values())

    def workloads(self) -> Mapping[str, tuple[Entry, ...]]:
        """The entries of each workload."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.workload, []).append(entry)
        return {name: tuple(entries) for name, entries in found.items()}

    def audience(self) -> Mapping[str, tuple[tuple[Recipient, ...], int]]:
        """By severity: who hears of it, and of how many alarms and events."""
        found: dict[str, tuple[tuple[Recipient, ...], int]] = {}
        for severity in SEVERITY_ORDER:
            calling = [entry for entry in self.entries if entry.calls and entry.severity == severity]
            everybody = dict.fromkeys(
                receiver for entry in calling for receiver in entry.receivers if receiver.kind != "policy"
            )
            if calling:
                found[severity] = (tuple(everybody), len(calling))
        return found
