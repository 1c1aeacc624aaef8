"""monitoring.yaml as one tree: what it includes, what is the same for every stack, and what one has of another."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from constructs_lib.config.include import united
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import nearest, shown
from constructs_lib.yaml_lines import (
    Document,
    Pairs,
    SourceLine,
    check_size,
    is_null,
    is_text,
    mapping,
    pairs,
    place_of,
    text_node,
)

READS_ENVIRONMENT = ("account", "region", "backend", "tags")
"""Options of a stack in which `${env.NAME}` stands for an environment variable of the process that reads the file."""
OF_ITS_OWN = ("like", "was", "name")
"""Options of a stack that no other has of it."""
OF_ONE_ACCOUNT = "adopt"
"""The option of a monitor that another stack does not have of it: the alarms that it names are in one account."""

_VARIABLE = re.compile(r"(?<!\$)\$\{env\.([A-Za-z_][A-Za-z0-9_]*)(?::-([^{}]*))?\}")
_LEFT = re.compile(r"(?<!\$)\$\{env\.")


@dataclass(slots=True)
class ConfigSource:
    """The files as one.

    Attributes:
        document: Project and stacks, each as it finally is.
        files: What was read.
        like: The stack that another is like.
        read: By stack, the environment variables that it names, sorted.
        problems: What is wrong so far, each with its place.
        nulls: The ids of the nodes by which something inherited is null.
        others: Stacks that were left out, as others were asked for.
    """

    document: Document
    files: tuple[Path, ...] = ()
    like: dict[str, str] = field(default_factory=dict)
    read: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    nulls: set[int] = field(default_factory=set)
    others: tuple[str, ...] = ()

    def place(self, path: str) -> SourceLine:
        """Where a path is written, without a machine's own folders: seen from that of the first file, if need be."""
        file, line = self.document.place(path)
        first = Path(self.document.file)
        return SourceLine(str(Path(file).relative_to(first.parent)) if first.is_absolute() else file, line)

    def keep_only(self, wanted: Collection[str]) -> None:
        """Leave out all stacks but some.

        Raises:
            ConfigError: There is no stack of one of the names.
        """
        top = pairs(self.document.root)
        key, stacks = top.get("stacks", (self.document.root, self.document.root))
        known = pairs(stacks) if "stacks" in top else {}
        unknown = [name for name in wanted if name not in known]
        if unknown and known:
            file = self.document.file
            raise ConfigError(
                Problem(f"{shown(name)} is not a stack", nearest(name, known), file=file) for name in unknown
            )
        self.others = tuple(name for name in known if name not in wanted)
        if isinstance(key, yaml.ScalarNode) and self.others:
            top["stacks"] = key, mapping({name: pair for name, pair in known.items() if name in wanted}, stacks)
            self.document = Document(mapping(top, self.document.root), self.document.file)
        self.problems = [problem for problem in self.problems if _stack_of(problem)[0] not in self.others]

    def leave_out(self, paths: set[str]) -> bool:
        """Leave out what an override says is null, where nothing can be null; whether any of the paths is such."""
        found = False
        for path in paths:
            for holder, key, value in self.document.trail(path):
                if id(value) in self.nulls and isinstance(holder, yaml.MappingNode):
                    holder.value = [pair for pair in holder.value if pair[0] is not key]
                    found = True
        if found:
            self.document = Document(self.document.root, self.document.file)  # its values anew
        return found

    def without_repetition(self, problems: list[Problem]) -> list[Problem]:
        """Problems, each said once: not again of a stack that has it of another, or of the defaults."""
        seen: set[tuple[object, ...]] = set()
        keys = {self._key(problem): problem for problem in problems}
        kept = []
        for problem in problems:
            stack, rest = _stack_of(problem)
            base = self.like.get(stack)
            inherited = base is not None and (base, rest, problem.rule, problem.fix) in keys
            place = self.document.placed(problem)
            said = (place.file, place.line, rest, problem.rule, problem.fix)
            if not inherited and (not stack or said not in seen):
                kept.append(place)
            seen.add(said)
        return kept

    @staticmethod
    def _key(problem: Problem) -> tuple[str, str, str, str]:
        stack, rest = _stack_of(problem)
        return stack, rest, problem.rule, problem.fix


