"""Calculating with whole numbers of up to three digits, asked with signs, in words and as stories."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tuning.sample import Round
from tuning.talk.arithmetic_wordings import NAMES, THINGS, WORDINGS
from tuning.talk.patterns import ask

CATEGORIES: dict[str, float] = {
    "sum": 1.5,
    "difference": 1.5,
    "product": 1.5,
    "quotient": 1.2,
    "word_problem": 1.0,
    "chained": 0.8,
}
"""Every kind of question with its share of the module's rounds."""

LARGEST = 999
"""The largest operand; results may be larger, or negative."""
DIVISION_BY_ZERO = {"en": "Division by zero is not defined.", "zh": "除数不能为零。"}

_LARGEST_IN_STORY = 100
_BOUNDS = {1: (0, 9), 2: (10, 99), 3: (100, LARGEST)}
_REMAINDER = {"en": "remainder", "zh": "余"}
_NEGATIVE = {"en": "minus ", "zh": "负"}
_UNDEFINED = {
    "en": ("undefined", "not defined", "It is undefined", "You cannot divide by zero"),
    "zh": ("除数不能为0", "不能除以零", "不能除以0", "没有意义", "无意义"),
}


def _operand(rng: Random) -> int:
    """A number of one, two or three digits, each as likely."""
    return rng.randint(*_BOUNDS[rng.randint(1, 3)])


def _forms(value: int, language: str) -> tuple[str, ...]:
    """The accepted ways to write a number."""
    if value >= 0:
        return (str(value),)
    return (str(value), f"\u2212{-value}", f"{_NEGATIVE[language]}{-value}")


def _result(worked: str, language: str) -> tuple[str, ...]:
    """The accepted answers to a calculation shown as a chain of equal terms: whole, its two ends, the number alone."""
    conclusion = worked.split("\n")[-1]
    first, last = conclusion.split(" = ")[0], conclusion.split(" = ")[-1]
    forms = _forms(int(last), language)
    return tuple(dict.fromkeys((worked, *(f"{first} = {form}" for form in forms), *forms)))


def _sum(language: str, split: str, rng: Random) -> list[Round]:
    a, b = _operand(rng), _operand(rng)
    text = ask(WORDINGS[language]["sum"], language, split, rng, a=a, b=b)
    return [Round(text, _result(worked_sum(a, b), language), "sum")]


def _difference(language: str, split: str, rng: Random) -> list[Round]:
    a, b = _operand(rng), _operand(rng)
    if rng.random() < 0.15:
        text = ask(WORDINGS[language]["gap"], language, split, rng, a=a, b=b)
        return [Round(text, _result(worked_difference(max(a, b), min(a, b)), language), "difference")]
    if a < b and rng.random() < 0.5:  # people ask for negative results less often
        a, b = b, a
    text = ask(WORDINGS[language]["difference"], language, split, rng, a=a, b=b)
    return [Round(text, _result(worked_difference(a, b), language), "difference")]


def _parts(value: int) -> list[int]:
    """The number as hundreds, tens and ones, without those that are zero: 305 is 300 and 5."""
    digits = str(value)
    return [int(digit) * 10 ** (len(digits) - place) for place, digit in enumerate(digits, start=1) if digit != "0"]


def _places(left: int, sign: str, right: int, form: str = "{}") -> list[str]:
    """Terms that add or take away the right number (0 or more) place by place, the result last; `form` is put around.

    Each step changes one digit and a carry, which a small decoder learns from a tenth of the examples.
    """
    terms = [form.format(f"{left} {sign} {right}")]
    for part in _parts(right):
        left, right = left + part if sign == "+" else left - part, right - part
        terms.append(form.format(f"{left} {sign} {right}" if right else left))
    return terms if len(terms) > 1 else [*terms, form.format(left)]


def worked_sum(a: int, b: int) -> str:
    """The addition (b is 0 or more) on a line: "508 + 36 = 538 + 6 = 544", "57 + 7 = 64", "-5 + 8 = 8 - 5 = 3"."""
    if a >= 0:
        return " = ".join(_places(a, "+", b))
    return " = ".join([f"{a} + {b}", *(_places(b, "-", -a) if b >= -a else _negative(-a, "-", b))])


def worked_difference(a: int, b: int) -> str:
    """The subtraction (b is 0 or more) on a line: "703 - 211 = 503 - 11 = 493 - 1 = 492", "3 - 8 = -(8 - 3) = -5"."""
    if a >= b:
        return " = ".join(_places(a, "-", b))
    return " = ".join([f"{a} - {b}", *(_negative(-a, "+", b) if a < 0 else _negative(b, "-", a))])


def _negative(left: int, sign: str, right: int) -> list[str]:
    terms = _places(left, sign, right, "-({})")
    return [*terms[:-1], terms[-1].replace("(", "").replace(")", "")]


def worked_product(a: int, b: int) -> str:
    """The long multiplication: a line for each digit of the factor that has fewer, added up as they come.

    "23 × 7 = 140 + 21 = 161", "20 × 30 = 600"; 23 × 45 has three lines: "23 × 40 = 800 + 120 = 920",
    "23 × 5 = 100 + 15 = 115" and "23 × 45 = 920 + 115 = 1020 + 15 = 1030 + 5 = 1035".
    """
    if min(a, b) < 2:
        return f"{a} × {b} = {a * b}"
    rows = [(part, b) for part in _parts(a)] if len(_parts(a)) < len(_parts(b)) else [(a, part) for part in _parts(b)]
    lines, total = [_row(*rows[0])], rows[0][0] * rows[0][1]
    for number, (left, right) in enumerate(rows[1:], start=2):
        terms = _places(total, "+", left * right)
        total += left * right
        lines += [_row(left, right), " = ".join([f"{a} × {b}", *terms] if number == len(rows) else terms)]
    return "\n".join(lines)


