"""One model, many conversations: streams stay apart, stop at once, and leave the model free (robustness rows 26–31)."""

from __future__ import annotations

import dataclasses
import math
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import tiny
import torch
from PIL import Image

from model import Finish, GenerationParams, Queued, UserError, chat_model, generation
from model.chat import StopTexts
from model.gate import Gate
from model.types import Reading, Thinking, TokenScore
from vision.errors import ImageError


@pytest.fixture(scope="module")
def model():
    return tiny.chat_model()


def ask(text):
    return [{"role": "user", "content": text}]


def collect(stream):
    """(text, Finish), whatever else was yielded."""
    items = list(stream)
    return "".join(item for item in items if isinstance(item, str)), items[-1]


def picture(color):
    return Image.new("RGB", (40, 30), color)


def test_a_stream_ends_with_its_counts_and_reason(model):
    text, end = collect(model.stream(ask("hello"), params=GenerationParams(max_new_tokens=7, temperature=0)))
    assert text
    assert (end.reason, end.completion_tokens, end.dropped_rounds) == ("length", 7, 0)
    assert end.prompt_tokens > 4
    assert end.first_token_seconds > 0
    assert end.tokens_per_second > 0


def test_pieces_join_to_what_another_stream_gives(model):
    assert collect(model.stream(ask("一二三")))[0] == collect(model.stream(ask("一二三")))[0]


def test_stop_ends_the_stream_within_one_token(model, monkeypatch):
    steps = count_steps(model, monkeypatch)
    stop = threading.Event()
    stream = model.stream(ask("hello"), params=GenerationParams(max_new_tokens=60, temperature=0), stop=stop)
    next(stream)
    stop.set()
    before = len(steps)
    rest = list(stream)
    assert len(steps) - before <= 1
    assert rest[-1].reason == "cancelled"


def count_steps(model, monkeypatch):
    """A list that grows by one with every pass of the decoder."""
    steps, forward = [], model.engine.network.transformer.final_layernorm.forward

    def counted(*args, **kwargs):
        steps.append(1)
        return forward(*args, **kwargs)

    monkeypatch.setattr(model.engine.network.transformer.final_layernorm, "forward", counted)
    return steps


def test_closing_a_stream_frees_the_model_at_once(model, monkeypatch):
    steps = count_steps(model, monkeypatch)
    stream = model.stream(ask("hello"), params=GenerationParams(max_new_tokens=60, temperature=0))
    next(stream)
    stream.close()
    before = len(steps)
    assert collect(model.stream(ask("next"), params=GenerationParams(max_new_tokens=3)))[1].completion_tokens == 3
    assert len(steps) - before == 3


def test_waiting_streams_are_told_their_place_and_served_in_order(model):
    first = model.stream(ask("first"))
    next(first)
    second, third = model.stream(ask("second")), model.stream(ask("third"))
    assert next(second) == Queued(1)
    assert next(third) == Queued(2)
    second.close()
    assert next(third) == Queued(1)
    first.close()
    assert isinstance(next(third), str | Finish)
    third.close()


def test_stop_while_waiting_never_runs(model, monkeypatch):
    running = model.stream(ask("first"))
    next(running)
    steps = count_steps(model, monkeypatch)
    stop = threading.Event()
    waiting = model.stream(ask("second"), stop=stop)
    assert next(waiting) == Queued(1)
    stop.set()
    assert next(waiting).reason == "cancelled"
    assert list(waiting) == []
    assert steps == []
    running.close()


def test_a_full_queue_refuses_with_a_sentence():
    gate = Gate(max_waiting=1)
    with gate.ticket(), gate.ticket(), pytest.raises(UserError, match="busy: 1"):
        gate.ticket().__enter__()
    with gate.ticket() as ticket:
        assert ticket.position() == 0