def _stack_of(problem: Problem) -> tuple[str, str]:
    """The stack that a problem is in, and its path there."""
    _, stack, rest = [*problem.path.split(".", 2), "", ""][:3]
    return (stack, rest) if problem.path.startswith("stacks.") else ("", problem.path)


def assemble(document: Document, path: Path | None = None) -> ConfigSource:
    """A file as it finally is.

    Args:
        document: What it says.
        path: Where it is; None for a text that is in no file.
    """
    if not isinstance(document.root, yaml.MappingNode):
        return ConfigSource(document, problems=[*document.problems])
    files = united(document, path)
    source = ConfigSource(document, tuple(files.read), problems=[*document.problems, *files.problems])
    top = files.top
    _, defaults = top.pop("defaults", (None, None))
    if "stacks" in top and isinstance(top["stacks"][1], yaml.MappingNode):
        key, stacks = top["stacks"]
        top["stacks"] = key, mapping(_Environments(source, pairs(stacks), defaults).stacks(), stacks)
    source.document = Document(mapping(top, document.root), document.file)
    if source.like or defaults is not None or len(source.files) > 1:
        check_size(source.document.root, document.file)
    return source


def _inherited(stack: yaml.Node) -> Pairs:
    """What another stack has of one that it is like."""
    found = {key: pair for key, pair in pairs(stack).items() if key not in OF_ITS_OWN}
    if "monitors" in found:
        key, node = found["monitors"]
        monitors = pairs(node)
        for name, (at, monitor) in monitors.items():
            if OF_ONE_ACCOUNT in (options := pairs(monitor)):
                del options[OF_ONE_ACCOUNT]
                monitors[name] = at, mapping(options, monitor)
        found["monitors"] = key, mapping(monitors, node) if monitors else node
    return found


