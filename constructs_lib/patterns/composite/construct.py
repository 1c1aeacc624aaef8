"""An alarm on other alarms."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Unpack

from constructs_lib.alarms.row import OFF_HOURS
from constructs_lib.cdk import Construct, TerraformStack
from constructs_lib.patterns.composite.alarms import alarms as table
from constructs_lib.patterns.composite.spec import CompositeSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.surroundings import Given, Surroundings


class CompositeMonitor(Construct):
    """Alerts by the states of other alarms.

    Args:
        spec: When, and what it means.
        alarms: The other alarms' resources, by what `spec` calls them: `{"errors": errors.alarms["alarm"]}`.

    Attributes:
        alarms: The one alarm, under the key `alarm`.

    Raises:
        ConfigError: A name that is not in `alarms`, or a severity that no one receives.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: CompositeSpec,
        *,
        alarms: Mapping[str, Any],
        **given: Unpack[Given],
    ) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self.alarms = AlarmSet(self, table(spec, here.name, runbook=here.runbook), here.routing, others=alarms)
        if spec.replaces:
            self._replace([alarms[name].friendly_unique_id for name in spec.replaces])

    def _replace(self, replaced: Collection[str]) -> None:
        """Silence the alarms in whose place it calls; those that notify no one anyhow stay as they are."""
        (own,) = self.alarms.table
        for construct in TerraformStack.of(self).node.find_all():
            if isinstance(found := getattr(construct, "alarms", None), AlarmSet):
                for alarm in found.table:
                    key = alarm.key.removesuffix(f"-{OFF_HOURS}")  # the same alarm at other hours
                    if alarm.notifies and key in found and found[key].friendly_unique_id in replaced:
                        found.speak_through(alarm.key, own.name)
