"""From a stack's Terraform JSON, and what the config knows of it, to its register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from constructs_lib.alarms.alarm import Alarm
from constructs_lib.alarms.duty import Notifies
from constructs_lib.alarms.metrics_read import metrics_of
from constructs_lib.aws import console
from constructs_lib.references import is_reference
from constructs_lib.register import prices
from constructs_lib.register.costs import costs
from constructs_lib.register.entry import SEVERITY_ORDER, Entry, Register, StackContext
from constructs_lib.register.sentence import sentence
from constructs_lib.rules.judgement import Judgement
from constructs_lib.terraform import mute, wording
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.blocks import blocks, text, texts
from constructs_lib.terraform.recipients import Directory
from constructs_lib.terraform.stack import Resource, Stack, path_of

_MISSING_DATA = {
    "breaching": "counts as breaching",
    "notbreaching": "counts as not breaching",
    "ignore": "keeps the state",
    "missing": "leads to INSUFFICIENT_DATA",
}


def build(stack: Stack, context: StackContext, judgement: Judgement) -> Register:
    """The register of one stack."""
    described = {alarm.name: (name, alarm) for name, table in context.workloads.items() for alarm in table}
    directory = Directory(stack)
    entries = [
        *(_alarm(stack, alarm, directory, described, context) for alarm in stack.alarms),
        *_events(stack, directory, context),
        *_bills(stack, directory, context),
    ]
    alarms = [entry for entry in entries if entry.kind != "event"]
    return Register(
        context=context,
        entries=tuple(sorted(entries, key=_order)),
        costs=costs(stack, len(alarms), sum(entry.dollars for entry in alarms)),
        judgement=judgement,
        muted=tuple(_muted(stack, entries)),
    )


def _muted(stack: Stack, entries: list[Entry]) -> Iterator[str]:
    calling = {entry.name for entry in entries if entry.calls and entry.kind != "event"}
    for rule in mute.mute_rules(stack):
        names = {*mute.names(stack, rule)}
        whom = "No alarm calls anyone" if calling <= names else f"{', '.join(sorted(names))}: notifies no one"
        yield f"{whom}, {rule.words}"


def _order(entry: Entry) -> tuple[str, bool, int, str]:
    severity = entry.severity if entry.severity in SEVERITY_ORDER else ""
    return (entry.workload, not entry.calls, SEVERITY_ORDER.index(severity), entry.name)


def _alarm(
    stack: Stack,
    alarm: DeployedAlarm,
    directory: Directory,
    described: Mapping[str, tuple[str, Alarm]],
    context: StackContext,
) -> Entry:
    workload, row = described.get(alarm.name, (alarm.monitor, None))
    receivers = directory.behind(alarm.actions) if alarm.enabled is not False else ()
    return Entry(
        kind="composite" if alarm.composite else "alarm",
        name=alarm.name,
        workload=workload,
        severity=alarm.severity,
        sentence=sentence(
            alarm.severity,
            receivers,
            row.summary if row else wording.condition(alarm, stack),
            otherwise=str(row.duty if row else Notifies()),
        ),
        calls=any(receiver.kind != "policy" for receiver in receivers),
        receivers=receivers,
        metrics=tuple(_metrics(stack, alarm, row)),
        missing_data="" if alarm.composite else _MISSING_DATA.get(alarm.missing_data.lower(), alarm.missing_data),
        runbook=alarm.runbook,
        owner=context.owners.get(workload, ""),
        impact=row.impact if row else "",
        first_step=row.first_step if row else "",
        dollars=prices.of_alarm(alarm),
        address=alarm.address,
        monitor=alarm.monitor,
        links=_links(stack, alarm, context),
    )


def _links(stack: Stack, alarm: DeployedAlarm, context: StackContext) -> Mapping[str, str]:
    """Where to look first: the alarm itself, the lines that its metric filter counts, the dashboard."""
    region = context.region
    links = {"alarm": page} if (page := console.alarm(region, alarm.name)) else {}
    read = {(series.namespace, series.name) for series in alarm.series}
    for counting in stack.of("aws_cloudwatch_log_metric_filter"):
        made = blocks(counting.values.get("metric_transformation"))
        group = stack.referred(counting.values.get("log_group_name"))
        name = text(group.values.get("name") if group else counting.values.get("log_group_name"))
        if not is_reference(name) and any((text(one.get("namespace")), text(one.get("name"))) in read for one in made):
            pattern = _unescaped(text(counting.values.get("pattern")))
            links["log lines"] = console.log_events(region, name, pattern)
    if query := next((one for one in context.logs.get(alarm.monitor, ()) if not is_reference(one.group)), None):
        links["Logs Insights"] = console.log_query(region, query.group, _unescaped(query.text))
    if shown := next((one for one in context.dashboards if one.shows(alarm.name)), None):
        links["dashboard"] = console.dashboard(region, shown.name)
    return links


def _unescaped(literal: str) -> str:
    """Terraform's `$${` and `%%{` as the service gets them."""
    return literal.replace("$${", "${").replace("%%{", "%{")


