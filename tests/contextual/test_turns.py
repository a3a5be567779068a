"""Secrets that stand elsewhere than behind their names and a sign."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leakhunt.contextual import quotes, told, turns
from leakhunt.contextual.shapes import shapes
from tests.run import report

if TYPE_CHECKING:
    from collections.abc import Iterator

PW = "Wurzel" + "bier77"
KEY = "Xk29vLq81zQ0" + "wErT"
TOKEN = "q8w7e6r5t4y3" + "u2i1o0pz"

LINES = [
    ('let pw = env::var("DB_PASSWORD").unwrap_or_else(|_| "@".to_string());', "DB_PASSWORD"),
    ('let pw = env::var("DB_PASSWORD").unwrap_or("@".into());', "DB_PASSWORD"),
    ("my $pw = $ENV{DB_PASSWORD} // '@';", "DB_PASSWORD"),
    ('password = os.getenv("DB_PASSWORD") or "@"', "DB_PASSWORD"),
    ("pw = ENV.fetch('DB_PASSWORD') { '@' }", "DB_PASSWORD"),
    ('val pw = System.getenv("DB_PASSWORD") ?: "@"', "DB_PASSWORD"),
    ('val m = mapOf("user" to "svc", "password" to "@")', "password"),
    ('if (password.equals("@")) {}', "password"),
    ('if ("@".equals(password)) {}', "password"),
    ("if ('@' === password) {}", "password"),
    ("if ($password eq '@') { }", "password"),
    ('if ([password isEqualToString:@"@"]) {}', "password"),
    ('if (!strcmp("@", password)) {}', "password"),
    ("const [password, setPassword] = useState('@');", "password"),
    ('[request setValue:@"@" forHTTPHeaderField:@"X-Token"];', "X-Token"),
    ('public string Password { get; set; } = "@";', "Password"),
    ('public String getPassword() { return "@"; }', "Password"),
    ('type C struct { Password string `default:"@"` }', "Password"),
    ('def start(user \\\\ "svc", password \\\\ "@"), do: x', "password"),
    ('cmd.Flags().StringVarP(&pw, "password", "p", "@", "help")', "password"),
    ('buildConfigField("String", "API_KEY", "\\"@\\"")', "API_KEY"),
    ('headers = {"Authorization": "Token @"}', "Authorization"),
    ('@Value("${db.password:@}") String pw;', "db.password"),
    ("user, password = 'svc', '@'", "password"),
    ("my ($user, $pass) = ('svc', '@');", "pass"),
    ("list($user, $pass) = ['svc', '@'];", "pass"),
    ('tokens = ["abc", "@"]', "tokens"),
    ("curl_setopt($ch, CURLOPT_USERPWD, 'svc:@');", ""),
    ("fetch(url, { headers: { Authorization: 'Basic ' + btoa('svc:@') } });", ""),
    ('requests.get(url, auth=("svc", "@"))', ""),
    ("const users = { admin: '@' }", ""),
    ('set thePassword to "@"', "thePassword"),
    ("set -gx DB_PASSWORD @", "DB_PASSWORD"),
    ("param adminPassword string = '@'", "adminPassword"),
    ('01 WS-PASSWORD PIC X(20) VALUE "@".', "WS-PASSWORD"),
    ('new Secret("@".Sha256())', ""),
]

OTHERS = [
    line.replace("@", PW).encode()
    for line in (
        "password = [[@]]",
        "password = [=[@]=]",
        'let password = r#"@"#;',
        'let password = #"@"#',
        'auto password = R"(@)";',
        "password = %q(@)",
        "password = %Q[@]",
        "my $password = q{@};",
        "my $password = qq{@};",
        "password = ~s(@)",
        'Dim Password As String = "@"',
        "the password is @",
        "the password for root was: @",
        "Das Kennwort ist @",
        "password changed to @",
        "password **@**",
    )
]


@pytest.mark.parametrize(("line", "name"), LINES)
def test_a_value_and_its_name(line: str, name: str) -> None:
    line = line.replace('"@"', f'"{PW}"').replace("@", PW) if '@"@"' not in line else line
    line = line.replace('"@"', f'"{PW}"')
    found = {
        (shape.name, line.encode()[shape.start : shape.end]) for shape in shapes(line.encode())
    }
    assert (name, PW.encode()) in found


NOT = [
    "auth: 'orders:line_item:edit',",
    "Route::group(['middleware' => ['auth', 'authorize:superuser']]);",
    "'accountStatus' => ['element' => '#pwState', 'position' => 'top'],",
    "b_password = to_bytes(self.password, errors='surrogate_then')",
    "password, encoding = load(x), 'utf-8'",
    "INSERT INTO users VALUES ('1','Admin','Zabbix7','x')",
    "'xs:base64Binary', 'xs:anyURI', 'xs:QName'",
    "const printerPin = 'PA15';",
]


@pytest.mark.parametrize("line", NOT)
def test_none(line: str) -> None:
    assert [
        shape for shape in shapes(line.encode()) if shape.kind in {"several", "pair", "pin"}
    ] == []
    assert "account" not in {shape.kind for shape in shapes(line.encode())}


def test_a_pin_in_quotes() -> None:
    (shape,) = shapes(b"const doorPin = '84119302';")
    assert (shape.kind, shape.start, shape.end) == ("pin", 17, 25)


FILES = {
    "a.rs": f'fn f() {{ let p = env::var("DB_PASSWORD").unwrap_or("{PW}".into()); }}\n',
    "b.m": f'[request setValue:@"{TOKEN}" forHTTPHeaderField:@"X-Api-Key"];\n',
    "c.go": f'package main\n\nvar key = []byte("{KEY}")\n',
    "d.java": f'class A {{ void f() {{ if ("{PW}".equals(password)) {{}} }} }}\n',
    "e.cs": f'class A {{ public string Password {{ get; set; }} = "{PW}"; }}\n',
    "f.kt": f'val m = mapOf("user" to "svc", "password" to "{PW}")\n',
    "g.properties": f"spring.datasource.password=${{DB_PASSWORD:{PW}}}\n",
    "h.php": f"<?php\ncurl_setopt($ch, CURLOPT_USERPWD, 'svc:{PW}');\n",
    "i.js": "app.use(session({ secret: 'orchard" + "-otter', resave: false }));\n",
    "j.tsx": f"const [password, setPassword] = useState<string>('{PW}');\n",
}


@pytest.mark.parametrize("name", list(FILES))
def test_found_in_a_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FILES[name])
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert finding["confidence"] in {"high", "medium"}


CLEAN = {
    "countries.php": "<?php return ['PT' => 'Portugal', 'PW' => 'Palau', 'PY' => 'Paraguay'];\n",
    "crypt.php": "<?php $hash = crypt($password, '$2a$10$' . $salt);\n",
    "config.exs": 'config :app, :extensions,\n  cdc_rls_shop: %{\n    key: "cdc_rls_shop",\n  }\n',
    "a.vue": '<InputPassword v-if="showIt" :value="innerValueRef" @change="savePassword" />\n',
    "a.html": '<viewer [password]="pdfPassword()" [secret]="ownTulip"></viewer>\n',
    "de-DE.json": '{"Bot secret": "Bot-Geheimnis", "key": "value"}\n',
    "aa-ER.php": "<?php return ['password' => 'crwdns781:0crwdne781:0'];\n",
    "s.md": "The admin password is **operator-supplied**, not a constant.\n",
    "x.conf.ext": "# the file is found by ssl_key_password = path.\npassword = %{ldap:pw}\n",
    "m.go": "package m\n\n// DATABASE_URL=mysql://user:password@tcp(host:123)/database\n",
    "s.cs": 'class K { static string For(Guid token) => $"sse:tok:{token:N}"; }\n',
    "a.kt": 'val texts = mapOf("user" to "Benutzer", "password" to "Kennwort")\n',
    "b.ts": "export default { password: 'パスワードを入力', token: '令牌' }\n",
    "c.py": "hashed = password_hash('sha512')\nkey = make(salt='reports')\n",
    "d.c": '/* test vectors of FIPS-197 */\nchar *key = "2b7e1516' + '28aed2a6abf7158809cf4f3c";\n',
    "e.go": 'package main\n\nvar key = []byte("0123456789abcdef' + '0123456789abcdef")\n',
    "f.js": "const labels = { admin: 'Administrator2' }\nconst key = 'shop.cart.title.long'\n",
}


@pytest.mark.parametrize("name", list(CLEAN))
def test_clean(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(CLEAN[name])
    assert report("scan", cwd=tmp_path).json["findings"] == []


def test_no_secret_in_expressions_and_in_words_with_a_stress(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('X = r"<(?P<secret>[\\w-]{20,200})</"\n')
    (tmp_path / "a.md").write_text(
        "| to | detect-secrets |\n|---|---|\n| ask | *asks some by default* |\n"
    )
    assert report("scan", cwd=tmp_path).json["findings"] == []


def test_what_a_line_must_have_at_least_is_never_too_much() -> None:
    lines = [line.replace("@", PW).encode() for line, _ in LINES]
    for file in Path("tests/corpus").rglob("*.txt"):
        lines += file.read_bytes().splitlines()
    lines = [line for line in lines if len(line) < 500]
    assert all(list(every_quoted(line)) or list(told.told(line, 0)) for line in OTHERS)
    lines += OTHERS
    seen = 0
    rows = [(least, pattern) for _, least, pattern in turns._TURNS]
    rows += [(least, pattern) for pattern, least in told._LEAST]
    for least, pattern in rows:
        for line in lines:
            if pattern.search(line):
                seen += 1
                assert least.search(line.lower()), (pattern.pattern, line)
    for line in lines:
        if list(every_quoted(line)):
            seen += 1
            assert quotes._LEAST.search(line.lower()), line
    assert seen > 95


def every_quoted(line: bytes) -> Iterator[turns.Turn]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotes, "_LEAST", re.compile(b""))
        yield from quotes.quoted(line, 0)
