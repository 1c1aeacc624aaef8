"""Space-delimited patterns: `[ip, user, ..., status = 4* && status != 404, bytes]`.

AWS documents parentheses for JSON patterns only, and takes them here too, in the condition of one field: public
stacks deploy `[(w1 = "*ERROR*" || w1 = "*Exception*") && w1 != "*expected*"]` (cds-snc/notification-terraform).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from constructs_lib.filter_pattern.conditions import condition_of
from constructs_lib.filter_pattern.source import Source, start, tokens
from constructs_lib.filter_pattern.tree import Delimited, Field

if TYPE_CHECKING:
    from lark import Token

    from constructs_lib.filter_pattern.source import Shape

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""AWS names no rule. A name of digits would be a position (`$1`); other signs are refused in `$name`."""


def delimited_filter(source: Source, shape: Shape) -> Delimited:
    """The tree of a pattern in brackets."""
    bodies = [cast("Shape | None", cast("Shape", field).children[0]) for field in shape.children]
    if bodies == [None]:
        return Delimited(())
    parts = [_field(source, body, last=index == len(bodies) - 1) for index, body in enumerate(bodies)]
    source.check_regex_count(shape)
    _check_names(source, bodies, parts)
    gaps = [index for index, part in enumerate(parts) if part is None]
    if len(gaps) > 1:
        second = cast("Shape", bodies[gaps[1]])
        source.fail(_start(second), "a second `...`: fields are counted from the two ends only", "name the fields")
    fields = tuple(part for part in parts if part is not None)
    if gaps:
        return Delimited(fields[: gaps[0]], fields[gaps[0] :])
    _check_single(source, fields)
    return Delimited(fields)


def _field(source: Source, body: Shape | None, *, last: bool) -> Field | None:
    """One part between commas; None for `...`. An older AWS page ends a pattern with an unnamed field (`4*,]`)."""
    if body is None:
        if last:
            return Field(None)
        source.fail(_first_gap(source), "nothing before the comma, where a field belongs", "name the field")
    tests = [body] if body.data == "field_test" else sorted(body.find_data("field_test"), key=_start)
    names = [cast("Token", test.children[0]) for test in tests]
    if len(tests) == 1 and tests[0].children[1] is None:
        if names[0] == "...":
            return None
        _check_name(source, names[0])
        return Field(str(names[0]))
    for name, test in zip(names, tests, strict=True):
        _check_name(source, name)
        if test.children[1] is None:
            source.fail(start(name), f"`{name}` is compared with nothing", f"write `{names[0]} = {name}`")
        if name != names[0]:
            source.fail(
                start(name),
                f"`{name}` in the condition of `{names[0]}`: a condition is about one field",
                "put each field's condition between its own commas",
            )
    return Field(str(names[0]), condition_of(source, body))


def _start(shape: Shape) -> int:
    return start(tokens(shape, "BARE")[0])


def _first_gap(source: Source) -> int:
    """Where the first comma is that has no field before it."""
    return cast("re.Match[str]", re.search(r"[\[,]\s*,", source.text)).end() - 1


def _check_name(source: Source, name: Token) -> None:
    if _NAME.fullmatch(name):
        return
    fix = "use letters, digits and `_`, beginning with a letter"
    if set(name) <= set(".…"):
        fix = "write `...` for any number of fields"
    elif name.startswith("..."):
        fix = "put a comma after `...`"
    elif name.startswith("$"):
        fix = "leave the `$` out here: it belongs where the field is used"
    source.fail(start(name), f"`{name}` is not a field name", fix)


def _check_names(source: Source, bodies: Sequence[Shape | None], parts: Sequence[Field | None]) -> None:
    """AWS refuses a name given twice."""
    seen: set[str] = set()
    for body, part in zip(bodies, parts, strict=True):
        if body is None or part is None or part.name is None:
            continue
        if part.name in seen:
            source.fail(_start(body), f"`{part.name}` is the name of an earlier field too", "rename one of them")
        seen.add(part.name)


def _check_single(source: Source, fields: Sequence[Field]) -> None:
    """`[ERROR]` looks like a search for the word, and matches every event there is."""
    if len(fields) == 1 and fields[0].condition is None and (name := fields[0].name) is not None:
        source.advise(
            source.text.index("["),
            f"`[{name}]` is one field named {name} without a condition, and matches every event",
            f'write `"[{name}]"` to look for the text, or `[{name} = *]` if the field is meant',
        )
