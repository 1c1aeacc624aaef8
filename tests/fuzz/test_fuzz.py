"""Configurations made by chance: each is refused in plain words, or is one that the provider accepts too.

They are the same in each run. `FUZZ=3000 pytest tests/fuzz` tries twenty times as many, `FUZZ_SEED=2` others.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from constructs_lib.config.loader import loads
from constructs_lib.config.provider import ProviderSpec
from constructs_lib.testing.fixtures import or_skip
from constructs_lib.testing.plan import TerraformError
from constructs_lib.testing.synth import STACK_FILE
from constructs_lib.testing.terraform import Terraform
from tests.configs import variables_of
from tests.fuzz.generator import bases, configuration
from tests.fuzz.runs import Run, run

pytestmark = pytest.mark.slow

SEED = int(os.environ.get("FUZZ_SEED", "1"))
WRONG = int(os.environ.get("FUZZ", "150"))
ACCEPTED = max(1, WRONG // 6)
_BATCH = 50
"""Stacks that one Terraform is given: it takes seconds to start, and a fraction of one for a stack."""

# What pydantic, PyYAML, CDKTF and Python say to a programmer.
_NOT_FOR_PEOPLE = re.compile(r"Input should|validation error|\b[A-Z][a-z]+Error: |NoneType|<class|<unicode string")
_WHOLE_FILE = ("is empty", "holds itself", "holds more")
"""What is wrong with no line of a file."""
_WAYS_TO_READ = {
    "[key]",
    "str",
    "int",
    "float",
    "bool",
    "datetime",
    "date",
    "dict",
    "list",
    "tuple",
    "nullable",
    "tagged-union",
}
"""What pydantic puts into the path of a value that may be of several kinds."""
_MOST_CHARACTERS = 1_000
"""Of a problem: thirty choices fit in, not what a stranger wrote."""


def made(folder: Path, *, start: int = 0) -> Iterator[tuple[int, Path, Run]]:
    """One configuration after the other, as a file, and what `check` says of it."""
    for number in count(start):
        file = folder / f"{number}.yaml"
        file.write_text(configuration(SEED, number), encoding="utf-8")
        yield number, file, run("check", str(file))
        file.unlink(missing_ok=True)


def faults(ran: Run, file: Path) -> Iterator[str]:
    """What is wrong with how a configuration was refused."""
    if ran.broken or ran.code not in (0, 2):
        yield f"exit code {ran.code}\n{ran.broken or ran.output}"
        return
    if ran.code == 0:
        return
    lines = ran.output.splitlines()
    found = len(ran.problems)
    if lines[-1] != f"{found:,} problem{'s' if found > 1 else ''}" or not found:
        yield f"ends with {lines[-1]!r}, and has {found} problems"
    if len(lines) != min(found, 51) + 1:
        yield f"{found} problems on {len(lines)} lines"
    for line in lines:
        if not line.isprintable() or len(line) > _MOST_CHARACTERS or _NOT_FOR_PEOPLE.search(line):
            yield f"says {line[:_MOST_CHARACTERS]!r}"
    text = file.read_text(encoding="utf-8")
    for problem in ran.problems:
        if any(part in _WAYS_TO_READ and part not in text for part in problem.path.split(".")):
            yield f"names what is not in the file: {problem}"
        if problem.file != str(file) or (problem.line is None and not problem.rule.startswith(_WHOLE_FILE)):
            yield f"has no line: {problem}"


def test_what_is_wrong_is_refused_in_plain_words(tmp_path: Path) -> None:
    refused, bad = 0, []
    for number, file, ran in made(tmp_path):
        bad += [f"tests.fuzz.generator {SEED} {number}: {fault}" for fault in faults(ran, file)]
        refused += ran.code != 0
        if refused == WRONG:
            break
    print(f"{refused} of {number + 1} refused")
    assert not bad, "\n".join(bad[:20])


def leaves(data: Any, path: str = "") -> Iterator[tuple[Any, Any, str]]:
    """Every single value in a configuration, with what holds it and its path.

    Not the names of patterns: what else a monitor may have follows from its own.
    """
    for key, item in data.items() if isinstance(data, dict) else enumerate(data):
        place = f"{path}.{key}" if path else str(key)
        if isinstance(item, dict | list) and item:
            yield from leaves(item, place)
        elif key != "pattern":
            yield data, key, place


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    """What is refused at a place by itself is refused there among others: no one fixes, tries, and finds the next."""
    file, compared = tmp_path / "m.yaml", 0
    for number in range(WRONG // 6):
        chance = Random(f"{SEED} {number}")
        base = yaml.safe_dump(chance.choice(bases()))
        spoilt: list[int] = []
        for index in chance.sample(range(len([*leaves(yaml.safe_load(base))])), 4):
            holder, key, path = [*leaves(data := yaml.safe_load(base))][index]
            holder[key] = {"nonsense": [1]}
            file.write_text(yaml.safe_dump(data), encoding="utf-8")
            if {problem.path for problem in run("check", str(file)).problems} == {path}:
                spoilt.append(index)
        data = yaml.safe_load(base)
        places = [*leaves(data)]
        for index in spoilt:
            places[index][0][places[index][1]] = {"nonsense": [1]}
        file.write_text(yaml.safe_dump(data), encoding="utf-8")
        named = {problem.path for problem in run("check", str(file)).problems}
        assert named == {places[index][2] for index in spoilt}, number
        compared += len(spoilt) > 1
    assert compared > WRONG // 12


@pytest.mark.parametrize("number", range(max(4, WRONG // 300)))
def test_a_process_says_what_the_command_in_this_one_says(tmp_path: Path, number: int) -> None:
    _, file, ran = next(made(tmp_path, start=number))
    command = [sys.executable, "-m", "constructs_lib", "check", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (ran.code, ran.output)


def as_module(stack: dict[str, Any]) -> dict[str, Any]:
    """A stack as a part of another: without the provider and the state, which the whole has."""
    return {key: part for key, part in stack.items() if key not in ("provider", "terraform")}


def accepted_stacks(folder: Path, files: Path, bad: list[str]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Stacks that `check` accepts and 5.100 may deploy, synthesised: a name, the JSON, the variables' values."""
    for number, file, ran in made(files):
        if ran.code != 0:
            continue
        config = loads(file.read_text(encoding="utf-8"))
        written = run("synth", str(file), "-o", str(folder / "out"))
        if written.code != 0:
            bad.append(f"tests.fuzz.generator {SEED} {number}: {written.broken or written.output}")
            continue
        for name, stack in config.stacks.items():
            if stack.provider == ProviderSpec():
                content = json.loads((folder / "out" / "stacks" / name / STACK_FILE).read_text(encoding="utf-8"))
                yield f"n{number}-{name}", content, variables_of(stack, "x")
        shutil.rmtree(folder / "out", ignore_errors=True)


