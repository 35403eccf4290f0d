"""The languages that people read: the gateway's own sentences in each of them.

A sentence is written in English and is its own key. Where a language has no catalogue, English is read.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

CATALOGUES = Path(__file__).parents[1] / "translations"
ENGLISH = "en"
SPOKEN = (ENGLISH, *sorted(path.parts[-3] for path in CATALOGUES.glob("*/LC_MESSAGES/messages.mo")))

# What languages call themselves: those that people in the United Kingdom most often ask for.
NAMES = {
    "ar": "العربية", "bg": "Български", "bn": "বাংলা", "ckb": "کوردی", "cy": "Cymraeg", "de": "Deutsch", "en": "English",
    "es": "Español", "fa": "فارسی", "fr": "Français", "ga": "Gaeilge", "gd": "Gàidhlig", "gu": "ગુજરાતી", "hi": "हिन्दी",
    "hu": "Magyar", "it": "Italiano", "ku": "Kurdî", "lt": "Lietuvių", "lv": "Latviešu", "nl": "Nederlands",
    "pa": "ਪੰਜਾਬੀ", "pl": "Polski", "ps": "پښتو", "pt": "Português", "ro": "Română", "ru": "Русский", "sk": "Slovenčina",
    "so": "Soomaali", "sq": "Shqip", "sw": "Kiswahili", "ta": "தமிழ்", "ti": "ትግርኛ", "tr": "Türkçe", "uk": "Українська",
    "ur": "اردو", "vi": "Tiếng Việt", "yue": "廣東話", "zh": "中文",
}  # fmt: skip
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi"})
_LEFT_TO_RIGHT, _AS_BEFORE = "\u2066", "\u2069"

N_ = str  # marks a sentence for the catalogues where it is not looked up at once


def spoken(language: str) -> str:
    """Give the language in which the gateway's own sentences stand on a page of this language."""
    return next((each for each in (language, language.partition("-")[0]) if each in SPOKEN), ENGLISH)


def direction(language: str) -> str:
    """Say how a language is written, as in the attribute `dir`."""
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def name_of(language: str) -> str:
    """Give what a language calls itself, or else its code."""
    return NAMES.get(language) or NAMES.get(language.partition("-")[0]) or language


@cache
def catalogue(language: str) -> NullTranslations:
    """Give the gateway's sentences in a language; each catalogue is read once."""
    found = spoken(language)
    if found == ENGLISH:
        return NullTranslations() if direction(language) == "ltr" else _English()
    with (CATALOGUES / found / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return GNUTranslations(file)


class _English(NullTranslations):
    """English among text that is written from right to left: its full stops stay where they belong."""

    def gettext(self, message: str) -> str:
        """Give a sentence, kept apart by characters that nobody sees: they work in titles and attributes too."""
        return f"{_LEFT_TO_RIGHT}{message}{_AS_BEFORE}"


def say(language: str, sentence: str, **words: object) -> str:
    """Put a sentence into a language, its words filled in; nothing is said with nothing."""
    # The empty key of a catalogue is its header.
    return catalogue(language).gettext(sentence).format(**words) if sentence else ""


@cache
def in_every_language(sentence: str) -> tuple[str, ...]:
    """Give a sentence in all the languages that the gateway speaks, English first."""
    return tuple(say(language, sentence) for language in SPOKEN)
