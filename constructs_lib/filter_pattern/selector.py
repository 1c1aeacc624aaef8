"""Selectors: `$.user.roles[0]`, `$.['cluster.name']`, `$.items[*].id`."""

from __future__ import annotations

import re

from constructs_lib.filter_pattern.errors import FilterPatternError
from constructs_lib.filter_pattern.tree import Selector, Step, Wildcard

MAX_WILDCARDS_IN_SELECTOR = 1
"""AWS page, "Quotas": one wildcard selector in a property selector."""
MAX_WILDCARDS_IN_PATTERN = 3
"""AWS page, "Quotas": three wildcard selectors in a pattern with compound expressions."""

PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
"""AWS page: "property selectors are alphanumeric strings that also support '-' and '_' characters"."""

_STEP = re.compile(
    r"""\.(?P<key>[A-Za-z0-9_-]+)
      | \.\['(?P<quoted>[^'\\]+)'\]
      | \[(?P<index>\d{1,9})\]
      | (?P<any>\.\*|\[\*\])""",
    re.VERBOSE | re.ASCII,
)


def parse_selector(text: str, *, pattern: str | None = None, offset: int = 0) -> Selector:
    """Read one selector.

    Args:
        text: The selector.
        pattern: The pattern it stands in, for errors; the selector itself if there is none.
        offset: Where in the pattern it begins, counted from 0.

    Raises:
        FilterPatternError: With the column of the step that is wrong.
    """
    whole = text if pattern is None else pattern
    steps: list[Step] = []
    position = 1
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or (not steps and text[position] == "["):
            raise FilterPatternError(
                _complaint(text, position), pattern=whole, column=offset + position + 1, fix=_fix(text, position)
            )
        if match["any"]:
            steps.append(Wildcard.ANY)
        elif match["index"]:
            steps.append(int(match["index"]))
        else:
            steps.append(match["key"] or match["quoted"])
        position = match.end()
    if not steps:
        raise FilterPatternError(
            f"`{text}` names no field", pattern=whole, column=offset + 1, fix="name one, such as `$.level`"
        )
    if steps.count(Wildcard.ANY) > MAX_WILDCARDS_IN_SELECTOR:
        raise FilterPatternError(
            f"`{text}` has {steps.count(Wildcard.ANY)} wildcards, and a selector may have one",
            pattern=whole,
            column=offset + 1,
            fix="name the other steps",
        )
    return Selector(tuple(steps))


def _complaint(text: str, position: int) -> str:
    return (
        f"`{text[position:]}` is not a step of a selector, which is `.key`, `.['key']`, `[0]`, `[*]` or `.*`, "
        "where a plain key has letters, digits, `_` and `-`"
    )


def _fix(text: str, position: int) -> str:
    """The likeliest thing that was meant."""
    rest = text[position:]
    if position == 1 and PLAIN_KEY.match(rest):
        return f"write `$.{rest}`"
    if quoted := re.match(r"""\.?\[?(["'])([^"'\\]+)\1\]?""", rest):
        return f"write `.['{quoted[2]}']`"
    if rest.startswith(".."):
        return "name every step: there is no search at any depth"
    if rest.startswith("[") and position == 1:
        return "start with a key: an event is a JSON object, and arrays are found inside it"
    if re.match(r"\[-\d+\]", rest):
        return "count from the start of the array: `[0]` is the first element"
    if re.match(r"\[\d*:", rest):
        return "name one element (`[0]`) or all (`[*]`): there are no slices"
    key = re.match(r"\.([^.\[\]'\\]+)(?=$|[.\[])", text[text.rfind(".", 0, position + 1) :])
    if key and not PLAIN_KEY.fullmatch(key[1]):
        return f"write `.['{key[1]}']`"
    return "look for a missing key, quote or bracket"


def print_selector(selector: Selector) -> str:
    """The one canonical spelling."""
    return "$" + "".join(_print_step(step, first=index == 0) for index, step in enumerate(selector.steps))


def _print_step(step: Step, *, first: bool) -> str:
    if step is Wildcard.ANY:
        return ".*" if first else "[*]"
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if PLAIN_KEY.fullmatch(step) else f".['{step}']"
