"""Old names of options: taken until a day, said everywhere, and in the schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import ClassVar

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from constructs_lib.cli import main
from constructs_lib.errors import ConfigError
from constructs_lib.model import Items, Model, OldName, deprecated
from tests.configs import config

UNTIL = date(2030, 1, 31)


class Inner(Model):
    OLD_NAMES: ClassVar[Mapping[str, OldName]] = {"size": OldName("bytes", until=UNTIL)}
    bytes: int = 0
    """How many."""


class Outer(Model):
    parts: Items[Inner] = ()
    """Parts."""
    by_name: Mapping[str, Inner] = {}
    """Parts by name."""


def test_an_old_name_is_taken_and_said_with_the_new_one_and_the_day() -> None:
    with pytest.warns(DeprecationWarning, match="old name") as said:
        made = Inner.model_validate({"size": 3}), Inner(size=4)  # type: ignore[call-arg]
    assert [one.bytes for one in made] == [3, 4]
    (warning,) = said
    assert str(warning.message) == "Inner.size: is the old name of `bytes`, and is taken until 2030-01-31; rename it"
    assert warning.filename == __file__


def test_it_is_found_wherever_it_is_and_copies_keep_it() -> None:
    made = Outer.model_validate({"parts": [{"bytes": 1}, {"size": 2}], "by_name": {"a": {"size": 3}}})
    assert [problem.path for problem in deprecated(made)] == ["parts.1.size", "by_name.a.size"]
    assert [problem.path for problem in deprecated(made.model_copy(update={"parts": ()}))] == ["by_name.a.size"]
    assert [*deprecated(Outer(parts=[Inner(bytes=1)]))] == []


def test_both_names_are_a_mistake_and_the_old_one_is_checked_like_the_new() -> None:
    with pytest.raises(ConfigError, match="size: is the old name of `bytes`, which is given too; remove it"):
        Inner(size=1, bytes=2)  # type: ignore[call-arg]
    with pytest.raises(ConfigError, match="bytes: 'x' is not a whole number"):
        Inner(size="x")  # type: ignore[call-arg]


def test_the_schema_strikes_it_through() -> None:
    schema = Inner.model_json_schema()
    assert schema["properties"]["size"] == {
        "type": "integer",
        "default": 0,
        "title": "Bytes",
        "description": "Deprecated: write `bytes`. Taken until 2030-01-31.",
        "deprecated": True,
    }


ENDPOINT = {"pattern": "model_endpoint", "endpoint": "ranker", "kind": "real_time", "limits": {}}


def test_a_file_with_one_is_accepted_with_a_notice_in_every_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # where no cdktf.out says what is deployed
    file = tmp_path / "m.yaml"
    data = config({"ranker": ENDPOINT})
    file.write_text(yaml.safe_dump(data))
    said = "stacks.production.monitors.ranker.limits: is the old name of `alarms`, and is taken until 2027-06-30"
    text = CliRunner().invoke(main, ["check", str(file)])
    assert (text.exit_code, f"note: {said}; rename it" in text.output) == (0, True)
    (notice,) = json.loads(CliRunner().invoke(main, ["check", "--format", "json", str(file)]).output)
    assert (notice["level"], notice["path"]) == ("notice", "stacks.production.monitors.ranker.limits")
    assert CliRunner().invoke(main, ["check", "--format", "github", str(file)]).output.startswith("::notice file=")
    synth = CliRunner().invoke(main, ["synth", str(file), "--output", str(tmp_path / "out")])
    assert (synth.exit_code, f"deprecated: {said}; rename it\n" in synth.stderr) == (0, True)
    schema = json.loads(CliRunner().invoke(main, ["schema"]).output)
    jsonschema.validate(data, schema)


def test_what_might_be_expected_to_be_an_option_is_refused_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    metric = {"namespace": "AWS/SQS", "name": "NumberOfMessagesSent", "dimensions": {"QueueName": "q"}}
    foreign = metric | {"statistic": "Sum", "account_id": "222222222222"}
    file.write_text(yaml.safe_dump(config({"queue": {"pattern": "threshold", "metric": foreign, "below": 1}})))
    said, _ = CliRunner().invoke(main, ["check", str(file)]).output.splitlines()
    assert "metric.account_id: is not taken: an alarm on a metric of another account works in a monitoring" in said
    assert said.endswith("give the other account a stack of its own, with the same receivers")
