"""The pictures in the README and docs: `python -m tests.screenshot` takes them of the default stack, with Chromium."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests import browser

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "cdktf.out" / "stacks" / "production" / "register.html"
IMAGES = ROOT / "docs" / "images"
OPENED = "recommender-production-ranker-errors"
"""The alarm whose link the narrower pictures have followed."""


def main() -> None:
    """Take all of them."""
    if browser.find() is None:
        sys.exit(browser.MISSING)
    IMAGES.mkdir(exist_ok=True)
    page = PAGE.read_text(encoding="utf-8")
    browser.picture(page, IMAGES / "register.png", width=1440, height=900)
    browser.picture(followed(page), IMAGES / "register-768.png", width=768, height=700)
    browser.picture(followed(page), IMAGES / "register-375.png", width=375, height=800)
    browser.picture(dashboards(page), IMAGES / "dashboard.png", width=1264, height=1180)


def followed(page: str) -> str:
    """The page as a link to an alarm's row opens it."""
    return page.replace('"use strict";', f'"use strict"; location.hash = "{OPENED}";', 1)


def dashboards(page: str) -> str:
    """The page with nothing in it but the dashboards: a picture shows the top of a page."""
    head, _, body = page.partition("<body>")
    match = re.search(r'<h2 id="dashboards">.*?</svg>', body, re.DOTALL)
    assert match is not None, "the default stack has a dashboard"
    return f"{head}<body>{match[0]}</body></html>"


if __name__ == "__main__":
    main()
