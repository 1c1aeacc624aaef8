"""What stands above a workload's graphs: whom its alarms call, who owns it, and where its runbooks are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from constructs_lib import markup
from constructs_lib.alarms.alarm import Alarm
from constructs_lib.alarms.severity import SEVERITIES, Severity
from constructs_lib.references import within_expressions

_PER_LINE = 170
"""Characters that a line of a widget as wide as the dashboard holds, about."""
_SAFE_IN_A_LINK = ":/?#@!$&*+,;=%~"


def heading(
    name: str, table: Sequence[Alarm], *, owner: str = "", receivers: Mapping[Severity, str] | None = None, shared: str
) -> tuple[str, int]:
    """Markdown, and how many rows of the grid it needs.

    Args:
        name: Of the workload.
        table: Its alarms.
        owner: Who owns it, if that is known.
        receivers: Whom an alarm of each severity calls.
        shared: What the names of all alarms begin with, which is left out of what is shown.
    """
    calling = [alarm for alarm in table if alarm.notifies]
    severities = {alarm.severity for alarm in calling}
    called = [
        f"{severity}: {_text(receivers[severity])}"
        for severity in SEVERITIES
        if receivers and severity in severities and severity in receivers
    ]
    facts = [*([f"Owner: {_text(owner)}"] if owner else []), *called]
    links = {alarm.name.removeprefix(shared): alarm.runbook for alarm in calling if alarm.runbook}
    lines = [" · ".join(facts)] if facts else []
    if len({*links.values()}) == 1:
        lines.append(f"[Runbook]({_address(next(iter(links.values())))})")
    elif links:
        lines.append("Runbooks: " + " · ".join(f"[{_text(short)}]({_address(link)})" for short, link in links.items()))
    long = sum(len(short) + 3 for short in links) if len(lines) > 1 else 0
    height = 1 + -(-(len(lines) + long // _PER_LINE) // 2)
    return "\n\n".join((f"## {_text(name)}", *lines)), height


def _text(words: str) -> str:
    """A user's words in Markdown; references stay as they are."""
    return within_expressions(words, outside=markup.escaped)


def _address(link: str) -> str:
    """A link in Markdown, which a bracket or a blank in it would end."""
    return within_expressions(link, outside=lambda part: quote(part, safe=_SAFE_IN_A_LINK))
