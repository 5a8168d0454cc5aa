"""Questions about a picture of a clock: the time, its hour and minutes, other times to compare with, and sums."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from tuning.pictures.clock import Clock
from tuning.questions.clock_wordings_en import ENGLISH
from tuning.questions.clock_wordings_zh import CHINESE
from tuning.questions.domain import FOLLOW_UP, Asked, View
from tuning.sample import Round
from tuning.surface import typed
from tuning.words import NO, YES, so

WORDINGS = {"en": ENGLISH, "zh": CHINESE}
CATEGORIES: dict[str, float] = {
    "clock_time": 4.0,
    "clock_hour": 0.8,
    "clock_minute": 1.0,
    "clock_is": 1.5,
    "clock_before": 0.8,
    "clock_what": 0.5,
    "describe_clock": 1.0,
}

Time = tuple[int, int]

_HALF_DAY = 12 * 60
_SPANS: dict[int, dict[str, tuple[str, ...]]] = {
    5: {"en": ("5 minutes", "five minutes"), "zh": ("5分钟", "五分钟")},
    10: {"en": ("ten minutes", "10 minutes"), "zh": ("10分钟", "十分钟")},
    15: {"en": ("15 minutes", "a quarter of an hour"), "zh": ("15分钟", "一刻钟", "十五分钟")},
    20: {"en": ("20 minutes", "twenty minutes"), "zh": ("20分钟", "二十分钟")},
    30: {"en": ("half an hour", "30 minutes"), "zh": ("半小时", "半个小时", "30分钟")},
    60: {"en": ("an hour", "one hour", "1 hour"), "zh": ("一个小时", "一小时", "1小时", "1个小时")},
    120: {"en": ("two hours", "2 hours"), "zh": ("两个小时", "两小时", "2小时")},
}
_SPAN_SHARES = {5: 0.1, 10: 0.22, 15: 0.04, 20: 0.06, 30: 0.13, 60: 0.4, 120: 0.05}
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = {2: "twenty", 3: "thirty", 4: "forty", 5: "fifty"}
_DIGITS = "零一二三四五六七八九"
_CLEAR = 15  # minutes between the time and an hour that it is before or after


@dataclass(frozen=True)
class Before:
    """What a follow-up can lean on: the question just asked, and whether its answer told the whole time."""

    category: str
    told: bool


def question(view: View, category: str, split: str, rng: Random) -> Asked | None:
    """A first question of the category; None if this time does not allow it."""
    hour, minute = _clock(view).time
    language = view.language
    slots: dict[str, str] = {}
    match category:
        case "clock_time":
            accepted = times((hour, minute), language)
        case "clock_hour":
            if minute == 0:
                return None  # whether the hand has passed the hour that it is at can be disputed
            accepted = _hours(hour, language)
        case "clock_minute":
            accepted = _minutes(minute, language)
        case "clock_is":
            true = rng.random() < 0.5
            slots["time"] = _said((hour, minute) if true else _other((hour, minute), rng), language, rng)
            accepted = so(_now((hour, minute), language), (YES if true else NO)[language], language)
        case "clock_before":
            reference = _reference((hour, minute), rng)
            if reference is None:
                return None
            before = (hour, minute) < (reference, 0)
            slots["hour"] = _said((reference, 0), language, rng)
            accepted = so(_now((hour, minute), language), _order(before, reference, language), language)
        case "clock_what" | "describe_clock":
            accepted = _described((hour, minute), category, language)
        case _:
            raise KeyError(category)
    told = category in ("clock_time", "clock_what", "describe_clock")
    return _round(view, category, category, slots, accepted, split, rng), Before(category, told)


def follow_up(view: View, before: Any, split: str, rng: Random) -> Asked | None:
    """The time later or earlier, or the part of it that has not been asked; None if nothing fits."""
    if not isinstance(before, Before):
        return None
    hour, minute = _clock(view).time
    if not before.told:
        if before.category == "clock_hour" and rng.random() < 0.6:
            return _minute_round(view, split, rng)
        accepted = times((hour, minute), view.language)
        return _round(view, "then_time", FOLLOW_UP, {}, accepted, split, rng), Before("clock_time", True)
    if rng.random() < 0.25:
        return _minute_round(view, split, rng)
    span = rng.choices(list(_SPAN_SHARES), list(_SPAN_SHARES.values()))[0]
    later = rng.random() < 0.75
    slots = {"span": rng.choice(_SPANS[span][view.language])}
    accepted = times(_shifted((hour, minute), span if later else -span), view.language)
    wording = "then_later" if later else "then_earlier"
    return _round(view, wording, FOLLOW_UP, slots, accepted, split, rng), None


def _minute_round(view: View, split: str, rng: Random) -> Asked:
    accepted = _minutes(_clock(view).minute, view.language)
    return _round(view, "then_minute", FOLLOW_UP, {}, accepted, split, rng), None


def _clock(view: View) -> Clock:
    content = view.picture.content
    if not isinstance(content, Clock):
        raise TypeError(f"Not a picture of a clock: {content.kind}")
    return content


def _round(
    view: View,
    wording: str,
    category: str,
    slots: dict[str, str],
    accepted: tuple[str, ...],
    split: str,
    rng: Random,
) -> Round:
    text = WORDINGS[view.language][wording].choose(split, rng).format(**slots)
    return Round(typed(text, view.language, split, rng), accepted, category)


def times(time: Time, language: str) -> tuple[str, ...]:
    """Every accepted way to say the time, the canonical one first: "3:25", 3点25分."""
    return _english_times(time) if language == "en" else _chinese_times(time)


def _english_number(value: int) -> str:
    if value < 20:
        return _WORDS[value]
    return _TENS[value // 10] + (f"-{_WORDS[value % 10]}" if value % 10 else "")


def _chinese_number(value: int) -> str:
    """A number below 60 in characters."""
    tens, ones = divmod(value, 10)
    if tens == 0:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


def _english_times(time: Time) -> tuple[str, ...]:
    hour, minute = time
    upcoming = hour % 12 + 1
    found = [f"{hour}:{minute:02}", f"{hour:02}:{minute:02}", f"{hour}.{minute:02}"]
    if minute == 0:
        found += [f"{hour} o'clock", f"{_WORDS[hour]} o'clock", str(hour), _WORDS[hour]]
    else:
        found += [f"{_WORDS[hour]} {'oh ' if minute < 10 else ''}{_english_number(minute)}"]
    named = {15: "quarter", 30: "half"}
    for share, side, of in ((minute, "past", hour), (60 - minute, "to", upcoming)):
        if not 0 < share <= 30 or (share == 30 and side == "to"):
            continue
        words = [str(share), _english_number(share)]
        words += [f"{word} minutes" for word in words]
        if share in named:
            words.append(named[share])
            words += ["a quarter"] if share == 15 else []
        found += [f"{word} {side} {number}" for word in words for number in (of, _WORDS[of])]
    sentences = [f"It is {found[0]}", f"It's {found[0]}"]
    return tuple(dict.fromkeys(found + sentences))


def _chinese_times(time: Time) -> tuple[str, ...]:
    hour, minute = time
    hours = [f"{hour}点", f"{_chinese_hour(hour)}点"]
    if hour == 2:
        hours.append("二点")
    if minute == 0:
        ends = ["", "整", "钟", "0分", "00分"]
    else:
        ends = [f"{minute:02}分", f"{minute}分", str(minute), f"{_chinese_number(minute)}分", _chinese_number(minute)]
        if minute < 10:
            ends += [f"0{minute}", f"零{minute}分", f"零{_chinese_number(minute)}分"]
            ends += [f"零{_chinese_number(minute)}", f"过{minute}分", f"过{_chinese_number(minute)}分"]
        ends += {15: ["一刻"], 30: ["半"], 45: ["三刻"]}.get(minute, [])
    found = [start + end for start in hours for end in ends] + [f"{hour}:{minute:02}", f"{hour:02}:{minute:02}"]
    return tuple(dict.fromkeys((*found, f"现在是{found[0]}", f"现在{found[0]}")))


def _chinese_hour(hour: int) -> str:
    return "两" if hour == 2 else _chinese_number(hour)


def _hours(hour: int, language: str) -> tuple[str, ...]:
    """Accepted answers for the full hour."""
    if language == "en":
        return (str(hour), _WORDS[hour], f"{hour} o'clock", f"{_WORDS[hour]} o'clock")
    character = _chinese_hour(hour)
    answers = (f"{hour}点", str(hour), f"{character}点", character, f"{hour}点多", f"{character}点多", f"{hour}点整")
    return (*answers, "二", "二点") if hour == 2 else answers


def _minutes(minute: int, language: str) -> tuple[str, ...]:
    """Accepted answers for the minutes."""
    if language == "en":
        word = _english_number(minute)
        return (str(minute), word, f"{minute} minutes", f"{word} minutes", f"{minute} minutes past the hour")
    character = _chinese_number(minute)
    return tuple(f"{value}{end}" for end in ("分", "", "分钟") for value in (minute, character))


def _order(before: bool, reference: int, language: str) -> tuple[str, ...]:
    """Accepted answers for "before" and "after"."""
    if language == "en":
        word = "before" if before else "after"
        return (word, f"{word} {reference}", f"{word} {reference} o'clock", f"it is {word} {reference} o'clock")
    end = "前" if before else "后"
    return tuple(f"{start}{word}" for start in ("", f"{reference}点", "在") for word in (f"之{end}", f"以{end}", end))


def _now(time: Time, language: str) -> str:
    return {"en": "It is ", "zh": "现在是"}[language] + times(time, language)[0]


def _described(time: Time, category: str, language: str) -> tuple[str, ...]:
    """A true sentence or two about the picture."""
    at = times(time, language)[0]
    if language == "en":
        full, short = f"The picture shows a clock. It is {at}.", f"A clock. It is {at}."
        more = [f"A clock showing {at}.", f"It is a clock. It is {at}."]
        less = ["A clock.", "It is a clock.", "clock"]
    else:
        full, short = f"图中是一个钟表，时间是{at}。", f"这是一个钟表，时间是{at}。"
        more = [f"一个钟表，时间是{at}。", f"这是一个时钟，时间是{at}。"]
        less = ["这是一个钟表。", "一个钟表", "一个时钟", "钟表", "时钟", "钟"]
    return (short, full, *more, *less) if category == "clock_what" else (full, short, *more)


def _said(time: Time, language: str, rng: Random) -> str:
    """The time as someone would put it in a question."""
    hour, minute = time
    if language == "en":
        if minute == 0:
            return rng.choice((f"{hour} o'clock", f"{hour} o'clock", f"{_WORDS[hour]} o'clock", f"{hour}:00"))
        if minute == 30 and rng.random() < 0.2:
            return f"half past {rng.choice((str(hour), _WORDS[hour]))}"
        return f"{hour}:{minute:02}"
    if minute == 0:
        return rng.choice((f"{hour}点", f"{hour}点", f"{hour}点整", f"{_chinese_hour(hour)}点"))
    if minute == 30 and rng.random() < 0.3:
        return rng.choice((f"{hour}点半", f"{_chinese_hour(hour)}点半"))
    return f"{hour}点{minute:02}分" if rng.random() < 0.75 else f"{hour}:{minute:02}"


def _shifted(time: Time, minutes: int) -> Time:
    """The time so many minutes later, on a clock of twelve hours."""
    total = (time[0] * 60 + time[1] + minutes) % _HALF_DAY
    return total // 60 or 12, total % 60


def _other(time: Time, rng: Random) -> Time:
    """Another time: a near one, one with the hands mistaken for each other, or any."""
    while True:
        kind = rng.random()
        if kind < 0.5:
            other = _shifted(time, rng.choice((-60, 60, -10, 10, -15, 15, -30, 30)))
        elif kind < 0.7:
            other = (time[1] // 5 or 12, time[0] % 12 * 5)
        else:
            other = (rng.randint(1, 12), 5 * rng.randrange(12))
        if other != time:
            return other


def _reference(time: Time, rng: Random) -> int | None:
    """A full hour from 2 to 11 that the time is clearly before or after, both as often; None near 12 o'clock.

    Between 12 and 1 a time may be meant as early or as late: those are left out.
    """
    if time[0] == 12:
        return None
    minutes = time[0] * 60 + time[1]
    earlier = [hour for hour in range(2, 12) if hour * 60 <= minutes - _CLEAR]
    later = [hour for hour in range(2, 12) if hour * 60 >= minutes + _CLEAR]
    options = rng.choice((earlier, later)) if earlier and later else None
    if not options:
        return None
    nearest = sorted(options, key=lambda hour: abs(hour * 60 - minutes))[:3]
    return rng.choice(nearest if rng.random() < 0.6 else options)
