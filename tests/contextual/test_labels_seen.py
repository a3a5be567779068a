"""What labels that others gave showed: passwords of key stores, tokens in manuals, names of things.

The values are made up. Of each file it is said which lines hold a secret at the levels that are
reported by default, and all else is none or is doubted.
"""

from __future__ import annotations

import pytest

from tests.run import Result, report

HEX = "0c4f518daf899a0c" + "188f3bfd17e4565d"
DRAWN = "kAcSOqF21Fu85e7zjz7ZN2U4" + "ZRhfV3WpwPAoE3Z7kZs"
PW = "Vq7" + "xLm2Zt9rKd4"
EMPTY = "da39a3ee5e6b4b0d3255bfef" + "95601890afd80709"

FILES = {
    # a key store was made with the word that opens it; what is in a trust store is public
    "Tls.java": (
        'class A {\n  private String keyStorePassword = "password";\n'
        '  static final String CA_KEYSTORE_PASSWORD = "secret";\n'
        '  void a() { f.setKeyStorePassword("changeit"); }\n'
        '  String keystorePassword = "your-password";\n'
        '  String trustStorePassword = "password";\n}\n',
        {2, 3, 4},
    ),
    "tls.properties": (
        "server.ssl.key-store-password=changeit\nssl.keystore.password=secret\n"
        "#old.keystore.password=changeit\n",
        {1, 2},
    ),
    "tests/tls.properties": ("ssl.keystore.password=secret\n", set()),
    # counts below the name of a tool
    "docs/counts.md": (
        "| set | detect-secrets |\n|---|--:|\n| A | 196, of 11,849 |\n| B | 58, of 3,546 |\n",
        set(),
    ),
    # a manual shows tokens that were issued; passwords it makes up
    "docs/api.md": (
        f"```json\n{{\n"
        f'  "access_token": "{DRAWN}",\n'
        f'  "client_secret": "{HEX}",\n'
        f'  "password": "{PW}",\n'
        f'  "key": "{DRAWN[::-1]}"\n'
        "}\n```\n",
        {3, 4},
    ),
    "docs/strong-name.md": ("The public key token is 89e7d7c5feba84ce\n", set()),
    "docs/digest.md": (f'git config --global shop.clientSecret "{EMPTY}"\n', set()),
    "docs/links.md": (
        "[shop-api-secret]: environment.md#SHOP_API_SECRET_2A\n"
        "[api-token]: ../guide/Tokens9xK2mQv8TzR4.html#api-token\n",
        set(),
    ),
    "docs/jwt.md": ("JSON Web Token : `Base64(Header).Base64(Data).Base64(Signature)`\n", set()),
    # names of settings, of what is kept, of statuses, of folders
    "Names.cs": (
        'class A {\n  public const string OAuthClientSecret = "oauthClientSecret";\n'
        '  public const string ClientSecret = "shopDevClientSecret";\n'
        '  const string FILE_SOURCE_ROOT_KEY = "ShopFileSourceRoot";\n}\n',
        set(),
    ),
    "search.js": ("const client = connect({\n  apiKey: 'base64EncodedKey',\n})\n", set()),
    "api.txt": (
        "Native.Code.STATUS_ILL_FORMED_PASSWORD = 3221225579 -> Native.Code\n"
        "Native.Error.ERROR_OTHER_PASSWORD = 2108 -> Native.Error\n",
        set(),
    ),
    "where.rb": ('puts "now in #{Dir.pwd}"\nputs "with #{user.password}"\n', {2}),
}


NONE = ["docs/links.md", "docs/digest.md", "Names.cs", "search.js", "api.txt"]
"""Files of which not even what is doubted is reported."""


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("labels")
    for name, (text, _) in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return report("scan", "--min-confidence", "low", cwd=folder)


@pytest.mark.parametrize("name", list(FILES))
def test_what_is_reported(scanned: Result, name: str) -> None:
    places = [
        place
        for finding in scanned.json["findings"]
        if finding["confidence"] != "low"
        for place in finding["locations"]
    ]
    assert {place["line"] for place in places if place["path"] == name} == FILES[name][1]


@pytest.mark.parametrize("name", NONE)
def test_what_is_none_is_not_even_doubted(scanned: Result, name: str) -> None:
    places = [place for finding in scanned.json["findings"] for place in finding["locations"]]
    assert not [place for place in places if place["path"] == name]


def test_a_password_in_a_manual_is_doubted(scanned: Result) -> None:
    sure = {
        finding["confidence"]
        for finding in scanned.json["findings"]
        if any(place["line"] == 5 for place in finding["locations"])
        and finding["locations"][0]["path"] == "docs/api.md"
    }
    assert sure == {"low"}
