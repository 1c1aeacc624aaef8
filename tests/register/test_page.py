"""The page in a real browser: it sorts, searches and fetches nothing."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.register.page import page
from constructs_lib.register.picture import picture
from tests import browser
from tests.configs import anomaly, metric
from tests.register.registers import ERRORS, default, registered

# Runs after the page's own script: does what a reader does, and leaves what there is to see then in the document.
ACTIONS = """
<script>
const rows = () => [...document.querySelectorAll("#alarms tbody tr")].filter((row) => !row.hidden);
const names = () => rows().map((row) => row.querySelector(".name").textContent);
const header = (title) => [...document.querySelectorAll("#alarms th")].find((cell) => cell.textContent === title);
const search = (text) => {
  document.getElementById("search").value = text;
  document.getElementById("search").dispatchEvent(new Event("input"));
};
const seen = { first: names(), shown: document.getElementById("shown").textContent };
for (const title of ["$ a month", "When"]) {
  header(title).querySelector("button").click();
  seen[title] = [header(title).getAttribute("aria-sort"), names()];
  header(title).querySelector("button").click();
  seen[title + " again"] = [header(title).getAttribute("aria-sort"), names()];
}
seen.sorted = document.querySelectorAll("[aria-sort]").length;
search("ERRORS  above 5");
seen.found = [names(), document.getElementById("shown").textContent];
seen.address = new URL(location.href).searchParams.get("q");
search("");
location.hash = "recommender-production-calls-band";
const linked = document.querySelector("tr:target");
const part = document.querySelector("input[value=part]");
part.click();
seen.without_parts = names();
window.dispatchEvent(new Event("hashchange"));
seen.linked = [linked.id, linked.hidden, linked.querySelector("details").open];
seen.fetched = performance.getEntriesByType("resource").map((entry) => entry.name);
seen.complaints = window.complaints;
const result = document.createElement("pre");
result.id = "seen";
result.textContent = JSON.stringify(seen);
document.body.append(result);
</script>
"""
LISTENERS = """
<script>
window.complaints = [];
window.addEventListener("error", (event) => window.complaints.push(String(event.message)));
document.addEventListener("securitypolicyviolation", (event) => window.complaints.push(event.blockedURI));
</script>
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    if browser.find() is None:
        pytest.skip(browser.MISSING)
    file = tmp_path_factory.mktemp("page") / "register.html"
    text = page(default())
    file.write_text(text.replace("<head>", f"<head>{LISTENERS}").replace("</body>", f"{ACTIONS}</body>"))
    visit = browser.visit(file)
    assert visit.console == []
    match = re.search(r'<pre id="seen">(.*?)</pre>', visit.document, re.DOTALL)
    assert match is not None, "the page's script did not run to its end"
    found: dict[str, Any] = json.loads(unescape(match[1]))
    return found


def short(names: list[str]) -> list[str]:
    return [name.removeprefix("recommender-production-") for name in names]


def test_it_begins_with_the_most_urgent(seen: dict[str, Any]) -> None:
    assert short(seen["first"]) == ["calls", "errors", "calls-band", "calls-traffic"]
    assert seen["shown"] == "4 of 4 shown"


def test_a_click_sorts_and_another_turns_it_round(seen: dict[str, Any]) -> None:
    direction, names = seen["$ a month"]
    assert (direction, short(names)[0], short(names)[-2:]) == ("ascending", "errors", ["calls-band", "calls"])
    direction, names = seen["$ a month again"]
    assert (direction, short(names)[:2]) == ("descending", ["calls", "calls-band"])
    assert seen["When"][0] == "ascending"
    assert short(seen["When"][1]) == ["errors", "calls", "calls-traffic", "calls-band"]
    assert seen["sorted"] == 1, "one column at a time says that it is sorted"


def test_searching_wants_every_word_in_any_case(seen: dict[str, Any]) -> None:
    names, shown = seen["found"]
    assert (short(names), shown) == (["errors"], "1 of 4 shown")


def test_the_search_is_in_the_address(seen: dict[str, Any]) -> None:
    assert seen["address"] == "ERRORS  above 5"


def test_a_link_to_a_row_shows_it_whatever_is_filtered(seen: dict[str, Any]) -> None:
    assert seen["linked"] == ["recommender-production-calls-band", False, True]


def test_parts_can_be_left_out(seen: dict[str, Any]) -> None:
    assert sorted(short(seen["without_parts"])) == ["calls", "errors"]


def test_nothing_is_fetched_and_nothing_is_wrong(seen: dict[str, Any]) -> None:
    assert seen["fetched"] == []
    assert seen["complaints"] == []


def test_it_names_nothing_that_could_be_fetched() -> None:
    text = page(default())
    assert "default-src 'none'" in text
    assert re.findall(r"<(?:link|img|iframe|object)\b|\bsrc=|@import|url\(|fetch\(|XMLHttpRequest", text) == []


def test_what_users_write_stays_text() -> None:
    attack = "</td><script>alert(1)</script>"
    text = page(registered({"it": ERRORS | {"impact": attack, "first_step": attack}}, owner=attack))
    assert "alert(1)" in text and "<script>alert" not in text


def test_only_links_become_links() -> None:
    text = page(registered({"it": ERRORS}, runbook="https://runbooks.example.com/{alarm}?a=1&b=2"))
    assert 'href="https://runbooks.example.com/recommender-production-it?a=1&amp;b=2"' in text


def test_the_picture_has_every_widget_and_threshold() -> None:
    register = registered({"calls": anomaly(), "slow": ERRORS | {"metric": metric(name="Duration"), "unit": "ms"}})
    (dashboard,) = register.context.dashboards
    drawn = picture(dashboard)
    assert drawn.count('class="frame"') == len(dashboard.widgets)
    assert "alarm: above 5 ms" in drawn
    assert drawn.count('class="band"') == 1


def test_tiles_show_what_tells_alarms_apart() -> None:
    drawn = picture(registered({"ranker-errors": ERRORS, "ranker-calls": anomaly()}).context.dashboards[0])
    assert ">errors</text>" in drawn and ">calls-band</text>" in drawn and ">recommender-production" not in drawn


def test_a_picture_of_many_alarms_says_how_many_there_are_more() -> None:
    register = registered({f"a{number}": ERRORS | {"workload": "w"} for number in range(40)})
    assert "and 3" in picture(register.context.dashboards[0])


def test_the_page_works_without_its_script(tmp_path: Path) -> None:
    text = re.sub(r"<script>.*?</script>", "", page(default()), flags=re.DOTALL)
    assert "Pages oncall when" in text and "<tr hidden" not in text
