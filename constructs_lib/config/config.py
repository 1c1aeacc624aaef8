"""The whole of monitoring.yaml."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, PrivateAttr

from constructs_lib.alarms.metrics_read import custom_metrics
from constructs_lib.alarms.routing import only_alarms, unheard
from constructs_lib.alarms.severity import SEVERITIES
from constructs_lib.aws.names import join
from constructs_lib.config.contents import Contents, contents
from constructs_lib.config.sharing import AppStack, conflicts
from constructs_lib.config.stack_spec import StackSpec
from constructs_lib.errors import Problem
from constructs_lib.model import Model, deprecated
from constructs_lib.options.renamed import Key, renaming_problems, shared_names
from constructs_lib.yaml_lines import SourceLine

RUNBOOK_RULE = "alarm-has-runbook"
"""The rule that a file without a runbook breaks."""


class Config(Model):
    """monitoring.yaml: a project and its stacks."""

    project: Key
    """Prefix of every name."""
    stacks: Annotated[Mapping[Key, StackSpec], Field(min_length=1)]
    """Stacks by name; each is planned and deployed by itself."""
    _place: Callable[[str], SourceLine] | None = PrivateAttr(None)
    _environment: Mapping[str, Sequence[str]] = PrivateAttr({})
    _folder: Path | None = PrivateAttr(None)
    _others: tuple[str, ...] = PrivateAttr(())

    def read_from(
        self,
        place: Callable[[str], SourceLine],
        environment: Mapping[str, Sequence[str]],
        folder: Path | None,
        others: Sequence[str] = (),
    ) -> None:
        """Remember where it was read from.

        Args:
            place: Gives where a path is written.
            environment: Names of the environment variables that were read, by stack.
            folder: The first file's; None for a text that is in no file.
            others: Stacks of the file that were not asked for.
        """
        self._place, self._environment, self._folder, self._others = place, environment, folder, tuple(others)

    @property
    def folder(self) -> Path | None:
        """Where it was read from; None for what was not read from a file."""
        return self._folder

    @property
    def others(self) -> Sequence[str]:
        """Stacks of the file that were not asked for: what is known of them elsewhere stays as it is."""
        return self._others

    def only(self, stacks: Collection[str]) -> Config:
        """The same with some of the stacks."""
        return self.model_copy(update={"stacks": {name: self.stacks[name] for name in self.stacks if name in stacks}})

    def places(self, stack_name: str) -> Mapping[str, SourceLine]:
        """Where each monitor of a stack is written; nothing for what was not read from a file."""
        if self._place is None:
            return {}
        return {key: self._place(f"stacks.{stack_name}.monitors.{key}") for key in self.stacks[stack_name].monitors}

    def environment_of(self, stack_name: str) -> Sequence[str]:
        """The environment variables that a stack's account, Region, backend and tags were read from."""
        return self._environment.get(stack_name, ())

    def app_stacks(self, file: str = "") -> list[AppStack]:
        """The stacks as what an app consists of; `file` is what others call the file they are in."""
        return [AppStack(file, self.project, name, spec, self.contents(name)) for name, spec in self.stacks.items()]

    def contents(self, stack_name: str) -> Contents:
        """What one of the stacks consists of."""
        stack = self.stacks[stack_name]
        return contents(join(self.project, stack.named(stack_name)), stack)

    def deprecated(self) -> Iterator[Problem]:
        """Options that are called by an old name."""
        for name, stack in self.stacks.items():
            yield from (problem.under(f"stacks.{name}") for problem in deprecated(stack))

    def notes(self) -> Iterator[Problem]:
        """What is as it was asked for, and may still surprise."""
        yield from self.deprecated()
        for name, stack in self.stacks.items():
            for key, monitor in stack.monitors.items():
                yield from (note.under(f"stacks.{name}.monitors.{key}") for note in monitor.notes())
            talking = [key for key, monitor in self.contents(name).monitors.items() if monitor.events]
            if stack.maintenance and talking:
                rule = f"the event messages of {', '.join(talking)} are still sent"
                yield Problem(rule, "CloudWatch mutes alarms only", f"stacks.{name}.maintenance")
            for path, receivers in stack.notifications.audiences().items():
                events = self.contents(name).used(stack)[path].events
                for severity, listed in receivers.by_severity().items():
                    deaf = sorted({each.kind.key for each in listed if not each.kind.hears_events})
                    if deaf and severity in events:
                        rule = f"{' and '.join(deaf)} {'hear' if len(deaf) > 1 else 'hears'} of alarms only"
                        others = f"the event messages of {', '.join(talking)} go to the others"
                        yield Problem(
                            rule, others, ".".join(filter(None, (f"stacks.{name}.notifications", path, severity)))
                        )

    def check(self) -> list[Problem]:
        """Everything that can be wrong between monitors and stacks; fields are checked when the config is built."""
        return [
            *self._renamed(),
            *(problem for _, problem in conflicts(self.app_stacks())),
            *self._impossible(),
            *self._unheard(),
            *self._without_runbook(),
            *self._broken_rules(),
        ]

    def _renamed(self) -> Iterator[Problem]:
        places = {name: (stack.account, stack.region) for name, stack in self.stacks.items()}
        for problem in (*renaming_problems(self.stacks), *shared_names(self.stacks, places)):
            yield problem.under("stacks")

    def _impossible(self) -> Iterator[Problem]:
        for name in self.stacks:
            for problem in self.contents(name).problems:
                yield problem.under(f"stacks.{name}")

    def _unheard(self) -> Iterator[Problem]:
        for name, stack in self.stacks.items():
            used, everyones = self.contents(name).used(stack), stack.notifications.by_severity()
            for severity in SEVERITIES:
                if severity in used[""].severities and severity not in everyones:
                    yield unheard(severity).under(f"stacks.{name}")
            for path, receivers in stack.notifications.audiences().items():
                for severity, listed in receivers.by_severity().items():
                    if severity in used[path].events and not any(each.kind.hears_events for each in listed):
                        problem = only_alarms(severity)
                        whose = ".".join(filter(None, ("notifications", path, severity)))
                        yield problem.at(f"stacks.{name}.{whose}")

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
