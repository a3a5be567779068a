"""Which format a file is in, and a text inside another one."""

from __future__ import annotations

import functools
import re
from fnmatch import fnmatchcase, translate

from leakhunt import lazy

SUFFIXES: dict[str, str] = {
    suffix: language
    for language, suffixes in {
        "env": "env flaskenv",
        "properties": "properties props",
        "ini": "ini cfg cnf desktop reg inf editorconfig gitconfig pypirc npmrc s3cfg boto "
        "ovpn wg tf_vars_ini",
        "systemd": "service socket timer mount container network netdev nspawn link automount",
        "conf": "conf config",
        "yaml": "yaml yml eyaml sls cff clinerules raml yamlbr syml",
        "json": "json json5 jsonc jsonl ndjson geojson webmanifest tfstate har arb avsc bowerrc "
        "eslintrc prettierrc babelrc postman_collection postman_environment code-workspace "
        "webapp importmap mcmeta jsonld",
        "ipynb": "ipynb",
        "asciidoc": "adoc asciidoc asc",
        "csv": "csv",
        "html": "html htm xhtml vue svelte ejs hbs handlebars mustache jsp jspx aspx cshtml twig",
        "log": "log out err trace",
        "markdown": "md markdown mdx mkd mdown qmd rmd",
        "rst": "rst rest",
        "tsv": "tsv tab",
        "toml": "toml",
        "xml": "xml csproj vbproj fsproj vcxproj props.xml targets plist pom xsl xslt xsd wsdl "
        "svg xaml "
        "resx nuspec dtsx rdl config.xml fxml storyboard xib iml jmx xmi rss atom opml "
        "mobileconfig "
        "pubxml publishsettings wxs jelly axml launch dtsconfig",
        "hcl": "tf tfvars hcl nomad tofu sentinel workflow",
        "dockerfile": "dockerfile containerfile",
        "makefile": "mk mak make",
        "crontab": "cron crontab",
        "directives": "nginx vhost htaccess caddyfile haproxy acl",
    }.items()
    for suffix in suffixes.split()
}
"""Suffix, without its dot and in small letters, to format."""

NAMES: tuple[tuple[str, str], ...] = tuple(
    (pattern, language)
    for language, patterns in {
        "env": ".env .env.* *.env.* env .envrc.local dotenv .flaskenv .dev.vars .env-* env.* "
        "*.env environment .secrets.env secrets.env",
        "netrc": ".netrc _netrc netrc",
        "pgpass": ".pgpass pgpass.conf",
        "chap": "chap-secrets pap-secrets l2tp-secrets chap_secrets",
        "userlist": "userlist.txt userlist *userlist.txt",
        "logins": "sasl_passwd passwd.client .passwd-s3fs passwd-s3fs rsyncd.secrets "
        "*passwords.txt *passwd.txt *credentials.txt *creds.txt *logins.txt *accounts.txt "
        "users.txt "
        "auth.txt userpass.txt login.txt pass.txt psk.txt",
        "ini": ".npmrc .yarnrc .pypirc .gitconfig .my.cnf my.cnf .mylogin.cnf pip.conf tox.ini "
        "setup.cfg .s3cfg .boto .hgrc .bumpversion.cfg .coveragerc .pylintrc .flake8 odbc.ini "
        "credentials .dockercfg.ini .passwd-s3fs alembic.ini supervisord.conf .gitmodules "
        "rclone.conf php.ini *.conf.ini .editorconfig ansible.cfg hosts.ini wgetrc .wgetrc "
        ".curlrc _curlrc .smbcredentials hosts inventory uwsgi.ini pgbouncer.ini grafana.ini",
        "yaml": ".travis.yml .gitlab-ci.yml .clang-format .yamllint .gemrc .ansible-lint .condarc",
        "json": ".babelrc .eslintrc .prettierrc .jshintrc .bowerrc .dockercfg .swcrc composer.lock "
        "pipfile.lock .watchmanconfig .arcconfig *.json.* .docker/config.json flake.lock",
        "toml": "cargo.lock poetry.lock pipfile uv.lock gopkg.lock .cargo/credentials",
        "dockerfile": "dockerfile dockerfile.* *.dockerfile containerfile containerfile.* "
        "dockerfile-* *-dockerfile",
        "makefile": "makefile gnumakefile makefile.* bsdmakefile",
        "procfile": "procfile procfile.*",
        "crontab": "crontab crontab.* *.crontab crontab-* *-crontab",
        "xml": "pom.xml web.config app.config packages.config nuget.config machine.config "
        "applicationhost.config settings.xml",
        "directives": ".htaccess caddyfile caddyfile.* haproxy.cfg nginx.conf httpd.conf "
        "sentinel.conf "
        "ipsec.secrets *.secrets .esmtprc esmtprc .msmtprc msmtprc .fetchmailrc fetchmailrc "
        ".mbsyncrc mbsyncrc squid.conf snmpd.conf pg_hba.conf slapd.conf mosquitto.conf",
        "conf": "config redis.conf sshd_config ssh_config",
    }.items()
    for pattern in patterns.split()
)
"""Patterns of whole names, in small letters, to format; the first that fits counts."""

