"""Which names are those of secrets: `db_password` is one, `password_field` is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakhunt.model import Context

LONGEST = 120
"""Characters of a name that are looked at, from its end."""
_STEPS = lazy.pattern(r"\.|->|::")
_WORDS = lazy.pattern(r"[A-Z]+(?=API(?![a-z]))|[A-ZÀ-ÖØ-Þ]+(?![a-z])|[A-Z]?[a-zà-öø-ÿœ]+|\d+")
_SETS = {"set", "with", "use", "using", "put", "add", "basic", "digest", "change", "update"}
_SWITCH = {
    *("compat", "files", "systemd", "sss", "ldap", "winbind", "nis", "nisplus", "hesiod"),
    *("mymachines", "extrausers", "myhostname"),
}
"""Where nsswitch.conf(5) says that accounts are kept."""
_PASSES = {
    *("windowspe", "offlineservicing", "generalize", "specialize"),
    *("auditsystem", "audituser", "oobesystem"),
}
"""Steps of the setup of Windows, which its answer files call passes."""
_STACK = {"substack", "include", "required", "requisite", "sufficient", "optional"}
"""What pam.conf(5) does with what it calls password."""
_FORWARDS = (["proxy", "pass"], ["proxypass"])
"""What nginx calls the server behind it; who signs in to a proxy has digits in his password.
Keys of cookies are names, too, if they have joints: remember-me."""
_KEPT = {
    *("preference", "preferences", "pref", "prefs", "extra", "arg", "bundle", "key"),
    *("column", "col", "field", "table", "param", "attr", "attribute", "prop", "property", "claim"),
}
"""Words that constants begin with whose value is the name of what is kept: EXTRA_PASSWORD."""
_IDENTIFIER = lazy.pattern(r"[A-Za-z_]+(?:-[A-Za-z_]+)*")
_IDENTIFIER_TOO = lazy.pattern(r"[A-Za-z][\w.-]*")
_CREDENTIALS = {"cred", "creds", "credential", "credentials"}
"""What a program signs in with is kept under a name, which ends in this word."""
_HUMPED = lazy.pattern(r"[a-z]+(?:[A-Z][a-z]+)+")
_COMMAND = lazy.pattern(r"[A-Z][a-z]+-[A-Z][A-Za-z]+\Z")
"""Of PowerShell: Reset-Password = "Reset-Login" says how a command was called before."""
_OBJECT = lazy.pattern(r"[a-z][a-z0-9]*(?:-{1,2}[a-z0-9]+|\.[a-z0-9]+)+")
"""How things are called in Kubernetes (RFC 1123), if they have more than one word."""
_HELD = {"tls", "ssl", "cert", "certs", "cred", "creds", "credentials"}
_STORED = _HELD | {"ssh", "key", "token", "login", "account", "pat", "registry"}
"""The last words of what pipelines call the credentials that are kept for them."""
_IDENTIFIED = lazy.pattern(r"[a-z]+(?:-[a-z]+\d{0,2}){2,}")
"""What the others are called: credentials('shop-dev-remote-host')."""
_OF = {"config", "tls", "node", "peer", "server", "ingress", "operator", "worker"}
_STATUS = {"status", "error", "err", "nerr", "errno", "hresult"}
"""Words that constants begin with that number what a call may answer: STATUS_BAD_PASSWORD."""
_NUMBER = lazy.pattern(r"-?\d{1,10}|0[xX][0-9a-fA-F]{1,8}")
_COMMUNITY = lazy.pattern(
    r"(?i)(?:public|private|snmp)?[_-]?(?:snmp)?v[123]c?|[a-z][a-z0-9]*_v[123]c?"
)
_NUMBERED = lazy.pattern(r"[a-z]+(?:[-_][a-z]+)*(?:-\d{1,2}|_\d{1,2}|\d{0,2}[-_]v\d{1,2})")
"""The name of one of several of its kind."""
_TITLED = lazy.pattern(r"[A-Za-z]+(?:_[A-Za-z]+)*_[A-Z][a-z]+_[A-Z][a-z]+")
"""What says what is to be put there: smtp_Email_Password."""
_SAYS_ABOUT = {
    *("length", "len", "hash", "digest", "field", "column", "label", "name", "type", "hint"),
    *("strength", "confirmation", "expires", "expiry", "expiration", "id", "ref", "file", "path"),
    *("url", "header", "param", "policy", "age", "count", "score"),
}
"""Last words of what columns and fields are called that say something about a secret."""
_COLUMN = lazy.pattern(r"[a-z]+(?:_[a-z]+)+")
_OWN = 3
"""Words of a name that nobody takes for a password, at least."""
_NO_ENDINGS = ("pwd", "psw")
"""Short names that no other word ends in: `DBPSW`."""
_OTHERS = {
    *("pass", "bypass", "compass", "encompass", "trespass", "surpass", "overpass", "underpass"),
    *("subpass", "renderpass", "multipass", "singlepass", "onepass", "twopass", "lowpass"),
    *("highpass", "bandpass", "allpass", "shadowpass", "depthpass", "postpass", "prepass"),
    *("fullpass", "nopass", "canpass", "shaderpass", "effectpass", "outlinepass", "bloompass"),
    *("texturepass", "proxypass", "buspass", "daypass", "seasonpass", "gamepass", "battlepass"),
    *("firstpass", "secondpass", "lastpass", "keepass", "pypass", "gopass", "genpass"),
    *("monkey", "turkey", "donkey", "hockey", "jockey", "whiskey", "hotkey", "pubkey"),
}
"""Words that end like a name, and are none: what is glued together is told by its end."""
_GLUE = {"pass": 4, "key": 4}
"""What stands at the end of one word with what it opens, and letters that are before it with it,
at least: `vcpass`, `bindkey`."""
_LEADING = {
    *("mdp", "mot de passe", "motdepasse", "contrasena", "contraseña", "senha", "haslo", "hasło"),
    *("heslo", "parola", "lozinka", "jeton", "clave api", "chave api", "cle api", "wachtwoord"),
}
"""In these languages what a word belongs to stands behind it."""
_FORGERY = ["request", "verification", "token"]
"""What ASP.NET writes into each form anew, against those who forge one."""
_WHOSE = {"for", "of", "para", "pour", "fuer", "voor", "dla"}
_OPENLY = {("clear", "text"), ("plain", "text"), ("the", "clear")}
"""The end of a name that says how its secret is handed over: passwordInClearText."""
_SIGNING_IN = {"authenticate", "auth", "login", "log", "signin", "sign", "connect", "bind"}
"""What is done by a password: authenticateByPassword; but sortByToken."""
_GLUED = 6
"""Letters of a name that is recognised at the end of a longer word: `dbpassword`."""


class Name(NamedTuple):
    """What a name says."""

    signature: int
    """The place of the signature among those that were given."""
    sure: bool
    """Nothing follows the name that could make it something else."""
    word: str
    """Which of the signature's names it is."""


