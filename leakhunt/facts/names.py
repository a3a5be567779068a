"""Dotted names: `config["db"].password`, `$this->password` and `DB::KEY` as words."""

from __future__ import annotations

from leakhunt import lazy

LONGEST = 512
"""Bytes of a name that are looked at; longer ones are expressions, not names."""
MOST = 16
"""Words of a path that are kept, the last ones."""

PROVIDED = (
    r"(?i:(?:file|dir|directory|env|sys|ssm|sm|cyberark|conjur|secure[_-]?file|k8s|kubernetes|akv|key-?vault|"
    r"(?:aws|gcp|azure)[\w-]{0,24}):(?!-)|"
    r"(?:secrets?(?:[_-]?manager)?|vault|ref|op|kms|lookup):[^{}\s:/]{0,60}[:/])"
)
"""What a placeholder of Kafka, Log4j and the like begins with that names who provides the value:
`${file:/etc/secrets:key}`. There is no default in it."""

_WORD = lazy.pattern(
    r"\"([^\"\\\n]{1,200})\"|'([^'\\\n]{1,200})'|([^\W\d][\w$]*(?:-[A-Za-z]\w*)*)|(\d+)"
)
_ARGUMENTS = lazy.pattern(r"\([^()]*\)")
_HYPHEN = lazy.pattern(r"(?<=\w)-(?=\w)")


def words(source: bytes, *, hyphens: bool = False) -> tuple[str, ...]:
    """Split the source of a name into its words, outermost first.

    Args:
        source: an identifier, an attribute, an element; with sigils, quotes and brackets.
        hyphens: whether a hyphen is a part of a word rather than a minus.

    Returns:
        The words without sigils, quotes and arguments; none if it is no name.
    """
    text = source[:LONGEST].decode("utf-8", "replace")
    if text.isidentifier():
        return (text,)
    if "(" in text:
        for _ in range(4):
            text, count = _ARGUMENTS.subn("", text)
            if not count:
                break
    if not hyphens:
        text = _HYPHEN.sub(" ", text) if '"' not in text and "'" not in text else text
    found = [next(filter(None, match.groups())) for match in _WORD.finditer(text)]
    return tuple(found[-MOST:])
