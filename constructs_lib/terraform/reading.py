"""Files of Terraform JSON: a configuration (`cdk.tf.json`), or `terraform show -json` of a plan or a state."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from constructs_lib.aws import names
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.terraform.blocks import block, blocks, flag, literal, text, texts
from constructs_lib.terraform.configuration import PlanConfiguration
from constructs_lib.terraform.stack import UNKNOWN, Resource, Stack

SECRET, CHANGED_SECRET = "${(sensitive value)}", "${(another sensitive value)}"
"""Stand for values that a plan calls sensitive."""

_SIDES = ("before", "after")
_PARAMETER = "aws_ssm_parameter"
_COLLECTS = re.compile(r'"(metrics|logs|traces)_collected"')
_LOCAL = re.compile(r"\$\{local\.([\w-]+)\}")
_DEEPEST = 50
"""More local values than anyone builds upon one another."""
_MODULES = re.compile(r"(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*")
_INDEX = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan does to one resource.

    Attributes:
        before: None for one that is made.
        after: None for one that is deleted.
        replaced: Whether it is deleted and made again.
        forgotten: Whether Terraform only stops managing it (a `removed` block).
        remade: Whether these are two resources to Terraform, and a reader of the plan takes them for one.
    """

    before: Resource | None
    after: Resource | None
    replaced: bool = False
    forgotten: bool = False
    remade: bool = False


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """A plan: every resource that it knows of, changed or not.

    Attributes:
        name: The file's.
        changes: What it does to each resource.
        partial: Whether Terraform says that more is to come: it was given targets, or had to defer changes.
    """

    name: str
    changes: tuple[Change, ...]
    partial: bool = False

    @property
    def after(self) -> Stack:
        """What will be there."""
        return Stack(self.name, [change.after for change in self.changes if change.after])


def read(path: str | Path) -> Stack | ReadPlan:
    """What a file says; `-` is standard input.

    Raises:
        ConfigError: No such file, not JSON, cut short, or not Terraform's.
    """
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else Path(path).read_bytes()
    except FileNotFoundError:
        raise _refused(path, "the file does not exist", "name one") from None
    except IsADirectoryError:
        raise _refused(path, "is a folder", "name a file in it, such as cdk.tf.json") from None
    try:
        data = orjson.loads(_utf8(content))
    except ValueError as error:
        raise _refused(path, f"is not JSON: {error}", _hint(str(path), content)) from None
    return parse(data, name=str(path))


def read_configuration(path: Path) -> Stack:
    """A configuration that CDKTF has just written."""
    return _configuration(path.parent.name, orjson.loads(path.read_bytes()))


def parse(data: object, *, name: str) -> Stack | ReadPlan:
    """The same of JSON that is parsed already.

    Raises:
        ConfigError: It is not Terraform's.
    """
    if isinstance(data, dict):
        if data.get("errored") is True:
            raise _refused(name, "is a plan that Terraform could not finish", "fix what it reported, and plan again")
        if isinstance(data.get("resource_changes"), list):
            return ReadPlan(name, tuple(_changes(data, name)), partial=data.get("complete") is False)
        if isinstance(data.get("planned_values"), dict) and "format_version" in data:  # an empty plan
            return ReadPlan(name, ())
        if isinstance(data.get("values"), dict) and "format_version" in data:
            return Stack(name, _state(data["values"].get("root_module")))
        if isinstance(data.get("resource"), (dict, list)) or data.keys() & {"terraform", "provider", "output", "//"}:
            return _configuration(name, data)
    raise _refused(
        name,
        "is not a Terraform configuration, plan or state",
        "give a *.tf.json file, or what `terraform show -json` prints of a plan file",
    )


def _configuration(name: str, data: Mapping[str, Any]) -> Stack:
    moved = {text(one.get("from")): text(one.get("to")) for one in blocks(data.get("moved"))}
    released = [
        text(one.get("from"))
        for one in blocks(data.get("removed"))
        if flag(block(one.get("lifecycle")).get("destroy"), default=True) is False
    ]
    return Stack(name, configured(data), moved=moved, released=released)


def configured(data: Mapping[str, Any]) -> Iterator[Resource]:
    """The resources of a configuration in JSON syntax; what it calls a module counts as one, of the type `module`."""
    regions = _regions(data.get("provider"))
    constants = {name: value for found in blocks(data.get("locals")) for name, value in found.items()}
    kinds = data.get("resource") or {}
    for kind_map in blocks(kinds):
        for kind, named in kind_map.items():
            for written in blocks(named):  # no block: a comment, under the key "//"
                for name, body in written.items():
                    if isinstance(body, (dict, list)):
                        values = block(_with_locals(body, constants))
                        provider = text(values.get("provider"))
                        yield Resource(
                            f"{kind}.{name}",
                            kind,
                            values,
                            _monitor(values),
                            provider,
                            literal(values.get("region")) or regions.get(provider or "aws", ""),
                        )

    for modules in blocks(data.get("module")):
        for name, body in modules.items():
            if isinstance(body, (dict, list)):
                yield Resource(f"module.{name}", "module", block(_with_locals(body, constants)))