def test_interleaved_users_never_mix(model):
    """1,000 turns of 8 users at random: each hears what it would hear alone."""
    params = GenerationParams(max_new_tokens=2, temperature=0)
    users = [f"user {name}" for name in "abcdefgh"]
    alone = {user: collect(model.stream(ask(user), params=params))[0] for user in users}
    assert len(set(alone.values())) > 1

    def talk(user):
        wrong = 0
        for _ in range(125):
            wrong += collect(model.stream(ask(user), params=params))[0] != alone[user]
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(talk, users)) == [0] * 8


def test_at_most_one_generation_runs_at_once(model, monkeypatch):
    running, most, lock = 0, 0, threading.Lock()
    forward = model.engine.network.transformer.final_layernorm.forward

    def watched(*args, **kwargs):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            return forward(*args, **kwargs)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(model.engine.network.transformer.final_layernorm, "forward", watched)
    params = GenerationParams(max_new_tokens=4, temperature=0)
    with ThreadPoolExecutor(20) as pool:
        ends = list(pool.map(lambda n: collect(model.stream(ask(f"question {n}"), params=params))[1], range(20)))
    assert all(end.completion_tokens == 4 for end in ends)
    assert most == 1


def test_random_stops_and_closes_leave_the_model_working(model):
    rng = random.Random(7)
    for _ in range(60):
        stop = threading.Event()
        stream = model.stream(ask("again"), image=rng.choice([None, picture("red")]), stop=stop)
        for _ in range(rng.randint(0, 3)):
            next(stream, None)
        action = rng.choice(("close", "stop", "drop"))
        if action == "close":
            stream.close()
        elif action == "stop":
            stop.set()
            collect(stream)
        del stream
    assert collect(model.stream(ask("still there?")))[1].reason == "length"


def test_a_picture_is_encoded_once_per_conversation(model, monkeypatch):
    encoded, forward = [], model.engine.network.image_encoder.forward

    def counted(pixels):
        encoded.append(1)
        return forward(pixels)

    monkeypatch.setattr(model.engine.network.image_encoder, "forward", counted)
    one, other = picture((1, 2, 3)), picture((200, 2, 3))
    history = ask("what is this?")
    first = collect(model.stream(history, image=one))[1]
    assert first.image_seconds > 0
    for _ in range(3):
        history += [{"role": "assistant", "content": "a shape"}, *ask("and now?")]
        collect(model.stream(history, image=one))
    assert len(encoded) == 1
    collect(model.stream(ask("what is this?"), image=other))
    assert len(encoded) == 2


def test_pictures_that_are_large_to_keep_are_kept_by_their_bytes(monkeypatch):
    model = tiny.chat_model()
    one = tiny.VISION.num_query_tokens * tiny.config().hidden_size * 4
    monkeypatch.setattr(chat_model, "_KEPT_BYTES", 2 * one)
    for color in ("red", "green", "blue", "white"):
        collect(model.stream(ask("what?"), image=picture(color)))
    assert len(model._pictures._encoded) == 2
    monkeypatch.setattr(chat_model, "_KEPT_BYTES", one - 1)
    collect(model.stream(ask("what?"), image=picture("black")))
    assert len(model._pictures._encoded) == 1  # the newest, however large


def test_a_known_picture_may_be_forgotten_while_its_question_waits(model):
    alone = collect(model.stream(ask("what?"), image=picture("green")))[0]
    running = model.stream(ask("first"))
    next(running)
    waiting = model.stream(ask("what?"), image=picture("green"))
    assert next(waiting) == Queued(1)
    model._pictures._encoded.clear()
    running.close()
    assert collect(waiting)[0] == alone


def test_the_picture_changes_the_answer_and_takes_its_slots(model):
    without, with_one = collect(model.stream(ask("what?"))), collect(model.stream(ask("what?"), image=picture("red")))
    other = collect(model.stream(ask("what?"), image=picture("white")))
    assert without[0] != with_one[0] != other[0]
    assert with_one[1].prompt_tokens >= without[1].prompt_tokens + tiny.VISION.num_query_tokens


