"""What only looks like a name and its value in a line: a sentence, a template, the next key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy

if TYPE_CHECKING:
    import re

_HOLES = ((b"{{", b"}}"), (b"{%", b"%}"), (b"<%", b"%>"))
"""Where templates hold code: {{- $password := randAlphaNum 16 }}."""
_VARIABLE = lazy.pattern(rb"[a-z]\w*_(?:password|passwd|pass|pwd|secret|token|key)")
_SENTENCE = lazy.pattern(
    rb"[ ](?!(?:and|or|to|for|in|on|then|if|with|when|but|as|at|from)[ ])"
    rb"\(?[A-Za-z]{2,}(?:[ ]\(?[A-Za-z]{2,}(?![\w:=@-])|[.]?[ \t\r]*\Z)"
)
"""The rest of one, behind its first word: `dbpass: database user password`."""
_NOTED = lazy.pattern(rb"(?:^|[ \t])(?:#|//|;|--)[ \t]\w{1,24} = \Z")
"""A comment that explains a word: `# pwd = print working directory`."""
_SAYS = lazy.pattern(
    rb"(?i)(?:[ ][a-z]{2,}){0,4}[ ](?:password|passphrase|secret|token|key)"
    rb"(?:[ ]\(?[a-z]{2,}|[.]?\s*\Z)"
)
"""The rest of a label that says what its value is: `post.password=Tulip Post password`."""
_KEYED = lazy.pattern(rb"[\"'`][ \t]{0,8}(?:=>|:(?!:))")
_TAG = lazy.pattern(rb"<\w+[ ]")
_CHOICE = lazy.pattern(rb"\?[ \t]{0,4}[\"'`](?:[A-Za-z]{1,24}[ ]){0,4}\Z")
"""Of two texts one is chosen: `shown ? "Old password" : "text"`."""
_CALLED_SO = lazy.pattern(
    rb"(?:Add|Approve|Clear|Disable|Enable|Export|Get|Grant|Import|Initialize|Invoke|New|Protect|"
    rb"Publish|Register|Remove|Rename|Renew|Reset|Restore|Resume|Revoke|Save|Send|Set|Show|Start|"
    rb"Stop|Suspend|Sync|Test|Undo|Unlock|Unregister|Update|Use)-[A-Z][A-Za-z]{2,60}\Z"
)
"""What commands of PowerShell are called, as keys: "Reset-ShopUserPassword": "Shop"."""
_NESTED = lazy.pattern(rb"\b(?P<call>\w{3,60})\([ ]?(?P=call)\([^()\n]{0,120}\Z")
"""One call in the other, each takes a step: item(item(root, "credential"), "serial")."""
_PROSE = lazy.pattern(
    rb"(?i)(?<![\w'\"])(?!(?:define|env|arg|export|set|login|alter|with|option|user|encrypted|root|"
    rb"role|def|defvar|defconst|defonce|defparameter|setq|setf|setenv)[ \t])[a-z]+[ \t]+\Z|"
    rb"(?<![a-z])(?:should|must|may|can|will|not|to)[ ]{1,2}\Z"
)
"""A word before a name that only space parts from its value: the name is a word, too."""
_REMARK = lazy.pattern(rb"[ \t]{0,16}(?:#|//|;|--|\*)[ \t]{1,4}(?:[\w'\",.()@-]{1,24}[ ]){3,}\Z")
"""A sentence in a comment, in which a mere word is a word."""
_OPTION = lazy.pattern(rb"[ \t]*(?:[#;]|//)[ \t]*[\w.-]+[ \t]*[:=]")
"""A setting that is commented out."""
_LINKED = lazy.pattern(rb"[ ]{0,3}\[[^\[\]\n]{1,80}\]:[ ]{1,4}<?[^\s<>]*[/#.]")
"""Where a link of Markdown leads: [token-rotation]: settings.md#token-rotation."""
_LABEL = lazy.pattern(rb"<label\b[^<>]{0,200}\Z")
"""What an input is for: <label for="password">."""
_DESCRIBED = lazy.pattern(rb"<param name=[\"']\w{1,60}[\"']>[ ]?[A-Z][\w-]* [a-z]")
"""What a comment on code says of a parameter."""
_HANDS = lazy.pattern(rb"(?:[Pp]ass|auth)[ ]{1,2}[\"'`]")
_AS = lazy.pattern(rb"[\"'`] (?:as|to|into|in|through|for|when|if|instead|and|or|here)\b")
"""Pass "name" as the first argument."""
_SEPARATORS = {b" ", b"|", b":", b";", b",", b"=", b"/", b"?", b"&"}
_GOES_ON = lazy.pattern(rb"[\"'`][ \t]?[.+][ \t]?[$A-Za-z_]")
"""A text to which more is joined."""
_WIDEST = 200
"""Bytes of a line in which one stands."""
_OPENS = {b"<", b'"', b"'", b":"}
_OWNS = lazy.pattern(rb"'(?:s|t|re|ll|ve)[ ][a-z]")
_OPERATOR = lazy.pattern(rb"-[a-z]{2,12}(?=[ ][(\"'$])")
"""Of PowerShell, before what it works on: -join ($a, $b)."""
_WHAT_IT_IS = lazy.pattern(
    rb"(?i)(?:(?:command[- ]?line )?(?:parameter|switch|option|flag|argument|setting|property)s?|"
    rb"is|are|was|must|should|may|has|will|does|cannot)[:.]?"
)
"""Behind the name of an option: the -Password parameter, --token is required."""
_CMDLET = lazy.pattern(rb"[A-Z][a-z]+-[A-Z][A-Za-z]+(?=[ ]+[$(\"'@-]|[ \t\r]*\Z)")
"""A command of PowerShell and what it is handed: $password = Unprotect-String $password."""
_COMMENTED = lazy.pattern(rb"[ \t]{0,40}#[ ]+[A-Z][\w ]{0,60}\Z")
_MORE_WORDS = lazy.pattern(rb"[A-Z]?[a-z]+[ ]\S+[ ]\S")
"""A heading in a comment, and the sentence behind it."""
_LOOKS_UP = lazy.pattern(rb"[.](?:get|fetch|lookup|pop)(?:_\w+|[A-Z]\w*)?\([ \t]*\Z")
"""A call that is handed the key of what it returns: secret = secrets.get("shop")."""
_ANNOTATION = lazy.pattern(rb"[a-z]\.(?:io|com|org|dev|sh)/\Z|\bchecksum/\Z")
"""Before the name of an annotation of Kubernetes, which says what something is called, or whether
it has changed."""
_BESIDE = lazy.pattern(rb"\w[ ]?=[ ]?(?P<q>[\"'])[^\"'\n]{0,80}(?P=q),[ ]\Z")
_VARIABLE_NAME = lazy.pattern(rb"[A-Za-z_]\w*")
_JOINTS = lazy.pattern(rb"[-_.:/ ]+")
_ALIKE = 3
"""Words of the names of things that are told apart by the last one."""
_ALIAS = lazy.pattern(rb"(?:^|[\s;])alias[ \t]{1,4}\Z")
_IS = lazy.pattern(
    rb"(?i)(?:^|[\s(])(?:is|are|was|were|be|been|being|which|that|one|ones|each|it)[ ]{1,2}"
    rb"(?:only[ ]|still[ ]|now[ ])?\Z"
)

