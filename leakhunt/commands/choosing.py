"""Which signatures are looked for: those that come with leakhunt, the user's own, a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.errors import UsageError
from leakhunt.model import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.catalogue import Catalogue
    from leakhunt.commands.options import Options
    from leakhunt.errors import SignatureError
    from leakhunt.model import Signature

SPOKEN = "Chat"
"""The provider of signatures that are looked for only in conversations."""


def load_signatures(options: Options) -> Catalogue:
    """Load the built-in signatures and the user's own, and choose among them.

    Raises:
        SignatureError: a file is wrong.
        UsageError: a selection chooses nothing.
    """
    from pathlib import Path

    from leakhunt import catalogue

    loaded = catalogue.load(
        [Path(path) for path in options.signatures],
        use_cache=options.use_cache,
        vet=lambda signatures: fault(signatures) is None,
        builtin=options.builtin,
    )
    return choose(loaded, options)


def choose(loaded: Catalogue, options: Options) -> Catalogue:
    """Apply `--select`, `--ignore` and `--min-severity`.

    Raises:
        UsageError: an id or pattern matches no signature, or nothing is left.
    """
    off = not options.builtin and not loaded.rows
    if off or not (options.select or options.ignore or options.min_severity):
        return loaded
    import fnmatch

    from leakhunt.commands import exposure

    left_out = {note.rule for note in loaded.notes if note.gap and note.rule}

    def matching(patterns: Sequence[str], option: str) -> set[str]:
        chosen: set[str] = set()
        for wanted in patterns:
            found = {
                s.id
                for s in loaded.rows
                if fnmatch.fnmatchcase(s.id, wanted) or s.provider.lower() == wanted.lower()
            }
            found |= {name for name in left_out if fnmatch.fnmatchcase(name, wanted)}
            chosen |= found
            # What comes with leakhunt may be ignored though it is switched off.
            if not options.builtin and patterns is options.ignore:
                continue
            if not found and not exposure.chosen_by(wanted):
                hint = "see `leakhunt signatures list`"
                if options.config:
                    hint += f"; it may stand in {options.config}"
                raise UsageError(
                    f"{option} {wanted}: no signature has this id, pattern or provider", hint
                )
        return chosen

    selected = {s.id for s in loaded.rows} | left_out
    if options.select:
        selected = matching(options.select, "--select")
    selected -= matching(options.ignore, "--ignore")
    least = Severity(options.min_severity).rank if options.min_severity else 0
    chosen = [
        index
        for index, s in enumerate(loaded.rows)
        if s.id in selected and Severity(s.severity).rank >= least
    ]
    if not chosen and not any(map(exposure.chosen_by, options.select)):
        raise UsageError("no signature is left to look for", "select fewer to ignore")
    gone = left_out - selected
    return loaded.only(chosen, [note for note in loaded.notes if note.rule not in gone])


def fault(chosen: Sequence[Signature]) -> SignatureError | None:
    """Return what is wrong with the checks that signatures ask for, or None."""
    from leakhunt.commands.vetting import unknown_checks

    return next(unknown_checks(chosen), None)


def spoken_last(chosen: Catalogue) -> tuple[Catalogue, int]:
    """Put what is looked for only in conversations behind all else, and count it."""
    spoken = [at for at, row in enumerate(chosen.rows) if row.provider == SPOKEN]
    if spoken and len(spoken) < len(chosen):
        others = [at for at, row in enumerate(chosen.rows) if row.provider != SPOKEN]
        chosen = chosen.only([*others, *spoken], chosen.notes)
    return chosen, len(spoken)
