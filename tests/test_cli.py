"""The command line, as a person or a pre-commit hook runs it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from constructs_lib.annotations import Annotation, github
from constructs_lib.cli import main
from constructs_lib.errors import Problem
from tests.configs import anomaly, config

ROOT = Path(__file__).parents[1]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_check_says_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where no cdktf.out says what is deployed
    file = tmp_path / "m.yaml"
    file.write_text(yaml.safe_dump(config({"calls": anomaly(quiet_below=1)})))
    result = run("check", str(file))
    assert (result.exit_code, result.output) == (0, f"{file}: no problem; 3 alarms in 1 stack\n")


def test_check_reports_every_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text("project: x\nstacks: 3\n")
    two.write_text("")
    result = run("check", str(one), str(two))
    assert result.exit_code == 2
    assert result.output.splitlines() == [
        f"{one}:2: stacks: 3 is not a mapping; write keys and values: {{key: value}}",
        f"{two}: is empty; begin with `project:` and `stacks:`",
        "2 problems",
    ]


def test_check_starts_neither_node_nor_cdktf(tmp_path: Path) -> None:
    code = (
        "import sys; from constructs_lib.cli import main; main(['check'], standalone_mode=False); "
        "print([name for name in ('jsii', 'cdktf', 'constructs') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_check_reads_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where no cdktf.out says what is deployed
    good = CliRunner().invoke(main, ["check", "-"], input=yaml.safe_dump(config()))
    assert (good.exit_code, good.output) == (0, "standard input: no problem; 1 alarm in 1 stack\n")
    bad = CliRunner().invoke(main, ["check", "-"], input="project: x\nstacks: 3\n")
    assert bad.exit_code == 2
    assert bad.output.splitlines()[0].startswith("standard input:2: stacks: 3 is not a mapping")


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(yaml.safe_dump(config()))
    (tmp_path / "taken").write_text("")
    result = run("synth", str(file), "--output", str(tmp_path / "taken"))
    assert result.exit_code == 2
    assert result.output == f"{tmp_path / 'taken'}: File exists; nothing was written\n"


def test_a_file_that_can_not_be_moved_into_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(yaml.safe_dump(config()))
    (tmp_path / "out" / "manifest.json").mkdir(parents=True)
    result = run("synth", str(tmp_path / "m.yaml"), "--output", str(tmp_path / "out"))
    said = f"{tmp_path / 'out' / 'manifest.json'}: Is a directory; nothing was written\n"
    assert (result.exit_code, result.output) == (2, said)


def test_an_error_of_the_machine_without_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_file: object, _stacks: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("constructs_lib.config.command.read", full)
    result = run("check", "m.yaml")
    assert (result.exit_code, result.output) == (2, "No space left on device; nothing was written\n")


def test_the_module_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "constructs_lib", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage: ai-monitoring [OPTIONS] COMMAND")


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    parsed: dict[str, object] = json.loads(run("schema").output)
    return parsed


def test_the_schema_in_the_repository_is_current(schema: dict[str, object]) -> None:
    current = json.loads((ROOT / "monitoring.schema.json").read_text()) == schema
    assert current, "run `make schema` and commit monitoring.schema.json"


def test_the_reference_in_the_docs_is_current_and_its_links_lead_somewhere() -> None:
    page = run("schema", "--markdown").output
    assert (ROOT / "docs" / "reference.md").read_text() == page, "run `make schema` and commit docs/reference.md"
    headings = {title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.*)$", page, re.MULTILINE)}
    assert set(re.findall(r"\(#([^)]+)\)", page)) <= headings


def test_the_schema_accepts_the_default_file_and_explains_every_option(schema: dict[str, object]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load((ROOT / "monitoring.yaml").read_text()), schema)
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    silent = [
        f"{model}.{name}"
        for model, definition in definitions.items()
        for name, option in definition.get("properties", {}).items()
        if "description" not in option and "const" not in option
    ]
    assert silent == []


def test_the_schema_takes_references_and_refuses_typos(schema: dict[str, object]) -> None:
    jsonschema.validate(config({"calls": anomaly(quiet_below="${var.floor}")}), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(config({"calls": anomaly(quiet_belov=3)}), schema)


def test_problems_are_given_in_the_forms_of_a_ci(tmp_path: Path) -> None:
    file = tmp_path / "monitoring.yaml"
    file.write_text("project: shop\nstacks:\n  production:\n    acount: '123'\n", encoding="utf-8")
    github = CliRunner().invoke(main, ["check", "--format", "github", str(file)])
    assert github.exit_code == 2
    said = "::'acount' is not a key here; did you mean 'account'?"
    assert f"::error file={file},line=4,title=stacks.production.acount{said}" in github.output.splitlines()
    found = json.loads(CliRunner().invoke(main, ["check", "--format", "json", str(file)]).output)
    (typo,) = (one for one in found if one["path"] == "stacks.production.acount")
    assert (typo["file"], typo["line"]) == (str(file), 4)
    (run,) = json.loads(CliRunner().invoke(main, ["check", "--format", "sarif", str(file)]).output)["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert {"artifactLocation": {"uri": str(file)}, "region": {"startLine": 4}} in places
    right = CliRunner().invoke(main, ["check", "--format", "json", "monitoring.yaml"])
    assert (right.exit_code, json.loads(right.output)) == (0, [])


def test_a_newline_or_a_colon_of_a_value_ends_no_annotation() -> None:
    problem = Problem("'a\n::error::b' is wrong", path="x:y,z", file="a,b.yaml", line=1)
    said = github([Annotation.of(problem)])
    assert said == "::error file=a%2Cb.yaml,line=1,title=x%3Ay%2Cz::'a%0A::error::b' is wrong\n"


def test_the_version_has_a_short_option() -> None:
    assert CliRunner().invoke(main, ["-V"]).output.startswith("main, version ")


def test_notes_of_a_file_are_notices_and_junit_has_a_case_for_each_problem(tmp_path: Path) -> None:
    talking = {"pattern": "training_jobs", "severity": "warning", "name_prefix": "train-"}
    muted = config(
        {"jobs": talking, "calls": anomaly()}, maintenance=[{"days": ["sunday"], "from": "02:00", "until": "04:00"}]
    )
    (good := tmp_path / "good.yaml").write_text(yaml.safe_dump(muted))
    (bad := tmp_path / "bad.yaml").write_text("project: shop\nstacks:\n  production:\n    acount: '123'\n")
    result = run("check", "--format", "github", str(good))
    assert (result.exit_code, result.output.split(",")[0]) == (0, f"::notice file={good}")
    assert "the event messages of jobs are still sent" in result.output
    suites = Xml.fromstring(run("check", "--format", "junit", str(good), str(bad)).output)  # noqa: S314  (our own)
    assert [suite.get("name") for suite in suites] == [str(good), str(bad)]
    ((passed,), failed) = suites
    assert (passed.get("name"), passed.find("failure")) == ("no problem", None)
    assert len(failed) == int(failed.get("failures", "0")) == 5
    typo = next(case for case in failed if case.get("name") == "stacks.production.acount")
    assert (typo.get("file"), typo.get("line")) == (str(bad), "4")


@pytest.mark.parametrize(
    ("options", "environment", "colours"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        (["--color"], {}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "TERM": "dumb"}, False),
        (["--no-color"], {"FORCE_COLOR": "1"}, False),
        (["--color"], {"NO_COLOR": "1"}, True),
    ],
)
def test_colours_are_chosen_by_option_then_by_environment(
    options: list[str], environment: dict[str, str], colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for arguments in (["check", "monitoring.yaml", *options], [*options, "check", "monitoring.yaml"]):
        assert ("\x1b[32mno problem\x1b[0m" in run(*arguments).output) is colours
    wrong = run("check", "no-such.yaml", *options).output
    assert ("\x1b[36mno-such.yaml\x1b[0m: there is no such file; \x1b[32mname one\x1b[0m" in wrong) is colours
    assert ("\x1b[31m1 problem\x1b[0m" in wrong) is colours


def test_a_problem_can_not_bring_colours_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text('project: "\\e[31mx"\nstacks: 3\n')
    output = run("check", "--color", str(file)).output
    assert "\\x1b[31mx" in output
    assert "\x1b[31mx" not in output


def test_a_synth_says_what_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(yaml.safe_dump(config({"calls": anomaly()})))
    out = tmp_path / "out"
    page = out / "stacks" / "production" / "register.html"
    result = run("synth", str(tmp_path / "m.yaml"), "--output", str(out))
    assert result.output == f"Wrote {out}: 1 alarm in 1 stack, with a page of each: {page}\n"
    assert page.exists()
