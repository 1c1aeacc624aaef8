"""Several environments, teams and files: what a stack finally is, and which line is to blame."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result

from constructs_lib.app import synthesise
from constructs_lib.cli import main
from constructs_lib.config.file import schema
from constructs_lib.config.loader import Loaded, read
from constructs_lib.errors import ConfigError

ERRORS = "{namespace: AWS/Lambda, name: Errors, dimensions: {FunctionName: ranker}, statistic: Sum}"
SHOP = f"""\
project: shop
x-metric: &errors {ERRORS}
defaults:
  region: us-east-1
  runbook: https://x.example.com/{{alarm}}
  notifications: {{critical: [{{email: oncall@example.com}}], warning: [{{email: team@example.com}}]}}
stacks:
  production:
    account: "111122223333"
    tags: {{tier: gold}}
    monitors:
      calls: {{pattern: threshold, metric: *errors, above: 5, severity: critical}}
      slow:
        pattern: threshold
        metric: {{<<: *errors, name: Duration, statistic: p90}}
        above: 500
  staging:
    like: production
    account: "444455556666"
    monitors: {{calls: {{above: 50, severity: warning}}, slow: null}}
"""
"""A file with everything but other files."""

TEAM = f"""\
owner: search
stacks:
  production:
    monitors:
      search-errors: {{pattern: threshold, metric: {ERRORS}, above: 3}}
"""


def write(folder: Path, text: str = SHOP, **teams: str) -> Path:
    """A file, and teams' files next to it."""
    (folder / "teams").mkdir(exist_ok=True)
    for name, said in teams.items():
        (folder / "teams" / f"{name}.yaml").write_text(said)
    file = folder / "monitoring.yaml"
    file.write_text(("include: [teams/*.yaml]\n" if teams else "") + text)
    return file


def loaded(folder: Path, text: str = SHOP, **teams: str) -> Loaded:
    return read(write(folder, text, **teams))


def refused(folder: Path, text: str = SHOP, **teams: str) -> list[str]:
    """The problems of files, with paths from their folder on."""
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text, **teams)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def dumped(model: Any) -> Any:
    return model.model_dump(mode="json", by_alias=True)


def test_defaults_are_in_every_stack_and_an_override_only_changes_what_it_names(tmp_path: Path) -> None:
    stacks = loaded(tmp_path).config.stacks
    assert {name: stack.region for name, stack in stacks.items()} == {"production": "us-east-1", "staging": "us-east-1"}
    production, staging = (dumped(stacks[name].monitors["calls"]) for name in ("production", "staging"))
    assert staging == production | {"above": 50, "severity": "warning"}
    assert stacks["staging"].monitors.keys() == {"calls"}
    assert stacks["production"].monitors.keys() == {"calls", "slow"}
    assert stacks["staging"].tags == {"tier": "gold"}


def test_it_is_what_one_would_write_out(tmp_path: Path) -> None:
    written_out = yaml.safe_load(SHOP)
    defaults, stacks = written_out.pop("defaults"), written_out["stacks"]
    written_out.pop("x-metric")
    stacks["production"] |= defaults
    stacks["staging"] = stacks["production"] | {"account": "444455556666"}
    stacks["staging"]["monitors"] = {
        "calls": stacks["production"]["monitors"]["calls"] | {"above": 50, "severity": "warning"}
    }
    other = tmp_path / "other"
    other.mkdir()
    assert dumped(loaded(tmp_path).config) == dumped(loaded(other, yaml.safe_dump(written_out)).config)


def test_lists_are_replaced_and_an_environment_may_be_like_one_that_is_like_another(tmp_path: Path) -> None:
    text = (
        SHOP
        + '  dev: {like: staging, account: "777788889999",'
        + " notifications: {critical: null, warning: [{email: d@example.com}]}}\n"
    )
    dev = loaded(tmp_path, text).config.stacks["dev"]
    assert dumped(dev.monitors["calls"])["above"] == 50
    assert [receiver.email for receiver in dev.notifications.warning] == ["d@example.com"]
    assert dev.notifications.critical == ()


