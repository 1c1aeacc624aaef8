"""examples/company: four teams, three environments, twelve stacks."""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path

import pytest

from constructs_lib.app import synthesise
from constructs_lib.behaviour.file import load as load_tests
from constructs_lib.config.config import Config
from constructs_lib.config.loader import load

FOLDER = Path(__file__).parents[1] / "examples" / "company"
TEAMS = ("assistant", "search", "training", "vision")
ACCOUNTS = {"production": "111122223333", "staging": "444455556666", "development": "777788889999"}


@pytest.fixture(scope="module")
def company() -> Config:
    return load(FOLDER / "monitoring.yaml")


@pytest.fixture(scope="module")
def written(company: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything, with the tests next to it."""
    home = tmp_path_factory.mktemp("company")
    synthesise(company, home / "cdktf.out")
    shutil.copy(FOLDER / "monitoring.tests.yaml", home)
    return home


def test_each_team_has_a_stack_in_each_environment_and_owns_what_is_in_it(company: Config) -> None:
    assert company.stacks.keys() == {f"{team}-{environment}" for team, environment in product(TEAMS, ACCOUNTS)}
    for team, (environment, account) in product(TEAMS, ACCOUNTS.items()):
        stack = company.stacks[f"{team}-{environment}"]
        assert (stack.account, {monitor.owner for monitor in stack.monitors.values()}) == (account, {team})


def test_environments_differ_in_what_their_overrides_say(company: Config) -> None:
    chats = {name: company.stacks[f"assistant-{name}"].monitors["chat"].model_dump() for name in ACCOUNTS}
    assert {name: chat["alarms"]["usd_per_day"] for name, chat in chats.items()} == {
        "production": 200,
        "staging": 20,
        "development": 5,
    }
    assert {name: sorted(company.stacks[f"vision-{name}"].monitors) for name in ACCOUNTS} == {
        "production": ["moderation", "ocr"],
        "staging": ["moderation", "ocr"],
        "development": ["moderation"],
    }
    heard = {name: sorted(company.stacks[f"search-{name}"].notifications.by_severity()) for name in ACCOUNTS}
    assert heard == {
        "production": ["critical", "info", "warning"],
        "staging": ["critical", "info", "warning"],
        "development": ["info", "warning"],
    }


def test_all_of_it_synthesises_and_each_row_leads_to_the_teams_file(company: Config, written: Path) -> None:
    out = written / "cdktf.out"
    assert sorted(path.name for path in (out / "stacks").iterdir()) == sorted(company.stacks)
    register = json.loads((out / "stacks" / "search-staging" / "register.json").read_text())
    assert register["environment_variables"] == ["STAGING_ACCOUNT", "STATE_BUCKET"]
    assert {alarm["owner"] for alarm in register["alarms"]} == {"search"}
    assert company.places("search-staging")["ranker"].file == "teams/search.yaml"
    index = (out / "register.html").read_text()
    assert [name for name in company.stacks if f"stacks/{name}/register.html" not in index] == []


def test_its_behaviour_tests_hold(written: Path) -> None:
    report = load_tests(written / "monitoring.tests.yaml").run()
    assert {verdict.name: [failure.text for failure in verdict.failures] for verdict in report.failed} == {}
    assert len(report.verdicts) == 2