_EXTRA = {"example", "sample", "dist", "bak", "orig", "old", "tmpl", "template", "in", "j2", "erb"}
_EXTRA |= {"tpl", "default", "local", "enc", "gotmpl", "mustache", "jinja", "jinja2", "backup"}

_GIT_CONFIG = lazy.pattern(r"(?:^|/)\.git/config$|(?:^|/)git/config$|(?:^|/)modules/[^/]+/config$")
_AWS = lazy.pattern(r"(?:^|/)\.aws/(?:config|credentials)$")
_DOCKER = lazy.pattern(r"(?:^|/)\.docker/config\.json$")
_KUBE = lazy.pattern(r"(?:^|/)\.kube/config$|kubeconfig$")
_PLACED = ("config", "credentials", "config.json", "\n")
"""How paths end that say what a file is; before a newline, too, the end is the end."""

_JSON_START = lazy.pattern(rb"[\s\xef\xbb\xbf]*+(?:\{[\s]*+(?:\"|\}|'|//)|\[[\s]*+[{\"\[\d\]])")
_XML_START = lazy.pattern(rb"[\s\xef\xbb\xbf]*+<(?:\?xml|!DOCTYPE|!--|[A-Za-z][\w:.-]*+[\s/>])")
_HTML_START = lazy.pattern(rb"(?i)[\s\xef\xbb\xbf]*+<(?:!doctype\s+html|html|head|body)\b")
_BRACE = lazy.pattern(rb"(?m)^[ \t]*\}[;,]?[ \t]*\r?$|\{[ \t]*\r?$")
_SECTION = lazy.pattern(rb"(?m)^[ \t]*\[[^\]\r\n]{1,200}\][ \t]*\r?$")
_SIGNED = lazy.pattern(rb"(?m)^[ \t]*[\w.\-]{1,100}[ \t]*=")
_SPACED = lazy.pattern(rb"(?m)^[ \t]*[\w.\-]{1,100}(?:[ ][\w.\-:]{1,60}){0,5}[ \t]*=")
"""A key of several words, as below a section of smb.conf."""
_SIGNED_QUOTE = lazy.pattern(rb"(?m)^[ \t]*[\w.\-]{1,100}[ \t]*=[ \t]*[\"']")
_ENV_LINE = lazy.pattern(rb"(?m)^(?:export )?[A-Z_][A-Z\d_]{1,100}=")
_COLON = lazy.pattern(rb"(?m)^[ \t]*(?:- )?[\w.\-\"']{1,100}:(?=[ \t\r\n]|\Z)")
_LINES = lazy.pattern(rb"(?m)^[ \t]*[^\s#;]")
_SHEBANG = lazy.pattern(rb"#!\s*\S*?(?:/env\s+(?:-\S+\s+)*)?([a-z]+)[\d.]*(?:\s|$)")
HEAD = 16_384
"""Bytes that are looked at."""