def words(name: str) -> list[str]:
    """Split a name into its words, in small letters: `dbPassword`, `DB_PASSWORD`, `db.password`."""
    return [word.lower() for word in _WORDS.findall(name[-LONGEST:])]


def is_setter(name: str, own: str) -> bool:
    """Say whether a call of this name sets what it names: `setPassword`, `password`, `.apiKey`.

    Args:
        name: of what is called.
        own: the words in it that name a secret.
    """
    split = words(_STEPS.split(name)[-1])
    return split == own.split() or (bool(split) and split[0] in _SETS)


def repeats(name: str, text: str) -> bool:
    """Say whether a value is no more than its own name: `shop_db_password: shop_db_password`.

    Args:
        name: as it is written.
        text: the value.
    """
    if name.lower() == "pw" and text.lower() in {"palau", "palaos", "palaosi", "belau"}:
        return True
    if name.lower() == "passwd" and text.lower() in _SWITCH:
        return True
    if name.lower() == "pass" and text.lower() in _PASSES:
        return True
    if name == "password" and text in _STACK:
        return True
    if is_object(name, text):
        return True
    if "".join(words(name)[1:]) == text.lower() and words(name)[0] in _KEPT:
        return True  # pref_edit_passcode: editpasscode
    if _NUMBER.fullmatch(text):
        return not _STATUS.isdisjoint(words(_STEPS.split(name)[-1])[:1])
    if _IDENTIFIER.fullmatch(text):
        split = words(name)
        if split[-2:] in _FORWARDS or (len(split) > 1 and split[0] in _KEPT and name.isupper()):
            return True
        if split[-2:] == ["cookie", "key"] and not text.isalpha():
            return True
    if name.lower().endswith("auth") and _COMMUNITY.fullmatch(text):
        return True  # how SNMP is spoken: auth: public_v2
    if name == "PW" and text.isalpha() and text.istitle():
        return True  # Palau, in a list of countries
    if _IDENTIFIER_TOO.fullmatch(text) and not _CREDENTIALS.isdisjoint(words(text)[-1:]):
        return not _CREDENTIALS.isdisjoint(words(name)[-1:])  # $credential = "BackupCredential"
    if _HUMPED.fullmatch(text) and not _CREDENTIALS.isdisjoint(words(name)[1:]):
        return words(name)[0] == words(text)[0]  # {"shop-credentials": {"shopUrl", "shopToken"}}
    if _COMMAND.match(name) and _COMMAND.match(text):
        return name.partition("-")[0] == text.partition("-")[0]
    own = words(name)
    if own[-1:] == ["key"] and len(own) > _OWN and _is_key_of(own[:-1], words(text)):
        return True  # FILE_ROOT_PATH_KEY = "ShopFileRootPath"
    if _is_counted(own, text) or _is_whose(own, text):
        return True
    if len(own) > 1 and _TITLED.fullmatch(text) and _is_key_of(own[-2:], words(text)):
        return True
    if len(text) > LONGEST or text[:1].lower() not in name.lower():
        return False
    if name == text and len(own) > 1 and not name.isupper():
        return True  # export const basicAuth = "basicAuth"
    return len(own) >= _OWN and own == words(text) and not name.isupper()


