"""Errors whose text may be shown to the person who caused them."""

from __future__ import annotations

MESSAGES = {
    "empty_prompt": "Please type a question first.",
    "bad_messages": "The messages are not valid: {detail}.",
    "text_too_large": "The text is {size} bytes long; the limit is {limit} bytes. Please shorten it.",
    "prompt_too_long": (
        "The question needs {tokens} tokens, but only {limit} fit into the context beside the answer. "
        "Please shorten it."
    ),
    "parameter": "{name} must be {allowed}, but it is {value}.",
    "numerical_failure": (
        "The model produced invalid numbers (NaN or infinity). Try another precision, for example --precision fp32."
    ),
    "out_of_memory": "The device ran out of memory for this request. Try a shorter text or a smaller precision.",
    "busy": "The server is busy: {waiting} requests are waiting. Please try again in a moment.",
    "no_images": (
        "The loaded model ({model}) cannot look at pictures. Start with a model that can, or remove the picture."
    ),
    "model_missing": "There is no model at {path}. Give --model a folder with config.json, or leave it out.",
    "model_broken": "The model at {path} cannot be loaded: {detail}.",
    "unknown_device": "The device {device} is not available here. Available: {available}.",
    "unknown_precision": "The precision {precision} is not available on {device}. Available: {available}.",
    "prompt_ids": "The ids handed to the model lack {missing}. Build prompts with model.chat, or append [gMASK] <sop>.",
}


class UserError(Exception):
    """A fault the user can mend. `code` names the sentence, `fields` fill it in (see `MESSAGES`)."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields = fields
        super().__init__(MESSAGES[code].format(**fields))
