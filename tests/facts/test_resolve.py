"""The resolver: from what is written to what the program gets."""

from __future__ import annotations

import pytest

from leakhunt.facts import Import, read
from leakhunt.facts.resolve import Other, Resolved, Resolver, resolve


def resolved(path: str, source: str, name: str) -> Resolved:
    """What the last assignment of a name resolves to."""
    facts = read(path, source.encode())
    fact = [item for item in facts.assignments if item.name == name][-1]
    return resolve(facts, fact.value)


CASES = [
    # literal
    ("a.py", "x = 'pw'", "pw", ("literal",)),
    ("a.go", "package p\nvar x = `pw`", "pw", ("literal",)),
    # constant
    ("a.py", "K = 'pw'\nx = K", "pw", ("constant",)),
    ("a.py", "K = 'pw'\nL = K\nx = L", "pw", ("constant", "constant")),
    ("a.js", "const K = 'pw'; let x = K;", "pw", ("constant",)),
    ("a.go", 'package p\nconst k = "pw"\nfunc f() { x := k }', "pw", ("constant",)),
    ("a.java", 'class A { static final String K = "pw"; String x = K; }', "pw", ("constant",)),
    ("a.rs", 'const K: &str = "pw";\nfn f() { let x = K; }', "pw", ("constant",)),
    ("a.sh", "K=pw\nx=$K", "pw", ("constant",)),
    ("a.php", "<?php const K = 'pw'; $x = K;", "pw", ("constant",)),
    ("a.c", '#define K "pw"\nchar *x = K;', "pw", ("constant",)),
    ("a.py", "def k():\n    return 'pw'\nx = k()", "pw", ("constant",)),
    # attribute
    ("a.py", "class S:\n    K = 'pw'\nx = S.K", "pw", ("attribute",)),
    ("a.py", "class S:\n  def f(self):\n    self.k = 'pw'\n  def g(self):\n    x = self.k",
     "pw", ("attribute",)),
    ("a.py", "c = {'db': {'k': 'pw'}}\nx = c['db']['k']", "pw", ("attribute",)),
    ("a.js", "const c = { db: { k: 'pw' } }; let x = c.db.k;", "pw", ("attribute",)),
    ("a.rb", "c = { db: { k: 'pw' } }\nx = c[:db][:k]", "pw", ("attribute",)),
    ("a.php", "<?php class A { private $k = 'pw'; function f() { $x = $this->k; } }",
     "pw", ("attribute",)),
    # concatenation and template
    ("a.py", "x = 'a' 'b'", "ab", ("concatenation",)),
    ("a.py", "K = 'pw'\nx = 'a:' + K + '@b'", "a:pw@b", ("concatenation", "constant")),
    ("a.py", "K = 'pw'\nx = f'a:{K}@b'", "a:pw@b", ("template", "constant")),
    ("a.js", "const K = 'pw'; const x = `a:${K}@b`;", "a:pw@b", ("template", "constant")),
    ("a.rb", "k = 'pw'\nx = \"a:#{k}@b\"", "a:pw@b", ("template", "constant")),
    ("a.kt", 'val k = "pw"\nval x = "a:$k@b"', "a:pw@b", ("template", "constant")),
    ("a.sh", 'K=pw\nx="a:${K}@b"', "a:pw@b", ("template", "constant")),
    ("a.swift", 'let k = "pw"\nlet x = "a:\\(k)@b"', "a:pw@b", ("template", "constant")),
    ("a.pl", "my $k = 'pw'; my $x = 'a:' . $k;", "a:pw", ("concatenation", "constant")),
    ("a.lua", "local k = 'pw'\nlocal x = 'a:' .. k", "a:pw", ("concatenation", "constant")),
    ("a.py", "K = 'pw'\nx = 'a:{}@b'.format(K)", "a:pw@b", ("template", "constant")),
    ("a.py", "K = 'pw'\nx = 'a:%s@b' % K", "a:pw@b", ("template", "constant")),
    ("a.go", 'package p\nconst k = "pw"\nvar x = fmt.Sprintf("a:%s@b", k)',
     "a:pw@b", ("template", "constant")),
    # environment
    ("a.py", "x = os.environ.get('X', 'pw')", "pw", ("environment",)),
    ("a.py", "x = os.getenv('X', default='pw')", "pw", ("environment",)),
    ("a.py", "x = os.environ['X'] or 'pw'", "pw", ("environment",)),
    ("a.js", "const x = process.env.X || 'pw';", "pw", ("environment",)),
    ("a.ts", "const x = process.env['X'] ?? 'pw';", "pw", ("environment",)),
    ("a.rb", "x = ENV.fetch('X', 'pw')", "pw", ("environment",)),
    ("a.rb", "x = ENV['X'] || 'pw'", "pw", ("environment",)),
    ("a.php", "<?php $x = env('X', 'pw');", "pw", ("environment",)),
    ("a.php", "<?php $x = getenv('X') ?: 'pw';", "pw", ("environment",)),
    ("a.java", 'class A { String x = System.getProperty("x", "pw"); }', "pw", ("environment",)),
    ("a.kt", 'val x = System.getenv("X") ?: "pw"', "pw", ("environment",)),
    ("a.go", 'package p\nvar x = getEnv("X", "pw")', "pw", ("environment",)),
    ("a.rs", 'fn f() { let x = env::var("X").unwrap_or("pw".to_string()); }',
     "pw", ("environment",)),
    ("a.sh", "x=${X:-pw}", "pw", ("environment",)),
    ("a.sh", 'K=pw\nx="${X:-$K}"', "pw", ("environment", "constant")),
    ("a.ex", 'x = System.get_env("X", "pw")', "pw", ("environment",)),
    ("a.pl", "my $x = $ENV{X} || 'pw';", "pw", ("environment",)),
    ("a.lua", "local x = os.getenv('X') or 'pw'", "pw", ("environment",)),
    ("a.scala", 'object A { val x = sys.env.getOrElse("X", "pw") }', "pw", ("environment",)),
    ("a.cs", 'class A { string x = Environment.GetEnvironmentVariable("X") ?? "pw"; }',
     "pw", ("environment",)),
    # option
    ("a.py", "p.add_argument('--my-key', default='pw')\nargs = p.parse_args()\nx = args.my_key",
     "pw", ("option",)),
    ("a.py", "@click.option('-k', '--key', default='pw')\ndef f(key):\n    x = key",
     "pw", ("option",)),
    ("a.go", 'package p\nvar x = flag.String("k", "pw", "the key")', "pw", ("option",)),
    ("a.js", "program.option('-k, --key <k>', 'the key', 'pw'); const x = opts.key;",
     "pw", ("option",)),
]  # fmt: skip


