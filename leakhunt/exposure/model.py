"""The types of the port graph: frozen, with slots, and cheap to send to another process.

A *listener* opens a port; a *publication* makes a port reachable from further away; a *service* is
what both belong to; a *token* is what opens it. An *exposure* is what was judged of them. Ports are
0 to 65535, and 0 means that the system chooses; None means that the source does not say which.
"""

from __future__ import annotations

import enum

from leakhunt.model import Confidence, Location, Problem, Severity
from leakhunt.records import record


class Scope(enum.StrEnum):
    """Which interfaces an address means."""

    WILDCARD = "wildcard"
    """All of them: `0.0.0.0`, `::`, `*`, an empty host where the API takes it so."""
    PUBLIC = "public"
    """One address that the Internet can route."""
    PRIVATE = "private"
    """One address of a private or link-local network."""
    LOOPBACK = "loopback"
    """This machine only."""
    SOCKET = "socket"
    """No port: a Unix socket, a pipe, an inherited descriptor."""
    NAMED = "named"
    """A host name: whatever it resolves to."""
    UNKNOWN = "unknown"
    """The source does not give the address away."""


class Given(enum.StrEnum):
    """How a source gives the address of a listener."""

    LITERAL = "literal"
    """Where it is used, or through a constant, an attribute, a concatenation."""
    OMITTED = "omitted"
    """Not at all: the API's own default counts."""
    EMPTY = "empty"
    """As an empty text or null."""
    DEFAULT = "default"
    """As the default of an option or a variable of the environment: it can be overridden."""


class Reach(enum.StrEnum):
    """From where something can be reached, widest first."""

    OPEN = "open"
    """From wherever packets reach the machine: every interface, or published to the world."""
    LIMITED = "limited"
    """From a private network, or from the addresses of an allow-list."""
    CONTAINED = "contained"
    """From within its container, pod or cluster network only, as far as the repository says."""
    LOCAL = "local"
    """From the machine itself only."""
    UNKNOWN = "unknown"


class Auth(enum.StrEnum):
    """What one has to show to get in."""

    NONE = "none"
    STATIC_TOKEN = "static-token"  # noqa: S105 (a kind, no password)
    """One shared text: a password, an API key."""
    SESSION = "session"
    OIDC = "oidc"
    MTLS = "mtls"
    UNKNOWN = "unknown"


class Setting(enum.StrEnum):
    """In what surroundings something is written down."""

    PRODUCT = "product"
    TEST = "test"
    """A test or its fixtures."""
    EXAMPLE = "example"
    """An example, a sample, documentation."""


@record(frozen=True, slots=True)
class Listener:
    """Something in a file that opens a port.

    Attributes:
        signature: the id of the row that found it: `exposure-python-flask-run`.
        api: what opens it, as people call it: `flask.Flask.run`, `redis.conf bind`.
        where: path, line and column of the address, or of the call if it names none.
        host: the address as the program sees it; empty if there is none.
        scope: which interfaces that means, to this API.
        given: how the source gives the address.
        port: its number; None if unknown.
        protocol: `tcp`, `udp`, ...
        known: the class of `services.toml` that the API or the program is in itself; or empty.
        owner: what the repository calls the thing that listens (compose service, systemd unit,
            workload), or empty.
        contained: it runs in a container or a pod, so a wildcard there reaches that far only.
        debug: a debugger, a reloader or a debug mode is on.
        auth: what one has to show, as far as this place says.
        setting: product, test or example.
        confidence: how likely it is that the port opens like this.
        notes: further observations, each a sentence without a full stop.
        own: code of the repository listens, not a program that its port would tell.
        variables: names of variables of the environment that give the host and the port; empty
            where none does.
        declared: it is but the default of an option; what uses that opens the port.
    """

    signature: str
    api: str
    where: Location
    host: str = ""
    scope: Scope = Scope.UNKNOWN
    given: Given = Given.LITERAL
    port: int | None = None
    protocol: str = "tcp"
    known: str = ""
    owner: str = ""
    contained: bool = False
    debug: bool = False
    auth: Auth = Auth.UNKNOWN
    setting: Setting = Setting.PRODUCT
    confidence: Confidence = Confidence.HIGH
    notes: tuple[str, ...] = ()
    own: bool = False
    variables: tuple[str, str] = ("", "")
    declared: bool = False


@record(frozen=True, slots=True)
class Publication:
    """Something that makes a port reachable from further away than where it listens.

    Attributes:
        signature: the id of the row: `exposure-compose-ports`.
        form: what does it: `compose-ports`, `docker-run`, `host-network`, `node-port`,
            `load-balancer`, `host-port`, `ingress`, `security-group`, `proxy`, ...
        where: path, line and column.
        host: the address it is published on, as written; empty if there is none.
        scope: which interfaces that means. Of a security group: `wildcard` is the world.
        port: the outer port; None if any or unknown, 0 if the system chooses it.
        last: the last port of a range, else None.
        target: the port inside, if it is another one or `port` is unknown.
        protocol: `tcp`, `udp`, or `all`.
        owner: what the repository calls what is published; empty if it does not say.
        image: the container image, if one is named.
        program: the program that runs there, if that is known.
        allow: networks that are let in, in CIDR notation; empty if there is no such list.
        environment: `dev`, `staging`, `prod`, ... as the file's name says; or empty.
        labels: pairs that belong to it and say something about its use, such as
            `("role", "backend")`.
        auth: what one has to show, as far as this place says.
        debug: a debug mode is on in what is published.
        setting: product, test or example.
        notes: further observations, each a sentence without a full stop.
    """

    signature: str
    form: str
    where: Location
    host: str = ""
    scope: Scope = Scope.WILDCARD
    port: int | None = None
    last: int | None = None
    target: int | None = None
    protocol: str = "tcp"
    owner: str = ""
    image: str = ""
    program: str = ""
    allow: tuple[str, ...] = ()
    environment: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    auth: Auth = Auth.UNKNOWN
    debug: bool = False
    setting: Setting = Setting.PRODUCT
    notes: tuple[str, ...] = ()

    @property
    def inner(self) -> int | None:
        """The port inside, which says more about the service than the outer one."""
        return self.port if self.target is None else self.target


