"""Which format a file is in."""

from __future__ import annotations

import pytest

from leakhunt.facts.formats import recognise
from leakhunt.facts.languages import language_of
from leakhunt.facts.reading import READERS


@pytest.mark.parametrize(
    ("path", "format_name"),
    [
        (".env", "env"),
        ("app/.env.production", "env"),
        ("prod.env", "env"),
        ("config/app.env.example", "env"),
        ("k8s/env.yaml", "yaml"),
        (".env.json", "json"),
        ("a.properties", "properties"),
        ("a.ini", "ini"),
        ("setup.cfg", "ini"),
        (".npmrc", "ini"),
        (".pypirc", "ini"),
        (".my.cnf", "ini"),
        ("repo/.git/config", "ini"),
        ("home/.aws/credentials", "ini"),
        ("inventory/hosts", "ini"),
        ("app.service", "systemd"),
        (".netrc", "netrc"),
        (".pgpass", "pgpass"),
        ("a.yml", "yaml"),
        ("A.YAML", "yaml"),
        ("x.yaml.j2", "yaml"),
        ("database.yml.erb", "yaml"),
        ("values.yaml.example", "yaml"),
        ("home/.kube/config", "yaml"),
        ("a.json", "json"),
        ("a.jsonc", "json"),
        ("home/.docker/config.json", "json"),
        ("x.tfstate.backup", "json"),
        ("a.ipynb", "ipynb"),
        ("a.toml", "toml"),
        ("Pipfile", "toml"),
        ("web.config", "xml"),
        ("a.csproj", "xml"),
        ("main.tf", "hcl"),
        ("prod.auto.tfvars", "hcl"),
        ("Dockerfile", "dockerfile"),
        ("Dockerfile.dev", "dockerfile"),
        ("app.dockerfile", "dockerfile"),
        ("Makefile", "makefile"),
        ("Procfile", "procfile"),
        ("etc/crontab", "crontab"),
        ("nginx.conf", "directives"),
        ("Caddyfile", "directives"),
        ("README.md", "markdown"),
        ("index.rst", "rst"),
        ("index.html", "html"),
        ("a.csv", "csv"),
        ("a.log", "log"),
    ],
)
def test_the_name_tells(path: str, format_name: str) -> None:
    assert language_of(path, b"") == format_name


@pytest.mark.parametrize(
    ("path", "content", "format_name"),
    [
        ("a.conf", b"[a]\nb = c\n", "ini"),
        ("a.conf", b"b = c\nd = e\n", "ini"),
        ("smb.conf", b"[global]\n a b = c\n d e program = /f %u\n", "ini"),
        ("a.conf", b"requirepass x\nport 1\n", "directives"),
        ("a.conf", b"http {\n}\n", "directives"),
        ("a.conf", b"<a><b>c</b></a>", "xml"),
        ("a.config", b'{"a": 1}', "json"),
        ("mongod.conf", b"net:\n  port: 1\nsecurity:\n  keyFile: x\n", "yaml"),
        ("strange", b'{"a": "b"}', "json"),
        ("strange", b"<?xml version='1.0'?><a/>", "xml"),
        ("strange", b"---\na: b\nc: d\n", "yaml"),
        ("strange", b"A_B=c\nD_E=f\n", "env"),
        ("strange", b"[a]\nb = c\n", "ini"),
        ("strange", b"some words\n", "text"),
        ("notes.txt", b"a: b\n", "text"),
    ],
)
def test_the_content_tells_where_the_name_leaves_a_choice(
    path: str, content: bytes, format_name: str
) -> None:
    assert language_of(path, content) == format_name


@pytest.mark.parametrize(
    ("name", "text", "format_name"),
    [
        ("application.properties", b"a=b", "properties"),
        ("init.sh", b"a", "bash"),
        ("script", b"#!/usr/bin/env python3\n", "python"),
        ("", b"#!/bin/bash\n", "bash"),
        ("", b"#cloud-config\n", "yaml"),
        ("", b'{"a": 1}', "json"),
        ("config", b"a: b\nc: d\n", "yaml"),
        ("text", b"nothing in particular\n", ""),
    ],
)
def test_a_text_in_another_one(name: str, text: bytes, format_name: str) -> None:
    assert recognise.of_text(name, text) == format_name


def test_every_format_has_a_reader() -> None:
    named = {*recognise.SUFFIXES.values(), *(language for _, language in recognise.NAMES)} - {
        "conf"
    }
    assert named <= READERS.keys()
