"""Hides what captions in Welsh, Gaelic, French, German, Dutch, Spanish and the Scandinavian languages mean: their words in English."""

import re
import unicodedata

# Without accents and capitals; longer ones first where one begins another. Only what a caption says of people: the rest the office says itself.
_MEANING = {
    "enw cyntaf": "first name", "cyfenw": "surname", "dyddiad geni": "date of birth", "dosbarth": "class", "enw": "name", "rhiant": "guardian", "ffon": "phone",
    "disgybl": "pupil", "perthynas": "relationship", "cyfrifoldeb guardian": "parental responsibility", "gorchymyn llys": "court order",
    "sloinneadh": "surname", "ainm": "name", "ceann la breith": "date of birth", "clas": "class", "sgoilear": "pupil", "parant": "guardian", "fon": "phone",
    "nom de famille": "surname", "prenom": "first name", "nom": "surname", "date de naissance": "date of birth", "ne e? ?le": "date of birth",
    "classe": "class", "responsable legal": "legal guardian", "responsable": "guardian", "lien": "relationship", "eleve": "pupil",
    "numero national": "id number", "tel portable": "mobile", "courriel": "email",
    "familienname|nachname": "surname", "vorname|rufname": "first name", "geburtsdatum": "date of birth", "klasse": "class",
    "erziehungsberechtigter?|elternteil": "guardian", "mutter": "mother", "vater": "father", "sorgerecht": "parental responsibility", "telefon": "phone",
    "schuler(in)?": "pupil",
    "apellidos?": "surname", "nombre": "name", "fecha de nacimiento": "date of birth",
    "achternaam": "surname", "voornaam|roepnaam": "first name", "geboortedatum": "date of birth", "klas": "class", "ouder|verzorger": "guardian",
    "naam": "name", "stamnummer|leerlingnummer": "id number", "mobiel": "mobile",
    "efternamn|etternavn|efternavn": "surname", "fornamn|fornavn": "first name", "personnummer|fodselsnummer": "id number", "klass": "class",
    "vardnadshavare|foresatt|foralder": "guardian", "namn|navn": "name", "e (post|bost)|epost": "email", "mobil": "mobile",
}
_WORDS = [(re.compile(rf"\b({words})\b"), english) for words, english in _MEANING.items()]
_NO_ACCENT = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "đ": "d"})


def without_accents(text: str) -> str:
    """Small letters of the English alphabet, where a letter is one of those with an accent."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_NO_ACCENT))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def in_english(words: str) -> str:
    """The plain words of a caption, with those of other languages in English."""
    for pattern, english in _WORDS:
        words = pattern.sub(english, words)
    return words
