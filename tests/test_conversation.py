"""Whatever a visitor does in whatever order: a round is whole, marked stopped, or absent."""

from __future__ import annotations

import asyncio
import copy
import itertools
import random
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

import model.errors
import vision.errors
from apps import messages
from apps.controls import read_values
from apps.conversation import Conversation, Visitor
from apps.messages import pick_language, say, sentence
from apps.status import Problem, status_line
from apps.turns import Frame, answer, chat_messages, read_params
from apps.worker import stream_events
from model.errors import UserError
from model.types import Finish, GenerationParams, Queued, Reading
from tests.stub_model import INFO, StubModel, wait_until

ACTIONS = ("ask", "ask again", "instead", "stop", "clear", "remove", "undo", "fail", "step")


async def act(visitor: Visitor, stub: StubModel, action: str, tasks: list[asyncio.Task[Any]]) -> None:
    conversation = visitor.conversation
    if action in ("ask", "fail"):
        run = conversation.ask("fail" if action == "fail" else "slow 4")
    elif action == "ask again":
        run = conversation.ask_again()
    elif action == "instead":
        run = conversation.ask("slow 4", instead_of=0)
    else:
        run = None
        if action == "stop":
            conversation.stop()
        elif action == "clear":
            conversation.clear()
        elif action == "remove":
            conversation.remove(1)
        elif action == "undo":
            conversation.undo()
        else:
            await asyncio.sleep(0.03)
    if run is not None:

        async def consume(frames: AsyncIterator[Frame]) -> None:
            async for _ in frames:
                check(visitor)

        tasks.append(asyncio.create_task(consume(answer(stub, visitor, run, GenerationParams()))))
    await asyncio.sleep(0)
    check(visitor)


def check(visitor: Visitor) -> None:
    path = visitor.conversation.transcript.path()
    settled = path[:-1] if visitor.conversation.running else path
    for entry in settled:
        if entry.role == "user":
            assert entry.text == "slow 4"
        else:
            assert entry.ended == "cancelled" or entry.text == "word0 word1 word2 word3 "
            assert entry.text.strip()
    assert visitor.conversation.running or len(path) % 2 == 0
    chat_messages(visitor.conversation, "en")


def test_actions_in_any_order() -> None:
    """All pairs of actions, then 200 random sequences, many at a time."""
    chance = random.Random(5)
    plans = [list(pair) for pair in itertools.product(ACTIONS, repeat=2)]
    plans += [chance.choices(ACTIONS, k=5) for _ in range(200)]

    async def visit(plan: list[str]) -> None:
        visitor, stub, tasks = Visitor(), StubModel(), []
        for action in plan:
            await act(visitor, stub, action, tasks)
        visitor.conversation.stop()
        await asyncio.gather(*tasks)
        check(visitor)
        assert not visitor.conversation.running
        assert wait_until(lambda: stub.inside == 0)  # a thread whose answer nobody wants ends with its next word

    async def visits() -> None:
        for start in range(0, len(plans), 25):
            await asyncio.gather(*map(visit, plans[start : start + 25]))

    asyncio.run(visits())


def test_two_questions_at_once_are_one() -> None:
    conversation = Conversation()
    run = conversation.ask("a")
    assert run is not None
    assert conversation.ask("b") is None
    assert conversation.ask_again() is None
    run.text = "c"
    assert conversation.settle(run, "stop")
    assert not conversation.settle(run, "cancelled")
    again = conversation.ask_again()
    assert again is not None
    assert again.messages() == [{"role": "user", "content": "a"}]
    conversation.settle(again, "cancelled")
    assert [entry.text for entry in conversation.transcript.path()] == ["a", "c"]


def test_each_visitor_starts_afresh() -> None:
    first = Visitor("zh")
    first.conversation.ask("secret")
    second = copy.deepcopy(first)
    assert second.lang == "zh"
    assert second.conversation.transcript.entries == ()
    assert second.conversation.id != first.conversation.id


def test_leaving_a_stream_stops_it_within_one_step() -> None:
    async def leave() -> StubModel:
        import threading

        stub = StubModel()
        events = stream_events(stub, [{"role": "user", "content": "slow 100"}], None, threading.Event())
        await anext(events)
        seen = stub.steps
        await events.aclose()  # type: ignore[attr-defined]
        while stub.inside:
            await asyncio.sleep(0.01)
        assert stub.steps <= seen + 1
        return stub

    assert asyncio.run(leave()).steps < 5


