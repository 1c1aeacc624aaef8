"""YAML in which every problem can be given its line, and no key is given twice unnoticed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import problems_of, shown
from constructs_lib.references import is_reference

# libyaml's C parser is ten times as fast as the Python one; wheels of PyYAML carry it, some distributions do not.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TAG = "tag:yaml.org,2002:"
_MERGE, _TEXT, _WHOLE = (f"{_TAG}{kind}" for kind in ("merge", "str", "int"))
_BARE = {
    f"{_TAG}int": "a whole number",
    f"{_TAG}float": "a number",
    f"{_TAG}bool": "true or false",
    f"{_TAG}timestamp": "a date",
}
"""What is not text without quotes, in words."""
_KNOWN: dict[type[yaml.Node], set[str]] = {
    yaml.ScalarNode: {_MERGE, _TEXT, f"{_TAG}value", f"{_TAG}null", *_BARE},
    yaml.SequenceNode: {f"{_TAG}seq"},
    yaml.MappingNode: {f"{_TAG}map"},
}

# What YAML lets into a text (YAML 1.2, "5.1. Character Set"); libyaml names a place for any other, but no line.
_FORBIDDEN = re.compile("[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_TOKEN = re.compile(r"[#&]\{TfToken\[")

MOST_CHARACTERS, MOST_VALUES = 5_000_000, 300_000
"""Twice what 5,000 monitors need. An alias counts for all it stands for: nine lines could stand for millions."""
LARGEST = 10**110
"""CloudWatch keeps values to 2^360; a number beyond this has digits that no one wants to see."""

M = TypeVar("M", bound=BaseModel)
Lines = dict[str, int]
"""Line of every key, by its path."""


class SourceLine(NamedTuple):
    """Where something is written."""

    file: str
    line: int


def read_text(path: str | Path, name: str) -> str:
    """The text of a file, or for `-` of standard input; `name` is what its errors call it.

    Raises:
        ConfigError: There is no such file, or it is not text.
    """
    if path == "-" and sys.stdin is None:
        raise ConfigError([Problem("is closed", "name a file", file=name)])
    try:
        return (sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()).decode()
    except FileNotFoundError:
        raise ConfigError([Problem(path="", file=name, rule="there is no such file", fix="name one")]) from None
    except IsADirectoryError:
        raise ConfigError([Problem(path="", file=name, rule="is a folder", fix="name a file in it")]) from None
    except UnicodeDecodeError as error:
        rule = f"byte {error.start} is not UTF-8"
        raise ConfigError([Problem(path="", file=name, rule=rule, fix="save the file as UTF-8")]) from None


def parse(text: str, file: str, *, begin: str) -> tuple[Any, Lines, list[Problem]]:
    """The data in a text, the line of every key, and what is wrong with the keys.

    Args:
        text: The text.
        file: What its errors call it.
        begin: How to begin, where there is nothing in it.

    Raises:
        ConfigError: It is not YAML.
    """
    if len(text) > MOST_CHARACTERS:
        raise ConfigError(
            [Problem(f"has {len(text):,} characters, and {MOST_CHARACTERS:,} are read", "split it", file=file)]
        )
    if found := _FORBIDDEN.search(text):
        rule = f"is not YAML, which has no character U+{ord(found[0]):04X}"
        line = text.count("\n", 0, found.start()) + 1
        raise ConfigError(
            [Problem(rule, f'remove it, or write "\\u{ord(found[0]):04x}" in quotes', file=file, line=line)]
        )
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise ConfigError([Problem(path="", file=file, rule="is empty", fix=begin)])
        lines: Lines = {}
        if _size(node, {}) > MOST_VALUES:
            rule = f"holds more than {MOST_VALUES:,} values, those that aliases stand for counted"
            raise ConfigError([Problem(rule, "write fewer", file=file)])
        problems = list(_walk(loader, node, "", lines))
        return loader.construct_document(node), lines, problems
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise ConfigError(
            [Problem(path="", file=file, line=mark.line + 1 if mark else None, rule=f"is not YAML: {what}")]
        ) from None
    except (yaml.YAMLError, ValueError) as error:  # a character YAML forbids; a date such as 2026-13-45
        raise ConfigError([Problem(path="", file=file, rule=f"is not YAML: {error}")]) from None
    finally:
        loader.dispose()


def validated(model: type[M], text: str, file: str, *, begin: str) -> tuple[M, Lines]:
    """What a text says as a model, and the line of every key.

    Args:
        model: What it has to be.
        text: The text.
        file: What its errors call it.
        begin: How to begin, where there is nothing in it.

    Raises:
        ConfigError: With every problem in it.
    """
    try:
        data, lines, problems = parse(text, file, begin=begin)
    except RecursionError:
        rule = "holds itself through an alias, or is nested too deeply"
        raise ConfigError([Problem(rule, "write it out", file=file)]) from None
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        told = {problem.path for problem in problems}
        more = [problem for problem in problems_of(error) if problem.path not in told]
        raise refused([*problems, *more], lines, file) from None
    if problems:
        raise refused(problems, lines, file)
    return found, lines


def refused(problems: Iterable[Problem], lines: Lines, file: str) -> ConfigError:
    """Problems, each with its line, in their order."""
    found = [placed(problem, lines, file) for problem in problems]
    return ConfigError(sorted(found, key=lambda problem: problem.line or 0))


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node stands for, each alias counted for all that it names."""
    if id(node) not in known:
        parts = [*chain.from_iterable(node.value)] if isinstance(node, yaml.MappingNode) else node.value
        known[id(node)] = 1 + (0 if isinstance(node, yaml.ScalarNode) else sum(_size(part, known) for part in parts))
    return known[id(node)]


