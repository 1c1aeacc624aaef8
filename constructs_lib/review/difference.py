"""One alarm before and after: what makes it fire later or less often, and what can't be decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from constructs_lib.alarms.composite_rule import InvalidAlarmRule, implies, parse
from constructs_lib.alarms.severity import rank_of
from constructs_lib.aws.comparison import BAND_OPERATORS, DIRECTIONS, STATIC_OPERATORS
from constructs_lib.review.effect import unless_unknown
from constructs_lib.terraform import wording
from constructs_lib.terraform.alarm import DeployedAlarm, Query, Series
from constructs_lib.terraform.stack import UNKNOWN, Stack
from constructs_lib.units import duration, number

Verdict = Literal["looser", "tighter", "unclear"]

_MISSING_DATA = {"breaching": 2, "ignore": 1, "missing": 1, "notbreaching": 0}


class Difference(NamedTuple):
    """One argument that changed.

    Attributes:
        verdict: What it does to the alarm.
        text: What changed: `threshold: above 5 → above 50`.
    """

    verdict: Verdict
    text: str


def differences(before: DeployedAlarm, after: DeployedAlarm, old: Stack, new: Stack) -> Iterator[Difference]:
    """Every difference that bears on when the alarm fires; who is notified is compared elsewhere."""
    if before.composite or after.composite:
        yield from _rules(before, after, old, new)
    else:
        yield from _watched(before, after)
        yield from _limit(before, after)
        yield from _how_often(before, after)
        yield from _kind(before, after)
        yield from _period(before, after)
        yield from _missing_data(before, after)
        yield from _low_samples(before, after)
    yield from _severity(before, after)
    yield from _silence(before, after)
    if before.name != after.name:
        yield Difference("unclear", f"name: {before.name} → {after.name}; what names the old one no longer finds it")


def _rules(before: DeployedAlarm, after: DeployedAlarm, old: Stack, new: Stack) -> Iterator[Difference]:
    if before.rule == after.rule:
        return
    text = f"rule: {wording.condition(before, old)} → {wording.condition(after, new)}"
    try:
        was, becomes = parse(before.rule), parse(after.rule)
    except InvalidAlarmRule:
        yield Difference("unclear", text)
        return
    sooner, later = implies(was, becomes), implies(becomes, was)
    if sooner and later:
        return  # written differently, and the same
    yield Difference("tighter" if sooner else "looser" if later else "unclear", text)


def _watched(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Difference]:
    was, becomes = ({series.identity for series in alarm.series} for alarm in (before, after))
    expressions = [tuple(q.expression for q in alarm.queries if q.expression) for alarm in (before, after)]
    if was != becomes:
        texts = [", ".join(map(wording.describe, alarm.series)) or "nothing" for alarm in (before, after)]
        known = before.queries_known and after.queries_known
        verdict: Verdict = unless_unknown(_other_parts(before.series, after.series), "looser") if known else "unclear"
        yield Difference(verdict, f"watches: {texts[0]} → {texts[1]}")
    elif _math(expressions[0]) != _math(expressions[1]):
        yield Difference("unclear", f"expression: {'; '.join(expressions[0])} → {'; '.join(expressions[1])}")
    elif len(before.queries) > 1 and BAND_OPERATORS.keys().isdisjoint((before.operator, after.operator)):
        yield from _inputs(before, after)
    elif len(before.series) == len(after.series) == 1:
        yield from _statistic(before, after, before.series[0], after.series[0])


def _other_parts(before: tuple[Series, ...], after: tuple[Series, ...]) -> list[object]:
    """What metrics are called that differ: the parts of their names, or all of them where there are more or fewer."""
    sides = [[part for series in side for part in _parts(series)] for side in (before, after)]
    if len(before) != len(after):
        return [*sides[0], *sides[1]]
    return [part for pair in zip(*sides, strict=True) if pair[0] != pair[1] for part in pair]


def _parts(series: Series) -> tuple[object, ...]:
    return (*series.identity, UNKNOWN if series.dimensions is None else "")


def _inputs(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Difference]:
    """Of an expression that stays: what its ids mean, and which result is compared."""
    was, becomes = ({query.id: query for query in alarm.queries} for alarm in (before, after))
    for key in [*was, *(key for key in becomes if key not in was)]:
        texts = [_input(queries.get(key)) for queries in (was, becomes)]
        if texts[0] != texts[1]:
            yield Difference("unclear", f"{key}: {texts[0]} → {texts[1]}")


def _input(query: Query | None) -> str:
    if query is None:
        return "nothing"
    text = wording.describe(query.series) if query.series else query.expression
    return f"{text}{', the result' if query.returns else ''}"


def _math(expressions: tuple[str, ...]) -> list[str]:
    """The expressions but the band, whose width is a limit and compared as one."""
    return sorted(text for text in expressions if not text.strip().upper().startswith("ANOMALY_DETECTION_BAND"))


def _statistic(before: DeployedAlarm, after: DeployedAlarm, was: Series, becomes: Series) -> Iterator[Difference]:
    if was.statistic == becomes.statistic:
        return
    text = f"statistic: {was.statistic} → {becomes.statistic}"
    ranks = [_rank(series.statistic) for series in (was, becomes)]
    if None in ranks or before.operator != after.operator:
        yield Difference("unclear", text)
        return
    if ranks[0] == ranks[1]:  # p100 is the highest value
        return
    rises = float(ranks[1] or 0) > float(ranks[0] or 0)
    static = STATIC_OPERATORS.get(after.operator)
    yield Difference("unclear" if static is None else "tighter" if rises == static.upper else "looser", text)


def _rank(statistic: str) -> float | None:
    """Statistics of the same values, the lowest first; None where they can't be compared."""
    if statistic in ("Minimum", "Maximum"):
        return 0.0 if statistic == "Minimum" else 100.0
    return float(statistic[1:]) if statistic[:1] == "p" and statistic[1:].replace(".", "", 1).isdigit() else None


