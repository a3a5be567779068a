"""Which of several runs a SARIF log is of, as the one who reads it wants to be told."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote, urlsplit

_AZURE = "azuredevops/pipeline/build/"
_BUILD = {
    "buildDefinitionId": "SYSTEM_DEFINITIONID",
    "buildDefinitionName": "BUILD_DEFINITIONNAME",
    "phaseId": "SYSTEM_PHASEID",
    "phaseName": "SYSTEM_PHASENAME",
}
"""What Azure DevOps refuses a log without, and where its pipelines say it: all of it texts."""


def automation(category: str) -> Any:
    """Return the automation details of a run.

    Args:
        category: what keeps two kinds of scan apart, for GitHub; in a pipeline of Azure DevOps it
            takes none but its own.
    """
    import sarif_om

    told = {key: os.environ.get(name, "") for key, name in _BUILD.items()}
    if not os.environ.get("TF_BUILD") or not all(told.values()):
        return sarif_om.RunAutomationDetails(id=category)
    address = urlsplit(os.environ.get("SYSTEM_COLLECTIONURI", ""))
    parts = (
        address.path.strip("/") or (address.hostname or "").partition(".")[0],
        os.environ.get("SYSTEM_TEAMPROJECTID", ""),
        told["buildDefinitionId"],
        told["phaseId"],
        os.environ.get("BUILD_SOURCEBRANCH", ""),
        os.environ.get("BUILD_BUILDID", ""),
    )
    return sarif_om.RunAutomationDetails(
        id=_AZURE + "/".join(quote(part, safe="") or "-" for part in parts),
        properties={_AZURE + key: value for key, value in told.items()},
    )
