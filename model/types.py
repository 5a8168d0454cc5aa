"""The values that cross the interface between a model and its faces (pages, API, terminal)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from .errors import UserError

Message = dict[str, Any]
"""`{"role": "user" | "assistant" | "system", "content": text}`; the user's may have "images", a list of pictures: the
bytes of an image file, a path, or a PIL.Image."""


@dataclass(frozen=True)
class GenerationParams:
    """How an answer is sampled; every value is checked on construction.

    temperature 0 is greedy decoding. `seed` None draws a fresh one. top_k 0 switches that filter off. An answer ends
    before the first of the `stop` texts. With top_logprobs (0 to 20) the stream also has a `TokenScore` for each token.
    Raises: UserError("parameter") naming the parameter, the allowed range and the value found.
    """

    max_new_tokens: int = 512
    temperature: float = 0.95
    top_p: float = 0.7
    top_k: int = 50
    repetition_penalty: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    top_logprobs: int | None = None

    LIMITS: ClassVar[dict[str, tuple[float, float]]] = {
        "max_new_tokens": (1, 32768),
        "temperature": (0.0, 2.0),
        "top_p": (0.0, 1.0),
        "top_k": (0, 1000),
        "repetition_penalty": (0.1, 2.0),
        "seed": (0, 2**63 - 1),
        "top_logprobs": (0, 20),
    }
    MOST_STOPS: ClassVar[int] = 16

    def __post_init__(self) -> None:
        for parameter in fields(self):
            value = getattr(self, parameter.name)
            if parameter.name == "stop":
                self._check_stop()
                continue
            if value is None and parameter.default is None:
                continue
            low, high = self.LIMITS[parameter.name]
            whole = isinstance(low, int)
            is_number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
            inside = is_number and low <= value <= high  # False for NaN and infinity
            if not inside or (parameter.name == "top_p" and value == 0):
                kind = "a whole number" if whole else "a number"
                lower = "above 0" if parameter.name == "top_p" else f"from {low}"
                shown = repr(value) if len(repr(value)) <= 40 else repr(value)[:40] + "…"
                raise UserError("parameter", name=parameter.name, allowed=f"{kind} {lower} up to {high}", value=shown)

    def _check_stop(self) -> None:
        texts = self.stop if isinstance(self.stop, tuple) else (None,)
        if len(texts) > self.MOST_STOPS or not all(isinstance(text, str) and text for text in texts):
            allowed = f"up to {self.MOST_STOPS} texts that are not empty"
            raise UserError("parameter", name="stop", allowed=allowed, value=repr(self.stop)[:40])


@dataclass(frozen=True)
class ModelInfo:
    """What is loaded, for the page header, `/v1/models` and the terminal's first line."""

    name: str  # shown to people, e.g. "GLM Mini (embedded)"
    family: str  # as people call it, e.g. "ChatGLM-6B"
    source: str  # what was given to load()
    device: str
    precision: str
    parameters: int
    context_length: int  # tokens, prompt and answer together
    images: bool  # can it look at pictures
    defaults: GenerationParams
    description: Mapping[str, str]  # language ("en", "zh") -> one sentence on what it can do
    version: str = ""  # as far as it can be told, e.g. "March 2023"
    weight_bytes: int = 0  # memory of the weights
    thinking: bool = False  # does it think aloud before it answers
    kernel: str = ""  # what multiplies quantised weights; "" where none are
    several_images: bool = False  # does it see all pictures of a conversation, or only the newest
    # why this precision, in English, and what went where if it is on several devices; memory differs each time
    reason: str = field(default="", compare=False)

    def summary(self) -> str:
        """One line for logs and terminals."""
        family = f"{self.family} ({self.version})" if self.version else self.family
        size = f"{self.parameters / 1e9:.2f} B" if self.parameters >= 10**8 else f"{self.parameters / 1e6:.1f} M"
        memory = f"{self.weight_bytes / 1e9:.2f} GB"
        precision = f"{self.precision} ({self.reason})" if self.reason else self.precision
        line = f"{self.name}: {family}, {precision}, {size} parameters, {memory} on {self.device}"
        return f"{line}; {self.kernel}" if self.kernel else line


@dataclass(frozen=True)
class Loading:
    """The model is not in memory yet. `stage` says what it waits for, and `done` of `total` how far that is.

    "wait": answers by a model that has to make room, still being written (`total` of them). "download", "load": bytes.
    """

    model: str
    stage: str = "wait"
    done: int = 0
    total: int = 0
    seconds_left: float | None = None  # an estimate, where one can be made


@dataclass(frozen=True)
class Queued:
    """Others are ahead at the model; `position` 1 is next."""

    position: int


@dataclass(frozen=True)
class Reading:
    """The model reads a long prompt: `done` of `total` tokens."""

    done: int
    total: int


@dataclass(frozen=True)
class Thinking:
    """A piece of what a model of the thinking kind says to itself before its answer; not part of the history."""

    text: str


@dataclass(frozen=True)
class TokenScore:
    """A chosen token and the most likely ones, with natural logarithms of their probabilities before any filter.

    A token's text may be a part of a character, so it is given as bytes.
    """

    text: bytes
    logprob: float
    top: tuple[tuple[bytes, float], ...]  # the likeliest first


@dataclass(frozen=True)
class Finish:
    """Last item of a stream: why it ended, what it counted, how long it took (seconds)."""

    reason: str  # "stop" (end token) | "length" (max_new_tokens or context) | "cancelled" (stop was set)
    prompt_tokens: int  # image slots included
    completion_tokens: int
    dropped_rounds: int  # oldest rounds left out so that the rest fits
    image_seconds: float  # 0 when the picture's embeddings were at hand
    first_token_seconds: float  # from the model's turn to the first token, image included
    decode_seconds: float  # from the first token to the last

    @property
    def tokens_per_second(self) -> float:
        """Decode rate after the first token; 0 when there was no second one."""
        if self.completion_tokens < 2 or self.decode_seconds <= 0:
            return 0.0
        return (self.completion_tokens - 1) / self.decode_seconds


Event = Loading | Queued | Reading | Thinking | TokenScore | str | Finish
"""What a stream yields; text as plain strings."""
