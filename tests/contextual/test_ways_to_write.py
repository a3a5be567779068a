"""Ways to write a secret that a whole scan has to see, and what looks like one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import report

WORD = "gherkin-" + "pickle"
"""What a person may choose; nothing but its place shows that it is a password."""
KEY = "Xk29vLq81zQ0" + "wErT4mBn"
HEX = "9f3c1b7a5e2d4860" * 2
SEED = "JBX3KQ2M" + "Z7WYTPAL"
PHRASE = "orbit enlist debris stone yard legal winner thank wave sausage worth ripple"

FOUND = [
    # put below each other
    ("a.go", f'var c = C{{\n\tPassword:                         "{WORD}",\n}}'),
    ("a.tf", f'master_password                          = "{WORD}"'),
    ("a.yml", f"db:\n  password:                  {WORD}"),
    ("a.rb", f"{{ password:                  '{WORD}' }}"),
    # an option and its value, one after the other
    ("a.java", f'class A {{ void f() {{ run("--keystore-password", "{WORD}"); }} }}'),
    ("a.py", f'command = ["keytool", "--import", "--store-password", "{WORD}"]'),
    # lists
    ("a.go", f'var c = C{{ApiTokens: []string{{"{KEY}"}}}}'),
    ("a.cs", f'class A {{ string[] Tokens = new[] {{ "{KEY}" }}; }}'),
    # serialized by PHP, options of Windows, what is shown in groups to be typed
    ("a.sql", f'INSERT INTO o VALUES (1, \'a:1:{{s:13:"smtp_password";s:14:"{WORD}";}}\');'),
    ("a.php", f'<?php $o = \'a:1:{{s:8:"password";s:14:"{WORD}";}}\';'),
    ("a.cmd", f"deploy.exe /user:svc /password:{WORD}"),
    ("a.js", "const secret = 'xkjq vgc6 gv4i " + "i4qq h5ct 6stz ytcp ksiz';"),
    ("a.sh", f"goveralls -service=ci -repotoken {KEY}"),
    # digits, as many as a cipher takes bytes
    ("a.java", 'class A { static final String AES_KEY = "70951' + '32720951328"; }'),
    # the default of what is not set
    ("a.go", f'pw := getEnv("DB_PASSWORD", "{WORD}")'),
    ("a.java", f'String s = System.getProperty("db.password", "{WORD}");'),
    ("a.java", f'config.getString("db.password", "{WORD}");'),
    ("a.rb", f'password = ENV.fetch("DB_PASSWORD", "{WORD}")'),
    ("a.php", f"<?php return ['password' => env('DB_PASSWORD', '{WORD}')];"),
    ("a.rs", f'let p = env::var("DB_PASSWORD").unwrap_or_else(|_| "{WORD}".to_string());'),
    ("a.go", f'type C struct {{ Password string `env:"PW" envDefault:"{WORD}"` }}'),
    ("a.rs", f'#[arg(long, env = "DB_PASSWORD", default_value = "{WORD}")] password: String,'),
    ("a.js", f"yargs.option('password', {{ alias: 'p', default: '{WORD}' }});"),
    ("a.cs", f'[Option(\'p\', "password", Default = "{WORD}")] public string Password;'),
    # put together
    ("a.py", 'password = "".join(["gherkin-", "pickle"])'),
    ("a.js", "const pw = ['gherkin-', 'pickle7'].join('');"),
    ("a.java", f'String u = "jdbc:mysql://db/shop?user=root&password=" + "{WORD}";'),
    ("a.go", f'dsn := "root:" + "{WORD}" + "@tcp(db:3306)/shop"'),
    ("a.py", f"url = f\"amqp://svc:{{'{WORD}'}}@mq\""),
    ("a.js", f"const u = `mongodb://app:${{encodeURIComponent('{WORD}')}}@db/x`;"),
    ("a.js", f"const t = Buffer.from('svc:{WORD}').toString('base64');"),
    # where a function takes it, or another one copies it
    ("a.py", f'smtp.login("mailer@kestrel.io", "{WORD}")'),
    ("a.py", f'api.login("admin", "{WORD}")'),
    ("a.java", f'env.put(Context.SECURITY_CREDENTIALS, "{WORD}");'),
    ("a.c", f'strncpy(wifi_config.sta.password, "{WORD}", 64);'),
    ("a.c", f'curl_easy_setopt(curl, CURLOPT_PASSWORD, "{WORD}");'),
    ("a.php", f"<?php putenv('DB_PASSWORD={WORD}');"),
    ("a.js", f"page.type('#password', '{WORD}');"),
    ("a.go", f'code, err := totp.GenerateCode("{SEED}", time.Now())'),
    ("a.py", f"dk = hashlib.pbkdf2_hmac('sha256', pw.encode(), b'{WORD}', 100000)"),
    ("a.php", "<?php $h = md5('zuppa!Inglese9' . $password);"),
    ("a.py", f'account = Account.from_key("0x{HEX}{HEX}")'),
    ("a.py", f'w = Account.from_mnemonic("{PHRASE}")'),
    ("a.js", f"const mnemonic = '{PHRASE}';"),
    ("a.swift", f'let key = SymmetricKey(data: "{KEY}".data(using: .utf8)!)'),
    # other languages, other names
    ("a.py", f'mot_de_passe = "{WORD}"'),
    ("a.py", f'parol = "{WORD}"'),
    ("a.py", f'DATA_KEY_HEX = "{HEX}"'),
    ("a.php", f"<?php Configure::write('Security.cipherSeed', '{'7685930965745' * 2}');"),
    # configuration, SQL, command lines
    ("a.sql", f"INSERT INTO settings (k, v) VALUES ('smtp_password', '{WORD}');"),
    ("a.sql", f"UPDATE settings SET value='{WORD}' WHERE name='ldap_password';"),
    ("a.sql", f"DECLARE @pw NVARCHAR(50) = N'{WORD}';"),
    ("a.cfg", f"  user admin insecure-password {WORD}"),
    ("a.hcl", f'encrypt = "{KEY}{KEY}iz8="'),
    ("a.sh", f'echo "{WORD}" | gpg --passphrase-fd 0 -c f'),
    ("a.sh", f"echo -n '{WORD}' | cryptsetup luksFormat /dev/sdb -"),
    ("a.sh", f"oathtool --totp -b {SEED}"),
    ("a.bat", f"cmdkey /add:h /user:u /pass:{WORD}"),
    # hooks
    ("a.py", 'H = "https://n8n.kestrel.io/webhook/e152f42e-f86d-43a7-aac6-7f474e858b02"'),
]
"""Names of files, and what is in them."""

OTHERS = [
    ("a.yml", "users:\n  ada: U017" + "42MGBRT\n  grace: UQ9J" + "177Q8\n"),
    ("a.js", "if (!fileBase64.match('data:image/jpeg;base64,')) return btoa('data:image/png')"),
    ("a.cmd", "deploy.exe /password:%PW% /token:$TOKEN /secret:*"),
    ("a.md", "GET /users/password:reset and /password:reset_form"),
    ("a.js", "const secret = 'this text will have four word long'"),
    ("a.py", 'parser.add_argument("--store-password", "store_pw")'),
    ("a.py", '@click.option("--password", "pw_of_shop", help="Asked for if not given")'),
    ("a.js", "program.option('--api-password', 'gherkin-pickle')"),
    ("a.yml", "db:\n  created: 7095132720951328"),
    ("a.php", "<?php return ['password' => env('DB_PASSWORD', 'secret')];"),
    ("a.py", 'def _credentials(user):\n    session = "pickle" if user is None else user.name\n'),
    ("a.ini", "[service_credentials]\ninterface = internal\nauth_type = gherkin\n"),
    ("a.py", 'log.info("md5", md5("gherkin_pickle_salad"))'),
    ("a.sql", "INSERT INTO labels (k, v) VALUES ('reset_password', 'Choose a new one');"),
    ("a.py", 'site = "https://kestrel.io/docs/webhooks/receiving-events-from-others"'),
    ("a.js", "page.type('#password', user.password);"),
    ("a.py", 'menu.login("entry", "gherkin")'),
    ("a.sh", "echo done | gpg --verify f"),
    ("a.py", 'title = _("".join(["Your ", "password"]))'),
]
"""Likewise; nothing of it is a secret."""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the folders in which one scan of all finds something."""
    root = tmp_path_factory.mktemp("ways")
    for start, cases in (("found", FOUND), ("other", OTHERS)):
        for number, (name, text) in enumerate(cases):
            folder = root / f"{start}{number}"
            folder.mkdir()
            (folder / name).write_text(text + "\n", "utf-8")
    result = report("scan", ".", "--ignore", "exposure", cwd=root)
    found = result.json["findings"]
    return {Path(place["path"]).parts[0] for item in found for place in item["locations"]}


@pytest.mark.parametrize("number", range(len(FOUND)))
def test_it_is_found(places: set[str], number: int) -> None:
    assert f"found{number}" in places, FOUND[number][1]


@pytest.mark.parametrize("number", range(len(OTHERS)))
def test_it_is_none(places: set[str], number: int) -> None:
    assert f"other{number}" not in places, OTHERS[number][1]
