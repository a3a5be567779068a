"""The types of the inventory: what is declared, what was found, and what is wrong about it."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from leakhunt.exposure.model import Auth, Reach, Scope, Setting
from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakhunt.exposure.model import Listener, Token
    from leakhunt.model import Location, Problem

FILE = "leakhunt-ports.toml"
"""How the inventory is called, at the top of a repository."""


class Intent(enum.StrEnum):
    """From where a port is meant to be reached, narrowest first."""

    CONTAINED = "contained"
    """From within its container, pod or cluster network only: nothing publishes it."""
    LOOPBACK = "loopback"
    """From its own machine only."""
    INTERNAL = "internal"
    """From private networks or listed addresses only, never from everywhere."""
    PUBLIC = "public"
    """From everywhere."""

    @property
    def rank(self) -> int:
        """0 (contained) to 3 (public), for comparing."""
        return list(Intent).index(self)


RANKS = {Reach.CONTAINED: 0, Reach.LOCAL: 1, Reach.LIMITED: 2, Reach.OPEN: 3}
"""How wide each reach is, on the scale of `Intent`; an unknown one has none."""


@record(frozen=True, slots=True)
class Entry:
    """A port of a service, as the inventory declares it.

    Attributes:
        name: the service.
        port: where others reach it; of a range the first.
        exposure: from where it is meant to be reached.
        line: where it stands in the inventory.
        last: the last port of a range, or 0.
        protocol: `tcp`, `udp`, ...
        inside: the port within its container, if it is another one, or 0.
        bind: the address it is meant to listen on, or empty.
        environments: the port in each environment where it is another one.
        image: its container image, or empty.
        program: the program that holds the port, or empty.
        auth: what one has to show.
        allow: the networks that are let in, in CIDR notation.
        tokens: fingerprints of the secrets that open it.
        behind: the gateway or proxy in front of it, or empty.
        owner: who answers for it, or empty.
        reason: why it is as it is, or empty.
        expires: the day, as `2027-01-31`, after which the entry has to be looked at; or empty.
        elsewhere: no file of the repository opens it.
    """

    name: str
    port: int
    exposure: Intent
    line: int = 0
    last: int = 0
    protocol: str = "tcp"
    inside: int = 0
    bind: str = ""
    environments: Mapping[str, int] = dataclasses.field(default_factory=dict)
    image: str = ""
    program: str = ""
    auth: Auth = Auth.UNKNOWN
    allow: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    behind: str = ""
    owner: str = ""
    reason: str = ""
    expires: str = ""
    elsewhere: bool = False

    @property
    def ports(self) -> frozenset[int]:
        """Every port that is declared by it, in any environment."""
        return frozenset(
            {*range(self.port, (self.last or self.port) + 1), *self.environments.values()}
        )


@record(frozen=True, slots=True)
class Inventory:
    """An inventory file.

    Attributes:
        path: the file, as it is shown.
        entries: in the order of the file.
    """

    path: str
    entries: tuple[Entry, ...] = ()


@record(frozen=True, slots=True)
class Variant:
    """How a port is opened in one environment.

    Attributes:
        environment: `dev`, `staging`, `prod`, ..., or empty.
        port: where others reach it; of a range the first.
        bind: the address as it is written, or empty.
        scope: which interfaces that means.
        reach: from where it can be reached.
        where: the line that opens it.
        by: what opens it: `compose-ports`, `flask.Flask.run`.
        allow: the networks that are let in.
    """

    environment: str
    port: int
    bind: str
    scope: Scope
    reach: Reach
    where: Location
    by: str
    allow: tuple[str, ...] = ()


@record(frozen=True, slots=True)
class Opening:
    """A port of a service, as the files of a repository open it.

    Attributes:
        service: its name.
        port: where others reach it; of a range the first.
        protocol: `tcp`, `udp`, ...
        variants: everything that opens it, widest first.
        last: the last port of a range, or 0.
        inside: the port within its container, if it is another one, or 0.
        known: its class in `services.toml`, or empty.
        tier: 0 to 5, see `services.toml`.
        contained: it runs in a container.
        image: its container image, or empty.
        program: the program that holds the port, or empty.
        auth: what one has to show.
        behind: the gateway or proxy in front of it, or empty.
        setting: product, test or example.
        tokens: the secrets that open it.
    """

    service: str
    port: int
    protocol: str
    variants: tuple[Variant, ...]
    last: int = 0
    inside: int = 0
    known: str = ""
    tier: int = 4
    contained: bool = False
    image: str = ""
    program: str = ""
    auth: Auth = Auth.UNKNOWN
    behind: str = ""
    setting: Setting = Setting.PRODUCT
    tokens: tuple[Token, ...] = ()

    @property
    def widest(self) -> Variant:
        """What opens it furthest."""
        return self.variants[0]

    @property
    def reach(self) -> Reach:
        """From where it can be reached."""
        return self.widest.reach

    @property
    def ports(self) -> frozenset[int]:
        """Every port that it has, in any environment."""
        return frozenset(
            {
                *range(self.port, (self.last or self.port) + 1),
                *(variant.port for variant in self.variants),
            }
        )

    @property
    def environments(self) -> dict[str, int]:
        """The port in each environment where it is another one, sorted."""
        return {
            variant.environment: variant.port
            for variant in sorted(self.variants, key=lambda one: (one.environment, -one.port))
            if variant.environment and variant.port != self.port
        }


@record(frozen=True, slots=True)
class Fault:
    """A difference between the inventory and the files.

    Attributes:
        kind: `undeclared`, `stale`, `wider`, `moved`, `renamed`, `drift`, `shared`, `expired` or
            `allow`.
        service: its name.
        port: its number.
        message: what is wrong, a sentence without a full stop.
        path: the file to look at.
        line: and the line in it, or 0.
        advice: what to do, a sentence without a full stop.
    """

    kind: str
    service: str
    port: int
    message: str
    path: str
    line: int
    advice: str


@record(frozen=True, slots=True)
class Survey:
    """What the files of a folder or a commit open.

    Attributes:
        target: what the user named.
        found: one for each port of a service, as many as are to be shown.
        left_out: how many ports only tests and examples open.
        numberless: what opens a port whose number it does not say, each with its service.
        inventory: what is declared, or None.
        problems: what could not be read.
    """

    target: str
    found: tuple[Opening, ...]
    left_out: int = 0
    numberless: tuple[tuple[str, Listener], ...] = ()
    inventory: Inventory | None = None
    problems: tuple[Problem, ...] = ()
