"""The register as Markdown: one line per alarm, so that a pull request shows what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from constructs_lib.register import prices
from constructs_lib.register.costs import COUNTED
from constructs_lib.register.entry import Entry, Register
from constructs_lib.terraform.recipients import Recipient


def markdown(register: Register) -> str:
    """The whole register."""
    context = register.context
    source = "monitoring.yaml" if context.project else "what it describes"
    lines = [
        f"# Alarms of {context.title}",
        "",
        f"Account {context.account}, {context.region}. Written at every synth; change {source}, not this file.",
        *_environment(context.environment_variables),
        "",
        "## Who is notified",
        "",
        "| Severity | Receivers | Alarms and events |",
        "| --- | --- | ---: |",
    ]
    for severity, (receivers, count) in register.audience().items():
        lines.append(f"| {severity or 'none given'} | {', '.join(map(_receiver, receivers))} | {count} |")
    pages = [entry for entry in register.entries if entry.calls and entry.severity == "critical"]
    if pages:
        lines += ["", "## What pages", "", *(f"- {_escaped(entry.sentence)}" for entry in pages)]
    if context.objectives:
        lines += ["", "## What was promised", ""]
        lines += [f"- {_escaped(name)}: {_escaped(sentence)}" for name, sentence in context.objectives.items()]
    if register.muted:
        lines += ["", "## When alarms are muted", "", *(f"- {_escaped(sentence)}" for sentence in register.muted)]
        lines += ["", "What an alarm would have called is called when the window ends, if it is still in that state."]
        if register.unmuted:
            lines += ["Messages about events, such as failed jobs, are sent as always."]
    for workload, entries in register.workloads().items():
        owner = next((entry.owner for entry in entries if entry.owner), "")
        lines += ["", f"## {_escaped(workload or 'Other')}" + (f" (owner: {_escaped(owner)})" if owner else ""), ""]
        for entry in entries:
            lines += _entry(entry)
    lines += ["", *_rules(register), *_costs(register)]
    return "\n".join(lines) + "\n"


def _environment(names: Sequence[str]) -> Iterator[str]:
    """Another value of one of these gives another stack."""
    if names:
        yield from ("", f"Read from the environment at the synth: {', '.join(f'`{name}`' for name in names)}.")


def _receiver(receiver: Recipient) -> str:
    return f"{_escaped(receiver.address)} ({receiver.kind})"


def _entry(entry: Entry) -> Iterator[str]:
    severity = f"**{entry.severity}** " if entry.calls and entry.severity else ""
    yield f"- {severity}{_escaped(entry.sentence)}"
    facts = [f"`{entry.name}`", *(f"`{metric}`" for metric in entry.metrics if "`" not in metric)]
    if entry.missing_data:
        facts.append(f"missing data {entry.missing_data}")
    if entry.runbook:
        facts.append(f"[runbook]({entry.runbook})")
    if entry.dollars:
        facts.append(f"${entry.dollars:.2f}")
    yield f"  <br>{' · '.join(facts)}"


def _rules(register: Register) -> Iterator[str]:
    judgement = register.judgement
    if judgement.waived:
        yield from ("## Rules set aside", "")
        for waiver, findings in judgement.waived:
            where = ", ".join(sorted({finding.subject for finding in findings})) or "no longer needed"
            yield f"- `{waiver.rule}`: {_escaped(waiver.reason)} ({where})"
        yield ""
    if judgement.advice:
        yield from ("## Advice", "")
        for finding in judgement.advice:
            yield f"- {_escaped(finding.subject)}: {_escaped(finding.problem.rule)}; {finding.problem.fix}."
        yield ""


def _costs(register: Register) -> Iterator[str]:
    yield from ("## What it costs", "")
    for what, dollars in register.costs.items():
        yield f"- {what}: ${dollars:,.2f}"
    yield f"- **estimated total: ${register.total:,.2f} a month**"
    yield ""
    yield f"Prices of us-east-1 as of {prices.AS_OF}. {COUNTED}"


def _escaped(text: str) -> str:
    """Text as it is, without accidental emphasis, tables or HTML."""
    for sign in "\\`*_|<>":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")
