"""What every monitor has in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Self

from pydantic import Field

from constructs_lib.alarms.log_query import LogQuery
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import limits, names
from constructs_lib.aws.environment import Environment
from constructs_lib.errors import Problem
from constructs_lib.model import checked, literal, shown
from constructs_lib.options.hours import Hours
from constructs_lib.options.link import Exports
from constructs_lib.options.log_group import LogGroupUse
from constructs_lib.options.renamed import Renamed
from constructs_lib.references import OrReference

Sentence = Annotated[str, Field(min_length=1), OrReference()]


ALARM_EXAMPLE = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors"


def _alarm(text: str) -> Problem | None:
    """The name of an alarm that is there, or its ARN."""
    if text.startswith("arn:") and (":alarm:" not in text or names.arn(text, "cloudwatch", ALARM_EXAMPLE)):
        return Problem(f"{shown(text)} is not the ARN of an alarm", f"write it like {ALARM_EXAMPLE}, or the name alone")
    return limits.alarm_name(names.alarm_in(text))


class MonitorSpec(Renamed):
    """The options of every pattern; each pattern adds its own."""

    VERBATIM: ClassVar[frozenset[str]] = frozenset()
    """Options that are taken letter by letter: `${` in them is text, no reference."""

    SHARES_CLAIMS: ClassVar[bool] = True
    """Whether the monitors of one stack share what they claim; if not, one of them claims it alone."""

    pattern: str
    """The pattern's name."""
    severity: Severity = "warning"
    """critical, warning or info: whom to notify. Warning, unless it is worth waking a person for."""
    impact: Sentence | None = None
    """Why it matters, in one sentence; replaces the default text in the alarm."""
    first_step: Sentence | None = None
    """What to do first, in one sentence; replaces the default text in the alarm."""
    runbook: Annotated[str, checked(names.runbook), OrReference()] | None = None
    """Link to the runbook; `{alarm}` stands for the alarm's name. Without it the stack's applies."""

    hours: Hours | None = None
    """When the severity applies, and which one at other times: each alarm is there twice, and they are muted in turn.
    `{from: "08:00", until: "20:00", time_zone: Europe/Berlin, otherwise: warning}`"""

    ok_messages: bool = True
    """Whether people also hear when an alarm is over, as they do when it is first evaluated and all is well."""

    workload: Annotated[str, checked(names.key)] | None = None
    """The workload it watches, for the dashboard and the register: monitors of one workload are shown together.
    Left out: the name that its names in AWS are made from."""
    owner: Annotated[str, Field(min_length=1)] | None = None
    """The team that owns what it watches, as the register shows; without it the stack's owner."""

    tags: Annotated[Mapping[str, Annotated[str, OrReference()]], checked(names.tags)] = {}
    """Tags on all that the monitor makes, besides the stack's."""

    adopt: Mapping[str, Annotated[str, checked(literal), checked(_alarm)]] = {}
    """Alarms that are there already, by the keys of those they become: `{alarm: legacy-errors}`, a name or an ARN.
    Terraform imports them, and changes what this file says differently."""
    retain: bool | None = None
    """Whether log groups, buckets and keys made for it stay when it leaves the file. Left out: as the stack says."""

    def workload_of(self, key: str) -> str:
        """The workload it watches, in the file it is called `key` in."""
        return self.workload or self.named(key)

    def adopted(self, key: str) -> str | None:
        """The name of the alarm that becomes the one of a key."""
        return names.alarm_in(self.adopt[key]) if key in self.adopt else None

    def adoption_problems(self, environment: Environment) -> Iterator[Problem]:
        """Alarms of another account or Region."""
        for key, alarm in self.adopt.items():
            if broken := names.of_environment(alarm, environment.account, environment.region):
                yield broken.at(f"adopt.{key}")

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:  # noqa: ARG002  (a hook)
        """Limits on the names of what the monitor creates besides its alarms, once the full name is known."""
        yield from ()

    def global_names(self, name: str, environment: Environment) -> tuple[str, ...]:  # noqa: ARG002  (a hook)
        """Names of the roles and buckets the monitor makes: an account has each once, whatever the Region."""
        return ()

    def makes(self, name: str) -> Exports:  # noqa: ARG002  (a hook)
        """Names of what the monitor makes for others to name, by kind.

        Args:
            name: The monitor's full name. Its construct has an attribute `made` of the same kinds, with references.
        """
        return {}

    def combines(self) -> Mapping[str, str]:
        """Other alarms of the stack that its own is made of or silenced by, as the user names them; with the option."""
        return {}

    def naming(self, full: Mapping[str, str]) -> Self:  # noqa: ARG002  (a hook)
        """The same, once the full names of what it combines are known.

        Args:
            full: By what the user calls an alarm.
        """
        return self

    @property
    def replaces(self) -> frozenset[str]:
        """Names of alarms in whose place its own alarm calls."""
        return frozenset()

    @property
    def objective(self) -> str | None:
        """The objective it holds its workload to, in a sentence for the register."""
        return None

    def claims(self) -> Mapping[str, str]:
        """What an account and Region have once, and the monitor's stack therefore sets for all; each with the fix."""
        return {}

    def notes(self) -> Iterator[Problem]:
        """What is as it was asked for, and may still be a mistake; `check` prints it."""
        yield from ()

    def log_groups(self) -> tuple[LogGroupUse, ...]:
        """What it puts on log groups, which several monitors may share."""
        return ()

    def log_queries(self, name: str) -> tuple[LogQuery, ...]:  # noqa: ARG002  (a hook)
        """What to read first when it alerts, in the log groups it knows of.

        Args:
            name: The monitor's full name.
        """
        return ()

    @property
    def costs(self) -> frozenset[Severity]:
        """Severities of what AWS Budgets and Cost Anomaly Detection say, which is no alarm either."""
        return frozenset()

    @property
    def events(self) -> frozenset[Severity]:
        """Severities of events that notify without an alarm."""
        return frozenset()
