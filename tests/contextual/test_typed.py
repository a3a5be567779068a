"""Words where a machine should have made a key, and passwords whose name says whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import report

FOUND = {
    # words that stand in for a password elsewhere, made one as rules ask for
    "ProbeLogin.java": 'class P { void a(S s) { s.setPassword("probe-Pass"); } }\n',
    "Curl.c": 'void f(void) { curl_easy_setopt(h, CURLOPT_KEYPASSWD, "Key-' + 'Pw.1"); }\n',
    "Login.m": 'self.password = @"demo-' + 'Pass9";\n',
    # what signs
    "auth.config.js": 'module.exports = {\n  secret: "otter-secret-key"\n};\n',
    "JwtUtil.java": 'class JwtUtil { private String SECRET_KEY = "secret"; }\n',
    "Keys.java": 'class Keys { static final String SIGNING_KEY = "devotter123r"; }\n',
    "SecurityConstants.java": 'class S { static final String SECRET = "SecretKeyToGenJWTs"; }\n',
    "jwt.properties": "jwt.secret=otterSecretKey\n",
    "app.properties": "app.jwtSecret=JWTSuperSecretKey\n",
    "jwt.yml": "jwt:\n  secret: otterpond\n",
    "zap.yml": "jwt:\n  signing-key: qOtter\n",
    "Clients.java": 'class C { void a(B b) { b.withClient("web").secret("websecret").x(); } }\n',
    "express.js": "app.use(session({\n  secret: 'secret',\n  resave: true\n}));\n",
    "settings.yml": "jwt:\n  secret: otter-admin\n",
    "ado.yml": "- DB=Server=otterdb;Port=5432;User Id=postgres;Password=postgres;Detail=true\n",
    "sink.py": "ddl = \"\"\"\n  WITH (\n  'url' = 'jdbc:postgresql://db:5432/o',\n"
    "  'username' = 'postgres',\n  'password' = 'postgres'\n)\"\"\"\n",
    "keys.js": 'module.exports = { secretOrKey: "secret" };\n',
    "app.js": "app.use(session({ secret: 'keyboard cat', resave: false }));\n",
    "appsettings.json": '{"AppSettings": {\n  "Secret": "my top secret phrase of otters"\n}}\n',
    "a.appsettings.json": '{"Jwt": {\n  "Key": "ThisismySecretKey"\n}}\n',
    "main.go": 'package a\n\nvar jwtKey = []byte("my_secret_key")\n',
    "sign.go": 'package a\n\nvar mySigningKey = []byte("captainottersayshello")\n',
    "config/default.json": '{\n  "jwtSecret": "mysecrettoken"\n}\n',
    "ci.php": "<?php\n$config['encryption_key'] = 'otter123key';\n",
    "base.yml": "- GITLAB_SECRETS_OTP_KEY_BASE=otter-pond-2024-x\n",
    # whose password it is
    "group_vars/all": "mongo_admin_pass: 123456\n",
    "vars.yml": "mysql_root_password: mysecret\n",
    "become.yml": "ansible_become_pass: password\n",
    "main.py": 'MASTER_PASSWORD = "password123"\n',
    "Login.cs": 'class A { const string Password = "P@ssw0rd"; }\n',
    "wifi.ino": 'const char* ssid = "Pond";\nconst char* password = "12345678";\n',
    "Mail.java": 'class M { Object p = new PasswordAuthentication("a@b.io", "hello@world1"); }\n',
    "UserSeeder.php": "<?php\nUser::make(['email' => 'a@b.c','password' => bcrypt('password')]);\n",
    "seeds.rb": "User.create!(email: 'admin@pond.io', password: 'password', admin: true)\n",
    "secret.yaml": "kind: Secret\nstringData:\n  password: password123\n",
    "deploy.yaml": "env:\n- name: MYSQL_ROOT_PASSWORD\n  value: password\n",
    "values.yaml": "redis:\n  password: password\n",
    "hibernate.cfg.xml": '<a><property name="connection.username">root</property>\n'
    '<property name="connection.password">1234</property></a>\n',
    "init.sql": "ALTER USER postgres WITH PASSWORD 'postgres';\n",
    "psql.sh": "PGPASSWORD=postgres psql -h db\n",
    "preseed.sh": 'debconf-set-selections <<< "db-server db-server/root_password password root"\n',
    "redis.conf": "requirepass foobared\n",
    # addresses
    "eureka.yml": "zone: http://otter:123456@peer1:8080/eureka/\n",
    "couch.yml": "COUCH: http://admin:password@couchdb:5984\n",
    "proxy.sh": "export http_proxy=http://otter:pa55@proxy.pond.io:8080\n",
    "sql.go": 'package a\n\nvar d = "root:root@tcp(db:3306)/shop"\n',
    # text of a page in PHP
    "login.blade.php": "<div>\n <p>Password: Otterpond123</p>\n</div>\n",
    # what cells of a notebook say is run
    "etl.ipynb": '{"cells": [{"cell_type": "code", "source": ["pw = \'otter2020\'\\n"],'
    ' "outputs": [], "metadata": {}}], "metadata": {}, "nbformat": 4, "nbformat_minor": 2}\n',
}
CLEAN = {
    "Ask.java": 'class P { void a(S s) { s.setPassword("Your-Password1"); } }\n',
    "Header.java": 'class P { String password = "X-User-Password"; }\n',
    "volume.yaml": "volumes:\n- name: a\n  secret: otter-route-secret\n",
    "store.yaml": "data:\n- secretKey: github_app_private_key\n",
    "fill.yml": "jwt:\n  secretKey: \u586b\u5199\u4f60\u7684SecretKey\n",
    "param.json": '[{"ParameterKey": "DbPassword"}]\n',
    "look.ts": "const m = { jwtSecret: 'jwt_secret', secretKey: 'stripe_secret_key' };\n",
    "cookies.rb": 'SIGNED_COOKIE_SALT = "otter_dispatch.signed_cookie_salt"\n',
    "Dockerfile": "FROM a\nRUN SECRET_KEY=example ./manage.py collect\n",
    "form.ts": "const q = new Sequelize('database', 'username', 'password', {});\n",
    "web.config": '<configuration><appSettings>\n<add key="PaymentSecret" value=""/>\n'
    "</appSettings></configuration>\n",
    "Rules.php": "<?php\n$r = ['mail_password' => 'required_unless:mail_driver,log'];\n",
    "Smtp.php": "<?php\n$this->put('AUTH', 'DIGEST-MD5');\n",
    "patch.sql": "UPDATE t SET r = REPLACE(r, '%auth', '%{ticket.auth_token}');\n",
    "user.sh": "psql -c \"CREATE USER u PASSWORD '#REPLICATION_PASSWORD'\"\n",
    "pdf.js": 'const a = { key: "setPagesInViewport" }; // crypto\n',
    "Multi.php": "<?php\n$this->company_token = CompanyToken::on('db-otter-01')->create([]);\n",
    "ajax.html": '<script>post({"username": username,"password": password});</script>\n',
    "page.vue": "<script>\nconst savePassword = async () => {\n}\n</script>\n",
    "event.js": '$("#a").bind("keyup", function() { b.free = $("#savingsvalue").get("x"); });\n',
    "env.yml": "- conda-token=0.4.0=pyhd3eb1b0_0\n",
    "note.sh": "# We will use htpasswd auth for OpenShift.\n",
    "join.html": '<a href="https://qm.qq.com/cgi-bin/qm/qr?k=z9z9jkkkinfAElKZk2FX&authKey='
    'Sm9XMTV%2FFyANBrv9rVpMfMNcX4v1lVah3795O9VclQwU4DNz">join</a>\n',
    "gpg.t": "fields => { PrivateKey => 'F0CB3B482CFA485680A4A0BDD328035D84881F1B' },\n",
    "t/web/login.t": "my $password = 'otter-pond';\n",
    "says.py": 'x = "I will print prompts, raw outputs, and token usage when available."\n',
    "edit.phtml": '<input name="p" value="<?php echo $info[\'passwd1\']; ?>">\n',
}


@pytest.mark.parametrize("name", list(FOUND))
def test_what_people_typed_is_found_where_it_is_used(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(FOUND[name])
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert finding["confidence"] == "medium"


@pytest.mark.parametrize("name", list(CLEAN))
def test_names_and_placeholders_are_none(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(CLEAN[name])
    assert report("scan", cwd=tmp_path).json["findings"] == []


def test_a_word_that_wants_to_be_replaced_is_doubted(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text("environment:\n  MYSQL_PASSWORD: changeme\n")
    (finding,) = report("scan", "--min-confidence", "low", cwd=tmp_path).json["findings"]
    assert finding["confidence"] == "low"


def test_a_key_of_django_may_hold_what_opens_a_template(tmp_path: Path) -> None:
    key = "k2#@_q=1$(__n7#(zax6#46fu)" + "x=3&^lz&bwb8ol-_097k_rj5"
    (tmp_path / "conf.py").write_text(f"SECRET_KEY = '{key}'\n")
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert finding["confidence"] == "high"


def test_a_password_of_four_groups_of_letters(tmp_path: Path) -> None:
    (tmp_path / "mail.py").write_text("password = 'qwrt " + "vbnm xzkj plmh'\n")
    (finding,) = report("scan", cwd=tmp_path).json["findings"]
    assert finding["confidence"] in {"high", "medium"}