class _Environments:
    """Works out what each stack finally is.

    Args:
        source: Takes what is found on the way.
        stacks: The stacks as they are written.
        defaults: What is the same for all of them.
    """

    def __init__(self, source: ConfigSource, stacks: Pairs, defaults: yaml.Node | None) -> None:
        self._source, self._written = source, stacks
        self._defaults = defaults
        self._done: dict[str, yaml.Node] = {}
        if defaults is not None and not isinstance(defaults, yaml.MappingNode):
            self._wrong(defaults, "is not a mapping", "write options of a stack: {region: us-east-1}", "defaults")
            self._defaults = None

    def stacks(self) -> Pairs:
        """Each as it finally is."""
        return {name: (key, self._with_environment(name)) for name, (key, _) in self._written.items()}

    def _final(self, name: str, through: tuple[str, ...] = ()) -> yaml.Node:
        if name not in self._done:
            self._done[name] = self._worked_out(name, (*through, name))
        return self._done[name]

    def _worked_out(self, name: str, through: tuple[str, ...]) -> yaml.Node:
        _, own = self._written[name]
        if not isinstance(own, yaml.MappingNode):
            return own
        options, path = pairs(own), f"stacks.{name}"
        key, like = options.pop("like", (None, None))
        base: Pairs = pairs(self._defaults)
        if like is not None and (other := self._other(like, f"{path}.like", through)):
            self._source.like[name] = other
            base = _inherited(self._final(other, through))
        if key is None and not base:
            return own
        monitors = pairs(options["monitors"][1]) if "monitors" in options else {}
        known = pairs(base["monitors"][1]) if "monitors" in base else {}
        if other := self._source.like.get(name):
            self._check_overrides(monitors, known, other, f"{path}.monitors")
        merged = self._merged(mapping(base, own), mapping(options, own), path)
        return self._without_monitors(merged, {key for key, (_, value) in monitors.items() if is_null(value)})

    def _other(self, like: yaml.Node, path: str, through: tuple[str, ...]) -> str | None:
        """The stack that one is like, if it can be."""
        name: str | None = like.value if is_text(like) else None
        if name is None or name not in self._written:
            said = shown(like.value) if isinstance(like, yaml.ScalarNode) else "a list or a mapping"
            self._wrong(like, f"{said} is not a stack", nearest(name or "", self._written), path)
            return None
        if name in through:
            circle = " → ".join((*through[through.index(name) :], name))
            self._wrong(like, f"is like itself: {circle}", "write one of them out", path)
            return None
        return name

    def _check_overrides(self, monitors: Pairs, known: Pairs, other: str, path: str) -> None:
        """What only changes a monitor has one to change."""
        for name, (key, value) in monitors.items():
            if name not in known and (
                is_null(value) or (isinstance(value, yaml.MappingNode) and "pattern" not in pairs(value))
            ):
                fix = nearest(name, known) or "write its pattern"
                rule = f"{other} has no monitor {shown(name)} to override"
                self._wrong(key, rule, f"{fix} (a new monitor has a `pattern`)", f"{path}.{name}")

    def _merged(self, base: yaml.Node, over: yaml.Node, path: str) -> yaml.Node:
        """A node with another laid over it: mappings key by key, anything else as a whole."""
        if not isinstance(base, yaml.MappingNode):
            return over
        if isinstance(over, yaml.SequenceNode):
            rule = f"is a list, and what it overrides is a mapping ({':'.join(map(str, place_of(base)))})"
            self._wrong(over, rule, "write keys and values: {key: value}", path)
            return base
        if not isinstance(over, yaml.MappingNode):
            return over
        found, changes = pairs(base), pairs(over)
        patterns = [node.value for one in (found, changes) for node in one.get("pattern", ())[1:]]
        if len(patterns) == 2 and patterns[0] != patterns[1]:  # other options altogether
            return over
        for key, (node, value) in changes.items():
            if is_null(value):
                self._source.nulls.add(id(value))
            found[key] = node, self._merged(found[key][1], value, f"{path}.{key}") if key in found else value
        return mapping(found, over)

    def _without_monitors(self, stack: yaml.Node, names: set[str]) -> yaml.Node:
        if not names:
            return stack
        options = pairs(stack)
        key, monitors = options["monitors"]
        options["monitors"] = key, mapping({n: pair for n, pair in pairs(monitors).items() if n not in names}, monitors)
        return mapping(options, stack)

    def _with_environment(self, name: str) -> yaml.Node:
        stack, read = self._final(name), dict[str, None]()
        options = pairs(stack)
        changed = {
            option: (key, new)
            for option, (key, value) in options.items()
            if option in READS_ENVIRONMENT
            and (new := self._replaced(value, f"stacks.{name}.{option}", read)) is not value
        }
        if not changed:
            return stack
        self._source.read[name] = tuple(sorted(read))
        return mapping(options | changed, stack)

    def _replaced(self, node: yaml.Node, path: str, read: dict[str, None]) -> yaml.Node:
        """The node with the values of environment variables in place of their names; itself where it names none."""
        if isinstance(node, yaml.MappingNode):
            found = pairs(node)
            new = {key: (at, self._replaced(value, f"{path}.{key}", read)) for key, (at, value) in found.items()}
            return mapping(new, node) if any(new[key][1] is not found[key][1] for key in new) else node
        if not is_text(node) or not _LEFT.search(node.value):
            return node
        rest = _VARIABLE.sub("", node.value)
        if _LEFT.search(rest):
            self._wrong(
                node, f"{shown(node.value)} is not understood", "write ${env.NAME} or ${env.NAME:-default}", path
            )
            return text_node("", node)

        def value(found: re.Match[str]) -> str:
            read[found[1]] = None
            said = os.environ.get(found[1]) or found[2]
            if not said:
                fix = f"set it, or give a default: ${{env.{found[1]}:-…}}"
                self._wrong(node, f"the environment variable {found[1]} is not set", fix, path)
            elif "${" in said or not said.isprintable():
                rule = f"the environment variable {found[1]} holds {shown(said)}, which is not plain text"
                self._wrong(node, rule, "set it to the value itself", path)
            return said or ""

        return Replaced(node.value, text_node(_VARIABLE.sub(value, node.value), node))

    def _wrong(self, node: yaml.Node, rule: str, fix: str, path: str) -> None:
        self._source.problems.append(replace(Problem(rule, fix, path), **place_of(node)._asdict()))


class Replaced(yaml.ScalarNode):
    """A text in which environment variables were replaced.

    Attributes:
        written: What stands in the file.
    """

    def __init__(self, written: str, made: yaml.ScalarNode) -> None:
        super().__init__(made.tag, made.value, made.start_mark, made.end_mark)
        self.written = written
