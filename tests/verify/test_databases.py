"""Handlers at real servers on loopback: Redis and PostgreSQL of the system, SMTP, FTP."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leakhunt.model import State, Verdict
from leakhunt.verify.cases import Case
from leakhunt.verify.policy import Policy
from leakhunt.verify.session import Session
from leakhunt.verify.settings import read
from leakhunt.verify.spec import Spec
from tests.verify.servers import certificate, raw, secured

PASSWORD = "k3q9-zt7w1m5x"


def case(handler: str, url: str, secret: str = PASSWORD, endpoint: str = "") -> Case:
    before, _, after = f"URL={url}\n".partition(secret)
    return Case(Spec("p", "https://x", handler), secret, {}, before, after, endpoint)


def ask(asked: Case, *allow: str, timeout: float = 5, ca: str = "") -> Verdict:
    table: dict[str, Any] = {"allow": list(allow or ("127.0.0.1",)), "timeout": timeout}
    return Session(Policy(read(table | ({"ca_file": ca} if ca else {})))).verdict(asked)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server does not start")


# --- Redis


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """A server with a password and one without: their ports."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    folder = tmp_path_factory.mktemp("redis")
    ports, running = {}, []
    for name, options in (("closed", ["--requirepass", PASSWORD]), ("open", [])):
        ports[name] = free_port()
        command = [program, "--port", str(ports[name]), "--bind", "127.0.0.1", "--save", ""]
        where = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running.append(subprocess.Popen([*command, *options], **where))
        wait_for(ports[name])
    yield ports
    for one in running:
        one.terminate()
        one.wait()


def test_redis_takes_the_password_or_not(redis: dict[str, int]) -> None:
    url = f"redis://:{PASSWORD}@127.0.0.1:{redis['closed']}/0"
    found = ask(case("redis", url))
    assert (found.state, found.details["user"]) == (State.ACTIVE, "default")
    wrong = ask(case("redis", url.replace(PASSWORD, "wrong-one"), "wrong-one"))
    assert wrong.state is State.INACTIVE
    named = ask(case("redis", f"redis://ada:{PASSWORD}@127.0.0.1:{redis['closed']}"))
    assert named.state is State.INACTIVE


def test_redis_without_a_password_says_so(redis: dict[str, int]) -> None:
    found = ask(case("redis", f"redis://:{PASSWORD}@127.0.0.1:{redis['open']}"))
    assert found.state is State.INACTIVE
    assert "anybody gets in" in found.reason


def test_redis_is_asked_at_the_endpoint(redis: dict[str, int]) -> None:
    asked = case(
        "redis", f"requirepass {PASSWORD}", endpoint=f"redis://127.0.0.1:{redis['closed']}"
    )
    assert ask(asked).state is State.ACTIVE


@pytest.mark.parametrize("allow", ["10.0.0.0/8", "127.0.0.1:1", "example.com"])
def test_nothing_is_asked_without_leave(redis: dict[str, int], allow: str) -> None:
    found = ask(case("redis", f"redis://:{PASSWORD}@127.0.0.1:{redis['closed']}/0"), allow)
    assert found.state is State.UNKNOWN
    assert "was not asked" in found.reason


def test_redis_with_tls_has_its_certificate_checked(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    files = certificate(tmp_path)

    def talk(line: socket.socket) -> None:
        with secured(files).wrap_socket(line, server_side=True) as tls:
            tls.recv(1000)
            tls.sendall(b"+OK\r\n")

    with raw(talk) as port:
        url = f"rediss://:{PASSWORD}@localhost:{port}"
        assert "certificate" in ask(case("redis", url), "localhost").reason
        found = ask(case("redis", url), "localhost", ca=str(files[0]))
        assert found.state is State.ACTIVE


# --- PostgreSQL


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with SCRAM, MD5 and plain passwords for three users: its port."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin")]
    if not folders:
        pytest.skip("PostgreSQL is not installed")
    tools, data = max(folders), tmp_path_factory.mktemp("pg")
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        # It refuses to run as root, and nobody else may enter the folders of tests.
        account = {"user": "postgres"}
        data = Path(tempfile.mkdtemp(prefix="leakhunt-pg-"))
        shutil.chown(data, "postgres")
    run = {"check": True, "capture_output": True, "timeout": 120, "cwd": data, **account}
    try:
        subprocess.run([tools / "initdb", "-D", data / "d", "-A", "trust", "-U", "boss"], **run)
    except (subprocess.SubprocessError, OSError, KeyError):
        pytest.skip("PostgreSQL cannot be started here")
    port = free_port()
    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [tools / "pg_ctl", "-D", data / "d", "-w", "-l", data / "log"]
    quiet = {**run, "capture_output": False, "stdout": subprocess.DEVNULL}
    subprocess.run([*control, "-o", options, "start"], **quiet)
    role = f"LOGIN PASSWORD '{PASSWORD}'"
    statements = (
        f"CREATE ROLE scram {role}; SET password_encryption = 'md5';"
        f"CREATE ROLE old {role}; CREATE ROLE plain {role}"
    )
    query = [tools / "psql", "-h", data, "-p", str(port), "-U", "boss", "-d", "postgres"]
    subprocess.run([*query, "-c", statements], **run)
    rules = "".join(
        f"host all {user} 127.0.0.1/32 {how}\n"
        for user, how in (("scram", "scram-sha-256"), ("old", "md5"), ("plain", "password"))
    )
    (data / "d/pg_hba.conf").write_text(rules)
    subprocess.run([*control, "reload"], **quiet)
    yield port
    subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
    shutil.rmtree(data)


