"""The YAML that closes a gap: monitors to be put below `monitors:`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from constructs_lib.patterns.recommended.spec import usual_limit
from constructs_lib.units import plain
from constructs_lib.unwatched.gaps import Found

_MODULES = re.compile(r"module\.([\w-]+)(\[[^\]]*\])?\.")
_NOT_A_KEY = re.compile(r"[^A-Za-z0-9]+")


def written(unwatched: Sequence[Found]) -> str:
    """Monitors of the pattern recommended. What AWS leaves open and has no suggestion for is null: nothing is invented.

    A resource whose every alarm waits for a number of yours comes as a comment.
    """
    groups: dict[tuple[str, tuple[tuple[str, float | None], ...]], list[Found]] = {}
    for one in unwatched:
        groups.setdefault((one.resource.type, tuple(_limits(one).items())), []).append(one)
    taken: set[str] = set()
    lines: list[str] = []
    waiting: list[str] = []
    for (type_, limits), members in groups.items():
        key = _free(_key(members[0].resource.address if len(members) == 1 else type_.removeprefix("aws_")), taken)
        block = _monitor(key, type_, dict(limits), members)
        if _alarms_left(members[0], dict(limits)):
            lines += block
        else:
            waiting += [f"# {line}" for line in block]
    lines += ["# AWS leaves every threshold of these to you:", *waiting] if waiting else []
    return "\n".join(lines) + "\n" if lines else ""


def _limits(one: Found) -> dict[str, float | None]:
    """What has to be written: each threshold that AWS leaves open, and what the resource makes of the others."""
    return {
        advice.option: one.starts[advice.option] if advice.option in one.starts else one.limits[advice.option]
        for advice in one.kind.alarms
        if advice.option in one.starts or advice.option in one.limits
    }


def _alarms_left(one: Found, limits: Mapping[str, float | None]) -> bool:
    return any(limits.get(advice.option, usual_limit(one.kind, advice)) is not None for advice in one.kind.alarms)


def _monitor(key: str, type_: str, limits: Mapping[str, float | None], members: Sequence[Found]) -> Iterator[str]:
    kind = members[0].kind
    yield f"{key}:" + (f"  # its metrics are in {kind.region} only, and so must be the stack" if kind.region else "")
    yield "  pattern: recommended"
    names = [_names(one) for one in members]
    if len(names) == 1:
        yield f"  resource: {{{type_}: {names[0]}}}"
    else:
        yield "  resource:"
        yield f"    {type_}:"
        yield from (f"      - {name}" for name in dict.fromkeys(names))
    if limits:
        yield "  limits:"
        by_option = kind.by_option()
        for option, limit in limits.items():
            advice = by_option[option]
            if option not in members[0].starts:
                note = f"only {advice.only.words}" if advice.only else ""
            elif limit is None or advice.start is None:
                note = f"yours to set: {advice.asks}"
            else:
                note = f"AWS: {advice.start.words}"
            yield f"    {option}: {'null' if limit is None else plain(limit)}  # {note}"


def _names(one: Found) -> str:
    """As `resource` takes them; a variable for what is not known yet."""
    values = {
        option: json.dumps(
            value or f"${{var.{_key(one.resource.address).replace('-', '_')}_{option}}}", ensure_ascii=False
        )
        for option, value in one.names.items()
    }
    if len(values) == 1:
        return next(iter(values.values()))
    return f"{{{', '.join(f'{option}: {value}' for option, value in values.items())}}}"


def _key(address: str) -> str:
    """`module.shop["eu"].aws_sqs_queue.jobs` → shop-eu-jobs."""
    path = _MODULES.sub(lambda found: f"{found[1]}{found[2] or ''}.", address)
    words = [part for part in path.split(".") if not part.startswith("aws_")]
    return _NOT_A_KEY.sub("-", ".".join(words)).strip("-") or "resource"


def _free(key: str, taken: set[str]) -> str:
    number = 1
    while (free := key if number == 1 else f"{key}-{number}") in taken:
        number += 1
    taken.add(free)
    return free
