"""Reports to write: a realistic one, a hostile one and a clean one."""

import base64
import hashlib

from leakhunt.model import (
    Confidence,
    Finding,
    Location,
    Problem,
    Report,
    Secret,
    Severity,
    Signature,
    State,
    Suppression,
    Verdict,
)

HOSTILE_PATHS = (
    "a b/ü#?%:,|`<b>.py",
    "evil\n::error title=x::y\r\n.txt",
    "##[error]gone.txt",
    "esc\x1b]8;;http://evil\x1b\\.txt",
    "rtl\u202egnp.exe",
    "bytes\udcff\udc80.bin",
    "=cmd|' /C calc'!A0",
    "[link](https://evil.example) @someone **x**",
    "\x9b31m\u2028\u200b\U000e0041",
    "::stop-commands::token",
)


def digest(text: str, length: int = 64) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def value(prefix: str, length: int = 32) -> Secret:
    """Return something that looks like a token, without one in this file."""
    letters = base64.b32encode(hashlib.sha512(prefix.encode()).digest()).decode().rstrip("=")
    return Secret((prefix + letters)[:length].encode())


def signature(
    name: str, title: str, severity: Severity, confidence: Confidence = Confidence.HIGH
) -> Signature:
    provider = name.split("-")[0]
    return Signature(
        id=name,
        provider=provider,
        title=title,
        severity=severity,
        confidence=confidence,
        pattern="(?P<secret>x)",
        span=100,
        examples=(),
        counterexamples=(),
        remediation=(
            f"Revoke the key in the settings of {provider}, create a new one, and look in the "
            "log of accesses for what the old one was used for since the day it was committed."
        ),
        references=(f"https://docs.{provider}.example/keys", f"https://{provider}.example/more"),
    )


AWS = signature("aws-access-key", "AWS access key", Severity.CRITICAL)
GITHUB = signature("github-pat", "GitHub personal access token", Severity.CRITICAL)
SLACK = signature("slack-bot-token", "Slack bot token", Severity.HIGH)
STRIPE = signature("stripe-live-key", "Stripe live key", Severity.HIGH)
JWT = signature("jwt", "JSON Web Token", Severity.MEDIUM, Confidence.MEDIUM)
PASSWORD = signature("generic-password", "Password in an assignment", Severity.LOW, Confidence.LOW)
HOOK = signature("discord-webhook", "Discord webhook", Severity.INFO)
SIGNATURES = (AWS, GITHUB, SLACK, STRIPE, JWT, PASSWORD, HOOK)


def place(path: str | None, line: int = 12, column: int = 17, **more: object) -> Location:
    return Location(
        path=path, line=line, column=column, end_line=line, end_column=column + 20, **more
    )


def old(path: str | None, year: int = 2021, line: int = 12, **more: object) -> Location:
    more = {
        "commit": digest(f"{path}{year}", 40),
        "author": "Dana Petrova <dana@shop.example>",
        "date": f"{year}-03-04T09:26:53+01:00",
        "blob": digest(f"blob{path}{year}", 40),
        "at_head": False,
        **more,
    }
    return place(path, line, **more)


def finding(sort: Signature, secret: Secret, *locations: Location, **more: object) -> Finding:
    fingerprint = digest(sort.id + secret.reveal().decode("latin-1"))
    values = {
        "id": fingerprint[:10],
        "signature": sort.id,
        "kind": "secret",
        "severity": sort.severity,
        "confidence": sort.confidence,
        "title": sort.title,
        "secret": secret,
        "fingerprint": fingerprint,
        "locations": locations,
        **more,
    }
    return Finding(**values)


