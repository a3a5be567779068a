"""What work trees showed of charts, playbooks and small applications: what is a secret there.

The values are made up. Of each file it is said which lines hold a secret, and all else is none.
"""

from __future__ import annotations

import pytest

from tests.run import Result, report

PW = "kv82" + "Msd91!x"
WORD = "hunt" + "er2x"
P = "p" + "assword"

FILES = {
    # what something is called in a cluster, and the keys in it
    "charts/shop/values.yaml": (
        "tls" + "Secret: shop.local-tls\n"
        "peer" + "Secret: shop-peer-tls\n"
        "node" + "Secret: river-node\n"
        "ssl:\n  secret: river-ssl-certs\n"
        "auth:\n  passwordSecret" + "Key: river-password\n  clientSecretKey: clientSecret\n"
        "a:\n  b:\n    cred: hlf--ord1-cred\n"
        "ann:\n  # nginx.ingress.kubernetes.io/auth-secret: river-tls-secret\n"
        "net" + "workPassphrase: Public Global Stellar Network ; September 2015\n"
        "own" + f"Password: {PW}\n",
        {15},
    ),
    "charts/shop/templates/set.yaml": (
        "env:\n- name: INIT_" + "PASSWORD\n  value: .Values.initdbPassword\n",
        set(),
    ),
    "charts/shop/templates/config.yaml": (
        '{{- $_ := set $c "Source" (print .Values.user ":" .Values.mysql.mysqlPassword "@tcp(" '
        '.Release.Name "-mysql:3306)/" .Values.db) }}\n',
        set(),
    ),
    "application.yml": (
        "spring:\n  redis:\n    host: ${REDIS_HOST:localhost}\n    " + f"{P}: dev\n"
        "  jdbc:\n    " + P + ": ${mysql-root-password}\n",
        {4},
    ),
    "README.md": (
        "$ mysqladmin -uroot -p$MYSQL_ROOT_PASSWORD shutdown\n\n"
        "Add Input.Password `panel.tabIndex` to customize it.\n\n"
        'mc config host add {{ template "river.fullname" . }}-local http://localhost:9000 '
        "{{ .Values.accessKey }} {{ .Values.secretKey }} S3v4\n\n"
        "- uses river-keyvault-secrets==4.0.0b1\n",
        set(),
    ),
    # expressions, names with a version, what is looked up by its key
    "resources.py": (
        "_credential = r'credentials/\\d+/'\n_team_credentials = r'teams/\\w+/credentials/'\n",
        set(),
    ),
    "url.ts": ("const TAB_STORAGE_KEY = 'ws_tab_id_v1'\n", set()),
    "install.sh": (
        "python3 <<X\nsecret = oidc_secrets.get('river-mcp')\n"
        "data['servers']['a']['client_secret'] = secret\nX\n",
        set(),
    ),
    "lookup.py": (
        "EXAMPLES = \"\"\"\n  a: \"{{ lookup('river', host='controller.river.dev',\n"
        '      username=\'admin\', password=my_pass_var, verify_ssl=False) }}"\n"""\n'
        'DOC = """\n    options:\n    - Write-only field used to change the password.\n"""\n',
        set(),
    ),
    "chain.yaml": (
        'data: |\n    {"Accounts":[{"Address":"74BA","PublicKey":{"CurveType":"ed25519"},'
        '"Password":{"CurveType":"ed25519"}}]}\n',
        set(),
    ),
    # defaults of a variable, also within an address
    "compose.yml": (
        "services:\n  web:\n    environment:\n"
        "      DATABASE_URL: postgres://app:${DB_PASSWORD:-" + WORD + "}@db:5432/x\n",
        {4},
    ),
    "backup.sh": (
        'URL="ftp://app:${DB_PASSWORD:-' + WORD + '}@db/x"\n'
        'A="${DB_PASSWORD:-}" B="${ADMIN_TOKEN:-none}" C="${SSH_KEY:-$HOME/.ssh/id}"\n',
        {1},
    ),
    # with what a store opens that nobody has given keys; what calls without an argument get
    "store.env": ("STORAGE_ACCESS_KEY=admin\nSTORAGE_SECRET_" + "KEY=admin\n", {2}),
    "Storage.java": ("class A { private String secret" + 'Key = "rustfsadmin"; }\n', {1}),
    "node.ps1": (
        "param(\n  [string]$adminUserName, # = 'cloud'\n  [string]$adminPassword = 'P@ssw0rd!',\n"
        "  [switch]$force\n)\n",
        {3},
    ),
    # what signs in, in code that is none of a test; a chart connects as it stands
    "Login.tsx": (
        "async function a() {\n  await db.auth.signInWithPassword({\n    email: RIVER_EMAIL,\n"
        "    "
        + P
        + ": 'testpassword1'\n  });\n  useForm({ email: EMAIL, "
        + P
        + ": 'testpassword1' });\n  api.login({ email: user.email, "
        + P
        + ": 'password' });\n}\n",
        {4},
    ),
    "charts/values.yaml": (
        "config:\n  APP: a\n  DATABASE_URL: postgresql://river_user:river_pass@127.0.0.1:5432/x\n",
        {3},
    ),
    # phrases as keys: more words than a name has, or again and again
    "appsettings.json": (
        '{"Jwt": {"Secret' + 'Key": "' + " ".join(["my secret key"] * 9) + '"}}\n',
        {1},
    ),
    "JwtUtil.java": (
        'class A {\n  static final String SECRET_KEY = "learn-to-swim-super-secret-key";\n'
        '  static final String CLIENT_SECRET = "river-oauth-client-secret";\n}\n',
        {2},
    ),
    # nobody makes up a UUID for a sample
    ".env.example": (
        "MINIO_ROOT_" + "PASSWORD=900fe605-ddfe-4929-967c-6ed6ca734a0d\nDB_PASSWORD=12345\n",
        {1},
    ),
    "notes.md": (
        "| Service | URL | Credentials |\n|---|---|---|\n| R | http://r | admin / (from .env) |\n",
        set(),
    ),
    "blueprint.yaml": ("form:\n  salt: River's random security salt\n", set()),
    "Node.php": (
        "<?php\nclass A { function b() { $c->write('echo $html->getToken();' . PHP_EOL); } }\n",
        set(),
    ),
    "deploy.ps1": (
        ".\\deploy.ps1 -adminPassword changeme3240e2938r92 -resourceGroup river\n"
        ".\\deploy.ps1 -adminPassword changeme2026 -resourceGroup river\n",
        {1},
    ),
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
