"""The pattern `budget`: what AWS bills for a workload, or for the account."""

from constructs_lib.patterns.budget.spec import BudgetSpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = ["PATTERN", "BudgetSpec"]

PATTERN = MonitorPattern(
    spec=BudgetSpec,
    alarms=lambda spec, name, *, runbook=None: (),  # noqa: ARG005  (AWS Budgets has none in CloudWatch)
    construct="constructs_lib.patterns.budget.construct:BudgetMonitor",
)