def test_null_is_a_value_where_the_option_has_one_and_leaves_it_out_elsewhere(tmp_path: Path) -> None:
    """`runbook: null` is none; a severity can't be null, so the pattern's own applies again."""
    text = SHOP.replace("{above: 50, severity: warning}", "{severity: null, runbook: null}")
    text = text.replace("severity: critical}", "severity: critical, runbook: https://x.example.com/y}")
    staging = loaded(tmp_path, text).config.stacks["staging"]
    assert (staging.monitors["calls"].severity, staging.monitors["calls"].runbook) == ("warning", None)


def test_what_is_of_one_stack_alone_is_not_inherited(tmp_path: Path) -> None:
    text = SHOP.replace("  production:\n", "  production:\n    was: [prod]\n    name: live\n")
    text = text.replace("above: 5, severity: critical}", "above: 5, severity: critical, adopt: {alarm: by-hand}}")
    stacks = loaded(tmp_path, text).config.stacks
    assert (list(stacks["production"].was), stacks["production"].monitors["calls"].adopt) == (
        ["prod"],
        {"alarm": "by-hand"},
    )
    assert (list(stacks["staging"].was), stacks["staging"].monitors["calls"].adopt) == ([], {})
    assert stacks["staging"].named("staging") == "staging"


def test_another_pattern_replaces_the_monitor(tmp_path: Path) -> None:
    text = SHOP.replace("{above: 50, severity: warning}", "{pattern: anomaly, metric: *errors}")
    staging = loaded(tmp_path, text).config.stacks["staging"]
    assert dumped(staging.monitors["calls"])["pattern"] == "anomaly"
    assert staging.monitors["calls"].severity == "warning"


def test_the_wrong_override_is_named_by_its_own_line_and_the_inherited_mistake_once(tmp_path: Path) -> None:
    text = SHOP.replace("above: 50,", "abov: 50,").replace("above: 500", "above: many")
    text = text.replace(", slow: null", "").replace("region: us-east-1", "region: nowhere")
    assert refused(tmp_path, text) == [
        "monitoring.yaml:4: stacks.production.region: 'nowhere' is not an AWS Region code; write it like us-east-1",
        (
            "monitoring.yaml:16: stacks.production.monitors.slow.above: 'many' is not a number; "
            "write a number without quotes"
        ),
        "monitoring.yaml:20: stacks.staging.monitors.calls.abov: 'abov' is not a key here; did you mean 'above'?",
    ]


def test_a_merged_key_is_named_by_the_line_of_the_anchor(tmp_path: Path) -> None:
    assert refused(tmp_path, SHOP.replace("name: Errors", "name: Error")) == [
        (
            "monitoring.yaml:2: stacks.production.monitors.calls.metric.name: AWS/Lambda has no metric 'Error' that "
            "this library knows; did you mean 'Errors'? (Add `custom: true` if AWS really publishes it.)"
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        (
            "calls: {above: 50",
            "cals: {above: 50",
            [
                ("monitoring.yaml:20: stacks.staging.monitors.cals: production has no monitor 'cals' to override; "
                "did you mean 'calls'? (a new monitor has a `pattern`)")
            ],
        ),
        (
            "slow: null",
            "slower: null",
            [
                ("monitoring.yaml:20: stacks.staging.monitors.slower: production has no monitor 'slower' to override; "
                "did you mean 'slow'? (a new monitor has a `pattern`)")
            ],
        ),
        (
            "like: production",
            "like: prodution",
            [
                "monitoring.yaml:18: stacks.staging.like: 'prodution' is not a stack; did you mean 'production'?",
            ],
        ),
        (
            "like: production",
            "like: staging",
            ["monitoring.yaml:18: stacks.staging.like: is like itself: staging → staging; write one of them out"],
        ),
        (
            "  production:\n",
            "  production:\n    like: staging\n",
            [
                ("monitoring.yaml:19: stacks.staging.like: is like itself: production → staging → production; "
                "write one of them out")
            ],
        ),
        (
            "monitors: {calls: {above: 50, severity: warning}, slow: null}",
            "monitors: [calls]",
            [
                ("monitoring.yaml:20: stacks.staging.monitors: is a list, and what it overrides is a mapping "
                "(monitoring.yaml:12); write keys and values: {key: value}")
            ],
        ),
        ("x-metric", "y-metric", [("monitoring.yaml:2: y-metric: 'y-metric' is not a key here; use one of "
                                  "defaults, include, owner, project, stacks")]),
    ],
    ids=["override", "leaving out", "like nothing", "like itself", "circle", "list", "key"],
)  # fmt: skip
def test_what_goes_wrong_between_stacks(tmp_path: Path, old: str, new: str, problems: list[str]) -> None:
    found = refused(tmp_path, SHOP.replace(old, new, 1))
    assert found[: len(problems)] == problems or [one for one in found if one in problems] == problems


