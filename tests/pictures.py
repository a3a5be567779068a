"""Draws the pictures of the tutorials: leakhunt's own output about a repository made up for it.

    python -m tests.pictures

A terminal is drawn as a terminal, a report is opened in Chromium. Look at each before you commit
it.
"""

from __future__ import annotations

import io
import os
import pty
import random
import shutil
import string
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests import tokens
from tests.git.repo import Repo

FOLDER = Path(__file__).parents[1] / "docs/tutorials"
COLUMNS = 88
ADA, BOB, EVE = (
    f"{name} <{name.partition(' ')[0].lower()}@example.org>"
    for name in ("Ada Lovelace", "Bob Ross", "Eve Adams")
)
COMPOSE = """\
services:
  shop:
    image: shop:latest
    ports: ["127.0.0.1:8080:8080"]
  web:
    image: nginx:1.27
    ports: ["443:443"]
  cache:
    image: redis:7
    ports: ["6379:6379"]
  database:
    image: postgres:17
    ports: ["5432:5432"]
  dashboard:
    image: grafana/grafana:11.3.0
    ports: ["3000:3000"]
"""
DEBUG = "from flask import Flask\n\napp = Flask(__name__)\napp.run(host='0.0.0.0', debug=True)\n"
STYLE = """
body{margin:0;background:#0c1016;display:inline-block}
pre{margin:0;padding:14px 18px 0;color:#dfe5ec;font:14px/1.4 "DejaVu Sans Mono",monospace}
"""


def main() -> None:
    """Draw all of them."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        shop = _shop(Path(folder, "shop"))
        program = shutil.which("chromium") or shutil.which("chrome")
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        said = _terminal(shop.path, "audit", "--no-cache")
        _draw_terminal(browser, "first-audit", said[said.rindex("\n", 0, said.index("─")) + 1 :])
        page = Path(folder, "leaks.html")
        _terminal(shop.path, "audit", "-q", "-f", "html", "-o", str(page))
        _draw_page(browser, page)
        staged = _terminal(_staged(shop), "staged")
        _draw_terminal(browser, "hook", f"$ git commit -m 'Send mail'\n{staged}")
        browser.close()
    for picture in sorted(FOLDER.glob("*.png")):
        sys.stdout.write(f"{picture.name}: {picture.stat().st_size:,} bytes\n")


def _shop(folder: Path) -> Repo:
    """A shop with the usual mistakes of three years and three people. Its keys open nothing."""
    repo, rng = Repo.init(folder), random.Random(7)
    repo.clock = 1_690_000_000

    def word(size: int = 24) -> str:
        return "".join(rng.choice(string.ascii_letters + string.digits) for _ in range(size))

    def commit(who: str, message: str, days: int, **files: str | None) -> None:
        repo.clock += days * 86_400
        for name, text in files.items():
            path = name.replace("__", "/").replace("_", ".")
            (repo.path / path).unlink() if text is None else repo.write(path, text)
        repo.git("add", "-A")
        repo.git("commit", "-qm", message, "--author", who)

    stripe = f"STRIPE_KEY = 'sk_live_{word()}'\n"
    commit(ADA, "First version", 0, shop_py="print('hello')\n", compose_yaml=COMPOSE)
    commit(BOB, "Take payments", 40, pay_py=f"{stripe}\n\ndef pay(): ...\n")
    commit(EVE, "Deploy from here", 100, deploy__key_pem=tokens.pem(3))
    commit(EVE, "Remove the key again", 2, deploy__key_pem=None)
    aws = (
        f"aws_access_key_id = {tokens.aws_id(4)}\naws_secret_access_key = {tokens.aws_secret(4)}\n"
    )
    commit(BOB, "Backups", 200, backup__aws_ini=f"[default]\n{aws}")
    commit(ADA, "Read the key from outside", 120, pay_py="import os\n\n\ndef pay(): ...\n")
    commit(EVE, "Release script", 160, release_sh=f"export GITHUB_TOKEN={tokens.github(5)}\n")
    mail = f"MAIL_PASSWORD={word(16)}\nDATABASE_URL=postgres://shop:{word(18)}@database/shop\n"
    commit(BOB, "Mail", 150, _env=mail, debug_py=DEBUG)
    return repo


def _staged(shop: Repo) -> Path:
    """The same, with one more mistake that is about to be committed."""
    shop.write("notify.py", f"GITHUB_TOKEN = '{tokens.github(9)}'\n")
    shop.git("add", "notify.py")
    return shop.path


def _terminal(folder: Path, *args: str) -> str:
    """Run leakhunt in a terminal and return what stands there, with its colours."""
    read, write = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "leakhunt", *args],
        cwd=folder,
        stdout=write,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"},
    )
    os.close(write)
    said = b""
    try:
        while piece := os.read(read, 1 << 16):
            said += piece
    except OSError:
        pass  # the other end of a terminal is gone
    os.close(read)
    running.wait()
    return said.decode().replace("\r", "")


def _draw_terminal(browser: Any, name: str, said: str) -> None:
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(said))
    code = console.export_html(theme=MONOKAI, inline_styles=True, code_format="<pre>{code}</pre>")
    page = browser.new_context(viewport={"width": 800, "height": 400}).new_page()
    page.set_content(f"<style>{STYLE}</style>{code}")
    page.locator("pre").screenshot(path=FOLDER / f"{name}.png")
    page.context.close()


def _draw_page(browser: Any, file: Path) -> None:
    size = {"width": 1180, "height": 900}
    page = browser.new_context(viewport=size).new_page()
    page.goto(file.as_uri())
    page.screenshot(path=FOLDER / "audit-page.png")
    page.locator("#ports").screenshot(path=FOLDER / "open-services.png")
    page.context.close()
    page = browser.new_context(viewport=size, color_scheme="dark").new_page()
    page.goto(file.as_uri())
    page.locator("#list .toggle").first.click()
    page.evaluate("document.querySelector('#findings').scrollIntoView()")
    page.screenshot(path=FOLDER / "audit-findings.png")
    page.context.close()


if __name__ == "__main__":
    main()
