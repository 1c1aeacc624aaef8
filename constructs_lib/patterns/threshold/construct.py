"""An alarm on a limit you set."""

from __future__ import annotations

from constructs_lib.alarms.routing import Routing
from constructs_lib.cdk import Construct
from constructs_lib.patterns.threshold.spec import ThresholdSpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.naming import default_name


class ThresholdMonitor(Construct):
    """Tells when a metric, or a metric-math expression, is past a limit.

    Args:
        scope: Parent construct.
        construct_id: Construct id.
        spec: What to watch.
        notifications: Who hears of which severity.
        name: What the alarms' names begin with. Left out: the stack's id and the construct's.
        runbook: Link to the runbook; `{alarm}` stands for the alarm's name.

    Attributes:
        alarms: The one alarm, under the key `alarm`.

    Raises:
        ConfigError: A name over CloudWatch's limit, or a severity that nobody receives.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: ThresholdSpec,
        *,
        notifications: Routing,
        name: str | None = None,
        runbook: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        table = spec.alarms(name if name is not None else default_name(self), runbook=runbook)
        self.alarms = AlarmSet(self, table, notifications)