def test_a_team_adds_its_monitors_and_owns_them(tmp_path: Path) -> None:
    made = loaded(tmp_path, search=TEAM)
    production = made.config.stacks["production"]
    assert production.monitors.keys() == {"calls", "slow", "search-errors"}
    assert {name: monitor.owner for name, monitor in production.monitors.items()} == {
        "calls": None,
        "slow": None,
        "search-errors": "search",
    }
    assert made.config.stacks["staging"].monitors["search-errors"].owner == "search"
    assert [file.name for file in made.source.files] == ["monitoring.yaml", "search.yaml"]


def test_a_mistake_in_an_included_file_is_named_there(tmp_path: Path) -> None:
    assert refused(tmp_path, search=TEAM.replace("above: 3", "abov: 3")) == [
        (
            "teams/search.yaml:5: stacks.production.monitors.search-errors.abov: 'abov' is not a key here; "
            "did you mean 'above'?"
        )
    ]


@pytest.mark.parametrize(
    ("teams", "problems"),
    [
        (
            {"a": TEAM, "b": TEAM.replace("search", "b", 1)},
            [
                (
                    "teams/b.yaml:5: stacks.production.monitors.search-errors: is in teams/a.yaml too (line 5); rename "
                    "one of the two, or put both into one file"
                )
            ],
        ),
        (
            {"a": TEAM, "b": "owner: Search\nstacks: {production: {waivers: []}}\n"},
            [
                (
                    "teams/b.yaml:1: owner: 'Search' owns teams/a.yaml too (line 1); rename one of the two teams, or "
                    "put both into one file"
                )
            ],
        ),
        (
            {"a": 'stacks: {production: {account: "111122223333"}}\n'},
            [
                (
                    "teams/a.yaml:1: stacks.production.account: is in monitoring.yaml too (line 10); keep it in one "
                    "of the two files"
                )
            ],
        ),
        (
            {"a": "project: other\nstacks: {}\n"},
            ["teams/a.yaml:1: project: belongs in monitoring.yaml, which includes this file; move it there"],
        ),
        ({"a": ""}, ["teams/a.yaml: is empty; begin with `stacks:`"]),
        ({"a": "stacks: [\n"}, ["teams/a.yaml:2: is not YAML"]),
        ({"a": "- stacks\n"}, ["teams/a.yaml:1: is not a mapping; begin with `stacks:`"]),
        (
            {"a": "include: [a.yaml]\nstacks: {}\n"},
            ["teams/a.yaml:1: include.0: includes itself: teams/a.yaml → teams/a.yaml; leave one of them out"],
        ),
        (
            {"a": "include: [b.yaml]\nstacks: {}\n", "b": "include: [a.yaml]\nstacks: {}\n"},
            [
                (
                    "teams/b.yaml:1: include.0: includes itself: teams/a.yaml → teams/b.yaml → teams/a.yaml; "
                    "leave one of them out"
                )
            ],
        ),
        (
            {"a": "include: [none/*.yaml, none.yaml, /etc/*, ../teams, ../../../x]\nstacks: {}\n"},
            [
                "teams/a.yaml:1: include.0: 'none/*.yaml' matches no file; correct it, or remove it from the list",
                "teams/a.yaml:1: include.1: there is no file 'none.yaml'; write it, or remove it from the list",
                "teams/a.yaml:1: include.2: '/etc/*' is not a path from this file on; write it like teams/*.yaml",
                "teams/a.yaml:1: include.3: '../teams' is a folder; write ../teams/*.yaml",
                "teams/a.yaml:1: include.4: ",
            ],
        ),
        ({"a": "include: b.yaml\n"}, ["teams/a.yaml:1: include: is not a list of files; write it like [teams/*.yaml]"]),
    ],
    ids=["monitor", "owner", "option", "project", "empty", "not YAML", "list", "itself", "circle", "nowhere", "text"],
)
def test_what_goes_wrong_between_files(tmp_path: Path, teams: dict[str, str], problems: list[str]) -> None:
    found = refused(tmp_path, **teams)
    assert len(found) == len(problems)
    assert [one for one, begin in zip(found, problems, strict=True) if not one.startswith(begin)] == []


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(TEAM)
    home = tmp_path / "home"
    home.mkdir()
    (home / "teams").mkdir()
    (home / "teams" / "link.yaml").symlink_to(outside)
    (problem,) = refused(home, search=TEAM)
    assert problem.startswith("monitoring.yaml:1: include.0: 'teams/link.yaml' is outside of the folder: ")


