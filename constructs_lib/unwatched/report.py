"""What is not watched, as text for people, Markdown for a pull request, JSON for a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import orjson

from constructs_lib.aws.advice import Advice, facts_of
from constructs_lib.aws.comparison import COMPARISONS
from constructs_lib.markup import code, escaped, one_line
from constructs_lib.patterns.recommended.alarms import UNITS
from constructs_lib.units import count, number
from constructs_lib.unwatched import closing
from constructs_lib.unwatched.gaps import Found, Gaps
from constructs_lib.unwatched.watching import State

_SHOWN = 5
"""Names of alarms that are written out."""


def text(found: Gaps) -> str:
    """For a terminal."""
    lines = [_verdict(found)]
    for title, group in _groups(found):
        lines += ["", f"{title} ({sum(map(len, group.values()))})"]
        for (thing, *details), members in group.items():
            lines.append(f"  {one_line(', '.join(_called(one) for one in members))}: {thing}")
            lines += [f"      {one_line(line)}" for line in details]
    lines += ["", *_notes(found)] if _notes(found) else []
    if yaml := closing.written(found.of("unwatched")):
        lines += ["", "Below `monitors:` in monitoring.yaml:", "", *yaml.rstrip("\n").split("\n")]
    return "\n".join(lines) + "\n"


def markdown(found: Gaps) -> str:
    """For a comment under a pull request."""
    lines = [f"**{_verdict(found)}**"]
    for title, group in _groups(found):
        lines += ["", f"### {title} ({sum(map(len, group.values()))})", "", "| resources | | |", "| --- | --- | --- |"]
        for (thing, *details), members in group.items():
            cells = (
                "<br>".join(code(_called(one)) for one in members),
                escaped(thing),
                "<br>".join(map(escaped, details)),
            )
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += ["", *(f"- {escaped(note)}" for note in _notes(found))] if _notes(found) else []
    if yaml := closing.written(found.of("unwatched")):
        lines += ["", "Below `monitors:` in monitoring.yaml:", "", "```yaml", *yaml.rstrip("\n").split("\n"), "```"]
    return "\n".join(lines) + "\n"


def json(found: Gaps) -> str:
    """For a program; the keys are stable."""
    document = {
        "watched_percent": round(found.percent, 1),
        "watched": len(found.of("watched")),
        "unwatched": len(found.of("unwatched")),
        "not_known": len(found.of("not known")),
        "without_advice": found.others,
        "resources": [
            {
                "address": one.resource.address,
                "type": one.resource.type,
                "names": {option: name or None for option, name in one.names.items()},
                "state": one.state,
                "alarms": [*one.alarms],
                "silent_alarms": [*one.silent],
                "recommended": [
                    {
                        "key": advice.key,
                        "metric": f"{one.kind.namespace} {advice.metric}",
                        "limit": advice.option,
                        "aws": limit,
                        "suggested": one.starts.get(advice.option),
                        "asks": advice.asks,
                        "impact": advice.impact,
                        "first_step": advice.first_step,
                    }
                    for advice, limit in one.recommended
                ],
                "page": one.kind.page,
                "pattern": one.kind.elsewhere or "recommended",
            }
            for one in found.found
        ],
        "modules_not_read": [*found.modules],
        "monitors": closing.written(found.of("unwatched")),
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


FORMATS = {"text": text, "markdown": markdown, "json": json}


def _verdict(found: Gaps) -> str:
    watched, unwatched, unknown = (len(found.of(state)) for state in ("watched", "unwatched", "not known"))
    total = watched + unwatched
    if not found.found:
        return f"AWS recommends no alarms for any of {count(found.others, 'resource')}."
    are = "is" if watched == 1 else "are"
    said = f"{watched:,} of {count(total, 'resource')} that AWS recommends alarms for {are} watched"
    said += f" ({number(round(found.percent, 1))} %)" if total else ""
    return f"{said}; of {unknown:,} more it is not known." if unknown else f"{said}."


_TITLES: Mapping[str, State] = {"Not watched": "unwatched", "Not known": "not known"}


def _groups(found: Gaps) -> Iterator[tuple[str, dict[tuple[str, ...], list[Found]]]]:
    """Resources of which the same is to be said, together."""
    for title, state in _TITLES.items():
        group: dict[tuple[str, ...], list[Found]] = {}
        for one in found.of(state):
            group.setdefault((one.kind.thing, *_details(one)), []).append(one)
        if group:
            yield title, group


def _called(one: Found) -> str:
    """Its address, and the name that CloudWatch knows it by where that is another word."""
    names = [*one.names.values()]
    own = one.resource.address.rpartition(".")[2]
    return f"{one.resource.address} ({', '.join(names)})" if all(names) and names != [own] else one.resource.address


def _details(one: Found) -> list[str]:
    if one.state == "not known":
        return [f"perhaps watched by {_listed(one.alarms)}"]
    lines = [f"{_listed(one.silent)} watches it and calls no one"] if one.silent else []
    given = [(advice, limit) for advice, limit in one.recommended if limit is not None]
    yours = [advice for advice, limit in one.recommended if limit is None]
    if given:
        lines.append(
            "AWS recommends " + ", ".join(f"{advice.key} {_limit(one, advice, limit)}" for advice, limit in given)
        )
    if yours:
        lines.append(
            "with a threshold of yours: " + ", ".join(f"{advice.key}{_start(one, advice)}" for advice in yours)
        )
    return lines + ([f"the pattern {one.kind.elsewhere} watches more of it"] if one.kind.elsewhere else [])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")


def _limit(one: Found, advice: Advice, limit: float) -> str:
    words = COMPARISONS[facts_of(one.kind, advice).comparison].words
    return f"{words} {number(limit)} {UNITS.get(advice.unit, advice.unit)}".rstrip()


def _start(one: Found, advice: Advice) -> str:
    value = one.starts.get(advice.option)
    if value is None:
        return ""
    return f" (AWS suggests {number(value)} {UNITS.get(advice.unit, advice.unit)}".rstrip() + ")"


def _notes(found: Gaps) -> list[str]:
    notes = [f"{name} says that more is to come" for name in found.partial]
    if found.modules:
        notes.append(f"a configuration does not show what is in {_listed(found.modules)}: give a plan")
    if found.others:
        notes.append(f"{count(found.others, 'further resource')} of types that AWS recommends no alarms for")
    return notes