def _with_locals(value: Any, constants: Mapping[str, Any], depth: int = 0) -> Any:
    """A value with what the configuration's local values stand for; Terraform refuses those that form a circle."""
    if not constants or depth > _DEEPEST:
        return value
    if isinstance(value, dict):
        return {key: _with_locals(item, constants, depth) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_locals(item, constants, depth) for item in value]
    if not isinstance(value, str) or "local." not in value:
        return value
    whole = _LOCAL.fullmatch(value)
    if whole and whole[1] in constants:
        return _with_locals(constants[whole[1]], constants, depth + 1)
    return _LOCAL.sub(lambda match: _text_of(match, constants, depth), value)


def _text_of(match: re.Match[str], constants: Mapping[str, Any], depth: int) -> str:
    found = _with_locals(constants.get(match[1]), constants, depth + 1)
    return found if isinstance(found, str) else match[0]


def _regions(providers: object) -> dict[str, str]:
    """The Regions of a configuration's AWS providers, by their key, as far as they are known."""
    found = {}
    for provider in blocks(block(providers).get("aws")):
        alias = text(provider.get("alias"))
        found[f"aws.{alias}" if alias else "aws"] = literal(provider.get("region"))
    return found


def _monitor(values: Mapping[str, Any]) -> str:
    """CDKTF's comment names the construct path: stack/monitor/key, an underscore before a monitor's first digit."""
    comment = values.get("//")
    metadata = comment.get("metadata") if isinstance(comment, dict) else None
    path = metadata.get("path") if isinstance(metadata, dict) else None
    parts = path.split("/") if isinstance(path, str) else []
    return parts[1].removeprefix("_") if len(parts) > 2 else ""


def _state(module: object) -> Iterator[Resource]:
    if not isinstance(module, dict):
        return
    for item in blocks(module.get("resources")):
        if item.get("mode", "managed") == "managed":
            values = _hide(block(item.get("values")), block(item.get("sensitive_values")), SECRET)
            if item.get("type") == _PARAMETER:
                values = _with_agent(values, item.get("values"))
            region = literal(values.get("region")) or names.region_of(literal(values.get("arn"))) or ""
            yield Resource(text(item.get("address")), text(item.get("type")), values, region=region)
    for child in blocks(module.get("child_modules")):
        yield from _state(child)


def _changes(plan: Mapping[str, Any], name: str) -> Iterator[Change]:
    damaged = _refused(name, "its configuration is not as Terraform writes it", "have Terraform write it again")
    try:
        configuration = PlanConfiguration(plan)
    except (AttributeError, KeyError, TypeError):  # read in passing only: its shape is not looked at piece by piece
        raise damaged from None
    for index, item in enumerate(plan["resource_changes"]):
        if not _whole(item):
            raise _refused(
                name, f"resource_changes.{index} does not describe a resource change", "have Terraform write it again"
            )
        change = item["change"]
        actions = texts(change.get("actions"))
        # What is deposed is the leftover of a replacement; the resource itself has an entry of its own.
        if item.get("mode", "managed") != "managed" or actions == ("read",) or item.get("deposed"):
            continue
        address, kind = item["address"], item["type"]
        plain = _INDEX.sub("", address)
        before, after = _without_secrets(change)
        if kind == _PARAMETER:
            before, after = (
                _with_agent(hidden, side) for hidden, side in zip((before, after), map(change.get, _SIDES), strict=True)
            )
        unknown = block(change.get("after_unknown"))
        try:
            provider = configuration.provider(plain)
            expressions = configuration.expressions(plain) if True in unknown.values() else {}
            partly = [argument for argument, mark in unknown.items() if mark and mark is not True]
            references = _of_one_module(configuration.references(plain, partly), address) if partly else {}
        except (AttributeError, KeyError, TypeError):
            raise damaged from None
        if after is not None and unknown:
            after = _known_and_not(after, unknown, _of_one_module(expressions, address))
            if unknown.get("policy") is True and configuration.leaves_out(plain, "policy"):
                del after["policy"]  # computed: AWS's own, which is known
        yield Change(
            before=_planned(item.get("previous_address") or address, kind, before, provider),
            after=_planned(address, kind, after, provider, references),
            replaced="delete" in actions and "create" in actions,
            forgotten="forget" in actions,
        )


