"""The schema beside this file is ours, written from the specification and GitHub's pages.

The real validator is used too where it is installed: set LEAKHUNT_SARIF_MULTITOOL to the
program `Sarif.Multitool` of the npm package @microsoft/sarif-multitool-linux, or put it on the
PATH. The official schema that lies beside it is then applied as well.
"""

import dataclasses
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from leakhunt import audits
from leakhunt.model import Location, Problem, Secret, Severity, Suppression
from leakhunt.outputs import sarif

from . import samples
from .helpers import ANY_REPORT, reports, written
from .samples import AWS, GITHUB, finding, old, place

OURS = Draft202012Validator(
    json.loads(Path(__file__).with_name("sarif.schema.json").read_text("utf-8"))
)
TOOL = os.environ.get("LEAKHUNT_SARIF_MULTITOOL") or shutil.which("Sarif.Multitool")
SAMPLES = [samples.realistic, samples.hostile, samples.clean]


def log(report, **options):
    return json.loads(written("sarif", report, **options))


def run(*findings, options=None, **more):
    report = dataclasses.replace(samples.clean(), findings=findings, **more)
    (only,) = log(report, **(options or {}))["runs"]
    return only


def test_a_place_in_several_commits_is_told_once():
    places = [old("a.py"), old("a.py", commit="b" * 40), old("b.py"), old("b.py", commit="c" * 40)]
    (result,) = run(finding(GITHUB, Secret(b"x"), *places))["results"]
    (other,) = result["relatedLocations"]
    assert other["physicalLocation"]["artifactLocation"]["uri"] == "b.py"
    assert "4 places" in result["message"]["text"]


def location(place, **options):
    (result,) = run(finding(GITHUB, Secret(b"x"), place), options=options)["results"]
    return result["locations"][0]["physicalLocation"]


def check(document):
    """Assert what a schema cannot say, and what makes GitHub refuse a file if it is wrong."""
    OURS.validate(document)
    (only,) = document["runs"]
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    for result in only["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        others = [json.dumps(where) for where in result.get("relatedLocations", ())]
        assert len(others) == len(set(others)), "the official schema wants each once"
        for where in (*result["locations"], *result.get("relatedLocations", ())):
            region = where["physicalLocation"]["region"]
            assert region["endLine"] >= region["startLine"]
            if "endColumn" in region:
                one_line = region["endLine"] == region["startLine"]
                assert region["endColumn"] >= (region["startColumn"] if one_line else 1)


@pytest.mark.parametrize("make", SAMPLES)
@pytest.mark.parametrize(
    "options", [{}, {"show_suppressed": True, "exit_code": 1, "root": "services/api"}]
)
def test_samples_are_valid(make, options):
    check(log(make(), **options))


@given(drawn=reports())
@ANY_REPORT
def test_any_report_is_valid(drawn):
    report, _ = drawn
    check(log(report, show_suppressed=True))


def validated(text, folder, rules="Sarif;Ghas"):
    """Return what the validator of others has to say about a log."""
    file, told = folder / "report.sarif", folder / "told.sarif"
    file.write_text(text, "utf-8")
    subprocess.run(
        [
            *(TOOL, "validate", file, "--rule-kind", rules, "-o", told),
            *("--log", "ForceOverwrite", "--level", "Error;Warning"),
        ],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        check=True,
        capture_output=True,
    )
    official = Path(TOOL).with_name("sarif-2.1.0.json")
    if official.exists():
        Draft202012Validator(json.loads(official.read_text("utf-8-sig"))).validate(json.loads(text))
    results = json.loads(told.read_text("utf-8-sig"))["runs"][0]["results"]
    return [(result["ruleId"], result.get("level")) for result in results]


@pytest.mark.skipif(not TOOL, reason="Sarif.Multitool is not installed")
@pytest.mark.parametrize("make", SAMPLES)
def test_the_validator_of_others_agrees(make, tmp_path):
    text = written("sarif", make(), show_suppressed=True, exit_code=1)
    assert validated(text, tmp_path) == []


def test_a_result():
    found = finding(
        AWS,
        samples.value("AKIA", 20),
        old("old name.tf"),
        old("main.tf", 2022, at_head=True),
        place("copy.tf", at_head=True),
    )
    (result,) = run(found, signatures=(AWS,))["results"]
    assert result["ruleId"] == "aws-access-key"
    assert result["level"] == "error"
    first = (found.locations[0].commit or "")[:10]
    assert result["message"]["text"] == (
        f"AWS access key. First committed on 2021-03-04 in {first}. Still at HEAD. "
        "Found in 3 places."
    )
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "main.tf", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 12, "startColumn": 17, "endLine": 12, "endColumn": 37},
    }
    uris = [
        other["physicalLocation"]["artifactLocation"]["uri"] for other in result["relatedLocations"]
    ]
    assert uris == ["old%20name.tf", "copy.tf"]
    assert result["partialFingerprints"] == {"leakhunt/v1": found.fingerprint}
    assert result["properties"] == {
        "confidence": "high",
        "severity": "critical",
        "verdict": "unchecked",
        "commit": found.locations[1].commit,
        "date": "2022-03-04T09:26:53+01:00",
        "blob": found.locations[1].blob,
        "at_head": True,
    }


