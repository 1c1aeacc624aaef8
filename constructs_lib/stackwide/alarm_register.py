"""The alarm register of a stack in an app of your own, written whenever the app is synthesised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from constructs_lib import output
from constructs_lib.alarms.alarm import Alarm
from constructs_lib.alarms.duty import GroupedIn, Notifies
from constructs_lib.aws.environment import Environment
from constructs_lib.cdk import Construct, IStackSynthesizer, TerraformStack, implements
from constructs_lib.register import files
from constructs_lib.register.build import build
from constructs_lib.register.entry import Register, StackContext
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.values import as_literal, resolved
from constructs_lib.rules.judgement import judge
from constructs_lib.rules.waiver import AnyWaiver
from constructs_lib.stackwide.alarm_groups import AlarmGroups
from constructs_lib.stackwide.dashboards import Dashboards
from constructs_lib.stackwide.workloads import Workloads, members
from constructs_lib.terraform.reading import read_configuration
from constructs_lib.terraform.stack import Stack

T = TypeVar("T", bound=Construct)


class AlarmRegister(Construct):
    """Writes `register.md`, `register.json` and `register.html` next to the stack's `cdk.tf.json`.

    It lists every alarm of the stack, whoever made it, with its groups and dashboards. A `MonitoringStack` has one
    without this.

    Args:
        scope: The stack, or anything in it.
        environment: Account and Region, for the title and for links into the console.
        workloads: What belongs to each workload. Left out: every monitor is one, under its construct id.
        owners: Owner of each workload.
        waivers: Rules that are set aside; what the others find is listed. `enforce` makes a synth stop for it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        workloads: Workloads | None = None,
        owners: Mapping[str, str] | None = None,
        waivers: Sequence[AnyWaiver] = (),
    ) -> None:
        super().__init__(scope, construct_id)
        stack = TerraformStack.of(self)

        def register(written: Stack) -> Register:
            context = StackContext(
                project="",
                stack=stack.node.id,
                account=environment.account,
                region=environment.region,
                workloads={
                    name: tuple(_readable(alarm, stack, written) for alarm in table)
                    for name, table in _tables(stack, workloads).items()
                },
                owners=owners or {},
                dashboards=tuple(shown for made in _made(stack, Dashboards) for shown in made.shown),
                commit=output.commit(),
            )
            return build(written, context, judge(written, waivers))

        write_when_synthesised(stack, register)


def write_when_synthesised(stack: TerraformStack, register: Callable[[Stack], Register]) -> None:
    """Have a stack write the register of its Terraform JSON right after that."""
    stack.synthesizer = _WithRegister(stack, stack.synthesizer, register)


@implements(IStackSynthesizer)
class _WithRegister:
    """The stack's own synthesizer, and then the register."""

    def __init__(
        self, stack: TerraformStack, synthesizer: IStackSynthesizer, register: Callable[[Stack], Register]
    ) -> None:
        self._stack, self._synthesizer, self._register = stack, synthesizer, register

    def synthesize(self, session: Any) -> None:
        """What CDKTF calls once everything is valid."""
        self._synthesizer.synthesize(session)
        folder = Path(session.outdir) / session.manifest.for_stack(self._stack).working_directory
        files.write(self._register(read_configuration(folder / "cdk.tf.json")), folder)
        stacks = [one.node.id for one in self._stack.node.root.node.children if isinstance(one, TerraformStack)]
        files.write_index([Path(session.outdir)], sorted(stacks))


def _readable(alarm: Alarm, stack: TerraformStack, written: Stack) -> Alarm:
    """The alarm with its texts as Terraform will have them, and with names for the references that are known."""
    texts = {field: getattr(alarm, field) for field in ("name", "summary", "impact", "first_step", "runbook")}
    as_written = resolved(stack, as_literal(texts))
    return alarm.model_copy(update={field: text and written.resolved(text) for field, text in as_written.items()})


def _tables(stack: TerraformStack, workloads: Workloads | None) -> dict[str, list[Alarm]]:
    """The alarms as they describe themselves, by workload; a group's are its workload's."""
    groups = _made(stack, AlarmGroups)
    group_of = {name: composite for made in groups for name, composite in made.grouping.group_of.items()}
    found = {name: [*table] for made in groups for name, table in made.grouping.groups.items()}
    if workloads is None:
        for one in stack.node.find_all():
            if isinstance(table := getattr(one, "alarms", None), AlarmSet) and one not in groups:
                found.setdefault(one.node.id, []).extend(table.table)
        return found
    for name, inside in members(stack, workloads).items():
        for member in inside:
            alarm = member.alarm
            if member.table is None and (composite := group_of.get(alarm.name)):
                alarm = alarm.model_copy(update={"duty": GroupedIn(composite)})
            if member.table is not None or isinstance(alarm.duty, Notifies | GroupedIn):
                found.setdefault(name, []).append(alarm)
    return found


def _made(stack: TerraformStack, kind: type[T]) -> list[T]:
    return [one for one in stack.node.find_all() if isinstance(one, kind)]
