"""The repository's default app, run by the cdktf command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


class CdktfApp:
    """The repository's app in a folder of its own, run by the cdktf command with moto as AWS."""

    def __init__(self, command: Path, directory: Path, environment: dict[str, str]) -> None:
        self.directory = directory
        self._command = command
        self._environment = environment

    def run(self, *arguments: str) -> str:
        """What ``cdktf <arguments>`` prints; a failure carries it."""
        done = subprocess.run(
            [self._command, *arguments],
            cwd=self.directory,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"cdktf {' '.join(arguments)}:\n{done.stdout}"
        return done.stdout
