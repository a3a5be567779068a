"""What another language calls a secret, where the value of one would stand."""

from __future__ import annotations

from leakhunt import lazy

_MARKED = lazy.pattern(r"crwdn[se]\d{1,9}:")
"""What Crowdin puts in the place of texts, to translate them where they are shown."""
_FOREIGN = lazy.pattern(r"[^\W\d_A-Za-z\u00aa-\u024f]")
"""A letter that is not Latin."""
_WORDS_FOR = frozenset(
    """
    passwort kennwort passphrase geheimnis schlüssel losung contraseña contrasena clave secreto
    senha segredo chave palavra-passe parola password segreto chiave jeton secret clé clef
    wachtwoord geheim sleutel adgangskode hemmelighed lösenord hemlighet nyckel passord nøkkel
    salasana avain hasło haslo sekret klucz heslo tajemství klíč kľúč jelszó jelszo titok kulcs
    parolă cheie şifre sifre parola anahtar lozinka tajna ključ zaporka geslo slaptažodis parole
    parool pasahitza contrasenya contrasinal cyfrinair wagwoord mật khẩu kata sandi kata laluan
    mot de passe palavra passe token codice codigo código
    """.split()  # noqa: SIM905 (a word a line would fill the file)
)
"""What other languages call a password, a secret, a key."""
_OTHERS = ("passwort", "kennwort", "contraseña", "wachtwoord", "adgangskode", "lösenord", "jelszó")
"""Words for a password that are one in no name of an English program, and their compounds."""
_OTHER = frozenset(_OTHERS)
_SEVERAL = lazy.pattern(
    r"(?i)\b(?:mot de passe|palavra[- ]passe|kata sandi|cl(?:é|e) (?:secrète|api)|hasło|heslo)\b"
)
"""The same in several words, or beside other ones: Mot de passe IMAP."""


def is_translation(text: str) -> bool:
    """Say whether it is another language's word for what it is the value of.

    Args:
        text: the value.
    """
    if _MARKED.match(text):
        return True
    letters = [letter for letter in text if letter.isalpha()]
    if not letters or any(map(str.isdigit, text)):
        return False
    foreign = _FOREIGN.findall(text)
    if 2 * len(foreign) > len(letters):
        return True
    words = text.casefold().strip(" :*.…!?").split()
    if words and text[:1].isupper() and text[1:2].islower():
        # A label begins with a capital: Passwortbestätigung, Neues Passwort wiederholen.
        if len(words) > 1 and (not _OTHER.isdisjoint(words) or _SEVERAL.search(text)):
            return True
        if text.isalpha() and words[0].startswith(_OTHERS):
            return True
    return bool(words) and all(word in _WORDS_FOR for word in words)
