"""What CloudWatch asks of a metric math expression that an alarm watches.

Source: CloudWatch user guide, "Using math expressions with CloudWatch metrics", and PutMetricAlarm.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from constructs_lib.errors import Problem
from constructs_lib.model import nearest

_OUTSIDE = re.compile(r"\b(INSIGHT_RULE_METRIC|DB_PERF_INSIGHTS)\([^)]*\)")
"""Functions whose arguments name something else than queries."""
_QUOTED = re.compile(r"""(["']).*?\1""", re.DOTALL)


def problems(expressions: str, known: Collection[str]) -> Iterator[Problem]:
    """What the API refuses: ids that no query has, what an alarm can't watch, parentheses that do not match.

    Args:
        expressions: One, or several with a semicolon between them.
        known: The ids of the alarm's queries.
    """
    code = _OUTSIDE.sub("", _QUOTED.sub("", expressions))
    for name, called in dict.fromkeys(re.findall(r"\b([a-z]\w*)\s*(\(?)", code)):
        if name not in known:
            fix = f"write {name.upper()}, for functions have capitals" if called else nearest(name, known)
            yield Problem(f"{name!r} is not a metric of the expression", fix, path="expression")
    if re.search(r"\bSEARCH\b", code):
        yield Problem("SEARCH can't be compared with a limit", "name the metrics one by one", path="expression")
    if not _balanced(code):
        yield Problem("its parentheses do not match", "close each one", path="expression")


def _balanced(code: str) -> bool:
    """Whether every parenthesis is closed after it is opened."""
    depth = 0
    for character in code:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0
