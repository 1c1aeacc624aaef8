"""The whole of monitoring.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, PrivateAttr

from constructs_lib.alarms.metrics_read import custom_metrics
from constructs_lib.alarms.routing import only_alarms, unheard
from constructs_lib.aws import names
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.config.contents import Contents, contents
from constructs_lib.config.stack_spec import Key, StackSpec
from constructs_lib.errors import Problem
from constructs_lib.model import Model
from constructs_lib.options import log_group
from constructs_lib.options.log_group import LogGroupUse
from constructs_lib.yaml_lines import SourceLine

RUNBOOK_RULE = "alarm-has-runbook"
"""The rule that a file without a runbook breaks."""


class Config(Model):
    """monitoring.yaml: a project and its stacks."""

    project: Key
    """Prefix of every name."""
    stacks: Annotated[Mapping[Key, StackSpec], Field(min_length=1)]
    """Stacks by name; each is planned and deployed by itself."""
    _places: dict[str, SourceLine] = PrivateAttr(default_factory=dict)

    def read_from(self, places: Mapping[str, SourceLine]) -> None:
        """Remember where each part is written, by its path."""
        self._places.update(places)

    def places(self, stack_name: str) -> Mapping[str, SourceLine]:
        """Where each monitor of a stack is written; nothing for what was not read from a file."""
        found = {
            key: self._places.get(f"stacks.{stack_name}.monitors.{key}") for key in self.stacks[stack_name].monitors
        }
        return {key: place for key, place in found.items() if place}

    def contents(self, stack_name: str) -> Contents:
        """What one of the stacks consists of."""
        return contents(names.join(self.project, stack_name), self.stacks[stack_name])

    def notes(self) -> Iterator[Problem]:
        """What is as it was asked for, and may still surprise."""
        for name, stack in self.stacks.items():
            for key, monitor in stack.monitors.items():
                yield from (note.under(f"stacks.{name}.monitors.{key}") for note in monitor.notes())
            talking = [key for key, monitor in self.contents(name).monitors.items() if monitor.events]
            if stack.maintenance and talking:
                rule = f"the event messages of {', '.join(talking)} are still sent"
                yield Problem(rule, "CloudWatch mutes alarms only", f"stacks.{name}.maintenance")
            heard = stack.notifications.by_severity()
            for severity in self.contents(name).events:
                if deaf := sorted({each.kind.key for each in heard.get(severity, ()) if not each.kind.hears_events}):
                    rule = f"{' and '.join(deaf)} hear of alarms only"
                    others = f"the event messages of {', '.join(talking)} go to the others"
                    yield Problem(rule, others, f"stacks.{name}.notifications.{severity}")

    def check(self) -> list[Problem]:
        """Everything that can be wrong between monitors and stacks; fields are checked when the config is built."""
        return [
            *self._shared_states(),
            *self._impossible(),
            *self._unheard(),
            *self._without_runbook(),
            *self._broken_rules(),
            *self._shared_names(),
            *self._shared_global_names(),
            *self._folders(),
            *self._shared_settings(),
            *self._log_group_conflicts(),
        ]

    def _shared_states(self) -> Iterator[Problem]:
        states: dict[tuple[str, ...], str] = {}
        for name, stack in self.stacks.items():
            place = stack.backend.place(self.project, name)
            first = states.setdefault(place, name)
            if first != name:
                where = "/".join(filter(None, place[1:]))
                rule = f"keeps its state where stacks.{first} does, the {place[0]} {where}"
                fix = "give each stack a state of its own: each would destroy the other's resources"
                yield Problem(path=f"stacks.{name}.backend", rule=rule, fix=fix)

    def _impossible(self) -> Iterator[Problem]:
        for name in self.stacks:
            for problem in self.contents(name).problems:
                yield problem.under(f"stacks.{name}")

    def _unheard(self) -> Iterator[Problem]:
        for name, stack in self.stacks.items():
            heard = stack.notifications.by_severity()
            for severity in self.contents(name).severities:
                if severity not in heard:
                    yield unheard(severity).under(f"stacks.{name}")
            for severity in self.contents(name).events:
                if severity in heard and not any(receiver.kind.hears_events for receiver in heard[severity]):
                    yield only_alarms(severity).under(f"stacks.{name}")

    def _without_runbook(self) -> Iterator[Problem]:
        """What the rule alarm-has-runbook would find at a synth."""
        for name, stack in self.stacks.items():
            waivers = [waiver for waiver in stack.waivers if waiver.rule == RUNBOOK_RULE]
            missing = [
                alarm.name
                for monitor, alarm in self.contents(name).calling()
                if not alarm.has_link and not any(not w.monitors or monitor in w.monitors for w in waivers)
            ]
            if missing:
                others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
                rule = f"is missing, and no one who is called by {missing[0]!r}{others} would find one"
                fix = f"add it, or give every monitor one, or waive {RUNBOOK_RULE} with a reason"
                yield Problem(path=f"stacks.{name}.runbook", rule=rule, fix=fix)

    def _broken_rules(self) -> Iterator[Problem]:
        """What the rules that judge an alarm by itself would find at a synth."""
        from constructs_lib.rules import OF_ALARMS
        from constructs_lib.rules.judgement import judge
        from constructs_lib.terraform.planned import planned
        from constructs_lib.terraform.stack import Stack

        for name, stack in self.stacks.items():
            tables = self.contents(name).tables
            alarms = [found for key, table in tables.items() for found in planned(table, key, region=stack.region)]
            custom = {metric for table in tables.values() for metric in custom_metrics(table)}
            yield from judge(Stack.of_alarms(name, alarms, custom_metrics=custom), stack.waivers, OF_ALARMS).problems(
                name
            )

    def _shared_names(self) -> Iterator[Problem]:
        owners: dict[tuple[str, str, str], str] = {}
        for stack_name, stack in self.stacks.items():
            contents = self.contents(stack_name)
            alarms = [(f"monitors.{key}", alarm) for key, table in contents.tables.items() for alarm in table]
            alarms += [("group_alarms", alarm) for alarm in contents.grouping.table]
            for place, alarm in alarms:
                path = f"stacks.{stack_name}.{place}"
                first = owners.setdefault((stack.account, stack.region, alarm.name), path)
                if first != path:
                    rule = f"its alarm {alarm.name!r} has the name of one of {first}"
                    yield Problem(path=path, rule=rule, fix="rename one of the two")

    def _shared_global_names(self) -> Iterator[Problem]:
        """IAM knows no Region and tells no capitals apart; what S3 is given has neither capitals nor underscores."""
        owners: dict[tuple[str, str], str] = {}
        for stack_name, stack in self.stacks.items():
            environment = Environment(stack.account, stack.region)
            for key, monitor in self.contents(stack_name).monitors.items():
                path = f"stacks.{stack_name}.monitors.{key}"
                for made in monitor.global_names(join(self.project, stack_name, key), environment):
                    first = owners.setdefault((stack.account, made.lower()), path)
                    if first != path:
                        rule = f"makes {made!r}, a name that the account has once, as {first} does"
                        yield Problem(path=path, rule=rule, fix="rename one of the two")

    def _folders(self) -> Iterator[Problem]:
        """A file system that ignores case has one folder for both."""
        first: dict[str, str] = {}
        for name in self.stacks:
            if (other := first.setdefault(name.lower(), name)) != name:
                rule = f"differs from {other} in capitals only, and some file systems see one folder"
                yield Problem(path=f"stacks.{name}", rule=rule, fix="rename one of the two")

    def _shared_settings(self) -> Iterator[Problem]:
        claimed: dict[tuple[str, str, str], str] = {}
        for stack_name, stack in self.stacks.items():
            for key, monitor in stack.monitors.items():
                path = f"stacks.{stack_name}.monitors.{key}"
                owner = f"stacks.{stack_name}" if monitor.SHARES_CLAIMS else path
                for what, fix in monitor.claims().items():
                    first = claimed.setdefault((stack.account, stack.region, what), owner)
                    if first != owner:
                        yield Problem(path=path, rule=f"sets {what}, as {first} does", fix=fix)

    def _log_group_conflicts(self) -> Iterator[Problem]:
        found: dict[tuple[str, str], list[tuple[str, LogGroupUse]]] = {}
        for stack_name, stack in self.stacks.items():
            found.setdefault((stack.account, stack.region), []).extend(
                (f"stacks.{stack_name}.monitors.{key}", use)
                for key, monitor in self.contents(stack_name).monitors.items()
                for use in monitor.log_groups()
            )
        for uses in found.values():
            yield from log_group.conflicts(uses)
