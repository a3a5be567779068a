"""Each message of an export is read once, and told as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import tokens
from tests.chat.exports import EXPORTS, Export, Said
from tests.run import report

COUNTED = {
    "telegram messages.html": 3,
    "discord dev.html": 3,
    "discord dev.txt": 3,
    "whatsapp WhatsApp Chat with Bob.txt": 4,
}
BY_NAME = {f"{one.format} {one.path}": one for one in EXPORTS}


@pytest.mark.parametrize("name", COUNTED)
def test_messages_of_text_are_counted_once(name: str, tmp_path: Path) -> None:
    one: Export = BY_NAME[name]
    written = one.write(one.fields[0], Said("see", tokens.github(1), "ok" + 3000 * " hm", 9))
    assert isinstance(written, str)
    (tmp_path / one.path).write_text(written)
    counted = report("scan", one.path, cwd=tmp_path).json["scanned"]
    assert counted["messages"] == COUNTED[name]


def test_what_a_backup_of_jira_holds_beside_issues_is_in_none(tmp_path: Path) -> None:
    one, other, third = tokens.github(1), tokens.github(2), tokens.github(3)
    (tmp_path / "entities.xml").write_text(
        '<?xml version="1.0"?>\n<!-- Exported by JIRA -->\n<entity-engine-xml>\n'
        f'    <Action id="7" issue="11" author="ann" type="comment" body="{one}"/>\n'
        '    <ChangeGroup id="5" issue="12" author="bob"/>\n'
        f'    <ChangeItem id="6" group="5" field="description" oldstring="{other}"/>\n'
        '    <Issue id="11" key="OPS-1" summary="first"/>\n'
        '    <Issue id="12" key="OPS-2" summary="second"/>\n'
        f'    <OAuthConsumerToken id="9" token="{third}"/>\n</entity-engine-xml>\n'
    )
    result = report("scan", "entities.xml", "--reveal", cwd=tmp_path).json
    places = {one["secret"]: one["locations"][0] for one in result["findings"]}
    assert places[one]["channel"] == "OPS-1"
    assert places[one]["message"] == "7"
    assert places[other]["channel"] == "OPS-2"
    assert "channel" not in places[third]
    assert places[third]["message"] == "OAuthConsumerToken 9"
    assert result["scanned"]["messages"] == 3
