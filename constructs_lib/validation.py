"""The rules as CDKTF's own validation, which stops any real synth: ours, and that of a user's own app."""

from __future__ import annotations

from collections.abc import Sequence

from constructs_lib.cdk import App, IValidation, TerraformStack, implements
from constructs_lib.rules.judgement import Judgement, judge
from constructs_lib.rules.waiver import AnyWaiver
from constructs_lib.terraform.reading import configured
from constructs_lib.terraform.stack import Stack


def enforce(
    stack: TerraformStack,
    *,
    waivers: Sequence[AnyWaiver] = (),
    custom_metrics: Sequence[tuple[str, str]] = (),
) -> RulesValidation:
    """Stop the synth of a stack that breaks a rule. `MonitoringStack` does this itself.

    Args:
        stack: Any Terraform stack.
        waivers: Rules that are set aside.
        custom_metrics: Namespace and name of metrics you publish yourself in a namespace that is AWS's.
    """
    validation = RulesValidation(stack, waivers, custom_metrics)
    stack.node.add_validation(validation)
    return validation


class JudgingApp(App):
    """An app that asks the rules of what it has written, so that its stacks need not ask them before.

    `synthesise` makes one: handing a large stack from Node to Python costs a tenth of a synth.
    """


@implements(IValidation)
class RulesValidation:
    """Holds one stack to the rules."""

    def __init__(
        self, stack: TerraformStack, waivers: Sequence[AnyWaiver], custom_metrics: Sequence[tuple[str, str]]
    ) -> None:
        self._stack, self._waivers, self._custom_metrics = stack, tuple(waivers), tuple(custom_metrics)

    def validate(self) -> list[str]:
        """What CDKTF calls before it writes anything."""
        return [str(finding) for finding in self.judge(_with_neighbours(self._stack)).blocking]

    def judge(self, written: Stack) -> Judgement:
        """What the rules say of the stack as it was written."""
        return judge(written.with_custom_metrics(self._custom_metrics), self._waivers)


def _with_neighbours(stack: TerraformStack) -> Stack:
    """A stack, and those of the app whose outputs it reads: a queue or a key may be in one of them."""
    written = stack.to_terraform()
    states = written.get("data", {}).get("terraform_remote_state", {})
    others = {f"cross-stack-reference-input-{other.node.id}": other for other in stack.dependencies} if states else {}
    return Stack(
        stack.node.id,
        configured(written),
        outputs={name: output.get("value") for name, output in written.get("output", {}).items()},
        states={name: _with_neighbours(other) for name, other in others.items() if name in states},
    )
