"""`POST /` as the original demos answer it: ChatGLM-6B's fields when there is a `prompt`, VisualGLM's with a `text`.

Unlike there, temperature 0 is greedy, a wrong value is refused by name, `max_length` bounds the answer alone (theirs
counted the prompt as well, so that a long history left no room), and a typed `<img>` opens no file.
Source: THUDM/ChatGLM-6B, api.py; THUDM/VisualGLM-6B, api.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import Field, field_validator

from model.types import GenerationParams, Message
from vision.image import decode_base64, decode_data_url

from ..display import clean
from ..metrics import MeteredModels
from .answers import collect, timings, unless_gone, work
from .body import Body, read_body
from .catalogue import known
from .describe import described
from .errors import ApiError, ApiRoute, ApiRouter, facts, refusal
from .schemas import MOST_MESSAGES, Question, sampling_params

_EXAMPLE = {"prompt": "你好", "history": []}


class UpstreamRequest(Body):
    """`POST /`: a question with `prompt` (ChatGLM-6B) or `text` (VisualGLM), one of the two."""

    prompt: str | None = None
    text: str | None = None
    image: str | None = Field(None, description="With text: a picture in base64; the conversation is about it")
    history: list[Annotated[list[str], Field(fail_fast=True)]] | None = Field(
        None, max_length=MOST_MESSAGES // 2, description="Earlier rounds as [question, answer]"
    )
    max_length: int | None = Field(None, description="Longest answer in tokens; 0 is the model's own default")
    top_p: float | None = None
    temperature: float | None = Field(None, description="0 always takes the likeliest token")
    top_k: int | None = None
    repetition_penalty: float | None = None

    @field_validator("history")
    @classmethod
    def _pairs(cls, value: list[list[str]] | None) -> list[list[str]] | None:
        rounds = [pair for pair in value or [] if pair]  # ChatGLM-6B's own default is a list with an empty round
        if any(len(pair) != 2 for pair in rounds):
            raise ValueError("must be a list of pairs [question, answer]")
        return rounds

    def params(self, defaults: GenerationParams) -> GenerationParams:
        """Raises: UserError("parameter") naming the field as the client wrote it."""
        return sampling_params(
            defaults,
            {"max_new_tokens": "max_length"},
            max_new_tokens=self.max_length or None,
            top_p=self.top_p,
            temperature=self.temperature,
            top_k=self.top_k,
            repetition_penalty=self.repetition_penalty,
        )

    def question(self) -> str:
        """What is asked. Raises: ApiError."""
        question = self.prompt if self.text is None else self.text
        if question is None or (self.prompt is not None and self.text is not None):
            message = "Give the question as prompt (as for ChatGLM-6B) or as text (as for VisualGLM)."
            raise ApiError(400, message, param="prompt", code="missing_field")
        if self.image and self.text is None:
            raise ApiError(400, "A picture goes with text instead of prompt.", param="image", code="invalid_value")
        return clean(question)

    def picture(self) -> bytes | None:
        """The picture's file. Raises: vision.errors.ImageError."""
        if not self.image:
            return None
        return decode_data_url(self.image) if self.image.startswith("data:") else decode_base64(self.image)


class _UpstreamRoute(ApiRoute):
    """Their clients look for `status` in the body."""

    def refuse(self, error: ApiError) -> Response:
        """See `ApiRoute`."""
        return refusal(error, {"status": error.status, "time": _now()})


def build_router(models: MeteredModels) -> ApiRouter:
    """`POST /`."""
    router = ApiRouter(_UpstreamRoute, tags=["As the original demos"])

    @router.post("/", **described("Answer as api.py of ChatGLM-6B or VisualGLM-6B", UpstreamRequest, _EXAMPLE))
    async def answer(request: Request) -> dict[str, Any]:
        asked = await read_body(request, UpstreamRequest, {})
        model = await known(models, None)
        question, history = asked.question(), asked.history or []
        messages: list[Message] = [
            {"role": role, "content": clean(text)}
            for pair in history
            for role, text in zip(("user", "assistant"), pair, strict=True)
        ]
        messages.append({"role": "user", "content": question})
        if picture := asked.picture():
            messages[0]["images"] = [picture]
        run = Question(messages, asked.params(model.info.defaults), 0)
        facts(request).update(model=model.info.name, stream=False)
        (given,) = await unless_gone(request, collect(work(model, [run], per_second=10.0)))
        facts(request).update(timings([(run, given.finished)]))
        name = "response" if asked.text is None else "result"
        return {name: given.text, "history": [*history, [question, given.text]], "status": 200, "time": _now()}

    return router


def _now() -> str:
    return datetime.now().strftime("%Y-%m-%d %H:%M:%S")
