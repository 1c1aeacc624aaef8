"""The catalogue's data: facts of many services, a file for each namespace, read when it is asked for.

A file in `data/` holds what AWS's page says, and first of all the dimension sets; `aws/dataset/` adds the names, units
and statistics of AWS's own dataset. Neither has a word on what a metric means: its name says that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from constructs_lib.aws import dataset
from constructs_lib.aws.catalogue.facts import DimensionSet, MetricFacts, Namespace

_FOLDER = Path(__file__).parent / "data"


@cache
def namespaces() -> Mapping[str, Path]:
    """The namespaces that have a file, with it."""
    return {file.stem.replace("_", "/"): file for file in sorted(_FOLDER.glob("*.json"))}


@cache
def services() -> frozenset[str]:
    """Namespaces of AWS of which no more is known than that they exist."""
    return frozenset(orjson.loads(_FOLDER.with_name("services.json").read_bytes())["namespaces"])


def read(name: str) -> Namespace:
    """A namespace, from its file and AWS's dataset."""
    page: Mapping[str, Any] = orjson.loads(namespaces()[name].read_bytes())
    return Namespace(
        name=name,
        source=page["source"],
        dimension_sets=_sets(page.get("dimension_sets", ())),
        subject=subject,
        metrics=dict(_metrics(page, dataset.of(name).get("metrics", {}))),
        other_sets=page.get("other_sets", False),
        lists_all=page.get("lists_all", True),
        region=page.get("region", ""),
    )


def _metrics(page: Mapping[str, Any], listed: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, MetricFacts]]:
    """What the page says of a metric goes before what the dataset says."""
    whole = {key: page[key] for key in ("period_seconds", "sampled") if key in page}
    said = {name: group for group in page["metrics"] for name in group["names"]}
    for name in sorted({*said, *listed}):
        facts = {**whole, **listed.get(name, {}), **said.get(name, {})}
        facts.pop("names", None)
        sets = facts.pop("dimension_sets", None) or page.get("dimension_sets", ())
        yield (
            name,
            MetricFacts(
                meaning=words(name),
                unit=facts.pop("unit", ""),
                statistics=tuple(facts.pop("statistics", ("Average",))),
                impact="",
                first_step="",
                dimension_sets=_sets(sets),
                other_sets=page.get("other_sets", False),
                sparse=False,
                **facts,
            ),
        )


def _sets(sets: list[list[str]]) -> tuple[DimensionSet, ...]:
    return tuple(map(frozenset, sets))


_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_|(?<=[a-z])\.(?=[A-Z])")
_KEY = re.compile(r"(?<=.)[\s_]?(Identifier|Id|ID|Name|Arn|ARN)$")


def words(name: str) -> str:
    """A name in words: `FreeableMemory` → `freeable memory`; `CPUUtilization` → `CPU utilization`."""
    return " ".join(part if part[1:] != part[1:].lower() else part.lower() for part in _HUMP.split(name) if part)


def subject(dimensions: Mapping[str, str]) -> str:
    """What the dimensions point at, the narrowest first: `service api, cluster production`."""
    parts = [f"{words(_KEY.sub('', name))} {value}" for name, value in dimensions.items()]
    return ", ".join(parts) if parts else "the whole account"
