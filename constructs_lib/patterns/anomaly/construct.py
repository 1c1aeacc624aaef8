"""An alarm on the band CloudWatch has learnt for a metric."""

from __future__ import annotations

from constructs_lib.alarms.routing import Routing
from constructs_lib.cdk import Construct
from constructs_lib.patterns.anomaly.spec import AnomalySpec
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.naming import default_name


class AnomalyMonitor(Construct):
    """Tells when a metric leaves its usual band.

    Args:
        scope: Parent construct.
        construct_id: Construct id.
        spec: What to watch.
        notifications: Who hears of which severity.
        name: What the alarms' names begin with. Left out: the stack's id and the construct's.
        runbook: Link to the runbook; `{alarm}` stands for the alarm's name.

    Attributes:
        alarms: The alarms by key: `band`; with `quiet_below` also `traffic`, and `alarm`, the composite that speaks.

    Raises:
        ConfigError: A name over CloudWatch's limit, or a severity that nobody receives.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: AnomalySpec,
        *,
        notifications: Routing,
        name: str | None = None,
        runbook: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        table = spec.alarms(name if name is not None else default_name(self), runbook=runbook)
        self.alarms = AlarmSet(self, table, notifications)
