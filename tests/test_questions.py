"""Questions about pictures: their answers are true, told again from the words of the question and what was drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random

import drawings
import pytest
from answers import reasoned
from drawings import needs_fonts, view

from tuning.dataset import DOMAINS, TALK_CATEGORIES, talk_rounds
from tuning.pictures.colors import COLORS
from tuning.pictures.kinds import KINDS, random_picture
from tuning.pictures.picture import Finish, Frame
from tuning.questions import charts, clock, icons, outside, shapes, writing
from tuning.questions.domain import FOLLOW_UP, Domain, View, rounds
from tuning.sample import LANGUAGES, SPLITS, Round
from tuning.surface import _POLITE
from tuning.wording import sentences
from tuning.words import COLOR_WORDS, SHAPE_WORDS

every_language = pytest.mark.parametrize("language", LANGUAGES)
every_split = pytest.mark.parametrize("split", SPLITS)
MODULES = {"shapes": shapes, "writing": writing, "clock": clock, "icons": icons, "charts": charts, "outside": outside}
CASES = [
    pytest.param(kind, category, marks=() if kind in ("shapes", "icons", "outside") else needs_fonts)
    for kind, domain in DOMAINS.items()
    if kind in KINDS  # not a benchmark's
    for category in domain.CATEGORIES
]
YES_NO = {"en": ("no", "yes"), "zh": ("不是", "是")}
IS_THERE = {"en": ("no", "yes"), "zh": ("没有", "有")}


def asked(domain: Domain, seen: View, category: str, count: int = 150) -> list[Round]:
    """First questions of the category, half of them in held-out wordings."""
    made = [domain.question(seen, category, SPLITS[seed % 2], Random(seed)) for seed in range(count)]
    return [turn for turn, _ in filter(None, made)]


def followed(domain: Domain, seen: View, category: str, count: int = 300) -> Iterator[tuple[Round, Round]]:
    """Pairs of a first question of the category and what leans on it."""
    for seed in range(count):
        rng, split = Random(seed), SPLITS[seed % 2]
        first = domain.question(seen, category, split, rng)
        assert first is not None
        second = domain.follow_up(seen, first[1], split, rng)
        if second is not None:
            assert second[0].category == FOLLOW_UP
            yield first[0], second[0]


def simple(text: str) -> str:
    """The text as `surface.vary` leaves it alike."""
    return unicodedata.normalize("NFKC", text).lower().replace("colour", "color").replace("grey", "gray")


def named(text: str, words: dict[str, str]) -> list[str]:
    """What the words of a table (regular expression → meaning) say in the text, in order; "" means nothing."""
    table = re.compile("|".join(f"(?P<n{n}>{word})" for n, word in enumerate(words)))
    meanings = list(words.values())
    found = [meanings[int((match.lastgroup or "")[1:])] for match in table.finditer(simple(text))]
    return [meaning for meaning in found if meaning]


# All kinds of pictures


@every_language
@every_split
@pytest.mark.parametrize(("kind", "category"), CASES)
def test_every_kind_of_question_is_well_formed(kind: str, category: str, language: str, split: str) -> None:
    domain, found = DOMAINS[kind], []
    for seed in range(60):
        rng = Random(seed)
        made = domain.question(View(random_picture(rng, kind), language), category, split, rng)
        if made is not None:
            found.append(made[0])
    assert len({turn.question for turn in found}) > 2
    for turn in found:
        assert turn.category == category
        assert not re.search(r"[{}\[\]|()]|  |的的|\ba (?:animal|image|orange)|^\W*$", turn.question), turn
        assert all(answer.strip() == answer != "" for answer in turn.accepted)
        assert len(set(turn.accepted)) == len(turn.accepted)


@every_language
@pytest.mark.parametrize("kind", [pytest.param(kind, marks=needs_fonts) for kind in KINDS])
def test_conversations_are_repeatable_and_ask_nothing_twice(kind: str, language: str) -> None:
    def made(seed: int) -> list[Round]:
        rng = Random(seed)
        return rounds(DOMAINS[kind], View(random_picture(rng, kind), language), rng, 6)

    assert [made(seed) for seed in range(10)] == [made(seed) for seed in range(10)]
    conversations = [made(seed) for seed in range(60)]
    assert max(map(len, conversations)) == 6
    for turns in conversations:
        assert len({turn.question for turn in turns}) == len(turns) <= 6
        assert not turns or turns[0].category != FOLLOW_UP
    if kind != "outside":
        assert any(turn.category == FOLLOW_UP for turns in conversations for turn in turns)


def test_each_category_belongs_to_one_kind_of_picture() -> None:
    names = [name for module in MODULES.values() for name in module.CATEGORIES]
    assert len(set(names)) == len(names)
    assert not {*names, FOLLOW_UP} & set(TALK_CATEGORIES)


@every_language
@needs_fonts
@pytest.mark.parametrize("kind", ["shapes", "writing"])
def test_nobody_is_asked_about_the_colours_of_a_grey_picture(kind: str, language: str) -> None:
    words = [word for color in COLORS for word in COLOR_WORDS[language][color] if len(word) > 1]
    colors = re.compile("colou?r|颜色|" + "|".join(rf"\b{word}\b" if language == "en" else word for word in words))
    checked = 0
    for seed in range(300):
        rng = Random(seed)
        picture = random_picture(rng, kind)
        for turn in rounds(DOMAINS[kind], View(replace(picture, finish=Finish(gray=True)), language), rng, 5):
            said = re.sub(r"[\"'“].*[\"'”]|does it .*|OCR.*", "", turn.question) if kind == "writing" else turn.question
            if kind == "writing" and turn.category == "read_exists":
                continue  # it may ask for the word "green"
            assert not colors.search(said.lower()), turn
            assert kind == "writing" or not colors.search(turn.answer)
            checked += 1
    assert checked > 150


# Wordings


@every_language
@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_there_are_enough_wordings_and_held_out_ones_are_never_trained_on(module: Domain, language: str) -> None:
    """Not even with the polite words that training puts before them."""
    tables = module.WORDINGS  # type: ignore[attr-defined]
    kinds = [{kind.removesuffix("_digits") for kind in table} for table in tables.values()]
    assert kinds[0] == kinds[1] and len(kinds[0]) >= 3
    polite = ["", *map(plain, _POLITE[language])]
    for kind, wordings in tables[language].items():
        assert len(set(wordings.train)) >= 10 and len(set(wordings.held_out)) >= 3, kind
        train, held_out = (
            {plain(sentence) for template in templates for sentence in sentences(template)}
            for templates in (wordings.train, wordings.held_out)
        )
        for lead in polite:
            assert not {lead + sentence for sentence in train} & held_out, (kind, lead)


def plain(text: str) -> str:
    """What is left of a sentence when case, blanks and punctuation do not count; signs of arithmetic do."""
    return re.sub(r"[\s?.!,:;？。！，、：]+", "", simple(text))


SAME_MEANING = (
    {"describe", "describe_writing", "describe_clock", "describe_chart", "describe_icons", "icon_name", "clock_what"},
    {"count_all", "icon_count"},
    {"shape_at", "icon_where"},
    {FOLLOW_UP},
)
"""Categories of different kinds of pictures that ask for the same, so that what one trains another may hold out."""


@every_language
@needs_fonts
def test_no_held_out_question_is_trained_on_unless_it_asks_the_same_of_another_kind_of_picture(language: str) -> None:
    """Pictures of what the model does not know are left out: they are asked what other pictures are asked."""
    found: dict[str, dict[str, set[tuple[str, str]]]] = {split: {} for split in SPLITS}
    for split, count in zip(SPLITS, (350, 250), strict=True):
        made: list[tuple[str, Round]] = []
        for kind in KINDS:
            for number in range(count if kind != "outside" else 0):
                rng = Random(f"{split} {number}")
                seen = View(random_picture(rng, kind), language)
                made += [(DOMAINS[kind].__name__, turn) for turn in rounds(DOMAINS[kind], seen, rng, 6, split)]
        rng = Random(split)
        made += [("talk", talk_rounds(rng, language, split)[-1]) for _ in range(6 * count)]
        for name, turn in made:
            found[split].setdefault(plain(turn.question), set()).add((name, turn.category))
    for question in found["train"].keys() & found["held_out"].keys():
        for name, category in found["held_out"][question]:
            for other, trained in found["train"][question]:
                if "no_picture" in (category, trained):
                    continue  # asks about a picture too, but there is none
                alike = any({category, trained} <= group for group in SAME_MEANING)
                assert name != other and alike, (question, category, trained)


# Shapes: red circle at the bottom left, blue star top right, green square in the middle, black heart bottom right

FOUR = drawings.shapes(
    ("circle", "red", "big", 0.2, 0.8),
    ("star", "blue", "small", 0.8, 0.2),
    ("square", "green", "small", 0.5, 0.5),
    ("heart", "black", "big", 0.85, 0.82),
)
SHAPE_PATTERNS = {
    "en": {
        **{r"\b(?:in the |at the )?(?:center|middle)\b": "", r"\bred\b|\bcircles?\b|\bdiscs?\b": "circle"},
        **{r"\bblue\b|\bstars?\b": "star", r"\bgreen\b|\bsquares?\b|\bbox(?:es)?\b": "square"},
        r"\bblack\b|\bhearts?\b": "heart",
    },
    "zh": {
        **{"点一点": "", "红色?|圆形|圆(?!环)": "circle", "蓝色?|五角星|星星|星形": "star"},
        **{"绿色?|正方形|方形|方块": "square", "黑色?|心形|爱心|心": "heart"},
    },
}
ANSWERS = {
    "color": {
        "en": {"circle": "red", "star": "blue", "square": "green", "heart": "black"},
        "zh": {"circle": "红色", "star": "蓝色", "square": "绿色", "heart": "黑色"},
    },
    "shape": {
        "en": {name: name for name in ("circle", "star", "square", "heart")},
        "zh": {"circle": "圆形", "star": "五角星", "square": "正方形", "heart": "心形"},
    },
    "size": {
        "en": {"circle": "big", "star": "small", "square": "small", "heart": "big"},
        "zh": {"circle": "大", "star": "小", "square": "小", "heart": "大"},
    },
    "where": {
        "en": {"circle": "bottom left", "star": "top right", "square": "center", "heart": "bottom right"},
        "zh": {"circle": "左下角", "star": "右上角", "square": "中间", "heart": "右下角"},
    },
}
PLACES = {"circle": (0.2, 0.8), "star": (0.8, 0.2), "square": (0.5, 0.5), "heart": (0.85, 0.82)}


def mentioned(text: str, language: str) -> list[str]:
    """The shapes of `FOUR` that the text names by colour or form, each once, in order."""
    return list(dict.fromkeys(named(text, SHAPE_PATTERNS[language])))


def full_name(name: str, language: str) -> str:
    words = [ANSWERS[part][language][name] for part in ("color", "shape")]
    return (" " if language == "en" else "").join(words)


@every_language
@pytest.mark.parametrize("category", ["color", "shape", "size", "where"])
def test_what_one_shape_is(category: str, language: str) -> None:
    turns = asked(shapes, view(FOUR, language), category)
    assert len(turns) == 150
    for turn in turns:
        (name,) = mentioned(turn.question, language)
        assert turn.answer == ANSWERS[category][language][name], turn


@every_language
@pytest.mark.parametrize("category", ["count_all", "count_color", "count_shape", "count_both", "exists"])
def test_how_many_there_are_and_whether_there_is_any(category: str, language: str) -> None:
    twins = drawings.shapes(
        ("circle", "red", "big", 0.2, 0.8), ("circle", "blue", "small", 0.8, 0.2), ("star", "red", "small", 0.5, 0.5)
    )
    shown = [(shape.color, shape.name) for shape in twins.shapes]
    answers = set()
    words = [word for table in (COLOR_WORDS, SHAPE_WORDS) for words in table[language].values() for word in words]
    meanings = {
        word: (table is COLOR_WORDS, name)
        for table in (COLOR_WORDS, SHAPE_WORDS)
        for name, words_ in table[language].items()
        for word in words_
    }
    ordered = sorted(words, key=len, reverse=True)
    pattern = re.compile("|".join(rf"\b{word}(?:s|es)?\b" if language == "en" else word for word in ordered))
    for turn in asked(shapes, view(twins, language), category, 400):
        text = re.sub("点一点", "", turn.question.lower().replace("colour", "color"))
        said = [next(meanings[word] for word in ordered if match.startswith(word)) for match in pattern.findall(text)]
        color = next((name for is_color, name in said if is_color), None)
        form = next((name for is_color, name in said if not is_color), None)
        assert (color is not None) == (category in ("count_color", "count_both")) or category == "exists", turn
        count = sum(color in (None, one) and form in (None, other) for one, other in shown)
        expected = IS_THERE[language][count > 0] if category == "exists" else str(count)
        assert turn.answer == expected, turn
        answers.add(turn.answer)
    assert len(answers) > 1 or category == "count_all"


SIDES = {
    "en": {r"\bleft\b": "left", r"\bright (?:of|than)\b|the right\b": "right"}
    | {r"\babove\b|\bhigher\b": "top", r"\bbelow\b|\blower\b|\bbeneath\b|\bunder\b": "bottom"},
    "zh": {"左": "left", "右": "right", "上方|上边|上面": "top", "(?<!一)下方|下边|下面": "bottom"},
}


@every_language
def test_which_of_two_shapes_is_further_to_a_side(language: str) -> None:
    answers = []
    for turn in asked(shapes, view(FOUR, language), "relation", 300):
        one, other = mentioned(turn.question, language)
        (side,) = set(named(turn.question, SIDES[language]))
        (x, y), (u, v) = PLACES[one], PLACES[other]
        holds = {"left": x < u, "right": x > u, "top": y < v, "bottom": y > v}[side]
        assert turn.answer == YES_NO[language][holds], turn
        assert abs(x - u if side in ("left", "right") else y - v) > 0.04  # the star and the heart are level
        answers.append(holds)
    assert 0.35 < sum(answers) / len(answers) < 0.65


@every_language
def test_which_of_two_shapes_is_bigger(language: str) -> None:
    bigger = {"en": {"bigger|larger": "big", "smaller": "small"}, "zh": {"大": "big", "小": "small"}}[language]
    for turn in asked(shapes, view(FOUR, language), "compare"):
        one, other = mentioned(turn.question, language)
        sizes = [ANSWERS["size"]["en"][name] for name in (one, other)]
        assert sizes[0] != sizes[1]
        seen = {"en": " and ", "zh": "和"}[language].join(ANSWERS["size"][language][name] for name in (one, other))
        assert reasoned(turn) == (seen, YES_NO[language][sizes[0] == named(turn.question, bigger)[-1]]), turn


@every_language
def test_on_which_half_a_shape_is(language: str) -> None:
    halves = {
        "en": {
            "the left": "left",
            r"the right\b": "right",
            "the top|the upper": "top",
            "the bottom|the lower": "bottom",
        },
        "zh": {"左": "left", "右": "right", "上(?:面|半|方)": "top", "(?<!一)下(?:面|半|方)": "bottom"},
    }[language]
    for turn in asked(shapes, view(FOUR, language), "half"):
        (name,) = mentioned(turn.question, language)
        (x, y), (side, *_) = PLACES[name], named(turn.question, halves)
        holds = {"left": x < 0.5, "right": x > 0.5, "top": y < 0.5, "bottom": y > 0.5}[side]
        assert name != "square" and turn.answer == YES_NO[language][holds], turn


@every_language
@pytest.mark.parametrize(
    ("category", "looks", "expected"),
    [
        ("count_same_color", ("red", "red", "green"), {"circle": 2, "star": 2, "square": 1}),
        ("count_same_shape", ("red", "blue", "green"), {"circle": 2, "star": 2, "square": 1}),
    ],
)
def test_how_many_are_like_one_shape(
    category: str, looks: tuple[str, str, str], expected: dict[str, int], language: str
) -> None:
    """Of two red ones and a green one by their shapes; of two circles and a square by their colours."""
    names = ("circle", "star", "square") if category == "count_same_color" else ("circle", "circle", "square")
    content = drawings.shapes(
        *((name, color, "small", x, 0.4) for name, color, x in zip(names, looks, (0.2, 0.5, 0.8), strict=True))
    )
    common = {
        "count_same_color": {"circle": "red", "star": "red", "square": "green"},
        "count_same_shape": {"circle": "circle", "star": "circle", "square": "square"},
    }[category]
    words = {"count_same_color": COLOR_WORDS, "count_same_shape": SHAPE_WORDS}[category][language]
    answers = set()
    for turn in asked(shapes, view(content, language), category):
        (name,) = mentioned(turn.question, language)  # blue stands for the star, as in `FOUR`
        assert reasoned(turn) == (words[common[name]][0], str(expected[name])), turn
        answers.add(expected[name])
    assert answers == {1, 2}


@every_language
@pytest.mark.parametrize(
    ("category", "holds", "seen"),
    [
        ("same_color", True, {"en": ["red and red"], "zh": ["红色和红色"]}),
        ("same_shape", False, {"en": ["circle and star", "star and circle"], "zh": ["圆形和五角星", "五角星和圆形"]}),
    ],
)
def test_whether_two_shapes_are_alike(category: str, holds: bool, seen: dict[str, list[str]], language: str) -> None:
    two = drawings.shapes(("circle", "red", "big", 0.2, 0.8), ("star", "red", "small", 0.8, 0.2))
    answers = {reasoned(turn) for turn in asked(shapes, view(two, language), category)}
    assert answers == {(evidence, YES_NO[language][holds]) for evidence in seen[language]}


@every_language
@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("nearest", {"star": "square", "circle": "square"}),
        ("farthest", {"star": "circle", "circle": "star"}),
    ],
)
def test_which_shape_is_nearest_and_farthest(category: str, expected: dict[str, str], language: str) -> None:
    row = drawings.shapes(
        ("circle", "red", "small", 0.15, 0.5),
        ("square", "green", "small", 0.45, 0.5),
        ("star", "blue", "small", 0.9, 0.5),
    )
    found = set()
    for turn in asked(shapes, view(row, language), category):
        (name,) = mentioned(turn.question, language)
        if name in expected:  # the one in the middle has neighbours on both sides
            assert turn.answer == full_name(expected[name], language), turn
            found.add(name)
    assert found == set(expected)
    for turn in asked(shapes, view(row, language), f"{category}_shape"):
        (name,) = mentioned(turn.question, language)
        assert name == "square" or turn.answer == ANSWERS["shape"][language][expected[name]], turn


def test_a_wide_picture_is_measured_as_it_is_seen() -> None:
    """Twice as wide as high: in the unit square the star would be nearest to the circle."""
    wide = Frame(2.0)
    content = drawings.shapes(
        *(
            ("circle", "red", "small", 0.3, 0.2),
            ("square", "green", "small", 0.3, 0.75),
            ("star", "blue", "small", 0.8, 0.2),
        ),
        frame=wide,
    )
    turns = [
        turn
        for turn in asked(shapes, view(content, "en", wide), "nearest")
        if mentioned(turn.question, "en")[0] == "circle"
    ]
    assert {turn.answer for turn in turns} <= {"green square"}


@every_language
def test_what_is_at_a_place(language: str) -> None:
    places = {
        "en": {
            **{r"(?:top|upper) right": "star", r"(?:bottom|lower) left": "circle", r"(?:bottom|lower) right": "heart"},
            **{"center|middle": "square", "top|upper": "star", "left": "circle"},
        },
        "zh": {
            "右上": "star",
            "左下": "circle",
            "右下": "heart",
            "中间|中央|中心": "square",
            "上": "star",
            "左": "circle",
        },
    }[language]
    for turn in asked(shapes, view(FOUR, language), "shape_at"):
        text = re.sub("(图|画面|图片|这张图|幅图)上", "", turn.question)
        assert turn.answer == full_name(named(text, places)[0], language), turn


@every_language
@pytest.mark.parametrize("attribute", ["color", "shape"])
def test_the_outermost_shape(attribute: str, language: str) -> None:
    """The heart is hardly further right than the star, and hardly lower than the circle: nobody asks."""
    ends = {
        "en": {
            r"left": "circle",
            "top|highest|uppermost": "star",
            "right": "never",
            "bottom|lowest|furthest down": "never",
        },
        "zh": {"最(?:靠)?左": "circle", "最(?:靠)?上": "star", "最(?:靠)?右": "never", "最(?:靠)?下": "never"},
    }[language]
    for turn in asked(shapes, view(FOUR, language), f"extreme_{attribute}"):
        name = named(turn.question, ends)[0]
        assert turn.answer == ANSWERS[attribute][language][name], turn


def test_descriptions_name_every_shape_from_left_to_right() -> None:
    assert {turn.answer for turn in asked(shapes, view(FOUR), "describe")} == {
        "There are 4 shapes: a big red circle, a small green square, a small blue star and a big black heart."
    }
    assert {turn.answer for turn in asked(shapes, view(FOUR, "zh"), "describe")} == {
        "图中有4个图形：一个大的红色圆形、一个小的绿色正方形、一个小的蓝色五角星和一个大的黑色心形。"
    }
    assert asked(shapes, view(drawings.shapes()), "describe")[0].answer == "There are no shapes."
    gray = View(replace(view(FOUR, "en").picture, finish=Finish(gray=True)), "en")
    assert asked(shapes, gray, "describe")[0].answer.startswith("There are 4 shapes: a big circle, a small square")


def test_what_can_be_disputed_is_not_asked() -> None:
    between = drawings.shapes(("star", "blue", "small", 0.4, 0.2))  # neither at the top nor at the top left
    assert asked(shapes, view(between), "where") == []
    twins = drawings.shapes(("star", "blue", "small", 0.2, 0.2), ("star", "blue", "small", 0.8, 0.2))
    for category in ("color", "shape", "size", "where", "relation", "nearest"):
        assert asked(shapes, view(twins), category) == []
    level = drawings.shapes(("star", "blue", "small", 0.2, 0.5), ("circle", "red", "big", 0.8, 0.52))
    assert not any(
        named(turn.question, {"above|below|higher|lower|beneath|under": "y"})
        for turn in asked(shapes, view(level), "relation")
    )


@every_language
@pytest.mark.parametrize("category", ["color", "shape", "where"])
def test_follow_ups_about_shapes_mean_the_shape_before_or_the_one_they_name(category: str, language: str) -> None:
    asks = {
        "en": {"color": "color", "shape|form|what is it": "shape", "size|big|large": "size"}
        | {"where|position|place|location|part of|corner|area": "where"},
        "zh": {
            "颜色|什么色|啥色": "color",
            "形状|图形|什么形|是(什么|啥)[？?呢]?$": "shape",
            "大小|多大|大|尺寸": "size",
        }
        | {"哪|位置|什么地方|何处|方位": "where"},
    }[language]
    kinds = set()
    for first, second in followed(shapes, view(FOUR, language), category):
        (before,) = mentioned(first.question, language)
        others = mentioned(re.sub("哪个图形|它", "", second.question), language)
        if others:
            assert second.answer == ANSWERS[category][language][others[0]], (first, second)
            kinds.add("other")
        else:
            attributes = {part for part, table in ANSWERS.items() if table[language][before] == second.answer}
            assert attributes & set(named(second.question, asks)) - {category}, (first, second)
            kinds.add("it")
    assert kinds == {"it", "other"}


# Writing


@needs_fonts
@every_language
@pytest.mark.parametrize(
    ("text", "script", "length"), [("Cat", "letters", 3), ("407", "digits", 3), ("学生", "hanzi", 2)]
)
def test_what_is_written(text: str, script: str, length: int, language: str) -> None:
    seen = view(drawings.writing(text, script), language)
    expected = {
        "read": text.lower(),
        "read_color": {"en": "red", "zh": "红色"}[language],
        "read_length": str(length),
        "read_first": text[0],
        "read_last": text[-1],
    }
    for category, answer in expected.items():
        assert {turn.answer for turn in asked(writing, seen, category, 20)} == {answer}, category
    numbers = {turn.answer for turn in asked(writing, seen, "read_number", 20)}
    assert numbers == ({text} if script == "digits" else set())
    answers = []
    for turn in asked(writing, seen, "read_exists"):
        there = text.lower() in turn.question.lower()
        shown = {"en": 'It says "{}"', "zh": "写的是“{}”"}[language].format(text.lower())
        assert reasoned(turn) == (shown, YES_NO[language][there]), turn
        answers.append(there)
    assert 0.3 < sum(answers) / len(answers) < 0.7


@needs_fonts
def test_writing_is_described_in_a_sentence() -> None:
    cases = [
        ("Cat", "letters", True, 'The picture shows the word "cat" in red.', "图中写着红色的单词“cat”。"),
        ("qox", "letters", False, 'The picture shows the letters "qox" in red.', "图中写着红色的字母“qox”。"),
        ("407", "digits", True, "The picture shows the number 407 in red.", "图中写着红色的数字407。"),
        ("学生", "hanzi", True, 'The picture shows the Chinese characters "学生" in red.', "图中写着红色的“学生”。"),
    ]
    for text, script, is_named, english, chinese in cases:
        content = drawings.writing(text, script, named=is_named)
        for language, expected in (("en", english), ("zh", chinese)):
            assert asked(writing, view(content, language), "describe_writing", 1)[0].answer == expected


@needs_fonts
@every_language
def test_follow_ups_about_writing_ask_for_what_has_not_been_told(language: str) -> None:
    answers = {"read": "cat", "color": {"en": "red", "zh": "红色"}[language], "length": "3", "first": "C", "last": "t"}
    for category in ("read", "read_color", "read_length"):
        told = answers[category.removeprefix("read_")]
        seen = {
            second.answer
            for _, second in followed(writing, view(drawings.writing("Cat", "letters"), language), category)
        }
        assert seen == set(answers.values()) - {told}


# Clocks

NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
)
HANZI = "零一二三四五六七八九十"


def told_time(text: str) -> tuple[int, int] | None:
    """The time in a question, in digits or words."""
    text = simple(text).replace("两", "二")
    text = re.sub("十二|十一|十", lambda m: {"十二": "12", "十一": "11", "十": "10"}[m[0]], text)
    text = re.sub(f"[{HANZI[1:10]}](?=点)", lambda m: str(HANZI.index(m[0])), text)
    text = re.sub(
        r"\b(" + "|".join(NUMBERS[1:]) + r")\b(?= o'clock)|(?<=half past )\w+",
        lambda m: str(NUMBERS.index(m[0]) if m[0] in NUMBERS else m[0]),
        text,
    )
    if found := re.search(r"half past (\d+)|(\d+)点半", text):
        return int(found[1] or found[2]), 30
    if found := re.search(r"(\d+):(\d\d)|(\d+)点(\d\d)分", text):
        return int(found[1] or found[3]), int(found[2] or found[4])
    found = re.search(r"(\d+) o'clock|(\d+)点", text)
    return (int(found[1] or found[2]), 0) if found else None


@needs_fonts
@pytest.mark.parametrize(
    ("hour", "minute", "english", "chinese"),
    [
        (3, 25, {"3:25", "three twenty-five", "25 past 3"}, {"3点25分", "三点二十五分", "3:25"}),
        (12, 45, {"12:45", "quarter to 1", "a quarter to one"}, {"12点45分", "十二点三刻"}),
        (2, 5, {"2:05", "two oh five", "five past two"}, {"2点05分", "两点零五分", "2点过5分"}),
        (10, 0, {"10:00", "10 o'clock", "ten o'clock"}, {"10点", "十点整", "10点钟"}),
        (6, 30, {"6:30", "half past six"}, {"6点30分", "六点半"}),
    ],
)
def test_what_time_it_is(hour: int, minute: int, english: set[str], chinese: set[str]) -> None:
    content = drawings.clock(hour, minute)
    for language, expected in (("en", english), ("zh", chinese)):
        (turn, *_) = turns = asked(clock, view(content, language), "clock_time", 20)
        assert expected <= set(turn.accepted) and turn.answer in expected and turn.answer[0].isdigit()
        assert {other.accepted for other in turns} == {turn.accepted}
        seen = view(content, language)
        assert {turn.answer for turn in asked(clock, seen, "clock_minute", 9)} == {
            f"{minute}{'' if language == 'en' else '分'}"
        }
        hours = {turn.answer for turn in asked(clock, seen, "clock_hour", 9)}
        assert hours == (set() if minute == 0 else {f"{hour}{'' if language == 'en' else '点'}"})


@needs_fonts
@every_language
@pytest.mark.parametrize(("hour", "minute"), [(3, 25), (7, 0), (9, 30)])
def test_whether_it_is_a_time_and_before_or_after_one(hour: int, minute: int, language: str) -> None:
    seen, answers = view(drawings.clock(hour, minute), language), []
    now = {"en": "It is ", "zh": "现在是"}[language] + clock.times((hour, minute), language)[0]
    for turn in asked(clock, seen, "clock_is"):
        time = told_time(turn.question)
        assert time is not None and reasoned(turn) == (now, YES_NO[language][time == (hour, minute)]), turn
        answers.append(time == (hour, minute))
    assert 0.3 < sum(answers) / len(answers) < 0.7
    words = {"en": ("after", "before"), "zh": ("之后", "之前")}[language]
    orders = []
    for turn in asked(clock, seen, "clock_before"):
        time = told_time(turn.question)
        assert time is not None and time[1] == 0 and reasoned(turn) == (now, words[(hour, minute) < time]), turn
        orders.append(words[(hour, minute) < time])
    assert 0.3 < orders.count(words[0]) / len(orders) < 0.7


@needs_fonts
def test_a_time_between_12_and_1_is_neither_early_nor_late() -> None:
    assert asked(clock, view(drawings.clock(12, 20)), "clock_before") == []


SPANS = {
    "half an hour|30 minutes|半个?小时|30分钟": 30,
    "quarter of an hour|15 minutes|一刻钟|15分钟|十五分钟": 15,
    "twenty minutes|20 minutes|20分钟|二十分钟": 20,
    "ten minutes|10 minutes|(?<!二)(?<!三)十分钟|10分钟": 10,
    "five minutes|(?<!1)5 minutes|(?<!十)五分钟|(?<!1)5分钟": 5,
    "two hours|2 hours|两个?小时|2小时": 120,
    "an hour|one hour|1 hour|(?<!半)一?1?个?小时": 60,
}


@needs_fonts
@every_language
@pytest.mark.parametrize(("hour", "minute"), [(3, 25), (12, 50), (1, 0), (11, 30)])
def test_the_time_later_and_earlier(hour: int, minute: int, language: str) -> None:
    seen, spans = view(drawings.clock(hour, minute), language), set()
    for first, second in followed(clock, seen, "clock_time"):
        text = simple(second.question)
        span = next((span for words, span in SPANS.items() if re.search(words, text)), None)
        if span is None:
            assert second.answer == f"{minute}{'' if language == 'en' else '分'}", (first, second)
            continue
        back = re.search(r"ago|earlier|before|back|take away|前|倒回|减去|往回|早", text)
        total = (hour * 60 + minute + (-span if back else span)) % 720
        later = total // 60 or 12, total % 60
        assert told_time(second.answer) == later, (first, second)
        spans.add(span)
    assert {10, 30, 60} <= spans


@needs_fonts
@every_language
def test_after_the_hour_alone_the_whole_time_is_asked_for(language: str) -> None:
    for _, second in followed(clock, view(drawings.clock(3, 25), language), "clock_hour", 60):
        assert second.answer in {"en": ("25", "3:25"), "zh": ("25分", "3点25分")}[language]


# Charts

BARS = (("B", "red", 2), ("C", "blue", 9), ("D", "green", 4))
SHARES = (("B", "red", 2), ("C", "blue", 5), ("D", "green", 3))
PART_PATTERNS = {
    "en": {r"\bb\b|\bred\b": "B", r"\bc\b|\bblue\b": "C", r"\bd\b|\bgreen\b": "D"},
    "zh": {"b|红色?": "B", "c|蓝色?": "C", "d|绿色?": "D"},
}


def chart_views(language: str) -> Iterator[tuple[View, dict[str, int], Callable[[int], str]]]:
    """A bar chart and a pie chart, what their parts are worth, and how that is written."""
    yield view(drawings.bars(*BARS), language), {label: value for label, _, value in BARS}, str
    yield view(drawings.pie(*SHARES), language), {label: value for label, _, value in SHARES}, lambda n: f"{n}0%"


@needs_fonts
@every_language
def test_what_a_chart_shows(language: str) -> None:
    colors = {"en": ("red", "blue", "green"), "zh": ("红色", "蓝色", "绿色")}[language]
    color_of = dict(zip("BCD", colors, strict=True))
    less = {"en": "lower|smaller|shorter|less", "zh": "低|小|矮|少"}[language]
    for seen, values, written in chart_views(language):
        assert {turn.answer for turn in asked(charts, seen, "chart_highest", 40)} == {"C"}
        assert {turn.answer for turn in asked(charts, seen, "chart_lowest", 40)} == {"B"}
        assert {turn.answer for turn in asked(charts, seen, "chart_count", 40)} == {"3"}
        for turn in asked(charts, seen, "chart_value"):
            (label,) = named(turn.question, PART_PATTERNS[language])
            assert turn.answer == written(values[label]), turn
        for turn in asked(charts, seen, "chart_difference"):
            one, other = dict.fromkeys(named(turn.question, PART_PATTERNS[language]))
            high, low = sorted((values[one], values[other]), reverse=True)
            assert turn.answer == f"{written(high)} - {written(low)} = {written(high - low)}", turn
            assert written(high - low) in turn.accepted
        for turn in asked(charts, seen, "chart_compare"):
            found = named(turn.question, PART_PATTERNS[language])
            one, other = found[-2:] if len(found) == 2 else (found[2], found[1] if found[0] == found[2] else found[0])
            if len(found) == 2 and re.search(r"compared|[和跟与]\S+(相比|比起来|比)[，,]?", simple(turn.question)):
                one, other = other, one
            holds = (values[one] > values[other]) != bool(re.search(less, simple(turn.question)))
            sign = ">" if values[one] > values[other] else "<"
            compared = f"{written(values[one])} {sign} {written(values[other])}"
            assert reasoned(turn) == (compared, YES_NO[language][holds]), turn
        for turn in asked(charts, seen, "chart_color"):
            (label,) = named(turn.question, PART_PATTERNS[language])
            by_color = any(color.removesuffix("色") in simple(turn.question) for color in colors)
            assert turn.answer == (label if by_color else color_of[label]), turn


@needs_fonts
def test_charts_are_described_part_by_part() -> None:
    expected = {
        ("bar_chart", "en"): "A bar chart with 3 bars: B 2, C 9, D 4.",
        ("pie_chart", "en"): "A pie chart with 3 parts: B 20%, C 50%, D 30%.",
        ("bar_chart", "zh"): "图中是一个柱状图，有3个柱子：B是2，C是9，D是4。",
        ("pie_chart", "zh"): "图中是一个饼图，有3个部分：B是20%，C是50%，D是30%。",
    }
    for language in LANGUAGES:
        for seen, _, _ in chart_views(language):
            (turn,) = asked(charts, seen, "describe_chart", 1)
            assert turn.answer == expected[seen.picture.kind, language]


@needs_fonts
@every_language
def test_follow_ups_about_charts(language: str) -> None:
    color = {"en": "blue", "zh": "蓝色"}[language]
    for seen, values, written in chart_views(language):
        after_highest = {second.answer for _, second in followed(charts, seen, "chart_highest")}
        assert after_highest == {"B", color, written(values["C"])}
        for first, second in followed(charts, seen, "chart_value"):
            found = named(second.question, PART_PATTERNS[language])
            if found:
                assert second.answer == written(values[found[0]]), (first, second)
            else:
                (label,) = named(first.question, PART_PATTERNS[language])
                assert second.answer == COLOR_WORDS[language][{"B": "red", "C": "blue", "D": "green"}[label]][0]


# Icons

TWO = drawings.icons(("car", "red", 0.25, 0.5), ("tree", "blue", 0.75, 0.5))
ICON_PATTERNS = {
    "en": {r"\bred\b|\bcar\b|\bautomobile\b": "car", r"\bblue\b|\btree\b": "tree"},
    "zh": {"红色?|小汽车|汽车|轿车|车": "car", "蓝色?|大树|树": "tree"},
}
ICON_ANSWERS = {
    "en": {"car": ("a car", "red"), "tree": ("a tree", "blue")},
    "zh": {"car": ("汽车", "红色"), "tree": ("树", "蓝色")},
}


@every_language
def test_what_icons_there_are(language: str) -> None:
    seen, answers, patterns = view(TWO, language), ICON_ANSWERS[language], ICON_PATTERNS[language]
    one = view(drawings.icons(("cat", "black", 0.5, 0.5)), language)
    assert {turn.answer for turn in asked(icons, one, "icon_name", 20)} == {{"en": "a cat", "zh": "猫"}[language]}
    assert {turn.answer for turn in asked(icons, seen, "icon_count", 20)} == {"2"}
    for category, place in (("icon_name", 0), ("icon_color", 1)):
        for turn in asked(icons, seen, category):
            (name,) = dict.fromkeys(named(turn.question, patterns))
            assert turn.answer == answers[name][place], turn
    sides = {"en": {"left": "car", "right": "tree"}, "zh": {"左": "car", "右": "tree"}}[language]
    for turn in asked(icons, seen, "icon_where"):
        assert turn.answer == answers[named(turn.question, sides)[0]][0], turn


@every_language
def test_whether_there_is_an_icon(language: str) -> None:
    found = []
    nouns = {
        "en": {"car": r"\b(car|automobile)\b", "tree": r"\btree\b"},
        "zh": {"car": "(?<!行)(?<!单)车", "tree": "树"},
    }[language]
    colors = {"en": {"red": "car", "blue": "tree"}, "zh": {"红": "car", "蓝": "tree"}}[language]
    color_words = re.compile(
        "|".join(word for words in COLOR_WORDS[language].values() for word in words if word != "灰")
    )
    for turn in asked(icons, view(TWO, language), "icon_exists", 300):
        text = simple(turn.question)
        name = next((name for name, noun in nouns.items() if re.search(noun, text)), None)
        said = color_words.search(re.sub("颜色|黄昏", "", text)) if name else None
        there = name is not None and (said is None or any(word in text and of == name for word, of in colors.items()))
        assert turn.answer == IS_THERE[language][there], turn
        found.append(there)
    assert 0.35 < sum(found) / len(found) < 0.65


def test_icons_are_described_in_order_and_their_follow_ups_follow() -> None:
    assert asked(icons, view(TWO), "describe_icons", 1)[0].answer == "The picture shows a red car and a blue tree."
    assert asked(icons, view(TWO, "zh"), "describe_icons", 1)[0].answer == "图中有一辆红色的汽车和一棵蓝色的树。"
    mixed = drawings.icons(("car", "red", 0.25, 0.25), ("tree", "blue", 0.3, 0.75))  # hardly beside each other
    assert asked(icons, view(mixed), "describe_icons", 1)[0].answer == "The picture shows a red car and a blue tree."
    for language in LANGUAGES:
        answers, patterns = ICON_ANSWERS[language], ICON_PATTERNS[language]
        for first, second in followed(icons, view(TWO, language), "icon_color"):
            before, after = (named(turn.question, patterns)[0] for turn in (first, second))
            assert before != after and second.answer == answers[after][1], (first, second)
        for first, second in followed(icons, view(TWO, language), "icon_where"):
            names = ["car" if answers["car"][0] == first.answer else "tree"]
            names.append("tree" if names[0] == "car" else "car")
            assert second.answer in (answers[names[0]][1], answers[names[1]][0]), (first, second)


# Pictures that the model does not know


@every_language
def test_what_the_model_does_not_know_it_says(language: str) -> None:
    turns = [turn for category in outside.CATEGORIES for turn in asked(outside, view(TWO, language), category)]
    (answer,) = {turn.answer for turn in turns}
    assert "--model" in answer and ("demo model" in answer or "演示模型" in answer)
    assert outside.follow_up(view(TWO, language), None, "train", Random(0)) is None


def test_the_rounds_of_a_conversation_only_follow_what_came_before() -> None:
    """Each follow-up about `FOUR` that names no shape is about the shape of the round before, in every conversation."""
    checked = 0
    for seed in range(150):
        turns = rounds(shapes, view(FOUR), Random(seed), 4, weights={"where": 1.0}, follow_up_share=1.0)
        for before, turn in pairwise(turns):
            names = mentioned(turn.question, "en")
            if before.category == "where" and turn.category == FOLLOW_UP and not names:
                (name,) = mentioned(before.question, "en")
                assert turn.answer in [ANSWERS[part]["en"][name] for part in ("color", "shape", "size")]
                checked += 1
    assert checked > 20