_SPEAKS = lazy.pattern(
    rb"[\"'][,;)]{0,2}[ ](?!(?:with|require|default|temporary|account|password|replace|quota|"
    rb"profile|and|or|retain|to|by|using)\b)[a-z]{2,}[ ][a-z]{2,}\b"
)
"""Behind what would be a password in SQL the sentence goes on."""
_SIGNS_IN = lazy.pattern(
    rb"(?i)[\w.]{0,40}(?:auth|creds?|credentials?|login)[\"'\]]{0,2}[ ]?(?:=>|:=|[=:])[ ]?"
    rb"(?:[\w.:]{0,40}(?:basic|digest|ntlm|plain|password|credentials?|login)\w{0,24})?"
    rb"[(\[][ ]?[\"'`]"
)
"""Somebody signs in with the texts that begin here, of which the first says who."""
_ANOTHER = lazy.pattern(rb"[\"'`][ ]?,[ ]?[^\s)\]]")


def is_none(
    kind: str, line: bytes, match: re.Match[bytes], first: int, value: tuple[int, int]
) -> bool:
    """Say whether a match is no name with its value.

    Args:
        kind: of the shape, see `shapes.Shape`.
        line: the line.
        match: of the expression for this kind, with the groups `closed`, `sign` and `secret`.
        first: where the name begins, in bytes.
        value: where the value starts and ends.
    """
    start, end = value
    if line[first - 2 : first] == b"$(":
        return True  # what a command says
    if line[first : match.end("closed")].startswith(b"$PWD") or _ALIAS.search(line, 0, first):
        return True  # where a shell is; what a command is called: alias ldappasswd="..."
    if line[start - 1 : end + 1] == b"`pwd`":
        return True  # where a shell is, again
    put = line[start - 3 : start - 1] == b" :" and (
        b":" not in match["sign"] or line[first : match.end()].startswith(b"PASSWORD ")
    )
    if put or line[start - 2 : start] == b"%(":
        return True  # a variable of psql, PASSWORD :'name'; what is put in: %(name)s
    if kind in {"quoted", "apart"} and _SIGNS_IN.fullmatch(line, first, start):
        return _ANOTHER.match(line, end) is not None  # the user: auth=("me", "...")
    if kind in {"bare", "quoted"} and _ANNOTATION.search(line, max(0, first - 24), first):
        return True
    if kind == "bare":
        return _is_bare_none(line, match, first, start, end)
    if kind == "quoted":
        return _is_quoted_none(line, match, first, end)
    if kind == "option":  # behind -p$DB_PASSWORD stands what the command is to do
        if line[first : first + 1] != b"-" or b"$" in line[first : match.end("closed")]:
            return True
        return _WHAT_IT_IS.fullmatch(line, start, end) is not None
    if kind == "apart" and _LOOKS_UP.search(match["sign"]):
        return True
    if kind == "element":
        if _LABEL.search(line, 0, first) or _DESCRIBED.match(line, first - 13):
            return True
        return not line[start:end].strip() or line[first - 1 : first] not in _OPENS
    handed = kind == "apart" and line[start:end].isalpha() and _HANDS.match(line, first)
    if handed and _AS.match(line, end):
        return True
    upper = match[0][:4].isupper()  # SQL
    spoken = kind == "apart" and not (match["sign"].strip() or upper)
    if spoken and line[first : first + 1] in {b"$", b"."}:
        return True  # what a template hands over: (dict "value" .Values.secret "context" $)
    dashed = line[first : first + 1] == b"-"  # an option, whatever stands before it
    return spoken and not dashed and _PROSE.search(line, 0, first) is not None