def _walk(loader: yaml.SafeLoader, node: yaml.Node, path: str, lines: Lines) -> Iterator[Problem]:
    """Note each key's line, and tell of every value what is wrong with it for YAML's sake.

    Keys that are given twice are: YAML keeps the last and says nothing.
    """
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    for problem in _value_problems(loader, node):
        yield replace(problem, path=path, line=line)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(loader, item, _join(path, index), lines)
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
                    yield Problem("a key can't be a Terraform reference", "write it out", place, line=line)
                key.tag = _TEXT  # a key is a name, though YAML reads `on` and `404` as something else
                if key.value in seen:
                    yield Problem("is given twice", "remove one of the two, or rename it", place, line=line)
            seen.add(key.value)
            lines[place] = line
            yield from _walk(loader, value, place, lines)


def _value_problems(loader: yaml.SafeLoader, node: yaml.Node) -> Iterator[Problem]:
    """A value that its tag does not fit, or that CDKTF would take for something else; it is text from then on."""
    if node.tag not in (known := _KNOWN[type(node)]):
        yield Problem(f"has the tag {shown(node.tag.replace(_TAG, '!!'))}, which does not fit here", "remove it")
        node.tag = _TEXT if _TEXT in known else next(iter(known))
    if not isinstance(node, yaml.ScalarNode):
        return
    if _TOKEN.search(node.value):
        yield Problem(f"{shown(node.value)} is how CDKTF writes a reference of its own", "write ${var.name}")
    if node.tag == f"{_TAG}value" or (node.tag == _WHOLE and "x" in node.value):
        node.tag = _TEXT  # `=` is a value to YAML 1.1 and `0x30` is 48; in a file of tests the latter is thirty times 0
    if node.tag not in _BARE:
        return
    try:
        value = loader.yaml_constructors[node.tag](loader, node)
    except (ValueError, LookupError, AttributeError, OverflowError):
        yield Problem(f"{shown(node.value)} is not {_BARE[node.tag]}", "write another value, or put it in quotes")
        node.tag = _TEXT
        return
    if is_reference(value) or (isinstance(value, int) and abs(value) > LARGEST):
        yield Problem(f"{shown(node.value)} is a number too large for anything here", "write an ordinary number")
        node.tag = _TEXT


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


def placed(problem: Problem, lines: Lines, file: str) -> Problem:
    """The problem with its file and line: that of the nearest enclosing key that is in the file."""
    path, line = problem.path, problem.line
    while line is None:
        line = lines.get(path)
        if not path:
            break
        path = path.rpartition(".")[0]
    return replace(problem, file=file, line=line)
