"""What people dismiss at a glance, and what they do not, as whole files show it."""

from __future__ import annotations

import pytest

from tests.run import Result, report

PW = "Vel9-" + "moor-kite"
DRAWN = "s6x2QcnQDUL92mkKSiJ" + "uUBXcgUYxPlfKyQ2eJypKAjQZIeTvaFH"

MD5 = "3ed8447b1e527b07" + "1b0079c3c1b771ed"

FILES = {
    # the columns of a table have names of their own, also of a table of accounts
    "guests.sql": (
        "INSERT INTO `guest_accounts` (`id`, `code`, `password`, `ext`) VALUES\n"
        "(5, 'kite3', '<secret>', 'docx'),\n(6, 'kite4', '<secret>', 'docx');\n",
        set(),
    ),
    # a table of accounts keeps what is as good as passwords; a digest of something else is none
    "staff.sql": (
        "INSERT INTO `admins` (`id`, `username`, `password`) VALUES\n"
        f"(5, 'kite admin', '{MD5}'),\n(8, 'moor', '{MD5}');\n"
        f"INSERT INTO `files` (`id`, `password_md5`) VALUES\n(5, '1{MD5[1:]}');\n",
        {2, 3},
    ),
    # what a call that signs in is handed, also of an object; the settings of a program
    "Welcome.tsx": (
        'const a = async () => await login.execute({ name: "demo", password: "demo" })\n',
        {1},
    ),
    "appsettings.Development.json": (
        '{"Db": {"Store": "mongodb://root:mongo@localhost:27017/"}}\n',
        {1},
    ),
    "appsettings.sample.json": (
        '{"Db": {"Store": "mongodb://root:mongo@localhost:27017/"}}\n',
        set(),
    ),
    "sabnzbd.ini": ('[misc]\napi_key = kite\nnzb_key = ""\n', {2}),
    "registries.sql": (
        "CREATE TABLE registries (\n    username character varying(200),\n    password text,\n"
        "    id bigint\n);\n",
        set(),
    ),
    "netrc.go": ('package a\n\nvar login = Netrc{User: token, Password: "x-oauth-basic"}\n', set()),
    "README.md": (
        "[![cover](https://codecov.io/github/ada/kite/graph/badge.svg?token=4L4GSP9KAR)](https://x)\n",
        set(),
    ),
    "users.py": (f'users = {{"ada": "{PW}"}}\n', {1}),
    # words of classes, actions of controllers, expressions, escaped variables
    "form.html": ('<div class="pass moor-feedback">{{ wrong }}</div>\n', set()),
    "ftp.py": (f'sock.send("PASS {PW}")\n', {1}),
    "routes.php": (
        "<?php\nRoute::post('guest-password', 'GuestController@guest_password_update');\n",
        set(),
    ),
    "mask.ps1": (
        "$shown = $all -replace '(PASSWORD|PWD)=\".*', '$1=\"****\"'\n"
        'if ($all -match \'password="?([^";]+)"?\') { }\n',
        set(),
    ),
    "snippets.txt": ('"Connect-Part -Part \\\\$part -SqlCredential \\\\$SqlCredential"\n', set()),
    # commands of PowerShell, and what they are handed
    "turn.ps1": (
        "$password = Unwrap-Text $password\n"
        "$names = @{\n    'Reset-GuestPassword' = 'Reset-GuestLogin'\n"
        "    'DONT_EXPIRE_PASSWD' = 65536\n}\n"
        '$null = $link.GetPart($Credential, "Part32_OfSystem", "root\\kite")\n'
        '$x = [Alias("CloudCredential", "Kite3Credential")]\n'
        "Get-Part -StorageCredential MyKite3Credential\n"
        "Get-Part -Credential ee590f55-9b2b-55d4-8bca-38ab123db670\n"
        "# Requires the -Password parameter to be set as well\n"
        f"Get-Part -Password {PW}\n",
        {11},
    ),
    # lists of names that only their last word tells apart
    "meson.build": ("foreach it : [ 'xvt-gui--askpass', 'xvt-gui--askyesno' ]\n", set()),
    # what is said of an argument
    "screen.cpp": ('// callers should pass "tft8bitbus" for now\n', set()),
    "notes.txt": (
        'It is an error to pass "old-sha1" instead of the other.\n'
        'We can pass "$long_rev^" as the second.\n'
        "A new chunk (say, one\nidentified by 'BID2') which is like the other, except\n"
        "completion: add git config credential completions\n",
        set(),
    ),
    "grant.sql": (f"CREATE USER ada\n  identified by '{PW}' account unlock;\n", {2}),
    "tokens.html": (
        '<form action="/in" method="post"><input name="__RequestVerificationToken" type="hidden" '
        f'value="{DRAWN}" /></form>\n'
        '<label for="password">Password</label><input type="password" name="password">\n',
        set(),
    ),
    "bot.py": (f'slack_verification_token = "{DRAWN}"\n', {1}),
}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("seen")
    for name, (text, _) in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return report("scan", cwd=folder)


@pytest.mark.parametrize("name", list(FILES))
def test_secrets_are_told_from_what_looks_like_them(scanned: Result, name: str) -> None:
    places = [place for finding in scanned.json["findings"] for place in finding["locations"]]
    assert {place["line"] for place in places if place["path"] == name} == FILES[name][1]
