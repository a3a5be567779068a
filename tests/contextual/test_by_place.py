"""Passwords that only their place tells, and what merely stands in such a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.commands.choosing import load_signatures
from leakhunt.commands.options import Options
from leakhunt.contextual import placed
from leakhunt.contextual.search import Search
from tests.run import report

PW = "Kranich" + "Bucht47"
OTHER = "Distel" + "Fink.83"
HEX = "9f3c1b7a5e2d4860" * 2

FOUND = [
    # behind a user, in calls of functions that no list names
    ("a.js", f"api.signIn('kiosk', '{PW}');", PW),
    ("a.cpp", f'void f() {{ Credentials creds("uploader", "{PW}"); }}', PW),
    ("a.c", f'void f() {{ mosquitto_username_pw_set(m, "station", "{PW}"); }}', PW),
    ("a.py", f'gate.connect("bastion", 22, "deploy", "{PW}")', PW),
    ("a.rb", f"c = PG.connect('db', 5432, nil, nil, 'crm', 'crm', '{PW}')", PW),
    ("a.scala", f'val p = ConnectionPool.singleton("jdbc:h2:mem:x", "h2", "{PW}")', PW),
    ("a.c", f'void f() {{ ssh_userauth_password(session, NULL, "{PW}"); }}', PW),
    ("a.sh", f"ftp -n host <<END\nuser nightly {PW}\nput x\nEND\n", PW),
    # what is written into a field, or behind a scheme
    ("a.swift", f'class A {{ func f() {{ passwordField.text = "{PW}" }} }}', PW),
    ("a.cs", f'class A {{ void F() {{ if (txtPassword.Text == "{PW}") Go(); }} }}', PW),
    ("a.c", f'void f() {{ snprintf(h, n, "Authorization: Bearer %s", "{HEX}"); }}', HEX),
    ("a.ex", f'Redix.command(conn, ["AUTH", "{PW}"])', PW),
    ("a.py", f'u = "postgresql://inv:%s@db/inv" % quote_plus("{PW}")', PW),
    # what functions give back
    ("a.c", f'const char *get_admin_password(void) {{ return "{PW}"; }}', PW),
    ("a.pl", f"sub password {{ return '{PW}' }}", PW),
    ("a.m", f'- (NSString *)password {{ return @"{PW}"; }}', PW),
    ("a.ex", f'defmodule A do\n  def password, do: "{PW}"\nend', PW),
    ("a.ex", f'defmodule A do\n  defp api_token do\n    "{HEX}"\n  end\nend', HEX),
    ("a.sh", f'get_password() {{ echo "{PW}"; }}', PW),
    ("a.ex", 'defmodule A do\n  def password, do: "otter-pond"\nend', "otter-pond"),
    ("a.groovy", "class A { String getPassword() { 'otter-pond' } }", "otter-pond"),
    (
        "a.js",
        "app.use(basicAuth({\n  users: {\n    admin: 'otter_pond',\n  },\n}));",
        "otter_pond",
    ),
    (
        "a.rs",
        'fn f() { let c = Credentials::new("smtp".to_string(), "otter-pond".to_string()); }',
        "otter-pond",
    ),
    # one of several
    ("a.pl", f"my $pw = $prod ? '{PW}' : '{OTHER}';", PW),
    ("a.pl", f"my $pw = $prod ? '{PW}' : '{OTHER}';", OTHER),
    ("a.kt", f'val pw = when (env) {{\n  "prod" -> "{PW}"\n  else -> "{OTHER}"\n}}', PW),
    ("a.kt", f'val pw = when (env) {{\n  "prod" -> "{PW}"\n  else -> "{OTHER}"\n}}', OTHER),
    ("a.rs", f'fn f() {{ let db_password = match e {{\n  A => "{PW}",\n  _ => "x" }}; }}', PW),
    ("a.cs", f'class A {{ string Secret(int e) => e switch {{ 1 => "{PW}", _ => "" }}; }}', PW),
    ("A.java", f'class A {{ String password = switch (e) {{ default -> "{PW}"; }}; }}', PW),
    ("a.php", f"<?php $password = match($e) {{ 1 => '{PW}', default => null }};", PW),
    ("a.scala", f'val password = e match {{\n  case _ => "{PW}"\n}}', PW),
    ("a.swift", f'let password = switch e {{\ncase .a: "{PW}"\ndefault: "x"\n}}', PW),
    # at the place of a parameter of a function of this file
    ("a.kt", f'class Login(val who: String, val password: String)\nval c = Login("a", "{PW}")', PW),
    ("a.py", f"def dial(host, password):\n    pass\n\ndial('h', '{PW}')\n", PW),
    (
        "a.py",
        f"class Box:\n    def __init__(self, who, password):\n        pass\n\nb = Box('a', '{PW}')",
        PW,
    ),
    (
        "a.cpp",
        f'explicit Db(const char* who, const char* password);\nvoid f() {{ Db("x", "{PW}"); }}',
        PW,
    ),
    # in a form, however a program fills it in
    ("a.js", f"document.getElementById('password').value = '{PW}';", PW),
    ("a.js", f"$('#passwort').val('{PW}');", PW),
    ("a.kt", f'binding.etPassword.setText("{PW}")', PW),
    ("a.swift", f'app.secureTextFields["Password"].typeText("{PW}")', PW),
    ("a.tsx", f'<Form.Item name="password" initialValue="{PW}" />', PW),
    # what functions give back in the next line
    ("a.rs", f'fn token() -> &\'static str {{\n    "{HEX}"\n}}', HEX),
    ("a.c", f'static const char *password(void)\n{{\n\treturn "{PW}";\n}}', PW),
    ("a.m", f'@implementation A\n- (NSString *)apiToken {{\n  return @"{HEX}";\n}}\n@end', HEX),
    ("a.pl", f"sub get_password {{\n    return '{PW}';\n}}", PW),
    ("a.go", f'package a\nfunc token() string {{\n\treturn "{HEX}"\n}}', HEX),
    # either of two in other languages
    ("a.rs", f'fn f() {{ let pw = if prod {{ "{PW}" }} else {{ "{OTHER}" }}; }}', OTHER),
    ("a.ex", f'pw = if prod?(), do: "{PW}", else: "{OTHER}"', PW),
    ("a.ps1", f"$pw = if ($prod) {{ '{PW}' }} else {{ '{OTHER}' }}", OTHER),
    ("a.rb", f"password = case env\n  when 'a' then '{PW}'\n  else '{OTHER}'\nend", OTHER),
    # compared, hashed, decoded
    ("a.cpp", f'void f() {{ if (pass.compare("{PW}") == 0) ok(); }}', PW),
    ("a.lua", f'if password ~= "{PW}" then return end', PW),
    (
        "a.go",
        f'package a\nfunc f() {{ if r.FormValue("password") != "{PW}" {{ return }} }}',
        PW,
    ),
    ("a.go", f'package a\nfunc f() {{\n\tkey, _ := hex.DecodeString("{HEX}")\n}}', HEX),
    ("a.sql", f"SELECT crypt('{PW}', gen_salt('bf'));", PW),
    ("a.lua", f'local h = {{ Authorization = "Bearer " .. "{HEX}" }}', HEX),
    ("a.pl", f"$a{{password}} //= '{PW}';", PW),
    ("a.py", f"# Zugang: benutzer praktikum, kennwort {PW}", PW),
    # several names at once
    ("a.scala", f'val (user, pass) = "svc" -> "{PW}"', PW),
    ("a.py", f'HOST, USER, PASS, DB = "h", "etl", "{PW}", "dwh"', PW),
    ("a.ex", f'{{user, password}} = {{"phx", "{PW}"}}', PW),
    ("a.groovy", f"def (user, pass) = ['ci', '{PW}']", PW),
    ("a.cpp", f'void f() {{\n  auto [login, pass] = std::make_pair("op", "{PW}");\n}}', PW),
    # accounts
    ("a.cs", f'var users = new Dictionary<string, string> {{ ["greta"] = "{PW}" }};', PW),
    ("a.kt", f'val accounts = mapOf("lena" to "{PW}", "omar" to "x")', PW),
    ("a.sh", f'declare -A accounts=( [anna]="{PW}" )', PW),
    ("a.go", f'package a\nvar creds = []struct{{u, p string}}{{{{"anna", "{PW}"}}}}', PW),
    # defaults before their name, settings that calls make, comments
    ("a.rs", f'struct A {{\n  #[arg(long, default_value = "{PW}")]\n  password: String,\n}}', PW),
    ("a.java", f'class A {{ void f() {{ ctx.put2(Context.DB_PASSWORD, "{PW}"); }} }}', PW),
    ("a.js", f"// TODO: remove, user root / password {PW}", PW),
]

NOT_FOUND = [
    ("a.cs", 'var (user, pass) = ("backup77", "x");'),
    ("a.php", "<?php print create_link('tools', 'ip-calculator', 'bw-calculator');"),
    ("a.kt", 'val label = when (env) { "prod" -> "Kranich-Bucht47" else -> "x" }'),
    ("a.py", "def dial(host, password):\n    pass\n\ndial('Kranich-Bucht47', password)\n"),
    ("a.swift", 'passwordField.placeholder = "Kranich-Bucht47"'),
    ("a.js", "expect2(t('user.password', 'Kranich47'))"),
    ("a.ts", "register('user_password', 'Kranich47')"),
    ("a.js", "events.connect('row-1', 'user-2')"),
    ("a.conf", "user www-data www-data"),
    ("a.py", "dependencies = [('auth', '0012_alter_user_first_name_max_length')]"),
    ("a.js", "api.signIn('tenant1', 'realm2');"),
    ("a.go", 'package a\nfunc f() { key, err := load("Kranich-Bucht47-lang") }'),
    ("a.kt", 'binding.passwordLabel.setText("Kranich47")'),
    ("a.pl", "sub password_label { return 'Kranich47' }"),
    ("a.js", "const type = show ? 'text47x' : 'password9'"),
]


def levels(path: str, text: str, folder: Path) -> dict[str, str]:
    (folder / path).write_text(text + "\n", "utf-8")
    found = report("scan", ".", "--reveal", cwd=folder).json["findings"]
    return {one["secret"]: one["confidence"] for one in found}


@pytest.mark.parametrize(("path", "text", "secret"), FOUND, ids=range(len(FOUND)))
def test_found(path: str, text: str, secret: str, tmp_path: Path) -> None:
    assert levels(path, text, tmp_path).get(secret) in {"medium", "high"}


@pytest.mark.parametrize(("path", "text"), NOT_FOUND, ids=range(len(NOT_FOUND)))
def test_not_found(path: str, text: str, tmp_path: Path) -> None:
    found = levels(path, text, tmp_path)
    assert not {secret for secret, how in found.items() if how != "low"}


def test_a_function_that_is_defined_again_and_again_takes_its_secret_at_one_place() -> None:
    search = Search([signature for signature in load_signatures(Options()) if signature.context])
    data = b"def login(user, password):\n    pass\n" * 50
    assert placed._taking(data, search._names) == {"login": {placed.Taking(1, "password"): None}}


def test_a_file_is_looked_through_once_for_all_functions_that_take_secrets() -> None:
    lines = [b"def f%d(password):" % number for number in range(50)]
    data = b"\n".join([*lines, b'f7("Kranich-Bucht47")'])
    placed._handed.cache_clear()
    assert [placed.takes(line, data) for line in lines] == [n == 7 for n in range(50)]
    assert placed._handed.cache_info().misses == 1
    assert not placed.takes(b'def f(password="x"):', b'def f(password="x"):\n    pass\n')
