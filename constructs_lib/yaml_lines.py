"""YAML as a tree in which every problem can be given its file and line, and no key is given twice unnoticed."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
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
_MERGE, _TEXT, _WHOLE, _NULL = (f"{_TAG}{kind}" for kind in ("merge", "str", "int", "null"))
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
Pairs = dict[str, tuple[yaml.ScalarNode, yaml.Node]]
"""What a mapping holds: its keys' and values' nodes, by key."""


class SourceLine(NamedTuple):
    """Where something is written."""

    file: str
    line: int


@dataclass(frozen=True)
class Document:
    """A text, or several that were merged, as a tree of YAML nodes; every node's mark names its file and line.

    Attributes:
        root: The tree.
        file: What errors call the file that it begins with.
        problems: What is wrong with keys and values for YAML's sake, each with its place.
    """

    root: yaml.Node
    file: str
    problems: tuple[Problem, ...] = ()

    @cached_property
    def data(self) -> Any:
        """The values: what several places name by an alias, or inherit, is one object."""
        return _value(self.root, {})

    def trail(self, path: str) -> Iterator[tuple[yaml.Node, yaml.Node, yaml.Node]]:
        """The way along a path as far as it leads: what holds each part, the node that names it, and its value."""
        node = self.root
        while path:
            if isinstance(node, yaml.MappingNode):  # a key may have dots in it
                known = [pair for pair in node.value if path == pair[0].value or path.startswith(f"{pair[0].value}.")]
                if not known:
                    return
                key, value = max(known, key=lambda pair: len(pair[0].value))
                path = path[len(key.value) + 1 :]
            else:
                index, _, path = path.partition(".")
                if not isinstance(node, yaml.SequenceNode) or not index.isdecimal() or int(index) >= len(node.value):
                    return
                key = value = node.value[int(index)]
            yield node, key, value
            node = value

    def place(self, path: str) -> SourceLine:
        """Where a path is written, or the nearest enclosing one that is."""
        *_, (_, named, _) = [(self.root, self.root, self.root), *self.trail(path)]
        return place_of(named)

    def placed(self, problem: Problem) -> Problem:
        """The problem with its file and line."""
        if problem.file is not None:
            return problem
        file, line = self.place(problem.path)
        return replace(problem, file=file, line=line)

    def refused(self, problems: Iterable[Problem]) -> ConfigError:
        """Problems, each with its place, in the order of the files."""
        found = [self.placed(problem) for problem in problems]
        return ConfigError(sorted(found, key=lambda one: (one.file != self.file, one.file or "", one.line or 0)))


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


def parse(text: str, file: str, *, begin: str) -> Document:
    """The tree in a text.

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
    loader = _Loader(_Named(text, file))
    try:
        node = loader.get_single_node()
        if node is None:
            raise ConfigError([Problem(path="", file=file, rule="is empty", fix=begin)])
        check_size(node, file)
        return Document(node, file, tuple(_walk(node, "")))
    except RecursionError:
        rule = "holds itself through an alias, or is nested too deeply"
        raise ConfigError([Problem(path="", file=file, rule=rule, fix="write it out")]) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(part for part in (error.context, error.problem) if part)
        raise ConfigError(
            [Problem(path="", file=file, line=mark.line + 1 if mark else None, rule=f"is not YAML: {what}")]
        ) from None
    except (yaml.YAMLError, ValueError) as error:  # a character YAML forbids
        raise ConfigError([Problem(path="", file=file, rule=f"is not YAML: {error}")]) from None
    finally:
        loader.dispose()


