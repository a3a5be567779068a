"""What nested documents mean: lists of names and values, secrets, commands, files in files."""

from __future__ import annotations

import base64
import binascii
import functools
import re
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.facts import commands
from leakhunt.facts.formats import embedded, recognise
from leakhunt.facts.formats.embedded import Place
from leakhunt.facts.formats.sheet import words
from leakhunt.facts.model import Value
from leakhunt.facts.slices import behind, head

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.facts.formats.entries import Entry, Path
    from leakhunt.facts.formats.sheet import Sheet

NAMES = {"name", "key", "parameterkey", "variable", "variablename", "@name", "@key", "field"}
"""Keys whose value names what its neighbour holds."""
VALUES = {"value", "parametervalue", "defaultvalue", "default", "val", "@value", "default_value"}
"""Keys of the value that a neighbour, or the key above, names."""
ARGUMENTS = {"command", "args", "cmd", "entrypoint", "arguments", "argv", "commandline", "test"}
"""Keys of a list of words, or of a command line."""
SCRIPTS = {
    *("run", "script", "before_script", "after_script", "commands", "shell", "bash", "sh"),
    *("inlinescript", "postcreatecommand", "poststartcommand", "oncreatecommand", "install"),
    *("before_install", "after_success", "before_deploy", "after_deploy", "before_cache"),
    *("pre_build", "build", "post_build", "buildcommand", "startcommand", "releasecommand"),
    *(
        "exec",
        "execstart",
        "pre_script",
        "post_script",
        "runcmd",
        "bootcmd",
        "updatecontentcommand",
    ),
    *("postattachcommand", "initializecommand", "ansible.builtin.shell", "ansible.builtin.command"),
    *("script_block", "cli", "pre", "post", "setup", "win_shell", "raw", "user_data", "userdata"),
    "inline",
    *ARGUMENTS,
}
"""Keys of commands."""
_DEFAULTS = {"default", "defaultvalue", "default_value"}
_DECLARES = {"type", "description", "required", "sensitive", "noecho", "title", "help", "env"}
"""Keys of what declares a variable; in such company `default` is its value."""
_LANGUAGES = {"pwsh": "powershell", "powershell": "powershell", "win_shell": "powershell"}
_ENV = lazy.pattern(r"(?:export )?([A-Za-z_][\w.]{0,200})=")
_BASE64 = lazy.pattern(r"[A-Za-z0-9+/\s]{4,}={0,2}\s*", re.ASCII)
_FILE = lazy.pattern(r"[\w./-]{0,100}\.[A-Za-z]\w{0,12}")
"""A key that is the name of a file."""
_COMMAND = lazy.pattern(r"\s|=|\||^sh$")
_LOGINS = {"auth", "_auth"}
"""Keys of a name and a password in base64."""
_DEEP = {"data", "binarydata"}
MOST_DECODED = 200_000
"""Characters of base64 that are decoded."""

_words = functools.lru_cache(4096)(words)


def fill(sheet: Sheet, entries: Sequence[Entry], prefix: tuple[str, ...] = ()) -> None:
    """Note what a document says.

    Args:
        sheet: where its facts go.
        entries: its scalars, in order.
        prefix: words that go before each path.
    """
    if entries:
        _Document(sheet, entries, prefix).fill()


def path_words(path: Path) -> tuple[str, ...]:
    """Return the words of a path, without the numbers of lists."""
    return tuple(word for step in path if isinstance(step, str) for word in _words(step))


