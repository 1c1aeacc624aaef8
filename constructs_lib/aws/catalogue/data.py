"""The catalogue's data: facts of many services, a file for each namespace, read when it is asked for.

A file in `data/` holds what AWS's page says, and first of all the dimension sets; `aws/dataset/` adds the names, units
and statistics of AWS's own dataset. Neither has a word on what a metric means: its name says that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from constructs_lib.aws.catalogue.facts import DimensionSet, MetricFacts, Namespace

_FOLDER = Path(__file__).parent / "data"


@cache
def namespaces() -> Mapping[str, Path]:
    """The namespaces that have a file, with it."""
    return {file.stem.replace("_", "/"): file for file in sorted(_FOLDER.glob("*.json"))}


@cache
def services() -> frozenset[str]:
    """Namespaces of AWS of which no more is known than that they exist."""
    return frozenset(_json(_FOLDER.with_name("services.json"))["namespaces"])


class Metrics(Mapping[str, MetricFacts]):
    """The metrics of a namespace: what is written by hand goes before data, which is read when it is needed."""

    def __init__(self, namespace: str, by_hand: Mapping[str, MetricFacts]) -> None:
        self._namespace = namespace
        self._known = {**by_hand}

    def __getitem__(self, metric: str) -> MetricFacts:
        if (found := self._known.get(metric)) is None:
            found = self._known[metric] = self._facts(metric)
        return found

    def __contains__(self, metric: object) -> bool:
        return metric in self._known or metric in self._said

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(sorted({*self._known, *self._said}))

    @cached_property
    def _said(self) -> Mapping[str, Mapping[str, Any]]:
        """What the page says of each metric goes before what the dataset says."""
        from constructs_lib.aws import dataset

        page = _page(self._namespace)
        listed: Mapping[str, Mapping[str, Any]] = dataset.of(self._namespace).get("metrics", {})
        whole = {key: page[key] for key in ("period_seconds", "sampled") if key in page}
        said = {name: group for group in page.get("metrics", ()) for name in group["names"]}
        return {name: {**whole, **listed.get(name, {}), **said.get(name, {})} for name in {*said, *listed}}

    def _facts(self, metric: str) -> MetricFacts:
        page, facts = _page(self._namespace), {**self._said[metric]}
        facts.pop("names", None)
        return MetricFacts(
            meaning=words(metric),
            unit=facts.pop("unit", ""),
            statistics=tuple(facts.pop("statistics", ("Average",))),
            impact="",
            first_step="",
            dimension_sets=_sets(facts.pop("dimension_sets", None) or page.get("dimension_sets", ())),
            other_sets=page.get("other_sets", False),
            sparse=False,
            **facts,
        )


def read(name: str) -> Namespace:
    """A namespace of which nothing is written by hand."""
    page = _page(name)
    return Namespace(
        name=name,
        source=page["source"],
        dimension_sets=_sets(page.get("dimension_sets", ())),
        subject=subject,
        metrics=Metrics(name, {}),
        other_sets=page.get("other_sets", False),
        lists_all=page.get("lists_all", True),
        region=page.get("region", ""),
    )


@cache
def _page(name: str) -> Mapping[str, Any]:
    """A namespace's file, empty for one that has none."""
    file = namespaces().get(name)
    return _json(file) if file else {}


def _json(file: Path) -> Mapping[str, Any]:
    import orjson  # most of what is checked is written by hand, and does without

    read: Mapping[str, Any] = orjson.loads(file.read_bytes())
    return read


def _sets(sets: list[list[str]]) -> tuple[DimensionSet, ...]:
    return tuple(map(frozenset, sets))


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z\d])(?=[A-Z][a-z]{2})|_|(?<=[a-z])\.(?=[A-Z])")
_KEY = re.compile(r"(?<=.)[\s_]?(Identifier|Id|ID|Name|Arn|ARN)$")


def words(name: str) -> str:
    """A name in words: `FreeableMemory` → `freeable memory`; `CPUUtilization` → `CPU utilization`."""
    return " ".join(part.lower() if part == part.capitalize() != part.upper() else part for part in _HUMP.split(name))


def subject(dimensions: Mapping[str, str]) -> str:
    """What the dimensions point at, the narrowest first: `service api, cluster production`."""
    parts = [f"{words(_KEY.sub('', name))} {value}" for name, value in dimensions.items()]
    return ", ".join(parts) if parts else "the whole account"
