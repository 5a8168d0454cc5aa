"""A ready model: messages and a picture in, a stream of text out."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from PIL.Image import Image
from torch import Tensor

from vision.image import load_image, pixel_values

from .chat import ChatTemplate, Prompt, ResponseStream, fit
from .errors import UserError
from .gate import Gate
from .generation import generate_ids
from .glm import GLMForConditionalGeneration
from .tokenizer import GLMTokenizer, StreamDecoder
from .types import Finish, GenerationParams, Message, ModelInfo, Queued

ImageSource = bytes | str | Path | Image
_KEPT_PICTURES = 32
_QUEUE_SECONDS = 0.25  # how often a waiting stream looks whether it was stopped


class ChatModel:
    """What `model.load` returns: decoder, tokenizer, template and image encoder behind one gate.

    Safe to share between threads; everything that belongs to one answer lives in that answer's stream.
    """

    def __init__(
        self, model: GLMForConditionalGeneration, tokenizer: GLMTokenizer, template: ChatTemplate, info: ModelInfo
    ) -> None:
        self.info = info
        self.gate = Gate()
        self._model = model
        self._tokenizer = tokenizer
        self._template = template
        self._pictures = PictureCache(model)

    def stream(
        self,
        messages: Sequence[Message],
        image: ImageSource | None = None,
        params: GenerationParams | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Queued | str | Finish]:
        """Answer the last message; `docs/architecture.md` says what goes in and what is yielded.

        Closing the iterator, at any time, leaves the queue or frees the model.
        Raises: UserError; vision.image.ImageError. Input is checked before anything is yielded.
        """
        params = params or self.info.defaults
        stop = stop or threading.Event()
        vision = self._model.config.vision_config
        if image is not None and vision is None:
            raise UserError("no_images", model=self.info.name)
        picture = None if image is None else self._pictures.prepare(image)
        prompt = fit(
            messages,
            self._tokenizer,
            self._template,
            context_length=self.info.context_length,
            max_new_tokens=min(params.max_new_tokens, self.info.context_length // 2),
            image_length=vision.num_query_tokens if vision and picture else 0,
        )
        with self.gate.ticket() as ticket:
            while position := ticket.position():
                if stop.is_set():
                    yield Finish("cancelled", len(prompt.input_ids), 0, prompt.dropped_rounds, 0.0, 0.0, 0.0)
                    return
                yield Queued(position)
                ticket.wait(_QUEUE_SECONDS)
            try:
                yield from self._answer(prompt, picture, params, stop)
            except (MemoryError, torch.OutOfMemoryError) as error:
                raise UserError("out_of_memory") from error

    def _answer(
        self, prompt: Prompt, picture: Picture | None, params: GenerationParams, stop: threading.Event
    ) -> Iterator[str | Finish]:
        began = time.perf_counter()
        image_embeds = None if picture is None else self._pictures.embed(picture)
        encoded = time.perf_counter()
        input_ids = torch.tensor([prompt.input_ids], device=self._model.device)
        room = self.info.context_length - len(prompt.input_ids)
        decoder, response = StreamDecoder(self._tokenizer), ResponseStream()
        count, first, last, reason = 0, encoded, encoded, "stop"
        for token in generate_ids(self._model, input_ids, params, room, image_embeds, prompt.image_start):
            last = time.perf_counter()
            first = first if count else last
            count += 1
            if text := response.push(decoder.push(token)):
                yield text
            if stop.is_set():
                reason = "cancelled"
                break
        else:
            reason = "length" if count == min(params.max_new_tokens, room) else "stop"
        if text := response.push(decoder.flush()) + response.flush():
            yield text
        yield Finish(
            reason,
            prompt_tokens=len(prompt.input_ids),
            completion_tokens=count,
            dropped_rounds=prompt.dropped_rounds,
            image_seconds=encoded - began,
            first_token_seconds=first - began,
            decode_seconds=last - first,
        )


class Picture:
    """A checked picture on its way through the queue: its embeddings if they are known, else its pixels.

    It holds them itself, so that the cache may forget it in the meantime.
    """

    def __init__(self, key: bytes, pixels: Tensor | None, embeds: Tensor | None) -> None:
        self.key = key
        self.pixels = pixels
        self.embeds = embeds


class PictureCache:
    """Image embeddings by picture, so that each picture is encoded once, whatever the number of turns about it."""

    def __init__(self, model: GLMForConditionalGeneration) -> None:
        self._model = model
        self._embeds: OrderedDict[bytes, Tensor] = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self, image: ImageSource) -> Picture:
        """Check and decode a picture unless it is known. Raises: vision.image.ImageError."""
        key = _content_key(image)
        with self._lock:
            known = self._embeds.get(key)
        if known is not None:
            return Picture(key, None, known)
        encoder = self._model.image_encoder
        assert encoder is not None
        return Picture(key, pixel_values(load_image(image), encoder.config.image_size), None)

    @torch.inference_mode()
    def embed(self, picture: Picture) -> Tensor:
        """The picture's embeddings (1, slots, hidden_size); the newest are kept."""
        with self._lock:  # another request may have encoded it while this one waited
            embeds = picture.embeds if picture.embeds is not None else self._embeds.get(picture.key)
        encoder = self._model.image_encoder
        assert encoder is not None
        if embeds is None:
            assert picture.pixels is not None
            embeds = encoder(picture.pixels.to(self._model.device))
        with self._lock:
            self._embeds[picture.key] = embeds
            self._embeds.move_to_end(picture.key)
            while len(self._embeds) > _KEPT_PICTURES:
                self._embeds.popitem(last=False)
        return embeds


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