@pytest.mark.parametrize("user", ["scram", "old", "plain"])
def test_postgresql_takes_the_password_or_not(postgres: int, user: str) -> None:
    url = f"postgresql+psycopg2://{user}:{PASSWORD}@127.0.0.1:{postgres}/postgres"
    found = ask(case("postgresql", url))
    assert found.state is State.ACTIVE, found
    assert found.details == {
        "server": f"127.0.0.1:{postgres}",
        "user": user,
        "database": "postgres",
    }
    wrong = ask(case("postgresql", url.replace(PASSWORD, "wrong-one"), "wrong-one"))
    assert wrong.state is State.INACTIVE


def test_postgresql_says_what_else_is_wrong(postgres: int) -> None:
    url = f"postgres://scram:{PASSWORD}@127.0.0.1:{postgres}/nowhere"
    found = ask(case("postgresql", url))
    assert found.state is State.ACTIVE
    stranger = ask(case("postgresql", url.replace("scram", "stranger")))
    assert stranger.state is State.UNKNOWN
    required = ask(case("postgresql", f"{url}?sslmode=require"))
    assert "no TLS" in required.reason


# --- SMTP and FTP


@pytest.fixture
def smtp() -> Iterator[int]:
    controller = pytest.importorskip("aiosmtpd.controller")
    from aiosmtpd.smtp import AuthResult

    def authenticate(server: Any, session: Any, envelope: Any, kind: str, data: Any) -> Any:
        good = (data.login, data.password) == (b"robot@example.org", PASSWORD.encode())
        return AuthResult(success=good, handled=False)

    class Handler:
        async def handle_DATA(self, *_: object) -> str:  # noqa: N802
            raise AssertionError("a mail was sent")

    running = controller.Controller(
        Handler(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=authenticate,
        auth_required=True,
        auth_require_tls=False,
    )
    running.start()
    yield running.port
    running.stop()


@pytest.mark.filterwarnings("ignore")
def test_smtp_takes_the_password_or_not(smtp: int) -> None:
    url = f"smtp://robot%40example.org:{PASSWORD}@127.0.0.1:{smtp}"
    assert ask(case("smtp", url)).state is State.ACTIVE
    wrong = ask(case("smtp", url.replace(PASSWORD, "wrong-one"), "wrong-one"))
    assert wrong.state is State.INACTIVE


def test_without_tls_a_password_goes_only_where_it_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = []

    def talk(line: socket.socket) -> None:
        line.sendall(b"220 hello\r\n")
        while data := line.recv(1000):
            sent.append(data)
            line.sendall(
                b"250-hello\r\n250 AUTH PLAIN LOGIN\r\n" if b"EHLO" in data else b"500 no\r\n"
            )

    with raw(talk) as port:
        policy = Policy(read({"allow": ["127.0.0.1"], "timeout": 2}))
        monkeypatch.setattr(policy, "plain_text", lambda target, address: False)
        for handler, url in (("smtp", "smtp"), ("ftp", "ftp")):
            asked = case(handler, f"{url}://robot:{PASSWORD}@127.0.0.1:{port}")
            found = Session(policy).verdict(asked)
            assert "no TLS" in found.reason, found
    assert PASSWORD.encode() not in b"".join(sent)


@pytest.fixture
def ftp(tmp_path: Path) -> Iterator[int]:
    pytest.importorskip("pyftpdlib")
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.servers import FTPServer

    authorizer = DummyAuthorizer()
    authorizer.add_user("deploy", PASSWORD, str(tmp_path))

    class Handler(FTPHandler):  # type: ignore[misc]
        auth_failed_timeout = 0

    Handler.authorizer = authorizer
    server = FTPServer(("127.0.0.1", 0), Handler)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            server.serve_forever(timeout=0.05, blocking=False)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.address[1]
    over.set()
    thread.join()
    server.close_all()


@pytest.mark.filterwarnings("ignore")
def test_ftp_takes_the_password_or_not(ftp: int) -> None:
    url = f"ftp://deploy:{PASSWORD}@127.0.0.1:{ftp}/www"
    assert ask(case("ftp", url)).state is State.ACTIVE
    wrong = ask(case("ftp", url.replace(PASSWORD, "wrong-one"), "wrong-one"))
    assert wrong.state is State.INACTIVE
    assert "does not speak" in ask(case("ftp", f"sftp://a:{PASSWORD}@127.0.0.1:{ftp}")).reason


# --- What any server may do


@pytest.mark.parametrize(
    ("handler", "scheme"),
    [
        ("redis", "redis"),
        ("postgresql", "postgres"),
        ("mysql", "mysql"),
        ("mongodb", "mongodb"),
        ("amqp", "amqp"),
        ("smtp", "smtp"),
        ("ftp", "ftp"),
        ("ldap", "ldap"),
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0" * 64,
        b"\xff" * 4096,
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"220-x\r\n" * 400,
        None,
    ],
    ids=["nothing", "zeros", "ones", "http", "endless", "silence"],
)
def test_nonsense_is_unknown(handler: str, scheme: str, said: bytes | None) -> None:
    def talk(line: socket.socket) -> None:
        if said is None:
            while line.recv(100):
                pass
            return
        line.sendall(said)
        line.recv(100)

    with raw(talk) as port:
        url = f"{scheme}://cn=ada:{PASSWORD}@127.0.0.1:{port}/x"
        found = ask(case(handler, url), timeout=0.4)
    assert found.state is State.UNKNOWN, found
    assert PASSWORD not in found.reason


@pytest.mark.parametrize("text", ["x", PASSWORD, f"db://{PASSWORD}", f"password={PASSWORD} host=h"])
def test_a_password_without_a_host_is_asked_of_nobody(text: str) -> None:
    assert "it takes the host" in ask(case("redis", text)).reason
