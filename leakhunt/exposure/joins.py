"""What one file says about the services of another: what code a container runs."""

from __future__ import annotations

import dataclasses
import posixpath
from typing import TYPE_CHECKING

from leakhunt.exposure.judge import reach_of_publication
from leakhunt.exposure.model import Auth, Found, Reach, Scope, Setting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.exposure.model import Listener, Publication

BUILD = "build"
"""The label of a publication that names the folder its container is built from; and the form of
the mention of a service of Compose that does."""

_Owned = dict[tuple[str, int], list["Listener"]]


def joined(files: Sequence[Found]) -> list[Found]:
    """Return what files say, with what others know about the same services.

    Args:
        files: what all files say.

    Returns:
        The same files in the same order.
    """
    images = _images(files)
    code = [
        (file.path, item)
        for file in files
        for item in file.listeners
        if item.contained and not item.owner and item.setting is Setting.PRODUCT
    ]
    owned, builds = _owned(files), _builds(files)
    return [
        dataclasses.replace(
            file,
            publications=tuple(
                _started(_known(item, _built(item, file.path, builds), images, code), owned)
                for item in file.publications
            ),
        )
        if file.publications
        else file
        for file in files
    ]


def _builds(files: Iterable[Found]) -> dict[tuple[str, str], str]:
    """From which folders services of Compose are built, by their own folder and their name."""
    return {
        (posixpath.dirname(file.path), item.owner): item.name
        for file in files
        for item in file.mentions
        if item.form == BUILD
    }


def _built(item: Publication, path: str, builds: dict[tuple[str, str], str]) -> str | None:
    """The folder that a container is built from, as its own file or one beside it says."""
    folder = dict(item.labels).get(BUILD)
    if folder is not None:
        return posixpath.normpath(posixpath.join(posixpath.dirname(path), folder))
    compose = item.form.startswith("compose") and not item.image
    return builds.get((posixpath.dirname(path), item.owner)) if compose else None


def _owned(files: Iterable[Found]) -> _Owned:
    """What the commands and the settings of containers open, by owner and port."""
    found: _Owned = {}
    for file in files:
        for item in file.listeners:
            if item.contained and item.owner and item.port and item.scope is Scope.WILDCARD:
                found.setdefault((item.owner, item.port), []).append(item)
    return found


def _started(item: Publication, owned: _Owned) -> Publication:
    """A publication with what is known of the listener in its container."""
    inside = owned.get((item.owner, item.inner or 0), ())
    folder = posixpath.dirname(item.where.path or "")
    near = (one for one in inside if not folder or (one.where.path or "").startswith(folder + "/"))
    listener = next(near, None)
    if listener is None or reach_of_publication(item) is not Reach.OPEN:
        return item
    auth = item.auth if listener.auth is Auth.UNKNOWN else listener.auth
    if not listener.known and not listener.debug:
        return dataclasses.replace(item, auth=auth)
    return dataclasses.replace(_with_listener(item, listener), auth=auth)


def _images(files: Iterable[Found]) -> dict[str, str]:
    """Labels of workloads, as `key=value`, to their images."""
    found: dict[str, str] = {}
    for file in files:
        for item in file.mentions:
            if item.form == "workload":
                found.setdefault(item.name, item.host)
    return found


def _known(
    item: Publication,
    folder: str | None,
    images: dict[str, str],
    code: list[tuple[str, Listener]],
) -> Publication:
    if not item.image and images:
        selected = [
            images[f"{key.removeprefix('selector:')}={value}"]
            for key, value in item.labels
            if key.startswith("selector:") and f"{key.removeprefix('selector:')}={value}" in images
        ]
        if selected:
            item = dataclasses.replace(item, image=selected[0])
    if folder is None or reach_of_publication(item) is not Reach.OPEN:
        return item
    own = "" if folder == "." else folder + "/"
    inside = [listener for place, listener in code if place.startswith(own)]
    if item.form == "host-network":
        # Of the network of its host a container opens what its code opens.
        wide = [one for one in inside if one.scope is Scope.WILDCARD and one.port]
        return (
            dataclasses.replace(_with_listener(item, wide[0]), port=wide[0].port) if wide else item
        )
    same = next((one for one in inside if one.port and one.port == item.inner), None)
    return _with_listener(item, same) if same is not None else item


def _with_listener(item: Publication, listener: Listener) -> Publication:
    """What runs in a container says what is published."""
    note = f"{listener.api} in {listener.where.path}:{listener.where.line} is what it publishes"
    labels = item.labels
    if listener.known and "known" not in dict(labels):
        labels = (*labels, ("known", listener.known))
    elif listener.own:
        labels = (*labels, ("own", "yes"))
    return dataclasses.replace(
        item, debug=item.debug or listener.debug, labels=labels, notes=(*item.notes, note)
    )