def _limit(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Difference]:
    texts = [wording.comparison(alarm) for alarm in (before, after)]
    same = (before.operator, before.threshold, before.band_width, before.threshold_text) == (
        after.operator,
        after.threshold,
        after.band_width,
        after.threshold_text,
    )
    if not same:
        verdict: Verdict = unless_unknown((before.operator, after.operator), _limit_verdict(before, after))
        yield Difference(verdict, f"limit: {texts[0]} → {texts[1]}")


def _limit_verdict(before: DeployedAlarm, after: DeployedAlarm) -> Verdict:
    one, other = before.operator, after.operator
    if one in BAND_OPERATORS and other in BAND_OPERATORS:
        narrower = other == DIRECTIONS["outside"].name or one == other
        wider_sides = one == DIRECTIONS["outside"].name or one == other
        widths = (before.band_width, after.band_width)
        if widths[0] is None or widths[1] is None:
            return "unclear"
        if narrower and widths[1] <= widths[0]:
            return "tighter"
        return "looser" if wider_sides or widths[1] > widths[0] or not narrower else "unclear"
    if before.threshold is None or after.threshold is None:
        return "unclear"
    sides = [STATIC_OPERATORS[operator].upper for operator in (one, other) if operator in STATIC_OPERATORS]
    if sides not in ([True, True], [False, False]):
        return "looser"  # it no longer looks to the side it was made for
    sign = 1 if sides[0] else -1
    was, becomes = sign * before.threshold, sign * after.threshold
    if was == becomes:
        return "tighter" if "OrEqual" in other else "looser"
    return "looser" if becomes > was else "tighter"


def _kind(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Difference]:
    """What replaces metric, limit and M of N; and which clock the periods follow."""
    for what, was, becomes in (
        ("PromQL", before.promql, after.promql),
        ("periods by the clock of", before.wall_clock, after.wall_clock),
    ):
        if was != becomes:
            yield Difference("unclear", f"{what}: {was or 'none'} → {becomes or 'none'}")


def _how_often(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Difference]:
    was, becomes = (before.breaching, before.of), (after.breaching, after.of)
    if was == becomes:
        return
    texts = [f"{_shown(m)} of {_shown(n)}" for m, n in (was, becomes)]
    yield Difference(_how_often_verdict(*was, *becomes), f"periods that must breach: {texts[0]} → {texts[1]}")


