"""Makes what `leakhunt/prepared.py` reads; only who builds a package does."""

from __future__ import annotations

from leakhunt import built, cache, catalogue, prepared, signatures
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


def compile_databases(place: str) -> None:
    """Compile the databases for the signatures that come with this leakhunt.

    Args:
        place: the folder to write them to.

    Raises:
        ImportError: hyperscan is not there.
        OSError: they cannot be written.
        SignatureError: a signature file is wrong.
    """
    import hyperscan

    from leakhunt.commands.choosing import spoken_last
    from leakhunt.contextual import sieve
    from leakhunt.engine import compiling
    from leakhunt.exposure import gate, wording

    loaded = catalogue.load([], use_cache=False, vet=lambda _: False)
    chosen, spoken = spoken_last(loaded)
    made = {
        "gates": compiling.build(chosen[: len(chosen) - spoken]),
        "lines": sieve.build(),
        "ports": wording.build(gate.words()),
    }
    state = prepared.state_of(str(signatures.builtin_folder()))
    built.write(place, state, cache.version(hyperscan), made)
