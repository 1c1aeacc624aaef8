"""YAML in which every problem can be given its line, and no key is given twice unnoticed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from constructs_lib.errors import ConfigError, Problem
from constructs_lib.references import is_reference

# libyaml's C parser is ten times as fast as the Python one; wheels of PyYAML carry it, some distributions do not.
_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MERGE, _TEXT, _WHOLE = (f"tag:yaml.org,2002:{kind}" for kind in ("merge", "str", "int"))

Lines = dict[str, int]
"""Line of every key, by its path."""


def read_text(path: str | Path, name: str) -> str:
    """The text of a file, or for `-` of standard input; `name` is what its errors call it.

    Raises:
        ConfigError: There is no such file, or it is not text.
    """
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
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise ConfigError([Problem(path="", file=file, rule="is empty", fix=begin)])
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
    if isinstance(node, yaml.ScalarNode) and node.tag == _WHOLE and "x" in node.value:
        node.tag = _TEXT  # `0x30` is thirty times 0 in a file of tests, and 48 to YAML
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
