"""A stand-in for `model.ChatModel`: the same interface, answers that tests can foresee, no weights."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.chat import StopTexts
from model.errors import UserError
from model.gate import Gate, Pair
from model.types import Finish, GenerationParams, Message, ModelInfo, Queued, Thinking, TokenScore

INFO = ModelInfo(
    name="Stub <b>GLM</b>",
    family="visualglm",
    source="stub",
    device="cpu",
    precision="fp32",
    parameters=12_345_678,
    context_length=2048,
    images=True,
    defaults=GenerationParams(max_new_tokens=1024, temperature=0.8, top_p=0.8, top_k=50),
    description={
        "en": "Echoes what you write, and counts the bytes of pictures.",
        "zh": "重复您写的话，并数图片的字节。",
    },
)


class StubModel:
    """Answers by the last question.

    `slow N` writes N words, one every 50 ms; `fail` breaks unforeseeably; `numbers` fails as NaN does; `long` drops
    rounds; `params` says the parameters; `think` thinks before it answers; a picture is answered with its size;
    anything else is echoed.
    It counts what tests ask for: steps decoded, and how many streams were in the model at most.
    """

    def __init__(self, info: ModelInfo = INFO, max_waiting: int = 32) -> None:
        self.info = info
        self.gate = Gate(max_waiting)
        self.steps = 0
        self.inside = self.most_inside = 0
        self.seen: list[list[Message]] = []

    def stream(
        self,
        messages: Sequence[Message],
        image: Any = None,
        params: GenerationParams | None = None,
        stop: threading.Event | None = None,
        pair: Pair | None = None,
    ) -> Iterator[Queued | Thinking | TokenScore | str | Finish]:
        stop = stop or threading.Event()
        params = params or self.info.defaults
        question = messages[-1]["content"] if messages else ""
        if not question.strip():
            raise UserError("empty_prompt")
        if len(question.encode("utf-8", "replace")) > 1_000_000:
            raise UserError("text_too_large", size=len(question), limit=1_000_000)
        images = [image for message in messages for image in message.get("images", ())]
        images += [] if image is None else [image]
        if images and not self.info.images:
            raise UserError("no_images", model=self.info.name)
        seen = images if self.info.several_images else images[-1:]
        sizes = [len(image if isinstance(image, bytes) else Path(image).read_bytes()) for image in seen]
        with self.gate.ticket(pair) as ticket:
            while position := ticket.position():
                if stop.is_set():
                    yield Finish("cancelled", 1, 0, 0, 0.0, 0.0, 0.0)
                    return
                yield Queued(position)
                ticket.wait(0.05)
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
            try:
                answer = self._answer(list(messages), question, sizes, params, stop)
                yield from answer if pair is None else pair.turns(answer)
            finally:
                self.inside -= 1

    def _answer(
        self, messages: list[Message], question: str, sizes: list[int], params: GenerationParams, stop: threading.Event
    ) -> Iterator[Thinking | TokenScore | str | Finish]:
        self.seen.append(messages)
        words = question.split()
        pause = 0.0
        if words[0] == "slow":
            pieces, pause = [f"word{number} " for number in range(int(words[1]))], 0.05
        elif words[0] == "fail":
            raise RuntimeError("secret detail at 0x7f00")
        elif words[0] == "numbers":
            raise UserError("numerical_failure")
        elif words[0] == "params":
            pieces = [repr(params)]
        elif words[0] == "history":
            pieces = [" | ".join(message["content"] for message in messages)]
        elif sizes:
            said = ", ".join(map(str, sizes))
            pieces = [f"A picture of {said} bytes. ", f"Round {(len(messages) + 1) // 2}: ", question]
        else:
            pieces = [question[at : at + 40] for at in range(0, len(question), 40)]
        if words[0] == "think":
            yield Thinking("Hm. ")
        count, reason, texts = 0, "stop", StopTexts(params.stop)
        for piece in pieces[: params.max_new_tokens]:
            self.steps += 1
            count += 1
            if params.top_logprobs is not None:
                yield token_score(piece, params.top_logprobs)
            yield from texts.push(piece)
            if texts.found:
                break
            if pause:
                stop.wait(pause)
            if stop.is_set():
                reason = "cancelled"
                break
        yield from texts.flush()
        if reason == "stop" and len(pieces) > params.max_new_tokens:
            reason = "length"
        prompt = sum(len(message["content"]) for message in messages)
        dropped = 2 if words[0] == "long" else 0
        yield Finish(reason, prompt, count, dropped, 0.0, 0.03, 0.05 * count)

    def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        """Lengths and first characters; `slow` takes 50 ms."""
        with self.gate.ticket() as ticket:
            while ticket.position():
                ticket.wait(0.05)
            self.steps += len(texts)
            if texts and texts[0] == "slow":
                time.sleep(0.05)
            if not all(texts):
                raise UserError("empty_prompt")
            if "fail" in texts:
                raise RuntimeError("secret detail at 0x7f00")
            return [[float(len(text)), float(ord(text[0])), 0.1] for text in texts], sum(map(len, texts))


class StubOffer:
    """A stub on offer as a `model.offer.Offer` is; `load` takes until `may_load` is set, and fails with `fault`.

    `beside` says whether it may be loaded while others are; `strange` ones are known once they are loaded.
    """

    def __init__(self, name: str, *, beside: bool = False, strange: bool = False, **fields: Any) -> None:
        self.name = self.short_name = self.source = name
        self.note = ""
        self.info = replace(INFO, name=name, source=name, weight_bytes=6_200_000_000, **fields)
        self.model = StubModel(self.info)
        self.beside, self.strange = beside, strange
        self.fault: BaseException | None = None
        self.may_load = threading.Event()
        self.may_load.set()
        self.loads = 0

    def fetch(self, progress: Any = None) -> None:
        pass

    def describe(self) -> ModelInfo | None:
        return None if self.strange else self.info

    def fits_beside(self, info: ModelInfo | None) -> bool:
        return self.beside

    def load(self, progress: Any = None) -> StubModel:
        self.loads += 1
        while not self.may_load.wait(0.05):
            progress("load", 3_100_000_000, 6_200_000_000)
        if self.fault:
            raise self.fault
        return self.model


def token_score(piece: str, count: int) -> TokenScore:
    """A score as the stub gives it: the token itself first, then half a character and one that cannot come."""
    top = ((piece.encode(), -0.5), ("你".encode()[:2], -2.0), (b"never", float("-inf")))
    return TokenScore(piece.encode(), -0.5, top[:count])


def wait_until(condition: Any, seconds: float = 15.0) -> bool:
    """Whether `condition()` came true in time."""
    end = time.monotonic() + seconds * float(os.environ.get("GLM_TEST_PATIENCE", "1"))
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())
