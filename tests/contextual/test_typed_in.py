"""Secrets that are compared, encoded, handed to clients or typed in commands; and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.contextual.names import Names
from leakhunt.contextual.stand_ins import is_spelt
from leakhunt.contextual.values import FAIR, look
from leakhunt.model import Context
from tests.contextual.test_by_place import levels

PW = "Kranich" + "Bucht47"
HEX = "9f3c1b7a5e2d4860" * 2
DRAWN = "Zq7" + "Lm2xWv9Tn4RyKp8Jb"

FOUND = [
    # compared
    ("a.py", 'if args.password == "otter-pond":\n    go()', "otter-pond"),
    ("a.js", f"const ok = u === 'chief' && p === '{PW}';", PW),
    ("a.c", f'void f(char *in) {{ if (strcmp(in, "{PW}") == 0) unlock(); }}', PW),
    # settings that a call makes, or that code holds as a text
    ("a.java", 'class A { void f() { ds.addDataSourceProperty("password", "Otter"); } }', "Otter"),
    ("a.js", """const cfg = JSON.parse('{"password": "otterpond"}');""", "otterpond"),
    ("a.tsx", f"const pw = useRef('{PW}');", PW),
    ("a.sql", f"INSERT INTO c VALUES ('pay/api/secret_key', '{HEX}');", HEX),
    ("a.rs", f'fn f() {{\n  #[arg(long, default_value = "{PW}")] password: String,\n}}', PW),
    ("a.go", f'package a\nfunc f() {{ r.Header["X-Api-Key"] = []string{{"{HEX}"}} }}', HEX),
    # functions that get what they give back
    ("a.ps1", f"function Get-AdminPassword {{ '{PW}' }}", PW),
    ("a.sh", f"local_pass() {{ printf '%s' '{PW}'; }}", PW),
    # clients
    ("a.js", f"const t = require('twilio')('ACx1', '{HEX}');", HEX),
    ("a.c", f'void f() {{ mbedtls_pk_parse_keyfile(&pk, "x.pem", "{PW}"); }}', PW),
    ("a.go", f'package a\nvar c = ldap.NewSimpleBindRequest("cn=x", "{PW}", nil)', PW),
    ("a.cpp", f'void f() {{ h("Authorization", "Basic " + Enc("u:{PW}").toBase64()); }}', PW),
    ("a.m", f'void f() {{ [k setObject:@"{PW}" searchForKey:(__bridge id)kSecValueData]; }}', PW),
    ("a.py", "es = Elastic(h, http_auth=('elastic', 'changedIt1'))", "changedIt1"),
    ("a.py", f'c.expect("password:"); c.sendline("{PW}")', PW),
    ("a.py", f"r = run(x, events={{'(?i)password': \"{PW}\\n\"}})", PW),
    # commands and settings
    ("a.sh", "mysqldump -h db -u root -pRootpasswort shop > shop.sql", "Rootpasswort"),
    ("a.sh", f"printf '%s\\n' '{PW}' '{PW}' | passwd svc", PW),
    ("a.sh", 'echo -e "pass-wd1\\npass-wd1" | passwd root', "pass-wd1"),
    ("Dockerfile", "FROM x\nENV SA_PASSWORD=yourStrong(!)Password99", "yourStrong(!)Password99"),
    ("a.ldif", "sambaNTPassword: 8AE63B6BC735343F444343E549E07498", None),
    ("a.log", f"request {{X-Api-Key=[{HEX}], Accept=[*/*]}}", HEX),
    ("a.rest", f"GET http://h/\nAuthorization: Basic me:{PW}", PW),
    ("a.md", "- Wi-Fi: Harbour, key `otter-pond-7`", "otter-pond-7"),
    ("a.txt", "WLAN / Schl\u00fcssel: otter-pond-7", "otter-pond-7"),
    ("a.txt", "root@10.1.1.4 pw heringssalat", "heringssalat"),
    ("a.txt", f"API token for the bot is {DRAWN}", DRAWN),
    ("a.service", f"[Service]\nExecStart=/usr/bin/x -u me -p {PW}", PW),
    ("a.pl", f"my ($host, $user, $pw) = qw(db svc {PW});", PW),
    ("a.swift", f'let q = [kSecValueData as String: "{PW}".data(using: .utf8)!]', PW),
    ("a.ino", f'void f() {{ send("AT+CWJAP=\\"house\\",\\"{PW}\\""); }}', PW),
    ("a.c", f'void f() {{ sprintf(c, "echo %s | sudo -S reboot", "{PW}"); }}', PW),
    ("a.py", f'HOOK = (HOST +\n  "/IncomingWebhook/{HEX}/5db35273")', HEX),
    ("a.js", 'const password = "\\u006f\\u0074\\u0074\\u0065\\u0072";', None),
    ("a.sh", f"rsync --password-file=<(echo '{PW}') a b", PW),
    ("a.sh", f'declare -A pw=( ["web"]="{PW}" ["db"]="Distel83x" )', "Distel83x"),
    ("a.xml", '<r><credential-reference clear-text="otterpond"/></r>', "otterpond"),
    ("a.yml", "user: {name: admin, password: {noop}otterpond}", "otterpond"),
    ("a.yml", 'h:\n  Authorization: "Basic dG9yOndhY2hl"', "dG9yOndhY2hl"),
    ("a.xml", '<R mail.smtp.password="otterpond " auth="x"/>', "otterpond "),
    ("a.sh", f'URL="postgresql://${{USER}}:{PW}@${{HOST}}/d"', PW),
    ("a.yaml", 'admin_pin: "5444"', "5444"),
    ("a.sql", "CREATE USER 'app'@'%' IDENTIFIED BY 'mysql-app1';", "mysql-app1"),
    ("a.json", '{"a": {"smtp_password_v4": "' + DRAWN + '"}}', DRAWN),
]

NOT_FOUND = [
    ("a.js", "if (field.value === 'current-password') focus();"),
    ("a.js", "const ok = u === 'type' && p === 'paragraph';"),
    ("a.c", 'void f() { if (strcmp(mode, "locked") == 0) unlock(); }'),
    ("a.java", 'class A { void f() { labels.setText("password", "Otter"); } }'),
    ("a.ps1", "function Get-PasswordName { 'Kranich-Bucht47' }"),
    ("a.js", "const t = make('ACME', 'ffffffffffffffffffffffffffffffff');"),
    ("a.md", "The WLAN key management is hard, and so is key rotation."),
    ("a.js", "program.option('--api-password', 'gherkin-pickle')"),
    ("a.properties", "app.password=changeit"),
    ("a.sh", "echo password | passwd"),
    ("a.sh", "mysql -h db1 -u me -p shop2 < a.sql"),
    ("a.md", "Authorization: Basic user:password"),
    ("a.sh", "mysql -u root -ppassword < schema.sql"),
    ("a.py", "r = get(url, auth=('user', 'password'))"),
    ("a.sh", 'declare -A colours=( [ok]="green-2" [bad]="red-1" )'),
    ("a.sql", "CREATE USER 'app'@'%' IDENTIFIED BY 'new_password';"),
    ("a.yaml", 'admin_pin: "1212"'),
    ("a.yaml", 'admin_pin: "1000"'),
    ("a.yml", 'title: "Basic Training"'),
]


@pytest.mark.parametrize(("path", "text", "secret"), FOUND, ids=range(len(FOUND)))
def test_found(path: str, text: str, secret: str | None, tmp_path: Path) -> None:
    found = levels(path, text, tmp_path)
    assert {found.get(secret)} <= {"medium", "high"} if secret else "medium" in found.values()


@pytest.mark.parametrize(("path", "text"), NOT_FOUND, ids=range(len(NOT_FOUND)))
def test_not_found(path: str, text: str, tmp_path: Path) -> None:
    found = levels(path, text, tmp_path)
    assert not {secret for secret, how in found.items() if how != "low"}


def test_what_is_signed_in_by_is_one_and_what_is_sorted_by_is_none() -> None:
    names = Names([Context(names=("password", "token"), not_after=("by", "find"))])
    assert names.look_up("byPassword") is not None
    assert names.look_up("authenticateByPassword") is not None
    assert names.look_up("sortByToken") is None
    assert names.look_up("findByPassword") is None
    assert names.look_up("PasswordInClearText") is not None


def test_a_digit_within_a_word_makes_it_a_password() -> None:
    assert look("gu3st-pass", "password").strength == FAIR
    assert look("guest-pass", "password").strength < FAIR
    assert not is_spelt("s3cret-word")
