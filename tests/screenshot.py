"""The pictures in the README: `python -m tests.screenshot` takes them of the default stack's page, with Chromium."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from tests import browser

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "cdktf.out" / "stacks" / "production" / "register.html"
IMAGES = ROOT / "docs" / "images"


def main() -> None:
    """Take all of them."""
    if browser.find() is None:
        sys.exit(browser.MISSING)
    IMAGES.mkdir(exist_ok=True)
    browser.picture(PAGE.as_uri(), IMAGES / "register.png", width=1400, height=900)
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder, "dashboard.html")
        part.write_text(dashboards(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        browser.picture(part.as_uri(), IMAGES / "dashboard.png", width=1264, height=760)


def dashboards(page: str) -> str:
    """The page with nothing in it but the dashboards: a picture shows the top of a page."""
    head, _, body = page.partition("<body>")
    match = re.search(r'<h2 id="dashboards">.*?</svg>', body, re.DOTALL)
    assert match is not None, "the default stack has a dashboard"
    return f"{head}<body>{match[0]}</body></html>"


if __name__ == "__main__":
    main()
