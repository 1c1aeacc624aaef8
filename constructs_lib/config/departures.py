"""What has left the file while it may still be deployed: the file against what was last written to cdktf.out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from constructs_lib import output
from constructs_lib.aws.names import identifier
from constructs_lib.config.config import Config
from constructs_lib.config.stack_spec import StackSpec
from constructs_lib.errors import Problem
from constructs_lib.patterns.registry import PATTERNS, pattern
from constructs_lib.terraform.blocks import block, blocks

_HOLDS_DATA = {"aws_cloudwatch_log_group": "log group", "aws_s3_bucket": "bucket"}
_NAMED_BY = {"aws_cloudwatch_log_group": "name", "aws_s3_bucket": "bucket"}


def departures(config: Config, folder: Path) -> Iterator[Problem]:
    """Stacks and monitors that a folder written before has, and the file no longer.

    A folder of another project says nothing; nor does one that is damaged, which a synth writes anew.
    """
    former = {old: name for name, stack in config.stacks.items() for old in (name, *stack.was)}
    for written in sorted(output.stacks(folder)):
        document = _read(folder / "stacks" / written / "cdk.tf.json")
        provider = next(iter(blocks(block(document.get("provider")).get("aws"))), {})
        if _project(provider) != config.project:
            continue
        if written in config.others:
            continue
        if written not in former:
            yield _orphaned(written, provider)
        else:
            name = former[written]
            yield from _left(name, config.stacks[name], document)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        found = orjson.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _project(provider: Mapping[str, Any]) -> object:
    return block(block(provider.get("default_tags")).get("tags")).get("project")


def _orphaned(stack: str, provider: Mapping[str, Any]) -> Problem:
    account = ", ".join(map(str, provider.get("allowed_account_ids") or ()))
    return Problem(
        f"has left the file; what it deployed in {provider.get('region')} of {account} stays, and no one manages it",
        f"to remove it, bring it back, `cdktf destroy {stack}`, and then take it out (docs/life-cycle.md)",
        f"stacks.{stack}",
    )


def _left(stack: str, spec: StackSpec, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Monitors that held data, of which the file says neither that they were renamed nor that they are retired."""
    here = {identifier(one) for key, monitor in spec.monitors.items() for one in (key, *monitor.was)}
    here |= {identifier(key) for key in spec.retired}
    held: dict[str, dict[str, str]] = {}
    for kind, words in _HOLDS_DATA.items():
        for body in block(block(document.get("resource")).get(kind)).values():
            _, monitor, *inner = _path(body) or ("", "")
            retained = body.get("skip_destroy") is True or block(body.get("lifecycle")).get("prevent_destroy") is True
            if inner and monitor not in here and retained:
                held.setdefault(monitor, {})["/".join(inner)] = f"the {words} {body.get(_NAMED_BY[kind])}"
    for monitor, what in sorted(held.items()):
        key = monitor.removeprefix("_")
        kinds = [name for name in PATTERNS if what.keys() <= pattern(name).retains.keys()]
        yield Problem(
            f"{key} has left the file, and held {' and '.join(what.values())}",
            f"write `retired: {{{key}: {' or '.join(kinds)}}}`, so that an apply deletes none of it, nor its key; "
            f"or, if it has another name now, `was: {key}`",
            f"stacks.{stack}",
        )


def _path(body: Any) -> list[str] | None:
    """The construct path that CDKTF writes next to a resource."""
    path = block(block(block(body).get("//")).get("metadata")).get("path")
    return path.split("/") if isinstance(path, str) and path.count("/") > 1 else None