@pytest.mark.parametrize(("path", "source", "text", "levels"), CASES)
def test_the_text_and_how_it_was_found(
    path: str, source: str, text: str, levels: tuple[str, ...]
) -> None:
    found = resolved(path, source, "x")
    assert (found.text, found.levels) == (text, levels)
    content = source.encode()
    pieces = b"".join(content[piece.start : piece.end] for piece in found.pieces)
    assert pieces.decode() == text


@pytest.mark.parametrize(
    ("path", "source", "unknown"),
    [
        ("a.py", "x = os.environ['X']", ("os.environ.X",)),
        ("a.py", "x = f'a:{pw}'", ("pw",)),
        ("a.py", "x = load('a')", ("load",)),
        ("a.py", "X = 'no'\nx = os.environ.X", ("os.environ.X",)),
        ("a.py", "x = [1]", ("?",)),
        ("a.py", "x = y\ny = x", ("y",)),
        ("a.py", "x = x", ("x",)),
        ("a.py", "def f():\n    k = 'no'\ndef g():\n    x = k", ("k",)),
        ("a.py", "c = {'k': 'no'}\nx = k", ("k",)),
    ],
)
def test_what_cannot_be_known_is_named(path: str, source: str, unknown: tuple[str, ...]) -> None:
    found = resolved(path, source, "x")
    assert (found.text, found.unknown) == (None, unknown)


def test_the_nearest_assignment_counts() -> None:
    source = "k = 'one'\nx = k\nk = 'two'\ndef f():\n    k = 'three'\n    x = k\n"
    facts = read("a.py", source.encode())
    texts = [resolve(facts, fact.value).text for fact in facts.assignments if fact.name == "x"]
    assert texts == ["one", "three"]


def test_names_from_another_file() -> None:
    there = read("b.py", b"KEY = 'pw'\nclass S:\n    KEY = 'other'\n")
    imports = b"from b import KEY as K, S\nimport b\n"
    here = read("a.py", imports + b"x = K\ny = b.KEY\nz = S.KEY\nq = b.NO\n")
    asked: list[str] = []

    def load(item: Import) -> list[Other]:
        asked.append(item.module)
        return [Other(there)] if item.module == "b" else []

    resolver = Resolver(here, load)
    found = {fact.name: resolver.resolve(fact.value) for fact in here.assignments}
    assert {name: item.text for name, item in found.items()} == {
        "x": "pw",
        "y": "pw",
        "z": "other",
        "q": None,
    }
    assert found["x"].levels == ("import",)
    assert found["x"].source == here.imports[0]
    assert set(asked) == {"b"}
    assert resolve(here, here.assignments[0].value).text is None


def test_a_resolved_value_says_where_it_lies() -> None:
    facts = read("a.py", b"K = 'pw'\nx = K\n")
    first, second = (resolve(facts, fact.value).value() for fact in facts.assignments)
    assert (first.kind, first.start, first.end) == ("literal", 5, 7)
    assert (second.kind, second.text, second.start, second.end) == ("constant", "pw", 5, 7)
    assert Resolved(None, (), ()).value().kind == "unknown"


def test_wide_and_deep_values_end() -> None:
    source = "a0 = 'x'\n" + "".join(f"a{i} = a{i - 1} + a{i - 1}\n" for i in range(1, 60))
    facts = read("a.py", source.encode())
    assert resolve(facts, facts.assignments[-1].value).text is None
    assert resolve(facts, facts.assignments[5].value).text == "x" * 32


def test_a_long_name_that_is_nearly_that_of_the_environment_ends() -> None:
    name = "env" + "_a" * 60
    assert resolved("a.js", f"let x = {name}('K', 'pw')", "x").text == "pw"
    assert resolved("a.js", f"let x = {name}$('K', 'pw')", "x").text is None
