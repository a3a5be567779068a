"""Which language a file is in."""

from __future__ import annotations

import pytest

from leakhunt.facts.languages import INTERPRETERS, NAMES, SUFFIXES, language_of
from leakhunt.facts.reading import READERS
from leakhunt.facts.syntax import GRAMMARS


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a.py", "python"),
        ("src/A.PY", "python"),
        ("src\\a.js", "javascript"),
        ("a.tsx", "tsx"),
        ("a.mts", "typescript"),
        ("a.test.ts", "typescript"),
        ("a.hpp", "cpp"),
        ("Jenkinsfile", "groovy"),
        ("Jenkinsfile.deploy", "groovy"),
        ("build.gradle", "groovy"),
        ("build.gradle.kts", "kotlin"),
        ("Gemfile", "ruby"),
        ("home/.bashrc", "bash"),
        ("settings.py.example", "python"),
        ("deploy.sh.tmpl", "bash"),
        ("a.unknown", "text"),
        ("README", "text"),
        ("py", "text"),
        ("", "text"),
        ("folder.py/file", "text"),
    ],
)
def test_the_name_tells(path: str, language: str) -> None:
    assert language_of(path, b"") == language


@pytest.mark.parametrize(
    ("first", "language"),
    [
        (b"#!/bin/sh\n", "bash"),
        (b"#!/usr/bin/env python3\n", "python"),
        (b"#!/usr/bin/env -S python3.11 -u\n", "python"),
        (b"#! /usr/local/bin/perl -w\n", "perl"),
        (b"\xef\xbb\xbf#!/usr/bin/env node\n", "javascript"),
        (b"#!/usr/bin/env ruby\n", "ruby"),
        (b"<?php echo 1;", "php"),
        (b"#!/usr/bin/unheard-of\n", "text"),
        (b"#!", "text"),
        (b"text\n#!/bin/sh\n", "text"),
    ],
)
def test_the_first_line_tells_where_the_name_does_not(first: bytes, language: str) -> None:
    assert language_of("bin/tool", first) == language


@pytest.mark.parametrize(
    ("path", "content", "language"),
    [
        ("a.h", b"#include <a>\nclass A {};", "cpp"),
        ("a.h", b"#import <A.h>\n@interface A\n@end", "objc"),
        ("a.m", b"#import <A.h>\n", "objc"),
        ("a.m", b"% matrices\nfunction y = f(x)\nend\n", "text"),
        ("a.inc", b"<?php $a = 1;", "php"),
        ("a.inc", b"some text", "text"),
        ("a.module", b"<p><? echo 1 ?>", "php"),
        ("a.cgi", b"#!/bin/sh\n", "perl"),
    ],
)
def test_the_content_tells_where_the_suffix_leaves_a_choice(
    path: str, content: bytes, language: str
) -> None:
    assert language_of(path, content) == language


def test_every_language_has_a_reader() -> None:
    named = {*SUFFIXES.values(), *NAMES.values(), *INTERPRETERS.values()}
    assert GRAMMARS.keys() <= named <= READERS.keys()
