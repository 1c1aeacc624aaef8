"""Read monitoring.yaml: every problem at once, each with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from constructs_lib.config.config import Config
from constructs_lib.config.include import BEGIN
from constructs_lib.config.source import READS_ENVIRONMENT, ConfigSource, assemble
from constructs_lib.errors import Problem
from constructs_lib.model import problems_of
from constructs_lib.patterns.registry import PATTERNS, pattern
from constructs_lib.references import expressions_in, misnamed_variables, refers
from constructs_lib.yaml_lines import parse, read_text


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration that is right, and where it was read.

    Attributes:
        config: What it says.
        source: The files as one tree.
    """

    config: Config
    source: ConfigSource


def load(path: str | Path) -> Config:
    """The configuration in a file and what it includes, or for `-` in standard input, checked through.

    Raises:
        ConfigError: With every problem in it; a file is missing, not YAML, or not a configuration.
    """
    return read(path).config


def name_of(path: str | Path) -> str:
    """What errors call a file; `-` is standard input."""
    return "standard input" if path == "-" else str(path)


def loads(text: str, *, file: str = "monitoring.yaml") -> Config:
    """The configuration in a text; `file` is the name its errors give.

    Raises:
        ConfigError: With every problem in it.
    """
    return checked(assemble(parse(text, file, begin=BEGIN))).config


def read(path: str | Path, stacks: Collection[str] = ()) -> Loaded:
    """The same as `load`, with the places that everything was read from; of all stacks, or of some.

    Raises:
        ConfigError: With every problem in it.
    """
    source = sources(path)
    if stacks:
        source.keep_only(stacks)
    return checked(source)


def sources(path: str | Path) -> ConfigSource:
    """A file and what it includes as one tree, not checked further.

    Raises:
        ConfigError: It can't be read.
    """
    file = name_of(path)
    document = parse(read_text(path, file), file, begin=BEGIN)
    return assemble(document, None if path == "-" else Path(path))


def checked(source: ConfigSource) -> Loaded:
    """The configuration that files make.

    Raises:
        ConfigError: With every problem in it.
    """
    problems = [*source.problems, *_dangling(source.document.data)]
    try:
        config = _valid(source)
        problems += config.check()
    except ValidationError as error:
        told = {problem.path for problem in problems}
        problems += [problem for problem in problems_of(error) if problem.path not in told]
    if problems:
        raise source.document.refused(source.without_repetition(problems))
    folder = source.files[0].parent if source.files else None
    config.read_from(source.place, source.read, folder, source.others)
    return Loaded(config, source)


def _valid(source: ConfigSource) -> Config:
    while True:
        try:
            return Config.model_validate(source.document.data)
        except ValidationError as error:
            if not source.leave_out({problem.path for problem in problems_of(error)}):
                raise


def _dangling(data: object) -> Iterator[Problem]:
    """In a file a reference can only be to a variable: no other resource is in the stack it makes."""
    for path, expression in expressions_in(data, verbatim=_verbatim_of):
        if expression is None:
            rule = "holds a `${` that is never closed"
            yield Problem(path=path, rule=rule, fix="write ${var.name}, or $${ for the two characters")
        elif expression.startswith("env."):
            rule = f"${{{expression}}} is read in a stack's {', '.join(READS_ENVIRONMENT)} alone"
            yield Problem(path=path, rule=rule, fix="write it out")
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
