"""The body of a chat completion, checked: bytes from anyone → messages, picture and parameters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from model.types import GenerationParams, Message, ModelInfo
from vision.image import decode_data_url

from .display import clean

MAX_MESSAGES = 2048
_ROLES = ("system", "developer", "user", "assistant")


class ApiError(Exception):
    """An answer in the error form that OpenAI's clients understand."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: object = None,
        code: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code
        self.kind = kind

    def body(self) -> dict[str, Any]:
        """The JSON that tells it."""
        return {"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}}


@dataclass(frozen=True)
class ChatRequest:
    """What a checked body asks for."""

    messages: list[Message]
    image: bytes | None
    params: GenerationParams
    stream: bool
    include_usage: bool


def parse_body(body: bytes, info: ModelInfo) -> ChatRequest:
    """Raises: ApiError 400 naming the field; UserError("parameter"); vision.errors.ImageError."""
    fields = _object(body)
    messages, image = _messages(fields.get("messages"))
    options = fields.get("stream_options")
    if options is not None and not isinstance(options, dict):
        _wrong("stream_options", "an object")
    return ChatRequest(
        messages,
        image,
        _params(fields, info.defaults),
        stream=_flag(fields, "stream"),
        include_usage=_flag(options or {}, "include_usage"),
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise ApiError(400, "The body is not valid UTF-8.", code="invalid_utf8") from None
    except RecursionError:
        raise ApiError(400, "The JSON is nested too deeply.", code="invalid_json") from None
    except ValueError as error:
        raise ApiError(400, f"The body is not valid JSON: {error}.", code="invalid_json") from None
    if not isinstance(fields, dict):
        raise ApiError(400, "The body must be a JSON object.", code="invalid_json")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _wrong(param: str, wanted: str) -> NoReturn:
    raise ApiError(400, f"{param} must be {wanted}.", param=param, code="invalid_type")


def _flag(fields: dict[str, Any], name: str) -> bool:
    value = fields.get(name)
    if value is not None and not isinstance(value, bool):
        _wrong(name, "true or false")
    return bool(value)


def _params(fields: dict[str, Any], defaults: GenerationParams) -> GenerationParams:
    given = {
        name: fields[name]
        for name in ("temperature", "top_p", "top_k", "repetition_penalty", "seed")
        if fields.get(name) is not None
    }
    longest = fields.get("max_completion_tokens")
    if longest is None:
        longest = fields.get("max_tokens")
    if longest is not None:
        given["max_new_tokens"] = longest
    if fields.get("n") not in (None, 1):
        raise ApiError(400, "n must be 1: one choice at a time.", param="n", code="unsupported_value")
    return GenerationParams(**{**vars(defaults), "seed": None, **given})


def _messages(value: Any) -> tuple[list[Message], bytes | None]:
    """The messages, and the newest picture in them: a conversation is about one picture."""
    if not isinstance(value, list) or not value:
        _wrong("messages", "a list with at least one message")
    if len(value) > MAX_MESSAGES:
        _wrong("messages", f"at most {MAX_MESSAGES} messages")
    messages: list[Message] = []
    address: str | None = None
    for number, item in enumerate(value):
        where = f"messages[{number}]"
        if not isinstance(item, dict):
            _wrong(where, "an object")
        role = item.get("role")
        if role not in _ROLES:
            _wrong(f"{where}.role", f"one of {', '.join(_ROLES)}")
        text, found = _content(item.get("content"), f"{where}.content")
        if found is not None and role != "user":
            _wrong(f"{where}.content", "text: only messages of the user hold pictures")
        address = address if found is None else found
        messages.append({"role": "system" if role == "developer" else role, "content": clean(text)})
    if messages[-1]["role"] != "user":
        _wrong("messages", "a list whose last message is the user's")
    return messages, None if address is None else _picture(address)


def _content(value: Any, where: str) -> tuple[str, str | None]:
    """(text, address of a picture) of a message's content, which is a string or a list of parts."""
    if isinstance(value, str):
        return value, None
    if not isinstance(value, list):
        _wrong(where, "a string or a list of parts")
    texts: list[str] = []
    address: str | None = None
    for number, part in enumerate(value):
        place = f"{where}[{number}]"
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "text" and isinstance(part.get("text"), str):
            texts.append(part["text"])
        elif kind == "image_url":
            target = part.get("image_url")
            target = target.get("url") if isinstance(target, dict) else target
            if not isinstance(target, str):
                _wrong(f"{place}.image_url", 'an object like {"url": "data:image/png;base64,…"}')
            if address is not None:
                _wrong(where, "a list with one picture at most")
            address = target
        else:
            _wrong(place, "a part of type text or image_url")
    return "\n".join(texts), address


def _picture(address: str) -> bytes:
    """The bytes of a data URL; other addresses are never opened."""
    if not address[:5].lower() == "data:":
        raise ApiError(
            400,
            "Pictures at remote addresses are not fetched; send a data URL (data:image/png;base64,…).",
            param="messages",
            code="remote_image",
        )
    return decode_data_url(address)
