"""The rules every stack is held to: one file each, run at synth and over any Terraform JSON.

A new rule is a file like the others and a line in `RULES`; `python -m constructs_lib rules --explain` prints what
docs/rules.md says of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from constructs_lib.errors import Problem
from constructs_lib.model import nearest, shown
from constructs_lib.rules.actions_possible import actions_possible
from constructs_lib.rules.agent_metric_published import agent_metric_published
from constructs_lib.rules.alarm_has_description import alarm_has_description
from constructs_lib.rules.alarm_has_receiver import alarm_has_receiver
from constructs_lib.rules.alarm_has_runbook import alarm_has_runbook
from constructs_lib.rules.alarm_name_unique import alarm_name_unique
from constructs_lib.rules.budget_is_heard import budget_is_heard
from constructs_lib.rules.burst_counts_once import burst_counts_once
from constructs_lib.rules.composite_rule_valid import composite_rule_valid
from constructs_lib.rules.condition_complete import condition_complete
from constructs_lib.rules.dashboard_within_limits import dashboard_within_limits
from constructs_lib.rules.dead_letters_counted import dead_letters_counted
from constructs_lib.rules.dimension_value_right import dimension_value_right
from constructs_lib.rules.event_has_target import event_has_target
from constructs_lib.rules.expression_valid import expression_valid
from constructs_lib.rules.limit_above_health import limit_above_health
from constructs_lib.rules.limit_reachable import limit_reachable
from constructs_lib.rules.log_silence_is_heard import log_silence_is_heard
from constructs_lib.rules.metric_exists import metric_exists
from constructs_lib.rules.metric_filter_valid import metric_filter_valid
from constructs_lib.rules.metric_listed import metric_listed
from constructs_lib.rules.metric_switched_on import metric_switched_on
from constructs_lib.rules.mute_ends import mute_ends
from constructs_lib.rules.quotas import quotas
from constructs_lib.rules.receiver_lets_sender_in import receiver_lets_sender_in
from constructs_lib.rules.rule import RULE_CLASSES, Finding, Rule
from constructs_lib.rules.silence_is_heard import silence_is_heard
from constructs_lib.rules.statistic_fits import statistic_fits
from constructs_lib.rules.subscription_confirmed import subscription_confirmed
from constructs_lib.rules.subscription_takes_alarms import subscription_takes_alarms
from constructs_lib.rules.sum_of_sparse_counters import sum_of_sparse_counters
from constructs_lib.rules.topic_has_subscriber import topic_has_subscriber
from constructs_lib.rules.topic_lets_cloudwatch_publish import topic_lets_cloudwatch_publish
from constructs_lib.rules.unit_published import unit_published
from constructs_lib.rules.window_legal import window_legal
from constructs_lib.terraform.stack import Stack

__all__ = ["NAMES", "RULES", "Finding", "Rule", "explained", "findings", "unknown"]

RULES: tuple[Rule, ...] = (
    alarm_has_receiver,
    topic_has_subscriber,
    subscription_confirmed,
    subscription_takes_alarms,
    topic_lets_cloudwatch_publish,
    receiver_lets_sender_in,
    event_has_target,
    budget_is_heard,
    actions_possible,
    alarm_has_description,
    alarm_has_runbook,
    alarm_name_unique,
    condition_complete,
    expression_valid,
    window_legal,
    metric_filter_valid,
    metric_exists,
    metric_listed,
    dimension_value_right,
    unit_published,
    statistic_fits,
    limit_reachable,
    limit_above_health,
    metric_switched_on,
    agent_metric_published,
    silence_is_heard,
    log_silence_is_heard,
    sum_of_sparse_counters,
    dead_letters_counted,
    composite_rule_valid,
    mute_ends,
    burst_counts_once,
    dashboard_within_limits,
    quotas,
)
"""Every rule, those about reaching a person first."""

OF_ALARMS: tuple[Rule, ...] = (
    condition_complete,
    expression_valid,
    window_legal,
    metric_exists,
    dimension_value_right,
    unit_published,
    statistic_fits,
    limit_reachable,
    limit_above_health,
    silence_is_heard,
)
"""Those that need nothing but the alarms, and so can judge a table of them before anything is built."""

NAMES: Mapping[str, Rule] = {rule.name: rule for rule in RULES}
"""By the name a waiver uses."""


def findings(stack: Stack, rules: Iterable[Rule] = RULES) -> list[Finding]:
    """Everything in the stack that breaks a rule, in the order of the rules and of the stack."""
    return [finding for rule in rules for finding in rule.findings(stack)]


def unknown(name: str) -> Problem | None:
    """What is wrong with the name of a rule."""
    return None if name in NAMES else Problem(f"{shown(name)} is not a rule", nearest(name, NAMES))


def explained(rules: Iterable[Rule] = RULES) -> str:
    """The rules as Markdown, the most harmful first: what goes wrong, what is found, what stays quiet, AWS's page."""
    lines: list[str] = []
    chosen = list(rules)
    for kind in RULE_CLASSES:
        of_kind = [rule for rule in chosen if rule.kind == kind]
        lines += [f"### {kind.capitalize()}", ""] * bool(of_kind)
        for rule in of_kind:
            lines += [f"#### `{rule.name}`", "", f"**{rule.compliant}** {rule.why}", ""]
            if rule.quiet:
                lines += [f"Stays quiet: {rule.quiet}", ""]
            stops = "Stops a synth." if rule.blocks else "Advice: stops nothing."
            lines += [f"A story: {rule.story} {stops} AWS: <{rule.page}>", ""]
    return "\n".join(lines)