def test_a_file_that_two_lists_name_is_read_once(tmp_path: Path) -> None:
    text = SHOP.replace("project: shop", "project: shop\ninclude: [teams/*.yaml, teams/search.yaml]")
    write(tmp_path, search=TEAM)
    assert [file.name for file in loaded(tmp_path, text).source.files] == ["monitoring.yaml", "search.yaml"]


def test_the_environment_is_read_in_four_options_and_the_register_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = SHOP.replace('"444455556666"', '"${env.STAGING}"').replace("tier: gold", 'tier: "${env.TIER:-gold}"')
    monkeypatch.setenv("STAGING", "444455556666")
    config = loaded(tmp_path, text).config
    assert config.stacks["staging"].account == "444455556666"
    assert (config.environment_of("staging"), config.environment_of("production")) == (("STAGING", "TIER"), ("TIER",))
    monkeypatch.setenv("TIER", "silver")
    config = loaded(tmp_path, text).config
    assert config.stacks["production"].tags == {"tier": "silver"}
    home = synthesise(config, tmp_path / "out") / "stacks" / "staging"
    assert json.loads((home / "register.json").read_text())["environment_variables"] == ["STAGING", "TIER"]
    assert "Read from the environment at the synth: `STAGING`, `TIER`." in (home / "register.md").read_text()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            '"444455556666"',
            '"${env.NOT_SET}"',
            (
                "monitoring.yaml:19: stacks.staging.account: the environment variable NOT_SET is not set; set it, or "
                "give a default: ${env.NOT_SET:-…}"
            ),
        ),
        (
            '"444455556666"',
            '"${env.NOT SET}"',
            (
                "monitoring.yaml:19: stacks.staging.account: '${env.NOT SET}' is not understood; write ${env.NAME} or "
                "${env.NAME:-default}"
            ),
        ),
        (
            "tier: gold",
            'tier: "${env.TRICKY}"',
            (
                "monitoring.yaml:10: stacks.production.tags.tier: the environment variable TRICKY holds "
                "'${var.secret}', which is not plain text; set it to the value itself"
            ),
        ),
        (
            "above: 500",
            'above: "${env.LIMIT}"',
            (
                "monitoring.yaml:16: stacks.production.monitors.slow.above: ${env.LIMIT} is read in a stack's account, "
                "region, backend, tags alone; write it out"
            ),
        ),
        (
            "project: shop",
            'project: "${env.PROJECT}"',
            (
                "monitoring.yaml:1: project: ${env.PROJECT} is read in a stack's account, region, backend, tags alone; "
                "write it out"
            ),
        ),
    ],
    ids=["unset", "misspelt", "a reference", "elsewhere", "a name"],
)
def test_where_the_environment_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, problem: str
) -> None:
    monkeypatch.setenv("TRICKY", "${var.secret}")
    assert refused(tmp_path, SHOP.replace(old, new)) == [problem]


