"""Read monitoring.yaml: every problem at once, each with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from constructs_lib.config.config import Config
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import problems_of
from constructs_lib.patterns.registry import PATTERNS, pattern
from constructs_lib.references import expressions_in, misnamed_variables, refers
from constructs_lib.yaml_lines import SourceLine, parse, read_text, refused


def load(path: str | Path) -> Config:
    """The configuration in a file, or for `-` in standard input, checked through.

    Raises:
        ConfigError: With every problem in it; the file is missing, not YAML, or not a configuration.
    """
    return loads(read_text(path, name_of(path)), file=name_of(path))


def name_of(path: str | Path) -> str:
    """What errors call a file; `-` is standard input."""
    return "standard input" if path == "-" else str(path)


def loads(text: str, *, file: str = "monitoring.yaml") -> Config:
    """The configuration in a text; `file` is the name its errors give.

    Raises:
        ConfigError: With every problem in it.
    """
    try:
        data, lines, problems = parse(text, file, begin="begin with `project:` and `stacks:`")
        problems += _dangling(data)
    except RecursionError:
        rule = "holds itself through an alias, or is nested too deeply"
        raise ConfigError([Problem(path="", file=file, rule=rule, fix="write it out")]) from None
    try:
        config = Config.model_validate(data)
        problems += config.check()
    except ValidationError as error:
        told = {problem.path for problem in problems}
        problems += [problem for problem in problems_of(error) if problem.path not in told]
    if problems:
        raise refused(problems, lines, file)
    name = Path(file).name if Path(file).is_absolute() else file  # a machine's own folders stay out of what is written
    config.read_from({path: SourceLine(name, line) for path, line in lines.items()})
    return config


def _dangling(data: object) -> Iterator[Problem]:
    """In a file a reference can only be to a variable: no other resource is in the stack it makes."""
    for path, expression in expressions_in(data, verbatim=_verbatim_of):
        if expression is None:
            rule = "holds a `${` that is never closed"
            yield Problem(path=path, rule=rule, fix="write ${var.name}, or $${ for the two characters")
        elif not refers(expression):
            rule = f"${{{expression}}} refers to nothing in this stack"
            yield Problem(path=path, rule=rule, fix="write ${var.name}, and a variable of that name is declared")
        elif reserved := misnamed_variables(expression):
            rule = f"Terraform has no variable {reserved[0]!r}: it keeps that name for itself"
            yield Problem(path=path, rule=rule, fix="choose another name")


def _verbatim_of(data: Mapping[str, Any] | BaseModel) -> Collection[str]:
    """What a pattern takes letter by letter, such as a log filter with `${` in it."""
    name = data.get("pattern") if isinstance(data, Mapping) else None
    return pattern(name).spec.VERBATIM if isinstance(name, str) and name in PATTERNS else ()
