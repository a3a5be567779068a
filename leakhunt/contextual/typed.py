"""What people typed where a machine should have made a key, and passwords that many choose.

Elsewhere such values are names or placeholders. Whether they are used is said by what stands
around them, see `accounts`.
"""

from __future__ import annotations

from leakhunt import lazy
from leakhunt.contextual import stand_ins, started

CHOSEN = {
    *("password", "passwd", "pass", "pwd", "pw", "passwords", "psw", "passw", "passwrd", "pword"),
    *("userpass", "dbpass", "rootpass", "adminpass", "userpwd", "dbpwd", "kennwort", "clave"),
    *("contrasena", "senha", "requirepass", "masterauth", "passwort", "smtppass", "mailpass"),
}
"""Names of what people choose: what is in hexadecimal there is a hash of it."""
SIGNING = {
    *("client secret", "app secret", "secret key", "jwt secret", "auth secret", "session secret"),
    *("cookie secret", "secret key base", "shared secret", "cookie key", "session key"),
    *("session password", "cookie password", "jwt key", "signing key", "sign key", "hmac secret"),
    *("session signing key", "secret or key", "signing secret", "webhook secret"),
    *("csrf secret", "reset secret"),
}
"""Names of what a machine should have made; where a person typed a word, that is what is used."""
_CIPHER = {
    *("auth key", "encryption key", "encrypt key", "aes key", "hmac key", "cipher key"),
    *("crypt key", "encryptor key", "encryption secret"),
    *("crypto key", "master key", "des key", "symmetric key", "enc key", "sec key", "data key"),
    *("decryption key", "xtea key", "rc4 key", "blowfish key", "secret box key"),
}
KEYS = _CIPHER | {"jwt key", "signing key", "sign key"}
_FACTORY = {"minioadmin", "rustfsadmin", "admin", "guest"}
"""With what a store opens that nobody has given keys of his own."""
_NESTED = {"secret", "key", "token"}
"""Names that are those of a key if what they belong to signs: `jwt.secret`."""
SALTS = ("salt", "pepper")
"""What the names of salts end in."""
_CLAUSE = 5
"""Words from which on it is a sentence that says what it is: this-is-the-secret-of-..."""
_RUNE = 5
"""Characters of what people type as a key, at least."""
_VAGUE = {"key", "token"}
_EXAMPLES = {"example", "sample", "dummy", "changeme", "changethis", "changeit"}
_WHICH = {"default", "auto", "always", "never", "none", "global", "inherit", "system"}
"""What settings say of a key that they do not hold."""
_HELD = {"password", "passwd", "token", "username", "apikey", "api-key", "access-key", "accesskey"}
"""What charts call an entry of a Secret: `secretKey: password`."""
_SHORT = lazy.pattern(r"(?=.*[a-z])(?=.*\d)[a-z\d]{6,16}")
"""Few characters, again and again, which somebody typed: aa1aa1."""
_LEAST = 12
"""Letters of what a person typed as a key that is called no more than that."""
for _names in (SIGNING, _CIPHER, KEYS):
    _names |= {name.replace(" ", "") for name in _names}