def test_the_newest_picture_is_the_one_that_is_seen(model):
    """Of a model whose prompt has one place for a picture."""
    first = ask("what is this?")[0]
    said = [{"role": "assistant", "content": "a shape"}]
    about_red = [{**first, "images": [picture("red")]}, *said]
    assert not model.info.several_images
    next_question = ask("and now?")[0]
    both = [*about_red, {**next_question, "images": [picture("white")]}]
    alone = [{**first, "images": [picture("white")]}, *said, next_question]
    answer, finish = collect(model.stream(both))
    assert (answer, finish.prompt_tokens) == (
        collect(model.stream(alone))[0],
        collect(model.stream(alone))[1].prompt_tokens,
    )
    assert answer != collect(model.stream([*about_red, next_question]))[0]
    with pytest.raises(UserError, match="one picture with a question"):
        next(model.stream([{**first, "images": [picture("blue"), picture("white")]}]))
    later = [*both, *said, next_question]
    assert collect(model.stream(later))[0] == collect(model.stream([*alone, *said, next_question]))[0]


@pytest.mark.parametrize(
    "message",
    [
        {"role": "user", "content": "x", "images": "picture.png"},
        {"role": "assistant", "content": "x", "images": [b"x"]},
    ],
)
def test_pictures_in_the_wrong_place_are_refused(model, message):
    with pytest.raises(UserError, match="images"):
        next(model.stream([message]))


def test_bytes_paths_and_pictures_are_the_same_picture(model, tmp_path):
    path = tmp_path / "picture"
    picture("blue").save(path, "PNG")
    texts = {collect(model.stream(ask("what?"), image=source))[0] for source in (picture("blue"), path, str(path))}
    texts.add(collect(model.stream(ask("what?"), image=path.read_bytes()))[0])
    assert len(texts) == 1


def test_a_changed_file_is_another_picture(model, tmp_path):
    path = tmp_path / "picture.png"
    answers = []
    for color in ("blue", "white"):
        picture(color).save(path)
        answers.append(collect(model.stream(ask("what?"), image=path))[0])
    assert answers[0] != answers[1]


@pytest.mark.parametrize("source", [b"", b"no picture", "/no/such/file.png", "nul\0byte"])
def test_a_bad_picture_is_refused_and_the_next_request_works(model, source):
    with pytest.raises(ImageError):
        next(model.stream(ask("what?"), image=source))
    assert collect(model.stream(ask("what?")))[0]


def test_a_text_model_says_that_it_cannot_see():
    blind = tiny.chat_model(vision=None)
    assert not blind.info.images
    with pytest.raises(UserError, match="cannot look at pictures"):
        next(blind.stream(ask("what?"), image=picture("red")))


def test_old_rounds_are_dropped_and_counted(model):
    history = []
    for number in range(40):
        history += [*ask(f"question {number}"), {"role": "assistant", "content": f"answer {number}"}]
    end = collect(model.stream(history + ask("last")))[1]
    assert 0 < end.dropped_rounds < 40
    assert end.prompt_tokens + end.completion_tokens <= tiny.CONTEXT_LENGTH


def test_the_answer_ends_where_the_context_ends(model):
    end = collect(model.stream(ask("hello"), params=GenerationParams(max_new_tokens=5000, temperature=0)))[1]
    assert end.reason == "length"
    assert end.prompt_tokens + end.completion_tokens == tiny.CONTEXT_LENGTH


def test_numerical_failure_ends_one_request_and_frees_the_model(model, monkeypatch):
    forward, calls = model.engine.network.transformer.final_layernorm.forward, []

    def poisoned(*args, **kwargs):
        calls.append(1)
        states = forward(*args, **kwargs)
        return states * float("nan") if len(calls) == 3 else states

    monkeypatch.setattr(model.engine.network.transformer.final_layernorm, "forward", poisoned)
    with pytest.raises(UserError, match="invalid numbers"):
        collect(model.stream(ask("hello")))
    assert collect(model.stream(ask("hello")))[1].reason == "length"