def test_a_rule():
    only = run(finding(AWS, Secret(b"x"), place("a")), signatures=(AWS,))
    (rule,) = only["tool"]["driver"]["rules"]
    assert rule["id"] == "aws-access-key"
    assert rule["name"] == "AwsAccessKey"
    assert rule["helpUri"] == "https://docs.aws.example/keys"
    assert "Revoke" in rule["help"]["text"]
    assert "<https://aws.example/more>" in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"] == {
        "tags": ["security", "external/cwe/cwe-798"],
        "precision": "high",
        "security-severity": "9.5",
    }


def test_a_name_is_not_the_id_again():
    sort = samples.signature("jwt", "JWT", Severity.LOW)
    only = run(finding(sort, Secret(b"x"), place("a")), signatures=(sort,))
    assert "name" not in only["tool"]["driver"]["rules"][0]


@pytest.mark.parametrize(
    ("severity", "level", "least", "most"),
    [
        (Severity.CRITICAL, "error", 9.1, 10),
        (Severity.HIGH, "error", 7, 8.9),
        (Severity.MEDIUM, "warning", 4, 6.9),
        (Severity.LOW, "note", 0.1, 3.9),
        (Severity.INFO, "note", 0.1, 3.9),
    ],
)
def test_levels_are_written_and_scores_fall_into_the_bands_of_github(severity, level, least, most):
    sort = samples.signature("some-key", "Some key", severity)
    only = run(finding(sort, Secret(b"x"), place("a")), signatures=(sort,))
    assert only["results"][0]["level"] == level
    score = only["tool"]["driver"]["rules"][0]["properties"]["security-severity"]
    assert least <= float(score) <= most