class _Document:
    def __init__(self, sheet: Sheet, entries: Sequence[Entry], prefix: tuple[str, ...]) -> None:
        self.sheet = sheet
        self.entries = entries
        self.prefix = prefix
        self.names: dict[Path, Entry] = {}
        self.kinds: dict[Path, str] = {}
        self.lists: dict[Path, list[Value]] = {}
        self.declared: set[Path] = set()
        self._known: tuple[Path, tuple[str, ...]] = ((), ())

    def fill(self) -> None:
        """Note everything."""
        for entry in self.entries:
            last = entry.path[-1] if entry.path else ""
            if isinstance(last, str) and entry.value.text:
                low = last.lower()
                if low in NAMES:
                    self.names.setdefault(entry.path[:-1], entry)
                elif low == "kind" and entry.value.text in {"Secret", "SealedSecret"}:
                    self.kinds[entry.path[:-1]] = entry.value.text
                elif low in _DECLARES:
                    self.declared.add(entry.path[:-1])
        for entry in self.entries:
            self._entry(entry)
        for parent, values in self.lists.items():
            self._command(parent, values)

    def _entry(self, entry: Entry) -> None:
        path = entry.path
        last = path[-1] if path else ""
        if self.kinds and self._of_secret(entry):
            return
        if isinstance(last, int) or not path:
            self._element(entry, path[:-1])
            return
        if last == "<<":
            return
        low = last.lower()
        value = entry.value
        if low in VALUES:
            named = self.names.get(path[:-1])
            if named is not None and named.value.text:
                own = (*self._path(path[:-1]), *words(named.value.text))
                start = min(named.start, entry.start)
                self._add(own, entry, start=start)
                return
            above = len(path) > 1 and isinstance(path[-2], str)
            if above and (low not in _DEFAULTS or path[:-1] in self.declared):
                path = path[:-1]
        if value.kind in {"literal", "template"} and self._embedded(entry, low, path):
            return
        if low in _LOGINS and ":" in (_decode(value) or "") and self._decoded(entry, path):
            return
        if low == "secure" and len(value.text or "") > 60 and _BASE64.fullmatch(value.text or ""):
            entry = entry._replace(value=Value("encrypted", None, value.start, value.end))
        self._add(self._path(path), entry)

    def _path(self, path: Path) -> tuple[str, ...]:
        parent = path[:-1]
        if self._known[0] != parent or not parent:
            self._known = (parent, (*self.prefix, *path_words(parent)))
        last = path[-1] if path else ""
        return (*self._known[1], *_words(last)) if isinstance(last, str) else self._known[1]

    def _add(self, path: tuple[str, ...], entry: Entry, *, start: int = -1) -> None:
        begin = entry.start if start < 0 else start
        self.sheet.add(path, entry.value, begin, -1, entry.operator, entry.comment)

    # --- Kubernetes

    def _of_secret(self, entry: Entry) -> bool:
        for parent, kind in self.kinds.items():
            path = entry.path
            size = len(parent)
            if path[:size] != parent or len(path) < size + 2:
                continue
            group = path[size]
            if kind == "SealedSecret" and "encryptedData" in path:
                hidden = Value("encrypted", None, entry.value.start, entry.value.end)
                self._add(self._path(path), entry._replace(value=hidden))
                return True
            if kind == "Secret" and isinstance(group, str) and group.lower() in _DEEP:
                return self._decoded(entry, path)
        return False

    def _decoded(self, entry: Entry, path: Path) -> bool:
        """Note what a text is in base64, and what the file is that it holds."""
        text = _decode(entry.value)
        if text is None:
            return False
        start, end = entry.value.start, entry.value.end
        value = Value("literal", text, start, end, decoded="base64")
        self._add(self._path(path), entry._replace(value=value))
        raw = text.encode()
        language = recognise.of_text(str(path[-1]), raw)
        if language:
            place = Place([(0, start, len(raw), end - start)], "base64")
            self.sheet.embed_text(language, raw, place, self._path(path))
        return True

    # --- Lists

    def _element(self, entry: Entry, parent: Path) -> None:
        """A scalar in a list: `KEY=value`, a word of a command, a command line."""
        value = entry.value
        key = next((step for step in reversed(parent) if isinstance(step, str)), "")
        low = key.lower()
        text = head(value)
        if low in ARGUMENTS and not (low == "commands" or entry.style == "block"):
            self.lists.setdefault(parent, []).append(value)
            if not _COMMAND.search(text):
                return
        if low in SCRIPTS:
            if low not in ARGUMENTS or entry.style == "block":
                self._embedded(entry, low, parent)
            return
        match = _ENV.match(text)
        if match:
            rest = behind(self.sheet.content, value, match[0])
            path = (*self._path((*parent, "")), match[1])
            if rest.text:
                self.sheet.add(path, rest, entry.start, value.end, "=", entry.comment)
            return
        if entry.style == "block" or len(text) > 200:
            self._embedded(entry, low, parent)
        self.sheet.add(self._path(parent), value, entry.start, -1, "-", entry.comment)

    def _command(self, parent: Path, values: Sequence[Value]) -> None:
        """A command as a list of its words; `args` go to the `command` beside them."""
        key = str(parent[-1]) if parent else ""
        values = list(values)
        if key.lower() in {"args", "arguments"}:
            beside = next(
                (
                    v
                    for p, v in self.lists.items()
                    if p[:-1] == parent[:-1]
                    and p != parent
                    and str(p[-1]).lower() in {"command", "entrypoint", "cmd"}
                ),
                None,
            )
            values = [*beside, *values] if beside else values
            name = "" if beside else key
        else:
            name = key if head(values[0])[:1] == "-" else ""
        call = commands.call(values, self.sheet.content, name)
        if call is None:
            return
        self.sheet.calls.append(call)
        prefix = self._path((*parent, ""))
        for fact in commands.options([call], self.sheet.content):
            start = max(0, fact.start)
            path = (*prefix[: -1 if prefix[-1:] == fact.path[:1] else None], *fact.path)
            self.sheet.add(path, fact.value, start, fact.end, fact.operator, "", "option")
        for value in commands.scripts([call], self.sheet.content):
            self._read("bash", value.start, value.end, None, prefix)

    # --- Texts in other languages

    def _embedded(self, entry: Entry, key: str, path: Path) -> bool:
        """Read a text as what it is; say whether that is all there is to say."""
        text = entry.value.text or ""
        if (
            key in SCRIPTS
            or key in _LANGUAGES
            or (len(path) > 1 and str(path[-2]).lower() == "scripts")
        ):
            if not _COMMAND.search(text) or text.lstrip()[:1] in "{[":
                return False
            language = _LANGUAGES.get(key, "bash")
            first = recognise.of_text("", text[:200].encode())
            if first and text.startswith("#"):
                language = first
            return self._language(entry, language, path)
        named = bool(path) and bool(_FILE.fullmatch(str(path[-1])))
        named = named or entry.style == "block"
        if len(text) < 8 or ("\n" not in text and text[0] not in "{[<" and not named):
            return False
        language = recognise.of_text(str(path[-1]) if path else "", text.encode())
        before = len(self.sheet.assignments)
        if not language or not self._language(entry, language, path):
            return False
        # A guess does not stand for the text.
        sure = named or language == "json"
        return sure and len(self.sheet.assignments) > before

    def _language(self, entry: Entry, language: str, path: Path) -> bool:
        value = entry.value
        prefix = self._path(path)
        if entry.text is not None:
            return self.sheet.embed_text(language, *entry.text, prefix)
        style = entry.style
        return self._read(language, value.start, value.end, style, prefix)

    def _read(
        self, language: str, start: int, end: int, style: str | None, prefix: tuple[str, ...]
    ) -> bool:
        content = self.sheet.content
        if style == "quoted" and b"\\" in content[start:end]:
            text, place = embedded.unescaped(content, start, end)
            return self.sheet.embed_text(language, text, place, prefix)
        return self.sheet.embed(language, start, end, prefix)


def _decode(value: Value) -> str | None:
    text = value.text or ""
    if value.kind not in {"literal", "number"} or not 4 <= len(text) <= MOST_DECODED:
        return None
    if not _BASE64.fullmatch(text):
        return None
    try:
        decoded = base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return decoded if decoded.strip() and "\0" not in decoded else None


def each(sheet: Sheet, documents: Iterable[Sequence[Entry]]) -> None:
    """Note what each of several documents says."""
    for entries in documents:
        fill(sheet, entries)
