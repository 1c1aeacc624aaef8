"""Files that a file includes: their stacks and monitors become those of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from constructs_lib.errors import ConfigError, Problem
from constructs_lib.model import nearest, shown
from constructs_lib.yaml_lines import (
    Document,
    Pairs,
    SourceLine,
    is_text,
    mapping,
    pairs,
    parse,
    place_of,
    read_text,
    text_node,
)

TEMPLATE = "x-"
"""What keys begin with that only hold YAML anchors."""
KEYS = ("project", "include", "owner", "defaults", "stacks")
_UNITED = ("monitors", "retired", "variables")
_JOINED = "waivers"

BEGIN = "begin with `project:` and `stacks:`"
_PART = "begin with `stacks:`"


@dataclass(slots=True)
class UnitedFiles:
    """A file and those it includes, directly or through others.

    Attributes:
        top: The keys at the top of the whole, without `include`, `owner` and templates.
        read: The files, the first one first; each is read once.
        problems: What is wrong between them, each with its place.
    """

    top: Pairs
    read: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def united(document: Document, path: Path | None) -> UnitedFiles:
    """A file together with those it includes.

    Args:
        document: What it says.
        path: Where it is; None for a text that is in no file.
    """
    found = UnitedFiles(pairs(document.root))
    if any(key in found.top for key in ("include", "owner")) or any(key.startswith(TEMPLATE) for key in found.top):
        reader = _Reader(found, path.resolve().parent if path else Path.cwd(), document.file)
        first = path.resolve() if path else reader.home / "-"
        parts = [document, *reader.included(document, first, (first,))]
        found.top = _top(parts, found)
        found.read = reader.read
    for key, (node, _) in found.top.items():
        if key not in KEYS:
            found.problems.append(_at(node, Problem(f"{shown(key)} is not a key here", nearest(key, KEYS), key)))
    found.top = {key: pair for key, pair in found.top.items() if key in KEYS}
    if path:
        found.read.insert(0, path)
    return found


def _at(node: yaml.Node, problem: Problem) -> Problem:
    return replace(problem, **place_of(node)._asdict())


class _Reader:
    """Reads what is included, each file once.

    Args:
        found: Takes the problems.
        home: The folder of the first file, which nothing that is included may be outside of.
        name: What the first file is called.
    """

    def __init__(self, found: UnitedFiles, home: Path, name: str) -> None:
        self._found, self.home, self._named = found, home, Path(name).parent
        self.read: list[Path] = []

    def included(self, document: Document, path: Path, through: tuple[Path, ...]) -> Iterator[Document]:
        """What a file includes, in the order of its list, and of names within a glob."""
        _, listed = pairs(document.root).get("include", (None, None))
        if listed is None:
            return
        items = listed.value if isinstance(listed, yaml.SequenceNode) else [listed]
        for index, item in enumerate(items):
            place = f"include.{index}" if isinstance(listed, yaml.SequenceNode) else "include"
            if not isinstance(listed, yaml.SequenceNode) or not is_text(item) or not item.value:
                self._wrong(item, "is not a list of files", "write it like [teams/*.yaml]", place)
                continue
            for file in self._named_by(item, path.parent, place):
                yield from self._one(file, item, place, through)

    def _one(self, file: Path, item: yaml.Node, place: str, through: tuple[Path, ...]) -> Iterator[Document]:
        if file in through:
            circle = " → ".join(self._name(one) for one in (*through[through.index(file) :], file))
            self._wrong(item, f"includes itself: {circle}", "leave one of them out", place)
            return
        if file in self.read:
            return
        self.read.append(file)
        name = self._name(file)
        try:
            document = parse(read_text(file, name), name, begin=_PART)
        except ConfigError as error:
            self._found.problems += error.problems
            return
        self._found.problems += document.problems
        if not isinstance(document.root, yaml.MappingNode):
            self._wrong(document.root, "is not a mapping", _PART, "")
            return
        yield document
        yield from self.included(document, file, (*through, file))

    def _named_by(self, item: yaml.Node, folder: Path, place: str) -> list[Path]:
        glob = item.value
        outside = "the files that are included are in the folder of the first file, or below it"
        if Path(glob).is_absolute() or "\0" in glob:
            self._wrong(item, f"{shown(glob)} is not a path from this file on", "write it like teams/*.yaml", place)
            return []
        try:
            files = sorted(folder.glob(glob)) if any(letter in glob for letter in "*?[") else [folder / glob]
        except ValueError as error:
            self._wrong(item, f"{shown(glob)} is not a path: {error}", "write it like teams/*.yaml", place)
            return []
        found: list[Path] = []
        for file in files:
            actual = file.resolve()
            if not actual.is_relative_to(self.home):
                says = f"{self._name(file.parent.resolve() / file.name)!r} is outside of the folder"
                self._wrong(item, f"{says}: {outside}", "move the file, or remove it from the list", place)
            elif actual.is_dir():
                self._wrong(item, f"{shown(glob)} is a folder", f"write {glob.rstrip('/')}/*.yaml", place)
            elif not actual.exists():
                self._wrong(item, f"there is no file {shown(glob)}", "write it, or remove it from the list", place)
            else:
                found.append(actual)
        if not files:
            self._wrong(item, f"{shown(glob)} matches no file", "correct it, or remove it from the list", place)
        return found

    def _wrong(self, node: yaml.Node, rule: str, fix: str, place: str) -> None:
        self._found.problems.append(_at(node, Problem(rule, fix, place)))

    def _name(self, file: Path) -> str:
        """What errors call a file: as if it had been named next to the first one."""
        return str(self._named / file.relative_to(self.home)) if file.is_relative_to(self.home) else str(file)


def _top(parts: Sequence[Document], found: UnitedFiles) -> Pairs:
    """The keys at the top of several files as those of one."""
    top: Pairs = {}
    stacks: Pairs = {}
    owners: dict[str, SourceLine] = {}
    for part in parts:
        own = {key: pair for key, pair in pairs(part.root).items() if not key.startswith(TEMPLATE)}
        own.pop("include", None)
        owner = _owner(own.pop("owner", None), owners, found)
        for key, (node, value) in own.items():
            if key == "stacks":
                _unite(stacks, _owned(value, owner), found)
                top["stacks"] = top.get("stacks", (node, value))
            elif part is parts[0] or key not in KEYS:
                top[key] = (node, value)
            elif key != "project" or value.value != (top[key][1].value if key in top else None):
                rule = f"belongs in {parts[0].file}, which includes this file"
                found.problems.append(_at(node, Problem(rule, "move it there", key)))
    if stacks:
        first, written = top["stacks"]
        top["stacks"] = first, mapping(stacks, written)
    return top


def _owner(
    pair: tuple[yaml.ScalarNode, yaml.Node] | None, owners: dict[str, SourceLine], found: UnitedFiles
) -> yaml.ScalarNode | None:
    """The team whose file it is; a team has one."""
    if pair is None:
        return None
    key, value = pair
    if not is_text(value) or not value.value:
        found.problems.append(_at(value, Problem("is not a name", "write the team's name", "owner")))
        return None
    here = place_of(key)
    first = owners.setdefault(value.value.casefold(), here)
    if first != here:
        rule = f"{shown(value.value)} owns {first.file} too (line {first.line})"
        found.problems.append(
            _at(key, Problem(rule, "rename one of the two teams, or put both into one file", "owner"))
        )
    return text_node(value.value, key)


def _owned(stacks: yaml.Node, owner: yaml.ScalarNode | None) -> yaml.Node:
    """The stacks of a file with its owner at each monitor that is described there and names no other."""
    if owner is None:
        return stacks
    found = pairs(stacks)
    for name, (key, stack) in found.items():
        options = pairs(stack)
        if "monitors" not in options:
            continue
        at, monitors = options["monitors"]
        named = pairs(monitors)
        for monitor, (place, spec) in named.items():
            said = pairs(spec)
            if "pattern" in said and "owner" not in said:
                named[monitor] = place, mapping({**said, "owner": (text_node("owner", owner), owner)}, spec)
        options["monitors"] = at, mapping(named, monitors) if named else monitors
        found[name] = key, mapping(options, stack)
    return mapping(found, stacks) if found else stacks


def _unite(stacks: Pairs, more: yaml.Node, found: UnitedFiles) -> None:
    """Add the stacks of one more file."""
    if not isinstance(more, yaml.MappingNode):
        rule = "is not a mapping"
        found.problems.append(_at(more, Problem(rule, "write keys and values: {key: value}", "stacks")))
        return
    for name, (key, stack) in pairs(more).items():
        if name not in stacks:
            stacks[name] = key, stack
            continue
        first, before = stacks[name]
        options, others = pairs(before), pairs(stack)
        for option, (node, value) in others.items():
            path = f"stacks.{name}.{option}"
            if option not in options:
                options[option] = node, value
            elif option in _UNITED:
                options[option] = options[option][0], _both(options[option][1], value, path, found)
            elif option == _JOINED and isinstance(value, yaml.SequenceNode):
                options[option] = options[option][0], _joined(options[option][1], value)
            else:
                _twice(path, options[option][0], node, found, "keep it in one of the two files")
        stacks[name] = first, mapping(options, before)


def _both(one: yaml.Node, other: yaml.Node, path: str, found: UnitedFiles) -> yaml.Node:
    if not isinstance(one, yaml.MappingNode) or not isinstance(other, yaml.MappingNode):
        return other if isinstance(one, yaml.MappingNode) else one  # the models say what is wrong with it
    monitors = pairs(one)
    for name, (key, value) in pairs(other).items():
        if name in monitors:
            _twice(f"{path}.{name}", monitors[name][0], key, found, "rename one of the two, or put both into one file")
        monitors.setdefault(name, (key, value))
    return mapping(monitors, one)


def _joined(one: yaml.Node, other: yaml.SequenceNode) -> yaml.Node:
    if not isinstance(one, yaml.SequenceNode):
        return one
    return yaml.SequenceNode(one.tag, [*one.value, *other.value], one.start_mark, one.end_mark)


def _twice(path: str, first: yaml.Node, second: yaml.Node, found: UnitedFiles, fix: str) -> None:
    file, line = place_of(first)
    found.problems.append(_at(second, Problem(f"is in {file} too (line {line})", fix, path)))
