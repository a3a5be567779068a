"""TOML files to `Signature` values, checked. The format: docs/signature-format.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakhunt.errors import SignatureError
from leakhunt.model import Confidence, Context, Near, Part, Severity, Signature

if TYPE_CHECKING:
    import enum
    from collections.abc import Iterable, Mapping

DEFAULT_SPAN = 512
MAX_SPAN = 64 * 1024
"""Chunks of large files overlap by this many bytes, so no match may be longer."""

_ID = r"[a-z0-9]+(-[a-z0-9]+)*"
_PROVIDER_KEYS = {"name": str, "references": list, "remediation": str}
_REQUIRED = {
    "id": str,
    "title": str,
    "severity": str,
    "confidence": str,
    "pattern": str,
    "examples": list,
    "counterexamples": list,
}
_OPTIONAL = {
    "gate": str,
    "span": int,
    "entropy": float,
    "checksum": str,
    "structure": str,
    "near": list,
    "within": int,
    "assigned": bool,
    "placeholders": bool,
    "public": list,
    "file": str,
    "generic": bool,
    "remediation": str,
    "references": list,
    "part": list,
}
_CONTEXT_KEYS = {
    "names": list,
    "not_before": list,
    "not_after": list,
    "endings": list,
    "least": int,
    "strong": bool,
    "words": bool,
    "logged": bool,
}
"""Of a signature without a pattern; the lists may stand at the top of the file, for all."""
_SHARED_KEYS = ("not_before", "not_after", "endings")
_PART_KEYS = {
    "name": str,
    "pattern": str,
    "required": bool,
    "near": list,
    "within": int,
    "entropy": float,
}


def builtin_folder() -> Path:
    """Return the folder of the signatures that come with leakhunt.

    In a wheel they lie inside the package, in a clone or an editable install beside it.

    Raises:
        SignatureError: the installation is damaged and has none.
    """
    package = Path(__file__).parent
    for folder in (package / "signature_data", package.parent / "signatures"):
        if (folder / "providers").is_dir():
            return folder
    raise SignatureError(
        f"the signatures that come with leakhunt are missing beside {package}",
        "install leakhunt again",
    )


def signature_files(paths: Iterable[Path]) -> list[Path]:
    """Return every signature file under the given files and folders, sorted.

    Raises:
        SignatureError: a path does not exist, or a folder holds no TOML file.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = _below(path)
            if (path / "exposure" / "services.toml").is_file():
                # Rows of another form; leakhunt.exposure.rows and leakhunt.facts read them.
                others = path / "exposure", path / "languages"
                found = [file for file in found if file.parent not in others]
            if not found:
                raise SignatureError(
                    f"{path}: no signature file in this folder", "signature files end in .toml"
                )
            files += found
        elif path.is_file():
            files.append(path)
        else:
            raise SignatureError(f"{path}: no such file or folder", "check the path")
    return list(dict.fromkeys(files))


def _below(folder: Path) -> list[Path]:
    try:
        return sorted(folder.rglob("*.toml"))
    except OSError as error:
        message = f"{folder}: cannot be listed: {error.strerror}"
        raise SignatureError(message, "name a folder of signature files") from error


def load(texts: Mapping[str, str]) -> tuple[Signature, ...]:
    """Parse and check signature files.

    Args:
        texts: the TOML text of each file, by the name to use in messages.

    Returns:
        All signatures, sorted by id.

    Raises:
        SignatureError: with file, line and hint, for the first thing that is wrong.
    """
    signatures: dict[str, Signature] = {}
    for name, text in texts.items():
        for signature in _File(name, text).signatures():
            other = signatures.get(signature.id)
            if other is not None:
                raise SignatureError(
                    f"{signature.source}: duplicate id '{signature.id}', already in {other.source}",
                    "give it another id",
                )
            signatures[signature.id] = signature
    return tuple(signatures[key] for key in sorted(signatures))


def _all_text(value: Any) -> bool:
    return all(isinstance(item, str) for item in value)


