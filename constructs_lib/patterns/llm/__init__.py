"""The pattern `llm`: models on Amazon Bedrock, as those see them who call them and those who pay."""

from constructs_lib.options.retained import log_group
from constructs_lib.patterns.llm import alarms, charts
from constructs_lib.patterns.llm.options import Agent, CalledModel, Guardrail, InvocationLog, LlmAlarms, TokenPrices
from constructs_lib.patterns.llm.spec import LlmSpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = ["PATTERN", "Agent", "CalledModel", "Guardrail", "InvocationLog", "LlmAlarms", "LlmSpec", "TokenPrices"]

PATTERN = MonitorPattern(
    spec=LlmSpec,
    alarms=alarms.alarms,
    retains=log_group("log-group"),
    charts=charts.charts,
    figures=charts.figures,
    construct="constructs_lib.patterns.llm.construct:LlmMonitor",
)