def test_both_languages_have_the_same_words() -> None:
    assert messages.ENGLISH.keys() == messages.CHINESE.keys()
    assert model.errors.MESSAGES.keys() == messages.CHINESE_ERRORS.keys()
    assert vision.errors.MESSAGES.keys() == messages.CHINESE_IMAGE_ERRORS.keys()
    for key, english in messages.ENGLISH.items():
        assert set(_fields(english)) <= set(_fields(messages.CHINESE[key])) | {"ahead"}, key


def _fields(text: str) -> list[str]:
    import string

    return [name for _, name, _, _ in string.Formatter().parse(text) if name]


def refused(**values: Any) -> UserError:
    with pytest.raises(UserError) as error:
        read_values(values, GenerationParams())
    return error.value


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_sentences(lang: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UserError) as wrong:
        GenerationParams(top_p=3)
    told = sentence(wrong.value, lang)
    assert "top_p" in told and "3" in told
    assert ("必须是" in told) == (lang == "zh")
    for told in (refused(stop=("a",) * 17), refused(system="a" * 20_001)):
        assert bool(re.search("[a-z]{2,} [a-z]{2,}", sentence(told, lang))) == (lang == "en")
    told = sentence(RuntimeError("secret 0x7f"), lang)
    assert "secret" not in told
    assert "secret" in caplog.text
    assert say("queued", lang, position=2, ahead=2)


@pytest.mark.parametrize(
    ("wishes", "lang"),
    [
        (["auto", "zh-HK,zh;q=0.9"], "zh"),
        (["auto", "fr,en;q=0.5,zh;q=0.1"], "en"),
        (["zh", "en"], "zh"),
        (["", None], "en"),
        (["zh_CN.UTF-8"], "zh"),
    ],
)
def test_language_choice(wishes: list[str | None], lang: str) -> None:
    assert pick_language(*wishes) == lang


def test_status_line_escapes_and_counts() -> None:
    assert "&lt;b&gt;" in status_line(Problem("<b>"), INFO, "en")
    assert "前面还有 2 人" in status_line(Queued(2), INFO, "zh")
    line = status_line(Finish("length", 1900, 100, 1, 0.0, 0.2, 9.9), INFO, "en")
    assert "10.0 tokens/s" in line and "2000 of 2048" in line and "oldest round" in line and "high" in line


VALUES = [None, 0, 0.0, -1, -0.5, 2, 1e308, -1e308, 10**400, float("nan"), float("inf"), float("-inf")]
VALUES += ["", "0.5", "x", True, [], {}, [1], "NaN"]


@pytest.mark.parametrize("name", ["temperature", "top_p", "top_k", "max_new_tokens", "seed", "repetition_penalty"])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:12])
def test_page_values(name: str, value: Any) -> None:
    """Sixty times two values that a browser may send: accepted within the limits, or refused by name."""
    try:
        params = read_params({name: value}, INFO.defaults)
    except UserError as error:
        assert error.code == "parameter"
        assert error.fields["name"] == name
        assert sentence(error, "zh")
    else:
        assert value in (None, "") or getattr(params, name) == value


def test_thinking_is_shown_apart_and_is_no_part_of_what_the_model_reads() -> None:
    visitor = Visitor()
    run = visitor.conversation.ask("think hard")
    assert run is not None

    async def states() -> list[list[dict[str, Any]]]:
        frames = answer(StubModel(), visitor, run, GenerationParams())
        return [chat_messages(visitor.conversation, "en") async for _ in frames]

    shown = asyncio.run(states())[-1]
    assert [message.get("metadata", {}).get("status") for message in shown] == [None, "done", None]
    assert shown[1]["content"][0]["text"] == "Hm. "
    later = visitor.conversation.ask("and")
    assert later is not None
    assert [message["content"] for message in later.messages()] == ["think hard", "think hard", "and"]


def test_reading_is_told() -> None:
    line = status_line(Reading(512, 2048), INFO, "zh")
    assert "512 / 2048" in line and "width:25.0%" in line
