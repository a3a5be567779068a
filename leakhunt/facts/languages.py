"""Which language a file is in, decided from its name and, if that says nothing, its first line."""

from __future__ import annotations

from leakhunt import lazy
from leakhunt.facts.formats import recognise

SUFFIXES: dict[str, str] = {
    suffix: language
    for language, suffixes in {
        "bash": "sh bash zsh ksh ash dash bats command ebuild envrc",
        "c": "c",
        "cpp": "cc cpp cxx c++ h hh hpp hxx h++ ino cu cuh ipp tpp inl",
        "csharp": "cs csx",
        "elixir": "ex exs",
        "go": "go",
        "groovy": "groovy gradle gvy gy gsh jenkinsfile",
        "java": "java jav",
        "javascript": "js jsx mjs cjs es6 jsm",
        "kotlin": "kt kts ktm",
        "lua": "lua rockspec",
        "objc": "m mm",
        "perl": "pl pm t pod psgi cgi",
        "php": "php php3 php4 php5 php7 phps phtml inc module install theme",
        "powershell": "ps1 psm1 psd1",
        "python": "py pyw pyi pyx wsgi bzl tac",
        "ruby": "rb rake gemspec ru podspec jbuilder thor fcgi rbw",
        "rust": "rs",
        "scala": "scala sc sbt",
        "sql": "sql ddl dml psql mysql pgsql",
        "swift": "swift",
        "tsx": "tsx",
        "typescript": "ts mts cts",
    }.items()
    for suffix in suffixes.split()
}
"""Suffix, without its dot and in small letters, to language."""

NAMES: dict[str, str] = {
    name: language
    for language, names in {
        "bash": ".bashrc .bash_profile .bash_aliases .profile .zshrc .zprofile .zshenv .kshrc "
        "pkgbuild apkbuild .bash_logout .xinitrc .bash_history .zsh_history",
        "groovy": "jenkinsfile",
        "perl": "cpanfile makefile.pl",
        "python": "sconstruct sconscript wscript .pythonrc .pythonstartup build.bazel",
        "ruby": "gemfile rakefile vagrantfile podfile capfile guardfile fastfile brewfile "
        "berksfile appfile matchfile deliverfile thorfile dangerfile .irbrc .pryrc",
    }.items()
    for name in names.split()
}
"""Whole names, in small letters, to language."""

INTERPRETERS: dict[str, str] = {
    "sh": "bash",
    "bash": "bash",
    "zsh": "bash",
    "ksh": "bash",
    "dash": "bash",
    "ash": "bash",
    "python": "python",
    "pypy": "python",
    "ruby": "ruby",
    "perl": "perl",
    "php": "php",
    "node": "javascript",
    "nodejs": "javascript",
    "deno": "typescript",
    "bun": "typescript",
    "lua": "lua",
    "luajit": "lua",
    "groovy": "groovy",
    "elixir": "elixir",
    "pwsh": "powershell",
    "powershell": "powershell",
    "scala": "scala",
    "swift": "swift",
    "kotlin": "kotlin",
}
"""What a `#!` line starts, without its version, to language."""

_QUOTING = frozenset(
    """
    adb ads bas bicep clj cljc cljs cls coffee cr cue d dart dhall dpr el elm erl f90 f95 fs fsi
    fsx gd gleam hrl hs hx jl jsonnet lhs libsonnet lisp ml mli nim nix odin pas purs r raku rego
    res rkt scm sol trigger v vala vb vbs vhd zig
    """.split()  # noqa: SIM905 (a suffix a line would fill the file)
)
"""Suffixes of languages that have no grammar here, and in which a text has quotes."""

_FIRST_LINE = lazy.pattern(
    rb"(?:\xef\xbb\xbf)?#!\s*(?:\S*/)?(?:env(?:[ \t]+-\S+|[ \t]+\w+=\S*){0,8}[ \t]+)?"
    rb"(?:\S*/)?([A-Za-z]+)"
)
_PHP = lazy.pattern(rb"(?:\xef\xbb\xbf)?\s{0,64}<\?php\b")
_OBJC = lazy.pattern(
    rb"(?m)^[ \t]*(?:@(?:interface|implementation|protocol|import|class)\b|#import)"
)
_MATLAB = lazy.pattern(rb"(?m)^[ \t]*(?:%|function\b.{0,200}=|end\b)")
HEAD = 16_384
"""Bytes that are looked at where the name leaves a choice."""


def language_of(path: str, content: bytes) -> str:
    """Say which language a file is in.

    Args:
        path: its path; both kinds of slashes count.
        content: its content, of which only the beginning is looked at.

    Returns:
        The name of a language, or `text` if nothing tells.
    """
    name = path[max(path.rfind("/"), path.rfind("\\")) + 1 :].lower()
    if name.endswith(".ini.php"):
        return "ini"  # settings, of which a web server shows nothing
    stem, dot, suffix = name.rpartition(".")
    if suffix in {"example", "sample", "dist", "bak", "orig", "old", "tmpl", "template", "in"}:
        stem, dot, suffix = stem.rpartition(".")
    language = NAMES.get(name) or (SUFFIXES.get(suffix, "") if dot else "")
    if not language and name.partition(".")[0] in {"jenkinsfile"}:
        language = "groovy"
    head = content[:HEAD]
    if suffix in {"h", "m"} and language:
        return _of_c_family(suffix, language, head)
    if not language and (found := recognise.of_path(path, head)):
        return found
    if language in {"", "php"} and suffix not in {"php", "phtml"}:
        found = language if suffix in SUFFIXES and _plain(head) else ""
        return _of_first_line(head) or found or recognise.of_unnamed(head) or "text"
    return language


def has_quotes(path: str) -> bool:
    """Say whether a file is code that is read line by line, so that a bare word is a name in it.

    Args:
        path: its path.
    """
    return path[path.rfind(".") + 1 :].lower() in _QUOTING


def _of_c_family(suffix: str, language: str, head: bytes) -> str:
    """`.h` is C++ unless it is Objective-C; `.m` is Objective-C unless it is Matlab."""
    if _OBJC.search(head):
        return "objc"
    if suffix == "m":
        return "text" if _MATLAB.search(head) else "objc"
    return language


def _of_first_line(head: bytes) -> str:
    if _PHP.match(head):
        return "php"
    found = _FIRST_LINE.match(head)
    return INTERPRETERS.get(found[1].decode().lower(), "") if found else ""


def _plain(head: bytes) -> bool:
    """PHP's rarer suffixes count only where there is PHP."""
    return b"<?" in head
