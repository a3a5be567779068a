"""What the path of a file says about the secrets in it."""

from __future__ import annotations

import functools

from leakhunt import lazy

_TEST = lazy.pattern(
    r"(?i)(?:^|/)(?:tests?|x?t|specs?|__tests__|testing|test[-_]?(?:data|suite|utils?|cases?|app|"
    r"helpers?)|testdata|fixtures?|"
    r"mocks?|__mocks__|e2e|cypress|features|integration[-_]?tests?|unit[-_]?tests?|functional|"
    r"factories|stubs?|"
    r"snapshots?|cassettes?|benchmarks?|src/test|androidtest)(?:/|$)"
    r"|(?:^|/)(?:test_[^/]*|[^/]*[._-](?:tests?|spec|specs|mock|mocks|fixtures?|stories|e2e|"
    r"cy)\.\w+|[^/]*\.(?:t|robot|feature)|"
    r"[^/]*(?:Tests?|Spec|(?-i:IT)|TestCase|Mock)\.\w+|conftest\.py|[^/]*_test_[^/]*)$|[-_.]tests?/"
    r"|(?:^|/)(?:ci/(?!prod|stag|live)[^/]+-values|test[-_]values)\.ya?ml$"
)
_DOCS = lazy.pattern(
    r"(?i)(?:^|/)(?:docs?|documentation|guides?|tutorials?|website|snippets)/|"
    r"\.(?:md|mdx|markdown|rst|adoc|asciidoc|textile|rdoc|tex|pod|org|po|1|3|5|8)$|"
    r"(?:^|/)(?:readme|changelog|changes|history|news)(?:[^/]*\.(?:txt|log|html?|in))?[^/.]*$"
)
_NOTES = lazy.pattern(
    r"(?i)(?:^|[/_-])(?:run-?books?|hand-?over|(?:ue|\u00fc)bergabe|zugangsdaten|"
    r"zug(?:ae|\u00e4)nge)(?![a-z])[^/]*\.\w+$"
)
"""What who runs a system writes for who runs it next: nothing there is an example."""
_SAMPLE = lazy.pattern(
    r"(?i)(?:^|/)(?:examples?|samples?|demos?|playground)/|"
    r"(?:^|[/._-])(?:examples?|samples?|template|dist|tt|skeleton|boilerplate)"
    r"(?:[._-][^/]*)?$|[._-]default(?:\.[^/]*)?$|(?<!config)(?:^|/)default\.(?:env|ini|toml|ya?ml|json|php)$"
)
"""What is below `templates/` or `defaults/` is used."""
_STARTED = lazy.pattern(r"(?i)(?:^|/)(?:(?:docker-)?compose[\w.-]*\.ya?ml|(?:[\w-]+)?\.env)$")
"""What starts containers is used as it stands, below `examples/` as well."""
_NAME = lazy.pattern(r".*/")
_CODES = (
    r"(?:ar|bg|bn|ca|cs|da|de|el|en|eo|es|et|eu|fa|fi|fr|gl|he|hi|hr|hu|hy|id|it|ja|ka|ko|lt|lv|ms|"
    r"nb|nl|nn|no|pl|pt|ro|ru|sk|sl|sq|sr|sv|th|tr|uk|ur|vi|zh)"
)
_LOCALE = lazy.pattern(
    r"(?i)(?:^|/)locali[sz]ations?/(?:[^/]+/){0,4}[^/]*\.(?:xml|json|ya?ml|resx|properties)$|"
    r"(?:^|/)(?:locales?|i18n|l10n|lang|langs|languages?|translations?|nls|intl)(?:/|$)|"
    r"(?:^|/)(?:messages|strings|translations?|locale|localizable)[^/]*\."
    r"(?:properties|ya?ml|json|xml|strings|php|po|pot|ts|js|resx|ini)$|"
    r"\.(?:po|pot|xlf|xliff|resx|strings(?:dict)?|arb)$|(?:^|/)values-[\w-]+/strings\.xml$|"
    rf"(?:^|/)(?:[\w-]+[._-])?{_CODES}(?:[-_][a-z]{{2,4}})?\.(?:ya?ml|json|ini|properties|js|ts|php)$"
)
_MADE = lazy.pattern(
    r"(?i)(?:[.-](?:min|bundle|chunk|umd|iife|standalone)\.(?:js|css|mjs)|(?:^|/)(?:angular|backbone|bootstrap|"
    r"ckeditor|codemirror|jquery|lodash|mathjax|moment|plotly|select2|swagger-?ui|tinymce|"
    r"underscore)(?:[.-][\w.-]*)?\.js|\.(?:map|pb\.go|pb\.cc|pb\.h|g\.dart|"
    r"designer\.cs|snap|svg|ipynb_checkpoints|patch|diff|lock|sum))$|"
    r"(?:^|/)(?:vendor|\.yarn|vendored|third[-_]?party|node_modules|bower_components|dist|"
    r"public/assets|public/build|external|extern|deps)/|"
    r"(?:^|/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|go\.sum|composer\.lock|"
    r"gemfile\.lock|poetry\.lock|cargo\.lock)(?:\.\w{1,8})?$|_pb2\.py$|\.generated\."
)
_SCHEMA = lazy.pattern(
    r"(?i)(?:schema[^/]*\.(?:json|ya?ml|graphql|sql|rb|xml)|\.(?:graphqls?|proto|xsd|wsdl|avsc|"
    r"thrift|raml)|(?:openapi|swagger)[^/]*\.(?:json|ya?ml))$"
)
_API = lazy.pattern(
    rb"(?m)^[ \t{]{0,8}[\"']?(?:openapi|swagger|asyncapi)[\"']?[ ]?:[ ]?[\"']?[1-4]\.\d"
)
"""The line with which the description of an API begins: its values are examples."""
_TOP = 2_000
"""Bytes at the top of a file in which that line stands."""
_LEAD, _PACKED = 1_000, 12_000
"""Behind the licence at the top of a packed script no line ends for that many bytes."""
_SCRIPT = lazy.pattern(rb"function ?\w{0,3}\(|=>[{(]|[;,]var \w{1,2}=|\breturn ")
_CALLS = 20
"""What is of a script, at least, in that stretch: JSON in one line is none."""