def _is_counted(own: Sequence[str], text: str) -> bool:
    """Say whether a value is what it is called and a number: `Secret: "secret1-v2"`, `token-2`."""
    if own[-1:] not in (["secret"], ["token"], ["key"]) or not _NUMBERED.fullmatch(text):
        return False
    said = [word for word in words(text) if word != "v" and not word.isdigit()]
    return len(said) > 0 and said == list(own[-len(said) :])


def _is_whose(own: Sequence[str], text: str) -> bool:
    """Say whether a value is whose secret it is: `GITHUB_WEBHOOK_SECRET: "GitHub"`."""
    if own[-1:] not in (["secret"], ["token"], ["key"]) or len(own) < _OWN:
        return False
    return text.isalpha() and text[0].isupper() and text.lower().removesuffix("s") in own


def _is_key_of(own: Sequence[str], said: Sequence[str]) -> bool:
    """Say whether a value ends in the words that say what is kept under a key."""
    return list(said[-len(own) :]) == list(own)


def is_object(name: str, text: str) -> bool:
    """Say whether a value is what a Secret is called, or a key in it, and not what it holds.

    Args:
        name: as it is written.
        text: the value.
    """
    own = words(name)
    if own[-1:] == ["key"] and len(own) > _OWN - 1 and words(text) == own[:-1]:
        return True  # clientSecretKey: clientSecret
    if not _OBJECT.fullmatch(text):
        return False
    if own == ["credentials"] and (words(text)[-1] in _STORED or _IDENTIFIED.fullmatch(text)):
        return True  # which ones of those that are kept: sshagent(credentials: ['ship-ssh'])
    if own[-2:] == ["secret", "key"] and own[:-2] and own[-3] in {"password", "user", "username"}:
        return True  # passwordSecretKey: db-password
    if own[-1:] not in (["secret"], ["secrets"], ["cred"], ["creds"]):
        return False
    said = words(text)
    return said[-1] in _HELD or (len(own) > 1 and own[-2] in _OF and own[-2] in said)


def is_entry(head: str, text: str) -> bool:
    """Say whether a cell of a table is what a Secret is called: | Secret | `shop-db` |.

    Args:
        head: of its column.
        text: the cell.
    """
    plain = not any(map(str.isdigit, text)) and _OBJECT.fullmatch(text) is not None
    return plain and words(head) in (["secret"], ["secrets"], ["secret", "name"])


def _unglued(split: Sequence[str]) -> Sequence[str]:
    """Return the words of a name with the last one in two, if it is two; else nothing."""
    for end, least in _GLUE.items() if split and split[-1] not in _OTHERS else ():
        before = split[-1].removesuffix(end)
        if before != split[-1] and len(split[-1]) > least + 1:
            return (*split[:-1], before, end)
    return ()


def _openly(split: list[str]) -> list[str]:
    """Return the words of a name without those at its end that say that it is not encrypted."""
    if tuple(split[-2:]) not in _OPENLY or len(split) < _OWN:
        return split
    return split[: -2 - (split[-3] == "in")]