_LONG = 28
"""Characters of a phrase in one word: what is shorter may be a name."""
_RUN = 12
"""Letters without a break that are no name, either."""
_BYTED = lazy.pattern(r"[\w !#$%&*+,.:;=?@^~-]{6,80}")
"""What is typed as a key and made bytes."""
_SIZES = {16, 24, 32, 48, 64}
"""Characters of a key that a person made as long as the cipher wants it."""
_COUNTED = {16, 24, 32}
"""The same of ciphers that most use."""
_MASHED = lazy.pattern(r"[a-z]{24,200}|[a-z\d]{32,200}")
_UNIT = lazy.pattern(r"(.{1,8}?)\1{2,}.{0,7}")
_DIGIT = lazy.pattern(r"\d")
_NO_LETTER = lazy.pattern(r"[\W\d_]")
_SPACED = lazy.pattern(r"(?:[A-Za-z0-9]+[-_ ]){2,}[A-Za-z0-9]+\W{0,3}")
_LETTERS = lazy.pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_JOINTS = lazy.pattern(r"[\W_]")
_PHRASE = lazy.pattern(r"[A-Za-z0-9'!,.]+(?: [A-Za-z0-9'!,.]+){1,9}")
_ASKS = lazy.pattern(
    r"(?i)\b(?:enter|your|please|must|required|invalid|is|are|not|missing|provide|provided|"
    r"the|if|be|error|failed|unknown|wrong|type|choose|set|new|hint|field)\b|[.]\Z"
)
"""What is said to people."""
_SENTENCE = lazy.pattern(
    r"(?i)(?:this|it|my|the|an?|our|some) (?:[A-Za-z0-9',-]+ ){2,9}[A-Za-z0-9'!]+"
)
"""What people type who were asked for a long key: `this is my secret key for signing`."""
_SAID = lazy.pattern(r"(?i)[a-z]+(?:[-_.][a-z]+){2,9}[!?]?")
_SAYS = lazy.pattern(
    r"(?i)(?:^|[-_.])(?:and|or|the|is|are|am|was|with|my|our|not|no|me|you|we|this|that|never|dont|"
    r"cannot|will|should|who|what|why)(?=[-_.!?]|$)"
)
"""Words of sentences, which the names of keys have not: `pepper-and-vinegar`."""
_TALKS = lazy.pattern(
    r"(?i)(?:^|[-.])(?:is|are|am|was|our|me|you|we|this|never|dont|cannot|will|should|who|what|why)"
    r"(?=[-.!?]|$)"
)
"""Words of sentences that the name of no secret has, as `key-of-the-user` is one."""
_AGAIN = lazy.pattern(r"([A-Za-z][\w' -]{7,60}?)(?:[ _-]?\1){1,30}[.!]?")
"""A phrase again and again, until it is long enough."""
_TOLD = lazy.pattern(r"[a-z]{2,12}(?:-[a-z]{2,12}){5,9}|[a-z]{2,12}(?:_[a-z]{2,12}){5,9}")
_REQUESTS = lazy.pattern(
    r"(?i)\b(?:must|should|enter|your|please|required|invalid|not|missing|provided?|error|failed|"
    r"wrong|choose|used|which|will|replace|change|assigned|obtained|returned)\b"
)
_DEMANDS = lazy.pattern(
    r"(?i)^(?:fake|dummy|mock|sample)|"
    r"your|replace|insert|here$|todo|<|xxx|\*\*|\.\.\.|put[-_ ]|generate"
)
"""What wants to be replaced."""
_KINDS = lazy.pattern(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z\d])[^\s<>{}$\[\]()]{6,40}")
"""Each of the kinds of characters that rules for passwords ask for."""
_CAMEL = lazy.pattern(r"[a-z]+\d{0,4}(?:[A-Z][A-Za-z]*[a-z]\d{0,4})+")
_ISSUED = {"clientsecret", "consumersecret", "apisecret", "appsecret", "applicationsecret"}
"""Names of what somebody else hands out: words in one are what a setting is called."""
_OF_ANOTHER = lazy.pattern(
    r"(?!my|our|the|super|some)[a-z]+(?:[A-Z][a-z]+)*(?:App|Application|Client|Consumer|Api)Secret"
)
"""What a setting is called that holds the secret of an application: shopAppSecret."""
_NO_STYLE = lazy.pattern(r"[a-z][a-z\d]+(?:[-.][a-z\d]+)*-[A-Z][a-z\d]+(?:-[A-Za-z][a-z\d]+)*")
"""Words of which only later ones have a capital, behind hyphens: so nothing is named."""


_ISSUED_AS = {
    *("api token", "access token", "auth token", "x auth token", "bearer token", "private token"),
    *("deploy token", "bot token", "oauth token", "personal access token", "api key", "x api key"),
    *("rest api key", "apikey", "subscription key", "refresh token"),
}
"""Names of what a service hands out to those who call it."""
_ISSUED_AS |= {name.replace(" ", "") for name in _ISSUED_AS}
_FEW = lazy.pattern(r"(?=.*[A-Za-z].*[A-Za-z])[A-Za-z\d]+(?:[-_.][A-Za-z\d]+)*")
_NUMBERED = lazy.pattern(
    r"(?i)(?<![a-z\d])(?:v\d{1,3}|(?:19|20)\d\d)(?!\d)|(?<![a-z])(?:test|tests|demo|sample|user|usr|client|"
    r"app|id|no|num|nr|version|release|model|build|item|order|part|step|phase|key|token|secret|"
    r"abc|xyz|foo|bar|baz|qux|sha|md|utf|iso|aes|rsa|west|east|north|south|central)s?[-_.]?\d"
)
"""Of things that are counted: client-0042-7, gpt-v2."""
_DRAWN_DIGITS = 4
"""Digits of it, at least."""
_DIGITS = lazy.pattern(r"\d+")
_AMIDST = lazy.pattern(r"[A-Za-z][-_.]\d{4,}[-_.][A-Za-z]")
_NAMESPACE = lazy.pattern(
    r"[A-Za-z]\w*(?:[.:/]\w+)+|(?:[A-Za-z][A-Za-z0-9]*[-_.:/]){3,}[vV]\d{1,3}"
)
_DRAWN_SALT = lazy.pattern(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z\d+/]{8}")
"""As Phoenix draws a salt, in base64."""


