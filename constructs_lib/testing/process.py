"""A process that runs until its standard input ends."""

from __future__ import annotations

import subprocess
from typing import IO, cast

_STOP_SECONDS = 10


def end(process: subprocess.Popen[str]) -> None:
    """End it and wait for it; one that does not go is killed."""
    cast("IO[str]", process.stdin).close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    cast("IO[str]", process.stdout).close()
