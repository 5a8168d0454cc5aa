"""Bytes from anyone → a checked request object, within limits of size and time."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from .errors import ApiError

MAX_BODY_BYTES = 32 * 1024 * 1024
BODY_SECONDS = 60.0  # for the whole body to arrive
MOST_TEXTS = 2048  # of a field that takes several; OpenAI's own limit of texts to embed


class Body(BaseModel):
    """A request body. Fields that it does not name are ignored; null is as good as absent where a default exists."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


def one_or_many(value: Any) -> str:
    """Which form of `OneOrMany` a value has; < > marks what is no part of the field's name in an error."""
    return "<many>" if isinstance(value, list) else "<one>"


OneOrMany = Annotated[
    Annotated[str, Tag("<one>")] | Annotated[list[str], Field(max_length=MOST_TEXTS, fail_fast=True), Tag("<many>")],
    Discriminator(one_or_many),
]
"""A text, or a list of texts; of a list with many faults only the first is looked at."""

AnyBody = TypeVar("AnyBody", bound=Body)


async def read_body(request: Request, form: type[AnyBody], unsupported: dict[str, tuple[Any, ...]]) -> AnyBody:
    """The body as a `form`.

    `unsupported` names fields that ask for what is not here, with the values that ask for nothing.
    Raises: ApiError 400 naming the field, 408, 413.
    """
    fields = _object(await _read(request))
    for name, harmless in unsupported.items():
        if name in fields and fields[name] not in harmless:
            raise ApiError(400, f"{name} is not supported here; leave it out.", param=name, code="unsupported_value")
    try:
        return form.model_validate(fields)
    except ValidationError as error:
        raise _api_error(error) from None


async def _read(request: Request) -> bytes:
    too_large = ApiError(413, f"The request body is larger than {MAX_BODY_BYTES} bytes.", code="request_too_large")
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and (len(announced) > 12 or int(announced) > MAX_BODY_BYTES):
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise too_large
    except TimeoutError:
        raise ApiError(408, f"The body did not arrive within {BODY_SECONDS:.0f} seconds.", code="timeout") from None
    return bytes(body)


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


_OBJECT = "must be an object"
_WORDS = {"missing": "is missing", "model_type": _OBJECT, "model_attributes_type": _OBJECT, "dict_type": _OBJECT}
_THEIR_WORDS = (
    ("Value error, ", ""),
    ("Input should", "must"),
    ("List should", "must"),
    ("valid ", ""),
    ("a integer", "an integer"),
    (" after validation", ""),
)


def _api_error(error: ValidationError) -> ApiError:
    """The first fault as "messages[0].role must be …"."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    param = ""
    for part in first["loc"]:
        if isinstance(part, int):
            param += f"[{part}]"
        elif not part.startswith("<"):
            param += f".{part}" if param else part
    words = _WORDS.get(first["type"]) or first["msg"]
    for theirs, ours in _THEIR_WORDS:
        words = words.replace(theirs, ours)
    code = "missing_field" if first["type"] == "missing" else "invalid_type"
    return ApiError(400, f"{param} {words}.".lstrip(), param=param or None, code=code)
