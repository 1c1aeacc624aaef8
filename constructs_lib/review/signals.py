"""What a plan does to the metrics alarms read that the stack itself publishes: metric filters, CloudWatch agents."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from constructs_lib.alarms import cloudwatch_agent
from constructs_lib.references import is_reference
from constructs_lib.review.arguments import detail, same
from constructs_lib.review.effect import Effect, Kind, unless_unknown
from constructs_lib.review.names import ResourceNames
from constructs_lib.terraform.alarm import Series
from constructs_lib.terraform.blocks import block, text
from constructs_lib.terraform.reading import Change
from constructs_lib.terraform.stack import Resource, Stack

FILTER = "aws_cloudwatch_log_metric_filter"
_AGENTS: Mapping[str, tuple[str, ...]] = {
    "aws_ssm_parameter": ("insecure_value", "value"),
    "aws_instance": ("user_data", "user_data_base64"),
    "aws_launch_configuration": ("user_data", "user_data_base64"),
    "aws_launch_template": ("user_data",),
}
"""Where the configuration of an agent stands, or the script that starts one."""

_AGENT = re.compile(r"cloudwatch-?agent|cwagent", re.IGNORECASE)
_COLLECTS = ("metrics", "logs", "traces")


class _Published(NamedTuple):
    """One metric, by what an alarm has to say to read it."""

    namespace: str
    name: str
    dimensions: frozenset[str]

    def read_by(self, series: Series) -> bool:
        """Whether a series is this metric, or may be."""
        same = (series.namespace, series.name) == (self.namespace, self.name)
        names = frozenset(series.dimensions or ())
        return same and (series.dimensions is None or self.dimensions in (names, names - cloudwatch_agent.PERHAPS))


def effects(changes: tuple[Change, ...], old: Stack, new: Stack) -> Iterator[Effect]:
    """Metrics that are no longer published, with the alarms that read them; what else is collected no more."""
    touched = [change for change in changes if change.before and change.before.type in (FILTER, *_AGENTS)]
    if not touched:
        return
    published = {metric for resource in new.of(FILTER, *_AGENTS) for metric in _published(resource)}
    names = ResourceNames(old)
    for change in touched:
        if change.before is None or change.forgotten:
            continue
        readers = tuple(_readers(change.before, published, new))
        compared = _filter if change.before.type == FILTER else _agent
        for kind, summary, details in compared(change.before, change.after, readers, published):
            where = change.after or change.before
            name = names.resource(change.before)
            yield Effect(kind=kind, address=where.address, name=name, summary=summary, details=details)


_Found = tuple[Kind, str, tuple[str, ...]]


def _readers(before: Resource, published: set[_Published], new: Stack) -> Iterator[str]:
    lost = _published(before) - published
    for alarm in new.alarms:
        if any(metric.read_by(series) for metric in lost for series in alarm.series):
            yield f"alarm {alarm.name or alarm.address} has no data any more"


def _filter(
    before: Resource, after: Resource | None, readers: tuple[str, ...], published: set[_Published]
) -> Iterator[_Found]:
    ((namespace, name, _),) = was = _published(before)
    called = f"{namespace} {name}".strip() or "the metric"
    if after is None and was <= published:
        yield "unclear", f"log lines are counted by another filter only: {called}", ()
    elif after is None:
        yield "signals", f"log lines are no longer counted, and alarms on {called} have no data", readers
    elif not same(*(side.values.get("metric_transformation") for side in (before, after))):
        details = (detail("metric_transformation", before.values, after.values), *readers)
        if readers:
            kind: Kind = unless_unknown([metric[:2] for metric in _published(after)], "signals")
            yield kind, f"{called} is no longer published", details
        else:
            yield "unclear", "its metric_transformation changes", details


def _agent(before: Resource, after: Resource | None, readers: tuple[str, ...], _: set[_Published]) -> Iterator[_Found]:
    was, becomes = _written(before), _written(after) if after else ""
    if was == becomes or not (_AGENT.search(was) or _configurations(was)):
        return
    if is_reference(becomes) and not is_reference(was):
        yield "unclear", "what the CloudWatch agent collects is known after apply", ()
        return
    entries = [{entry for found in _configurations(side) for entry in _entries(found)} for side in (was, becomes)]
    gone, paths = entries[0] - entries[1], {path for path, _ in entries[1]}
    changed = {entry for entry in gone if entry[0] in paths and not entry[0].endswith("]")}
    lost = [f"{path.removesuffix('[]')}: {value} is gone" for path, value in sorted(gone - changed)]
    if lost and (_configurations(becomes) or not _AGENT.search(becomes)):
        yield "signals", "the CloudWatch agent no longer collects all it did", (*lost, *readers)
    elif _starts(was) and not _starts(becomes):
        yield "signals", "instances no longer start the CloudWatch agent", readers
    elif changed or lost or _starts(was) != _starts(becomes):
        details = tuple(f"{path}: {value} changes" for path, value in sorted(changed))
        yield "unclear", "the CloudWatch agent is configured or started in another way", details


def _published(resource: Resource) -> frozenset[_Published]:
    if resource.type == FILTER:
        transformation = block(resource.values.get("metric_transformation"))
        dimensions = transformation.get("dimensions")
        names = frozenset(dimensions) if isinstance(dimensions, Mapping) else frozenset[str]()
        metric = _Published(text(transformation.get("namespace")), text(transformation.get("name")), names)
        return frozenset({metric})
    found = _configurations(_written(resource))
    return frozenset(_Published(*series) for config in found for series in cloudwatch_agent.published(config))


def _written(resource: Resource) -> str:
    """The text in which an agent may be configured or started."""
    found = [text(resource.values.get(argument)) for argument in _AGENTS[resource.type]]
    return "\n".join(_decoded(written) for written in found if written)


def _decoded(written: str) -> str:
    try:
        return base64.b64decode(written, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return written


def _configurations(written: str) -> list[dict[str, Any]]:
    """Every agent configuration in a text: a parameter is one, a script may hold one."""
    found, start, decoder = [], 0, json.JSONDecoder()
    if not any(f'"{word}_collected"' in written for word in _COLLECTS):
        return []
    written = written.replace("$${", "${")
    while (start := written.find("{", start)) >= 0:
        try:
            value, end = decoder.raw_decode(written, start)
        except (ValueError, RecursionError):
            start += 1
            continue
        if isinstance(value, dict) and any(isinstance(value.get(word), dict) for word in _COLLECTS):
            found.append(value)
        start = end
    return found


def _entries(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What an agent collects, and how: each leaf with its path, `[]` at the end of that of a list's entry."""
    for word in _COLLECTS:
        yield from _leaves(config.get(word), word)


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield f"{path}[]", item if isinstance(item, str) else json.dumps(item, sort_keys=True)
    elif value is not None:
        yield path, json.dumps(value)


def _starts(written: str) -> list[str]:
    """The lines of a script that speak of the agent."""
    return [line.strip() for line in written.splitlines() if _AGENT.search(line)]