def is_command(name: bytes) -> bool:
    """Say whether a name is that of a command of PowerShell: `Reset-ShopUserPassword`.

    Args:
        name: as it is written.
    """
    return _CALLED_SO.match(name) is not None


def is_said(line: bytes, first: int, end: int) -> bool:
    """Say whether `identified by` is of a sentence: perl, which is identified by 'MSWin32'.

    Args:
        line: the line.
        first: where it begins, in bytes.
        end: where the text behind it ends.
    """
    return _IS.search(line, 0, first) is not None or _SPEAKS.match(line, end) is not None


def is_remarked(line: bytes, name: str, start: int, end: int) -> bool:
    """Say whether a word follows a name in a sentence of a comment: `if not set passcode else`.

    Args:
        line: the line.
        name: of what would be the secret.
        start: where the word begins, behind the name and a space.
        end: where it ends.
    """
    before = start - len(name.encode()) - 1
    return line[start:end].isalpha() and _REMARK.match(line[: max(0, before)]) is not None


def is_begun(line: bytes, end: int) -> bool:
    """Say whether a text only begins what is joined to it: `"v1|36|" + token`, `"SSWS " + key`.

    Args:
        line: the line.
        end: where the text ends, before its quote.
    """
    return line[end - 1 : end] in _SEPARATORS and _GOES_ON.match(line, end) is not None


