"""Makes what `leakhunt/prepared.py` reads; only who builds a package does."""

from __future__ import annotations

from leakhunt import catalogue, prepared, signatures
from leakhunt.engine.prefilter import gate_expressions
from leakhunt.engine.required import texts


def prepare(place: str) -> None:
    """Make it of the signatures that come with this leakhunt.

    Whether the checks that they ask for exist is left to the tests: those need libraries that are
    not there when a package is built.

    Args:
        place: the folder to write it to.

    Raises:
        SignatureError: a signature file is wrong.
        OSError: it cannot be written.
    """
    folder = signatures.builtin_folder()
    found = signatures.load(signatures.read(signatures.signature_files([folder])))
    gates: dict[bytes, tuple[str, ...]] = {}
    asked: dict[str, tuple[tuple[bytes, ...], ...]] = {}
    for row, signature in zip(catalogue.Catalogue.of(found).rows, found, strict=True):
        if row.gate not in gates:
            gates[row.gate] = tuple(gate_expressions(signature))
        if signature.context is not None and not asked:
            asked = {
                expression: tuple(tuple(sorted(clause)) for clause in texts(expression))
                for expression in gates[row.gate]
            }
    made = catalogue.plain_fields(found, str(folder))
    prepared.write(str(folder), place, prepared.Prepared(made, gates, asked))
