"""Lines of configuration without a sign: a directive, space, and the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

_VALUE = rb"(?P<secret>[^\s\"'=:$<({][^\s\"'<({]{3,200})"
_ALONE = lazy.pattern(
    rb"(?i)^[ \t]{0,8}(?:ENV[ \t]{1,4}(?P<name>\w{1,40})|(?P<own>requirepass|masterauth|rootpw|"
    rb"bindpw|"
    rb"(?:\w{1,24}[_-])?(?:password|secret))|"
    rb"(?:enable|username)[ \t][^\n]{0,24}(?P<last>password|secret)(?:[ \t]{1,2}\d)?)"
    rb"[ \t]{1,8}" + _VALUE + rb"(?<!,)(?:[ \t]{1,4}privilege[ \t]{1,4}\d{1,2})?[ \t\r]*$"
)
"""The value ends the line, or what its user may do does; a comma ends the column of a table."""
_USER = lazy.pattern(
    rb"(?i)^[ \t]{0,8}(?:(?:user|login|auth|proxy-user)[ \t]{0,3}=|"
    rb"stats[ \t]{1,3}auth[ \t]|cache_peer[ \t][^\n]{1,120}[ \t]login=)[ \t]{0,3}\"?[\w.@-]{2,40}:"
    rb"(?P<secret>[^\s\"':/$<({][^\s\"'<({:]{3,80})\"?(?=[ \t\r]*$|[ \t])"
)
"""A user and a password in one: turnserver, curl, squid."""
USER = (
    r"(?i)^[ \t]{0,8}(?:(?:user|login|auth|proxy-user)[ \t]{0,3}=|stats[ \t]{1,3}auth[ \t]|"
    r"cache_peer[ \t][^\n]{1,120}[ \t]login=)"
    r"[ \t]{0,3}"
    r"[\"]?[\w.@-]{2,40}:[^\s\"':/$<({]{4}"
)
"""Its gate."""
NETWORK = (
    r"(?:snmp-server[ \t]{1,4}(?:community|host[ \t]{1,4}[\w.:-]{1,60}[ \t]{1,4}(?:(?:traps|"
    r"informs)"
    r"[ \t]{1,4})?version[ \t]{1,4}(?:1|2c))|(?:tacacs|radius)-server[ \t]{1,4}"
    r"(?:host[ \t]{1,4}[\w.:-]{1,60}[ \t]{1,4}[^\n]{0,30})?key|crypto[ \t]{1,4}isakmp[ \t]{1,4}key|"
    r"(?:neighbor|area|standby|vrrp|glbp)[ \t]{1,4}[^\n]{1,30}"
    r"(?:password|authentication(?:-key|[ \t]{1,4}md5[ \t]{1,4}key-string)?)|"
    r"pre-shared-key(?:[ \t]{1,4}ascii-text)?|ppp[ \t]{1,4}"
    r"(?:chap|pap)[ \t]{1,4}"
    r"(?:sent-username[ \t]{1,4}\S{1,40}[ \t]{1,4})?password|wpa-psk[ \t]{1,4}ascii|"
    r"user[ \t]{1,4}[\w.-]{1,40}[ \t]{1,4}insecure-password|"
    r"ntp[ \t]{1,4}authentication-key[ \t]{1,4}\d{1,5}[ \t]{1,4}md5|"
    r"ip[ \t]{1,4}(?:ospf|rip|eigrp)[ \t]{1,4}(?:message-digest-key[ \t]{1,4}\d{1,5}[ \t]{1,4}md5|"
    r"authentication-key)|isis[ \t]{1,4}password|key-string|area-password|domain-password|"
    r"snmp-agent[ \t]{1,4}community[ \t]{1,4}(?:read|write)(?:[ \t]{1,4}simple)?|"
    r"local-user[ \t]{1,4}[\w.-]{1,40}[ \t]{1,4}password[ \t]{1,4}simple|"
    r"password[ \t]{1,4}manager[ \t]{1,4}(?:user-name[ \t]{1,4}[\w.-]{1,40}[ \t]{1,4})?plaintext|"
    r"ikev[12][ \t]{1,4}(?:\w{1,12}-authentication[ "
    r"\t]{1,4})?pre-shared-key|ldap-login-password|wpa-passphrase|"
    r"psksecret|auth-pwd|priv-pwd|community-string|"
    r"com2sec6?[ \t]{1,8}[\w.-]{1,40}[ \t]{1,8}[\w./:-]{1,60}|"
    r"create_?user[ \t]{1,4}[\w.-]{1,40}[ \t]{1,4}(?:md5|sha[\d-]{0,8}))"
)
"""What switches and routers call a password."""
_NETWORK = lazy.pattern(
    rb"(?i)^[ \t]{0,8}(?:set[ \t]{1,4})?"
    + NETWORK.encode()
    + rb"(?:[ \t]{1,4}(?:local|remote|simple|[067]))?[ \t]{1,4}\"?"
    + _VALUE
    + rb"(?=[\s;\"]|$)"
)
SQL = (
    r"(?i)/[\w-]{0,24}pass(?:word|phrase)[\w-]{0,12}[ \t]{1,4}password[ \t]{1,4}[^\s$\"'<]{3}",
    r"(?i)\bidentified[ \t]{1,4}by[ \t]{1,4}(?:values[ \t]|externally|globally|password\b)?"
    r"[\w.#$!-]{4}",
    r"(?i)^[ \t]{0,8}conn(?:ect)?[ \t]{1,4}\w{1,40}/[^\s/;]{3}",
    r"(?i)\bsp_addlinkedsrvlogin\b[^\n]{4,160}'",
    r"(?i)\bset[ ]password[ ]for[ ][^\n=;]{2,80}=[ ]?(?:password[ ]?\()?'",
)
"""Gates of passwords of SQL by their place: Oracle, SQL*Plus; and of what Debian asks."""
PLACED = (
    r"(?i)\bsnmp(?:v3|-server)[ \t]{1,4}user[ \t][^\n]{2,80}[ \t]auth[ \t]{1,4}(?:md5|sha)",
    r"(?i)\bsecure_link_(?:md5[ \t]{1,8}[\"'][^\n\"']{4,100}[^\s\"'$]{4}[\"']|"
    r"secret[ \t]{1,8}[\w-]{4})",
    r"(?i)(?:\bset[ \t]snmp|\bsnmp[ \t]?\{|^)[ \t]{1,12}community[ \t]{1,4}\"?[\w.!@#%&*+-]{4,60}"
    r"\"?"
    r"[ \t](?:\{|authorization|clients)",
    r"(?i)\b(?:pre-shared-key[ \t]{1,4}ascii-text|authentication-key)[ \t]{1,4}\"[^\s\"$]{4}",
)
"""Gates of what stands anywhere in a line: keys of SNMPv3, of links of nginx, of Junos."""
LEAST = (
    rb"^[ \t]{0,8}(?:env[ \t]|requirepass|masterauth|rootpw|bindpw|"
    rb"(?:\w{1,24}[_-])?(?:password|secret)[ \t]|(?:enable|username)[ \t])",
    rb"^[ \t]{0,8}(?:user|login|auth|proxy-user|stats|cache_peer)[ \t=]",
    rb"pass(?:word|phrase)[\w-]{0,12}[ \t]{1,4}password[ \t]",
    rb"^[ \t]{0,8}(?:set[ \t]{1,4})?(?:snmp-|tacacs|radius|crypto|neighbor|area|standby|vrrp|glbp|"
    rb"pre-shared|ppp|wpa-|user[ \t]|ntp|ip[ \t]|isis|key-string|domain-password|local-user|"
    rb"password|ikev|ldap-login|psksecret|auth-pwd|priv-pwd|community|com2sec|create)",
    rb"identified[ \t]",
    rb"^[ \t]{0,8}conn(?:ect)?[ \t]",
    rb"sp_addlinkedsrvlogin",
    rb"set password for ",
    rb"snmp(?:v3|-server)[ \t]{1,4}user[ \t]",
    rb"secure_link_(?:md5|secret)",
    rb"community[ \t]{1,4}\"?[^\s\"]{4,60}\"?[ \t](?:\{|authorization|clients)",
    rb"(?:ascii-text|authentication-key)[ \t]{1,4}\"",
)
"""What a line has at least, without regard to case, see `sieve`."""
_ASKED = lazy.pattern(
    rb"(?i)[\w.-]/[\w-]{0,24}pass(?:word|phrase)[\w-]{0,12}[ \t]{1,4}password[ \t]{1,4}"
    rb"(?P<secret>[^\s$\"'<]{3,100})"
)
_IDENTIFIED = lazy.pattern(
    rb"(?i)\b(?:alter|create|grant|connect|role|user|link)\b[^\n]{0,160}?"
    rb"\bidentified[ \t]{1,4}by[ \t]{1,4}"
    rb"(?!values\b|externally\b|globally\b|password\b|random\b)"
    rb"(?P<secret>[\w.#$!-]{4,60})(?=[\s;,]|$)"
)
_CONNECT = lazy.pattern(
    rb"(?i)^[ \t]{0,8}conn(?:ect)?[ \t]{1,4}\w{1,40}/(?P<secret>[^\s/@;\"'&]{3,60})"
    rb"(?=@[\w.:/-]+|[ \t]+as\b|;?[ \t\r]*$)"
)
_LINKED = lazy.pattern(
    rb"(?i)\bsp_addlinkedsrvlogin\b[ (]{1,4}(?:@\w{1,20}"
    rb"[ ]?=[ ]?)?N?'[^'\n]{1,80}'(?:,[ ]?[^,\n]{1,80})"
    rb"{3},[ ]?(?:@\w{1,20}[ ]?=[ ]?)?N?'(?P<secret>[^'\n]{4,100})'"
)
"""The fifth argument of a procedure of SQL Server is the password at the other server."""
_CHANGED = lazy.pattern(
    rb"(?i)\bset[ ]password[ ]for[ ][^\n=;]{2,80}"
    rb"[ ]?=[ ]?(?:password[ ]?\()?'(?P<secret>[^'\n]{4,100})'"
)
"""The password of an account of MySQL is set."""
_ANYWHERE = (
    (
        rb"snmp",
        "password",
        lazy.pattern(
            rb"(?i)\bsnmp(?:v3|-server)[ \t]{1,4}user[ \t][^\n]{2,80}?[ \t]auth[ \t]{1,4}"
            rb"(?:md5|sha)[\w-]{0,4}[ \t]{1,4}\"?(?P<secret>[^\s\"'$<{]{5,80})\"?"
        ),
    ),
    (
        rb"snmp",
        "password",
        lazy.pattern(
            rb"(?i)\bsnmp(?:v3|-server)[ \t]{1,4}user[ \t][^\n]{2,160}?[ \t]priv[ \t]{1,4}"
            rb"(?:3?des|aes)"
            rb"(?:[ \t]{1,4}\d{2,3})?[ \t]{1,4}\"?(?P<secret>[^\s\"'$<{]{5,80})\"?"
        ),
    ),
    (
        rb"secure_link_",
        "password",
        lazy.pattern(
            rb"(?i)\bsecure_link_(?:md5[ \t]{1,8}[\"'][^\n\"']{0,100}[ ](?=[^\s\"'$]{4,80}[\"'])|"
            rb"secret[ \t]{1,8})(?P<secret>[^\s\"'$;{}]{4,80})[\"';]"
        ),
    ),
    (
        rb"community",
        "snmp community",
        lazy.pattern(
            rb"(?i)(?:\bset[ \t]snmp|\bsnmp[ \t]?\{|^)[ \t]{1,12}community[ \t]{1,4}\"?"
            rb"(?P<secret>[\w.!@#%&*+-]{4,60})\"?[ \t](?:\{|authorization|clients)"
        ),
    ),
    (
        rb"key",
        "password",
        lazy.pattern(
            rb"(?i)\b(?:pre-shared-key[ \t]{1,4}ascii-text|authentication-key)[ \t]{1,4}"
            rb"\"(?P<secret>[^\s\"$]{4,100})\""
        ),
    ),
)
"""What a line has in lower case, the name of the value, and where it stands."""


class Told(NamedTuple):
    """A name and a value. Offsets are bytes of the line."""

    kind: str
    """`directive`, or `sql`."""
    name: str
    start: int
    end: int


def directives(line: bytes) -> Iterator[Told]:
    """Yield what a line says as a directive or in SQL without quotes.

    Args:
        line: a whole line.
    """
    if first := _directive(line):
        yield first
    lower = line.lower()
    for least, name, pattern in _ANYWHERE:
        if least in lower and (match := pattern.search(line)):
            yield Told("directive", name, *match.span("secret"))


def _directive(line: bytes) -> Told | None:
    if match := _ALONE.match(line):
        name = match["name"] or match["own"] or match["last"]
        return Told("directive", name.decode(), *match.span("secret"))
    if match := _USER.match(line):
        return Told("directive", "password", *match.span("secret"))
    if b"assword" in line and (match := _ASKED.search(line)):
        return Told("directive", "password", *match.span("secret"))
    match = _NETWORK.match(line)
    if match and b" description " not in line[: match.start("secret")]:
        return Told("directive", "password", *match.span("secret"))
    if (
        match := _IDENTIFIED.search(line)
        or _CONNECT.match(line)
        or _LINKED.search(line)
        or _CHANGED.search(line)
    ):
        return Told("sql", "password", *match.span("secret"))
    return None
