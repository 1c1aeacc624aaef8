"""The register as one HTML page that needs nothing else: it sorts, searches and prints, and fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from constructs_lib.register import prices
from constructs_lib.register.entry import SEVERITY_ORDER, Entry, Register
from constructs_lib.register.picture import picture

# The page may run its own script and style, and load nothing: not even a mistake in it can call home.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
_COLUMNS = ("Severity", "When", "Workload", "Receivers", "Metric", "Missing data", "Owner", "$ a month")
_FIGURES = {"critical": "page somebody", "warning": "tell somebody", "info": "inform somebody", "": "call somebody"}


def page(register: Register) -> str:
    """All of it."""
    return "".join(_parts(register))


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _parts(register: Register) -> Iterator[str]:
    about = register.about
    title = escape(f"Alarms of {about.project} {about.stack}")
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{title}</title>\n<style>\n{_file('page.css')}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    yield f'<p class="about">Account {escape(about.account)}, {escape(about.region)}. Written at every synth.</p>\n'
    yield from _figures(register)
    yield from _audience(register)
    yield from _alarms(register)
    yield from _dashboards(register)
    yield from _rules(register)
    yield from _costs(register)
    yield f"<script>\n{_file('page.js')}</script>\n</body>\n</html>\n"


def _figures(register: Register) -> Iterator[str]:
    yield '<ul class="figures">\n'
    for severity, (_, count) in register.audience().items():
        yield f'<li><b class="{severity or "none"}">{count:,}</b>{_FIGURES[severity]}</li>\n'
    parts = sum(not entry.calls for entry in register.entries)
    if parts:
        yield f'<li><b class="none">{parts:,}</b>work for others</li>\n'
    yield f"<li><b>${register.total:,.2f}</b>a month, estimated</li>\n</ul>\n"


def _audience(register: Register) -> Iterator[str]:
    yield '<h2>Who hears what</h2>\n<table id="audience">\n'
    yield "<thead><tr><th>Severity</th><th>Receivers</th></tr></thead>\n<tbody>\n"
    for severity, (receivers, _) in register.audience().items():
        names = ", ".join(f"{escape(receiver.address)} ({escape(receiver.kind)})" for receiver in receivers)
        yield f"<tr><td>{_severity(severity)}</td><td>{names}</td></tr>\n"
    yield "</tbody>\n</table>\n"


def _alarms(register: Register) -> Iterator[str]:
    yield "<h2>Alarms and events</h2>\n<form>\n"
    yield '<input id="search" type="search" placeholder="Search" aria-label="Search">\n'
    groups = {_group(entry): None for entry in register.entries}
    for group in [*(word for word in SEVERITY_ORDER if word in groups), *(["part"] if "part" in groups else [])]:
        words = {"": "no severity", "part": "works for others"}.get(group, group)
        yield f'<label><input type="checkbox" value="{group}" checked> {words}</label>\n'
    yield '<span id="shown" class="small" role="status"></span>\n</form>\n<table id="alarms">\n<thead><tr>'
    yield "".join(f'<th scope="col"><button type="button">{column}</button></th>' for column in _COLUMNS)
    yield "</tr></thead>\n<tbody>\n"
    # The most urgent first: what a reader in a hurry came for. (Sorting is stable: then by workload.)
    for entry in sorted(register.entries, key=_rank):
        yield _row(entry)
    yield "</tbody>\n</table>\n"


def _group(entry: Entry) -> str:
    return (entry.severity if entry.severity in SEVERITY_ORDER else "") if entry.calls else "part"


def _rank(entry: Entry) -> int:
    return (*SEVERITY_ORDER, "part").index(_group(entry))


def _row(entry: Entry) -> str:
    receivers = ", ".join(dict.fromkeys(escape(receiver.address) for receiver in entry.receivers)) or "–"
    runbook = f' · <a href="{escape(entry.runbook)}" rel="noreferrer">runbook</a>' if _is_link(entry.runbook) else ""
    step = f'<div class="small">First: {escape(entry.first_step)}</div>' if entry.calls and entry.first_step else ""
    metrics = "<br>".join(map(escape, entry.metrics))
    severity = _severity(entry.severity) if entry.calls else '<span class="severity none">part</span>'
    return (
        f'<tr data-group="{_group(entry)}"><td data-sort="{_rank(entry)}">{severity}</td>'
        f"<td>{escape(entry.sentence)}{step}"
        f'<div class="name">{escape(entry.name)}{runbook}</div></td><td>{escape(entry.workload)}</td>'
        f'<td>{receivers}</td><td class="metric">{metrics}</td><td>{escape(entry.missing_data)}</td>'
        f'<td>{escape(entry.owner)}</td><td class="number">{entry.dollars:.2f}</td></tr>\n'
    )


def _is_link(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _severity(severity: str) -> str:
    known = severity if severity in SEVERITY_ORDER[:-1] else "none"
    return f'<span class="severity {known}">{escape(severity) or "none given"}</span>'


def _dashboards(register: Register) -> Iterator[str]:
    dashboards = register.about.dashboards
    if dashboards:
        yield '<h2 id="dashboards">Dashboards</h2>\n'
        yield '<p class="small">The layout is the real one; the curves are a sketch.</p>\n'
    for dashboard in dashboards:
        yield f'<p class="name">{escape(dashboard.name)}</p>\n{picture(dashboard)}\n'


def _rules(register: Register) -> Iterator[str]:
    judgement = register.judgement
    if judgement.waived:
        yield '<h2>Rules set aside</h2>\n<ul id="waived">\n'
        for waiver, findings in judgement.waived:
            where = ", ".join(sorted({finding.subject for finding in findings})) or "nothing breaks it any more"
            yield f"<li><b>{escape(waiver.rule)}</b>: {escape(waiver.reason)} ({escape(where)})</li>\n"
        yield "</ul>\n"
    if judgement.advice:
        yield "<h2>Advice</h2>\n<ul>\n"
        for finding in judgement.advice:
            yield f"<li>{escape(finding.subject)}: {escape(str(finding.problem))}.</li>\n"
        yield "</ul>\n"


def _costs(register: Register) -> Iterator[str]:
    yield '<h2>What it costs</h2>\n<table id="costs">\n<tbody>\n'
    for what, dollars in register.costs.items():
        yield f'<tr><td>{escape(what)}</td><td class="number">${dollars:,.2f}</td></tr>\n'
    yield f'<tr><td><b>Estimated total a month</b></td><td class="number"><b>${register.total:,.2f}</b></td></tr>\n'
    yield f'</tbody>\n</table>\n<p class="small">Prices of us-east-1 as of {prices.AS_OF}, without free tiers, logs, '
    yield "and what the monitored resources themselves cost.</p>\n"
