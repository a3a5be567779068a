"""What work trees showed of settings, scripts and logs: what is a secret there, what is none.

The values are made up. Of each file it is said which lines hold a secret, and all else is none.
"""

from __future__ import annotations

import pytest

from tests.run import Result, report

PW = "kv82" + "Msd91!x"
HEX = "0c4f518daf899a0c" + "188f3bfd17e4565d"
DRAWN = "kAcSOqF21Fu85e7zjz7ZN2U4" + "ZRhfV3WpwPAoE3Z7kZs"
KEY = "f2a0b1d7dCloudRiverBend" + "1z2y3x4qq"
MAIL = "\u00a0".join(("mdyc", "cnwj", "gcnz", "indv"))

FILES = {
    # names glued together of two words
    "vc.ps1": (f'$Pword = "{PW}"\n$vcpass = "{PW}"\n$bypass = "{PW}"\n', {1, 2}),
    "run.sh": (f"vcpass={PW}\nBYPASS={PW}\nrenderpass={PW}\n", {1}),
    "ble.yaml": (f"bindkey: {HEX}\nsortkey: 1{HEX}\nmonkey: 2{HEX}\n", {1}),
    "setup.cfg": ("[entry]\ngenpass = genpass.cli:main\n", set()),
    "Pay.m": (f'NSString * const WXAPIKey = @"{KEY}";\n', {1}),
    # what a service starts with may be three digits; what Google shows has its own spaces
    "compose.yml": ("services:\n  db:\n    environment:\n      DB_PASSWORD: 907\n", {4}),
    "mail.env": (f"SMTP_PASSWORD={MAIL}\n", {1}),
    # what somebody noted in a comment
    "note.c": (
        f"/*\nConsumer secret : {DRAWN}\n * api_secret: 1{DRAWN}\n*/\n// secret : 2{DRAWN}\n"
        "int a;\n",
        {2, 3, 5},
    ),
    "note.py": (f"#consumer_secret={DRAWN}\n# api secret : 1{DRAWN}\nx = 1\n", {1, 2}),
    "code.py": (f"secret = a{DRAWN}\n", set()),
    # only the beginning is logged
    "log.py": (
        "import logging\nlog = logging.getLogger()\n"
        'log.info(f"token {token[:8]}...")\nlog.info(f"token {token}")\n',
        {4},
    ),
    # remarks, names and words where a value would be
    "start.md": (
        "| Service | At | Default Login |\n|---|---|---|\n| A | a.test | admin / (from vault) |\n"
        "\n| Name | URL | Credentials |\n|---|---|---|\n| P | http://p | (create during setup) |\n"
        "\n- **Password**: Auto-generated\n",
        set(),
    ),
    "wifi.ino": (
        'const char* ssid = "river-2G";\nconst char* password = "any_password_not_used";\n',
        set(),
    ),
    "root.ps1": (
        '$spec.password = "NEWROOTPASS"\n'
        '$dbpass = $(throw "Must specify a database password: -dbpass <password>")\n',
        set(),
    ),
    "encore.yaml": (
        '# pass "frontend" as the third argument\n#   DOUBLE_PASS: Slowest, fades after\na: 1\n',
        set(),
    ),
    "app.ini": ("[repository.signing]\nSIGNING_KEY = default\n", set()),
    "group_vars/all/limits.yml": (
        'security:\n  failed_logins:\n    warning: 10\n    window: "5m"\n',
        set(),
    ),
    "alert.sh": (
        "curl http://h.test/a -d '{\"at\":\"'$(date -u +%Y-%m-%dT%H:%M:%S.000Z)'\"}'\n",
        set(),
    ),
    # tables of documents: what is no head, what tells something, what a client draws
    "spec.md": (
        "| Scenario | Pass |\n|---|---|\n| check in | Also sets ARRIVED |\n\n"
        "| Method | PUT /auth/password |\n| Traces To | FR-IAM-006 |\n\n"
        "| Token | Value |\n|---|---|\n| `--h360-color-bg` | `#f5f4ff` |\n\n"
        f"| User | Password |\n|---|---|\n| ada | {PW} |\n",
        {14},
    ),
    "shown.md": (
        f"+------+-----------+\n| user | password  |\n+------+-----------+\n| ada  | {PW} |\n"
        "+------+-----------+\n",
        {4},
    ),
    "menu.md": ("Account menu is not `aria-expanded` / `aria-haspopup` / `aria-label`.\n", set()),
    "bind.js": ("Form.Bind(model, view.find('#filter_container'));\n", set()),
    "form.html": ('<div><label for="Password">Updator</label></div>\n', set()),
    "Owin.xml": (
        '<doc><param name="appSecret">The appSecret assigned by Facebook</param></doc>\n',
        set(),
    ),
    "check.ps1": (
        "write-host -f Red \u201cValidating credentials of it\u201d\n$pwd = Invoke-Api PUT $at\n",
        set(),
    ),
    "Context.cs": (
        'class A { void B() { c.AddUserSecrets("011b4959-7f46-4591-8b22-121446ac4d8e"); } }\n',
        set(),
    ),
    "clinic.sql": ("UPDATE a SET city = 'Mumbai', pincode = '400069';\n", set()),
    "door.sql": ("UPDATE b SET door_pin = '4069';\n", {1}),
    "install.sh": ("# sudo ./install.sh --token hlh_rt_xxx --hub-url http://hub:8080\n", set()),
    # what signs is what somebody typed; single quotes of PowerShell hold dollars
    "application.yml": ("spring:\n  jwt:\n    secret: aa1aa1\n", {3}),
    "portal.yml": (
        "web:\n  session_secret: very_secret\n  csrf_secret: extremely_secret\n",
        {2, 3},
    ),
    "Auth.java": ('class A { static final String RESET_SECRET = "fixed-river-2031"; }\n', {1}),
    "local.ps1": (
        "$p = ConvertTo-SecureString -String 'Kla$$vel9rd7!' -AsPlainText -Force\n"
        '$q = ConvertTo-SecureString -String "Kla$vel9rd7!" -AsPlainText -Force\n',
        {1},
    ),
    "packed.js": ('var a={key:"getBarXForNumericXAxis",value:function(t){}};\n', set()),
}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("seen")
    for name, (text, _) in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return report("scan", cwd=folder)


@pytest.mark.parametrize("name", list(FILES))
def test_secrets_are_told_from_what_looks_like_them(scanned: Result, name: str) -> None:
    places = [place for finding in scanned.json["findings"] for place in finding["locations"]]
    assert {place["line"] for place in places if place["path"] == name} == FILES[name][1]
