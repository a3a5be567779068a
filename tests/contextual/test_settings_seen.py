"""Settings, scripts and dumps as they are met in work trees: what is a secret there, what is none.

The values are made up. Of each file it is said which lines hold a secret, and all else is none.
"""

from __future__ import annotations

import pytest

from tests.run import Result, report

PW = "kv82" + "Msd91"
HEX = "995F03AC401D6CAB" + "ABAEF756FC4D43C7"
COUNTED = "Pass!" + "12345"
CHANGE = "change" + "me"

FILES = {
    # a count at the end of what rules for passwords asked for
    ".bashrc": (f'export GMAIL_PASSWORD="{COUNTED}"\n', {1}),
    "mail.py": (f'MAIL_PASSWORD = "{COUNTED}"\n', {1}),
    # names that end in a short one, joined to the word before
    "Store.java": (f'class A {{ String DBPSW = "{PW}"; String userPSW = "{PW}"; }}\n', {1}),
    "psw.ini": (f"[db]\ndbpsw = {PW}\nROOTPWD={PW}\n", {2, 3}),
    # what Ansible sets up with; what its user has to set
    "roles/db/defaults/main.yml": (f"db_user: shop\ndb_password: {CHANGE}\n", {2}),
    "group_vars/all.yml": (f"db_password: {CHANGE}\n", {1}),
    "roles/db/meta/main.yml": ("db_password: change_me\n", set()),
    # lines within a text
    "nacos.sql": (
        "INSERT INTO `c` VALUES (2,'a.yml','spring:\\n  datasource:\\n    username: root\\n"
        f"    password: {PW}\\n  redis:\\n    host: localhost\\n');\n"
        "INSERT INTO `c` VALUES (3,'b.yml','spring:\\r\\n  redis:\\r\\n    username: root\\r\\n"
        f"    password: root{PW}\\r\\n');\n"
        "INSERT INTO `c` VALUES (4,'c.yml','spring:\n  datasource:\n    username: root\n"
        f"    password: own{PW}','md5');\n",
        {1, 2, 6},
    ),
    "lines.py": (
        f'X = "host: db\\npassword: {PW}\\nuser: shop\\n"\n'
        f'Y = "host=db\\\\npassword=my{PW}\\\\nuser=shop"\n',
        {1, 2},
    ),
    "code.ipynb": ('{"cells": [{"source": ["f(\\n", "    auth=svc_pr\\n", ")"]}]}\n', set()),
    # the default of a variable; an application connects as its file says
    "conf.py": (f"x = os.environ.get('ADMIN_PASSWORD') or '{HEX}'\n", {1}),
    "prisma/.env": ('DATABASE_URL="mysql://root:admin@localhost:3306/shop"\n', {1}),
    "stack/compose.yml": (
        'x-common:\n  db: &db\n    DB_PASSWORD: &pw "CHANGE_ME"\n'
        "    ROOT_PASSWORD: ${PGPASSWORD:-tulip_password}\n",
        {3, 4},
    ),
    # nginx, git, gpg, systemd-networkd, shells
    "proxy.py": ("S = {'proxy_pass': ('https' if tls else 'http') + '://b'}\n", set()),
    "vhost.nix": ("proxyPass = upstream;\n", set()),
    "my.gitconfig": ("[user]\n\tsigningKey = ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI\n", set()),
    "gpg.conf": ("default-key 0x1EA6F65B6ADCA4D2\n", set()),
    "net.nix": ('IPv6Token = "::fd87:20d6:a932:6605";\n', set()),
    "share.yml": (
        'steps:\n- powershell: |\n    if ("$SHAREPWD" -ne "`$`(share.pwd)") {\n',
        set(),
    ),
    "aliases.sh": ('alias ldappasswd="ldappasswd -xW"\n', set()),
    "run.sh": ('docker run -v "$PWD":"/$basedir" x\njava -jar c.jar -auth @/dev/fd/0\n', set()),
    "make.sh": ('gensecret > "$out/jwt-secret"\n', set()),
    # what is put in elsewhere
    "grafana.nix": ('password = "$__file{/run/secrets/grafana-ldap-password}"\n', set()),
    "symfony.yml": ('password: "%env(LDAP_PASSWORD)%"\n', set()),
    "key.cshtml": ('<script data-key="@Model.PrivateKey.Own"></script>\n', set()),
    "external.yaml": (
        f"data:\n  - secretKey: {PW}-tulip\n    remoteRef:\n      key: a\n",
        set(),
    ),
    "external.json": (
        '{"data": [{"remoteRef": {"key": "a",\n  "property": "b"},\n'
        f'  "secretKey": "{PW}-wheel"}}]}}\n',
        set(),
    ),
    "opaque.yaml": ("kind: Secret\nstringData:\n  apiKey: yourCloudApiToken\n", set()),
    "tailnet.yaml": ("env:\n  TS_KUBE_SECRET: tailscale\n", set()),
    "rules.php": ("<?php $r = ['password' => 'nullable', 'user' => 'x'];\n", set()),
    # what functions of shells say, what arguments follow, what constants are keys of
    "say.sh": ('fn_log_pass "Sending the alert"\nfn_set_pass "' + PW + '"\n', {2}),
    "client.py": ('c = sms.SmsClient(cred, "ap-guangzhou", profile)\n', set()),
    "Keys.kt": (
        'const val PREFERENCE_PASSCODE = "PrefPinCode"\n'
        f'const val KEY_PASSWORD = "key{PW}"\n'
        'const val DEVICE_COOKIE_KEY = "device_id"\n',
        {2},
    ),
    "Size.java": (
        "class A { void a() {\n"
        '  Timber.i("size" + client.getCredentials().getAuthToken().length());\n'
        '  Timber.i("it is " + client.getAuthToken());\n} }\n',
        {3},
    ),
    "Net.cs": (
        'class A { void a() {\n  o.ClientSecret = s.GetValue("Login:ClientSecret", "");\n'
        '  var secret = s.GetValue("JwtOptions:Secret", "");\n'
        '  var password = date.ToString("MMM-dd-yyyy+HH:mm:ss") + "x";\n} }\n',
        set(),
    ),
    "Add.razor": ("@code {\n  user.Password = _hostpassword;\n}\n", set()),
    "libs.versions.toml": ("twofactor-auth = 'com.a.two-auth:two-auth:1.3'\n", set()),
    "host.yaml": ("SSH_SERVER_HOST_KEYS: ssh/ssh_host_ed25519_key\n", set()),
    "setup.xml": ('<r><string name="url_auth">index.php/apps/auth/ask</string></r>\n', set()),
    "Vo.java": ('class A { void a() { u.setPassword("[PROTECTED]"); } }\n', set()),
    "Store2.java": ('class A { void a() { var password = "changeit".toCharArray(); } }\n', {1}),
    "leak.py": ('common_passwords = ["123456", "password", "qwerty"]\n', set()),
    "oplog.txt": ("uri: mongodb://oplog:oplog_password@server1,server2/local\n", set()),
    "srcds/server.cfg": ('rconpassword="CHANGE_ME_2"\n', {1}),
    "keys.go": (
        "package a\nconst (\n\tKEY_HEX_1 = " + f'"{HEX.lower()[::-1]}"\n)\n',
        {3},
    ),
    "minio.yaml": ("minio:\n  accessKey: minioadmin\n  secretKey: minioadmin # of it\n", {3}),
    # how a setting is written, and sentences
    "explain.ps1": (
        "# pwd = print working directory\n"
        "Set-Alias -name pwd -value list-workdir.ps1\n"
        f"# password = say{PW}\n",
        {3},
    ),
    "login.go": (
        "package a\n// ReadConfig reads login and password configuration\n"
        'var e = errors.New("failed to login with password after refresh")\n',
        set(),
    ),
    "net.yml": (
        f"en: using command net user to gather them\nrun: net user bob net{PW} /add\n",
        {2},
    ),
    "commented.yml": ("# user: shop\n#   password: password\n", set()),
    "battery.md": ("Dung luong pin: 2900 mAh\n", set()),
    "pin.md": ("Your PIN: 2907\n", {1}),
    "perl.txt": (
        f"perl, which is identified by 'MSWin32'.\nCREATE USER 'b' IDENTIFIED BY '{PW}';\n",
        {2},
    ),
}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("seen")
    for name, (text, _) in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return report("scan", cwd=folder)


@pytest.mark.parametrize("name", list(FILES))
def test_secrets_are_told_from_what_looks_like_them(scanned: Result, name: str) -> None:
    places = [place for finding in scanned.json["findings"] for place in finding["locations"]]
    assert {place["line"] for place in places if place["path"] == name} == FILES[name][1]
