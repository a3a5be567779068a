"""The web page, in a real Chromium: what it shows, filters and saves, and what it never does."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leakhunt.model import Secret, State, Verdict

from . import samples
from .helpers import written
from .samples import GITHUB, finding, place

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
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


def test_the_policy_names_just_what_is_in_the_page() -> None:
    page = html(*many(1))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert policy[1].count("sha256-") == 2
    assert "http://" not in re.sub(r"http://www\.w3\.org/\S*", "", page)