def is_pin(text: str) -> bool:
    """Say whether digits were chosen: not one again and again, no round number, no 1212.

    Args:
        text: some digits.
    """
    few = len(set(text)) == 2
    even = text[:2] == text[2:4] or (text[0] == text[1] and text[2:3] == text[3:4])
    return len(set(text)) > 2 or (few and "0" not in text and not even)


def is_made(kind: str, text: str) -> bool:
    """Say whether what is run makes a text a password that is no word for one: `mysql-app1`.

    Args:
        kind: how it stands there, see `shapes.Shape`.
        text: the value.
    """
    words = _JOINTS.split(text.lower())
    if kind not in {"sql", "directive"} or len(words) == 1 or text.isupper():
        return False
    return words[-1] not in CHOSEN and words[-1] not in {"secret", "here"}


def is_namespace(text: str) -> bool:
    """Say whether a text says what something is for, as `shop.links`; a salt that was drawn not."""
    return _NAMESPACE.fullmatch(text) is not None and not _DRAWN_SALT.fullmatch(text)


def is_issued(text: str, name: str, *, variable: bool) -> bool:
    """Say whether few characters were handed out as a token: `e91f7c02bd`, `gate-0931-hq`.

    Args:
        text: the value.
        name: the words of its name, joined by spaces.
        variable: whether the name is that of an environment variable.
    """
    if name not in _ISSUED_AS and not (variable and name == "token"):
        return False
    if not _FEW.fullmatch(text) or _NUMBERED.search(text) or is_called_so(text, name):
        return False
    if sum(map(str.isdigit, text)) < _DRAWN_DIGITS:
        return False
    return len(_DIGITS.findall(text)) > 1 or _AMIDST.search(text) is not None


def is_called_so(text: str, name: str) -> bool:
    """Say whether a value ends in what it is called: `myApiKey`, `base64EncodedKey`.

    Args:
        text: the value.
        name: the words of its name, joined by spaces.
    """
    if _JOINTS.sub("", text).lower().endswith(name.replace(" ", "")):
        return True
    return text.lower().endswith(name.split()[-1]) and _CAMEL.fullmatch(text) is not None


def is_hardened(text: str, name: str, reason: str) -> bool:
    """Say whether words that stand in for a password were made one: `demo-Pass9`, `set-Pw.9`.

    Nobody takes the trouble with what is only to be replaced, unless the words ask for that.

    Args:
        text: the value.
        name: the words of its name, joined by spaces.
        reason: why it would be no secret, see `stand_ins.reason`.
    """
    if name not in CHOSEN or reason not in {"placeholder", "name"} or stand_ins.is_marked(text):
        return False
    if stand_ins.is_spelt(text):
        return True
    if stand_ins.usual(text, reason) in {"usual", "careless"} or _letters(text) in _EXAMPLES:
        return False
    return (_KINDS.fullmatch(text) or _NO_STYLE.fullmatch(text)) is not None


def usual(text: str, name: str, reason: str) -> str:
    """Say what stands in for a secret elsewhere, but is used as one.

    Args:
        text: the value.
        name: the words of its name, joined by spaces.
        reason: why it would be no secret, see `stand_ins.reason`.

    Returns:
        A kind of `values.Look`, or nothing.
    """
    if name not in CHOSEN and text.lower() in _WHICH:
        return ""
    if name in CHOSEN:
        chosen_ = stand_ins.usual(text, reason)
        return chosen_ or (started.LOOK if started.may(text, reason) else "")
    own = name.replace(" ", "")
    if own == "secretkey" and text.lower() in _HELD:
        return ""
    if reason in {"placeholder", "name"} and _is_sentence(text, name, own):
        return "words" if name.endswith(SALTS) else "careless"
    if name in SIGNING:
        if _is_typed(text, own, reason) or _is_phrase(text, own) or _is_told(text):
            return "careless"
    elif name in _NESTED:
        short = reason == "short" and _SHORT.fullmatch(text)
        return "nested" if short or _is_typed(text, own, reason) else ""
    if reason == "sequence" and (name in SIGNING or name in KEYS) and _is_mashed(text):
        return "careless"
    if name in KEYS and reason == "sequence" and len(text) in _COUNTED:
        return "" if stand_ins.climbs(text) else "careless"  # a hand ran over the keys
    return "careless" if name in KEYS and _is_phrase(text, own) else ""


def is_in_bytes(text: str, name: str) -> bool:
    """Say whether a text that is made bytes at once is a key that a person typed.

    Args:
        text: the value.
        name: the words of its name, joined by spaces.
    """
    if name not in KEYS and name not in SIGNING:
        return False
    if not _BYTED.fullmatch(text) or _DEMANDS.search(text) or stand_ins.is_reference(text):
        return False
    return not text.isupper() or "_" not in text


