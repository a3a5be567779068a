"""Clients, languages and names that are met in practice, and what merely looks like them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import report

PW = "Kranich" + "Bucht47"
KEY = "Xk29vLq81zQ0" + "wErT4mBnAs7"
HEX = "9f3c1b7a5e2d4860" * 2

FOUND = [
    # names in other languages, of which the first word says what it is
    ("a.ts", f"export const mdp_bdd: string = '{PW}';", PW),
    ("a.c", f'#define SENHA_BANCO "{PW}"', PW),
    ("a.java", f'String nutzerKennwort = "{PW}";', PW),
    ("a.py", f'haslo_db = "{PW}"', PW),
    ("a.go", f'm["lozinka"] = "{PW}"', PW),
    ("a.py", f'opts["contraseña"] = "{PW}"', PW),
    ("a.kt", f'const val CONTRASEÑA = "{PW}"', PW),
    ("a.yml", f"yonghuMima: {PW}", PW),
    ("a.rb", f'clave_api = "{KEY}"', KEY),
    ("a.swift", f'let passwort_admin = "{PW}"', PW),
    # short names with a type, as elements and columns
    ("a.py", f'smtp_pass: str = "{PW}"', PW),
    ("a.xml", f"<config><mail_pw>{PW}</mail_pw></config>", PW),
    ("a.tsv", f"host\tuser\tpass\nh1\troot\t{PW}\n", PW),
    ("a.ps1", f'Start-It -MysqlPwd "{PW}"', PW),
    ("a.py", f'setattr(cfg, "ftpPassword", "{PW}")', PW),
    ("a.c", f'#define AIO_KEY "{HEX}"', HEX),
    # a field outside of a class; the header of a request, in a tuple
    ("a.ts", f"private readonly apiToken: string = '{HEX}';", HEX),
    ("a.exs", f'headers = [{{"x-api-key", "{HEX}"}}]', HEX),
    # clients that take what they take by its place
    ("a.cs", f'var sftp = new SftpClient("host", 22, "user", "{PW}");', PW),
    ("a.cs", f'var sftp = new SftpClient("host", "user", "{PW}");', PW),
    ("a.ino", f'client.connect("esp8266", "mqttuser", "{PW}");', PW),
    ("a.scala", f'val x = fromDriverManager[IO]("Driver", "jdbc:x:y", "app", "{PW}")', PW),
    ("a.py", f"c = Connection(server, 'cn=admin,dc=example', '{PW}')", PW),
    ("a.c", f'redisCommand(c, "AUTH %s", "{PW}");', PW),
    ("a.java", f'headers.setBearerAuth("{KEY}");', KEY),
    ("a.py", f"p = jwt.decode(token, key='{PW}', algorithms=['HS256'])", PW),
    ("a.java", f'b.builder().endpoint("http://m").credentials("minio", "{PW}")', PW),
    ("a.php", "<?php openssl_encrypt($d, 'aes-128-cbc', '" + "1357924681013579" + "', 0);", ""),
    # addresses whose host is put in
    ("a.py", f'e = create_engine(f"mysql+pymysql://reporter:{PW}@{{HOST}}/reports")', PW),
    ("a.js", f'const u = "amqp://worker:{PW}@" + host;', PW),
    ("a.rst", f"The admin password is ``{PW}``.", PW),
    # whose it is stands behind the name
    ("a.java", f'class A {{ String hasloAdmina = "{PW}"; }}', PW),
    ("a.php", f"<?php $x = getenv('PASSWORD_FOR_ADMIN') ?: '{PW}';", PW),
    ("a.csv", f"host;benutzer;kennwort;notiz\nh1;root;{PW};x\n", PW),
    ("a.sh", f"./app --kennwort-admin {PW}", PW),
    # what a visitor sends is compared with what a machine drew
    ("a.go", f'package a\nfunc f() {{ if r.Header.Get("X-Token") != "{HEX}" {{ return }} }}', HEX),
    ("a.js", f"if (s.query.token === '{HEX}') next();", HEX),
    ("A.java", f'class A {{ void f() {{ if ("{PW}".equals(pw)) ok(); }} }}', PW),
    # what only some languages write
    ("a.ts", f"login(user: string = 'demo', password: string = '{PW}') {{}}", PW),
    ("a.kt", f'private val apiKey by lazy {{ "{KEY}" }}', KEY),
    ("a.ino", f'const char WIFI_PASSWORD[] PROGMEM = "{PW}";', PW),
    ("a.exs", f'Application.put_env(:app, :password, "{PW}")', PW),
    (
        "a.rs",
        'use aes::Aes;\nlet key: [u8; 32] = *b"' + "Xk29vLq81zQ0wErT" + '4mBnAs7Lq02Zx8Cv";',
        "",
    ),
    ("a.cs", f'using Aes;\nrijndael.Key = Encoding.UTF8.GetBytes("Stoer#{PW[:10]}");', ""),
    ("a.cs", f'await page.TypeAsync("#password", "{PW}");', PW),
    ("a.php", f"<?php $p->query(\"SET PASSWORD FOR 'x'@'%' = '{PW}'\");", PW),
    ("a.py", f'c = cx_Oracle.connect("scott/{PW}@h:1521/XE")', PW),
    ("a.log", f"set-cookie: session={KEY}; Path=/", KEY),
]


@pytest.mark.parametrize(("name", "text", "value"), FOUND)
def test_what_people_write_is_found(tmp_path: Path, name: str, text: str, value: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    found = report("scan", ".", "--reveal", cwd=tmp_path).json["findings"]
    assert found
    assert not value or value in [one["secret"] for one in found], text


NONE = [
    # who signs in is none, if a password follows
    ("a.cs", 'var sftp = new SftpClient("host", 22, "admin", password);'),
    # words of other languages within other words, and what they are shown as
    ("a.py", 'enclave_type = "Enclave77x"'),
    ("a.js", "const t = { contrasena: 'Contraseña', clave_api: 'Clave de API' };"),
    ("a.py", "search('cn=admin,dc=example', 'objectClass')"),
    ("a.py", 'user.filter(key="sort-order-asc")'),
    ("a.csv", "host,user,pass\nh1,root,\n"),
    ("a.ts", "const size: string = 'x-large-22';"),
]


@pytest.mark.parametrize(("name", "text"), NONE)
def test_what_merely_looks_like_it_is_not(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert not report("scan", ".", cwd=tmp_path).json["findings"]
