"""pytest collects `*.tests.yaml`: each test in it is one of pytest's.

Loaded by pytest by itself where this library is installed; `-p no:ai-monitoring` keeps it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SUFFIX = ".tests.yaml"


class BehaviourFailed(Exception):
    """A test of alarms does not hold."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Take files of tests."""
    if file_path.name.endswith(SUFFIX):
        return YamlFile.from_parent(parent, path=file_path)
    return None


class YamlFile(pytest.File):
    """A file of tests."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its tests."""
        from constructs_lib.behaviour.file import load
        from constructs_lib.errors import ConfigError

        try:
            suite = load(self.path)
        except ConfigError as error:
            raise self.CollectError(str(error)) from None
        for index, test in enumerate(suite.tests):
            yield YamlItem.from_parent(self, name=test.case.name, suite=suite, index=index)


class YamlItem(pytest.Item):
    """One test."""

    def __init__(self, *, suite: Any, index: int, **options: Any) -> None:
        super().__init__(**options)
        self._suite, self._index = suite, index

    def runtest(self) -> None:
        """Run it."""
        from constructs_lib.behaviour.timeline import timeline
        from constructs_lib.behaviour.verdict import judge

        verdict = judge(self._suite.tests[self._index], self._suite.simulation)
        if not verdict.holds:
            raise BehaviourFailed("\n".join([*(failure.text for failure in verdict.failures), "", *timeline(verdict)]))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What went otherwise, without a traceback."""
        if isinstance(excinfo.value, BehaviourFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it is."""
        return self.path, self._suite.lines[self._index] - 1, self.name