def _row(left: int, right: int) -> str:
    """A product by one digit: what each digit of the other factor gives, added up: "896 × 9 = 7200 + 810 + 54 = …"."""
    terms = [x * y for x in _parts(left) for y in _parts(right)]
    steps = [f"{left} × {right}", " + ".join(map(str, terms))]
    while len(terms) > 1:
        terms = [terms[0] + terms[1], *terms[2:]]
        steps.append(" + ".join(map(str, terms)))
    return " = ".join(steps)


def _product(language: str, split: str, rng: Random) -> list[Round]:
    a, b = _operand(rng), _operand(rng)
    text = ask(WORDINGS[language]["product"], language, split, rng, a=a, b=b)
    return [Round(text, _result(worked_product(a, b), language), "product")]


def _division(rng: Random) -> tuple[int, int]:
    """Dividend and divisor, at most `LARGEST`: half of the divisions come out even, a few are by zero."""
    if rng.random() < 0.05:
        return _operand(rng), 0
    while True:
        divisor = rng.randint(1, 9) if rng.random() < 0.7 else _operand(rng)
        quotient = _operand(rng)
        rest = 0 if divisor == 1 or rng.random() < 0.5 else rng.randint(1, max(1, divisor - 1))
        if divisor and divisor * quotient + rest <= LARGEST:
            return divisor * quotient + rest, divisor


def worked_quotient(a: int, b: int, language: str) -> str:
    """The long division, a line for each digit of the quotient; b is not 0.

    575 ÷ 7 has three lines: "575 - 7 × 80 = 575 - 560 = 15", "15 - 7 × 2 = 15 - 14 = 1" and "575 ÷ 7 = 82 remainder 1".
    """
    whole, rest = divmod(a, b)
    lines, left = list[str](), a
    for part in _parts(whole) if b > 1 else ():
        lines.append(f"{left} - {b} × {part} = {left} - {b * part} = {left - b * part}")
        left -= b * part
    end = f" {_REMAINDER[language]} {rest}" if rest else ""
    return "\n".join([*lines, f"{a} ÷ {b} = {whole}{end}"])


def _quotient(language: str, split: str, rng: Random) -> list[Round]:
    """The whole equation either way: the first token need not know yet whether there is a remainder."""
    a, b = _division(rng)
    text = ask(WORDINGS[language]["quotient"], language, split, rng, a=a, b=b)
    if b == 0:
        return [Round(text, (DIVISION_BY_ZERO[language], *_UNDEFINED[language]), "quotient")]
    worked, (whole, rest) = worked_quotient(a, b, language), divmod(a, b)
    if rest == 0:
        return [Round(text, _result(worked, language), "quotient")]
    value = f"{whole} {_REMAINDER[language]} {rest}"
    short = f"{whole} r {rest}" if language == "en" else f"{whole}……{rest}"
    accepted = (worked, f"{a} ÷ {b} = {value}", value, short, f"{a} ÷ {b} = {short}")
    return [Round(text, tuple(dict.fromkeys(accepted)), "quotient")]


def _word_problem(language: str, split: str, rng: Random) -> list[Round]:
    """A story with a sum or a difference; its numbers are plural and nothing becomes negative."""
    largest = rng.choice((20, _LARGEST_IN_STORY))
    a, b = rng.randint(2, largest), rng.randint(2, largest)
    name = rng.choice(NAMES[language])
    things, measure = rng.choice(THINGS[language])
    story = rng.choice(("more", "fewer"))
    if story == "fewer":
        a, b = max(a, b), min(a, b)
    result = a + b if story == "more" else a - b
    slots = {"a": a, "b": b, "name": name, "things": things, "measure": measure}
    text = ask(WORDINGS[language][story], language, split, rng, **slots)
    named = (f"{result} {things}",) if language == "en" else (f"{result}{measure}", f"{result}{measure}{things}")
    worked = worked_sum(a, b) if story == "more" else worked_difference(a, b)
    return [Round(text, (*_result(worked, language), *named), "word_problem")]


def _chained(language: str, split: str, rng: Random) -> list[Round]:
    """A sum or a difference, and a step further from its result."""
    before = rng.choice((_sum, _difference))(language, split, rng)
    reached, b = int(before[-1].answer.split(" = ")[-1]), rng.randint(1, rng.choice((9, 99)))
    wording, worked = rng.choice((("then_plus", worked_sum), ("then_minus", worked_difference)))
    text = ask(WORDINGS[language][wording], language, split, rng, b=b)
    return [*before, Round(text, _result(worked(reached, b), language), "chained")]


_MAKERS: dict[str, Callable[[str, str, Random], list[Round]]] = {
    "sum": _sum,
    "difference": _difference,
    "product": _product,
    "quotient": _quotient,
    "word_problem": _word_problem,
    "chained": _chained,
}


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """Rounds, the last one of the category; one before it only sets it up. Raises: KeyError, unknown category."""
    return _MAKERS[category](language, split, rng)
