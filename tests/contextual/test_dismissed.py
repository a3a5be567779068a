"""What a person dismisses at a glance, and what resembles it and is a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.contextual.places import kinds
from tests.repo import Repo
from tests.run import report

HEX = "8478f540c58af0a3" + "756dd3aa4c9e06e5"
SHA = HEX + "51d09b7e"
DRAWN = "tQ7wZbRm2kXv9LpYcN4hJd6sGf8aUe3T" + "oVi5xKq1WyBz7MnCr0HgPj2SlDuEAt6F"
PUBLIC = "MFwwDQYJKoZIhvcNAQEBBQADSwAw" + "SAJBAKm3q8zT1vX0cYb7Lw2nRk5s"
PW = "tulip-" + "Wheel81"
TRIED = "mysql -h 127.0.0.1 -u root -p123456 shop\n"
DISMISSED = {
    "page.js": 'x={password:"\\u039A\\u03C9\\u03B4\\u03B9",secret:"\\uBE44\\uBC00"}\n',
    "App/Localization/Tulip-es.xml": '<t><text name="NewPassword">nueva tulipán roja</text></t>\n',
    "Auth.cs": 'class A { object o = new Key(Ascii.GetBytes(conf["Auth:Jwt:SecurityKey"])); }\n',
    "deploy.psm1": "# UserName='$tulip',Password='<PWD>',IncludeAcls='False'\n",
    "book.json": '{"ga": {"token": "UA-28904471-3"}}\n',
    "host.config": f'<k sessionKey="AQIAAA5mAAAApAAA{DRAWN}{DRAWN}" />\n',
    "sample-secrets.yml": "tus.sharedSecret: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG=\n",
    "pem.yml": "k: |\n  -----BEGIN PRIVATE KEY-----\n  "
    + ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789AB\n  " * 24)
    + "-----END PRIVATE KEY-----\n",
    "recv.txt": "gpg --recv-key 0xD441A9EEBA058EF7\n",
    "crd.yaml": "cert/inject-ca-from-secret: 'cert-manager/cert-083-tulip-webhook-ca'\n",
    "pi.env": "PIHOLE_PASSWORD=yourpiholepassword\nOTHER_PASSWORD: 'yyy'\n",
    "label.php": "<?php return ['captcha:secret_key' => 'tulip Secret Key'];\n",
    "chart.tpl": "host: db\nuser: tulip\n{{- $password = randAscii 16 }}\n",
    "group_vars/all": "host: db\n'password': tulip_database_password,\n",
    "say.yaml.j2": "- WEBPASSWORD: Tulip password (from the environment)\n",
    "describe.conf.j2": "# host: db\n# dbpass: tulip user password\n",
    "htpasswd.yml": "- name: Remove htpasswd files if requested\n",
    "nsswitch.yml": "'passwd':     [ 'compat', 'mymachines', 'sss', 'ldap' ]\npasswd:  compat\n",
    "flags.py": "flags = ['--ask-vault-password', '--ask-vault-pass', '-v']\n",
    "todo.yml": "host: ldap\nuser: tulip\nbind_password: 'lookup..@TODO'\n",
    "mail_auth.ts": "const mail = [{ key: 'mailer_smtp_host' }]\nconst c = encrypt(a)\n",
    "embed.html": '<blockquote data-secret="OtUe7B6Edg" class="wp-embedded-content">\n',
    "embed.js": 'd.src+="#?secret="+f,d.setAttribute("data-secret",f)\n',
    "bootstrap.yml": "keyStore: a.jks\nsecret: tulip-keypass\n\neureka:\n",
    "Complete.kt": 'fun autocomplete(token: String) { Log.e(TAG, "nothing for $token") }\n',
    "Failed.kt": "fun f(e: E) { Log.e(TAG, getString(R.string.error_getting_oauth_token), e) }\n",
    "Header.java": 'class A { void a() {\n  log.debug("", HttpHeaders.AUTHORIZATION, B);\n} }\n',
    "write.rb": "File.open(n, 'w') { |f| f.puts \"token = '#{secret_token}'\" }\n",
    "login.ipynb": '{"cells": [{"cell_type": "code", "source": ["secret = \\"my-secret\\"",'
    ' "client_secret = \\"my-client-secret\\""]}]}\n',
    "next_attribute.vue": '<Icon v-if="kind === \'password\'" :icon="faTulip" />\n',
    "style.js": 'const css = {\n  "Confirm password": ".form-confirm{}",\n};\n',
    "package.json": '{"dependencies": {\n  "@acme/shop-auth": "workspace:*"\n}}\n',
    "words.json": '{"key": {"a": "Key", "j": ["lock", "password", "unlock", "door"]}}\n',
    "typed.yml": 'dns_token: "abcdabcdabcd123412341234"\nsecret_key: "ghijkl"\n',
    "NEXT.env": "NEXTAUTH_SECRET=\nNEXTAUTH_URL=http://localhost:8081 # here\n",
    "ci.txt": f"GITHUB_SHA={SHA} GITHUB_TOKEN=<yours> make\n",
    "jaas.py": 'f"""a.PlainLoginModule required password="{CONF[\'sasl.password\']}";"""\n',
    "signed.txt": "https://x.test/a?X-Amz-Credential=acmereleases%2F20250307%2Feu-1%2Fs3%2Faws4\n",
    "run.sh": "pgcli -h localhost -p 15432 -U root -d shop\n",
    "A.java": "class A { void a(String token) {\n"
    '  System.out.println("until " + extractExpiry(token));\n'
    '  System.out.println("of " + getUserFromToken(token));\n} }\n',
    "B.kt": 'package app.parsing\nfun a(token: Any) {\n  Timber.e("unexpected: $token")\n}\n',
    "routes.php": "<?php $f['accounts'] = ['accounts.index', 'search=enabled:1'];\n",
    "topics.py": 'TOPICS = {"accounts": {"t1-accounts", "t1-passwords-and-sign-in"}}\n',
    "menu.js": "import crypto from 'crypto'\nconst menu = {\n  key: 'group-more-style',\n}\n",
    "Rsa.java": f'class A {{ String encKey = "{PUBLIC}"; }}\n',
    "oauth.ts": 'const STATE_STORAGE_KEY = "oauth_state";\n',
    "sumo.html": f'<p class=sumo-x>\n<input name="csrfmiddlewaretoken" value="{DRAWN}">\n',
    "go.yaml": "target: db_user:db_password@tcp(db_host_or_ip:3306)/db_user?charset=utf8mb4\n",
    "uri.env": "SHOP_URI=mysql://db_user:db_pass@db_host/shop\n",
    "chart.yaml": "vpn:\n  configFileSecret: openvpn\n",
    "ct.yaml": "PROVIDER_CLIENT_SECRET: fakeclientsecret\n",
    "geo.txt": "https://AccountID:LicenseKey@download.prod.net/geo/zip\n",
    "Back.vue": "<script>\nclientSecret.value = route.value?.intent_client_secret;\n</script>\n",
    "pay.php": "<?php\necho json_encode(array('clientSecret' => $intent->client_secret));\n",
    "hook.json": f'{{"url": "https://git.prod.net/acme/webhook/commit/{SHA}"}}\n',
    "head.sh": 'head() {\n  echo "Authorization: token ${GITHUB_TOKEN}"\n}\n',
    "join.php": "<?php $s .= 'passphrase='.urlencode($this->gate->field('passphrase'));\n",
    "join.js": 'var h="a="+e;h+="&client_secret="+encodeURIComponent(r)),h+="&b="+o;\n',
    "ask.rs": 'let p = prompt_password("New password: ").expect("Failed to read");\n',
    "land.json": '[{"code":"PW","iso_3166_3":"PLW"}, {"pw": "Palau"}]\n',
    "countries.go": 'var m = map[string]string{\n\t"pw": "Palau",\n}\n',
    "hint.inc": 'Administrator password: <span class="label">tulip</span>\n',
    "soap.php": "<?php $in = array('client_secret' => 'xsd:string');\n",
    "entity.txt": "sqlmap -d mysql://root:&quot;&quot;@192.168.56.102:5123/shop\n",
    "en_shaw.yml": 'password: "\\U00010450\\U00010468\\U00010455"\n',
    "server.toml": '# uri="postgres://username:password@localhost-replica/shop"\n',
    "only.txt": "This page is for user login with password only.\n",
    "speak.txt": "Fixed redis-cli auth code\n2010-03-18 Fixed redis-cli auth code\n"
    "Mark *-key-file-pass configs as sensitive\n"
    "Also with the existing --user and --pass flag.\nPass 'often_again' hint to it\n"
    "login.spec.ts loses its imports `expect` / `OTPAuth`; the rest stays\n"
    "Don't pass \"--flag\" to it, pass 'struct tulip' by value\n"
    "mailer: ftp/login style password requests\n"
    "[pw: redo code and tests]\n[pw: wheel-of tulips, add code]\n"
    "a server with a URL like https://user:pass@site/, we\n",
    "db.pl": 'my $d = DBI->connect("dbi:SQLite:dbname=" . $file, "", "");\n',
    "Changelog": "2010-03-18 Fixed redis-cli auth code\n",
    "rows.php": "<?php return [\n"
    + "".join(f"  ['key' => '{n}{HEX[1:]}'],\n" for n in range(8))
    + "];\n",
    "api.yaml": "openapi: 3.0.1\npaths:\n  /a:\n    value:\n      password: my_password\n"
    "      email: a@shop.test\n",
    "rule.js": "let strongPassword = new RegExp('(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.{8,})')\n",
    "Columns.java": 'class A { static final String COLUMN_CLIENT_SECRET_KEY = "client_secret"; }\n',
    "drawn.yml": "user: tulip\npassword: abcdefghijklmnopqrstuvwxyz0123456789\n",
    "open.sh": "openssl enc -d -in a.tgz -pass pass:[backup password] -d\n",
    "remark.yml": "http_settings:\n#  user: somebody\n#  password: wheelpass\n"
    "#  ca_path: /etc/certs\n",
    "status.html": '<label>Maker</label>\n<span data-key="tulipmanufacturer"></span>\n',
    "shop/Localization/App/de/all.res.xml": '<L><R Name="ConfirmNewPassword">\n'
    "<Value>Neues Wort wiederholen</Value></R></L>\n",
    "labels.xml": '<R Name="ConfirmNewPassword">\n<Value>Neues Passwort wiederholen</Value></R>\n'
    '<R Name="Password">\n<Value>Passwortwiederholung</Value></R>\n',
    "az.sh": 'login=ada\npassword="Tu!ip-w0rD-$randomIdentifier"\n',
    "pyproject.toml": '[p."x"]\nshop_basic_auth = "shop.plugins.core.plugin:BasicAuthPlugin"\n',
    "cache.yml": f"steps:\n  - with:\n      key: tulip-{SHA}-linux\n",
    "labels.properties": "tulip.username=Tulip user\n"
    "tulip.password=Tulip Post password (second part of the key)\n",
    "keyword.js": "case 'a':n='should pass \"switch\" keyword';\nx={password:n,user:'ada'}\n",
    "packed.js": "/* licence */ "
    + "n(e,function(t){return t.a(r)});" * 600
    + '[{key:"getTulipMapByWheel",value:function(e){}},{password:"wheelhouse",user:"ada"}]\n',
    "class.js": 'a(T,[{key:"getTulipMapByWheel",value:function(e){return crypto(e)}}]);\n',
    "Rooms.kt": 'fun f(room: Room) {\n  Log.e(TAG, "nothing new in ${room.token}")\n}\n',
    "forms.py": "VALID_TOKEN_FORMATS = ['^[a-fA-F0-9]{40,255}$', '^tul_[A-Za-z0-9_]{36,251}$']\n",
    "tips.yml": "tips:\n  en: |\n    Set TULIP_PASSWORD before installing. The password is weak.\n",
    "policy.php": "<b><?php print _('Below you may set password rules for gardens.'); ?></b>\n",
    "src/main/resources/bundles/shop-core.properties": "label.username=User name\n"
    "label.password=Password\nlabel.changepassword=Change password\n",
    "src/main/resources/application.properties": "a.username=tulip\na.password=txxx\n",
    "options.yml": 'environment:\n  # GITHUB_CLIENT_ID: "github_client_id"\n'
    '  # GITHUB_CLIENT_SECRET: "github_client_secret"\n  # GITHUB_CALLBACK: "http://localhost"\n',
    "joined.php": "<?php\n$token = 'tulipv1.3.0|36|' . $made->token . '|tulipv1.3.0';\n",
    "element.php": "<?php\necho $this->element('code', ['text' => $secret]);\n",
    "answer.php": "<?php\nheader('Content-Type: text/plain');\necho 'Auth=', $auth_token;\n",
    "ids.json": '{"mattermost": {"user_id": "n4ykcw7dzjq8e5m3xtrob6huga"}}\n',
    "docs/schema.graphql": "input users_exp {\n  name: Text_comparison_exp\n"
    "  password: Text_comparison_exp\n}\n",
}
KEPT = {
    "client.yml": "url: http://root:root@tulip-registry:8761/\n",
    "AesKey.java": 'class A { O o = aes.encrypt(a);\n  String KEY_STR = "tu4w7hq#B2Xk@mRz";\n}\n',
    "users.tsv": '[{"Id": 1, "LoginPWD": "' + HEX.upper() + '"},\n{"Id": 2}]\n',
    "htpasswd.sh": f"htpasswd -bc users tulip {PW}\n",
    "said.txt.j2": f"password: {PW} for now\n",
    "put.rb": 'STDERR.puts "it is #{secret_token}"\n',
    "sign.go": 'package a\nfunc f() { fmt.Printf("made: %s", password) }\n',
    "kept.js": f'const users = {{\n  "Confirm password": "{PW}",\n}};\n',
    "pass.txt": f"as user 'ada' pass '{PW}' to get in\n",
    "kept.json": f'{{"pepper": "{HEX}"}}\n',
    "kept.env": f"NEXTAUTH_SECRET={PW}-tulip-wheel\n",
    "prefix.env": f"NEXTAUTH_SECRET=u{PW}-tulip-wheel\n",
    "kept.sh": f"mycli -h db.prod -u root -p {PW}\n",
    "echo.sh": "echo $DB_PASSWORD\n",
    "Kept.java": 'class A { void a(String token) {\n  System.out.println("it is " + token);\n} }\n',
    "users.py": f'accounts = [("alice", "{PW}")]\n',
    "held.py": f'accounts = {{"alice": "{PW}"}}\n',
    "storage.env": f"STORAGE_KEY={HEX}\n",
    "store.yaml": f"url: mysql://shop:{PW}@db.prod/shop\n",
    "examples/shop/compose.yaml": "environment:\n  POSTGRES_PASSWORD: tulip\n",
    "examples/shop/.env": "POSTGRES_PASSWORD=tulip\n",
    "play.yml": f"url: mysql://shop:{PW}@{{{{ db_name }}}}/shop\n",
    "vars.yml": "shop_database_password: top_secret\n",
    "next.yml": f"QUEUE_NEXT_SIGNING_KEY: sig_{HEX}\n",
    "Hash.kt": f'val hashKey = "{HEX}"\n',
    "few.php": f"<?php return [\n  ['key' => '{HEX}'],\n  ['key' => '{HEX}'],\n];\n",
    "run.txt": f"mysql -u root -p{PW} -h db.prod\n",
    "plus.env": f"DB_PASSWORD=+{PW}\n",
    "helm/values.yaml": 'tulip:\n  session:\n    password: "changeme"\n',
    "cli.php": "<?php\necho 'Auth=', $auth_token;\n",
    "post.properties": "tulip.username=tulip\ntulip.password=wheelhouse\n",
    "once.yml": "db:\n  user: tulip\n  # password: wheelhouse\n  host: db.prod\n",
    "src/main/resources/shop-core.properties": "search.host=localhost\nsearch.user=tulip\n"
    "search.password=changeme\n",
    "src/main/resources/application-center.yml": "redis:\n  password: ${SHOP_PW:123456TULIP}\n",
    "set.fish": "set -x TULIP_PASSWORD wheelhouse\n",
    "whole.php": f"<?php\n$token = '{HEX}';\n",
    "camel.sh": "user=ada\npassword='tu$Wheel_81'\n",
    "default.sh": ': "${SHOP_DB_PASSWORD:=tulip}"\n',
    "tag.html": f'<div data-token="{HEX}"></div>\n',
    "kept.yaml": f"info:\n  password: {PW}\n",
}
"""Each of them has one finding."""


def test_a_message_shows_what_was_tried_at_home(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    repo.commit("a.txt", "a\n", message="cli --cluster 127.0.0.1:7000\n\n" + TRIED)
    assert report("history", cwd=repo.path).json["findings"] == []
    repo.commit("a.txt", "b\n", message=TRIED.replace("127.0.0.1", "192.0.2.7"))
    assert len(report("history", cwd=repo.path).json["findings"]) == 1


@pytest.mark.parametrize("name", list(DISMISSED))
def test_dismissed(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(DISMISSED[name])
    assert report("scan", "--ignore", "exposure", cwd=tmp_path).json["findings"] == []


@pytest.mark.parametrize("name", list(KEPT))
def test_kept(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(KEPT[name])
    (finding,) = report("scan", "--reveal", "--ignore", "exposure", cwd=tmp_path).json["findings"]
    shown = finding["secret"]
    assert not shown.startswith("=")
    assert shown in KEPT[name] or finding["signature"] == "secret-logged"
    if name.endswith(".env"):
        assert shown == KEPT[name].strip().partition("=")[2]


def test_what_a_build_leaves_is_made() -> None:
    assert "made" in kinds("public/build/assets/app-e07.js")
    assert "made" not in kinds("public/builder.js")
