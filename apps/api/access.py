"""Who may use the API, and how often: keys, the password of the pages, no pages of other sites, a visitor's rate."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

from fastapi import Request

from ..guard import is_foreign, is_own_name
from ..limits import RateLimit
from ..settings import ApiKey, Settings
from .errors import ApiError, facts


class Access:
    """A dependency of routes.

    Raises: ApiError 403 for other sites' pages, 401 without a key where one is needed, 429 after many wrong ones.
    """

    def __init__(self, settings: Settings, guesses: RateLimit) -> None:
        self.guesses = guesses
        auth = settings.auth
        self.origins = settings.cors
        self.tokens = settings.api_keys + ((_secret(auth[0], auth[1]),) if auth else ())
        self.pairs = (_secret(auth[0], ":".join(auth)),) if auth else ()

    async def __call__(self, request: Request) -> None:
        headers = request.headers
        if is_foreign(headers, self.origins):
            raise ApiError(403, "Requests from pages of other sites are refused.", code="foreign_origin")
        if not self.tokens:
            if not is_own_name(headers.get("host")):
                message = "Without a key this server answers to localhost only: set --api-key to use another name."
                raise ApiError(403, message, code="foreign_host")
            return
        address, authorization = request.client.host if request.client else "", headers.get("authorization", "")
        if authorization and (seconds := self.guesses.wait(address, count=False)):
            message = f"Too many wrong keys; please try again in {seconds} seconds."
            raise ApiError(429, message, kind="rate_limit_error", code="too_many_wrong_keys", wait=seconds)
        key = self._key(authorization)
        if key is None:
            if authorization:
                self.guesses.wait(address)
            raise ApiError(401, "The API key is missing or wrong.", kind="authentication_error", code="invalid_api_key")
        facts(request)["key"] = key.name

    def _key(self, authorization: str) -> ApiKey | None:
        """The key in "Bearer KEY", or in "Basic" with the password's pair or a key under any name."""
        scheme, _, credentials = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return _find(credentials.strip(), self.tokens)
        if scheme.lower() != "basic":
            return None
        try:
            pair = base64.b64decode(credentials, validate=True).decode()
        except (binascii.Error, ValueError):
            return None
        return _find(pair, self.pairs) or _find(pair.partition(":")[2], self.tokens)


class Rate:
    """A dependency of routes that ask the model, after `Access`. Raises: UserError("rate_limited")."""

    def __init__(self, limit: RateLimit) -> None:
        self.limit = limit

    async def __call__(self, request: Request) -> None:
        self.limit.check(request.client.host if request.client else "")


def _secret(name: str, secret: str) -> ApiKey:
    return ApiKey(name, hashlib.sha256(secret.encode("utf-8", "replace")).digest())


def _find(given: str, keys: Iterable[ApiKey]) -> ApiKey | None:
    """The key among `keys`, in a time that does not depend on which it is or how much of it is right."""
    digest = hashlib.sha256(given.encode("utf-8", "replace")).digest()
    found = None
    for key in keys:
        if hmac.compare_digest(digest, key.digest):
            found = key
    return found
