"""Whatever stands where a number is expected, a scan goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.numbers import port, whole
from tests.run import leakhunt

STRANGE = ("\u2460", "\u00b2", "\u0661\u0662", "9" * 5000)
"""What `str.isdigit` is true of; `int` reads one of them."""
FILES = {
    ".env": "DB_CONNECTION=mysql\nDB_HOST=db\nDB_USER=x\nDB_PORT={0}\nDB_PASSWORD=kq8Zt7w1m5xP\n",
    "redis.conf": "bind 0.0.0.0\nport {0}\n",
    "start.sh": "nc -l {0}\nssh -R 0.0.0.0:{0}:localhost:{0} h\nsocat TCP-LISTEN:{0} -\n",
    "java.sh": "java -agentlib:jdwp=server=y,address=*:{0} "
    "-Dcom.sun.management.jmxremote.port={0} X\n",
    "k.yaml": "apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec:\n  type: NodePort\n"
    "  ports:\n  - port: {0}\n    nodePort: {0}\n",
    "chart/Chart.yaml": "name: a\nversion: 1\n",
    "chart/values.yaml": "service:\n  type: NodePort\n  port: {0}\nhostPort: {0}\n",
    "main.tf": 'resource "google_compute_firewall" "b" {{\n allow {{\n protocol = "tcp"\n'
    ' ports = ["{0}", "{0}-{0}"]\n }}\n source_ranges = ["0.0.0.0/0"]\n}}\n',
    "a.service": "[Service]\nExecStart=/usr/bin/redis-server --port {0} --bind 0.0.0.0\n",
    "b.properties": 'x = "Server=h;User Id=u;Port={0};Password=kq8Zt7w1m5xQ;"\n',
    "c.properties": "url=jdbc:postgresql://h:5432//[?user=a&password=kq8Zt7w1m5xR\n",
    "compose.yaml": "services:\n  a:\n    build: app\n    environment:\n      PORT: '{0}'\n"
    "    ports: ['0.0.0.0:80:80']\n",
    "app/main.py": "import os\nfrom flask import Flask\napp = Flask(__name__)\n"
    "app.run(host='0.0.0.0', port=os.environ['PORT'])\n",
    "d.txt": "postgres://u:kq8Zt7w1m5xS@h//[x {0}\n",
}


@pytest.mark.parametrize("text", ["", None, "-1", " 1", "1_0", "1.5", "0x10", *STRANGE])
def test_what_writes_no_number_is_none(text: str | None) -> None:
    assert whole(text) is None
    assert port(text) is None


def test_numbers_are_read() -> None:
    assert [whole("0"), whole("007"), whole("65536")] == [0, 7, 65536]
    assert [port("65535"), port("65536")] == [65535, None]


@pytest.mark.parametrize("text", STRANGE)
def test_no_number_ends_a_scan(tmp_path: Path, text: str) -> None:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content.format(text), "utf-8")
    for option in ("--verify-list", "--format=json"):
        result = leakhunt("scan", option, ".", cwd=tmp_path)
        assert "internal error" not in result.err
        assert result.code == (0 if option == "--verify-list" else 1)
    (tmp_path / ".gitleaksignore").write_text(f"a:b:{text}\n", "utf-8")
    assert "internal error" not in leakhunt("baseline", "create", ".", cwd=tmp_path).err


@pytest.mark.parametrize("text", STRANGE)
def test_no_number_in_a_rule_ends_a_scan(tmp_path: Path, text: str) -> None:
    rule = f"[[rules]]\nid = 'a'\ndescription = 'b'\nregex = '(key[a-z]{{1,{text}}}x{{{text}}})'\n"
    (tmp_path / "rules.toml").write_text(rule, "utf-8")
    (tmp_path / "a.txt").write_text("words\n", "utf-8")
    result = leakhunt("scan", "--signatures", "rules.toml", "a.txt", cwd=tmp_path)
    assert "internal error" not in result.err
    assert result.code in {0, 2}
