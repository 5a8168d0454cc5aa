"""Saying after the user: whatever stands in the question, word by word.

Copying is what a decoder needs for names, numbers and words of every other question, and learns soonest here.
"""

from __future__ import annotations

from random import Random

from tuning.sample import Round
from tuning.talk import letters_words, memory
from tuning.wording import Wordings

CATEGORIES: dict[str, float] = {"repeat": 1.0}
"""Each kind of round with its share."""
MOST_WORDS = 8
WORDINGS: dict[str, Wordings] = {
    "en": Wordings(
        train=(
            "(Repeat|Say) after me: {text}",
            "[Please] (repeat|say|copy|echo): {text}",
            "[Please] (repeat|echo|copy) this: {text}",
            "[Please] (say|write|repeat) the following: {text}",
            "(Can|Could) you (say|repeat|copy) this? {text}",
            "(Can|Could|Would) you (please repeat|echo) the following: {text}",
            "I say, you repeat: {text}",
            "(Write|Say|Type) (exactly|just|only) this: {text}",
            "(Write down|Put down|Note) this: {text}",
            "Echo: {text}",
            'Say "{text}"',
            'Repeat "{text}"[ word by word]',
            '[Please] (copy|write|type) "{text}"',
            "Say this back to me: {text}",
            "(Answer|Reply) with: {text}",
        ),
        held_out=(
            "Please say this after me: {text}",
            'Could you write "{text}"',
            "Copy the following: {text}",
            "Just repeat this back to me: {text}",
        ),
    ),
    "zh": Wordings(
        train=(
            "(跟我说|跟我念|跟我读)：{text}",
            "(请|请你|)重复：{text}",
            "(请|请你|)重复(一遍|一下|这句话)：{text}",
            "(请|)(照着|原样)(说|写)(一遍|)：{text}",
            "我说你跟：{text}",
            "(请|)(复述|抄写|照抄)：{text}",
            "(请|)(复述|抄写|照抄)(一遍|一下|这些词)：{text}",
            "(请|)(说|写|念)“{text}”",
            "(请|)重复“{text}”",
            "把这些话再说一遍：{text}",
            "把这个(写|抄|念)一遍：{text}",
            "(只|就)(回答|回复)：{text}",
            "(能|可以)跟我(念|说|读)吗？{text}",
            "(帮我|替我)(记下|写下|抄下)：{text}",
            "跟着我(念|说|读|写)：{text}",
        ),
        held_out=(
            "请跟着我重复：{text}",
            "把“{text}”照抄一遍",
            "请你原样复述一下：{text}",
            "请把这句话再念一遍：{text}",
        ),
    ),
}


def word(language: str, split: str, rng: Random) -> str:
    """Anything that a question may have to be copied from: a word, a name or a number."""
    kind = rng.random()
    if kind < 0.3:
        return str(rng.randrange(10 ** rng.randint(1, 4)))
    if kind < 0.5:
        return memory.value("name", language, split, rng)
    if language == "en":
        return rng.choice(letters_words.ENGLISH)
    return rng.choice(letters_words.CHINESE if kind < 0.85 else letters_words.ENGLISH)


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """One request to repeat up to `MOST_WORDS` words."""
    text = " ".join(word(language, split, rng) for _ in range(rng.randint(1, MOST_WORDS)))
    asked = WORDINGS[language].choose(split, rng)
    return [Round(asked.format(text=text), (text,), category)]
