"""Words that stand in for others: for a password, for whatever is to be put there."""

from __future__ import annotations

from leakhunt import lazy

WORDS = frozenset(
    """
a aaa abc abcd abcdef access account add always an and anonymous any anything api apikey app
array auth authenticated authentication authorization async aws azure bad bar base basic baz bbb be
bearer
binary blah blank blob blur body bool boolean bytes ccc change changed changeit changeme char client
config confirm confirmation cookie correct cred credential credentials creds current data database
datetime db ddd decimal default deleted demo dev disable disabled double dummy eee eggs email empty
enable enabled encrypt encrypted encryption enter env environment error example fake false fff field
fill filtered first fixme float foo foobar foobaz for forgot from generate generated get github
gitlab global goes good google ham has hash hashed have header headers hello here hidden hint host
hostname id if in incorrect inherit input insert int integer invalid ipsum is it json key local
login long lorem masked master me mock mongo mongodb must my mysql name never
new nil no none not nothing
null nullable number nvarchar object of off old omitted on one optional or other our output param
params pass passcode passphrase passwd password passwort placeholder plain port postgres postgresql
private prod public put pw pwd query qux random raw real redacted redis refresh removed repeat
replace request required reset response result right salt same sample second secret secrets secure
server service session set settings shared short signing so some something spam staging str string
strong super tbd temp test tester testing tests text that the their third this timestamp tmp to todo
token true two type undefined unknown update user username users uuid val valid value varchar
variable vault verify very weak web whatever with world wrong xxx xxxx xyz yes your yours yyy zzz
""".split()  # noqa: SIM905 (a word a line would fill the file)
)
"""A value that consists of these alone is none."""
_ELSEWHERE = lazy.pattern(
    r"(?i)(?:(?:to|is|will|must|has)[-_ ](?:be[-_ ]|been[-_ ])?)?(?:defini?ed|set|provided|"
    r"configured|stored|supplied|injected|given|managed|overrid+en|overwritten|loaded|fetched|read|"
    r"taken|specified|kept|comes|coming|passed|filled|replaced|generated)[-_ ](?:in|by|via|from|at|"
    r"through|with|using|elsewhere|externally|outside|during|per)(?:[-_ ][a-z]+){0,6}|"
    r"from[-_ ](?:external|vault|secrets?|env|environment|values|config|keychain|key-?vault|region)"
    r"(?:[-_ ][a-z]+){0,6}|vault\+[\w-]+:\S*|(?:hex|base-?(?:32|58|64)(?:url)?|alnum|alpha|random|"
    r"urlsafe|ascii|bytes|string):\d{1,4}|(?:rule|policy):[a-z]+(?:_[a-z]+)+|"
    r"(?-i:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?:/[A-Z0-9_]+)+)"
)


def is_elsewhere(text: str) -> bool:
    """Say whether a value says where the real one is: `DEFINED-IN-REGION`, `rule:is_editor`.

    Args:
        text: the value.
    """
    return _ELSEWHERE.fullmatch(text) is not None
