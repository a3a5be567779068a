"""The web page, in a real Chromium: what it shows, filters and saves, and what it never does."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leakhunt import audits
from leakhunt.model import Problem, Secret, State, Verdict
from leakhunt.outputs.options import context_key

from . import samples
from .helpers import written
from .samples import GITHUB, finding, place

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
SEVERITIES = ("critical", "high", "medium", "low", "info")
EVIL = "</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    pages = []

    def open_page(html: str, **context: Any) -> Any:
        file = tmp_path / "report.html"
        file.write_text(html, "utf-8")
        page = browser.new_context(accept_downloads=True, **context).new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: page.faults.append(said.text))
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(file.as_uri())
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        assert page.faults == []
        assert [url for url in page.asked if not url.startswith(("file:", "blob:"))] == []
        page.context.close()


def html(*findings: Any, **more: Any) -> str:
    report = dataclasses.replace(samples.clean(), findings=findings, **more)
    return written("html", report, web="https://git.example/team/shop")


def many(count: int) -> list[Any]:
    return [
        finding(
            GITHUB,
            samples.value(f"ghp_{n}_", 40),
            place(f"src/part{n % 20}/file{n}.py", n + 1, date=f"20{10 + n % 15}-03-04T00:00:00Z"),
        )
        for n in range(count)
    ]


def test_what_is_shown(opened: Any) -> None:
    page = opened(html(*many(3)))
    assert page.locator("#count").inner_text() == "3 findings"
    assert page.locator("#list tbody tr").count() == 3
    assert "ghp_********" in page.locator("#list").inner_text()
    page.locator(".toggle").first.click()
    assert page.locator("tr.detail").count() == 1
    assert GITHUB.remediation[:20] in page.locator("tr.detail").inner_text()
    page.locator(".toggle").first.click()
    assert page.locator("tr.detail").count() == 0


def test_filters_and_order(opened: Any) -> None:
    live = finding(
        GITHUB,
        samples.value("ghp_live", 40),
        place("deploy/prod.env"),
        verdict=Verdict(State.ACTIVE, "it answers"),
    )
    page = opened(html(*many(400), live))
    page.fill("input[name=text]", "part7")
    page.locator("#count", has_text="20 of 401 findings").wait_for()
    page.click("button[type=reset]")
    page.locator("#count", has_text=re.compile("^401 findings$")).wait_for()
    page.select_option("select[name=verdict]", "active")
    page.locator("#count", has_text="1 of 401 findings").wait_for()
    assert "deploy/prod.env" in page.locator("#list tbody").inner_text()
    page.click("button[type=reset]")
    page.click("[data-sort=path]")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Where")
    assert "deploy/prod.env" in page.locator("#list tbody tr").first.inner_text()


def test_marks_are_saved(opened: Any) -> None:
    page = opened(html(*many(2)))
    page.locator(".toggle").first.click()
    page.get_by_role("radio", name="rotated").check()
    assert page.locator("#row-0 .mark").inner_text() == "rotated"
    with page.expect_download() as download:
        page.click("#export")
    saved = json.loads(Path(download.value.path()).read_text())
    assert [one["mark"] for one in saved["marks"]] == ["rotated"]


def test_ten_thousand_findings_are_all_there(opened: Any) -> None:
    page = opened(html(*many(10_000)))
    assert page.locator("#count").inner_text() == "10,000 findings"
    page.fill("input[name=text]", "file9999.py")
    page.locator("#count", has_text="1 of 10,000 findings").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_keyboard_reaches_a_finding(opened: Any, scheme: str) -> None:
    page = opened(html(*many(2)), color_scheme=scheme)
    page.locator(".toggle").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".toggle").first.get_attribute("aria-expanded") == "true"


def nodes(page: Any) -> list[tuple[str, str, str]]:
    """Role, name and description of all that a screen reader is told."""
    told = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        tuple(str(node.get(key, {}).get("value", "")) for key in ("role", "name", "description"))
        for node in told
        if not node["ignored"]
    ]


def test_a_screen_reader_is_told_what_everything_is(opened: Any) -> None:
    """By the tree that Chromium hands to one."""
    listed = (audits.Audited("shop", {"commits": 3}, 2), audits.Audited("pay", {"commits": 1}, 1))
    page = opened(written("html", audited(*many(3), repositories=listed)))
    told = nodes(page)
    controls = {"button", "checkbox", "combobox", "link", "radio", "searchbox", "search"}
    assert [one for one in told if one[0] in {*controls, "table", "image"} and not one[1]] == []
    assert {one[1] for one in told if one[0] == "table"} == {"Repositories", "Findings"}
    assert [one[1] for one in told if one[0] == "rowheader"][:2] == ["shop", "pay"]
    # Signs that are drawn are not read, and what is named alike is told apart.
    assert ("button", "GitHub personal access token", "src/part0/file0.py:1") in told
    assert "Severity" in {one[1] for one in told if one[0] == "columnheader"}
    # What only a colour says on the screen is said in words.
    assert ": 3 unchecked" in {one[1] for one in told}
    assert page.locator("#count[role=status][aria-live=polite]").inner_text() == "3 findings"


def test_who_chooses_a_repository_is_taken_to_its_findings(opened: Any) -> None:
    listed = (audits.Audited("shop", {"commits": 3}, 2), audits.Audited("pay", {"commits": 1}, 1))
    page = opened(written("html", audited(*many(3), repositories=listed)))
    page.get_by_role("button", name="pay").press("Enter")
    page.locator("#count", has_text="0 of 3").wait_for()
    assert page.evaluate("document.activeElement.id") == "findings"


def luminance(colour: str) -> float:
    """As WCAG 2.2 defines it, of `rgb(1, 2, 3)`."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return how much one colour stands out from another, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_stand_out(opened: Any, scheme: str) -> None:
    """Text 4.5 times (WCAG AA), what is drawn and the borders of fields 3 times."""
    page = opened(html(*many(2)), color_scheme=scheme)
    names = ("bg", "card", "ink", "soft", "accent", "gone", "ok", "mark", *SEVERITIES)
    tones = page.evaluate(
        """names => Object.fromEntries(names.map((name) => {
          const probe = document.body.appendChild(document.createElement("i"));
          probe.style.color = `var(--${name})`;
          return [name, getComputedStyle(probe).color];
        }))""",
        list(names),
    )
    for name in ("ink", "soft", "accent", "ok", *SEVERITIES):
        for ground in ("bg", "card"):
            assert contrast(tones[name], tones[ground]) >= 4.5, (name, ground)
    assert contrast(tones["ink"], tones["mark"]) >= 4.5
    field = page.locator("select[name=kind]")
    border, ground = (
        field.evaluate(f"node => getComputedStyle(node).{name}")
        for name in ("borderTopColor", "backgroundColor")
    )
    assert contrast(border, ground) >= 3
    assert contrast(border, tones["card"]) >= 3
    hint = "node => getComputedStyle(node, '::placeholder').color"
    assert contrast(page.locator("input[name=text]").evaluate(hint), tones["bg"]) >= 4.5


