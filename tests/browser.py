"""A real headless Chromium: the page's document after it has run, its complaints, and pictures of it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless_shell")

MISSING = (
    f"no browser is installed: none of {', '.join(_NAMES)} is on PATH (Debian and Ubuntu: apt-get install chromium)"
)


def find() -> str | None:
    """The browser's command, or None."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@dataclass(frozen=True)
class Visit:
    """What became of a page.

    Attributes:
        document: Its HTML at the end.
        console: What the console said, errors and all.
    """

    document: str
    console: list[str]


def visit(page: Path) -> Visit:
    """Load a file and wait until it is done."""
    done = _run("--dump-dom", "--enable-logging=stderr", "--v=0", page.as_uri())
    return Visit(done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line])


def picture(page: str, target: Path, *, width: int, height: int) -> None:
    """A PNG of what a window of this size shows of an address."""
    _run("--hide-scrollbars", f"--window-size={width},{height}", f"--screenshot={target}", page)


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    browser = find()
    assert browser is not None, MISSING
    # As root, in containers, Chromium runs only without its sandbox; the pages are our own.
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=5000"]
    return subprocess.run([browser, *options, *arguments], capture_output=True, text=True, timeout=120, check=True)
