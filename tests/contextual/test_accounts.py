"""Passwords that many take: found where something runs with them, silent everywhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import corpus
from leakhunt.commands.common import Options, load_signatures
from leakhunt.contextual import accounts
from leakhunt.contextual.covering import CODE
from leakhunt.contextual.judge import USUAL
from leakhunt.contextual.places import kinds
from leakhunt.contextual.search import Search
from leakhunt.facts.languages import language_of
from tests.run import report

FOUND = {
    "compose.yml": "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: postgres\n",
    "compose.yaml": "services:\n  db:\n    environment:\n      - DB_PASSWORD=mysecretpassword\n",
    ".env": "COUCHDB_PASSWORD=password\n",
    "application.properties": "spring.datasource.username=root\nspring.datasource.password=test\n",
    "application.yml": "datasource:\n  url: jdbc:mysql://db/shop\n  password: 123456\n",
    "pool.js": "const pool = new Pool({\n  host: 'localhost',\n  password: 'postgres',\n})\n",
    "config.php": "<?php\n$db_user = 'shop';\n$db_password = 'p@ssw0rd';\n",
    "settings.py": "DB = {\n  'USER': 'root',\n  'PASSWORD': 'mysql',\n}\n",
    "db.yml": "stringData:\n  username: petshop\n  password: pass\n",
    "Startup.cs": 'class A { void B(O options) { options.ClientSecret = "secret"; } }\n',
    "app.py": "app.secret_key = 'secret'\n",
    "jwt.env": "JWT_SECRET=secret\n",
    "spaces.php": "<?php\n$c[ 'db_user' ] = 'shop';\n$c[ 'db_password' ] = 'p@ssw0rd';\n",
    "inf.yaml": "sql:\n  usr: sa\n  user: sa\n  pwd: Pass@word  # of the server\n",
    "defaults.env": "CASSANDRA_PASSWORD=cassandra\n",
    "vars.yml": "mysql_replication_user:\n  name: copy\n  password: secret\n",
    "url.yml": "DATABASE_URL: postgres://postgres:postgres@db:5432/shop\n",
    "index.php.j2": "<?php\n$username = 'shop';\n$password = 'secret';\n",
    ".env.example": "STEAM_KEY=D1240DEF4D41D416FD291D0075B6ED3F\n",
    "jwt.yml": "jwt:\n  tokenHeader: Authorization\n  secret: shop-admin-secret\n",
    "Auth.cs": 'class A { const string AUTH_KEY = "AuthKeyOfAShopThatIsLongEnough"; }\n',
    "cipher.py": "ENCRYPTION_KEY = 'quiet-otter-swim'\n",
    "steam.env": "STEAM_KEY=D1240DEF4D41D416FD291D0075B6ED3F\n",
    "compose.prod.yml": "services:\n  d:\n    environment:\n      - MYSQL_PASSWORD=verysecret\n",
    "compose.mssql.yml": "services:\n  d:\n    environment:\n      SA_PASSWORD: some!Password\n",
    "same.yml": "datasource:\n  username: shop\n  password: 888888\n",
    "vars/vnc.yml": 'vnc_password: "topsecret"\n',
    "start.sh": 'docker run -d \\\n  -e "MYSQL_PASSWORD=mysecret" \\\n  mysql:8\n',
    "new.java": 'class A { String newKey = "mISydD0En55Fq8FXbUfX720K8Vc6aQYtkFmkp7ntsM="; }\n',
}
CLEAN = {
    "form.js": "const fields = { username: 'username', password: 'password' }\n",
    "form.yml": "user: User\npassword: password\n",
    "const.py": 'CONF_USERNAME = "username"\nCONF_PASSWORD = "password"\n',
    "name.yml": "data:\n  DB_PASSWORD: db_password\n",
    "look.py": "def f(c):\n  host = 'db.intern'\n  password = c.get(\"password\")\n  return host\n",
    "any.py": 'password = "postgres"\n',
    "code.js": "connect({ user: user, password: 'password' })\n",
    "test_login.py": "login(username='eve', password='secret')\n",
    "locale/en.yml": "host: Server\nuser: Account\npassword: pass\n",
    "mapping.ts": "const m = { clientSecret: 'client_secret' }\n",
    "ours.compose.yml": "d:\n  environment:\n    SA_PASSWORD: yourStrong(!)Password\n",
    "say.sh": 'grep -e "PASSWORD=secret" log\n',
    "change.env": "DB_PASSWORD=change-me-or-fail\nSECRET_KEY=CHANGE-ME-OR-FAIL\n",
    "Dockerfile": "FROM a\nRUN SECRET_KEY=build-key ./manage.py collect\n",
    "call.py": "api = Client(host=name, user=user, password=password)\n",
    "wide.py": "session = connect(\n    url=url, username=login, password=login_password,\n)\n",
    "call.md": "Use `connect(host=host, user=user, password=password)` for it.\n",
    "arm.json": '{"user": "sa", "administratorPassword": "[variables(\'adminpwd\')]"}\n',
    "package.json": '{"dependencies": {"basic-auth": "~2.0.0", "express-password": "^1.2.3"}}\n',
    "routes.rb": 'post "/settings/2fa_auth" => "settings#twofa_auth"\n',
    "ci.yml": 'on: push\nsecrets: "BW-GHAPP-ID,BW-GHAPP-KEY"\n',
    "release.yml": "existingSecret: shop-secret\nsecretKey: shop_private_key\n",
    "flags.cs": 'class A { const string DeviceAuthKey = "pm-27581-device-auth-key"; }\n',
    "keys.yml": "cacheKey: 9d8f7a6b5c4e3d2c1b0a9f8e\nkey: v1-deps-9d8f7a6b5c4e3d2c1b0a:9f8e\n",
    "gpg.Dockerfile": "ENV GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568\n",
    "ssh.yml": "key: AAAAC3NzaC1lZDI1NTE5AAAAIJ2VQ8Wm0kXz\n",
    "README.md": "    Authorization: Token f81k29dm40fkq8zxm3v7a2b4\n",
    "tests/seed.json": '{"password": "kjfhueyt9485osdf" "asdkljfh4lkj"}\n',
    "signed.json": '{"url": "https://cdn/a?e=1576142006&token=trhI0BY8QfVrIGn9nENo" "p6JAc6l5"}\n',
    "nb.php": "<?php return ['api_token' => 'API-nøkkel'];\n",
    "ja.json": '{"password": "パスワードを変更する"}\n',
    "otp.py": "totp_secret = 'JBSWY3DPEHPK3PXP'\n",
    "keys.sh": "apt-key adv --recv-keys 3653E21064B19D134466702E43D5C49532CBA1A9\n",
    "items.sql": "INSERT INTO items (id, key_) VALUES (1, 'agent[queue,10m,8f3a2b]');\n",
    "local.yml": "DATABASE_URL: postgres://postgres:postgres@localhost:5432/shop\n",
    "users.yml": "user:\n  password: password\n",
    "MFA.tsx": 'const id = isCode ? "passcode" : "recoveryCode7";\n',
    "wallet.js": "send({ privateKey: '0x8343d2eb2B13A2495De435a1b15e85b98115Ce05' })\n",
    "set.sh": 'printf -v "$name" \'%s\' "$db_password"\nphp console.php users:password -- $x\n',
    "awk.sh": "U=$(awk -F : '{print $1}' /etc/passwd)\nopenssl -x <(printf %s $api_token)\n",
    "lines.php": '<?php\nprint "The token was not found,\n  look at $token.";\n',
    "log.py": "log.info('key %s', key)\n",
    ".gitconfig": "[user]\n  signingkey = 18F3685C0022BFF3\n",
}


@pytest.mark.parametrize("name", list(FOUND))
def test_found_where_it_is_used(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(FOUND[name])
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert finding["confidence"] == "medium"


@pytest.mark.parametrize("name", list(CLEAN))
def test_not_found_elsewhere(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(CLEAN[name])
    assert report("scan", cwd=tmp_path).json["findings"] == []


def test_one_that_many_take_is_doubted_where_nothing_stands_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('password = "admin123456"\n')
    (finding,) = report("scan", "--min-confidence", "low", cwd=tmp_path).json["findings"]
    assert finding["confidence"] == "low"


DOUBTED = {
    "defaults.yml": "couchdb_root_password: CHANGEME\n",
    "c/compose.yml": "d:\n  environment:\n    SA_PASSWORD: yourStrong(!)Password\n",
    "tests/test_form.js": "const form = { password: 'P@ssw0rd!!' }\n",
}


@pytest.mark.parametrize("name", list(DOUBTED))
def test_what_asks_to_be_replaced_or_stands_in_a_test_is_doubted(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(DOUBTED[name])
    (finding,) = report("scan", "--min-confidence", "low", cwd=tmp_path).json["findings"]
    assert finding["confidence"] == "low"


@pytest.mark.parametrize("name", ["call.py", "wide.py"])
def test_what_a_call_is_given_is_not_even_doubted(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(CLEAN[name])
    assert report("scan", "--min-confidence", "low", cwd=tmp_path).json["findings"] == []


USED = {
    "chars.java": 'class A { char[] keyPassword = "changeit".toCharArray(); }\n',
    "literal.py": 'password = b"password"\n',
    "encoded.py": 'password = "secret".encode()\n',
    "console.js": 'const game = { rconPassword: "password" }\n',
    "pods.ts": 'c = { containers: [{ env: [{ name: "DB_PASSWORD", value: "changeme" }] }] }\n',
}
"""Code that makes one bytes, or starts something with it."""


@pytest.mark.parametrize("name", list(USED))
def test_found_in_code_that_uses_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(USED[name])
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert finding["confidence"] == "medium"


def test_nothing_comes_of_what_is_not_parsed_because_nothing_can_come_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search = Search([signature for signature in load_signatures(Options()) if signature.context])
    skipped = 0
    cases = [(case.id, case.path, case.text) for case in corpus.written()]
    for key, path, text in (*cases, *((name, name, text) for name, text in USED.items())):
        data = text.encode()
        ends = [match.end() for match in re.finditer(rb"(?i)pass\w*|secret|admin|root", data)]
        candidates = search.candidates(data, ends)
        if not any(item.look in USUAL for item in candidates):
            continue
        starts = {item.start for item in candidates}
        fast = search.judged(path, data, candidates, alone=True)
        with monkeypatch.context() as patch:
            patch.setattr(accounts, "is_nothing", lambda *_, **__: False)
            slow = search.judged(path, data, candidates, alone=True)
        both = [[one for one in found if one[0].start in starts] for found in (fast, slow)]
        assert both[0] == both[1], key
        about = kinds(path)
        skipped += any(
            accounts.is_nothing(item, data, about, code=language_of(path, data) in CODE)
            for item in candidates
        )
    assert skipped > 5


def test_a_throw_away_database_of_a_ci_run_is_doubted(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "go.yml").write_text("env:\n  MYSQL_PASSWORD: root\n  POSTGRES_PASSWORD: postgres\n")
    findings = report("scan", "--min-confidence", "low", cwd=tmp_path).json["findings"]
    assert {finding["confidence"] for finding in findings} == {"low"}


def test_letters_written_as_digits_are_words(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("password: D0ckerHubPu11er2026\n")
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert finding["confidence"] == "medium"


def test_the_folder_of_a_shell_is_no_password(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text('echo "copied to $PWD"\nprintf "%s" "$PWD"\n')
    assert report("scan", cwd=tmp_path).json["findings"] == []
