"""A ready model: messages and a picture in, a stream of text out."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL.Image import Image
from torch import Tensor

from vision.image import load_image

from .chat import Prompt, StopTexts, check_messages, with_first_image
from .engine import EncodedImage, Engine, Pixels
from .errors import UserError
from .gate import Gate, Pair
from .tokenizer import Tokenizer
from .types import Event, Finish, GenerationParams, Message, ModelInfo, Queued, Reading, TokenScore

ImageSource = bytes | str | Path | Image
_KEPT_PICTURES, _KEPT_BYTES = 32, 2**28
_NO_MEMORY = re.compile("out of memory|can't allocate memory")  # PyTorch's words, where it has no error of its own
_QUEUE_SECONDS = 0.25  # how often a waiting stream looks whether it was stopped


class ChatModel:
    """What `model.load` returns: a network with its tokenizer and template behind one gate.

    Safe to share between threads; everything that belongs to one answer lives in that answer's stream.
    """

    def __init__(self, engine: Engine[Any], info: ModelInfo) -> None:
        self.info = info
        self.gate = Gate()
        self.engine = engine
        self._pictures = PictureCache(engine)

    def stream(
        self,
        messages: Sequence[Message],
        image: ImageSource | None = None,
        params: GenerationParams | None = None,
        stop: threading.Event | None = None,
        pair: Pair | None = None,
    ) -> Iterator[Event]:
        """Answer the last message; `docs/architecture.md` says what goes in and what is yielded.

        image: a picture that the conversation begins with, as in the "images" of its first question.

        Closing the iterator, at any time, leaves the queue or frees the model.
        Raises: UserError; vision.image.ImageError. Input is checked before anything is yielded.
        """
        params = params or self.info.defaults
        stop = stop or threading.Event()
        check_messages(messages)
        if image is not None:
            messages = with_first_image(messages, image)
        sources = [source for message in messages for source in message.get("images", ())]
        if sources and not self.engine.images:
            raise UserError("no_images", model=self.info.name)
        if not self.engine.several_images:
            if len(messages[-1].get("images", ())) > 1:
                raise UserError("one_image", model=self.info.name)
            sources = sources[-1:]
        pictures = [self._pictures.prepare(source) for source in sources]
        longest = min(params.max_new_tokens, self.info.context_length // 2)
        lengths = [picture.slots for picture in pictures]
        prompt = self.engine.encode(messages, self.info.context_length, longest, lengths)
        pictures = pictures[len(pictures) - len(prompt.image_starts) :]  # those of rounds left out have gone
        with self.gate.ticket(pair) as ticket:
            while position := ticket.position():
                if stop.is_set():
                    yield Finish("cancelled", len(prompt.input_ids), 0, prompt.dropped_rounds, 0.0, 0.0, 0.0)
                    return
                yield Queued(position)
                ticket.wait(_QUEUE_SECONDS)
            try:
                answer = self._answer(prompt, pictures, params, stop)
                yield from answer if pair is None else pair.turns(answer)
            except (MemoryError, RuntimeError) as error:
                if isinstance(error, RuntimeError) and not _NO_MEMORY.search(str(error)):
                    raise
                raise UserError("out_of_memory") from error

    def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        """One vector for each text, the mean of the final hidden states, scaled to length 1; and the tokens read.

        Raises: UserError("empty_prompt", "prompt_too_long").
        """
        vectors, tokens = [], 0
        for text in texts:
            size = len(self.engine.tokenizer.encode_text(text))
            if not size:
                raise UserError("empty_prompt")
            if size + 2 > self.info.context_length:  # two special ids
                raise UserError("prompt_too_long", tokens=size, limit=self.info.context_length - 2)
            with self.gate.ticket() as ticket:
                while ticket.position():
                    ticket.wait(_QUEUE_SECONDS)
                states = self.engine.hidden_states(text)
            vectors.append(torch.nn.functional.normalize(states.float().mean(0), dim=0).tolist())
            tokens += len(states)
        return vectors, tokens

    def _answer(
        self, prompt: Prompt, pictures: Sequence[Picture], params: GenerationParams, stop: threading.Event
    ) -> Iterator[Event]:
        began = time.perf_counter()
        images = [self._pictures.encode(picture) for picture in pictures]
        encoded = time.perf_counter()
        room = self.info.context_length - len(prompt.input_ids)
        scores = None if params.top_logprobs is None else _Scores(self.engine.tokenizer, params.top_logprobs)
        watch = None if scores is None else scores.watch
        decoder, answer, texts = self.engine.tokenizer.decoder(), self.engine.answer(prompt), StopTexts(params.stop)
        count, first, last, reason = 0, encoded, encoded, "stop"
        for token in self.engine.generate(prompt, params, room, images, watch):
            if isinstance(token, Reading):
                yield token
                if stop.is_set():
                    reason = "cancelled"
                    break
                continue
            last = time.perf_counter()
            first = first if count else last
            count += 1
            if scores is not None:
                yield scores.score(token)
            for part in answer.push(decoder.push(token)):
                yield from texts.push(part)
            if texts.found:
                break
            if stop.is_set():
                reason = "cancelled"
                break
        else:
            reason = "length" if count == min(params.max_new_tokens, room) else "stop"
        for part in [*answer.push(decoder.flush()), *answer.flush()]:
            yield from texts.push(part)
        yield from texts.flush()
        yield Finish(
            "stop" if texts.found else reason,
            prompt_tokens=len(prompt.input_ids),
            completion_tokens=count,
            dropped_rounds=prompt.dropped_rounds,
            image_seconds=encoded - began,
            first_token_seconds=first - began,
            decode_seconds=last - first,
        )


class _Scores:
    """Log probabilities of the tokens of one answer, from the logits that the decode loop shows."""

    def __init__(self, tokenizer: Tokenizer, count: int) -> None:
        self._tokenizer = tokenizer
        self._count = count
        self._logprobs = torch.empty(0)

    def watch(self, logits: Tensor) -> None:
        """Take the logits (1, vocab) that the next token is chosen from."""
        self._logprobs = logits[0].float().log_softmax(-1)

    def score(self, token: int) -> TokenScore:
        """The score of the token that was chosen from them."""
        values, ids = self._logprobs.topk(self._count)
        top = zip(map(self._tokenizer.token_bytes, ids.tolist()), values.tolist(), strict=True)
        return TokenScore(self._tokenizer.token_bytes(token), float(self._logprobs[token]), tuple(top))


@dataclass(frozen=True)
class Picture:
    """A checked picture on its way through the queue: encoded if it is known, else its pixels.

    It holds them itself, so that the cache may forget it in the meantime.
    """

    key: bytes
    slots: int
    pixels: Pixels | None
    encoded: EncodedImage | None


class PictureCache:
    """Encoded pictures, so that each is encoded once, whatever the number of turns about it."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine
        self._encoded: OrderedDict[bytes, EncodedImage] = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self, image: ImageSource) -> Picture:
        """Check and decode a picture unless it is known. Raises: vision.image.ImageError."""
        key = _content_key(image)
        with self._lock:
            known = self._encoded.get(key)
        if known is not None:
            return Picture(key, known.embeds.shape[1], None, known)
        pixels = self._engine.pixels(load_image(image))
        return Picture(key, pixels.slots, pixels, None)

    def encode(self, picture: Picture) -> EncodedImage:
        """What the decoder sees of the picture; the newest are kept."""
        with self._lock:  # another request may have encoded it while this one waited
            encoded = picture.encoded or self._encoded.get(picture.key)
        if encoded is None:
            assert picture.pixels is not None
            encoded = self._engine.encode_image(picture.pixels)
        with self._lock:
            self._encoded[picture.key] = encoded
            self._encoded.move_to_end(picture.key)
            while len(self._encoded) > _KEPT_PICTURES or (len(self._encoded) > 1 and self._bytes() > _KEPT_BYTES):
                self._encoded.popitem(last=False)
        return encoded

    def _bytes(self) -> int:
        return sum(encoded.embeds.nbytes for encoded in self._encoded.values())


def _content_key(image: ImageSource) -> bytes:
    if isinstance(image, bytes):
        return hashlib.sha256(image).digest()
    if isinstance(image, Image):
        return hashlib.sha256(image.tobytes() + repr((image.mode, image.size)).encode()).digest()
    try:
        status = os.stat(image)
    except (OSError, ValueError):
        return b""  # load_image says what is wrong with it
    return repr((os.fspath(image), status.st_ino, status.st_mtime_ns, status.st_size)).encode()
