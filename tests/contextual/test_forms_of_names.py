"""Forms, names and words that secrets have, and what only looks like them."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import pytest

from leakhunt.contextual.names import Names, repeats
from leakhunt.contextual.places import kinds
from leakhunt.contextual.stand_ins import is_dotted
from leakhunt.contextual.typed import is_spoken
from tests.run import report

PW = "Wurzel" + "bier77"
KEY = "Xk29vLq81zQ0" + "wErTm4"
LONG = "q8w7e6r5t4y3" + "u2i1o0pzQ9"
DUMP = """CREATE TABLE `clients` (
  `id` int NOT NULL,
  `name` varchar(60),
  `secret` varchar(100),
  PRIMARY KEY (`id`)
);
INSERT INTO `clients` VALUES (1,'Portal','@K');
"""
FOUND = [
    # names in camel case, and qualifiers that say nothing else before them
    ("a.java", 'private static final String bindPass = "@P";'),
    ("b.kt", 'val hashSalt = "@K"'),
    ("c.js", "const wifiPsk = '@P';"),
    ("d.py", 'sync_db_password = "@P"'),
    ("e.yml", 'page-access-token: "@L"'),
    ("f.rb", "config.active_record.encryption.primary_key = '@K@K'"),
    ("g.yml", "env:\n  RABBITMQ_ERLANG_COOKIE: @L"),
    ("h.c", 'session.community = (u_char *)"@P";'),
    ("i.cs", 'private const string SaltValue = "@K";'),
    # values in other places
    ("j.tsx", "const a = <Up headers={{ 'X-Upload-Token': '@L', 'X-Client': 'web' }} />;"),
    ("k.ts", "export const env = z.object({ JWT_SECRET: z.string().default('@L') });"),
    ("l.ps1", "reg add HKLM\\SOFTWARE\\Shop /v ApiSecret /t REG_SZ /d @L /f"),
    ("Caddyfile", "tls {\n\tdns cloudflare @L@L\n}"),
    ("squid.conf", "cache_peer proxy.parent parent 3128 0 login=office:@P"),
    ("m.yaml", 'alarm_code: "739164"'),
    ("n.log", "connected with token @L"),
    ("o.scala", 'def sign(t: String) = Crypto.sign(t, "@K@K".getBytes)'),
    ("p.py", 'c = ApiClient("https://api.shop.example", "svc", "@P")'),
    ("q.swift", 'let key = SymmetricKey(data: Data(base64Encoded: "@K@K@K=")!)'),
    ("r.py", 'engine = create_engine("mysql+pymysql://shop:@P@mysql-primary:3306/shop")'),
    ("s.sh", 'echo -e "@P\\n@P" | smbpasswd -a -s scanner'),
    ("t.sql", DUMP),
    ("u.js", '// vpn user "shop", password: @P'),
    ("Notes.org", "Le mot de passe par défaut est `@P`."),
    ("Access.md", "| host | user | password |\n|---|---|---|\n| wiki | ops | @P |"),
    ("y.gradle", 'buildConfigField "String", "MAPS_KEY", "\\"@L@K\\""'),
    ("z.js", "await page.type('input[name=pass]', '@P');"),
    # words
    ("a.java", 'private static final String SALT = "Himalaya";'),
    ("v.js", "const store = new Store({ encryptionKey: 'pepper-and-vinegar' });"),
    ("slapd.conf", "syncrepl rid=1 provider=ldap://ldap1 bindmethod=simple credentials=copy-that"),
    ("w.json", '{ "login": "qa", "password": "qwertz-123" }'),
    ("x.js", "app.use(basicAuth({ users: { clerk: 'pippin_took', auditor: '@P' } }));"),
]
OTHERS = [
    ("a.js", "const next_page_token = '@L';"),
    ("b.js", "export const mfaPass = 'mfaPass';"),
    ("c.py", "sync_token = '@L'"),
    ("d.ps1", "$secret = 'Write-Host'"),
    ("e.js", "// password: config.database.password"),
    ("f.sh", "dns lookup failed for production-cluster-nodes"),
    ("g.md", "the token authentication-service-credentials is issued"),
    ("h.js", "const encryptionKey = 'orders-encryption-key';"),
    ("salt.yml", "salt: minions"),
    (".pypirc", "[pypi]\nusername = __token__\npassword = pypi-<your token>"),
    ("Options.md", "| option | type | default |\n|---|---|---|\n| password | string | @P |"),
    ("i.sql", DUMP.replace("'@K'", "'Portal'")),
]


def filled(text: str) -> str:
    return text.replace("@P", PW).replace("@K", KEY).replace("@L", LONG)


@functools.cache
def found() -> dict[str, list[str]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, (path, text) in enumerate([*FOUND, *OTHERS]):
            file = folder / str(number) / path
            file.parent.mkdir()
            file.write_text(filled(text) + "\n", "utf-8")
        result = report("scan", ".", "--reveal", "--ignore", "exposure", cwd=folder)
    places: dict[str, list[str]] = {}
    for one in result.json["findings"]:
        if one["confidence"] != "low":
            for location in one["locations"]:
                places.setdefault(location["path"].split("/")[0], []).append(one["secret"])
    return places


@pytest.mark.parametrize("number", range(len(FOUND)), ids=[path for path, _ in FOUND])
def test_a_secret_is_found(number: int) -> None:
    assert found().get(str(number))


@pytest.mark.parametrize("number", range(len(OTHERS)), ids=[path for path, _ in OTHERS])
def test_what_only_looks_like_one_is_not(number: int) -> None:
    assert str(len(FOUND) + number) not in found()


def test_code_is_no_documentation_because_of_its_name() -> None:
    assert "docs" not in kinds("src/News.tsx")
    assert "docs" not in kinds("lib/history.py")
    assert {"docs"} == kinds("NEWS") == kinds("CHANGES.txt") == kinds("readme.md")


def test_no_attribute_begins_with_a_digit() -> None:
    assert is_dotted("config.database.url")
    assert not is_dotted("Night.Train.60")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [("tokens-are-signed-with-me", True), ("orders-eu-west", False), ("put-your-key", False)],
)
def test_sentences_are_told_from_names(text: str, spoken: bool) -> None:
    assert is_spoken(text, "encryptionkey") is spoken


def test_a_value_that_is_its_own_name_is_none() -> None:
    assert repeats("mfaPass", "mfaPass")
    assert not repeats("DB_PASS", "DB_PASS2")
    assert Names([]).look_up("x") is None