def _metrics(stack: Stack, alarm: DeployedAlarm, row: Alarm | None) -> Iterator[str]:
    """Metrics in CloudWatch's own words, from the config if it can: it has names where Terraform has references."""
    if alarm.composite:
        yield alarm.rule if not is_reference(alarm.rule) else wording.rule(alarm, stack)
        return
    found: dict[tuple[str, str], list[str]] = {}
    for metric in metrics_of([row] if row else ()):
        dimensions = metric.dimensions if isinstance(metric.dimensions, dict) else {}
        if not is_reference((metric.namespace, dimensions)):
            found.setdefault((metric.namespace, _pairs(dimensions)), []).append(f"{metric.name} {metric.statistic}")
    for series in () if found else alarm.series:
        key = (series.namespace, _pairs(series.dimensions or {}))
        found.setdefault(key, []).append(f"{series.name} {series.statistic}")
    for (namespace, pairs), names in found.items():
        yield f"{namespace} {', '.join(names)}{pairs}"
    for query in alarm.queries:
        if query.expression and query.band is None:
            yield query.expression


def _pairs(dimensions: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{key}: {value}" for key, value in sorted(dimensions.items()))
    return f" {{{pairs}}}" if pairs else ""


def _events(stack: Stack, directory: Directory, context: StackContext) -> Iterator[Entry]:
    """Event rules whose target is a topic: they notify without an alarm."""
    targets: dict[str, list[str]] = {}
    for resource in stack.of("aws_cloudwatch_event_target"):
        rule = stack.referred(resource.values.get("rule"))
        arn = text(resource.values.get("arn"))
        if rule and (":sns:" in arn or "aws_sns_topic" in path_of(arn)):
            targets.setdefault(rule.address, []).append(arn)
    for rule in stack.of("aws_cloudwatch_event_rule"):
        if rule.address in targets:
            yield _event(stack, rule, targets[rule.address], directory, context)


def _event(stack: Stack, rule: Resource, arns: list[str], directory: Directory, context: StackContext) -> Entry:
    name = text(rule.values.get("name"))
    says = text(rule.values.get("description")) or f"an event matches {name}"
    entry = _message(stack, rule, arns, says, directory=directory, context=context)
    links = {} if is_reference(name) else {"rule": console.event_rule(context.region, name)}
    return replace(entry, metrics=(text(rule.values.get("event_pattern")),), links=links)


def _bills(stack: Stack, directory: Directory, context: StackContext) -> Iterator[Entry]:
    """What AWS Budgets and Cost Anomaly Detection send; like events, no alarm."""
    for budget in stack.of("aws_budgets_budget"):
        name, span = text(budget.values.get("name")), _SPANS.get(text(budget.values.get("time_unit")), "span")
        for notice in blocks(budget.values.get("notification")):
            forecast = text(notice.get("notification_type")) == "FORECASTED"
            costs = f"{span} {'is forecast to cost' if forecast else 'costs'}"
            percent = f"{notice.get('threshold')} %{' forecast' * forecast}"
            says = f"a {costs} more than {notice.get('threshold')} % of {budget.values.get('limit_amount')} US$"
            arns = [*texts(notice.get("subscriber_sns_topic_arns"))]
            more = f"{name} {percent}"
            yield _message(stack, budget, arns, says, directory=directory, context=context, name=more)
    for unusual in stack.of("aws_ce_anomaly_subscription"):
        arns = [text(subscriber.get("address")) for subscriber in blocks(unusual.values.get("subscriber"))]
        yield _message(stack, unusual, arns, "costs are unusual", directory=directory, context=context)


_SPANS = {"DAILY": "day", "MONTHLY": "month", "QUARTERLY": "quarter", "ANNUALLY": "year"}


def _message(
    stack: Stack,
    sender: Resource,
    arns: list[str],
    says: str,
    *,
    directory: Directory,
    context: StackContext,
    name: str = "",
) -> Entry:
    """Something that notifies without an alarm; its topic's name says how urgent it is."""
    receivers = directory.behind(arns)
    topics = [text(topic.values.get("name")) for arn in arns if (topic := stack.referred(arn))]
    severity = next((word for word in SEVERITY_ORDER[:-1] for name in topics if name.endswith(word)), "")
    return Entry(
        kind="event",
        name=name or text(sender.values.get("name")),
        workload=sender.monitor,
        severity=severity,
        sentence=sentence(severity, receivers, says),
        calls=bool(receivers),
        receivers=receivers,
        owner=context.owners.get(sender.monitor, ""),
        address=sender.address,
        monitor=sender.monitor,
    )