def _how_often_verdict(m: float | None, n: float | None, new_m: float | None, new_n: float | None) -> Verdict:
    if not (m and n and new_m and new_n):  # not known, or 0, which no alarm can have
        return "unclear"
    if fires_whenever(m, n, new_m, new_n):
        return "tighter"
    return "looser" if fires_whenever(new_m, new_n, m, n) else "unclear"


def fires_whenever(m: float, n: float, new_m: float, new_n: float) -> bool:
    """Whether `new_m` of `new_n` fires in every case in which `m` of `n` does.

    A window of n holds m breaching periods. If the new window is as long or longer, that is enough for new_m <= m. If
    it is shorter, the m are to be spread so that no window of new_n holds new_m: each then needs new_n - new_m + 1
    periods that do not breach, and there are n - m of them.
    """
    if new_n >= n:
        return new_m <= m
    quiet = new_n - new_m + 1
    needed = (n // new_n) * quiet + max(0, n % new_n - (new_m - 1))
    return n - m < needed


def _period(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Difference]:
    was, becomes = before.period_seconds, after.period_seconds
    if was == becomes:
        return
    if was is None or becomes is None:
        yield Difference("unclear", f"period: {_length(was)} → {_length(becomes)}")
        return
    # A longer period notices later. A sum over a shorter one is smaller, and may never reach an upper limit.
    sums = any(series.statistic in ("Sum", "SampleCount") for series in after.series)
    static = STATIC_OPERATORS.get(after.operator)
    smaller = becomes < was and sums and static is not None and static.upper
    verdict: Verdict = "looser" if becomes > was or smaller else "tighter"
    yield Difference(verdict, f"period: {duration(was)} → {duration(becomes)}")


def _missing_data(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Difference]:
    was, becomes = before.missing_data, after.missing_data
    if was.lower() == becomes.lower():
        return
    ranks = [_MISSING_DATA.get(word.lower()) for word in (was, becomes)]
    verdict: Verdict = "unclear"
    if ranks[0] is not None and ranks[1] is not None and ranks[0] != ranks[1]:
        verdict = "looser" if ranks[1] < ranks[0] else "tighter"
    yield Difference(verdict, f"missing data counts as: {was} → {becomes}")


def _low_samples(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Difference]:
    """CloudWatch evaluates percentiles of a few samples unless it is set to ignore them."""
    was, becomes = ((alarm.low_samples or "evaluate") for alarm in (before, after))
    if was != becomes and any(series.statistic.startswith("p") for series in after.series):
        verdict: Verdict = unless_unknown((was, becomes), "looser" if becomes == "ignore" else "tighter")
        yield Difference(verdict, f"percentiles of few samples: {was} → {becomes}")


def _silence(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Difference]:
    was, becomes = before.silence_seconds, after.silence_seconds
    if after.suppressor and after.suppressor != before.suppressor:
        verdict: Verdict = unless_unknown(before.suppressor and after.suppressor, "looser")
        yield Difference(verdict, f"silenced while {after.suppressor} is in alarm")
    elif after.suppressor:
        words = ("waits for the alarm that silences it", "stays silent after that alarm")
        for what, old, new in zip(words, was, becomes, strict=True):
            if old is not None and new is not None and new > old:
                yield Difference("looser", f"{what}: {duration(old)} → {duration(new)}")


def _severity(before: DeployedAlarm, after: DeployedAlarm) -> Iterator[Difference]:
    was, becomes = before.severity, after.severity
    if was.lower() == becomes.lower():
        return
    ranks = [rank_of(word) for word in (was, becomes)]
    verdict: Verdict = "unclear"
    if ranks[0] is not None:
        verdict = unless_unknown(becomes, "looser" if ranks[1] is None or ranks[1] > ranks[0] else "tighter")
    yield Difference(verdict, f"severity: {was or 'none'} → {becomes or 'none'}")


def _shown(value: float | None) -> str:
    return "?" if value is None else number(value)


def _length(seconds: float | None) -> str:
    return "not yet known" if seconds is None else duration(seconds)