@record(frozen=True, slots=True)
class Mention:
    """A port that a file names without opening it: `REDIS_PORT=6379`, a URL, `EXPOSE 80`.

    Attributes:
        form: `variable`, `url`, `expose`, `documented`, `allow`, `route`, ... Of a service of
            Compose: `build`, the folder it is built from; `handed`, a variable that it is given;
            `env-file`, a file of such variables.
        name: the name of the variable, the service or the route.
        host: the host next to it, or empty.
        port: its number.
        where: path, line and column.
        environment: `dev`, `staging`, `prod`, ... as the file's name says; or empty.
        owner: what it belongs to, or empty.
    """

    form: str
    name: str
    host: str
    port: int | None
    where: Location
    environment: str = ""
    owner: str = ""


@record(frozen=True, slots=True)
class Found:
    """What one file says about ports.

    Attributes:
        path: the file.
        listeners: what it opens, in order.
        publications: what it publishes, in order.
        mentions: what else it says.
        problems: what could not be read, each a sentence.
        unread: the file was not looked at at all, and its problem says why.
    """

    path: str
    listeners: tuple[Listener, ...] = ()
    publications: tuple[Publication, ...] = ()
    mentions: tuple[Mention, ...] = ()
    problems: tuple[str, ...] = ()
    unread: bool = False


@record(frozen=True, slots=True)
class Token:
    """A secret that belongs to a service.

    Attributes:
        fingerprint: that of the secret's finding; the secret itself is never here.
        signature: the signature that found it.
        name: the variable or key that holds it, or empty.
        service: the name of the service; empty for an orphan.
        port: the port that it opens, if that is known.
        where: where the secret stands.
        how: why they belong together, as a sentence.
    """

    fingerprint: str
    signature: str
    name: str
    service: str
    port: int | None
    where: Location
    how: str


@record(frozen=True, slots=True)
class Service:
    """What listeners, publications and tokens belong to.

    Attributes:
        name: what the repository calls it; of code that is in no container, its folder or file.
        known: the class of `services.toml`: `redis`, `postgres`; or empty.
        tier: 0 to 5, see `services.toml`; 4 is an application nobody knows.
        reach: the widest of what opens and publishes it.
        listeners: sorted by place.
        publications: sorted by place.
        tokens: sorted by place.
        environments: those in which it is defined, sorted.
        auth: what one has to show, as far as the repository says.
        behind: the gateway or proxy that routes to it, or empty.
    """

    name: str
    known: str = ""
    tier: int = 4
    reach: Reach = Reach.UNKNOWN
    listeners: tuple[Listener, ...] = ()
    publications: tuple[Publication, ...] = ()
    tokens: tuple[Token, ...] = ()
    environments: tuple[str, ...] = ()
    auth: Auth = Auth.UNKNOWN
    behind: str = ""

    @property
    def ports(self) -> tuple[int, ...]:
        """Every port of it, inside and outside, sorted."""
        numbers = {item.port for item in self.listeners}
        numbers |= {port for item in self.publications for port in (item.port, item.target)}
        return tuple(sorted(port for port in numbers if port))


@record(frozen=True, slots=True)
class Exposure:
    """What was judged: a finding before it has its fingerprint.

    Attributes:
        signature: the id of the row or of the cross-check.
        title: what is wrong, in a line.
        severity: from class and reach, shifted by what else is known.
        confidence: how likely it is that this is so.
        reasons: how the severity came about, in order, each a sentence without a full stop.
        locations: where, the most telling first.
        identity: what tells it from others of its signature, without line numbers.
        service: the name of its service, or empty.
        port: its port, if known.
        reach: from where it can be reached.
        listener: what it was judged from, if it was a listener.
        publication: what it was judged from, if it was a publication.
    """

    signature: str
    title: str
    severity: Severity
    confidence: Confidence
    reasons: tuple[str, ...]
    locations: tuple[Location, ...]
    identity: tuple[str, ...]
    service: str = ""
    port: int | None = None
    reach: Reach = Reach.UNKNOWN
    listener: Listener | None = None
    publication: Publication | None = None


@record(frozen=True, slots=True)
class Graph:
    """All that a repository says about ports.

    Attributes:
        services: sorted by name.
        exposures: worst first.
        tokens: those that belong to no service, too.
        mentions: everything that names a port without opening it, sorted by place.
        problems: what could not be read.
    """

    services: tuple[Service, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    tokens: tuple[Token, ...] = ()
    mentions: tuple[Mention, ...] = ()
    problems: tuple[Problem, ...] = ()
