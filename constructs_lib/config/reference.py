"""Every option of monitoring.yaml as Markdown, from the same schema that an editor reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.alarms.alarm import Evaluate
from constructs_lib.aws.advice import KINDS, Advice, Kind, facts_of
from constructs_lib.aws.comparison import COMPARISONS
from constructs_lib.config.file import MonitoringFile
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.patterns.recommended.spec import shown_limit
from constructs_lib.patterns.registry import PATTERNS, pattern
from constructs_lib.units import number

_INTRODUCTION = """\
# Options

Every option of `monitoring.yaml`, and of the models of the same names in Python. `ai-monitoring schema --markdown`
prints this page from the docstrings in the code; a test holds it to them.

`${…}` stands for a Terraform reference. Text may be one too, unless an error says that it has to be known before the
plan. A unit is part of the option's name.
"""

_TYPES = {"string": "text", "integer": "integer", "number": "number", "boolean": "true or false", "null": "null"}
_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def reference() -> str:
    """The page: the file, a stack, what all monitors share, each pattern, and the options they are made of."""
    schema = MonitoringFile.model_json_schema(by_alias=True)
    models = dict(schema["$defs"])
    specs = {name: models.pop(pattern(name).spec.__name__) for name in PATTERNS}
    shared = set(MonitorSpec.model_fields) - {"pattern"}
    common = {**next(iter(specs.values())), "description": "What the monitors of every pattern understand."}
    lines = [_INTRODUCTION]
    lines += _section("The file", schema)
    lines += _section("FileStack", models.pop("FileStack"))
    lines += _section("Every monitor", common, only=shared)
    for name, spec in specs.items():
        lines += _section(f"Pattern {name}", spec, without=shared)
    lines.append("# What options are made of\n")
    for name in sorted(models):
        lines += _section(name, models[name])
    lines += _advice()
    return "\n".join(lines)


def _advice() -> Iterator[str]:
    """What the pattern recommended knows of each type of resource."""
    yield "# What AWS recommends\n"
    yield (
        "The alarms of the pattern [recommended](patterns/recommended.md), by Terraform's type of the resource. "
        "Thresholds are those of `limits`, and of AWS; *yours* is one that AWS leaves open, and *on request* an alarm "
        "that is made where its limit is given.\n"
    )
    for type_, kinds in KINDS.items():
        for kind in kinds:
            names = ", ".join(f"`{dimension.option}`" for dimension in kind.asked)
            yield f"## `{type_}`: {kind.thing}\n"
            by = f"Named by {names}. " if len(kind.asked) > 1 else ""
            where = f"Its metrics are in {kind.region} only. " if kind.region else ""
            yield f"{by}{where}Source: <{kind.page}>\n"
            yield "| limit | what is compared with it | fires | why, and what to do first |\n| --- | --- | --- | --- |"
            for advice in kind.alarms:
                yield f"| {' | '.join(_cell(cell) for cell in _advice_row(kind, advice))} |"
            yield ""


def _advice_row(kind: Kind, advice: Advice) -> tuple[str, ...]:
    facts = facts_of(kind, advice)
    words = COMPARISONS[facts.comparison].words
    limit = "*yours*" if facts.threshold is None else number(shown_limit(advice, facts.threshold))
    if facts.threshold is None and advice.start:
        limit += f" (AWS: {advice.start.words})"
    window = Evaluate(breaching=facts.datapoints, of=facts.of).over(facts.period_seconds)
    only = f"; {'' if advice.only.usual else '*on request*, '}only {advice.only.words}" if advice.only else ""
    return (
        f"`{advice.option}`",
        advice.asks,
        f"{words} {limit} in {window}{only}",
        f"{advice.impact}. {advice.first_step}",
    )


def _section(
    title: str, model: Mapping[str, Any], *, only: set[str] | None = None, without: set[str] | None = None
) -> Iterator[str]:
    """A heading, what the model is for, and its options in the order of the code."""
    yield f"## {title}\n"
    if description := model.get("description"):
        yield f"{description}\n"
    properties = model.get("properties", {})
    shown = [key for key in properties if (only is None or key in only) and key not in (without or ())]
    if not shown:
        yield f"{_type(model)}\n"
        return
    yield "| option | value | default | meaning |\n| --- | --- | --- | --- |"
    for key in shown:
        option = properties[key]
        default = "*required*" if key in model.get("required", ()) else _default(option)
        yield f"| `{key}` | {_cell(_type(option))} | {default} | {_cell(option.get('description', ''))} |"
    yield ""


def _default(option: Mapping[str, Any]) -> str:
    default = _set(option.get("default"))
    return "" if default in (None, {}, []) else f"`{_cell(json.dumps(default, ensure_ascii=False))}`"


def _set(default: Any) -> Any:
    """Of a nested model only what is set."""
    if isinstance(default, dict):
        return {key: _set(value) for key, value in default.items() if value is not None}
    return default


def _type(option: Mapping[str, Any]) -> str:
    """A schema in words: `number > 0 or text`, `list of [Route](#route)`."""
    if "$ref" in option:
        name = option["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "const" in option:
        return f"`{option['const']}`"
    if "enum" in option:
        return ", ".join(f"`{value}`" for value in option["enum"])
    if "discriminator" in option:
        return "a monitor: [every monitor](#every-monitor) and its pattern's options"
    for union in ("anyOf", "oneOf"):
        if union in option:
            return " or ".join(dict.fromkeys(_type(part) for part in option[union] if part.get("type") != "null"))
    if option.get("type") == "array":
        return f"list of {_type(option.get('items', {}))}"
    if option.get("type") == "object":
        values = option.get("additionalProperties")
        return f"map of {_type(values)}" if isinstance(values, dict) else "map"
    return _scalar(option)


def _scalar(option: Mapping[str, Any]) -> str:
    if option.get("pattern") == r"\$\{":
        return "`${…}`"
    if isinstance(option.get("type"), list):
        return " or ".join(_TYPES[name] for name in option["type"] if name != "null")
    bounds = [f"{sign} {option[bound]:g}" for bound, sign in _BOUNDS.items() if bound in option]
    return " ".join([_TYPES.get(option.get("type", ""), "any value"), ", ".join(bounds)]).strip()


def _cell(text: str) -> str:
    """One line of a table."""
    return " ".join(text.split()).replace("|", "\\|")