MESSAGE = "message.txt"
"""What people write into commits and tags is judged as prose is, under this name."""
_NOT_TRANSLATED = b'translatable="false"'
"""What is said of a text of an Android app that is a setting."""
_SEALED = lazy.pattern(
    rb"(?i)<[^<>]*\s(?:encoding=[\"']crypt|protected=[\"']true|encrypted=[\"'](?:true|yes|1))[\"']"
    rb"[^<]*\Z"
)
"""The tag that a value stands in says that it is encrypted: FileZilla, KeePass."""
_TAG = 400
"""Bytes of such a tag before its value, at most."""
_CI = lazy.pattern(
    r"(?i)(?:^|/)(?:\.github/workflows|\.circleci|\.buildkite|\.ci|\.semaphore|\.woodpecker)/|"
    r"(?:^|/)(?:\.gitlab-ci|\.travis|\.drone|azure-pipelines|bitbucket-pipelines|appveyor|"
    r"\.cirrus)[^/]*\.ya?ml$|(?:^|/)jenkinsfile[^/]*$"
)


@functools.lru_cache(maxsize=4096)
def kinds(path: str) -> frozenset[str]:
    """Return what a file is by its path: `test`, `docs`, `locale`, `schema`, `ci`, and so on."""
    tests = (
        ("test", _TEST),
        ("docs", _DOCS),
        ("sample", _SAMPLE),
        ("locale", _LOCALE),
        ("made", _MADE),
        ("schema", _SCHEMA),
        ("ci", _CI),
    )
    found = frozenset(name for name, test in tests if test.search(path))
    if "sample" in found and _STARTED.search(path) and not _SAMPLE.search(_NAME.sub("", path)):
        found -= {"sample"}
    if "docs" in found and _NOTES.search(path):
        found -= {"docs"}
    return found


def kinds_of(about: frozenset[str], data: bytes) -> frozenset[str]:
    """Return what a file is by its content, too: descriptions of APIs, packed scripts.

    Args:
        about: what it is by its path, see :func:`kinds`.
        data: its text.
    """
    if _API.search(data, 0, _TOP):
        return about | {"schema", "api"}
    packed = len(data) > _PACKED and data.find(b"\n", _LEAD, _PACKED) < 0
    if packed and len(_SCRIPT.findall(data, _LEAD, _PACKED)) >= _CALLS:
        return about | {"made"}
    return about


def kinds_at(kinds: frozenset[str], data: bytes, start: int) -> frozenset[str]:
    """Return what a file is for a value in it: a text that is not translated is a setting.

    Args:
        kinds: what the file is, see :func:`kinds`.
        data: its text.
        start: of the value, in bytes.
    """
    if _NOT_TRANSLATED in data[max(0, start - 40) : start]:
        return kinds - {"locale"}
    return kinds


def is_sealed(data: bytes, start: int) -> bool:
    """Say whether the tag around a value, or before it, says that it is encrypted.

    Args:
        data: the text of its file.
        start: of the value, in bytes.
    """
    first = data.rfind(b"<", max(0, start - _TAG), start)
    return first >= 0 and _SEALED.match(data, first, start) is not None
