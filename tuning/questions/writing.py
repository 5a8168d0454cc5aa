"""Questions about a picture of writing: what it says, in which colour, how long it is, how it begins and ends."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from tuning.pictures.names import HANZI
from tuning.pictures.words_to_read import CHINESE as CHINESE_WORDS
from tuning.pictures.words_to_read import ENGLISH as ENGLISH_WORDS
from tuning.pictures.words_to_read import letter_string
from tuning.pictures.writing import Writing
from tuning.questions.domain import FOLLOW_UP, Asked, View
from tuning.questions.writing_wordings_en import ENGLISH
from tuning.questions.writing_wordings_zh import CHINESE
from tuning.sample import Round
from tuning.surface import typed
from tuning.words import COLOR_WORDS, NO, THERE_IS, THERE_IS_NO, YES, number, so

WORDINGS = {"en": ENGLISH, "zh": CHINESE}
CATEGORIES: dict[str, float] = {
    "read": 4.0,
    "read_number": 1.5,
    "read_color": 1.0,
    "read_length": 1.0,
    "read_first": 0.7,
    "read_last": 0.7,
    "read_exists": 1.5,
    "describe_writing": 1.5,
}

_UNITS = {
    "en": {
        "digits": ("digit", "digits"),
        "letters": ("letter", "letters"),
        "hanzi": ("character", "characters"),
    },
    "zh": {"digits": ("数字", "数字"), "letters": ("字母", "字母"), "hanzi": ("字", "字")},
}
_CHANGED_LETTERS = "abcdefghilmnoprstuw"


@dataclass(frozen=True)
class Before:
    """What a follow-up can lean on: the parts of the writing the conversation has told, "read", "color" and so on."""

    told: frozenset[str]


def question(view: View, category: str, split: str, rng: Random) -> Asked | None:
    """A first question of the category; None if the writing or its colours do not allow it."""
    part = category.removeprefix("read_")
    if category == "describe_writing":
        told = frozenset(("read", "color"))
    elif part == "number":
        told = frozenset(("read",))
    else:
        told = frozenset((part,))
    if category == "read_exists":
        text, accepted = _exists(view, split, rng)
        return _round(view, text, accepted, category, split, rng), Before(told)
    answers = _accepted(view, category)
    if answers is None:
        return None
    text = _worded(view, category, split, rng)
    return _round(view, text, answers, category, split, rng), Before(told)


def follow_up(view: View, before: Any, split: str, rng: Random) -> Asked | None:
    """A question about a part of the writing that has not been told yet; None if there is none."""
    if not isinstance(before, Before):
        return None
    parts = ("read", "color", "color", "length", "first", "last")
    options = [
        (part, answers)
        for part in parts
        if part not in before.told and (answers := _accepted(view, part if part == "read" else f"read_{part}"))
    ]
    if not options:
        return None
    part, answers = rng.choice(options)
    text = _worded(view, f"then_{part}", split, rng)
    return _round(view, text, answers, FOLLOW_UP, split, rng), Before(before.told | {part})


def _writing(view: View) -> Writing:
    content = view.picture.content
    if not isinstance(content, Writing):
        raise TypeError(f"Not a picture of writing: {content.kind}")
    return content


def _round(view: View, text: str, accepted: tuple[str, ...], category: str, split: str, rng: Random) -> Round:
    return Round(typed(text, view.language, split, rng), accepted, category)


def _worded(view: View, wording: str, split: str, rng: Random, said: str = "") -> str:
    """A question in one of the wordings, its slots filled."""
    writing, language = _writing(view), view.language
    own = f"{wording}_digits"
    wordings = WORDINGS[language]
    known = wordings[own if writing.script == "digits" and own in wordings else wording]
    unit, units = _UNITS[language][writing.script]
    return known.choose(split, rng).format(
        noun=rng.choice(_nouns(writing, language)),
        unit=unit,
        units=units,
        m="位" if writing.script == "digits" else "个",
        said=said,
    )


def _nouns(writing: Writing, language: str) -> tuple[str, ...]:
    """What the writing may be called."""
    if writing.script == "digits":
        return ("number",) if language == "en" else ("数字",)
    if writing.script == "hanzi":
        if language == "en":
            if len(writing.text) == 1:
                return ("character", "Chinese character")
            return ("text", "Chinese text", "Chinese word") if writing.named else ("text", "Chinese text")
        return ("文字", "字", "汉字", "中文")
    if not writing.named:
        return ("text", "string", "sequence") if language == "en" else ("文字", "字符", "英文")
    if len(writing.lines) > 1:
        return ("text",) if language == "en" else ("文字", "英文")
    return ("word", "word", "text") if language == "en" else ("单词", "英文单词", "文字", "英文")


def _accepted(view: View, category: str) -> tuple[str, ...] | None:
    """The answers to a question that needs no candidate; None if it cannot be asked."""
    writing, language = _writing(view), view.language
    characters = writing.characters
    match category:
        case "read":
            return _readings(writing)
        case "read_number":
            return (writing.text,) if writing.script == "digits" else None
        case "read_color":
            return COLOR_WORDS[language][writing.color] if view.picture.colored else None
        case "read_length":
            return _lengths(writing, language)
        case "read_first" | "read_last":
            if len(characters) < 2:
                return None
            return (characters[0 if category == "read_first" else -1],)
        case "describe_writing":
            return _described(view)
    raise KeyError(category)


def _readings(writing: Writing) -> tuple[str, ...]:
    """The text in lower case (to the image encoder, letters have none), and other answers that are as good."""
    text = writing.text.lower()
    return (text, "o") if text == "0" else (text,)  # nothing beside it tells them apart


def _lengths(writing: Writing, language: str) -> tuple[str, ...]:
    count = len(writing.characters)
    unit, units = _UNITS[language][writing.script]
    answers = number(count, language)
    if language == "en":
        return (*answers, f"{count} {unit if count == 1 else units}")
    if writing.script == "digits":
        forms = (f"{count}位", f"{count}位数")
        return (*answers, *forms, *(f"{word}位{end}" for word in answers[2:3] for end in ("", "数")))
    return (*answers, f"{count}个{unit}", *(f"{word}个{unit}" for word in answers[2:3]))


def _described(view: View) -> tuple[str, ...]:
    """A sentence with the colour, if it can be told, and shorter ones."""
    writing, language, colored = _writing(view), view.language, view.picture.colored
    what = _phrase(writing, language)
    color = COLOR_WORDS[language][writing.color][0]
    if language == "en":
        tail = f" in {color}" if colored else ""
        sentences = [f"The picture shows {what}{tail}.", f"The picture shows {what}.", f"{what}{tail}.", f"{what}."]
    else:
        front = f"{color}的" if colored else ""
        sentences = [f"图中写着{front}{what}。", f"图中写着{what}。", f"{front}{what}。", f"{what}。"]
    return tuple(dict.fromkeys(sentences))


def _phrase(writing: Writing, language: str) -> str:
    """The writing as a noun phrase."""
    text = writing.text.lower()
    if language == "zh":
        if writing.script == "digits":
            return f"数字{text}"
        noun = "" if writing.script == "hanzi" else "单词" if writing.named else "字母"
        return f"{noun}“{text}”"
    if writing.script == "digits":
        return f"the number {text}"
    if writing.script == "hanzi":
        return f'the Chinese character{"s" if len(text) > 1 else ""} "{text}"'
    noun = "letters" if not writing.named else "words" if len(writing.lines) > 1 else "word"
    return f'the {noun} "{text}"'


def _exists(view: View, split: str, rng: Random) -> tuple[str, tuple[str, ...]]:
    """Whether it says what it says or, as often, something else; and the answers."""
    writing, language = _writing(view), view.language
    true = rng.random() < 0.5
    said = writing.text if true else _other(writing, rng)
    if writing.script == "letters" and rng.random() < 0.3:
        said = rng.choice((said.lower(), said.upper()))
    if writing.script != "digits" and rng.random() < 0.7:
        said = f"“{said}”" if language == "zh" else rng.choice(('"{}"', "'{}'")).format(said)
    text = _worded(view, "read_exists", split, rng, said)
    shown = {"en": 'It says "{}"', "zh": "写的是“{}”"}[language].format(writing.text.lower())
    answers = (YES if true else NO)[language] + (THERE_IS if true else THERE_IS_NO)[language]
    return text, so(shown, tuple(dict.fromkeys(answers)), language)


def _other(writing: Writing, rng: Random) -> str:
    """Something of the same script that is not written there, half of the time all but the same."""
    text = writing.text
    while True:
        made = _near(writing, rng) if rng.random() < 0.5 else _far(writing, rng)
        if made.lower() not in text.lower() and text.lower() not in made.lower():
            return made


def _near(writing: Writing, rng: Random) -> str:
    """The text with one character changed."""
    text = writing.text
    places = [k for k, character in enumerate(text) if character != " "]
    place = rng.choice(places)
    if writing.script == "digits":
        options: tuple[str, ...] = tuple("123456789" if place == 0 else "0123456789")
    elif writing.script == "hanzi":
        options = HANZI
    else:
        options = tuple(_CHANGED_LETTERS.upper() if text[place].isupper() else _CHANGED_LETTERS)
    return text[:place] + rng.choice(options) + text[place + 1 :]


def _far(writing: Writing, rng: Random) -> str:
    """Another text such as might have been written, of the same length if there is one."""
    text = writing.text
    if writing.script == "digits":
        count = len(text)
        return str(rng.randrange(10 ** (count - 1), 10**count))
    if writing.script == "hanzi":
        words = CHINESE_WORDS if len(text) > 1 else HANZI
        return rng.choice([word for word in words if len(word) == len(text)])
    if len(writing.lines) > 1:
        made = " ".join(rng.sample(ENGLISH_WORDS, 2))
    elif writing.named:
        similar = [word for word in ENGLISH_WORDS if abs(len(word) - len(text)) < 2]
        made = rng.choice([word for word in similar if word[0] == text[0].lower()] or similar)
    else:
        made = letter_string(rng)
    return made.upper() if text.isupper() else made.capitalize() if text[0].isupper() else made