@pytest.mark.plan
def test_what_is_accepted_is_valid_to_the_provider_and_plans(tmp_path: Path, terraform: Terraform) -> None:
    files = tmp_path / "files"
    files.mkdir()
    bad: list[str] = []
    stacks, tried, planned = accepted_stacks(tmp_path, files, bad), 0, 0
    while tried < ACCEPTED:
        batch = [stack for _, stack in zip(range(min(_BATCH, ACCEPTED - tried)), stacks, strict=False)]
        tried += len(batch)
        folder = tmp_path / f"batch-{tried}"
        modules = {}
        for name, content, variables in batch:
            (folder / name).mkdir(parents=True)
            (folder / name / STACK_FILE).write_text(json.dumps(as_module(content)), encoding="utf-8")
            modules[name] = {"source": f"./{name}"} | variables
        root = {"provider": {"aws": {"region": "us-east-1"}}, "module": modules}
        workspace = or_skip(lambda root=root, folder=folder: terraform.workspace(root, folder))  # type: ignore[misc]
        bad += [f"tests.fuzz.generator {SEED}: {found}" for found in workspace.validate()]
        # What a variable stands for is not known here, and "x" would be refused for it in many places.
        plain = {name: modules[name] for name, _, variables in batch if not variables}
        workspace.write(root | {"module": plain})
        try:
            planned += len(plain)
            bad += [str(found) for found in workspace.plan().warnings]
        except TerraformError as error:
            bad.append(str(error))
        shutil.rmtree(folder)
    print(f"{tried} stacks valid, {planned} of them planned")
    assert not bad, "\n".join(bad[:20])
