"""pytest fixtures. A test suite takes them with ``pytest_plugins = ["constructs_lib.testing.fixtures"]``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import pytest

from constructs_lib.testing.availability import NOT_IN_CI, skip_or_fail
from constructs_lib.testing.aws import MotoServer, MotoUnavailable
from constructs_lib.testing.synth import StackJson
from constructs_lib.testing.terraform import Terraform, TerraformUnavailable, Workspace

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from constructs_lib.cdk import TerraformStack

_T = TypeVar("_T")


class WorkspaceFactory(Protocol):
    """What the `workspace` fixture gives a test."""

    def __call__(
        self,
        stack: TerraformStack | StackJson | Path,
        *,
        variables: Mapping[str, Any] | None = None,
        endpoint: str | None = None,
    ) -> Workspace:
        """An initialised copy of `stack`; see `Terraform.workspace`."""
        ...


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what did not run, with -q too, where a skipped test is one letter that looks like success."""
    skipped = (report.longrepr for report in terminalreporter.stats.get("skipped", ()))
    reasons = Counter(found[2] for found in skipped if isinstance(found, tuple) and found[2].endswith(NOT_IN_CI))
    for reason, number in reasons.items():
        terminalreporter.write_line(f"{number} not run: {reason.removeprefix('Skipped: ')}", yellow=True)


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    """Terraform for this test run; without it the test is skipped, or fails where CI=true.

    Its AWS provider runs until the end (with pytest-xdist one per worker), so that no run waits for its start.
    """
    found = require_terraform(tmp_path_factory.mktemp("terraform"), keep_provider=True)
    yield found
    found.close()


@pytest.fixture
def workspace(terraform: Terraform, tmp_path: Path) -> WorkspaceFactory:
    """Makes an initialised workspace of a stack: ``workspace(stack, variables={...}, endpoint=moto.url)``."""
    numbers = count()

    def make(
        stack: TerraformStack | StackJson | Path,
        *,
        variables: Mapping[str, Any] | None = None,
        endpoint: str | None = None,
    ) -> Workspace:
        directory = tmp_path / f"workspace-{next(numbers)}"
        return or_skip(lambda: terraform.workspace(stack, directory, variables=variables, endpoint=endpoint))

    return make


@pytest.fixture(scope="session")
def moto() -> Iterator[MotoServer]:
    """AWS played by moto, one server for the whole test run (with pytest-xdist one per worker).

    All tests share it: give resources names of their own.
    """
    try:
        server = MotoServer()
    except MotoUnavailable as missing:
        skip_or_fail(str(missing))
    with server:
        yield server


@pytest.fixture
def json_snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """A syrupy snapshot kept as one JSON file of its own, keys sorted, that a reviewer can read."""
    from syrupy.extensions.json import JSONSnapshotExtension

    return snapshot.use_extension(JSONSnapshotExtension)


def require_terraform(directory: Path, *, keep_provider: bool = False) -> Terraform:
    """Terraform, or the running test is skipped (fails where CI=true)."""
    return or_skip(lambda: Terraform.find(directory, keep_provider=keep_provider))


def or_skip(make: Callable[[], _T]) -> _T:
    """What `make` gives; without Terraform or a provider the running test is skipped (fails where CI=true)."""
    try:
        return make()
    except TerraformUnavailable as missing:
        skip_or_fail(str(missing))