def of_path(path: str, content: bytes) -> str:
    """Say which format a file is in, from its name and, where that leaves a choice, its content.

    Args:
        path: its path; both kinds of slashes count.
        content: its content, of which only the beginning is looked at.

    Returns:
        The name of a format, or nothing.
    """
    whole = path.replace("\\", "/").lower()
    name = whole.rpartition("/")[2]
    found = _of_place(whole) or _of_name(name)
    stem, dot, suffix = name.rpartition(".")
    while not found and dot and suffix in _EXTRA:
        found = _of_name(stem)
        stem, dot, suffix = stem.rpartition(".")
    return refined(found, content[:HEAD]) if found else ""


def _of_place(whole: str) -> str:
    if not whole.endswith(_PLACED):
        return ""
    if _AWS.search(whole) or _GIT_CONFIG.search(whole):
        return "ini"
    if _KUBE.search(whole):
        return "yaml"
    return "json" if _DOCKER.search(whole) else ""


_NESTED = {"yaml", "json", "toml", "xml", "hcl"}
"""Formats whose files are called like environments, too: env.yaml, .env.json."""


@functools.cache
def _wild() -> re.Pattern[str]:
    """What a name has to look like for a pattern with a star, any of them."""
    return re.compile("|".join(translate(pattern) for pattern, _ in NAMES if "*" in pattern))


@functools.cache
def _whole() -> frozenset[str]:
    return frozenset(pattern for pattern, _ in NAMES)


def _of_name(name: str) -> str:
    suffix = name.rpartition(".")[2] if "." in name else ""
    own = SUFFIXES.get(suffix, "")
    if name in _whole() or _wild().match(name):
        for pattern, language in NAMES:
            if pattern == name or ("*" in pattern and fnmatchcase(name, pattern)):
                return own if language == "env" and own in _NESTED else language
    return own


def refined(language: str, head: bytes) -> str:
    """Return a format more precisely, where a name stands for several."""
    if language in {"conf", "json", "yaml", "ini", "properties"} and _XML_START.match(head):
        return "xml" if language != "yaml" else language
    if language in {"conf", "ini", "tsv", "csv"} and _JSON_START.match(head):
        return "json"
    if language == "conf":
        found = "" if _BRACE.search(head) else of_content(head)
        return "ini" if found in {"properties", "env"} else found or "directives"
    return language


def of_content(head: bytes) -> str:
    """Say which format a text looks like: the beginning of a file, or a text inside another.

    Args:
        head: the text.

    Returns:
        The name of a format, or nothing if it looks like none.
    """
    head = head[:HEAD]
    if _JSON_START.match(head):
        return "json"
    if _XML_START.match(head):
        return "html" if _HTML_START.match(head) else "xml"
    lines = len(_LINES.findall(head))
    if not lines:
        return ""
    signed = len(_SIGNED.findall(head))
    sections = len(_SECTION.findall(head))
    if sections and len(_SPACED.findall(head)) * 2 >= lines - sections:
        return "ini"
    if signed * 10 >= lines * 7:
        if len(_ENV_LINE.findall(head)) * 2 >= signed:
            return "env"
        return "ini" if _SIGNED_QUOTE.search(head) else "properties"
    if len(_COLON.findall(head)) * 2 >= lines:
        return "yaml"
    return ""


def of_unnamed(head: bytes) -> str:
    """Say which format a file surely is in whose name says nothing.

    Args:
        head: its beginning.

    Returns:
        The name of a format, or nothing.
    """
    if head.startswith(b"#cloud-config"):
        return "yaml"
    if _JSON_START.match(head):
        return "json"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        return "xml"
    if _HTML_START.match(head):
        return "html"
    found = of_content(head)
    if (found == "ini" and _SECTION.search(head)) or (
        found == "env" and len(_ENV_LINE.findall(head)) > 1
    ):
        return found
    return found if found == "yaml" and head.startswith(b"---") else ""


def of_text(name: str, text: bytes) -> str:
    """Say which language a text inside another one is in.

    Args:
        name: the key above it, which may be the name of a file.
        text: the text.

    Returns:
        The name of a language or a format, or nothing.
    """
    from leakhunt.facts.languages import language_of

    if text.startswith(b"#cloud-config"):
        return "yaml"
    found = _SHEBANG.match(text)
    if found or "." in name or "/" in name:
        known = language_of(name if "." in name else "", text)
        if known != "text":
            return known
    return of_content(text)