def is_shown(data: bytes, start: int) -> bool:
    """Say whether a value is one of several options that settings show in a comment.

    A single line that is commented out was used once.

    Args:
        data: the text of the file.
        start: of the value, in bytes.
    """
    first = data.rfind(b"\n", max(0, start - _WIDEST), start) + 1
    before = data.rfind(b"\n", max(0, first - _WIDEST), max(0, first - 1)) + 1
    behind = data.find(b"\n", start, start + _WIDEST) + 1
    places = (first, before, behind)
    return bool(first and behind) and all(_OPTION.match(data, at) for at in places)


def _is_bare_none(line: bytes, match: re.Match[bytes], first: int, start: int, end: int) -> bool:
    if line[end : end + 1] == b"<" and line[end - 1] in b"-_":
        return True  # how the value begins that is to be put there: pypi-<your token>
    if _LINKED.match(line) and match["closed"].endswith(b"]") and b" " in match["sign"]:
        return True
    if _OPERATOR.match(line, start) or (
        _COMMENTED.match(line, 0, first) and _MORE_WORDS.match(line, start)
    ):
        return True
    if line[first : first + 1] == b"$" and _CMDLET.match(line, start):
        return True
    if _OWNS.match(line, end):
        return True  # a sentence: salt: River's own salt
    if _REMARK.match(line, 0, first) and line[start:end].isalpha():
        return True
    if _VARIABLE_NAME.fullmatch(line, start, end) and (
        (match["closed"].endswith(b"]") and match["sign"] == b" = ")
        or (match["sign"] == b"=" and _BESIDE.search(line, max(0, first - 120), first))
    ):
        return True  # data["secret"] = secret; user="admin", password=chosen: a text has quotes
    return _is_code(line, match, start, end)


def _is_quoted_none(line: bytes, match: re.Match[bytes], first: int, end: int) -> bool:
    if of := match["type"]:
        if of.replace(b"&'", b"").count(b"'") % 2:
            return True  # a text ends in it
        if _TAG.search(of):
            return True  # of the tag behind the label: Password: <span class="label">
        if match["closed"].endswith((b'"', b"'")):
            return True  # the next attribute of a tag: v-if="kind === 'password'" :icon="..."
    if match["sign"] == b"," and _KEYED.match(line, end):
        return True  # the next key of an object: {"code": "PW", "iso3": "PLW"}
    if match["sign"] == b"," and match["closed"]:
        said = line[match.start("secret") : end]
        if _is_alike(line[first : match.start("closed")], said):
            return True
        if b")" in match["closed"] and _NESTED.search(line, 0, first):
            return True
    elif match["sign"] == b"," and line[first : first + 1] == b"$":
        return True  # what is handed over beside it: Get-Part($credential, "Win32_Part")
    if match["sign"] == b":" and (
        _CHOICE.search(line, 0, first) or is_command(line[first : match.start("closed")])
    ):
        return True
    if is_begun(line, end):
        return True
    # A name itself: passwords => ['provider' => 'users'].
    opened = line[match.start("q") - 1 :][:1] in b"[{("
    return opened and _KEYED.match(line, end) is not None


def _is_alike(name: bytes, value: bytes) -> bool:
    """Say whether a list goes on: `'shop-ask-pass', 'shop-ask-user'` differ in their last word."""
    own, said = _JOINTS.split(name), _JOINTS.split(value)
    return len(own) == len(said) >= _ALIKE and own[:-1] == said[:-1] and value.islower()


def _is_code(line: bytes, match: re.Match[bytes], start: int, end: int) -> bool:
    """Say whether a value without quotes is a name in a template, or a word in a sentence."""
    if any(line.rfind(opens, 0, start) > line.rfind(closes, 0, start) for opens, closes in _HOLES):
        return True
    if match["closed"][:1] in {b'"', b"'"} and _VARIABLE.fullmatch(line, start, end):
        return True
    sign = match["sign"]
    if sign == b"=" and not match[0][:4].isupper() and _SAYS.match(line, end):
        return True
    noted = sign.strip() == b"=" and _NOTED.search(line, 0, start) is not None
    said = (
        (b":" in sign or noted) and line[start:end].isalnum() and line[start : start + 3].isalpha()
    )
    return said and _SENTENCE.match(line, end) is not None
