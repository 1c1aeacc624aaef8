"""Read monitoring.yaml: every problem at once, each with its line."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from constructs_lib.config.config import Config
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import problems_of
from constructs_lib.patterns.registry import PATTERNS, pattern
from constructs_lib.references import expressions_in, is_reference, misnamed_variables, refers

# libyaml's C parser is ten times as fast as the Python one; wheels of PyYAML carry it, some distributions do not.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MERGE, _TEXT = "tag:yaml.org,2002:merge", "tag:yaml.org,2002:str"

Lines = dict[str, int]
"""Line of every key, by its path."""


def load(path: str | Path) -> Config:
    """The configuration in a file, or for `-` in standard input, checked through.

    Raises:
        ConfigError: With every problem in it; the file is missing, not YAML, or not a configuration.
    """
    file = "standard input" if path == "-" else str(path)
    try:
        text = (sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()).decode()
    except FileNotFoundError:
        raise ConfigError([Problem(path="", file=file, rule="there is no such file", fix="name one")]) from None
    except IsADirectoryError:
        raise ConfigError([Problem(path="", file=file, rule="is a folder", fix="name a file in it")]) from None
    except UnicodeDecodeError as error:
        rule = f"byte {error.start} is not UTF-8"
        raise ConfigError([Problem(path="", file=file, rule=rule, fix="save the file as UTF-8")]) from None
    return loads(text, file=file)


def loads(text: str, *, file: str = "monitoring.yaml") -> Config:
    """The configuration in a text; `file` is the name its errors give.

    Raises:
        ConfigError: With every problem in it.
    """
    try:
        data, lines, problems = _parse(text, file)
        problems += _dangling(data)
    except RecursionError:
        rule = "holds itself through an alias, or is nested too deeply"
        raise ConfigError([Problem(path="", file=file, rule=rule, fix="write it out")]) from None
    try:
        config = Config.model_validate(data)
        problems += config.check()
    except ValidationError as error:
        problems += problems_of(error)
    if problems:
        placed = [_placed(problem, lines, file) for problem in problems]
        raise ConfigError(sorted(placed, key=lambda problem: problem.line or 0))
    return config


def _parse(text: str, file: str) -> tuple[Any, Lines, list[Problem]]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise ConfigError([Problem(path="", file=file, rule="is empty", fix="begin with `project:` and `stacks:`")])
        lines: Lines = {}
        problems = list(_walk(node, "", lines))
        return loader.construct_document(node), lines, problems
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        line = mark.line + 1 if mark else None
        raise ConfigError([Problem(path="", file=file, line=line, rule=f"is not YAML: {what}")]) from None
    except (yaml.YAMLError, ValueError) as error:  # a character YAML forbids; a date such as 2026-13-45
        raise ConfigError([Problem(path="", file=file, rule=f"is not YAML: {error}")]) from None
    finally:
        loader.dispose()


def _walk(node: yaml.Node, path: str, lines: Lines) -> Iterator[Problem]:
    """Note each key's line, and find keys that are given twice: YAML keeps the last and says nothing."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, _join(path, index), lines)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(
                    problem="found a list or a mapping as a key (put a text that begins with [ or { in quotes)",
                    problem_mark=key.start_mark,
                )
            place, line = _join(path, key.value), key.start_mark.line + 1
            if key.tag != _MERGE:
                if is_reference(key.value):  # Terraform 1.11 crashes on a sensitive variable as a key
                    yield Problem(
                        path=place, rule="a key can't be a Terraform reference", fix="write it out", line=line
                    )
                key.tag = _TEXT  # a key is a name, though YAML reads `on` and `404` as something else
                if key.value in seen:
                    yield Problem(
                        path=place, rule="is given twice", fix="remove one of the two, or rename it", line=line
                    )
            seen.add(key.value)
            lines[place] = line
            yield from _walk(value, place, lines)


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


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def _placed(problem: Problem, lines: Lines, file: str) -> Problem:
    """The problem with its file and line: that of the nearest enclosing key that is in the file."""
    path, line = problem.path, problem.line
    while line is None:
        line = lines.get(path)
        if not path:
            break
        path = path.rpartition(".")[0]
    return replace(problem, file=file, line=line)
