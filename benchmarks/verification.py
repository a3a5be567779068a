"""What verifying costs: many findings of few secrets, asked of a server on loopback.

    python -m benchmarks.verification --findings 10000 --secrets 500 --rate 100

The server answers half of the credentials as live, and counts: the requests, those that came twice,
and how many came in any one second. The scan runs in a process of its own, whose memory and CPU
time are measured with those of its workers.
"""

from __future__ import annotations

import argparse
import collections
import http.server
import json
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.measure import Command, measure

_HEX = "0123456789abcdef"


def tokens(count: int) -> list[str]:
    """Return made-up tokens of DigitalOcean, always the same."""
    chance = random.Random(7)
    return ["dop_v1_" + "".join(chance.choices(_HEX, k=64)) for _ in range(count)]


def write(folder: Path, secrets: list[str], findings: int, files: int = 100) -> None:
    """Spread secrets over files, each as often as it takes."""
    lines = [f'token_{at} = "{secrets[at % len(secrets)]}"\n' for at in range(findings)]
    for number in range(files):
        (folder / f"settings{number}.py").write_text("".join(lines[number::files]), "utf-8")


class Asked(http.server.BaseHTTPRequestHandler):
    """Answers as the provider would, and keeps when each token came."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[tuple[float, str]]] = []

    def do_GET(self) -> None:
        """Answer half of the tokens as live."""
        token = self.headers.get("Authorization", "")
        self.seen.append((time.monotonic(), token))
        live = token[-1:] < "8"
        body: dict[str, Any] = {"id": "unauthorized"}
        if live:
            body = {"account": {"uuid": "1", "email": "a@acme.example", "status": "active"}}
        data = json.dumps(body).encode()
        self.send_response(200 if live else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def busiest(moments: list[float], span: float = 1.0) -> int:
    """Return how many came within any span of seconds."""
    most, window = 0, collections.deque[float]()
    for moment in sorted(moments):
        window.append(moment)
        while window[0] <= moment - span:
            window.popleft()
        most = max(most, len(window))
    return most


def run(findings: int, secrets: int, rate: float, jobs: int) -> dict[str, float]:
    """Scan and verify once.

    Returns:
        Figures by name: seconds, bytes and counts.
    """
    Asked.seen.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    port = server.server_address[1]
    with server, tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "tree").mkdir()
        write(folder / "tree", tokens(secrets), findings)
        (folder / "leakhunt.toml").write_text(
            f'[verify]\nallow = ["127.0.0.1:{port}"]\nrate = {rate}\n'
            f'[verify.endpoints]\ndigitalocean = "http://127.0.0.1:{port}"\n',
            "utf-8",
        )
        words = ["scan", "tree", "--config", "leakhunt.toml", "--no-cache", f"--jobs={jobs}"]
        words += ["--format=json", "--output=report.json", "--verify", "--quiet"]
        found = measure(Command([sys.executable, "-m", "leakhunt", *words], cwd=folder), watch=True)
        report = json.loads((folder / "report.json").read_text("utf-8"))
        server.shutdown()
    states = collections.Counter(one["verdict"]["state"] for one in report["findings"])
    return {
        "places": sum(len(one["locations"]) for one in report["findings"]),
        "secrets": len(report["findings"]),
        "active": states["active"],
        "inactive": states["inactive"],
        "requests": len(Asked.seen),
        "asked twice": len(Asked.seen) - len({token for _, token in Asked.seen}),
        "most in a second": busiest([moment for moment, _ in Asked.seen]),
        "seconds": found.seconds,
        "cpu seconds": found.cpu,
        "peak MB": found.megabytes,
        "peak MB, all processes": found.together or 0.0,
    }


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=10_000)
    parser.add_argument("--secrets", type=int, default=500)
    parser.add_argument("--rate", type=float, default=100.0)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    for name, value in run(**vars(options)).items():
        print(f"{name:>22}  {value:,.1f}" if isinstance(value, float) else f"{name:>22}  {value:,}")


if __name__ == "__main__":
    main()
