"""A review as text for people, Markdown for a pull request, JSON for a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

import orjson
from click import style

from constructs_lib.markup import code, escaped, one_line
from constructs_lib.review.effect import KINDS, Effect, Level
from constructs_lib.review.review import Review
from constructs_lib.units import count


def text(review: Review) -> str:
    """For a terminal."""
    lines = [style(_verdict(review), bold=True)]
    for kind, group in groupby(review.effects, key=lambda effect: effect.kind):
        found = list(group)
        lines += ["", style(f"{KINDS[kind]} ({len(found)})", fg=_COLOURS[found[0].level])]
        for effect in found:
            lines.append(f"  {_head(effect)}: {one_line(effect.summary)}")
            lines += [f"      {one_line(detail)}" for detail in effect.details]
    return "\n".join([*lines, "", _rest(review)]) + "\n"


def markdown(review: Review) -> str:
    """For a comment under a pull request."""
    lines = [f"**{_verdict(review)}**"]
    for kind, group in groupby(review.effects, key=lambda effect: effect.kind):
        found = list(group)
        lines += ["", f"### {KINDS[kind]} ({len(found)})", ""]
        for effect in found:
            lines.append(f"- **{code(effect.name)}**{_severity(effect)}: {escaped(effect.summary)}")
            lines += [f"  - {escaped(detail)}" for detail in effect.details]
    return "\n".join([*lines, "", _rest(review)]) + "\n"


def json(review: Review) -> str:
    """For a program; the keys are stable."""
    document = {
        "name": review.name,
        "weakened": review.count("weakened"),
        "unclear": review.count("unclear"),
        "new": review.count("new"),
        "alarms": {"before": review.alarms_before, "after": review.alarms_after},
        "findings": [
            {
                "kind": effect.kind,
                "level": effect.level,
                "address": effect.address,
                "name": effect.name,
                "severity": effect.severity or None,
                "summary": effect.summary,
                "details": effect.details,
            }
            for effect in review.effects
        ],
        "rest": review.rest,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


FORMATS = {"text": text, "markdown": markdown, "json": json}


def _ordered(reviews: Sequence[Review]) -> list[Review]:
    """Worst first: what weakens more, then what a person has to judge."""
    return sorted(reviews, key=lambda one: (-one.count("weakened"), -one.count("unclear"), one.name))


def _text_of_many(reviews: Sequence[Review]) -> str:
    lines = [style(_verdict_of_many(reviews), bold=True), ""]
    lines += [f"  {one_line(one.name)}: {_verdict(one)}" for one in _ordered(reviews)]
    parts = [f"\n{style(one_line(one.name), bold=True)}\n{text(one)}" for one in _ordered(reviews) if one.effects]
    return "\n".join(lines) + "\n" + "".join(parts)


def _markdown_of_many(reviews: Sequence[Review]) -> str:
    lines = [f"**{_verdict_of_many(reviews)}**", ""]
    lines += [f"- {code(one.name)}: {_verdict(one)}" for one in _ordered(reviews)]
    parts = [f"\n## {code(one.name)}\n\n{markdown(one)}" for one in _ordered(reviews) if one.effects]
    return "\n".join(lines) + "\n" + "".join(parts)


def _json_of_many(reviews: Sequence[Review]) -> str:
    documents = ",\n".join(json(one).rstrip() for one in reviews)
    return f"[\n{documents}\n]\n"


OF_MANY = {"text": _text_of_many, "markdown": _markdown_of_many, "json": _json_of_many}


def _verdict_of_many(reviews: Sequence[Review]) -> str:
    worse = sum(bool(one.count("weakened")) for one in reviews)
    unclear = sum(bool(one.count("unclear")) for one in reviews)
    said = [f"{worse} WEAKEN{'S' * (worse == 1)} monitoring"] if worse else []
    said += [f"{unclear} {'has' if unclear == 1 else 'have'} changes for you to judge"] if unclear else []
    return f"Of {len(reviews)} plans {' and '.join(said) or 'none weakens anything'}."


_COLOURS: Mapping[Level, str] = {"weakened": "red", "unclear": "yellow", "remark": "cyan", "new": "green"}


def _verdict(review: Review) -> str:
    weakened, unclear = review.count("weakened"), review.count("unclear")
    parts = list(_parts(weakened, unclear))
    if parts:
        return f"This plan {' and '.join(parts)}."
    if not review.alarms_before and not review.alarms_after:
        return "No CloudWatch alarm in this plan, and nothing that weakens monitoring."
    return "This plan weakens nothing."


def _parts(weakened: int, unclear: int) -> Iterator[str]:
    if weakened:
        yield f"WEAKENS monitoring in {count(weakened, 'place')}"
    if unclear:
        yield f"has {count(unclear, 'change')} for you to judge"


def _rest(review: Review) -> str:
    rest = ", ".join(f"{number:,} {word}" for word, number in review.rest.items()) or "none"
    return f"Alarms: {review.alarms_before:,} before, {review.alarms_after:,} after. The rest: {rest}."


def _head(effect: Effect) -> str:
    severity = f"[{effect.severity}] " if effect.severity else ""
    return f"{severity}{one_line(effect.name)}"


def _severity(effect: Effect) -> str:
    return f" ({effect.severity})" if effect.severity else ""
