"""How events of the pages are wired, and what the pages' script asks for with them."""

from __future__ import annotations

import json
import re
from typing import Any

import gradio as gr

Updates = dict[Any, Any]
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
STREAM: dict[str, Any] = {**QUIET, "trigger_mode": "multiple", "preprocess": False}
AT_ONCE: dict[str, Any] = {**QUIET, "queue": False, "trigger_mode": "multiple"}
AS_LOADED = "(...inputs) => glm.asLoaded(inputs)"
AS_SENT = "(...inputs) => glm.asSent(inputs)"
TAKE_ORDER = "(...inputs) => glm.asLoaded([...inputs.slice(0, -1), glm.takeOrder()])"
CHAT: dict[str, Any] = {
    "elem_classes": "glm-talk",
    "show_label": False,
    "container": False,
    "layout": "bubble",
    "buttons": [],
    "latex_delimiters": [
        {"left": "$$", "right": "$$", "display": True},
        {"left": r"\[", "right": r"\]", "display": True},
        {"left": r"\(", "right": r"\)", "display": False},
    ],
    "sanitize_html": True,
    "autoscroll": False,  # gradio's holds on to a reader who scrolls up; the page's script follows instead
    "feedback_options": None,
}

BOX: dict[str, Any] = {
    "lines": 1,
    "max_lines": 10,
    "show_label": False,
    "container": False,
    "submit_btn": True,
    "stop_btn": False,
}


def merged(one: Updates, other: Updates) -> Updates:
    """Both updates; where they concern the same component, what either says of it, the later if both do."""

    def as_update(value: Any) -> dict[str, Any]:
        return value if isinstance(value, dict) and "__type__" in value else gr.update(value=value)

    shared = {part: {**as_update(one[part]), **as_update(other[part])} for part in one if part in other}
    return {**one, **other, **shared}


def read_order(text: Any) -> dict[str, Any]:
    """What the script asks for: {"do": …, "id": a message's, "text": …}; empty where it is none of that."""
    try:
        order = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        order = None
    fields = order if isinstance(order, dict) else {}
    kinds = {"do": str, "id": int, "text": str}
    return {name: fields[name] if isinstance(fields.get(name), kind) else kind() for name, kind in kinds.items()}


def file_to_save(title: str, ending: str, kind: str, text: str) -> str:
    """A file for the script to hand over: its name, its type and its text."""
    name = re.sub(r"[^\w.-]+", "-", title).strip("-.")[:60] or "conversation"
    return json.dumps({"name": f"{name}.{ending}", "type": kind, "text": text})
