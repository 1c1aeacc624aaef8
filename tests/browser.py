"""A real headless Chromium: the page's document after it has run, its complaints, and pictures of it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless_shell")

MISSING = (
    f"no browser is installed: none of {', '.join(_NAMES)} is on PATH (Debian and Ubuntu: apt-get install chromium)"
)
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
"""What checks a page for accessibility."""
_DARK = "--blink-settings=preferredColorScheme=0"


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


def visit(page: Path, *, dark: bool = False) -> Visit:
    """Load a file and wait until it is done."""
    done = _run(*[_DARK] * dark, "--dump-dom", "--enable-logging=stderr", "--v=0", page.as_uri())
    return Visit(done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line])


def picture(page: str, target: Path, *, width: int, height: int, dark: bool = False) -> None:
    """A PNG of what a window of this size shows of a page."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        # No window is narrower than 500 pixels; a frame may be.
        file.write_text(frames({"page": (page, width)}, height=height), encoding="utf-8")
        _run(
            *[_DARK] * dark,
            "--hide-scrollbars",
            f"--window-size={width},{height}",
            f"--screenshot={target}",
            file.as_uri(),
        )


def frames(pages: Mapping[str, tuple[str, int]], *, height: int = 900) -> str:
    """A page with others in frames of some widths, by id."""
    shown = (
        f'<iframe id="{key}" srcdoc="{escape(page)}" style="width:{width}px;height:{height}px;border:0"></iframe>'
        for key, (page, width) in pages.items()
    )
    return f'<!doctype html><meta charset="utf-8"><body style="margin:0">{"".join(shown)}</body>'


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    browser = find()
    assert browser is not None, MISSING
    # As root, in containers, Chromium runs only without its sandbox; the pages are our own.
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=60000"]
    return subprocess.run([browser, *options, *arguments], capture_output=True, text=True, timeout=120, check=True)