def test_paper_is_white_whatever_the_screen_was(opened: Any) -> None:
    page = opened(html(*many(2)), color_scheme="dark")
    page.emulate_media(media="print")
    tone = "node => getComputedStyle(node).color"
    for what in (".badge", ".toggle", "h1", ".secret"):
        assert contrast(page.locator(what).first.evaluate(tone), "rgb(255, 255, 255)") >= 4.5, what
    field = "node => getComputedStyle(node).backgroundColor"
    assert page.locator("body").evaluate(field) == "rgb(255, 255, 255)"


def test_nothing_that_was_scanned_becomes_markup(opened: Any) -> None:
    evil = finding(GITHUB, samples.value("ghp_", 40), place(EVIL, author=EVIL, ref=EVIL))
    text = html(evil, target=EVIL)
    assert "<img" not in text
    page = opened(text)
    page.locator(".toggle").first.click()
    assert page.title().startswith("leakhunt: ")
    assert page.locator("img").count() == 0
    assert "onerror" in page.locator("tr.detail").inner_text()


def test_without_scripts_the_worst_is_told(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html(*many(2)), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert "src/part1/file1.py" in page.locator("noscript").inner_text()
    context.close()


def test_secrets_are_masked_everywhere() -> None:
    token = samples.value("ghp_", 40)
    text = token.reveal().decode()
    page = html(finding(GITHUB, token, place(f"a/{text}.py", author=text)), target=f"/srv/{text}")
    assert text not in page
    assert isinstance(token, Secret)


def test_the_page_of_this_folder_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = samples.value("ghp_", 40)
    folder = tmp_path / f"shop-{token.reveal().decode()}"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for text in (html(target="."), html(finding(GITHUB, token, place("a.py")), target=".")):
        title = re.search("<h1>(.*)</h1>", text)
        assert title
        assert title[1].startswith("shop-ghp_")
    assert title[1] == "shop-ghp_********"


def test_the_policy_names_just_what_is_in_the_page() -> None:
    page = html(*many(1))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert policy[1].count("sha256-") == 2
    assert "http://" not in re.sub(r"http://www\.w3\.org/\S*", "", page)


def audited(*findings: Any, **more: Any) -> Any:
    made = dataclasses.replace(samples.clean(), findings=findings)
    return dataclasses.replace(audits.audit(made), **more)


def of(name: str, repository: str, **changes: Any) -> Any:
    where = place(f"{name}.env", 3, repository=repository, commit="1" * 40)
    return dataclasses.replace(finding(GITHUB, samples.value(f"ghp_{name}_", 40), where), **changes)


def test_several_repositories(opened: Any) -> None:
    one, two = of("one", "team/shop"), of("two", "team/till")
    listed = (
        audits.Audited(
            "team/shop", {"commits": 3, "bytes": 1500}, 1, web="https://git.example/shop"
        ),
        audits.Audited("team/till", {"commits": 1}, 1, gaps=2),
        audits.Audited("team/gone", failed=EVIL),
    )
    page = opened(written("html", audited(one, two, repositories=listed)))
    rows = page.locator("#audited tbody tr").all_inner_texts()
    assert len(rows) == 3
    assert rows[0].startswith("gone"), "what failed stands first"
    assert "3 commits, 1.5 kB" in " ".join(rows)
    told = page.locator("#coverage").inner_text()
    assert told.startswith("3 repositories")
    assert "All lie below team/" in told, "told once, and left out of their names"
    page.select_option("select[name=repository]", "team/till")
    page.locator("#count", has_text="1 of 2 findings").wait_for()
    assert "till: two.env:3" in page.locator("#list tbody").inner_text()
    page.get_by_role("button", name="shop").click()
    page.locator("#list tbody", has_text="shop: one.env:3").wait_for()
    page.locator("#list .toggle").first.click()
    links = page.locator("tr.detail a").evaluate_all("all => all.map((a) => a.href)")
    assert any(one.startswith("https://git.example/shop/blob/") for one in links)


def test_the_trend(opened: Any) -> None:
    new = of("one", "shop", properties={"trend": "new"})
    gone = audits.Gone("x", "s", "high", EVIL, EVIL, "2026-01-01", "inactive")
    points = tuple(audits.Point(f"2026-01-0{n}T06:00:00Z", n, 1, 0, 0) for n in range(1, 6))
    trend = audits.Trend(
        "2026-01-04T06:00:00Z", "0.1.0", (new.id,), (), (), (gone,), 1, {"week": 2}, points
    )
    page = opened(written("html", audited(new, of("two", "shop"), trend=trend)))
    assert page.locator("#chart-trend circle").count() == 5
    assert "not live any more" in page.locator("#changes").inner_text()
    assert "2 for less than a week" in page.locator("#changes").inner_text()
    page.select_option("select[name=trend]", "new")
    page.locator("#count", has_text="1 of 2 findings").wait_for()
    page.click("button[type=reset]")
    page.locator("#changes a").first.click()
    page.locator("#count", has_text="1 of 2 findings").wait_for()
    assert "one.env" in page.locator("#list tbody").inner_text()


def test_the_lines_around_are_text(opened: Any) -> None:
    found = of("one", "shop")
    around = ((2, EVIL), (3, "key = ghp_********"))
    contexts = {context_key(found, found.locations[0]): around}
    page = opened(written("html", audited(found), contexts=contexts))
    page.locator("#list .toggle").first.click()
    shown = page.locator("tr.detail pre")
    assert EVIL in shown.inner_text()
    assert page.locator("tr.detail pre .own").inner_text().strip() == "3  key = ghp_********"
    assert page.locator("img").count() == 0


def test_other_reports_have_neither(opened: Any) -> None:
    page = opened(html(*many(2)))
    for part in ("#trend", "#repositories", "#of-repository", "#of-trend"):
        assert page.locator(part).is_hidden()


def test_names_that_share_no_folder_stay_whole(opened: Any) -> None:
    found = [of("one", "/srv/shop"), of("two", "till"), of("three", "/srv/x/shop")]
    listed = tuple(audits.Audited(one.locations[0].repository, {"commits": 1}, 1) for one in found)
    page = opened(written("html", audited(*found, repositories=listed)))
    assert "below" not in page.locator("#coverage").inner_text()
    assert "/srv/x/shop: three.env:3" in page.locator("#list tbody").inner_text()


def test_many_problems_do_not_hide_the_findings(opened: Any) -> None:
    problems = tuple(Problem("damaged", f"place{n}", "it is damaged") for n in range(20))
    page = opened(written("html", audited(of("one", "shop"), problems=problems)))
    assert page.locator("#problems li:visible").count() == 5
    page.get_by_text("and 15 more").click()
    assert page.locator("#problems li:visible").count() == 20


def test_ports_stand_beside_what_they_lead_to(opened: Any) -> None:
    doors = [
        dataclasses.replace(
            of("door", "shop", kind="exposure"),
            secret=Secret(b""),
            locations=(place(f"compose{n // 2}.yml", n + 1),),
            properties={"reach": "open", "service": f"s{n // 3}", "port": 80, "published_port": n},
        )
        for n in range(40)
    ]
    page = opened(written("html", audited(*doors)))
    assert "The 30 worst of 40" in page.locator("#port-graph").inner_text()
    boxes = page.locator("#port-graph rect").evaluate_all(
        "all => all.map((one) => [one.getAttribute('x'), Number(one.getAttribute('y'))])"
    )
    for column in {x for x, _ in boxes}:
        tops = sorted(y for x, y in boxes if x == column)
        assert all(b - a >= 22 for a, b in itertools.pairwise(tops)), "none over another"
    foot = page.locator("#port-graph svg").get_attribute("height")
    assert max(y for _, y in boxes) + 22 <= float(foot)


def test_long_names_and_lines_do_not_widen_the_page(opened: Any) -> None:
    found = of("one", "team/" + "long-name-of-a-repository/" * 6)
    name = found.locations[0].repository
    contexts = {context_key(found, found.locations[0]): ((3, "word " * 100),)}
    problem = Problem("damaged", "longname/" * 40, "it is damaged")
    listed = (audits.Audited(name, {"commits": 1}, 1),)
    report = audited(found, repositories=listed, problems=(problem,))
    for width in (400, 1280):
        size = {"width": width, "height": 800}
        page = opened(written("html", report, contexts=contexts), viewport=size)
        page.locator("#list .toggle").first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    inside = (
        "document.querySelector('#list').offsetWidth <= document.querySelector('main').offsetWidth"
    )
    assert page.evaluate(inside)
