"""What a stack finally is, in YAML, with the file and line that each value comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.resolver import Resolver

from constructs_lib.config.source import ConfigSource, Replaced
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import nearest, shown
from constructs_lib.yaml_lines import SourceLine, is_null, is_text, pairs, place_of

_PLAIN = re.compile(r"[A-Za-z0-9_./$-]([\w./@%+=$-]| (?=\w))*")
_COLUMN = 72
_resolver = Resolver()


def show(source: ConfigSource, stack: str, monitor: str | None = None) -> str:
    """A stack, or one of its monitors.

    Raises:
        ConfigError: There is none of that name.
    """
    stacks = pairs(pairs(source.document.root).get("stacks", (None, None))[1])
    path, (_, node) = f"stacks.{stack}", _found(stacks, stack, "a stack", source)
    if monitor is not None:
        monitors = pairs(pairs(node).get("monitors", (None, None))[1])
        path, (_, node) = f"{path}.monitors.{monitor}", _found(monitors, monitor, f"a monitor of {stack}", source)
    like = f", like {source.like[stack]}" if stack in source.like else ""
    lines = [(f"# {path}{like}", ""), *_lines(node, "")]
    if (read := source.read.get(stack)) and monitor is None:
        lines.insert(1, (f"# read from the environment: {', '.join(read)}", ""))
    return "".join(f"{text:<{_COLUMN}}  # {place}\n" if place else f"{text}\n" for text, place in lines)


def _found(
    known: dict[str, tuple[yaml.ScalarNode, yaml.Node]], name: str, what: str, source: ConfigSource
) -> tuple[yaml.ScalarNode, yaml.Node]:
    if name not in known:
        raise ConfigError([Problem(f"{shown(name)} is not {what}", nearest(name, known), file=source.document.file)])
    return known[name]


def _lines(node: yaml.Node, indent: str) -> Iterator[tuple[str, str]]:
    """The lines of a mapping or a list, each with its place."""
    if isinstance(node, yaml.MappingNode):
        entries = [(f"{_text(key.value)}:", key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        entries = [("-", item, item) for item in node.value]
    else:
        yield f"{indent}{_flow(node)}", _words(node)
        return
    for head, named, value in entries:
        if isinstance(value, yaml.ScalarNode) or not value.value or _on_one_line(value):
            yield f"{indent}{head} {_flow(value)}", _words(value)
        else:
            yield f"{indent}{head}", _words(named)
            yield from _lines(value, f"{indent}  ")


def _on_one_line(node: yaml.Node) -> bool:
    """Whether all of a value is written in one line of one file, and fits into one here."""
    return len({*_places(node)}) == 1 and len(_flow(node)) < _COLUMN


def _places(node: yaml.Node) -> Iterator[SourceLine]:
    yield place_of(node)
    for part in node.value if isinstance(node, yaml.SequenceNode) else ():
        yield from _places(part)
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        yield place_of(key)
        yield from _places(value)


def _words(node: yaml.Node) -> str:
    file, line = place_of(node)
    return f"{file}:{line}{f', {node.written}' if isinstance(node, Replaced) else ''}"


def _flow(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return f"{{{', '.join(f'{_text(key.value)}: {_flow(value)}' for key, value in node.value)}}}"
    if isinstance(node, yaml.SequenceNode):
        return f"[{', '.join(map(_flow, node.value))}]"
    if is_null(node):
        return "null"
    return _text(node.value) if is_text(node) else str(node.value)


def _text(text: str) -> str:
    """A text as YAML takes it for one."""
    tag: Any = _resolver.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return text if _PLAIN.fullmatch(text) and tag.endswith(":str") else json.dumps(text, ensure_ascii=False)
