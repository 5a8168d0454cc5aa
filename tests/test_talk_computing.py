"""What the model learns to compute, order, spell and look up is true, repeatable, and asked in disjoint wordings."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from random import Random
from types import ModuleType

import pytest
from answers import reasoned

from tuning.sample import LANGUAGES, SPLITS, Round
from tuning.talk import (
    arithmetic,
    arithmetic_wordings,
    dictionary,
    dictionary_wordings,
    letters,
    letters_wordings,
    numerals,
    ordering,
    ordering_wordings,
)
from tuning.talk.letters_words import CHINESE, ENGLISH
from tuning.wording import Wordings, sentences

MODULES = (arithmetic, ordering, letters, dictionary)
CASES = [
    (module, category, language, split)
    for module in MODULES
    for category in module.CATEGORIES
    for language in LANGUAGES
    for split in SPLITS
]
WORDINGS = {
    f"{module.__name__.split('.')[-1]}-{language}-{name}": wordings
    for module in (arithmetic_wordings, ordering_wordings, letters_wordings, dictionary_wordings)
    for language, table in module.WORDINGS.items()
    for name, wordings in table.items()
}


def made(module: ModuleType, category: str, count: int = 150) -> list[tuple[str, list[Round]]]:
    """(language, rounds) of the category, over both languages and splits."""
    rng = Random(11)
    return [
        (language, module.rounds(category, language, split, rng))
        for language in LANGUAGES
        for split in SPLITS
        for _ in range(count)
    ]


def last(module: ModuleType, category: str) -> list[tuple[str, Round]]:
    return [(language, rounds[-1]) for language, rounds in made(module, category)]


def numbers(text: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", text)]


def operands(question: str) -> tuple[int, int]:
    """The two numbers in the order of the calculation: English subtracts the first "from" the second."""
    a, b = numbers(question)
    first_number = re.search(r"\d+", question)
    assert first_number is not None
    between = question[first_number.end() :].lower()
    swapped = re.match(r"\D*from\D*\d", between) or re.match(r" to \d", between)
    return (b, a) if swapped else (a, b)


# All modules


@pytest.mark.parametrize(("module", "category", "language", "split"), CASES)
def test_each_category_gives_the_same_rounds_for_the_same_seed(
    module: ModuleType, category: str, language: str, split: str
) -> None:
    first, second = (
        [module.rounds(category, language, split, rng) for _ in range(30)] for rng in (Random(5), Random(5))
    )
    assert first == second
    for rounds in first:
        assert rounds[-1].category == category
        for turn in rounds:
            assert turn.question.strip() and all(turn.accepted)
            assert not set("{}|[]()") & set(turn.question)
            assert len(set(turn.accepted)) == len(turn.accepted)
    assert len({rounds[-1].question for rounds in first}) > 5


def test_category_names_are_unique_and_their_shares_positive() -> None:
    names = [name for module in MODULES for name in module.CATEGORIES]
    assert len(set(names)) == len(names)
    assert all(share > 0 for module in MODULES for share in module.CATEGORIES.values())


@pytest.mark.parametrize("wordings", WORDINGS.values(), ids=WORDINGS.keys())
def test_held_out_sentences_are_never_trained_on(wordings: Wordings) -> None:
    assert len(wordings.train) >= 14 and len(wordings.held_out) >= 4
    train, held_out = (
        {re.sub(r"\W", "", sentence).lower() for template in templates for sentence in sentences(template)}
        for templates in (wordings.train, wordings.held_out)
    )
    assert not train & held_out


# Arithmetic


def result(turn: Round) -> int:
    """What the equation of an answer comes to."""
    return int(turn.answer.split(" = ")[-1])


def test_sums_and_differences() -> None:
    for _, turn in last(arithmetic, "sum"):
        a, b = numbers(turn.question)
        assert all(eval(step) == a + b for step in turn.answer.split(" = "))
        assert {f"{a} + {b} = {a + b}", f"{b} + {a} = {a + b}"} & set(turn.accepted)  # "add 2 to 3" is 3 + 2
        assert str(a + b) in turn.accepted
    gap = re.compile("differ|apart|gap|distance|steps|how far|相差|差距|差(多少|几|了)")
    for _, turn in last(arithmetic, "difference"):
        a, b = operands(turn.question)
        assert result(turn) == (abs(a - b) if gap.search(turn.question.lower()) else a - b), turn
        assert all(eval(step) == result(turn) for step in turn.answer.split(" = "))
        assert str(result(turn)) in turn.accepted
    assert arithmetic.worked_sum(508, 36) == "508 + 36 = 538 + 6 = 544"
    assert arithmetic.worked_sum(-5, 8) == "-5 + 8 = 8 - 5 = 3"
    assert arithmetic.worked_difference(160, 713) == "160 - 713 = -(713 - 160) = -(613 - 60) = -553"
    assert arithmetic.worked_difference(-5, 3) == "-5 - 3 = -(5 + 3) = -8"
    assert arithmetic.worked_difference(7, 0) == "7 - 0 = 7"


def assert_equations(text: str) -> None:
    """Each line of the text is a chain of terms of the same value."""
    for line in text.replace("×", "*").replace("÷", "/").splitlines():
        assert len({eval(term) for term in line.split(" = ")}) == 1, line


def test_products_are_worked_out_step_by_step_and_end_in_the_result() -> None:
    for _, turn in last(arithmetic, "product"):
        a, b = numbers(turn.question)
        assert {f"{a} × {b} = {a * b}", str(a * b)} <= set(turn.accepted)
        assert_equations(turn.answer)
        assert numbers(turn.answer)[-1] == a * b
    lines = (
        "23 × 40 = 800 + 120 = 920",
        "23 × 5 = 100 + 15 = 115",
        "23 × 45 = 920 + 115 = 1020 + 15 = 1030 + 5 = 1035",
    )
    assert arithmetic.worked_product(23, 45).splitlines() == [*lines]
    assert arithmetic.worked_product(123, 345).splitlines()[2] == "36900 + 4920 = 40900 + 920 = 41800 + 20 = 41820"
    assert arithmetic.worked_product(23, 7) == "23 × 7 = 140 + 21 = 161"
    assert arithmetic.worked_product(1, 345) == "1 × 345 = 345"
    assert arithmetic.worked_product(20, 30) == "20 × 30 = 600"


def test_quotients_with_and_without_remainder_and_by_zero() -> None:
    kinds: Counter[str] = Counter()
    for language, turn in last(arithmetic, "quotient"):
        a, b = numbers(turn.question)
        if b == 0:
            kinds["zero"] += 1
            assert turn.answer == arithmetic.DIVISION_BY_ZERO[language]
        elif a % b == 0:
            kinds["exact"] += 1
            assert_equations(turn.answer)
            assert {f"{a} ÷ {b} = {a // b}", str(a // b)} <= set(turn.accepted)
        else:
            kinds["rest"] += 1
            ends = f"{a // b} {'remainder' if language == 'en' else '余'} {a % b}"
            *lines, conclusion = turn.answer.splitlines()
            assert conclusion == f"{a} ÷ {b} = {ends}" and {conclusion, ends} <= set(turn.accepted)
            assert_equations("\n".join(lines))
    assert min(kinds["exact"], kinds["rest"]) > 150 and 0 < kinds["zero"] < 60
    lines = ("575 - 7 × 80 = 575 - 560 = 15", "15 - 7 × 2 = 15 - 14 = 1", "575 ÷ 7 = 82 余 1")
    assert arithmetic.worked_quotient(575, 7, "zh").splitlines() == [*lines]
    assert arithmetic.worked_quotient(3, 7, "en") == "3 ÷ 7 = 0 remainder 3"


def test_stories() -> None:
    takes_away = re.compile(r"left|remain|still|fewer|剩|比\w+少\d")
    signs: Counter[str] = Counter()
    for _, turn in last(arithmetic, "word_problem"):
        a, b = numbers(turn.question)
        sign = "-" if takes_away.search(turn.question.lower()) else "+"
        signs[sign] += 1
        assert result(turn) == (a - b if sign == "-" else a + b), turn
        assert min(a, b) >= 2 and max(a, b) <= 100
    assert min(signs.values()) > 200


def test_chained_questions_go_on_from_the_last_result() -> None:
    less = re.compile(r"minus|subtract|less|decrease|take|without|-|减|少\s*\d")
    for _, (before, turn) in made(arithmetic, "chained"):
        (b,) = numbers(turn.question)
        removes = less.search(turn.question.lower())
        assert result(turn) == result(before) + (-b if removes else b), (before, turn)


def test_operands_spread_over_all_magnitudes() -> None:
    digits = Counter(len(str(n)) for _, turn in last(arithmetic, "sum") for n in numbers(turn.question))
    assert min(digits.values()) > 0.25 * sum(digits.values())
    assert any(result(turn) < 0 for _, turn in last(arithmetic, "difference"))


# Comparing and sorting


def test_picking_and_extremes() -> None:
    for _, turn in last(ordering, "pick_larger"):
        assert int(turn.answer) == max(numbers(turn.question))
    for _, turn in last(ordering, "pick_smaller"):
        assert int(turn.answer) == min(numbers(turn.question))
    small = re.compile("smallest|lowest|小")
    for _, turn in last(ordering, "extreme_number"):
        values = numbers(turn.question)
        assert 3 <= len(values) <= 6
        assert int(turn.answer) == (min if small.search(turn.question.lower()) else max)(values)


def test_comparisons_are_true_and_balanced() -> None:
    small = re.compile("smaller|lower|less|below|小")
    answers: Counter[str] = Counter()
    for language, turn in last(ordering, "compare_numbers"):
        values = numbers(turn.question)
        a, b = values[:2]
        if len(values) == 2 and re.search(r"compared (with|to)|[和跟与]\d+(相比|比)", turn.question.lower()):
            a, b = b, a
        holds = a < b if small.search(turn.question.lower()) else a > b
        sign = "<" if a < b else ">"
        conclusion = {"en": ("no", "yes"), "zh": ("不是", "是")}[language][holds]
        assert reasoned(turn) == (f"{a} {sign} {b}", conclusion), turn
        answers["yes" if holds else "no"] += 1
    assert abs(answers["yes"] - answers["no"]) < 100


def test_sorting() -> None:
    up = re.compile("ascending|from (the )?small|from low|smallest first|increasing|从小|由小|升序|从低")
    for _, turn in last(ordering, "sort_numbers"):
        values = numbers(turn.question)
        assert 2 <= len(values) <= 6
        ordered = sorted(values, reverse=not up.search(turn.question.lower()))
        assert turn.answer == ", ".join(map(str, ordered))


# Letters


def asked_word(question: str) -> str:
    """The word that stands in quotation marks in the question, or nothing."""
    quoted = re.findall(r"[\"“]([A-Za-z]{3,}|[\u4e00-\u9fff]+)[\"”]", question)
    return quoted[-1] if quoted else ""


@pytest.mark.parametrize("category", letters.CATEGORIES)
def test_letters_of_quoted_words(category: str) -> None:
    checked = 0
    for _, turn in last(letters, category):
        word = asked_word(turn.question)
        if not word:
            continue
        checked += 1
        if word.isascii():
            assert word.lower() in ENGLISH
            word = word.lower()
        expected = {
            "reverse_word": word[::-1],
            "upper_case": word.upper(),
            "lower_case": word,
            "spell": "-".join(word),
            "first_letter": word[0],
            "last_letter": word[-1],
        }
        if category == "count_letter":
            single = re.findall(
                r"(?<![A-Za-z'])([A-Za-z])(?![A-Za-z])", turn.question.replace("'s", "").replace("'S", "")
            )
            named = {word.count(letter.lower()) for letter in single}
            spelled, count = reasoned(turn)
            assert int(count) in named and re.sub(r"[-\d]", "", spelled) == word, turn
            assert int(count) == max(map(int, re.findall(r"\d", spelled)), default=0), turn
        elif category == "word_length":
            numbered = "-".join(f"{letter}{place}" for place, letter in enumerate(word, start=1))
            assert reasoned(turn) == (numbered, str(len(word))), turn
        else:
            assert turn.answer == expected[category], turn
    assert checked > 80


def test_the_listed_words() -> None:
    assert len(set(ENGLISH)) == len(ENGLISH) >= 350 and all(re.fullmatch("[a-z]{3,8}", word) for word in ENGLISH)
    assert len(set(CHINESE)) == len(CHINESE) >= 150 and all(2 <= len(word) <= 4 for word in CHINESE)
    counts = Counter(reasoned(turn)[1] for _, turn in last(letters, "count_letter"))
    assert min(counts["0"], counts["1"], counts["2"]) > 60


# Dictionary

EN_DAYS = list(calendar.day_name)
EN_MONTHS = list(calendar.month_name)[1:]
ZH_DAYS = "一二三四五六日"
ZH_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")


def told_day(question: str, language: str) -> int:
    if language == "en":
        return next(n for n, name in enumerate(EN_DAYS) if name.lower() in question.lower())
    found = re.search("(?:星期|周|礼拜)([一二三四五六日天])", question)
    assert found is not None
    return ZH_DAYS.index(found[1].replace("天", "日"))


def told_month(question: str, language: str) -> int:
    """The month named, apart from the January from which some questions count."""
    if language == "en" or re.search("[A-Za-z]", question):
        text = re.sub("counting from january|if january is number 1", "", question.lower())
        return next(n for n, name in enumerate(EN_MONTHS) if re.search(rf"(?<![a-z]){name.lower()}(?![a-z])", text))
    found = re.search("(十[一二]?|[一二三四五六七八九])月|([0-9]+)月", question)
    assert found is not None
    return int(found[2]) - 1 if found[2] else ZH_MONTHS.index(found[1])


@pytest.mark.parametrize(("category", "step"), [("day_after", 1), ("day_before", -1)])
def test_days(category: str, step: int) -> None:
    for language, turn in last(dictionary, category):
        day = (told_day(turn.question, language) + step) % 7
        assert turn.answer == (EN_DAYS[day] if language == "en" else f"星期{ZH_DAYS[day]}"), turn


@pytest.mark.parametrize(("category", "step"), [("month_after", 1), ("month_before", -1)])
def test_months(category: str, step: int) -> None:
    for language, turn in last(dictionary, category):
        month = (told_month(turn.question, language) + step) % 12
        assert turn.answer == (EN_MONTHS[month] if language == "en" else f"{ZH_MONTHS[month]}月"), turn


def test_month_numbers_and_lengths() -> None:
    for language, turn in last(dictionary, "month_number"):
        if turn.answer.isdigit():
            assert int(turn.answer) == told_month(turn.question, language) + 1
        else:
            text = re.sub("(?i)if january is number 1", "", turn.question)
            assert turn.answer == EN_MONTHS[numbers(text)[0] - 1]
    for language, turn in last(dictionary, "days_in_month"):
        month = told_month(turn.question, language)
        assert numbers(turn.answer)[0] == calendar.monthrange(2023, month + 1)[1]


def test_number_words() -> None:
    assert [numerals.english(n) for n in (0, 9, 13, 20, 21, 99, 100)] == [
        *("zero", "nine", "thirteen", "twenty", "twenty-one", "ninety-nine", "one hundred")
    ]
    assert [numerals.chinese(n) for n in (0, 2, 10, 17, 20, 99, 100)] == [
        *("零", "二", "十", "十七", "二十", "九十九", "一百")
    ]
    with pytest.raises(ValueError):
        numerals.english(101)
    for language, turn in last(dictionary, "number_words"):
        (n,) = numbers(turn.question)
        assert turn.answer == (numerals.english(n) if language == "en" else numerals.chinese(n))


def test_translations_name_a_word_of_the_question() -> None:
    entries = (*dictionary.WORDS, *dictionary.NUMBERS)
    for category, to_english in (("translate_to_chinese", False), ("translate_to_english", True)):
        for _, turn in last(dictionary, category):
            sources = [
                entry for entry in entries if turn.answer in ((entry.english if to_english else entry.chinese)[:1])
            ]
            assert any(
                (entry.chinese if to_english else entry.english)[0].lower() in turn.question.lower()
                for entry in sources
            ), turn


def test_no_word_has_two_entries() -> None:
    entries = (*dictionary.WORDS, *dictionary.NUMBERS)
    for names in ([entry.english[0] for entry in entries], [entry.chinese[0] for entry in entries]):
        assert [name for name, count in Counter(names).items() if count > 1] == []
    assert len(dictionary.COUNTRIES) >= 60 and len(dictionary.ANIMALS) >= 55 and len(dictionary.THINGS) >= 80


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        *(("dog", "狗"), ("cat", "猫"), ("elephant", "大象"), ("grey", "灰色"), ("Tuesday", "星期二")),
        *(("Sunday", "星期日"), ("October", "十月"), ("apple", "苹果"), ("Brazil", "巴西"), ("Moscow", "莫斯科")),
        *(("seventeen", "十七"), ("forty-two", "四十二"), ("umbrella", "雨伞"), ("doctor", "医生")),
    ],
)
def test_known_translations(english: str, chinese: str) -> None:
    entries = (*dictionary.WORDS, *dictionary.NUMBERS)
    assert [entry.chinese[0] for entry in entries if entry.english[0] == english] == [chinese]


def test_capitals() -> None:
    known = {"Japan": "Tokyo", "Australia": "Canberra", "Canada": "Ottawa", "Turkey": "Ankara", "Brazil": "Brasilia"}
    table = {country.english[0]: country.capital.english[0] for country in dictionary.COUNTRIES}
    assert known.items() <= table.items()
    assert len(set(table.values())) == len(table)
    for language, turn in last(dictionary, "capital_of"):
        pairs = [
            (c.english[0], c.capital.english) if language == "en" else (c.chinese[0], c.capital.chinese)
            for c in dictionary.COUNTRIES
        ]
        assert any(name.lower() in turn.question.lower() and capital == turn.accepted for name, capital in pairs)
    for language, turn in last(dictionary, "country_of"):
        places = [
            (c.capital.english[0], c.english[0]) if language == "en" else (c.capital.chinese[0], c.chinese[0])
            for c in dictionary.COUNTRIES
        ]
        assert any(capital.lower() in turn.question.lower() and name == turn.answer for capital, name in places)
