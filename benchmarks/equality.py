"""Compares the two ways of reading history: packs read directly, and every object through git.

    python -m benchmarks.equality --jobs 2 /path/to/redis /path/to/rails

Both reports, as JSON, must be the same byte for byte: findings, places, first commits, counts.
The exit code is 1 if they differ anywhere. Seconds and CPU time are of the whole command, its
workers and git included; memory is that of its largest process.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Command, Run, measure


def run(repo: Path, jobs: int, **variables: str) -> tuple[Run, bytes]:
    """Scan once and return the report; the secrets themselves are compared: nothing is masked."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "report.json")
        words = ["history", str(repo), "--jobs", str(jobs), "--output", str(output)]
        words += ["--format", "json", "--reveal", "--quiet"]
        command = Command([sys.executable, "-m", "leakhunt", *words], environment=variables)
        return measure(command), output.read_bytes() if output.exists() else b""


def differences(plain: bytes, packs: bytes) -> list[str]:
    """Say what differs, without the secrets."""
    one, other = json.loads(plain), json.loads(packs)
    found = []
    if one["scanned"] != other["scanned"]:
        found.append(f"counts: {one['scanned']} and {other['scanned']}")
    for kind in ("findings", "suppressed"):
        left = {f["fingerprint"]: f for f in one.get(kind, [])}
        right = {f["fingerprint"]: f for f in other.get(kind, [])}
        found += [
            f"{kind}: {(left.get(key) or right[key])['signature']} {key}: "
            + ("only git" if key not in right else "only packs" if key not in left else "differs")
            for key in sorted(left.keys() | right.keys())
            if left.get(key) != right.get(key)
        ]
    if one.get("problems") != other.get("problems"):
        found.append("problems")
    return found or ["the order or the rest of the report"]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPO")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--runs", type=int, default=1, help="of each, in turn")
    options = parser.parse_args()
    unequal = False
    print("| repository | equal | findings | blobs | git: s | CPU s | MB | packs: s | CPU s | MB |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for repo in options.repositories:
        for _ in range(options.runs):
            packs, fast = run(repo.resolve(), options.jobs)
            plain, slow = run(repo.resolve(), options.jobs, LEAKHUNT_PLAIN="1")
            equal = bool(slow) and slow == fast
            unequal |= not equal
            report = json.loads(slow or b"{}")
            times = " | ".join(
                f"{r.seconds:.1f} | {r.cpu:.1f} | {r.megabytes:.0f}" for r in (plain, packs)
            )
            print(
                f"| {repo} | {'yes' if equal else 'NO'} | {len(report.get('findings', []))} "
                f"| {report.get('scanned', {}).get('blobs')} | {times} |",
                flush=True,
            )
            if not equal and slow and fast:
                print("\n".join(differences(slow, fast)[:50]), file=sys.stderr)
    sys.exit(unequal)


if __name__ == "__main__":
    main()
