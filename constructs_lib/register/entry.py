"""What a register contains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from constructs_lib.alarms.alarm import Alarm
from constructs_lib.alarms.log_query import LogQuery
from constructs_lib.alarms.severity import SEVERITIES
from constructs_lib.dashboard.layout import Dashboard
from constructs_lib.register.tested import AlarmTests
from constructs_lib.rules.judgement import Judgement
from constructs_lib.terraform.recipients import Recipient
from constructs_lib.yaml_lines import SourceLine

SEVERITY_ORDER = (*SEVERITIES, "")
"""In the order of a register; the last is for alarms without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackContext:
    """What the config knows and Terraform's JSON does not say.

    Attributes:
        project: Empty for a stack of one's own.
        workloads: Alarms by workload, as the patterns describe them.
        owners: Owner by workload.
        dashboards: What the dashboards show.
        objectives: The service level objectives by monitor, a sentence each.
        places: Where each monitor is described.
        source: Link to a line there, with places for file, line and commit.
        commit: The commit it was made from, where that is known.
        environment_variables: What account, Region, backend and tags were read from.
        tests: The tests of each alarm, by its name, where they were recorded.
        logs: What to read in logs first, by monitor.
    """

    project: str
    stack: str
    account: str
    region: str
    workloads: Mapping[str, tuple[Alarm, ...]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    dashboards: tuple[Dashboard, ...] = ()
    objectives: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, SourceLine] = field(default_factory=dict)
    source: str = ""
    commit: str = ""
    environment_variables: Sequence[str] = ()
    tests: Mapping[str, AlarmTests] = field(default_factory=dict)
    logs: Mapping[str, Sequence[LogQuery]] = field(default_factory=dict)

    def link_to(self, place: SourceLine) -> str:
        """The page that shows a line of the configuration; nothing where no one has said what it is."""
        given = {"file": place.file, "line": str(place.line), "commit": self.commit or "HEAD"}
        link = self.source
        for word, value in given.items():
            link = link.replace(f"{{{word}}}", quote(value))
        return link

    @property
    def title(self) -> str:
        """What people call it: `shop production`."""
        return f"{self.project} {self.stack}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One alarm, or one event rule that notifies without an alarm.

    Attributes:
        kind: alarm, composite or event.
        sentence: Whom it notifies, and when.
        calls: Whether it notifies someone itself.
        metrics: What it reads, as CloudWatch names it.
        missing_data: How missing data is treated; empty for composites and events.
        dollars: Estimated, a month.
        address: The Terraform address.
        links: Pages of the AWS console by what they show.
        monitor: What made it, by its construct id.
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
    links: Mapping[str, str] = field(default_factory=dict)
    monitor: str = ""

    @property
    def group(self) -> str:
        """The group it is listed in: its severity, or `part` if it notifies no one itself."""
        if not self.calls:
            return "part"
        return self.severity if self.severity in SEVERITY_ORDER else ""

    @property
    def rank(self) -> int:
        """Its group's place on a page, the most urgent first."""
        return (*SEVERITY_ORDER, "part").index(self.group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The alarms of one stack.

    Attributes:
        entries: By workload, the most urgent first, parts of other alarms last.
        costs: Dollars a month by what is paid for.
        judgement: The findings of the rules, and the waivers.
        muted: When alarms notify no one, a sentence each.
    """

    context: StackContext
    entries: tuple[Entry, ...]
    costs: Mapping[str, float]
    judgement: Judgement
    muted: tuple[str, ...] = ()

    @property
    def unmuted(self) -> bool:
        """Whether people hear of events too, which nothing mutes."""
        return any(entry.kind == "event" and entry.calls for entry in self.entries)

    @property
    def tested_percent(self) -> float | None:
        """How much recorded tests cover: 100 where each alarm has one that fires it and one that keeps it quiet."""
        tests, alarms = self.context.tests, [entry for entry in self.entries if entry.kind != "event"]
        if not tests or not alarms:
            return None
        found = [tests[entry.name] for entry in alarms if entry.name in tests]
        return 100 * sum(bool(one.fires) + bool(one.quiet) for one in found) / (2 * len(alarms))

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
        """By severity: who is notified, and by how many alarms and events."""
        found: dict[str, tuple[tuple[Recipient, ...], int]] = {}
        for severity in SEVERITY_ORDER:
            calling = [entry for entry in self.entries if entry.calls and entry.severity == severity]
            everyone = dict.fromkeys(
                receiver for entry in calling for receiver in entry.receivers if receiver.kind != "policy"
            )
            if calling:
                found[severity] = (tuple(everyone), len(calling))
        return found
