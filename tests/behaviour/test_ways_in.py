"""The command, pytest's plugin, JUnit and the page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from constructs_lib.behaviour.spec import BehaviourFile
from constructs_lib.cli import main
from tests.behaviour.stacks import configuration

ROOT = Path(__file__).parents[2]
GIVEN = "given: {metrics: [{of: deep, values: 10x10 500x10 10x10}]}"
HOLDS = f"- name: too many jobs are told\n  {GIVEN}\n  expect: {{alarms: {{deep: {{alarm: 13m}}}}}}\n"
FAILS = f"- name: too many jobs are quiet\n  {GIVEN}\n  expect: {{alarms: {{deep: quiet}}}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A stack in cdktf.out, and tests of it that hold and fail."""
    stack = tmp_path / "cdktf.out/stacks/shop"
    stack.mkdir(parents=True)
    (stack / "cdk.tf.json").write_text(json.dumps(configuration()))
    (tmp_path / "monitoring.tests.yaml").write_text("tests:\n" + HOLDS)
    (tmp_path / "failing.tests.yaml").write_text("tests:\n" + HOLDS + FAILS)
    return tmp_path


def test(folder: Path, file: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["test", str(folder / file), *options])


test.__test__ = False  # type: ignore[attr-defined]


def test_tests_that_hold(folder: Path) -> None:
    found = test(folder, "monitoring.tests.yaml")
    assert found.exit_code == 0
    assert found.output.splitlines()[0] == "ok    too many jobs are told"
    assert "1 test, none failed; of 4 alarms 1 fire in a test and 1 keep quiet in one (25 %)" in found.output


def test_a_test_that_fails_shows_what_happened(folder: Path) -> None:
    found = test(folder, "failing.tests.yaml")
    assert found.exit_code == 1
    assert f"FAIL  too many jobs are quiet ({folder}/failing.tests.yaml:5)" in found.output
    assert "deep is not quiet: it goes into ALARM at 13m" in found.output
    assert "500! 500! 500!" in found.output


def test_some_of_the_tests(folder: Path) -> None:
    assert test(folder, "failing.tests.yaml", "-k", "TOLD").exit_code == 0


def test_coverage(folder: Path) -> None:
    assert test(folder, "monitoring.tests.yaml", "--fail-under", "25").exit_code == 0
    found = test(folder, "monitoring.tests.yaml", "--fail-under", "50", "--coverage")
    assert found.exit_code == 1
    assert "no test makes fire: broken, failing, share" in found.output
    assert "the coverage is 25.0 %, under 50 %" in found.output


def test_bad_input_is_exit_code_2(folder: Path) -> None:
    (folder / "bad.tests.yaml").write_text("tests:\n" + HOLDS.replace("of: deep", "of: dep"))
    found = test(folder, "bad.tests.yaml")
    assert found.exit_code == 2
    assert "bad.tests.yaml:3: tests.0.given.metrics.0.of: there is no 'dep' among the alarms" in found.output


def test_which_configuration(folder: Path) -> None:
    (folder / "cdktf.out/stacks/other").mkdir()
    (folder / "cdktf.out/stacks/other/cdk.tf.json").write_text(json.dumps(configuration()))
    found = test(folder, "monitoring.tests.yaml")
    assert found.exit_code == 2
    assert "there are 2 stacks in cdktf.out" in found.output
    named = str(folder / "cdktf.out/stacks/shop/cdk.tf.json")
    assert test(folder, "monitoring.tests.yaml", "--of", named).exit_code == 0
    text = (folder / "monitoring.tests.yaml").read_text()
    (folder / "named.tests.yaml").write_text("configuration: cdktf.out/stacks/shop/cdk.tf.json\n" + text)
    assert test(folder, "named.tests.yaml").exit_code == 0


def test_junit(folder: Path) -> None:
    assert test(folder, "failing.tests.yaml", "--junit", str(folder / "junit.xml")).exit_code == 1
    suite = Xml.fromstring((folder / "junit.xml").read_text())[0]  # noqa: S314  (our own)
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    failure = suite[1].find("failure")
    assert failure is not None and "goes into ALARM at 13m" in str(failure.get("message"))
    assert "500! 500! 500!" in str(failure.text)


def test_the_page_draws_curves_states_and_messages_and_fetches_nothing(folder: Path) -> None:
    test(folder, "failing.tests.yaml", "--html", str(folder / "page.html"))
    page = (folder / "page.html").read_text()
    assert page.count("<svg") == 2
    assert 'class="curve"' in page
    assert '<rect class="ALARM"' in page
    assert "too many jobs are quiet" in page
    assert "http" not in page.replace("https://example.com/ok", "")


def test_what_is_recorded_for_the_register(folder: Path) -> None:
    assert test(folder, "monitoring.tests.yaml", "--record").exit_code == 0
    record = json.loads((folder / "monitoring.tests.json").read_text())
    assert (record["stack"], {*record["alarms"]}) == ("shop", {"shop-jobs-deep", "shop-jobs-broken"})
    deep = record["alarms"]["shop-jobs-deep"]
    assert deep["fires"] == ["too many jobs are told"] and len(deep["example"]["values"]) == 48
    assert deep["example"]["test"] == "too many jobs are told" and max(filter(None, deep["example"]["values"])) == 500
    refused = test(folder, "monitoring.tests.yaml", "--record", "-k", "many")
    assert refused.exit_code == 2 and "keeps what all tests of a file cover" in refused.output


def test_the_schema_names_what_a_file_may_say() -> None:
    schema = json.loads(CliRunner().invoke(main, ["schema", "--tests"]).output)
    assert schema["properties"].keys() == BehaviourFile.model_fields.keys()
    case = schema["$defs"]["BehaviourCase"]["properties"]
    assert case["for"]["description"].startswith("How long the scenario is")
    current = json.loads((ROOT / "monitoring.tests.schema.json").read_text()) == schema
    assert current, "run `make schema` and commit monitoring.tests.schema.json"
    for file in (ROOT / "monitoring.tests.yaml", *(ROOT / "examples/tests").glob("*.yaml")):
        jsonschema.validate(yaml.safe_load(file.read_text()), schema)


def test_pytest_collects_files_of_tests(folder: Path) -> None:
    (folder / "bad.tests.yaml").write_text("tests: []")
    plugin = ["-p", "no:ai-monitoring", "-p", "constructs_lib.behaviour.pytest_plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *plugin, "--continue-on-collection-errors", "-rA", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert "1 failed, 2 passed, 1 error" in done.stdout
    assert "failing.tests.yaml::too many jobs are quiet" in done.stdout
    assert "deep is not quiet: it goes into ALARM at 13m" in done.stdout
    assert "bad.tests.yaml:1: tests: is empty" in done.stdout
    assert "Traceback" not in done.stdout
