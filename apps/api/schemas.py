"""What may stand in a request of `/v1`, and what it asks of the model."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from model.errors import UserError
from model.types import GenerationParams, Message, ModelInfo
from vision.image import decode_data_url

from ..display import clean
from ..pictures import MOST_PICTURES
from .body import MOST_TEXTS, Body, OneOrMany, one_or_many
from .errors import ApiError

MOST_CHOICES = 8  # answers to one question
MOST_PROMPTS = 32
MOST_MESSAGES = 2048
MOST_PARTS = 2048  # of a message

UNSUPPORTED: dict[str, tuple[Any, ...]] = {
    "tools": (None, []),
    "functions": (None, []),
    "response_format": (None, {"type": "text"}),
    "modalities": (None, ["text"]),
    "audio": (None,),
    "logit_bias": (None, {}),
    "frequency_penalty": (None, 0),
    "presence_penalty": (None, 0),
}
UNSUPPORTED_OF_COMPLETIONS: dict[str, tuple[Any, ...]] = {
    **UNSUPPORTED,
    "suffix": (None, ""),
    "echo": (None, False),
    "best_of": (None, 1),
}
UNSUPPORTED_OF_EMBEDDINGS: dict[str, tuple[Any, ...]] = {"dimensions": (None,)}


@dataclasses.dataclass(frozen=True)
class Question:
    """One run of the model: the choice `index` of the answer to prompt number `prompt`."""

    messages: list[Message]
    params: GenerationParams
    index: int
    prompt: int = 0


class StreamOptions(Body):
    """How a stream ends."""

    include_usage: bool | None = Field(None, description="Send the token counts in a chunk of their own at the end")


class Sampling(Body):
    """What completions of both kinds have in common. Left out, a parameter has the model's own default."""

    model: str | None = Field(None, description="The id that /v1/models gives; may be left out")
    stream: bool | None = Field(None, description="Send the answer as server-sent events while it is written")
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=MOST_CHOICES, description="Answers wanted, written one after the other")
    max_tokens: int | None = Field(None, description="Longest answer in tokens")
    temperature: float | None = Field(None, description="0 always takes the likeliest token")
    top_p: float | None = None
    top_k: int | None = Field(None, description="Not OpenAI's: choose only among this many tokens; 0 is no limit")
    repetition_penalty: float | None = Field(None, description="Not OpenAI's: above 1 repeats less")
    seed: int | None = Field(None, description="The same number gives the same answer")
    stop: OneOrMany | None = Field(None, description="The answer ends before the first of these texts")

    def params(self, defaults: GenerationParams, top_logprobs: int | None) -> GenerationParams:
        """Raises: UserError("parameter") naming the field as the client wrote it."""
        longest, field = self.longest()
        stop = [self.stop] if isinstance(self.stop, str) else self.stop
        return sampling_params(
            defaults,
            {"max_new_tokens": field},
            max_new_tokens=longest,
            temperature=self.temperature,
            top_p=self.top_p,
            top_k=self.top_k,
            repetition_penalty=self.repetition_penalty,
            seed=self.seed,
            stop=None if stop is None else tuple(map(clean, stop)),
            top_logprobs=top_logprobs,
        )

    def longest(self) -> tuple[int | None, str]:
        """The longest answer in tokens, and the name of the field that says so."""
        return self.max_tokens, "max_tokens"

    @property
    def include_usage(self) -> bool:
        """Whether a stream ends with the token counts."""
        return bool(self.stream_options and self.stream_options.include_usage)


def sampling_params(defaults: GenerationParams, names: dict[str, str], **given: Any) -> GenerationParams:
    """`defaults` with what is not None in `given`; an error names fields as in `names`. Raises: UserError."""
    wanted = {name: value for name, value in given.items() if value is not None}
    try:
        return dataclasses.replace(defaults, **{"seed": None, **wanted})
    except UserError as error:
        name = str(error.fields["name"])
        raise UserError(error.code, **{**error.fields, "name": names.get(name, name)}) from None


def questions(prompts: list[list[Message]], params: GenerationParams, choices: int) -> list[Question]:
    """Every choice of every prompt; with a seed each choice has a seed of its own, counted from it."""
    largest = int(GenerationParams.LIMITS["seed"][1])
    return [
        Question(messages, _with_seed(params, choice, largest), prompt * choices + choice, prompt)
        for prompt, messages in enumerate(prompts)
        for choice in range(choices)
    ]


def _with_seed(params: GenerationParams, choice: int, largest: int) -> GenerationParams:
    if params.seed is None:
        return params
    return dataclasses.replace(params, seed=(params.seed + choice) % (largest + 1))


class TextPart(Body):
    """Text inside a message."""

    type: Literal["text"]
    text: str


class ImageUrl(Body):
    """A picture as `data:image/…;base64,…`; remote addresses are not fetched."""

    url: str


