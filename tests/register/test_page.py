"""The page in a real browser: it sorts, searches and fetches nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.register.document import document
from constructs_lib.register.index import index
from constructs_lib.register.page import page
from constructs_lib.register.picture import picture
from constructs_lib.register.tested import Example
from constructs_lib.yaml_lines import SourceLine
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


# Measures every frame, and says what axe has against it, once axe is through in all of them.
CHECKED = """
<script>
const wait = setInterval(() => {
  const frames = [...document.querySelectorAll("iframe")];
  const results = frames.map((frame) => frame.contentDocument.getElementById("axe"));
  if (!results.every(Boolean)) return;
  clearInterval(wait);
  const seen = frames.map((frame, index) => ({
    name: frame.id,
    wider: frame.contentDocument.documentElement.scrollWidth > frame.clientWidth,
    cards: getComputedStyle(frame.contentDocument.querySelector("#alarms thead")).display === "none",
    dark: getComputedStyle(frame.contentDocument.body).backgroundColor,
    ...JSON.parse(results[index].textContent),
  }));
  const result = document.createElement("pre");
  result.id = "seen";
  result.textContent = JSON.stringify(seen);
  document.body.append(result);
}, 100);
</script>
"""
AXE = """
<script>
axe.run(document).then((found) => {
  const wrong = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ")}`);
  const result = document.createElement("pre");
  result.id = "axe";
  result.hidden = true;
  result.textContent = JSON.stringify({ wrong, passed: found.passes.length });
  document.body.append(result);
});
</script>
"""


def result(visit: browser.Visit) -> Any:
    assert visit.console == []
    match = re.search(r'<pre id="seen">(.*?)</pre>', visit.document, re.DOTALL)
    assert match is not None, "the page's script did not run to its end"
    return json.loads(unescape(match[1]))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    if browser.find() is None:
        pytest.skip(browser.MISSING)
    file = tmp_path_factory.mktemp("page") / "register.html"
    text = page(default())
    file.write_text(text.replace("<head>", f"<head>{LISTENERS}").replace("</body>", f"{ACTIONS}</body>"))
    found: dict[str, Any] = result(browser.visit(file))
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


def of_two_stacks() -> str:
    return index({"production": document(default()), "staging": document(registered({"errors": ERRORS}, owner="shop"))})


@pytest.mark.skipif(not browser.AXE.exists(), reason="axe-core is not installed (make node_modules)")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everyone_can_read_it_at_every_width(tmp_path: Path, *, dark: bool) -> None:
    if browser.find() is None:
        pytest.skip(browser.MISSING)
    axe = f"<script>{browser.AXE.read_text(encoding='utf-8')}</script>{AXE}</body>"
    pages = {
        f"{name} {width}": (text.replace("</body>", axe), width)
        for name, text in (("page", page(default())), ("index", of_two_stacks()))
        for width in (375, 768, 1440)
    }
    file = tmp_path / "frames.html"
    file.write_text(browser.frames(pages) + CHECKED, encoding="utf-8")
    frames = result(browser.visit(file, dark=dark))
    assert [frame["name"] for frame in frames] == [*pages]
    assert [(frame["name"], frame["wrong"]) for frame in frames if frame["wrong"]] == []
    assert all(frame["passed"] > 15 for frame in frames), "axe has looked"
    assert [frame["name"] for frame in frames if frame["wider"]] == [], "nothing is cut off at the side"
    assert [frame["name"] for frame in frames if frame["cards"]] == ["page 375", "index 375"]
    assert {frame["dark"] for frame in frames} == {"rgb(15, 27, 42)" if dark else "rgb(255, 255, 255)"}


def test_the_index_lists_all_stacks_and_leads_to_each_row() -> None:
    text = of_two_stacks()
    assert '<a href="stacks/staging/register.html">staging</a>' in text
    row = "stacks/production/register.html#recommender-production-calls"
    assert f'<tr id="recommender-production-calls" data-group="critical" data-page="{row}">' in text
    assert text.count('data-label="Stack"') == 5


def test_a_link_to_the_index_is_passed_on_to_the_row(tmp_path: Path) -> None:
    if browser.find() is None:
        pytest.skip(browser.MISSING)
    for name in ("production", "staging"):
        (tmp_path / "stacks" / name).mkdir(parents=True)
        (tmp_path / "stacks" / name / "register.html").write_text(f"<p>of {name}</p>")
    text = of_two_stacks().replace(
        "const reveal = ", 'location.hash ||= "recommender-production-errors";\n  const reveal = '
    )
    (tmp_path / "register.html").write_text(text)
    assert "of production" in browser.visit(tmp_path / "register.html").document


@pytest.mark.parametrize("text", [page(default()), of_two_stacks()], ids=["page", "index"])
def test_it_names_nothing_that_could_be_fetched(text: str) -> None:
    assert "default-src 'none'" in text
    assert re.findall(r"<(?:link|img|iframe|object)\b|\bsrc=|@import|url\(|fetch\(|XMLHttpRequest", text) == []


def test_what_belongs_to_a_workload_is_listed_together() -> None:
    text = page(
        registered({"errors": ERRORS | {"workload": "ranker"}, "calls": anomaly(workload="ranker", severity="warning")})
    )
    assert '<a href="#workload:ranker">ranker</a>' in text
    together = text.partition('<dt id="workload:ranker">')[2].partition("</dd>")[0]
    assert re.findall(r'href="#(.*?)">(.*?)</a>', together) == [
        ("recommender-production-calls-band", "calls-band"),
        ("recommender-production-errors", "errors"),
    ]


def test_an_alarm_leads_to_the_line_that_describes_it() -> None:
    register = registered({"it": ERRORS}, source="https://git.example.com/blob/{commit}/{file}#L{line}")
    places = {"it": SourceLine("alerts/monitoring.yaml", 7)}
    entries = tuple(replace(entry, monitor="it") for entry in register.entries)
    placed = replace(register, entries=entries, context=replace(register.context, places=places))
    assert 'href="https://git.example.com/blob/HEAD/alerts/monitoring.yaml#L7"' in page(placed)
    of_commit = replace(placed, context=replace(placed.context, commit="1a2b"))
    assert 'href="https://git.example.com/blob/1a2b/alerts/monitoring.yaml#L7"' in page(of_commit)
    assert 'of commit <span class="metric">1a2b</span>' in page(of_commit)
    unlinked = replace(placed, context=replace(placed.context, source=""))
    assert "<dd>alerts/monitoring.yaml, line 7</dd>" in page(unlinked)


def test_what_users_write_stays_text() -> None:
    attack = "</td><script>alert(1)</script>"
    register = registered({"it": ERRORS | {"impact": attack, "first_step": attack}}, owner=attack)
    hostile = replace(register, context=replace(register.context, commit=attack, places={"it": SourceLine(attack, 1)}))
    entries = tuple(replace(entry, name=attack, workload=attack) for entry in hostile.entries)
    for text in (page(replace(hostile, entries=entries)), index({attack: document(replace(hostile, entries=entries))})):
        assert "alert(1)" in text and "<script>alert" not in text


def test_only_links_become_links() -> None:
    text = page(registered({"it": ERRORS}, runbook="https://runbooks.example.com/{alarm}?a=1&b=2"))
    assert 'href="https://runbooks.example.com/recommender-production-it?a=1&amp;b=2"' in text


NAME = "recommender-production-{}".format


def test_the_picture_has_every_widget_and_threshold() -> None:
    register = registered({"calls": anomaly(), "slow": ERRORS | {"metric": metric(name="Duration"), "unit": "ms"}})
    (dashboard,) = register.context.dashboards
    drawn = picture(dashboard)
    assert drawn.count('class="frame"') == len(dashboard.widgets)
    assert "slow: above 5 ms" in drawn.replace("alarm: ", "slow: ")
    assert drawn.count('class="curve"') == 0 and drawn.count("no test shows a curve") == 2, "nothing is made up"


def test_a_curve_is_what_the_alarm_saw_in_a_test_with_its_threshold_to_scale() -> None:
    register = registered({"calls": anomaly(), "slow": ERRORS | {"metric": metric(name="Duration")}})
    band = Example("half the calls", (100.0, None, 40.0, 40.0), (80.0, 80.0, None, 80.0), (120.0, 120.0, 120.0, 120.0))
    examples = {NAME("slow"): Example("slow <calls>", (0.0, 10.0)), NAME("calls-band"): band, NAME("calls"): band}
    drawn = picture(register.context.dashboards[0], examples)
    assert "slow &lt;calls&gt;" in drawn
    assert drawn.count('class="band"') == 1
    assert drawn.count('class="curve"') == 3, "one, and one on either side of a gap"
    graph = drawn.partition("duration")[2]
    bottom = int(re.findall(r'class="grid" d="M10 (\d+)', graph)[0])
    ends = [int(y) for y in re.findall(r'class="curve" d="M10 (\d+)L\d+ (\d+)"', graph)[0]]
    threshold = int(re.findall(r'd="M10 (\d+)H\d+" stroke=', graph)[0])
    assert ends[0] == bottom and threshold == (ends[0] + ends[1]) // 2, "5 of 0 to 10 is half way up"


def test_the_picture_of_what_is_neither_alarm_nor_graph() -> None:
    widgets = [
        {"text": "# Head *line*\n\nSee [the wiki](https://wiki.example.com) \\\\<b>"},
        {"logs": {"log_groups": ["/a"], "query": "fields <x>"}},
        {"custom": {"type": "explorer", "properties": {}}},
    ]
    drawn = picture(registered({"it": ERRORS}, dashboard={"widgets": widgets}).context.dashboards[0])
    for words in ("Head *line*<", ">See the wiki ", "Lines of /a", "fields &lt;x&gt;", "a widget of type explorer"):
        assert words in drawn
    assert "wiki.example.com" not in drawn


def test_tiles_show_what_tells_alarms_apart() -> None:
    drawn = picture(registered({"ranker-errors": ERRORS, "ranker-calls": anomaly()}).context.dashboards[0])
    assert ">errors</text>" in drawn and ">calls-band</text>" in drawn and ">recommender-production" not in drawn


def test_a_picture_of_many_alarms_says_how_many_there_are_more() -> None:
    register = registered({f"a{number}": ERRORS | {"workload": "w"} for number in range(40)})
    assert "and 3" in picture(register.context.dashboards[0])


def test_the_page_works_without_its_script(tmp_path: Path) -> None:
    text = re.sub(r"<script>.*?</script>", "", page(default()), flags=re.DOTALL)
    assert "Pages oncall when" in text and "<tr hidden" not in text
