"""Where a password belongs: a server, a user, and how to speak to it."""

from __future__ import annotations

from leakhunt.records import record
from leakhunt.verify.policy import Target

PROTOCOLS = {
    "amqp": "amqp",
    "amqps": "amqp",
    "ftp": "ftp",
    "ftpes": "ftp",
    "ftps": "ftp",
    "ldap": "ldap",
    "ldaps": "ldap",
    "mariadb": "mysql",
    "mongodb": "mongodb",
    "mongodb+srv": "mongodb",
    "mysql": "mysql",
    "mysql2": "mysql",
    "pgsql": "postgresql",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "redis": "redis",
    "rediss": "redis",
    "smtp": "smtp",
    "smtps": "smtp",
    "submission": "smtp",
    "submissions": "smtp",
    "valkey": "redis",
    "valkeys": "redis",
}
"""From the scheme of an address to the handler that speaks it."""

_SECURED = frozenset(
    {"require", "required", "verify-ca", "verify_ca", "verify-full", "verify_identity"}
)


@record(frozen=True, slots=True)
class Place:
    """Where a password belongs. Its `repr` is masked.

    Attributes:
        scheme: in lower case.
        user: as it is sent, decoded; may be empty.
        password: likewise.
        host: a name or an address without brackets.
        port: 0 where none is given.
        path: what follows the host, decoded, without its slash.
        options: the query.
        pinned: the configuration named the host.
    """

    scheme: str
    user: str
    password: str
    host: str
    port: int
    path: str = ""
    options: tuple[tuple[str, str], ...] = ()
    pinned: bool = False

    def __repr__(self) -> str:
        return f"Place({self.scheme})"

    @property
    def protocol(self) -> str:
        """The handler that speaks it; empty if none does."""
        # SQLAlchemy names the driver, too: postgresql+psycopg2.
        return PROTOCOLS.get(self.scheme) or PROTOCOLS.get(self.scheme.partition("+")[0], "")

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same login as another, wherever it stands."""
        options = (f"{name}={value}" for name, value in self.options)
        return (self.scheme, self.user, self.host, str(self.port), self.path, *options)

    @property
    def secured(self) -> bool:
        """Whether what was found says that only TLS will do."""
        modes = {self.option(name) for name in ("sslmode", "ssl-mode", "ssl_mode")}
        asked = any(self.option(name) == "true" for name in ("ssl", "tls", "usessl"))
        return asked or bool(modes & _SECURED)

    def target(self, port: int) -> Target:
        """Return whom to contact, at a port that is usual where none is given."""
        return Target(self.host, self.port or port, self.pinned)

    def option(self, name: str) -> str:
        """Return an option of the query in lower case, or nothing."""
        return next((value.lower() for key, value in self.options if key.lower() == name), "")