def test_show_prints_what_a_stack_is_and_where_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGING", "444455556666")
    file = write(tmp_path, SHOP.replace('"444455556666"', '"${env.STAGING}"'), search=TEAM)
    shown = run("show", "staging", "--file", str(file))
    assert shown.exit_code == 0
    as_data = yaml.safe_load(shown.output)
    again = {"project": "shop", "stacks": {"staging": as_data}}
    other = tmp_path / "other"
    other.mkdir()
    assert dumped(loaded(other, yaml.safe_dump(again)).config.stacks["staging"]) == dumped(
        read(file).config.stacks["staging"]
    )
    lines = [line.split("  # ") for line in shown.output.replace(f"{tmp_path}/", "").splitlines()]
    places = {text.strip(): place.strip() for text, _, place in (("  # ".join(x[:-1]), "", x[-1]) for x in lines)}
    assert places["above: 50"] == "monitoring.yaml:21"
    assert places["pattern: threshold"] in {"monitoring.yaml:13", "teams/search.yaml:5"}
    assert places['account: "444455556666"'] == "monitoring.yaml:20, ${env.STAGING}"
    assert places["region: us-east-1"] == "monitoring.yaml:5"
    assert shown.output.startswith("# stacks.staging, like production\n# read from the environment: STAGING\n")
    one = run("show", "staging", "calls", "--file", str(file))
    assert yaml.safe_load(one.output) == as_data["monitors"]["calls"]


def test_show_of_nothing_and_of_what_is_wrong(tmp_path: Path) -> None:
    file = write(tmp_path, SHOP.replace("above: 50,", "abov: 50,"))
    unknown = run("show", "stagin", "--file", str(file))
    assert (unknown.exit_code, unknown.output.splitlines()[0]) == (
        2,
        f"{file}: 'stagin' is not a stack; did you mean 'staging'?",
    )
    wrong = run("show", "staging", "--file", str(file))
    assert wrong.exit_code == 2
    assert "abov: 50" in wrong.output
    assert "'abov' is not a key here" in wrong.output


def test_the_schema_knows_it(tmp_path: Path) -> None:
    known = schema()
    jsonschema.Draft202012Validator.check_schema(known)
    valid = jsonschema.Draft202012Validator(known)
    assert [*valid.iter_errors(yaml.safe_load(SHOP))] == []
    assert [*valid.iter_errors(yaml.safe_load(TEAM))] == []
    from_environment = SHOP.replace("region: us-east-1", 'region: "${env.REGION:-us-east-1}"')
    assert [*valid.iter_errors(yaml.safe_load(from_environment))] == []
    for old, new in (
        ("above: 50,", "abov: 50,"),
        ("above: 50,", "above: [50],"),
        ("like: production", "like: [production]"),
        ("pattern: threshold, metric: *errors, above: 5", "pattern: threshold, metric: *errors, abov: 5"),
        ("defaults:", "default:"),
        ("region: us-east-1", "regoin: us-east-1"),
    ):
        assert [*valid.iter_errors(yaml.safe_load(SHOP.replace(old, new, 1)))] != [], new
    alone = {"project": "p", "stacks": {"s": {"account": "123456789012"}}}
    assert any("'region' is a required property" in error.message for error in valid.iter_errors(alone))


def test_bad_input_of_files_has_exit_code_2_and_writes_nothing(tmp_path: Path) -> None:
    file = write(tmp_path, SHOP, search=TEAM.replace("production", "prodution"))
    result = run("synth", str(file), "--output", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert [*(tmp_path / "out").glob("*")] == []