class _Named(io.StringIO):
    """A text whose marks name its file."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


def validated(model: type[M], text: str, file: str, *, begin: str) -> tuple[M, Document]:
    """What a text says as a model, and where it says so.

    Args:
        model: What it has to be.
        text: The text.
        file: What its errors call it.
        begin: How to begin, where there is nothing in it.

    Raises:
        ConfigError: With every problem in it.
    """
    document = parse(text, file, begin=begin)
    try:
        found = model.model_validate(document.data)
    except ValidationError as error:
        told = {problem.path for problem in document.problems}
        more = [problem for problem in problems_of(error) if problem.path not in told]
        raise document.refused([*document.problems, *more]) from None
    if document.problems:
        raise document.refused(document.problems)
    return found, document


def check_size(node: yaml.Node, file: str) -> None:
    """Refuse a tree that stands for more than anyone needs.

    Raises:
        ConfigError: It does.
    """
    if _size(node, {}) > MOST_VALUES:
        rule = f"holds more than {MOST_VALUES:,} values, those that aliases stand for counted"
        raise ConfigError([Problem(rule, "write fewer", file=file)])


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node stands for, each alias counted for all that it names."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    found = known.get(id(node))
    if found is None:
        parts = [part[1] for part in node.value] if isinstance(node, yaml.MappingNode) else node.value
        keys = len(parts) if isinstance(node, yaml.MappingNode) else 0
        found = known[id(node)] = 1 + keys + sum([_size(part, known) for part in parts])
    return found


def pairs(node: yaml.Node | None) -> Pairs:
    """What a mapping holds; of anything else nothing."""
    return {key.value: (key, value) for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def mapping(found: Mapping[str, tuple[yaml.ScalarNode, yaml.Node]], like: yaml.Node) -> yaml.MappingNode:
    """A mapping that holds something else, and stands where another does."""
    return yaml.MappingNode(f"{_TAG}map", [*found.values()], like.start_mark, like.end_mark)


def text_node(value: str, like: yaml.Node) -> yaml.ScalarNode:
    """A text that stands where another node does."""
    return yaml.ScalarNode(_TEXT, value, like.start_mark, like.end_mark)


def place_of(node: yaml.Node) -> SourceLine:
    """Where a node is written."""
    return SourceLine(node.start_mark.name, node.start_mark.line + 1)


def is_null(node: yaml.Node) -> bool:
    """Whether a value is null, or left out after its key."""
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL


def is_text(node: yaml.Node | None) -> bool:
    """Whether a value is a text."""
    return isinstance(node, yaml.ScalarNode) and node.tag == _TEXT


_constructor = yaml.constructor.SafeConstructor()


def _value(node: yaml.Node, known: dict[int, Any]) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value if node.tag == _TEXT else _constructor.yaml_constructors[node.tag](_constructor, node)
    if id(node) not in known:
        if isinstance(node, yaml.MappingNode):
            known[id(node)] = {key.value: _value(value, known) for key, value in node.value}
        else:
            known[id(node)] = [_value(item, known) for item in node.value]
    return known[id(node)]


def _walk(node: yaml.Node, path: str) -> Iterator[Problem]:
    """Say of every value what is wrong with it for YAML's sake, and put what `<<` merges in its place."""
    for problem in _value_problems(node):
        yield replace(problem, path=path, **place_of(node)._asdict())
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, join(path, index))
    if isinstance(node, yaml.MappingNode):
        yield from _key_problems(node, path)
        for key, value in node.value:
            yield from _walk(value, join(path, key.value))
        if any(key.tag == _MERGE for key, _ in node.value):
            node.value = [*_with_merged(node).values()]


def _key_problems(node: yaml.MappingNode, path: str) -> Iterator[Problem]:
    """Keys that are given twice are wrong: YAML keeps the last and says nothing."""
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.MarkedYAMLError(
                problem="found a list or a mapping as a key (put a text that begins with [ or { in quotes)",
                problem_mark=key.start_mark,
            )
        if key.tag == _MERGE:
            continue
        if is_reference(key.value):  # Terraform 1.11 crashes on a sensitive variable as a key
            problem = Problem("a key can't be a Terraform reference", "write it out", join(path, key.value))
            yield replace(problem, **place_of(key)._asdict())
        key.tag = _TEXT  # a key is a name, though YAML reads `on` and `404` as something else
        if key.value in seen:
            problem = Problem("is given twice", "remove one of the two, or rename it", join(path, key.value))
            yield replace(problem, **place_of(key)._asdict())
        seen.add(key.value)


def _with_merged(node: yaml.MappingNode) -> Pairs:
    """A mapping's pairs after those that `<<` adds; of a list of mappings the first counts most, as in YAML 1.1."""
    added: Pairs = {}
    for key, value in node.value:
        if key.tag == _MERGE:
            sources = value.value[::-1] if isinstance(value, yaml.SequenceNode) else [value]
            for source in sources:
                if not isinstance(source, yaml.MappingNode):
                    raise yaml.MarkedYAMLError(
                        problem="found something else than a mapping, or a list of mappings, after `<<`",
                        problem_mark=source.start_mark,
                    )
                added |= pairs(source)
    return added | {key.value: (key, value) for key, value in node.value if key.tag != _MERGE}


def _value_problems(node: yaml.Node) -> Iterator[Problem]:
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
        value = _constructor.yaml_constructors[node.tag](_constructor, node)
    except (ValueError, LookupError, AttributeError, OverflowError):
        yield Problem(f"{shown(node.value)} is not {_BARE[node.tag]}", "write another value, or put it in quotes")
        node.tag = _TEXT
        return
    if is_reference(value) or (isinstance(value, int) and abs(value) > LARGEST):
        yield Problem(f"{shown(node.value)} is a number too large for anything here", "write an ordinary number")
        node.tag = _TEXT


def join(path: str, key: object) -> str:
    """The path of what a path holds."""
    return f"{path}.{key}" if path else str(key)