def chosen(text: str, name: str) -> str:
    """Say whether a person typed what looks like a word, or a few, where a key belongs.

    Args:
        text: the value, which stands in for nothing.
        name: the words of its name, joined by spaces.

    Returns:
        A kind of `values.Look`, or nothing.
    """
    own = name.replace(" ", "")
    if name in SIGNING:
        again = _AGAIN.fullmatch(text)
        if again and not _REQUESTS.search(again[1]):
            return "careless"
    if text in _FACTORY and (name in SIGNING or name == "secret access key"):
        return "careless"
    if " " in text:
        sentence = _SENTENCE.fullmatch(text) and not _REQUESTS.search(text)
        spoken = sentence or (
            _PHRASE.fullmatch(text) and text[:1].islower() and not _ASKS.search(text)
        )
        if not spoken or _letters(text) == own or _is_label(text, name):
            return ""
        return "careless" if name in SIGNING else "nested" if name in _NESTED else ""
    if name in KEYS and _is_phrase(text, own, sized=True):
        return "careless"
    if (name in KEYS or name in SIGNING) and is_spoken(text, own):
        return "careless"
    if name in {"signing key", "signingkey", "jwt key", "jwtkey"} and text.isalpha():
        return "nested"
    return ""


def is_spoken(text: str, own: str) -> bool:
    """Say whether words with signs between are something said: things are not called so.

    Args:
        text: the value.
        own: the letters of its name.
    """
    if not _SAID.fullmatch(text) or _DEMANDS.search(text):
        return False
    ends = own != "" and _letters(text).endswith(own)
    return _SAYS.search(text) is not None and not ends


def _is_sentence(text: str, name: str, own: str) -> bool:
    """Say whether it is a sentence, although its words stand for others: our-way-to-sign-it."""
    if name not in SIGNING and name not in KEYS and name != "secret" and not name.endswith(SALTS):
        return False
    if "_" in text or stand_ins.is_marked(text) or not is_spoken(text, ""):
        return False
    if len(_JOINTS.split(text)) >= _CLAUSE:
        return True
    return _TALKS.search(text) is not None and not _letters(text).endswith(own)


def _is_told(text: str) -> bool:
    """Say whether it is more words than a name has, and none that wants to be replaced."""
    return _TOLD.fullmatch(text) is not None and not _DEMANDS.search(text)


def _is_typed(text: str, own: str, reason: str) -> bool:
    """Say whether a person typed it: a word, or a name of something else than it is."""
    letters = _letters(text)
    apart = len(letters) < len(_DIGIT.sub("", text))
    if (letters == own and own != "secret") or (text.isupper() and apart) or len(text) < _RUNE:
        return False
    if not text.isascii() or ":" in text or _OF_ANOTHER.fullmatch(text):
        return False
    if " " in text:
        return chosen(text, "jwt secret") != ""
    if own in _VAGUE:
        return "secret" in letters and len(letters) >= _LEAST
    if reason == "name":
        joined = apart or (own in _ISSUED and _CAMEL.fullmatch(text))
        named = own != "secret" and joined and letters.endswith(own)
        return "secret" in letters and not named
    if _DEMANDS.search(text):
        return False
    if letters in _EXAMPLES or (letters == f"my{own}" and own not in {"secret", "secretkey"}):
        return False
    if reason == "placeholder" and "secret" in letters:
        return own == "secret" or not letters.startswith(own)
    return stand_ins.usual(text.lower(), reason) != ""


def _is_label(text: str, name: str) -> bool:
    """Say whether it ends in what it is called, as a label does: `reCAPTCHA Secret Key`."""
    return text.endswith(name.title())


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text).lower()


def _is_phrase(text: str, own: str, *, sized: bool = False) -> bool:
    """Say whether it is a long phrase, which no name is.

    Args:
        text: the value.
        own: the letters of its name.
        sized: whether one is enough that is as long as a cipher wants it.
    """
    if len(text) < _RUN or _JOINTS.sub("", text).lower().endswith(own):
        return False
    if sized and ((len(text) in _SIZES and _SPACED.fullmatch(text)) or _is_run(text)):
        return True
    few = sum(map(str.islower, text)) < 0.6 * len(text)
    return len(text) >= _LONG and text.isalnum() and not few and len(_LETTERS.findall(text)) >= 5


def _is_mashed(text: str) -> bool:
    """Say whether a hand hit keys until it was long enough: no short piece again and again."""
    return _MASHED.fullmatch(text) is not None and not _UNIT.fullmatch(text)


def _is_run(text: str) -> bool:
    return text.isalpha() and text.islower()