class Names:
    """Knows which names belong to which signature.

    Args:
        contexts: of each signature; None for one that has none.
    """

    def __init__(self, contexts: Sequence[Context | None]) -> None:
        self._names: dict[tuple[str, ...], int] = {}
        self._longest = 1
        self._after: set[str] = set()
        self._before: set[str] = set()
        self._pairs: set[tuple[str, ...]] = set()
        self._spare: set[str] = set()
        for number, context in enumerate(contexts):
            if context is not None:
                self._take(number, context)
        glued = (name[0] for name in self._names if len(name) == 1 and len(name[0]) >= _GLUED)
        self._glued = tuple(sorted(glued, key=len, reverse=True))
        self._known: dict[str, Name | None] = {}

    def _take(self, number: int, context: Context) -> None:
        for name in context.names:
            split = tuple(name.split())
            if not split:
                continue
            self._names.setdefault(split, number)
            self._names.setdefault(("".join(split),), number)
            self._longest = max(self._longest, len(split))
        self._after.update(context.not_before)
        self._before.update(word for word in context.not_after if " " not in word)
        self._pairs.update(tuple(two.split()) for two in context.not_after if " " in two)
        self._spare.update(context.endings)

    def look_up(self, name: str) -> Name | None:
        """Say which signature a name belongs to, or None if it is not that of a secret."""
        if name not in self._known:
            if len(self._known) > 50_000:
                self._known.clear()
            split = _openly(words(name))
            if split[-3:] == _FORGERY:
                self._known[name] = None
                return None
            self._known[name] = self._classified(split) or self._classified(_unglued(split))
        return self._known[name]

    def of_path(self, path: Iterable[str]) -> Name | None:
        """Say it of a dotted name: its last word, or else its last two words together.

        What is below `passwords` is one, whatever it is called.
        """
        parts = tuple(path)
        if not parts or (len(parts[-1]) == 1 and parts[-1].isalpha()):
            return None  # a column, a coordinate: {"pepper": {"b": "..."}}
        if parts[-2:-1] == ("checksum",):
            return None  # of an annotation, which tells whether a Secret has changed
        found = self.look_up(parts[-1]) or self.look_up(".".join(parts[-2:]))
        if found is not None and not found.sure and len(parts) > 1:
            above = parts[-2].lower()
            if (
                above.endswith("s")
                and not above.endswith("ss")
                and self._after.isdisjoint(words(parts[-1]))
            ):
                return self.look_up(parts[-2])
        return found

    def is_about(self, name: str) -> bool:
        """Say whether a name says something about a secret, as `uniqueHash` and `issue_id` do."""
        split = words(name)
        return len(split) > 0 and split[-1] in self._after and self.look_up(name) is None

    def repeats(self, name: str, text: str) -> bool:
        """Say whether a value is its own name, see :func:`repeats`, or that of a column.

        Args:
            name: as it is written.
            text: the value.
        """
        if repeats(name, text):
            return True
        column = _COLUMN.fullmatch(text) and text.rpartition("_")[2] in _SAYS_ABOUT
        return bool(column) and self.says_about(text)

    def says_about(self, name: str) -> bool:
        """Say whether a name is that of a secret but for its last word: `password_length`."""
        split = words(name)
        if len(split) < _OWN - 1 or split[-1] not in self._after:
            return False
        return self._classified(split[:-1]) is not None and self.look_up(name) is None

    def _classified(self, split: Sequence[str]) -> Name | None:
        end = len(split)
        while end and split[end - 1].isdigit():
            end -= 1
        spare = end
        while spare and (split[spare - 1].isdigit() or split[spare - 1] in self._spare):
            spare -= 1
        for stop in range(end, 0, -1):
            found = self._ending(split, stop)
            if found is None:
                continue
            start, number, word = found
            # Whose it is follows: hasloAdmina, passwordForAdmin.
            whose = stop < end and (word in _LEADING or split[stop] in _WHOSE)
            sure = stop == end or stop >= spare or whose
            if (
                split[stop:end]
                and split[stop] not in _WHOSE
                and any(
                    after in self._after for after in split[stop:end] if after not in self._spare
                )
            ):
                return None
            ahead = split[max(0, start - 2) : start]
            if ahead[-1:] == ["by"] and (start == 1 or split[0] in _SIGNING_IN):
                ahead = []
            if word == "salt":  # of links that everybody may open: PublicLinkSalt
                ahead = [before for before in ahead if before != "public"]
            if any(before in self._before for before in ahead):
                return None
            if start and (split[start - 1], split[start]) in self._pairs:
                return None
            if word == "key" and split[0] == "x" and (api := self._names.get(("x", "api", "key"))):
                return Name(api, sure, "x api key")  # a header of its own: X-Depot-Key
            return Name(number, sure, word)
        return None

    def _ending(self, split: Sequence[str], stop: int) -> tuple[int, int, str] | None:
        """Return where the longest known name that ends here begins, and what it is."""
        for count in range(min(self._longest, stop), 0, -1):
            name = tuple(split[stop - count : stop])
            number = self._names.get(name)
            if number is None and name[-1].endswith("s"):
                number = self._names.get((*name[:-1], name[-1][:-1]))
            if number is not None:
                return stop - count, number, " ".join(name)
        last = split[stop - 1]
        if last.endswith(_NO_ENDINGS) and (last[-3:],) in self._names:
            return stop - 1, self._names[last[-3:],], last[-3:]
        if not last.endswith(self._glued):
            return None
        glued = next(name for name in self._glued if last.endswith(name))
        if last == f"no{glued}":
            return None  # sudoers: NOPASSWD
        return stop - 1, self._names[glued,], glued
