"""What `ChatModel` needs of a network, whatever its family; ChatGLM-6B's is here, the newer ones' in `causal/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch
from PIL.Image import Image
from torch import Tensor, nn

from vision.image import pixel_values

from .chat import ChatTemplate, Prompt, ResponseStream, fit
from .generation import generate_ids
from .glm import GLMForConditionalGeneration
from .tokenizer import GLMTokenizer, Tokenizer
from .types import GenerationParams, Message, Reading, Thinking

Watch = Callable[[Tensor], None]
P = TypeVar("P", bound=Prompt)


@dataclass(frozen=True)
class Pixels:
    """A checked picture as an encoder takes it."""

    values: Tensor
    slots: int  # places in the prompt
    grid: Tensor | None = None  # rows and columns of patches, where pictures keep their shape (GLM-4.1V)


@dataclass(frozen=True)
class EncodedImage:
    """What the decoder sees of a picture: embeds (1, slots, hidden_size)."""

    embeds: Tensor
    grid: Tensor | None = None


class AnswerStream(Protocol):
    """Tidies the text of one answer piece by piece, its thinking apart."""

    def push(self, piece: str) -> list[str | Thinking]:
        """What can be shown after this piece; nothing in it is empty."""

    def flush(self) -> list[str | Thinking]:
        """What was held back, at the end of the answer."""


class Engine(Protocol[P]):
    """A network with its tokenizer and its template. It keeps nothing of a conversation."""

    @property
    def network(self) -> nn.Module:
        """What computes."""

    @property
    def tokenizer(self) -> Tokenizer:
        """Text and ids."""

    @property
    def images(self) -> bool:
        """Whether it can look at pictures."""

    @property
    def several_images(self) -> bool:
        """Whether it sees all pictures of a conversation, each with its question; else it is shown the newest."""

    def encode(
        self, messages: Sequence[Message], context_length: int, max_new_tokens: int, image_lengths: Sequence[int] = ()
    ) -> P:
        """The prompt with as many of the newest rounds as fit; see `model.chat.fit`.

        image_lengths: slots of each picture that the model is to see, in the order of the messages.
        """

    def pixels(self, image: Image) -> Pixels:
        """An upright RGB picture → the encoder's input. Raises: ValueError when its shape cannot be taken."""

    def encode_image(self, pixels: Pixels) -> EncodedImage:
        """Run the image encoder."""

    def generate(
        self, prompt: P, params: GenerationParams, room: int, images: Sequence[EncodedImage], watch: Watch | None
    ) -> Iterator[int | Reading]:
        """Ids of the answer, one computed per `next`, and how far a long prompt is; see `model.generation.decode`.

        images: one for each of `prompt.image_starts`.
        """

    def answer(self, prompt: P) -> AnswerStream:
        """What tidies the text of the answer to this prompt."""

    def hidden_states(self, text: str) -> Tensor:
        """Final hidden states (tokens, hidden_size) of a text, as the output head would see them."""


class PlainAnswer:
    """`ResponseStream` as an `AnswerStream`: ChatGLM-6B never thinks aloud."""

    def __init__(self) -> None:
        self._response = ResponseStream()

    def push(self, piece: str) -> list[str | Thinking]:
        """See `AnswerStream`."""
        text = self._response.push(piece)
        return [text] if text else []

    def flush(self) -> list[str | Thinking]:
        """See `AnswerStream`."""
        text = self._response.flush()
        return [text] if text else []


class GLMEngine:
    """ChatGLM-6B, VisualGLM-6B and our own small models, whose prompt has a place for one picture, at its start."""

    several_images = False

    def __init__(self, network: GLMForConditionalGeneration, tokenizer: GLMTokenizer, template: ChatTemplate) -> None:
        self.network = network
        self.tokenizer: GLMTokenizer = tokenizer
        self.template = template
        self.images = network.image_encoder is not None

    def encode(
        self, messages: Sequence[Message], context_length: int, max_new_tokens: int, image_lengths: Sequence[int] = ()
    ) -> Prompt:
        """See `Engine`."""
        return fit(
            messages,
            self.tokenizer,
            self.template,
            context_length=context_length,
            max_new_tokens=max_new_tokens,
            image_length=image_lengths[-1] if image_lengths else 0,
        )

    def pixels(self, image: Image) -> Pixels:
        """See `Engine`."""
        encoder = self.network.image_encoder
        assert encoder is not None
        return Pixels(pixel_values(image, encoder.config.image_size), encoder.config.num_query_tokens)

    @torch.inference_mode()
    def encode_image(self, pixels: Pixels) -> EncodedImage:
        """See `Engine`."""
        encoder = self.network.image_encoder
        assert encoder is not None
        where = encoder.query_tokens.device
        values = pixels.values if where.type == "meta" else pixels.values.to(where)  # meta: offloaded, and fetched
        return EncodedImage(encoder(values))

    def generate(
        self,
        prompt: Prompt,
        params: GenerationParams,
        room: int,
        images: Sequence[EncodedImage] = (),
        watch: Watch | None = None,
    ) -> Iterator[int | Reading]:
        """See `Engine`."""
        input_ids = torch.tensor([prompt.input_ids], device=self.network.device)
        embeds = images[-1].embeds if images else None
        start = prompt.image_starts[-1] if images else None
        return generate_ids(self.network, input_ids, params, room, embeds, start, watch=watch)

    def answer(self, prompt: Prompt) -> PlainAnswer:
        """See `Engine`."""
        return PlainAnswer()

    @torch.inference_mode()
    def hidden_states(self, text: str) -> Tensor:
        """See `Engine`."""
        ids = self.tokenizer.build_inputs(self.tokenizer.encode_text(text))
        states: Tensor = self.network.transformer(torch.tensor([ids], device=self.network.device))
        return states[0]
