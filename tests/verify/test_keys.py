"""Handlers that sign: AWS, Azure, Google, GitHub Apps, SSH, tokens, clusters."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import socket
import threading
import time
import urllib.parse
from pathlib import Path
from typing import Any

import pytest

from leakhunt.model import Confidence, Finding, Secret, Severity, State, Suppression
from leakhunt.verify import der, offline, tokens
from leakhunt.verify.cases import Case
from leakhunt.verify.handlers import aws
from leakhunt.verify.session import contacts
from leakhunt.verify.spec import Spec
from tests import tokens as made_up
from tests.verify.servers import Asked, certificate, raw, web
from tests.verify.test_databases import ask

cryptography = pytest.importorskip("cryptography")

from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: E402

KEY = rsa.generate_private_key(65537, 2048)
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def pem(traditional: bool = True) -> str:
    kind = serialization.PrivateFormat
    form = kind.TraditionalOpenSSL if traditional else kind.PKCS8
    plain = serialization.NoEncryption()
    return KEY.private_bytes(serialization.Encoding.PEM, form, plain).decode()


def case(handler: str, secret: str, around: str = "", endpoint: str = "", **parts: str) -> Case:
    named = {name.replace("_", " "): value for name, value in parts.items()}
    before, _, after = around.partition(secret)
    return Case(Spec("p", "https://x", handler), secret, named, before, after, endpoint)


# --- AWS

ID, SECRET = made_up.aws_id(3), made_up.aws_secret(3)


def key_of(account: int) -> str:
    number = account << 7 | 1 << 47
    return "AKIA" + base64.b32encode(number.to_bytes(6, "big") + b"abcd").decode()


@pytest.mark.parametrize("account", [1, 123456789012, 999999999999, 893192397702])
def test_the_account_lies_in_the_key(account: int) -> None:
    assert aws.account(key_of(account)) == f"{account:012}"


def test_bait_is_never_touched() -> None:
    bait = case("aws", key_of(893192397702), secret_access_key=SECRET)
    assert contacts(bait) == []
    found = ask(bait, "0.0.0.0/0")
    assert (found.state, "bait" in found.reason) == (State.UNKNOWN, True)


def sts(asked: Asked) -> Any:
    """Check the signature as AWS would."""
    _, path, headers, body = asked.requests[-1]
    told = dict(
        part.strip().split("=", 1)
        for part in headers["authorization"].removeprefix("AWS4-HMAC-SHA256 ").split(",")
    )
    scope = told["Credential"].split("/", 1)[1]
    names = told["SignedHeaders"].split(";")
    lines = "".join(f"{name}:{headers[name]}\n" for name in names)
    canonical = "\n".join(
        ("POST", path, "", lines, ";".join(names), hashlib.sha256(body).hexdigest())
    )
    text = "\n".join(
        (
            "AWS4-HMAC-SHA256",
            headers["x-amz-date"],
            scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        )
    )
    key = b"AWS4" + SECRET.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    if hmac.new(key, text.encode(), "sha256").hexdigest() != told["Signature"]:
        return (
            403,
            {},
            "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>",
        )
    if not told["Credential"].startswith(ID):
        return (
            403,
            {},
            "<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>",
        )
    arn = "<Arn>arn:aws:iam::123456789012:user/ci</Arn><Account>123456789012</Account>"
    return 200, {}, f"<GetCallerIdentityResponse>{arn}</GetCallerIdentityResponse>"


def test_aws() -> None:
    with web(sts) as asked:
        there = f"http://127.0.0.1:{asked.port}"
        found = ask(case("aws", ID, endpoint=there, secret_access_key=SECRET))
        assert found.state is State.ACTIVE, found
        assert found.details == {
            "account": "123456789012",
            "user": "arn:aws:iam::123456789012:user/ci",
        }
        other = ask(case("aws", made_up.aws_id(4), endpoint=there, secret_access_key=SECRET))
        assert other.state is State.INACTIVE
        wrong = ask(case("aws", ID, endpoint=there, secret_access_key=made_up.aws_secret(9)))
        assert (wrong.state, "belongs to another" in wrong.reason) == (State.UNKNOWN, True)
        ask(case("aws", ID, endpoint=there, secret_access_key=SECRET, session_token="a%2Fb"))
        assert asked.requests[-1][2]["x-amz-security-token"] == "a/b"
    assert "secret access key" in ask(case("aws", ID)).reason
    assert "session token" in ask(case("aws", "ASIA" + ID[4:], secret_access_key=SECRET)).reason


def test_aws_at_moto() -> None:
    server = pytest.importorskip("moto.server")
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    try:
        host, port = running.get_host_and_port()
        asked = case("aws", ID, endpoint=f"http://{host}:{port}", secret_access_key=SECRET)
        found = ask(asked)
        assert found.state is State.ACTIVE, found
        assert found.details["user"].startswith("arn:aws:")
    finally:
        running.stop()


# --- Azure


def test_azure_storage() -> None:
    key = base64.b64encode(b"k" * 64).decode()

    def answer(asked: Asked) -> Any:
        _, path, headers, _ = asked.requests[-1]
        assert path.endswith("/?comp=list&maxresults=1")
        text = "GET" + "\n" * 12 + f"x-ms-date:{headers['x-ms-date']}\n"
        text += f"x-ms-version:{headers['x-ms-version']}\n/acme{path.partition('?')[0]}"
        text += "\ncomp:list\nmaxresults:1"
        proof = base64.b64encode(hmac.digest(b"k" * 64, text.encode(), "sha256")).decode()
        if headers["authorization"] == f"SharedKey acme:{proof}":
            return 200, {}, '<?xml version="1.0"?><EnumerationResults/>'
        return 403, {"x-ms-error-code": "AuthenticationFailed"}, ""

    with web(answer) as asked:
        there = f"http://127.0.0.1:{asked.port}"
        around = f"AccountName=acme;AccountKey={key};EndpointSuffix=core.windows.net"
        assert ask(case("azure_storage", key, around, there)).state is State.ACTIVE
        other = base64.b64encode(b"o" * 64).decode()
        assert ask(case("azure_storage", other, around, there)).state is State.INACTIVE
        # An emulator, which has the account in the path.
        emulator = f"{there}/acme"
        assert ask(case("azure_storage", key, around, emulator)).state is State.ACTIVE
        assert asked.paths[-1] == "/acme/?comp=list&maxresults=1"
    assert str(contacts(case("azure_storage", key, around))[0]) == "acme.blob.core.windows.net:443"
    several = around + "\nAccountName=other;AccountKey=x\n"
    assert str(contacts(case("azure_storage", key, several))[0]).startswith("acme.")
    with pytest.raises(ValueError, match="several accounts"):
        contacts(case("azure_storage", key, f"STORAGE_ACCOUNT=acme\nSTORAGE_ACCOUNT=b00\nK={key}"))
    assert "name of the account" in ask(case("azure_storage", key, "KEY=")).reason


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        (200, "", State.ACTIVE),
        (403, "AuthorizationPermissionMismatch", State.ACTIVE),
        (404, "BlobNotFound", State.ACTIVE),
        (403, "AuthenticationFailed", State.INACTIVE),
        (404, "", State.UNKNOWN),
        (403, "", State.UNKNOWN),
    ],
)
def test_azure_sas(status: int, code: str, state: State) -> None:
    told = {"x-ms-request-id": "1", **({"x-ms-error-code": code} if code else {})}
    with web(lambda asked: (status, told, "")) as asked:
        url = "https://acme.blob.core.windows.net/box/a.txt?sv=2022-11-02&sp=r&sig=SECRET"
        found = ask(case("azure_sas", "SECRET", f"x = '{url}'", f"http://127.0.0.1:{asked.port}"))
    assert found.state is state
    assert [method for method, *_ in asked.requests] == ["HEAD"]
    assert asked.paths == ["/box/a.txt?sv=2022-11-02&sp=r&sig=SECRET"]


@pytest.mark.parametrize(
    ("start", "state"),
    [
        ("2999-01-01T00:00:00Z", State.UNKNOWN),
        ("2999-01-01", State.UNKNOWN),
        ("2020-01-01T00%3A00%3A00Z", State.INACTIVE),
        ("x", State.INACTIVE),
    ],
)
def test_a_signature_of_azure_that_begins_later_is_not_declared_dead(
    start: str, state: State
) -> None:
    with web(lambda asked: (403, {"x-ms-error-code": "AuthenticationFailed"}, "")) as asked:
        url = f"https://acme.blob.core.windows.net/box/a.txt?st={start}&sp=r&sig=SECRET"
        found = ask(case("azure_sas", "SECRET", f"x = '{url}'", f"http://127.0.0.1:{asked.port}"))
    assert found.state is state


# --- Google and GitHub


def claims_of(token: str) -> dict[str, Any]:
    """Check a signature and return what it signs."""
    text, _, proof = token.rpartition(".")
    signature = tokens.decoded(proof)
    KEY.public_key().verify(signature, text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return dict(json.loads(tokens.decoded(text.split(".")[1])))


@pytest.mark.parametrize("traditional", [True, False])
def test_google_service_account(traditional: bool) -> None:
    answers: list[Any] = [
        (200, {}, {"access_token": "t", "expires_in": 3599}),
        (400, {}, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}),
        (
            400,
            {},
            {"error": "invalid_grant", "error_description": "Token must be a short-lived one"},
        ),
    ]
    with web(lambda asked: answers.pop(0)) as asked:
        secret = pem(traditional).replace("\n", "\\n")
        account = "ci@shop-prod.iam.gserviceaccount.com"
        there = f"http://127.0.0.1:{asked.port}"
        asking = case("gcp_service_account", secret, "", there, client_email=account, key_id="k1")
        found = ask(asking)
        assert found.state is State.ACTIVE
        assert found.details == {"account": account, "project": "shop-prod"}
        assert ask(asking).state is State.INACTIVE
        assert ask(asking).state is State.UNKNOWN
    form = urllib.parse.parse_qs(asked.requests[0][3].decode())
    claims = claims_of(form["assertion"][0])
    assert (claims["iss"], claims["aud"]) == (account, "https://oauth2.googleapis.com/token")


def test_github_app() -> None:
    answers: list[Any] = [
        (200, {}, {"id": 1, "slug": "acme-ci"}),
        (401, {}, {"message": "A JSON web token could not be decoded"}),
    ]
    with web(lambda asked: answers.pop(0)) as asked:
        there = f"http://127.0.0.1:{asked.port}/api/v3"
        asking = case("private_key", pem(), f"GITHUB_APP_ID=4711\nKEY='{pem()}'", there)
        assert ask(asking).details == {"app": "acme-ci"}
        assert ask(asking).state is State.INACTIVE
    assert asked.paths == ["/api/v3/app"] * 2
    assert claims_of(asked.tokens()[0].removeprefix("Bearer "))["iss"] == "4711"
    pinned = contacts(case("private_key", pem(), "app_id: 4711"))
    assert [(str(one), one.pinned) for one in pinned] == [("api.github.com:443", True)]


# --- SSH


def test_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    paramiko = pytest.importorskip("paramiko")
    mine = paramiko.RSAKey(key=KEY)
    host_key = paramiko.ECDSAKey.generate()

    class Server(paramiko.ServerInterface):  # type: ignore[misc]
        def get_allowed_auths(self, username: str) -> str:
            return "publickey"

        def check_auth_publickey(self, username: str, key: Any) -> int:
            good = username == "deploy" and key == mine
            return int(paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED)

    def talk(line: socket.socket) -> None:
        transport = paramiko.Transport(line)
        transport.add_server_key(host_key)
        transport.start_server(server=Server())
        while transport.is_active():
            threading.Event().wait(0.02)

    with raw(talk) as port:
        there = f"ssh://deploy@127.0.0.1:{port}"
        found = ask(case("private_key", pem(), pem(), there))
        assert found.state is State.ACTIVE, found
        assert found.details["user"] == "deploy"
        assert (
            ask(case("private_key", pem(), pem(), there.replace("deploy", "x"))).state
            is State.INACTIVE
        )
        monkeypatch.setitem(__import__("sys").modules, "paramiko", None)
        assert "pip install 'leakhunt[ssh]'" in ask(case("private_key", pem(), "", there)).reason
    assert "can name one" in ask(case("private_key", pem())).reason


# --- JSON Web Tokens


def token(claims: dict[str, Any], **head: Any) -> str:
    head = {"alg": "RS256", "typ": "JWT", "kid": "k1", **head}
    text = ".".join(tokens.encoded(json.dumps(part).encode()) for part in (head, claims))
    return f"{text}.{tokens.encoded(der.rsa(pem()).sign(text.encode()))}"


def test_the_issuer_says_whether_it_signed_a_token() -> None:
    public = KEY.public_key().public_numbers()
    jwk = {
        "kty": "RSA",
        "kid": "k1",
        "n": tokens.encoded(public.n.to_bytes(256, "big")),
        "e": tokens.encoded(public.e.to_bytes(3, "big")),
    }

    def answer(asked: Asked) -> Any:
        if asked.paths[-1].endswith("openid-configuration"):
            return 200, {}, {"jwks_uri": f"http://127.0.0.1:{asked.port}/keys"}
        return 200, {}, {"keys": [jwk]}

    with web(answer) as asked:
        issuer = f"http://127.0.0.1:{asked.port}"
        claims = {"iss": issuer, "exp": int(time.time()) + 999}
        assert ask(case("jwt", token(claims))).state is State.ACTIVE
        forged = token(claims)[:-6] + "AAAAAA"
        assert ask(case("jwt", forged)).state is State.INACTIVE
        assert ask(case("jwt", token(claims, kid="k2"))).state is State.INACTIVE
        assert "not checked" in ask(case("jwt", token(claims, alg="HS256"))).reason
        before = len(asked.requests)
        assert "was not asked" in ask(case("jwt", token(claims)), "10.0.0.0/8").reason
        assert "issuer" in ask(case("jwt", token({"sub": "x"}))).reason
        assert len(asked.requests) == before


# --- Kubernetes


def test_kubernetes() -> None:
    review = {"kind": "SelfSubjectReview", "status": {"userInfo": {"username": "sa:ci"}}}
    answers: list[Any] = [
        (201, {}, review),
        (401, {}, {"kind": "Status", "code": 401}),
        (201, {}, {"status": {"userInfo": {"username": "system:anonymous"}}}),
    ]
    with web(lambda asked: answers.pop(0)) as asked:
        around = f"clusters:\n- cluster:\n    server: http://127.0.0.1:{asked.port}\n"
        asking = case("kubernetes", "tok3n-of-ci", around)
        assert ask(asking).details == {"user": "sa:ci"}
        assert ask(asking).state is State.INACTIVE
        assert ask(asking).state is State.UNKNOWN
        assert "was not asked" in ask(asking, "example.com").reason
        two = case("kubernetes", "tok3n-of-ci", around + "server: https://other.example\n")
        assert "several clusters" in ask(two).reason
    assert asked.tokens() == ["Bearer tok3n-of-ci"] * 3


# --- Without asking


def finding(secret: str, around: str = "", signature: str = "jwt", **more: Any) -> Finding:
    return Finding(
        "id",
        signature,
        "secret",
        Severity.HIGH,
        Confidence.HIGH,
        "title",
        Secret(secret.encode()),
        "f",
        (),
        around=Secret(around.encode()) if around else None,
        **more,
    )


@pytest.mark.parametrize(
    ("claims", "state", "details"),
    [
        ({"exp": 1_700_000_000}, State.INACTIVE, {"expires": "2023-11-14"}),
        ({"exp": 1_900_000_000}, State.UNCHECKED, {"expires": "2030-03-17"}),
        ({}, State.UNCHECKED, {"expires": "never"}),
        ({"exp": "soon"}, State.UNCHECKED, {"expires": "never"}),
        ({"exp": 1e300}, State.UNCHECKED, {"expires": "never"}),
        (
            {"iat": 1_800_000_000, "exp": 1_800_000_000 + 86_400 * 400, "iss": "acme"},
            State.UNCHECKED,
            {
                "issued": "2027-01-15",
                "expires": "2028-02-19",
                "lifetime": "1 year",
                "issuer": "acme",
            },
        ),
    ],
)
def test_a_token_tells_its_end(
    claims: dict[str, Any], state: State, details: dict[str, str]
) -> None:
    found = offline.judged(finding(token(claims)), NOW).verdict
    assert found.state is state
    assert found.details == {"algorithm": "RS256", **details}


@pytest.mark.parametrize("text", ["a.b.c", "eyJ9.eyJ9.x", "..", "x", "eyJhbGciOiJIUzI1NiJ9.W10.x"])
def test_what_is_no_token_tells_nothing(text: str) -> None:
    assert offline.judged(finding(text), NOW).verdict.state is State.UNCHECKED


def test_a_key_is_as_dead_as_its_certificate(tmp_path: Path) -> None:
    real = datetime.datetime.now(datetime.UTC)
    for days, state in ((-5, State.INACTIVE), (30, State.UNCHECKED)):
        files = certificate(tmp_path, days=days)
        key, beside = files[1].read_text(), files[0].read_text()
        found = offline.judged(finding(key, key + beside, "private-key"), real).verdict
        assert (found.state, found.details["certificate"]) == (state, "matches")
        # Somebody else's certificate says nothing.
        other = offline.judged(finding(pem(), pem() + beside, "private-key"), real).verdict
        assert (other.state, other.details) == (State.UNCHECKED, {})


@pytest.mark.parametrize(
    ("end", "state"), [("2025-12-31T23:00:00Z", State.INACTIVE), ("2026-02-01", State.UNCHECKED)]
)
def test_a_signed_address_tells_its_end(end: str, state: State) -> None:
    other = "https://a.blob.core.windows.net/b?sv=2020&se=1999-01-01&sig=T"
    around = (
        f"{other}\nhttps://a.blob.core.windows.net/b?sv=2020&se={urllib.parse.quote(end)}&sig=S"
    )
    found = offline.judged(finding("S", around, "azure-sas-token"), NOW).verdict
    assert found.state is state
    assert found.details["expires"] == end[:10]


@pytest.mark.parametrize("kind", ["bad-checksum", "public-key", "excluded-path"])
def test_what_was_dismissed_is_dead(kind: str) -> None:
    found = offline.dismissed(finding("x", suppression=Suppression(kind, "")))
    assert (found.verdict.state is State.INACTIVE) == (kind != "excluded-path")
