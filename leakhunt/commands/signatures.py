"""`leakhunt signatures`: list, show and check."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from leakhunt import signatures as signature_files
from leakhunt.catalogue import Catalogue
from leakhunt.commands import exposure
from leakhunt.commands.choosing import SPOKEN, choose, load_signatures
from leakhunt.commands.common import CLEAN, FOUND, Options
from leakhunt.errors import UsageError
from leakhunt.model import Allowance, Blob, Confidence, Rule, Signature
from leakhunt.outputs.text import counted, printable
from leakhunt.records import record
from leakhunt.rules.files import load, read
from leakhunt.rules.notes import problems, said

Echo = Callable[[str], None]


def list_signatures(options: Options, echo: Echo, complain: Echo) -> int:
    """Print one signature a line: id, severity, confidence, title.

    Args:
        options: selection, and further signatures.
        echo: prints a line.
        complain: prints a line that is no signature.
    """
    chosen = load_signatures(_with_own(options))
    everything = sorted((*chosen, *exposure.listed(options)), key=lambda s: s.id)
    width = max(len(s.id) for s in everything)
    for s in everything:
        echo(f"{s.id:<{width}}  {s.severity:<8}  {s.confidence:<6}  {printable(s.title)}")
    for problem in problems(chosen.notes):
        complain(printable(f"{problem.where}: {problem.message}"))
    return CLEAN


def _with_own(options: Options) -> Options:
    """Add the signatures that the configuration here names."""
    from leakhunt.config import load

    own = load(options.config, ".").signatures
    return dataclasses.replace(options, signatures=options.signatures + own)


def show(wanted: str, options: Options, echo: Echo) -> int:
    """Print everything about one signature.

    Raises:
        UsageError: there is none with this id.
    """
    import difflib

    known = {s.id: s for s in (*load_signatures(_with_own(options)), *exposure.signatures())}
    if wanted not in known:
        close = difflib.get_close_matches(wanted, known, 3)
        hint = f"did you mean {' or '.join(close)}?" if close else "see `leakhunt signatures list`"
        raise UsageError(f"{wanted}: no signature has this id", hint)
    signature = known[wanted]
    echo(f"{signature.id}: {printable(signature.title)}")
    for name, value in _facts(signature):
        echo(f"  {name + ':':<13} {printable(value)}")
    return CLEAN


def _facts(s: Signature) -> Iterator[tuple[str, str]]:
    yield "provider", s.provider
    yield "severity", s.severity
    yield "confidence", s.confidence
    if s.provider == exposure.PROVIDER:
        yield from exposure.facts(s.id)
    elif s.context:
        yield "names", ", ".join(s.context.names)
        yield "least", f"{s.context.least} characters"
    else:
        yield "pattern", s.pattern
    if s.near:
        yield "near", f"{', '.join(s.near.words)} (within {s.near.within} bytes)"
    for name in ("entropy", "checksum", "structure", "file"):
        if value := getattr(s, name):
            yield name, str(value)
    if s.rule:
        yield from _rule_facts(s.rule)
    for part in s.parts:
        yield "part", f"{part.name}{' (required)' if part.required else ''}: {part.pattern}"
    if s.verification:
        from leakhunt.verify import spec

        how = spec.of(s.verification)
        yield "verified by", how.handler or f"{how.method} {how.url}"
        yield "see", how.reference
        for seen in how.evidence:
            yield "looked up", f"{seen.date}: {seen.told}, {seen.where}"
    yield "remediation", s.remediation
    for reference in s.references:
        yield "reference", reference
    yield "defined in", s.source


def _rule_facts(rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.least:
        yield "entropy", f"{'at least' if rule.reached else 'more than'} {rule.least}"
    if rule.path:
        yield "path", rule.path
    for other in rule.company:
        lines = f" within {other.lines} lines" if other.lines >= 0 else ""
        columns = f" within {other.columns} columns" if other.columns >= 0 else ""
        yield "together with", f"{other.signature}{lines}{columns}"
    for allowance in rule.allowances:
        yield "not if", _allowance(allowance)


def _allowance(allowance: Allowance) -> str:
    parts = []
    if allowance.pattern:
        parts.append(f"{allowance.target} matches {allowance.pattern}")
    if allowance.words:
        parts.append(f"secret contains {', '.join(allowance.words)}")
    if allowance.path:
        parts.append(f"path matches {allowance.path}")
    if allowance.commits:
        parts.append(f"commit is {', '.join(allowance.commits)}")
    joined = (" and " if allowance.every else " or ").join(parts)
    return joined if len(joined) <= 500 else f"{joined[:500]}..."


def check(paths: Sequence[str], options: Options, echo: Echo) -> int:
    """Run every example and counterexample through the whole engine.

    Args:
        paths: signature files and folders; none means those that come with leakhunt.
        options: selection, and whether the cache is used.
        echo: prints a line.

    Returns:
        0 if all hold, 1 if not.

    Raises:
        SignatureError: a file is wrong.
    """
    named = (*paths, *options.signatures)
    folders = [Path(path) for path in named] or [signature_files.builtin_folder()]
    texts = read(signature_files.signature_files(folders))
    found, notes = load(texts)
    loaded = Catalogue.of(found, notes=notes)
    chosen = choose(loaded, options)
    ids = {signature.id for signature in chosen}
    faults = [fault for fault in _faults(loaded, options) if fault.signature.id in ids]
    for fault in faults:
        echo(str(fault))
    rows = () if named else exposure.rows_of(options)
    broken = list(exposure.faults(rows))
    for line in broken:
        echo(line)
    replayed, wrongs = _replayed(chosen)
    broken += wrongs
    for line in wrongs:
        echo(line)
    left_out = sum(note.gap for note in chosen.notes)
    _echo_notes(chosen, echo)
    counts = (
        counted(len(chosen) + len(rows), "signature"),
        counted(sum(len(s.examples) for s in (*chosen, *rows)), "example"),
        counted(sum(len(s.counterexamples) for s in (*chosen, *rows)), "counterexample"),
        *([counted(replayed, "verification")] if replayed else []),
    )
    wrong = len(faults) + len(broken)
    result = counted(wrong, "fault") if wrong else "all hold"
    if left_out:
        result += f", {counted(left_out, 'rule')} left out"
    if untried := exposure.untried(rows):
        result += f", {untried} not tried: their grammars are not installed (leakhunt[languages])"
    echo(f"{', '.join(counts)}: {result}")
    return FOUND if wrong or left_out else CLEAN


def _replayed(chosen: Sequence[Signature]) -> tuple[int, list[str]]:
    """Replay the recorded answers of verifications; return how many there are, and the faults."""
    import regex

    from leakhunt.verify import spec
    from leakhunt.verify.replay import Rehearsal, faults
    from leakhunt.verify.session import HANDLERS

    rehearsals, wrong, known = [], [], {one.id: one for one in chosen if one.verification}
    for signature in known.values():
        read_ = spec.of(signature.verification)
        if read_.handler:
            if read_.handler not in HANDLERS:
                wrong.append((signature.id, f"there is no handler '{read_.handler}'"))
            continue
        names = {"secret": "example"}
        for name, pattern in (
            ("secret", signature.pattern),
            *((p.name, p.pattern) for p in signature.parts),
        ):
            texts = (regex.search(pattern.encode(), e.encode()) for e in signature.examples)
            found = next(filter(None, texts), None)
            names[name] = found["secret"].decode() if found else "example"
        rehearsals.append(Rehearsal(signature.id, read_, names))
    wrong += faults(rehearsals)
    return len(known), [
        f"{known[name].source}: {name}: verification: {said}" for name, said in wrong
    ]


def _echo_notes(chosen: Catalogue, echo: Echo) -> None:
    """Say in a line each what is not done as a rule file says."""
    for note in chosen.notes:
        echo(printable(f"{note.where}: {said(note)}"))


@record(frozen=True, slots=True)
class Fault:
    """Something wrong with a signature."""

    signature: Signature
    kind: str
    """`missing`, `noisy`, `unbounded`, `span`, `bare`, `pattern` or `name`."""
    message: str

    def __str__(self) -> str:
        return f"{self.signature.source}: {self.signature.id}: {self.kind}: {self.message}"


def _faults(loaded: Sequence[Signature], options: Options) -> Iterator[Fault]:
    sound = []
    for signature in loaded:
        faults = list(_static_faults(signature))
        yield from faults
        if not any(fault.kind in ("pattern", "name") for fault in faults):
            sound.append(signature)
    if not sound:
        return
    from leakhunt.engine.scan import Engine, Settings

    engines = {
        spoken: Engine(Settings(tuple(some), use_cache=options.use_cache))
        for spoken in (False, True)
        if (some := [s for s in sound if (s.provider == SPOKEN) is spoken])
    }

    def found(
        text: str, path: str = "", *, decoded: bool = True, spoken: bool = False
    ) -> list[str]:
        if spoken not in engines:
            return []
        matches = engines[spoken].scan(Blob("check", path=path), text.encode()).matches
        return [
            m.signature
            for m in matches
            if not m.dismissed and (decoded or not m.decoded) and m.confidence is not Confidence.LOW
        ]

    for signature in sound:
        spoken = signature.provider == SPOKEN
        for number, text in enumerate(signature.examples, 1):
            there = found(*_filed(signature, text), spoken=spoken)
            if signature.id not in there:
                why = f"instead found: {', '.join(there)}" if there else _why(signature, text)
                yield Fault(signature, "missing", f"example {number} is not found: {why}")
        for number, text in enumerate(signature.counterexamples, 1):
            if signature.id in found(*_filed(signature, text), spoken=spoken):
                yield Fault(signature, "noisy", f"counterexample {number} is found")
    # What other scanners see: they decode less.
    yield from _bare_tokens(sound, lambda text: found(text, decoded=False))


def _filed(signature: Signature, example: str) -> tuple[str, str]:
    """Split an example into text and path: where a name decides, the kind of file matters."""
    if signature.context is None:
        return example, ""
    path, _, text = example.partition(": ")
    return text, path


def _why(signature: Signature, example: str) -> str:
    """Return the first reason that comes to mind for an example that is not found."""
    import regex

    if signature.context is not None:
        return "its name, its value or its place says that it is none"
    if not regex.search(signature.pattern.encode(), example.encode()):
        return "the pattern does not match it"
    return "the pattern matches, but a check refuses it: placeholder, entropy, near words, ..."


def _bare_tokens(loaded: Sequence[Signature], found: Callable[[str], list[str]]) -> Iterator[Fault]:
    """A signature file that holds tokens in clear sets off every other scanner."""
    files = {s.source.rpartition(":")[0]: s for s in loaded if not s.rule}
    names = {s.id for s in loaded if s.context is not None}
    for name, signature in files.items():
        for other in dict.fromkeys(found(Path(name).read_text("utf-8"))):
            if other in names:
                continue
            yield Fault(
                signature, "bare", f"the file itself matches '{other}': escape a letter (\\u0041)"
            )


def _static_faults(signature: Signature) -> Iterator[Fault]:
    import regex

    from leakhunt.engine.checksums import CHECKSUMS
    from leakhunt.engine.structures import STRUCTURES

    if signature.checksum and signature.checksum not in CHECKSUMS:
        yield Fault(signature, "name", f"there is no checksum '{signature.checksum}'")
    if signature.structure and signature.structure not in STRUCTURES:
        yield Fault(signature, "name", f"there is no structure '{signature.structure}'")
    expressions = [signature.pattern, *signature.public, *(p.pattern for p in signature.parts)]
    for expression in expressions:
        try:
            regex.compile(expression.encode())
        except regex.error as error:
            yield Fault(signature, "pattern", f"{error}")
            return
    if len(signature.examples) < 2 and not signature.rule:
        yield Fault(signature, "missing", "there are fewer than two examples")
    if signature.rule or signature.context:
        return  # its expressions were bounded when it was read, and it brings no examples
    widest = _width(signature.pattern)
    if widest is None:
        return
    if widest >= 1 << 31:
        yield Fault(signature, "unbounded", "bound every repeat: {1,200} instead of + or *")
    elif widest > signature.span:
        yield Fault(signature, "span", f"matches up to {widest} bytes, span is {signature.span}")


def _width(pattern: str) -> int | None:
    """Return the longest match in bytes, or None where Python's own parser cannot tell."""
    try:
        parser = importlib.import_module("re._parser")
        return int(parser.parse(pattern.encode()).getwidth()[1])
    except Exception:  # `regex` knows syntax that `re` does not
        return None