class ImagePart(Body):
    """A picture inside a message of the user."""

    type: Literal["image_url"]
    image_url: ImageUrl

    @field_validator("image_url", mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"url": value} if isinstance(value, str) else value  # as several clients send it


def _kind_of_part(value: Any) -> str | None:
    kind = value.get("type") if isinstance(value, dict) else None
    return f"<{kind}>" if kind in ("text", "image_url") else None


Part = Annotated[
    Annotated[TextPart, Tag("<text>")] | Annotated[ImagePart, Tag("<image_url>")],
    Discriminator(
        _kind_of_part, custom_error_type="part", custom_error_message="must be a part of type text or image_url"
    ),
]


class ChatMessage(Body):
    """Who said what."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[
        Annotated[str, Tag("<one>")]
        | Annotated[list[Part], Field(max_length=MOST_PARTS, fail_fast=True), Tag("<many>")],
        Discriminator(one_or_many),
    ]

    @model_validator(mode="after")
    def _pictures(self) -> ChatMessage:
        count = len(self.picture_urls)
        if count and self.role != "user":
            raise ValueError("must hold text only: pictures belong to messages of the user")
        if count > MOST_PICTURES:
            raise ValueError(f"must hold {MOST_PICTURES} pictures at most")
        return self

    @property
    def picture_urls(self) -> list[str]:
        """Addresses of the pictures in it."""
        parts = [] if isinstance(self.content, str) else self.content
        return [part.image_url.url for part in parts if isinstance(part, ImagePart)]

    def message(self) -> Message:
        """As the model takes it; text parts are lines. Raises: ApiError; vision.errors.ImageError."""
        text = self.content
        if not isinstance(text, str):
            text = "\n".join(part.text for part in text if isinstance(part, TextPart))
        message: Message = {"role": "system" if self.role == "developer" else self.role, "content": clean(text)}
        images = [read_picture(url) for url in self.picture_urls]
        return {**message, "images": images} if images else message


class ChatCompletionRequest(Sampling):
    """`POST /v1/chat/completions`."""

    messages: list[ChatMessage] = Field(
        min_length=1, max_length=MOST_MESSAGES, fail_fast=True, description="The last one is the user's"
    )
    max_completion_tokens: int | None = Field(None, description="Goes before max_tokens")
    logprobs: bool | None = Field(None, description="Give the logarithm of each token's probability")
    top_logprobs: int | None = Field(None, description="and of this many likeliest tokens in its place (0 to 20)")

    def longest(self) -> tuple[int | None, str]:
        """See `Sampling`."""
        if self.max_completion_tokens is not None:
            return self.max_completion_tokens, "max_completion_tokens"
        return super().longest()

    def questions(self, info: ModelInfo) -> list[Question]:
        """What it asks of the model. Raises: ApiError; UserError("parameter"); vision.errors.ImageError."""
        if self.messages[-1].role != "user":
            raise ApiError(400, "The last message must be the user's.", param="messages", code="invalid_type")
        if self.top_logprobs is not None and not self.logprobs:
            raise ApiError(400, "top_logprobs needs logprobs: true.", param="top_logprobs", code="invalid_value")
        params = self.params(info.defaults, (self.top_logprobs or 0) if self.logprobs else None)
        return questions([[message.message() for message in self.messages]], params, self.n or 1)


class CompletionRequest(Sampling):
    """`POST /v1/completions`: each prompt is the only question of a conversation."""

    prompt: OneOrMany = Field(description=f"A question, or up to {MOST_PROMPTS} of them")
    logprobs: int | None = Field(None, ge=0, le=5, description="Give this many likeliest tokens for each token")

    def questions(self, info: ModelInfo) -> list[Question]:
        """What it asks of the model. Raises: ApiError; UserError("parameter")."""
        prompts = [self.prompt] if isinstance(self.prompt, str) else self.prompt
        if not 1 <= len(prompts) <= MOST_PROMPTS:
            message = f"prompt must be a text or a list of 1 to {MOST_PROMPTS} texts."
            raise ApiError(400, message, param="prompt", code="invalid_value")
        params = self.params(info.defaults, self.logprobs)
        asked: list[list[Message]] = [[{"role": "user", "content": clean(prompt)}] for prompt in prompts]
        return questions(asked, params, self.n or 1)


class EmbeddingRequest(Body):
    """`POST /v1/embeddings`."""

    input: OneOrMany = Field(description=f"A text, or up to {MOST_TEXTS} of them")
    model: str | None = Field(None, description="The id that /v1/models gives; may be left out")
    encoding_format: Literal["float", "base64"] | None = Field(
        None, description="Numbers as JSON (default), or as base64 of little-endian float32"
    )


def read_picture(address: str) -> bytes:
    """The bytes of a data URL; other addresses are never opened. Raises: ApiError; vision.errors.ImageError."""
    if not address[:5].lower() == "data:":
        raise ApiError(
            400,
            "Pictures at remote addresses are not fetched; send a data URL (data:image/png;base64,…).",
            param="messages",
            code="remote_image",
        )
    return decode_data_url(address)
