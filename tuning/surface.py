"""How people really type: other spelling, case, punctuation and politeness around the same question."""

from __future__ import annotations

from random import Random

_POLITE = {
    "en": (
        *("Please tell me: ", "Hey, ", "Tell me: ", "Question: ", "Hi, ", "OK, ", "Could you tell me, please: "),
        *("I want to know: ", "I would like to know, ", "Let me ask: ", "Well, ", "One more question: "),
        *("Next question: ", "I wonder, ", "Sorry, ", "Yes, but ", "Quick question: ", "Help me please: ", "Hello! "),
    ),
    "zh": (
        *("请问", "请问，", "你好，", "问一下，", "好的，", "嗯，", "我想问一下，", "你能告诉我吗，", "能不能告诉我，"),
        *("麻烦问一下，", "再问一个：", "你知道吗，", "请你说说，", "请回答：", "快告诉我，", "不好意思，"),
        *("下一个问题：", "帮帮我，", "对了，", "打扰一下，"),
    ),
}
"""What training puts before a question; none of it makes a wording that is held out."""
_HALF_WIDTH = str.maketrans("？，。！：", "?,.!:")
_FULL_WIDTH = str.maketrans("?,!", "？，！")


def capitalised(text: str) -> str:
    """The text with a capital in front."""
    return text[0].upper() + text[1:]


def typed(text: str, language: str, split: str, rng: Random) -> str:
    """The question with a capital in front; in training as another person might have typed it."""
    text = capitalised(text)
    return vary(text, language, rng) if split == "train" else text


def vary(text: str, language: str, rng: Random, polite: bool = True) -> str:
    """The text as another person might have typed it, half of the time unchanged; `polite` allows "Please, " before."""
    if rng.random() < 0.5:
        return text
    if polite and rng.random() < 0.35:
        text = rng.choice(_POLITE[language]) + (text[0].lower() + text[1:] if text[:2] != "I " else text)
    if language == "en":
        return _vary_english(text, rng)
    choice = rng.random()
    if choice < 0.45:
        return text.rstrip("？。！")
    if choice < 0.6:
        return text.translate(_HALF_WIDTH)
    return text + " " if choice < 0.65 else text


def _vary_english(text: str, rng: Random) -> str:
    if rng.random() < 0.5:
        text = text.replace("color", "colour").replace("Color", "Colour")
    case = rng.random()
    if case < 0.5:
        text = text.lower()
    elif case < 0.55:
        text = text.upper()
    mark = rng.random()
    if mark < 0.4:
        return text.rstrip("?.! ")
    if mark < 0.45:
        return text.translate(_FULL_WIDTH)
    if mark < 0.55:
        return text.rstrip(".") + "?" if not text.endswith("?") else text + rng.choice((" ", "?", "??"))
    return text
