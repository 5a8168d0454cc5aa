"""How questions and answers become the decoder's training rows."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest
import torch
from answers import reasoned

import model
from model.chat import process_response
from model.glm import GLMForConditionalGeneration
from model.tokenizer import GLMTokenizer
from tuning import embedded
from tuning.dataset import TALK_CATEGORIES, talk_rounds
from tuning.drills import COPYING_STEPS, Drills
from tuning.language_stage import LESSON_ROWS, ROWS, bank_states, lessons, mixture
from tuning.looking import LESSONS
from tuning.pictures.kinds import random_picture
from tuning.pictures.picture import Picture
from tuning.rows import IGNORED, Questions, Row, collate, encode_answer, encode_sample, hints, in_groups
from tuning.sample import LANGUAGES, Conversation, Round, hints_in
from tuning.talk import repeating


@pytest.fixture(scope="module")
def tokenizer() -> GLMTokenizer:
    return GLMTokenizer.from_file(Path(model.__file__).parents[1] / "assets" / "embedded" / "tokenizer.model")


@pytest.mark.parametrize("category", sorted(TALK_CATEGORIES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_learnt_reads_as_the_answer(tokenizer: GLMTokenizer, category: str, language: str) -> None:
    for seed in range(30):
        answer = talk_rounds(Random(seed), language, "train", category)[-1].answer
        ids = encode_answer(answer, category, tokenizer)
        assert process_response(tokenizer.decode(ids)) == answer


def test_what_is_read_off_a_picture_is_spelled(tokenizer: GLMTokenizer) -> None:
    spelled = encode_answer("no exit", "read", tokenizer)
    assert [tokenizer.piece(piece) for piece in spelled] == list("▁no▁exit")
    sentence = 'The picture shows the word "exit" in red.'
    described = encode_answer(sentence, "describe_writing", tokenizer)
    assert tokenizer.decode(described) == sentence
    assert "▁exit" not in map(tokenizer.piece, described)
    assert [tokenizer.piece(piece) for piece in described].count("x") == 1


def test_only_the_answer_and_its_end_are_learnt(tokenizer: GLMTokenizer) -> None:
    rounds = (Round("Hello", ("Hi!",), "smalltalk"), Round("What is 2 + 3?", ("5",), "sum"))
    ids, prompt_length = encode_sample(Conversation(None, "en", rounds).last(), tokenizer, 0)
    assert ids[prompt_length - 2 : prompt_length] == [tokenizer.gmask_id, tokenizer.bos_id]
    batch = collate([Row(ids, prompt_length), Row(ids[:-1], prompt_length)], tokenizer.pad_id)
    learnt = batch["labels"][0] != IGNORED
    assert tokenizer.decode(batch["labels"][0][learnt].tolist()) == "5"
    assert int(batch["labels"][0][learnt][-1]) == tokenizer.eos_id
    assert torch.equal(batch["input_ids"][1, -1], torch.tensor(tokenizer.pad_id))
    assert batch["input_ids"].shape[1] % 8 == 0
    assert "Hi!" in tokenizer.decode(ids[:prompt_length])


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_to_be_repeated_stands_in_the_question(language: str) -> None:
    for seed in range(200):
        (turn,) = repeating.rounds("repeat", language, "train", Random(seed))
        assert turn.answer in turn.question
        assert 1 <= len(turn.answer.split()) <= repeating.MOST_WORDS


def test_rows_of_like_length_stand_together_and_none_is_lost() -> None:
    lengths = Random(0).choices(range(8, 190), k=200)
    groups = list(in_groups([Row([0] * length, 0, number) for number, length in enumerate(lengths)]))
    assert sorted(row.picture for group in groups for row in group) == list(range(200))
    assert [len(row.ids) for group in groups for row in group] == sorted(lengths)
    assert all(len(group) * len(group[-1].ids) <= 1024 for group in groups)


@pytest.mark.parametrize("language", LANGUAGES)
def test_drills_copy_first_then_mostly_calculate(tokenizer: GLMTokenizer, language: str) -> None:
    drills = Drills(tokenizer)

    def categories(step: int) -> list[str]:
        rng = Random(step)
        return [drills.conversation(step, language, "train", rng).last().category for _ in range(200)]

    assert set(categories(0)) == {"repeat"}
    later = categories(COPYING_STEPS + 5000)
    assert 10 < later.count("repeat") < 80
    assert {"sum", "difference", "product", "quotient", "spell"} <= set(later)


def test_what_a_copying_drill_wants_stands_in_its_question(tokenizer: GLMTokenizer) -> None:
    drills = Drills(tokenizer)
    for seed in range(200):
        turn = drills.copying("en", "train", Random(seed))
        assert turn.answer in turn.question


def test_what_is_told_in_a_drill_is_judged_rightly(tokenizer: GLMTokenizer) -> None:
    said = re.compile(r'(?:The picture|It) says "(.+)"(?: there)?\. (?:Does it say|Is that) "?(.+?)"?\?')
    drills, judged = Drills(tokenizer), Counter[str]()
    for seed in range(600):
        turn = drills.judging("en", "train", Random(seed))
        evidence, conclusion = reasoned(turn)
        if turn.category == "read_exists":
            seen, asked = said.fullmatch(turn.question).groups()  # type: ignore[union-attr]
            assert (evidence, conclusion) == (f'It says "{seen}"', "yes" if seen == asked else "no")
        elif turn.category in ("same_color", "same_shape"):
            seen, asked = evidence.split(" and ")
            assert seen in turn.question and asked in turn.question
            assert conclusion == ("yes" if seen == asked else "no")
        else:
            seen, asked = (int(hour) * 60 + int(minute) for hour, minute in re.findall(r"(\d+):(\d\d)", turn.question))
            assert evidence == f"It is {seen // 60}:{seen % 60:02}"
            right = (
                ("after", "before")[seen < asked] if turn.category == "clock_before" else ("no", "yes")[seen == asked]
            )
            assert conclusion == right
        judged[conclusion] += 1
    assert min(judged[conclusion] for conclusion in ("yes", "no", "before", "after")) > 30


@pytest.mark.parametrize(
    ("question", "said", "expected"),
    [
        ("What color is the circle?", {"the circle": "light blue"}, {"▁the▁circle": "▁light"}),
        ("  Is A higher than B?", {"A": "3", "B": "20%"}, {"▁A": "3", "▁B": "2"}),
        ("圆形在星形的左边吗？", {"圆形": "左边", "星形": "右边"}, {"圆形": "左边", "星形": "右边"}),
        ("Describe it.", {"the circle": "red", "": "red"}, {}),
    ],
)
def test_words_of_a_question_hint_at_what_has_to_be_found_out(
    tokenizer: GLMTokenizer, question: str, said: dict[str, str], expected: dict[str, str]
) -> None:
    before = Round("Is A the circle, 圆形?", ("No",), "smalltalk")
    turn = Round(question, ("yes",), "look", hints_in(question, said))
    sample = Conversation(None, "en", (before, turn)).last()
    ids, prompt_length = encode_sample(sample, tokenizer, 25)
    found: dict[str, str] = {}
    for place, hint in sorted(hints(sample, ids, prompt_length, tokenizer).items()):
        found[tokenizer.piece(hint)] = found.get(tokenizer.piece(hint), "") + tokenizer.piece(ids[place])
    assert {words: hint for hint, words in found.items()} == expected


def test_hints_follow_their_words_into_another_wording() -> None:
    turn = Round("is the circle red", ("yes",), "look", hints_in("is the circle red", {"the circle": "red"}))
    (hint,) = turn.reworded("Please tell me: The circle, is it red?").hints
    assert (hint.start, hint.end, hint.said) == (16, 26, "red")
    assert turn.reworded("Is it red?").hints == ()


class SmallBank:
    """Four pictures of noise."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.size = 4
        self.read = 0

    def picture(self, number: int) -> Picture:
        """Some picture."""
        return random_picture(Random(number))

    def in_batches(self, batch_size: int) -> list[list[int]]:
        return [[0, 1, 2, 3]]

    def pixel_values(self, numbers: list[int]) -> torch.Tensor:
        self.read += 1
        return torch.rand(len(numbers), 3, 96, 96, generator=torch.Generator().manual_seed(self.seed))