CPU_WORDS = "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried to allocate"
MPS_WORDS = "MPS backend out of memory (MPS allocated: 8.00 GB)"


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (MemoryError(), UserError),
        (torch.OutOfMemoryError("CUDA out of memory."), UserError),
        (RuntimeError(CPU_WORDS), UserError),
        (RuntimeError(MPS_WORDS), UserError),
        (RuntimeError("no more"), RuntimeError),
    ],
)
def test_failures_inside_the_network_free_the_model(model, monkeypatch, raised, expected):
    def fails(*args, **kwargs):
        raise raised

    with monkeypatch.context() as patched:
        patched.setattr(model.engine.network.transformer.final_layernorm, "forward", fails)
        with pytest.raises(expected):
            collect(model.stream(ask("hello")))
    assert collect(model.stream(ask("hello")))[0]


def test_an_answer_ends_before_the_first_stop_text(model):
    params = GenerationParams(max_new_tokens=30, temperature=0)
    whole, _ = collect(model.stream(ask("hello"), params=params))
    stop = whole[9:12]
    cut, end = collect(model.stream(ask("hello"), params=dataclasses.replace(params, stop=("never said", stop))))
    assert cut == whole[: whole.index(stop)] and end.reason == "stop"
    assert end.completion_tokens < 30


@pytest.mark.parametrize("width", [1, 2, 3, 7, 50])
def test_stop_texts_are_found_however_pieces_are_cut(width):
    text = "one. two.. three... END and EN more"
    texts = StopTexts(("...", "END"))
    said = []
    for start in range(0, len(text), width):
        said += texts.push(text[start : start + width])
    assert "".join(said + texts.flush()) == "one. two.. three" and texts.found


def test_what_only_began_like_a_stop_text_is_said():
    texts = StopTexts(("END",))
    assert "".join([*texts.push("the E"), *texts.push("N"), *texts.flush()]) == "the EN" and not texts.found


def test_thinking_is_not_searched_for_stop_texts():
    texts = StopTexts(("END",))
    assert texts.push(Thinking("END")) == [Thinking("END")] and not texts.found


def test_token_scores_are_the_logarithms_of_the_probabilities(model):
    params = GenerationParams(max_new_tokens=5, temperature=0, top_logprobs=3)
    events = list(model.stream(ask("hello"), params=params))
    scores = [event for event in events if isinstance(event, TokenScore)]
    assert len(scores) == 5 == events[-1].completion_tokens
    for score in scores:
        assert (score.text, score.logprob) == score.top[0], "greedy takes the likeliest"
        values = [value for _, value in score.top]
        assert values == sorted(values, reverse=True) and sum(map(math.exp, values)) <= 1
    text = b"".join(score.text for score in scores).decode(errors="replace")
    assert text.strip() == "".join(event for event in events if isinstance(event, str)).strip()


def test_a_long_prompt_tells_how_far_it_is_and_can_be_left(model, monkeypatch):
    monkeypatch.setattr(generation, "_LONG_PROMPT", 8)
    question = ask("tell me a long story about the sea")
    events = list(model.stream(question))
    pieces = [event for event in events if isinstance(event, Reading)]
    total = events[-1].prompt_tokens
    assert [piece.done for piece in pieces] == [total // 2, total] and {piece.total for piece in pieces} == {total}
    stop = threading.Event()
    stream = model.stream(question, stop=stop)
    assert isinstance(next(stream), Reading)
    stop.set()
    assert [type(event) for event in stream] == [Finish]


def test_embeddings_have_length_one_and_tell_texts_apart(model):
    vectors, tokens = model.embed(["a red square", "a red square", "你好"])
    assert vectors[0] == vectors[1] != vectors[2] and tokens > 6
    assert all(math.isclose(sum(x * x for x in vector), 1, rel_tol=1e-5) for vector in vectors)
    for wrong in ("", "word " * 500):
        with pytest.raises(UserError):
            model.embed([wrong])
