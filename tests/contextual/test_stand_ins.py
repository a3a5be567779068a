"""Values that lead to a secret, or hold one only for whoever has a key."""

from __future__ import annotations

import pytest

from leakhunt.contextual.stand_ins import reason

TEXT = "WL19PJJOX6hYJHiG" + "QoVoqu6iBb17x5rt" + "Xq2vN81z"
SEALED = (
    f"ENC[AES256_GCM,data:{TEXT}]",
    f"EJ[1:{TEXT}=:{TEXT}:{TEXT}]",
    "{cipher}" + TEXT,
    f"vault:v1:{TEXT}",
    f"U2FsdGVkX1{TEXT}",
    f"v1:{TEXT[:16]}:{TEXT}",
    f"{TEXT}--{TEXT[:16]}--{TEXT[:22]}==",
    f"aes:{TEXT}",
    "eyJhbGciOiJkaXIifQ" + f"..{TEXT[:16]}.{TEXT}.{TEXT[:22]}",
    "rl-sha256:" + "83f1" * 16,
)
REFERENCES = (
    *(
        "kv/prod/db7#pw1",
        "secret/data/db7#password",
        "secrets/db7",
        "projects/p1/secrets/db7/versions/3",
    ),
    *("awssm:prod-db-7", "akv!kv1/db7", "k8s:ns1/db7/key", "op://vault 1/db7/license key"),
    *("@Microsoft.KeyVault(SecretUri=https://kv1/secrets/db7/)", "env(DB_PASSWORD)", "env(db7)"),
    *("DB_PASSWORD=from-arg7", "@webauthn_credential", "routes/main", "logins.read_pgpass"),
    *(
        "password.label2",
        "ctrl+s",
        "idx_368a4209a76ed395",
        "VARCHAR(255",
        "whsec_",
        "&lt;YOUR7&gt;",
        "2.188.0-rc.15",
    ),
    *("#/components/schemas/NewLogin", "{token:N}", "#pwStatus", "pdfPassword()", "confirmed|"),
    *('".$pPassword."', "+lPassword+", ".urlencode($a->b(", ").expect(", "only."),
    *("orders:line_item:edit", "sse:tok:{token:N}", "sha1:6", "crwdns1777:0crwdne1777:0"),
    *("$config{'WIKI_PASSW'}", "$opt->{pass7}", "$h{$key}"),
)
VALUES = (
    *(
        "tulip-Wheel81",
        "JBSWY3DP" + "EHPK3PXQ====",
        "wX/8kq+Qz1",
        "correct/Horse7",
        "a.b_c7",
        "pass:Word7x",
    ),
    *("enc-Tulip77", "Ctrl+Wheel81", "@dmin_Wheel81", "ssm-Wheel81", "v1-Wheel81"),
    *("#Wheel81/a", "tulip:wheel:81", "#tulipWheel81", "$ulip{Wheel81"),
)


@pytest.mark.parametrize("number", range(len(SEALED)))
def test_sealed(number: int) -> None:
    assert reason(SEALED[number], "password")


@pytest.mark.parametrize("number", range(len(REFERENCES)))
def test_references(number: int) -> None:
    assert reason(REFERENCES[number], "password")


@pytest.mark.parametrize("number", range(len(VALUES)))
def test_values(number: int) -> None:
    assert reason(VALUES[number], "password") == ""