def test_pictures_are_encoded_once_for_each_encoder_and_bank(tokenizer: GLMTokenizer, tmp_path: Path) -> None:
    torch.manual_seed(0)
    decoder, bank, path = GLMForConditionalGeneration(embedded.config(tokenizer)), SmallBank(1), tmp_path / "states.pt"
    first = bank_states(decoder, bank, path)  # type: ignore[arg-type]
    assert first.shape == (4, 25, 128)
    assert torch.equal(bank_states(decoder, bank, path), first) and bank.read == 1  # type: ignore[arg-type]
    other = SmallBank(2)
    assert not torch.equal(bank_states(decoder, other, path), first) and other.read == 1  # type: ignore[arg-type]
    assert decoder.image_encoder is not None
    with torch.no_grad():
        decoder.image_encoder.query_tokens.add_(1)
    bank_states(decoder, other, path)  # type: ignore[arg-type]
    assert other.read == 2


def questions_of(batch: dict[str, torch.Tensor], kind: str, tokenizer: GLMTokenizer) -> list[str]:
    rows = [row for name, ids in batch.items() if name.startswith(kind) and "input_ids" in name for row in ids.tolist()]
    return [tokenizer.decode(row) for row in rows]


def test_lessons_begin_with_what_else_depends_on(tokenizer: GLMTokenizer) -> None:
    bank = SmallBank(1)
    questions = Questions(tokenizer, 25, bank, range(300), Drills(tokenizer))  # type: ignore[arg-type]
    first = questions_of(lessons(questions, 0), "look", tokenizer)
    assert len(first) == LESSON_ROWS["look"]
    assert all(any(word in text for word in ("Colors", "Shapes", "颜色", "形状")) for text in first)
    (one_way,) = (lesson for lesson in LESSONS if lesson.one_way)
    compared = questions_of(lessons(questions, one_way.until - 1), "look", tokenizer)
    assert any("left" in text for text in compared) and any("左" in text for text in compared)
    assert not any(word in text for text in compared for word in ("right", "below", "smaller", "右", "下"))
    both_ways = LESSONS[LESSONS.index(one_way) + 1]
    compared = questions_of(lessons(questions, both_ways.until - 1), "look", tokenizer)
    assert all(any(side in text for text in compared) for side in ("left", "right", "左", "右"))
    last = questions_of(lessons(questions, LESSONS[-1].until - 1), "look", tokenizer)
    assert any("nearest" in text or "closest" in text for text in last) and any("最远" in text for text in last)
    assert not any("," in text or "、" in text for text in first)
    assert len(questions_of(lessons(questions, 0), "talk", tokenizer)) == LESSON_ROWS["talk"]


def test_a_batch_of_the_mixture_has_every_kind_of_row(tokenizer: GLMTokenizer) -> None:
    bank = SmallBank(1)
    batch = mixture(Questions(tokenizer, 25, bank, range(300), Drills(tokenizer, 0)), 3)  # type: ignore[arg-type]
    for kind, count in ROWS.items():
        assert len(questions_of(batch, kind, tokenizer)) == count
        groups = [value for name, value in batch.items() if name.startswith(kind) and "pictures" in name]
        assert all((numbers >= 0).all() == (kind in ("picture", "look")) for numbers in groups)
