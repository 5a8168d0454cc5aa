"""Rounds of a conversation to one prompt, for the newer GLM models.

What a message says is only ever text: round frames, role tokens and the image slot come from the template.

Source: tokenization_chatglm.py of THUDM/chatglm2-6b (`build_prompt`), chatglm3-6b and glm-4-9b-chat
(`build_single_message`); the `chat_template` that newer folders bring along.
"""

from __future__ import annotations

import bisect
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from transformers.utils.chat_template_utils import render_jinja_template

from ..chat import Prompt, Round, split_messages
from ..errors import UserError
from ..tokenizer import Tokenizer
from ..types import Message

IMAGE_TOKEN = "<|image|>"
_THINK = "<think>"
# A noncharacter (Unicode 23.7): never in exchanged text, so it can stand inside typed special tokens while a chat
# template runs, and is gone before the text is encoded.
_MARK = "\ufdd0"


@dataclass(frozen=True)
class CausalPrompt(Prompt):
    """`Prompt` whose last tokens may have opened the model's thinking part: then its answer starts inside it."""

    thinking: bool = False


class Template(ABC):
    """The frame a model was trained with.

    Attributes: `stop_ids`, the ids that end an answer; `thinking`, whether it has a place for thinking aloud.
    """

    stop_ids: frozenset[int]
    thinking: bool = False

    def encode(
        self, messages: Sequence[Message], context_length: int, max_new_tokens: int, image_lengths: Sequence[int] = ()
    ) -> CausalPrompt:
        """The prompt with as many of the newest whole rounds as fit into context_length beside max_new_tokens (tokens).

        It is what the original would build from the rounds kept. image_lengths: slots of each of the messages' images.
        They go with their rounds, but the newest stays, with the first question that is left, as does the system text.
        Raises: UserError as `model.chat.split_messages`; "prompt_too_long" when the last question alone does not fit;
        ValueError when there is a picture but the template has no place for it.
        """
        system, rounds, question = split_messages(messages)
        limit = max(context_length - max_new_tokens, 0)
        lengths = iter(image_lengths)
        images = [
            [next(lengths) for _ in message.get("images", ())] for message in messages if message["role"] == "user"
        ]

        def build(kept: int) -> CausalPrompt:
            dropped = len(rounds) - kept
            shown = images[dropped:]
            if image_lengths and not any(shown):
                shown[0] = [image_lengths[-1]]
            prompt = self._build(system, rounds[dropped:], question, shown)
            return replace(prompt, dropped_rounds=dropped)

        shortest = build(0)
        if len(shortest.input_ids) > limit:
            raise UserError("prompt_too_long", tokens=len(shortest.input_ids), limit=limit)
        most = self._most_rounds(rounds, limit - len(shortest.input_ids))
        fitting = bisect.bisect_right(range(1, most + 1), limit, key=lambda kept: len(build(kept).input_ids))
        return build(fitting) if fitting else shortest

    def _most_rounds(self, rounds: Sequence[Round], room: int) -> int:
        """More rounds than this cannot fit; bounds the work by the window, not by the history.

        A round's frame takes more tokens than the few that its texts save by joining their neighbours.
        """
        for kept, (asked, answer) in enumerate(reversed(rounds)):
            room -= len(self._tokenizer.encode_text(asked)) + len(self._tokenizer.encode_text(answer))
            if room < 0:
                return kept
        return len(rounds)

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def _special(self, *names: str) -> list[int]:
        """Raises: ValueError naming the special token that the vocabulary lacks."""
        try:
            return [self._tokenizer.special_ids[name] for name in names]
        except KeyError as error:
            raise ValueError(f"the tokenizer lacks the special token {error.args[0]}") from error

    @abstractmethod
    def _build(
        self, system: str, history: Sequence[Round], question: str, images: Sequence[Sequence[int]]
    ) -> CausalPrompt:
        """The whole prompt of these rounds. images: of each question, how many slots each of its pictures takes."""