def test_a_signature_that_is_not_known_gets_a_rule_too():
    found = finding(GITHUB, Secret(b""), place("a"), kind="exposure", title="Listens everywhere")
    (rule,) = run(found, signatures=())["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "Listens everywhere."
    assert "external/cwe/cwe-1327" in rule["properties"]["tags"]


@pytest.mark.parametrize(
    ("where", "root", "uri"),
    [
        (place("a b/ü#?%:.py"), "", "a%20b/%C3%BC%23%3F%25%3A.py"),
        (place("x\udcff.py"), "", "x%FF.py"),
        (place("x\ud800.py"), "", "x%3F.py"),
        (place("./a/../b//c.py"), "", "b/c.py"),
        (place("../../etc/passwd"), "", "etc/passwd"),
        (place("/etc/passwd"), "", "etc/passwd"),
        (place("http://x/y"), "", "http%3A/x/y"),
        (place("a.py"), "services/api", "services/api/a.py"),
        (place("a.py"), "services/api/", "services/api/a.py"),
        (place("."), "", "%2E"),
        (place(None, commit="c" * 40, field="message"), "", f".git/commits/{'c' * 40}/message"),
        (place(None, commit="c" * 40, field="author"), "sub", f".git/commits/{'c' * 40}/author"),
        (place(None, ref="refs/tags/v 1"), "", ".git/refs/tags/v%201/message"),
        (place(None, blob="e" * 40), "", f".git/blobs/{'e' * 40}"),
        (place(None), "", "stdin"),
        (place(""), "", "stdin"),
    ],
)
def test_uris(where, root, uri):
    assert location(where, root=root)["artifactLocation"]["uri"] == uri


@pytest.mark.parametrize(
    ("where", "region"),
    [
        (Location("a", 3, 5, 3, 9), (3, 5, 3, 9)),
        (Location("a", 3, 5, 4, 2), (3, 5, 4, 2)),
        (Location("a", 3, 5, 3, 5), (3, 5, 3, 5)),
        (Location("a", 3, 5, 3, 4), (3, 5, 3, None)),
        (Location("a", 3, 5, 3, 0), (3, 5, 3, None)),
        (Location("a", 3, 5, 2, 9), (3, 5, 3, 9)),
        (Location("a", 3), (3, None, 3, None)),
        (Location("a"), (1, None, 1, None)),
        (Location("a", 0, 0, 0, 0), (1, None, 1, None)),
    ],
)
def test_regions_are_never_what_github_refuses(where, region):
    made = location(where)["region"]
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    assert tuple(made.get(key) for key in keys) == region


def test_a_message_in_words():
    found = finding(
        GITHUB,
        Secret(b"x"),
        place(None, 1, 1, commit="c" * 40, field="message"),
        title="Token.",
    )
    (result,) = run(found)["results"]
    assert result["message"]["text"] == (
        "Token in the message of a commit. First committed in cccccccccc."
    )


def test_no_author():
    text = written("sarif", samples.realistic(), show_suppressed=True)
    assert "Dana" not in text
    assert "dana@" not in text


def test_suppressed_findings_become_results_if_people_suppressed_them():
    quiet = [
        finding(AWS, Secret(b"a"), place("a"), suppression=Suppression("inline", "a test key")),
        finding(AWS, Secret(b"b"), place("b"), suppression=Suppression("baseline", "")),
        finding(AWS, Secret(b"c"), place("c"), suppression=Suppression("public-key", "x")),
    ]
    only = run(suppressed=tuple(quiet))
    assert only["properties"]["suppressed"] == {"baseline": 1, "inline": 1, "public-key": 1}
    assert len(run(suppressed=tuple(quiet), options={"show_suppressed": True})["results"]) == 3
    results = only["results"]
    assert [result["suppressions"] for result in results] == [
        [{"kind": "inSource", "justification": "a test key"}],
        [{"kind": "external", "justification": "baseline"}],
    ]


def test_of_several_repositories_it_is_told_where_each_comes_from():
    named = ("/srv/git/shop one", "https://git.example/till")
    found = [
        finding(GITHUB, Secret(b"x%d" % at), place("a.env", 3, repository=name))
        for at, name in enumerate(named)
    ]
    report = dataclasses.replace(
        audits.audit(dataclasses.replace(samples.clean(), findings=tuple(found))),
        repositories=(
            audits.Audited(named[0], web="https://git.example/shop"),
            audits.Audited(named[1], web="https://git.example/till"),
            audits.Audited("/srv/git/own"),
        ),
    )
    made = log(report)
    check(made)
    (only,) = made["runs"]
    told = only["versionControlProvenance"]
    assert [one["repositoryUri"] for one in told] == [
        "https://git.example/shop",
        "https://git.example/till",
    ]
    folders = [one["mappedTo"]["uri"] for one in told]
    for folder, result in zip(folders, only["results"], strict=True):
        where = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert where["uri"] == f"{folder}a.env"
        assert {one["mappedTo"]["uriBaseId"] for one in told} == {where["uriBaseId"]}


@pytest.mark.parametrize(("gap", "level"), [(True, "error"), (False, "warning")])
def test_problems_are_notifications(gap, level):
    problem = Problem("timeout", "a\x1b.py", "too slow", gap)
    (invocation,) = run(problems=(problem,), options={"exit_code": 2})["invocations"]
    assert invocation == {
        "executionSuccessful": not gap,
        "exitCode": 2,
        "toolExecutionNotifications": [
            {
                "message": {"text": r"a\x1b.py: too slow"},
                "descriptor": {"id": "timeout"},
                "level": level,
            }
        ],
    }


def test_worst_first_and_what_is_cut_is_told(monkeypatch):
    monkeypatch.setattr(sarif, "RESULTS", 5)
    report = samples.realistic()
    shuffled = dataclasses.replace(
        report, findings=report.findings[::-1], suppressed=(), problems=()
    )
    (only,) = log(shuffled)["runs"]
    levels = [result["properties"]["severity"] for result in only["results"]]
    assert levels == ["critical"] * 4 + ["high"]
    (note,) = only["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("10 findings")


def test_a_hundred_locations():
    found = finding(GITHUB, Secret(b"x"), *(place(f"{n}.py") for n in range(300)))
    (result,) = run(found)["results"]
    assert len(result["relatedLocations"]) == 99


def test_the_category_keeps_runs_apart():
    assert run()["automationDetails"] == {"id": "leakhunt/"}
    history = run(options={"category": "leakhunt/history/"})
    assert history["automationDetails"] == {"id": "leakhunt/history/"}


AZURE = {
    "TF_BUILD": "True",
    "SYSTEM_DEFINITIONID": "12",
    "BUILD_DEFINITIONNAME": "ci",
    "SYSTEM_PHASEID": "96ac2280-8cb4-5df5-99de-dd2da759617d",
    "SYSTEM_PHASENAME": "Job",
    "SYSTEM_TEAMPROJECTID": "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c",
    "BUILD_SOURCEBRANCH": "refs/heads/main",
    "BUILD_BUILDID": "99",
}
"""As a pipeline of Azure DevOps sets them."""


@pytest.mark.parametrize("at", ["https://dev.azure.com/acme/", "https://acme.visualstudio.com/"])
def test_azure_is_told_which_pipeline_it_was(monkeypatch, at):
    for name, value in {**AZURE, "SYSTEM_COLLECTIONURI": at}.items():
        monkeypatch.setenv(name, value)
    told = run()["automationDetails"]
    parts = told["id"].removeprefix("azuredevops/pipeline/build/").split("/")
    assert parts == [
        *("acme", AZURE["SYSTEM_TEAMPROJECTID"], "12", AZURE["SYSTEM_PHASEID"]),
        *("refs%2Fheads%2Fmain", "99"),
    ]
    assert told["properties"] == {
        "azuredevops/pipeline/build/buildDefinitionId": "12",
        "azuredevops/pipeline/build/buildDefinitionName": "ci",
        "azuredevops/pipeline/build/phaseId": AZURE["SYSTEM_PHASEID"],
        "azuredevops/pipeline/build/phaseName": "Job",
    }


@pytest.mark.parametrize("missing", ["TF_BUILD", "SYSTEM_DEFINITIONID", "SYSTEM_PHASENAME"])
def test_anybody_else_is_told_the_category(monkeypatch, missing):
    for name, value in AZURE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv(missing)
    assert run(options={"category": "x/"})["automationDetails"] == {"id": "x/"}


@pytest.mark.skipif(not TOOL, reason="Sarif.Multitool is not installed")
def test_the_validator_agrees_for_azure(monkeypatch, tmp_path):
    with monkeypatch.context() as pipeline:
        for name, value in {**AZURE, "SYSTEM_COLLECTIONURI": "https://dev.azure.com/a/"}.items():
            pipeline.setenv(name, value)
        text = written("sarif", samples.realistic())
    assert validated(text, tmp_path, "Sarif;Ado") == []