class _File:
    """One signature file: its text, and where in it things are wrong."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.shared: dict[str, Any] = {}
        self.starts = [m.start() for m in re.finditer(r"(?m)^\[\[signature\]\]", text)]

    def line(self, index: int | None, key: str = "") -> int:
        """Return the line of a key of the index-th signature, or of its header."""
        if index is None:
            start, end = 0, self.starts[0] if self.starts else len(self.text)
        elif index < len(self.starts):
            start = self.starts[index]
            end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        else:
            return 1
        if key:
            found = re.compile(
                rf"(?m)^[ \t]*(?:{re.escape(key)}\s*=|\[+signature\.{re.escape(key)}\])"
            ).search(self.text, start, end)
            start = found.start() if found else start
        return self.text.count("\n", 0, start) + 1

    def fail(self, message: str, hint: str, index: int | None = None, key: str = "") -> Any:
        raise SignatureError(f"{self.name}:{self.line(index, key)}: {message}", hint)

    def signatures(self) -> list[Signature]:
        from leakhunt import documents

        try:
            document = documents.of_toml(self.text)
        except documents.Unreadable as error:
            raise SignatureError(
                f"{self.name}:{error.line}: not valid TOML: {error}", "see https://toml.io"
            ) from None
        provider = document.pop("provider", {})
        entries = document.pop("signature", [])
        asked = document.pop("verification", [])
        self.shared = {key: document.pop(key) for key in _SHARED_KEYS if key in document}
        self.check_keys(self.shared, _CONTEXT_KEYS, {}, None)
        if document:
            key = next(iter(document))
            self.fail(
                f"unknown key '{key}'", "a file holds one [provider] and many [[signature]]", None
            )
        if not isinstance(provider, dict) or not isinstance(entries, list) or not entries:
            self.fail("no signature in this file", "write at least one [[signature]] table")
        self.check_keys(provider, _PROVIDER_KEYS, {}, None)
        made = [self.signature(index, entry, provider) for index, entry in enumerate(entries)]
        return self.verified(made, asked) if asked else made

    def verified(self, found: list[Signature], tables: Any) -> list[Signature]:
        """Give signatures the verification that names them."""
        import dataclasses
        import json

        from leakhunt.verify import spec

        starts = [m.start() for m in re.finditer(r"(?m)^\[\[verification\]\]", self.text)]
        known = {signature.id: at for at, signature in enumerate(found)}
        for number, table in enumerate(tables if isinstance(tables, list) else [tables]):
            where = starts[number] if number < len(starts) else 0
            place = f"{self.name}:{self.text.count(chr(10), 0, where) + 1}"
            if not isinstance(table, dict) or not table.get("signatures"):
                raise SignatureError(
                    f"{place}: a verification names no signature", 'signatures = ["id"]'
                )
            reach = table.pop("around", 0)
            told = {**table, "provider": Path(self.name).stem}
            try:
                spec.read(told)
            except (ValueError, TypeError, AttributeError) as error:
                hint = "see docs/verification.md"
                raise SignatureError(f"{place}: verification: {error}", hint) from None
            text = json.dumps({k: v for k, v in told.items() if k != "signatures"})
            for name in table["signatures"]:
                if name not in known:
                    raise SignatureError(
                        f"{place}: verification: no signature '{name}' in this file", "fix its id"
                    )
                at = known[name]
                found[at] = dataclasses.replace(found[at], verification=text, around=reach)
        return found

    def check_keys(
        self,
        table: Mapping[str, Any],
        known: Mapping[str, type],
        required: Mapping[str, type],
        index: int | None,
    ) -> None:
        for key, value in table.items():
            kind = known.get(key)
            if kind is None:
                self.fail(f"unknown key '{key}'", f"known are: {', '.join(known)}", index, key)
            elif not isinstance(value, (int, float) if kind is float else kind) or (
                kind is int and isinstance(value, bool)
            ):
                self.fail(f"'{key}' must be of type {kind.__name__}", "fix its value", index, key)
            elif kind is list and key != "part" and not _all_text(value):
                self.fail(f"'{key}' must be a list of strings", "fix its value", index, key)
        for key in required:
            if not table.get(key):
                self.fail(f"'{key}' is missing or empty", "every signature has one", index)

    def near(self, table: Mapping[str, Any], index: int) -> Near | None:
        words = table.get("near")
        if words is None:
            if "within" in table:
                self.fail("'within' without 'near'", "name the near words", index, "within")
            return None
        for word in words:
            if len(word) < 2 or word != word.lower() or not word.isascii():
                self.fail(
                    f"near word '{word}' is not lower-case ASCII of two letters or more",
                    "near words match case-insensitively; write them in lower case",
                    index,
                    "near",
                )
        return Near(tuple(words), table.get("within", 80))

    def choice(
        self, kind: type[enum.StrEnum], table: Mapping[str, Any], key: str, index: int
    ) -> Any:
        try:
            return kind(table[key])
        except ValueError:
            names = ", ".join(kind.__members__).lower()
            return self.fail(f"'{table[key]}' is no {key}", f"one of: {names}", index, key)

    def context(self, table: Mapping[str, Any], index: int) -> Context | None:
        if "names" not in table:
            return None
        if "pattern" in table:
            self.fail("both 'names' and 'pattern'", "give one of them", index, "names")
        known = {key: table[key] for key in _CONTEXT_KEYS if key in table}
        self.check_keys(known, _CONTEXT_KEYS, {"names": list}, index)
        values: dict[str, Any] = {**self.shared, **known}
        for key, value in values.items():
            values[key] = tuple(value) if isinstance(value, list) else value
        return Context(**values)

    def part(self, table: Mapping[str, Any], index: int) -> Part:
        if not isinstance(table, dict):
            self.fail("'part' must be a table", "write [[signature.part]]", index, "part")
        self.check_keys(table, _PART_KEYS, {"name": str, "pattern": str}, index)
        if "(?P<secret>" not in table["pattern"]:
            self.no_secret_group(index, "part")
        return Part(
            name=table["name"],
            pattern=table["pattern"],
            required=table.get("required", False),
            near=self.near(table, index),
            entropy=float(table.get("entropy", 0)),
        )

    def no_secret_group(self, index: int, key: str) -> None:
        self.fail("the pattern has no group 'secret'", "write (?P<secret>...)", index, key)

    def signature(
        self, index: int, entry: Mapping[str, Any], provider: Mapping[str, Any]
    ) -> Signature:
        context = self.context(entry, index)
        required = {key: kind for key, kind in _REQUIRED.items() if not context or key != "pattern"}
        self.check_keys(entry, _REQUIRED | _OPTIONAL | _CONTEXT_KEYS, required, index)
        if not re.fullmatch(_ID, entry["id"]):
            self.fail(f"bad id '{entry['id']}'", "lower-case words joined by -", index, "id")
        if context is None and "(?P<secret>" not in entry["pattern"]:
            self.no_secret_group(index, "pattern")
        span = entry.get("span", DEFAULT_SPAN)
        if not 1 <= span <= MAX_SPAN:
            self.fail(f"span {span} is out of range", f"1 to {MAX_SPAN} bytes", index, "span")
        remediation = entry.get("remediation") or provider.get("remediation", "")
        references = entry.get("references") or provider.get("references", [])
        if not remediation or not references:
            self.fail(
                "'remediation' or 'references' is missing",
                "give both, here or in [provider]",
                index,
            )
        return Signature(
            id=entry["id"],
            provider=provider.get("name", ""),
            title=entry["title"],
            severity=self.choice(Severity, entry, "severity", index),
            confidence=self.choice(Confidence, entry, "confidence", index),
            pattern=entry.get("pattern", ""),
            span=span,
            examples=tuple(entry["examples"]),
            counterexamples=tuple(entry["counterexamples"]),
            remediation=remediation,
            references=tuple(references),
            gate=entry.get("gate", ""),
            entropy=float(entry.get("entropy", 0)),
            checksum=entry.get("checksum", ""),
            structure=entry.get("structure", ""),
            near=self.near(entry, index),
            assigned=entry.get("assigned", False),
            placeholders=entry.get("placeholders", True),
            public=tuple(entry.get("public", [])),
            parts=tuple(self.part(part, index) for part in entry.get("part", [])),
            file=entry.get("file", ""),
            generic=entry.get("generic", context is not None),
            context=context,
            source=f"{self.name}:{self.line(index)}",
        )


def read(paths: Iterable[Path]) -> dict[str, str]:
    """Read signature files.

    Raises:
        SignatureError: a file cannot be read or is not UTF-8.
    """
    from leakhunt.documents import text_of

    texts = {}
    for path in paths:
        try:
            texts[str(path)] = text_of(path)
        except OSError as error:
            raise SignatureError(
                f"{path}: cannot be read: {error.strerror}", "check its permissions"
            ) from error
        except UnicodeDecodeError as error:
            raise SignatureError(f"{path}: not UTF-8", "save it as UTF-8") from error
    return texts
