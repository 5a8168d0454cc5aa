"""Whole numbers from 0 to 100 in words."""

from __future__ import annotations

LARGEST = 100

_ENGLISH = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_CHINESE = "零一二三四五六七八九"


def english(value: int) -> str:
    """The number in English, hyphenated from 21 on. Raises: ValueError outside 0..100."""
    _check(value)
    if value == LARGEST:
        return "one hundred"
    if value < len(_ENGLISH):
        return _ENGLISH[value]
    tens, ones = divmod(value, 10)
    return _ENGLISH_TENS[tens] + (f"-{_ENGLISH[ones]}" if ones else "")


def chinese(value: int) -> str:
    """The number in Chinese. Raises: ValueError outside 0..100."""
    _check(value)
    if value == LARGEST:
        return "一百"
    tens, ones = divmod(value, 10)
    if not tens:
        return _CHINESE[ones]
    return (_CHINESE[tens] if tens > 1 else "") + "十" + (_CHINESE[ones] if ones else "")


def _check(value: int) -> None:
    if not 0 <= value <= LARGEST:
        raise ValueError(f"{value} is outside 0..{LARGEST}")


def counted(value: int, language: str, measure: str) -> tuple[str, ...]:
    """The accepted answers for a small count: digits first, then words, each also with the measure ("letters", 个)."""
    if language == "en":
        word = english(value)
        return (str(value), word, f"{value} {measure}", f"{word} {measure}", *(() if value else ("none",)))
    word = chinese(value)
    spoken = "两" if value == 2 else word  # 2 before a measure word
    forms = (str(value), word, f"{value}个", f"{value}个{measure}", f"{spoken}个", f"{spoken}个{measure}")
    return (*forms, *(() if value else ("没有",)))
