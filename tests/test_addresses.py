"""Terraform addresses and alarm names are an interface: what a release changes of them, it makes anew at every user.

`tests/addresses.txt` holds those of the default file and of every example; `pytest --snapshot-update` renews it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from constructs_lib.config.loader import load
from constructs_lib.stack import MonitoringStack
from constructs_lib.testing import synth
from tests.stacks import new_app

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
FILES = [ROOT / "monitoring.yaml", *sorted(EXAMPLES.glob("*.yaml")), *sorted(EXAMPLES.glob("*/monitoring.yaml"))]
HELD = Path(__file__).with_name("addresses.txt")


def lines() -> Iterator[str]:
    """Every address, and the name of each alarm next to it."""
    for file in FILES:
        config = load(file)
        for name, spec in config.stacks.items():
            yield f"{file.relative_to(ROOT)} {name}"
            made = synth(MonitoringStack(new_app(), name, spec, project=config.project))["resource"]
            for kind in sorted(made):
                yield f"  {kind}"
                for one in sorted(made[kind]):
                    alarm = made[kind][one].get("alarm_name")
                    yield f"    {one} {alarm}" if alarm else f"    {one}"


def test_no_release_recreates_anything_unnoticed(request: pytest.FixtureRequest) -> None:
    found = "\n".join(lines()) + "\n"
    if request.config.option.update_snapshots:
        HELD.write_text(found, encoding="utf-8")
    assert HELD.read_text(encoding="utf-8") == found
