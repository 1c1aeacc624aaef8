"""A file of tests, read and run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from constructs_lib.behaviour.coverage import Coverage
from constructs_lib.behaviour.history import Files
from constructs_lib.behaviour.scenario import Preparation, Prepared
from constructs_lib.behaviour.spec import BehaviourCase, BehaviourFile, BehaviourSettings
from constructs_lib.behaviour.verdict import Verdict, judge
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.simulation.evaluation import CannotSimulate
from constructs_lib.simulation.settings import Settings
from constructs_lib.simulation.simulation import Simulation
from constructs_lib.yaml_lines import Document, parse, read_text, validated

DEFAULT = "monitoring.tests.yaml"

_BEGIN = "begin with `tests:`"
_WHERE = "name it under `configuration:`, such as cdktf.out/stacks/production/cdk.tf.json"


@dataclass(frozen=True)
class Suite:
    """A file of tests that fits what is deployed.

    Attributes:
        file: Its name.
        simulation: What is tested.
        tests: The tests, ready to run.
        lines: Where each is in the file.
        exports: Files that the tests take series from.
        source: The file that holds what is tested, where it is one.
    """

    file: str
    simulation: Simulation
    tests: tuple[Prepared, ...]
    lines: tuple[int, ...]
    exports: tuple[Path, ...] = ()
    source: Path | None = None

    def run(
        self, wanted: Callable[[str], bool] = lambda _: True, progress: Callable[[int, int], None] = lambda *_: None
    ) -> Report:
        """Run the tests whose names are wanted.

        Args:
            wanted: Whether to run a test of that name.
            progress: Gets how many tests are done, of how many.

        Raises:
            ConfigError: An alarm can't be evaluated.
        """
        chosen = [index for index, test in enumerate(self.tests) if wanted(test.case.name)]
        verdicts = []
        for done, index in enumerate(chosen):
            progress(done, len(chosen))
            try:
                verdicts.append(judge(self.tests[index], self.simulation))
            except (CannotSimulate, ValueError) as error:
                problem = Problem(str(error), "", f"tests.{index}", file=self.file, line=self.lines[index])
                raise ConfigError([problem]) from None
        return Report(self, tuple(verdicts), tuple(self.lines[index] for index in chosen))


@dataclass(frozen=True)
class Report:
    """What became of the tests of a file."""

    suite: Suite
    verdicts: tuple[Verdict, ...]
    lines: tuple[int, ...]

    @property
    def failed(self) -> list[Verdict]:
        """Tests that do not hold."""
        return [verdict for verdict in self.verdicts if not verdict.holds]

    @cached_property
    def coverage(self) -> Coverage:
        """Which alarms are tested."""
        return Coverage.of(self.suite.simulation, self.verdicts)


def load(path: str | Path, configuration: str | Path | None = None) -> Suite:
    """Read a file of tests, and what it tests.

    Args:
        path: The file; `-` is standard input.
        configuration: Terraform's JSON; the one that the file names, if None.

    Raises:
        ConfigError: With every problem in it, each with its line.
    """
    name = "standard input" if path == "-" else str(path)
    return loads(read_text(path, name), file=name, folder=Path(path).parent, configuration=configuration)


def loads(
    text: str,
    *,
    file: str = DEFAULT,
    folder: Path = Path(),
    configuration: str | Path | None = None,
    simulation: Simulation | None = None,
) -> Suite:
    """The same of a text.

    Raises:
        ConfigError: With every problem in it.
    """
    problems: list[Problem] = []
    try:
        tests, document = validated(BehaviourFile, text, file, begin=_BEGIN)
        cases = dict(enumerate(tests.tests))
    except ConfigError as error:
        problems += error.problems
        tests, document, cases = _rest(text, file)
        if not cases:
            raise
    source = None
    if simulation is None:
        try:
            source = Path(configuration) if configuration else _configuration(tests, folder, document)
            simulation = Simulation.of(source, Settings(**tests.settings.model_dump()))
        except ConfigError as error:
            raise ConfigError([*problems, *error.problems]) from None
    prepared: list[Prepared] = []
    files = Files(folder)
    for index, case in cases.items():
        preparation = Preparation(case, simulation, files)
        found = preparation.prepared()
        problems += [problem.under(f"tests.{index}") for problem in preparation.problems]
        if found is not None:
            prepared.append(found)
    if problems:
        raise document.refused(problems)
    places = tuple(document.place(f"tests.{index}").line for index in range(len(prepared)))
    return Suite(file, simulation, tuple(prepared), places, tuple(files.names), source)


def _rest(text: str, file: str) -> tuple[BehaviourFile, Document, dict[int, BehaviourCase]]:
    """What can be read of a file with mistakes, so that all of them are found at once: tests whose form is right."""
    found: dict[int, BehaviourCase] = {}
    document = parse(text, file, begin=_BEGIN)
    written: Any = document.data if isinstance(document.data, dict) else {}
    tests = written.get("tests")
    for index, one in enumerate(tests if isinstance(tests, list) else ()):
        with suppress(ValidationError):
            found[index] = BehaviourCase.model_validate(one)
    named = written.get("configuration")
    known = BehaviourFile.model_construct(
        configuration=named if isinstance(named, str) else None, settings=BehaviourSettings(), tests=()
    )
    return known, document, found


def _configuration(tests: BehaviourFile, folder: Path, document: Document) -> Path:
    if tests.configuration is not None:
        return folder / tests.configuration
    found = sorted(folder.glob("cdktf.out/stacks/*/cdk.tf.json"))
    if len(found) == 1:
        return found[0]
    rule = f"there are {len(found)} stacks in cdktf.out" if found else "there is no cdktf.out next to this file"
    raise document.refused([Problem(rule, _WHERE, "configuration")])
