"""What a model needs and can do, in words."""

from __future__ import annotations

from model.types import ModelInfo

from .messages import say


def abilities(info: ModelInfo, lang: str) -> list[str]:
    """What it can do, as short phrases; nothing of a model that is not known yet."""
    if not info.family:
        return []
    phrases = [say("can_pictures" if info.images else "can_text", lang)]
    if info.thinking:
        phrases.append(say("can_think", lang))
    return [*phrases, say("can_read", lang, count=f"{info.context_length:,}")]


def needs(info: ModelInfo, loaded: bool, lang: str) -> str:
    """What memory it takes, or would take."""
    if not info.weight_bytes:
        return say("in_memory" if loaded else "needs_download", lang)
    return say("in_memory_takes" if loaded else "needs_memory", lang, size=size_text(info.weight_bytes))


def size_text(count: int) -> str:
    """Bytes as people say them."""
    return f"{count / 1e9:.1f} GB" if count >= 10**9 else f"{count / 1e6:.0f} MB"


def short_count(count: int) -> str:
    """Parameters as people say them."""
    for unit, size in (("B", 10**9), ("M", 10**6), ("K", 10**3)):
        if count >= size:
            return f"{count / size:.1f}{unit}"
    return str(count)