def _planned(
    address: str, kind: str, values: Any, provider: tuple[str, str], references: Mapping[str, Any] | None = None
) -> Resource | None:
    """One side of a change."""
    if values is None:
        return None
    key, region = provider
    region = literal(values.get("region")) or region
    return Resource(address, kind, values, provider=key, region=region, references=references or {})


def _whole(item: object) -> bool:
    """Whether an entry of `resource_changes` has what every plan writes."""
    change = item.get("change") if isinstance(item, dict) else None
    return (
        isinstance(item, dict)
        and isinstance(change, dict)
        and all(isinstance(item.get(key), str) for key in ("address", "type"))
        and all(isinstance(change.get(key), dict | None) for key in ("before", "after"))
    )


def _without_secrets(change: Mapping[str, Any]) -> tuple[Any, Any]:
    """Before and after, with what Terraform calls sensitive left out: a review is read by many.

    A secret reads like any other value that is not known, and one that changes like another one.
    """
    before, after = change.get("before"), change.get("after")
    marks = [block(change.get(f"{side}_sensitive")) for side in ("before", "after")]
    if not any(marks):
        return before, after
    hidden = [_hide(side, mark, SECRET) for side, mark in zip((before, after), marks, strict=True)]
    if before is not None and after is not None:
        for key, value in after.items():
            if hidden[1][key] != value and before.get(key) != value:
                hidden[1][key] = _hide(value, marks[1][key], CHANGED_SECRET)
    return hidden[0], hidden[1]


def _with_agent(hidden: Any, values: Any) -> Any:
    """A parameter with its value where that is an agent's configuration, which Terraform hides like any other."""
    written = block(values).get("value")
    if isinstance(written, str) and block(values).get("type") == "String" and _COLLECTS.search(written):
        return hidden | {"value": written}
    return hidden


def _hide(value: Any, mark: Any, secret: str) -> Any:
    if not mark:
        return value
    if mark is True:
        return secret if value not in (None, "") else value
    if isinstance(mark, dict) and isinstance(value, dict):
        return {key: _hide(item, mark.get(key), secret) for key, item in value.items()}
    if isinstance(mark, list) and isinstance(value, list):
        return [_hide(item, mark[i] if i < len(mark) else None, secret) for i, item in enumerate(value)]
    return value


def _of_one_module(expressions: Mapping[str, Any], address: str) -> Mapping[str, Any]:
    """References with the indices of the modules a resource is in: it refers to what is in the same instance."""
    here = _MODULES.match(address)[0]  # type: ignore[index]  # it matches nothing, too
    plain = _INDEX.sub("", here)
    if here == plain:
        return expressions

    def placed(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [placed(item) for item in value]
        return value.replace(f"${{{plain}", f"${{{here}")

    return {key: placed(value) for key, value in expressions.items()}


def _known_and_not(after: Mapping[str, Any], unknown: Mapping[str, Any], expressions: Mapping[str, Any]) -> Any:
    """The values, with what is not yet known as the references the configuration takes it from."""
    merged = dict(after)
    for key, mark in unknown.items():
        if mark is True:
            merged[key] = expressions.get(key, UNKNOWN)
        elif mark:
            merged[key] = _marked(after.get(key), mark)
    return merged


def _marked(value: Any, unknown: Any) -> Any:
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict):
        known = value if isinstance(value, dict) else {}
        return known | {key: _marked(known.get(key), mark) for key, mark in unknown.items() if mark}
    if isinstance(unknown, list):
        known_items = value if isinstance(value, list) else []
        items = [known_items[i] if i < len(known_items) else None for i in range(max(len(known_items), len(unknown)))]
        return [_marked(item, unknown[i]) if i < len(unknown) and unknown[i] else item for i, item in enumerate(items)]
    return value


def _refused(path: object, rule: str, fix: str) -> ConfigError:
    return ConfigError([Problem(path="", file=str(path), rule=rule, fix=fix)])


def _utf8(content: bytes) -> bytes:
    """What PowerShell writes with `>` is UTF-16, or begins with a byte order mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16").encode()
    return content.removeprefix(b"\xef\xbb\xbf")


def _hint(name: str, content: bytes) -> str:
    if content.startswith(b"PK"):  # a saved plan is a zip file
        return f"this is a saved plan: give what `terraform show -json {Path(name).name}` prints"
    if not content.strip():
        return "the file is empty"
    if content.startswith(b'{"@level"'):
        return "this is the log of `terraform plan -json`: give what `terraform show -json` prints of a saved plan"
    return "if it was cut short, write it again"