class RoundTemplate(Template):
    """ChatGLM2-6B: numbered rounds, from 1, as one text. It has no system role: that text opens the first question."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__(tokenizer)
        self._prefix = self._special("[gMASK]", "sop")
        self.stop_ids = frozenset(self._special("</s>"))

    def _build(
        self, system: str, history: Sequence[Round], question: str, images: Sequence[Sequence[int]]
    ) -> CausalPrompt:
        _refuse_images(images)
        rounds = [*history, (question, "")]
        if system:
            rounds[0] = (f"{system}\n{rounds[0][0]}", rounds[0][1])
        text = "\n\n".join(
            f"[Round {number}]\n\n问：{asked}\n\n答：{answer}" for number, (asked, answer) in enumerate(rounds, start=1)
        )
        return CausalPrompt([*self._prefix, *self._tokenizer.encode_text(text)])


class RoleTemplate(Template):
    """ChatGLM3-6B and GLM-4-9B: a role token, a newline and the text, each encoded apart."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__(tokenizer)
        sop, end = ("<sop>", "<|endoftext|>") if "<sop>" in tokenizer.special_ids else ("sop", "</s>")
        self._prefix = self._special("[gMASK]", sop)
        roles = ("system", "user", "assistant")
        self._role = dict(zip(roles, self._special(*(f"<|{role}|>" for role in roles)), strict=True))
        self._newline = tokenizer.encode_text("\n")
        self.stop_ids = frozenset(self._special(end, "<|user|>", "<|observation|>"))

    def _build(
        self, system: str, history: Sequence[Round], question: str, images: Sequence[Sequence[int]]
    ) -> CausalPrompt:
        _refuse_images(images)
        ids = list(self._prefix)
        for message in _messages(system, history, question):
            ids += [self._role[message["role"]], *self._newline, *self._tokenizer.encode_text(message["content"])]
        return CausalPrompt([*ids, self._role["assistant"]])


class JinjaTemplate(Template):
    """A folder's own `chat_template`, rendered by transformers in its sandbox.

    Special tokens count only where the template writes them; typed ones are spelled out as text.
    """

    def __init__(self, tokenizer: Tokenizer, source: str, stop_ids: frozenset[int], images: bool = False) -> None:
        """images: whether the model takes pictures, in the slots that the template writes as `<|image|>`.

        Raises: ValueError when the template cannot be rendered, or has no image slot although it should.
        """
        super().__init__(tokenizer)
        self._source = source
        self._images = images
        self.thinking = _THINK in source
        self.stop_ids = stop_ids
        longest_first = sorted(tokenizer.special_ids, key=len, reverse=True)
        self._special_names = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        try:
            self._build("x", [("x", "x")], "x", [[1], [1]] if images else [[], []])
        except Exception as error:  # a template can fail in any way it likes
            raise ValueError(f"the chat template cannot be used: {error}") from error

    def _build(
        self, system: str, history: Sequence[Round], question: str, images: Sequence[Sequence[int]]
    ) -> CausalPrompt:
        if not self._images:
            _refuse_images(images)
        messages: list[dict[str, Any]] = [
            {"role": message["role"], "content": self._marked(message["content"])}
            for message in _messages(system, history, question)
        ]
        asked = (message for message in messages if message["role"] == "user")
        for message, lengths in zip(asked, images, strict=True):
            if lengths:
                pictures = [{"type": "image"} for _ in lengths]
                message["content"] = [*pictures, {"type": "text", "text": message["content"]}]
        text = self._render(messages)
        ids: list[int] = []
        starts: list[int] = []
        slots, end = [length for lengths in images for length in lengths], 0
        for found in self._special_names.finditer(text):
            ids += self._plain(text[end : found.start()])
            end = found.end()
            token = self._tokenizer.special_ids[found.group()]
            if found.group() == IMAGE_TOKEN and len(starts) < len(slots):
                starts.append(len(ids))
                ids += [token] * slots[len(starts) - 1]
            else:
                ids.append(token)
        ids += self._plain(text[end:])
        if len(starts) < len(slots):
            raise ValueError("it has no image slot")
        return CausalPrompt(ids, tuple(starts), thinking=text.rstrip().endswith(_THINK))

    def _render(self, messages: list[dict[str, Any]]) -> str:
        # annotated as str, but it returns the texts and a mask
        result: Any = render_jinja_template([messages], chat_template=self._source, add_generation_prompt=True)
        text: str = result[0][0]
        return text

    def _marked(self, text: str) -> str:
        """The text with every special token in it broken up by a mark."""
        text = text.replace("\0", "").replace(_MARK, "")
        return self._special_names.sub(lambda found: found.group()[:1] + _MARK + found.group()[1:], text)

    def _plain(self, text: str) -> list[int]:
        return self._tokenizer.encode_text(text.replace(_MARK, "")) if text else []


def _messages(system: str, history: Sequence[Round], question: str) -> list[Message]:
    messages = [{"role": "system", "content": system}] if system else []
    for asked, answer in history:
        messages += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
    return [*messages, {"role": "user", "content": question}]


def _refuse_images(images: Sequence[Sequence[int]]) -> None:
    if any(images):
        raise ValueError("this template has no image slot")