def realistic() -> Report:
    """Return 15 findings of a history, with some of everything."""
    gone = {"removed_commit": digest("gone", 40), "removed_date": "2023-08-01T10:00:00+02:00"}
    many = [old(f"infra/env-{n}/terraform.tfvars", line=n + 3) for n in range(9)]
    findings = (
        finding(
            AWS,
            value("AKIA", 20),
            *many,
            old("infra/terraform.tfvars", 2022, at_head=True),
            parts=(("secret-access-key", value("wJalr", 40)),),
            verdict=Verdict(
                State.ACTIVE,
                "answers as arn:aws:iam::123456789012:user/deploy",
                "2026-01-02T03:04:05Z",
                {"account": "123456789012"},
            ),
            properties={"blobs": 4, "commits": 12, "paths": 10},
        ),
        finding(AWS, value("AKIAX", 20), old("scripts/backup.sh"), properties=gone),
        finding(GITHUB, value("ghp_", 40), old(".github/workflows/release.yml", at_head=True)),
        finding(
            GITHUB,
            value("ghp_2", 40),
            place(None, 3, 9, commit=digest("m", 40), date="2024-11-05T00:00:00Z", field="message"),
            verdict=Verdict(State.UNKNOWN, "the network was not reachable"),
        ),
        finding(SLACK, value("xoxb-", 56), old("bot/config.py", 2020), properties=gone),
        finding(SLACK, value("xoxb-2", 56), old("bot/deploy/values.yaml", at_head=True)),
        finding(STRIPE, value("sk_live_", 32), old("billing/tests/fixtures/é.json", 2019)),
        finding(
            STRIPE,
            value("sk_live_2", 32),
            old("a/very/long/path/that/goes/on/and/on/through/folders/until/it/is/wider.py"),
            decoded=("base64", "gzip"),
        ),
        finding(
            STRIPE,
            value("sk_live_3", 32),
            old("billing/live.env", at_head=True),
            old("billing/live.env.bak"),
            verdict=Verdict(State.INACTIVE, "revoked"),
        ),
        finding(JWT, value("eyJh", 180), old("docs/api.md", at_head=True)),
        finding(JWT, value("eyJh2", 180), place(None, 1, 1, ref="refs/tags/v1.0", field="message")),
        finding(PASSWORD, Secret(b"hunter2!"), place("docker-compose.yml", 31, 26)),
        finding(PASSWORD, Secret(b"p\xffssw\xf6rd-1234567890"), place("conf/db.ini", 2, 12)),
        finding(PASSWORD, Secret(b"Winter-2024"), old("ansible/group_vars/all.yml", at_head=True)),
        finding(HOOK, value("https://hook", 60), place("notify.py", 8, 3)),
    )
    return Report(
        target="/srv/shop",
        findings=findings,
        suppressed=suppressed(),
        problems=(
            Problem("timeout", "assets/app.min.js", "a signature took longer than 2 s", gap=True),
            Problem("shallow", "", "the clone is shallow: fetch with --unshallow", gap=False),
        ),
        scanned={
            "blobs": 12_041,
            "bytes": 38_200_000,
            "commits": 3120,
            "messages": 3120,
            "skipped_binary": 40,
            "skipped_too_large": 2,
        },
        signatures=SIGNATURES,
        seconds=0.84,
    )


def suppressed() -> tuple[Finding, ...]:
    def one(number: int, kind: str, reason: str) -> Finding:
        return finding(
            AWS,
            value(f"AKIA{number}", 20),
            old(f"docs/{number}.md"),
            suppression=Suppression(kind, reason),
        )

    return (
        *(one(n, "public-key", "the key of the vendor's own example") for n in range(4)),
        one(5, "inline", "test key, see #12"),
        one(6, "unreachable", "only in dangling objects"),
        one(7, "excluded-path", "vendor/"),
    )


def hostile() -> Report:
    """Return findings whose paths, authors, refs and problems attack whoever shows them."""
    findings = [
        finding(GITHUB, value(f"ghp_{n}", 40), place(path, author=path, commit="c" * 40))
        for n, path in enumerate(HOSTILE_PATHS)
    ]
    named = value("ghp_named", 40)
    text = named.reveal().decode()
    findings.append(
        finding(
            GITHUB, named, place(f"keys/{text}.txt", author=text, ref=text), properties={"x": text}
        )
    )
    return Report(
        target="/srv/\x1b[2J",
        findings=tuple(findings),
        suppressed=(),
        problems=tuple(Problem("unreadable", path, path) for path in (*HOSTILE_PATHS, text)),
        scanned={"files": 11, "bytes": 4321},
        signatures=(GITHUB,),
        seconds=0.01,
    )


def clean(**scanned: int) -> Report:
    return Report(
        target=".",
        findings=(),
        suppressed=(),
        problems=(),
        scanned=scanned or {"files": 312, "bytes": 4_100_000},
        signatures=SIGNATURES,
        seconds=0.2,
    )
