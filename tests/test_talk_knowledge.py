"""What the model learns to say without a picture: enough of it, well-formed, and never the same in both splits."""

import re
from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest

from tuning.sample import LANGUAGES, SPLITS
from tuning.talk import facts, memory, refusals, refusals_data, rich, rich_data, smalltalk, software
from tuning.talk.facts_data import FAMILIES
from tuning.talk.memory_data import NAMES, UNKNOWN
from tuning.talk.tables import items, parse, tidy, wordings
from tuning.wording import Wordings, sentences

MODULES = (facts, memory, refusals, rich, smalltalk, software)
CATEGORIES = [(module, category) for module in MODULES for category in module.CATEGORIES]


def all_wordings(language: str) -> Iterator[Wordings]:
    """The wordings of every module, slots still open."""
    place = LANGUAGES.index(language)
    for entries, _ in FAMILIES:
        yield parse(entries)[place].wordings
    yield from (fact.entry.wordings for fact in facts.facts(language) if not fact.slots)
    yield from (entry.wordings for entry in (*smalltalk.intents(language), *software.intents(language)))
    for topic in memory.topics(language).values():
        yield from (topic.told.wordings, topic.asked.wordings)
    yield from (wordings(texts[language]) for texts in rich_data.WORDINGS.values())
    yield from (wordings(refusals_data.TEMPLATES[language]), wordings(refusals_data.PEOPLE_TEMPLATES[language]))
    texts = smalltalk.TEXTS[language]
    yield from (wordings(text) for text in (texts.FIRST_JOKE, texts.NEXT_JOKE, texts.NO_PICTURE_WORDINGS))


def plain(text: str) -> str:
    return re.sub(r"[\s?!.,，。！？]+", " ", text).strip().casefold()


def all_sentences(templates: tuple[str, ...], language: str) -> set[str]:
    return {plain(tidy(sentence, language)) for template in templates for sentence in sentences(template)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_enough_of_it(language: str) -> None:
    assert len(facts.facts(language)) >= 300
    assert len(software.intents(language)) >= 35
    assert len(rich_data.TABLES) >= 12 and len(rich_data.SNIPPETS) >= 20 and len(rich_data.FORMULAS) >= 20
    assert len(set(items(NAMES[language]))) >= 115
    topics = sum(len(refusals.topics(refusals_data.TOPICS, language, split)) for split in SPLITS)
    assert topics >= 250
    assert sum(len(refusals.whole(language, split)) for split in SPLITS) >= 150
    templates = wordings(refusals_data.TEMPLATES[language])
    assert len(templates.train) >= 40 and len(templates.held_out) >= 8
    assert len(wordings(smalltalk.TEXTS[language].NO_PICTURE_WORDINGS).train) >= 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_thing_has_enough_wordings_of_its_own(language: str) -> None:
    for ways in all_wordings(language):
        train, held_out = all_sentences(ways.train, language), all_sentences(ways.held_out, language)
        assert len(train) >= 4 and held_out, ways
        assert not train & held_out, train & held_out


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_has_two_answers(language: str) -> None:
    owners: dict[str, int] = {}
    for number, ways in enumerate(all_wordings(language)):
        if any("{" in template for template in (*ways.train, *ways.held_out)):
            continue
        for sentence in all_sentences(ways.train + ways.held_out, language):
            assert owners.setdefault(sentence, number) == number, sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_have_no_open_slots_and_short_answers(language: str) -> None:
    rng = Random(3)
    for fact in facts.facts(language):
        for split in SPLITS:
            assert "{" not in fact.question(language, split, rng)
        assert not any("{" in answer for answer in fact.accepted())
        assert len(fact.accepted()[0].split()) <= 25


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_are_refused_nowhere(language: str) -> None:
    rng = Random(5)
    known = {plain(fact.question(language, "train", rng)) for fact in facts.facts(language) for _ in range(10)}
    refused = {plain(refusals.rounds("out_of_domain", language, "train", rng)[0].question) for _ in range(4000)}
    assert not known & refused


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(("module", "category"), CATEGORIES)
def test_every_category_gives_the_same_rounds_again(module, category: str, language: str, split: str) -> None:
    def made() -> list:
        return [module.rounds(category, language, split, rng) for rng in map(Random, range(60))]

    first = made()
    assert first == made()
    for rounds in first:
        assert rounds[-1].category == category
        assert all(turn.question.strip() and turn.answer.strip() for turn in rounds)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("category", memory.CATEGORIES)
def test_memory_answers_what_was_said(category: str, language: str, split: str) -> None:
    told = never = 0
    for rounds in (memory.rounds(category, language, split, Random(seed)) for seed in range(300)):
        assert len(rounds) <= memory.MOST_ROUNDS
        if len(rounds) == 1 and rounds[0].answer != UNKNOWN[language]:
            continue  # only told
        if rounds[-1].answer == UNKNOWN[language]:
            never += 1
            continue
        told += 1
        value = rounds[-1].accepted[1].removeprefix("a ").removeprefix("an ").removesuffix("岁").casefold()
        assert any(value in turn.question.casefold() for turn in rounds[:-1]), rounds
    assert told > 100 and never > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_memory_holds_values_out(language: str) -> None:
    for topic in memory.topics(language):
        train, held_out = (set(memory.values(topic, language, split)) for split in SPLITS)
        assert train and held_out and not train & held_out


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusals_hold_topics_out(language: str) -> None:
    for pairs in (refusals_data.TOPICS, refusals_data.PEOPLE):
        train, held_out = (set(refusals.topics(pairs, language, split)) for split in SPLITS)
        assert not train & held_out
    assert not {*map(plain, refusals.whole(language, "train"))} & {*map(plain, refusals.whole(language, "held_out"))}


def test_snippets_compile() -> None:
    for _, _, code in rich_data.SNIPPETS:
        compile(code, "<snippet>", "exec")


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_and_formulas_are_well_formed(language: str) -> None:
    for _, table in rich.answers("table", language):
        lines = table.split("\n")
        assert len(lines) >= 4 and set(lines[1]) == set("| -")
        assert len({line.count("|") for line in lines}) == 1
    for _, formula in rich.answers("formula", language):
        assert formula.startswith("$$") and formula.endswith("$$") and formula.count("{") == formula.count("}")


def test_jokes_follow_in_order() -> None:
    for language in LANGUAGES:
        jokes = smalltalk.TEXTS[language].JOKES
        rounds = (smalltalk.rounds("smalltalk", language, "train", Random(seed)) for seed in range(400))
        for several in islice((made for made in rounds if len(made) > 1), 5):
            assert [turn.answer for turn in several] == list(jokes[: len(several)])
