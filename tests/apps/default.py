"""The repository's default app, run by the command line of CDKTF or of cdktn."""

from __future__ import annotations

import subprocess
from pathlib import Path

from constructs_lib.bindings.base import SWITCH

ROOT = Path(__file__).parents[2]


class DefaultApp:
    """The repository's app in a folder of its own, run by one of the commands with moto as AWS."""

    def __init__(self, commands: Path, directory: Path, environment: dict[str, str]) -> None:
        self.directory = directory
        self._commands = commands
        self._environment = environment

    def run(self, *arguments: str, base: str = "cdktf") -> str:
        """What ``cdktf <arguments>`` (or cdktn) prints; a failure carries it."""
        done = subprocess.run(
            [self._commands / base, *arguments],
            cwd=self.directory,
            env={**self._environment, SWITCH: base},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{base} {' '.join(arguments)}:\n{done.stdout}"
        return done.stdout
