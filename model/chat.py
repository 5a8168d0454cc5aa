"""Rounds of a conversation to one prompt, and the tidying of the answer.

What a message says is only ever text: the round frame, the image slot and the control ids come from the template.

Source: THUDM/chatglm-6b v1.1.0, modeling_chatglm.py, `chat` and `process_response`; THUDM/VisualGLM-6B, model/chat.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .errors import UserError
from .tokenizer import GLMTokenizer
from .types import Message

MAX_TEXT_BYTES = 1_000_000  # of all messages together, as UTF-8
_ESTIMATE_SLACK = 16  # tokens by which the sum over rounds may overrate the whole prompt

Round = tuple[str, str]
"""A question and its answer."""


@dataclass(frozen=True)
class Prompt:
    """Ids for the model, `[gMASK] <sop>` included."""

    input_ids: list[int]
    image_start: int | None  # index of the first of the `image_length` placeholder ids, None without a picture
    dropped_rounds: int = 0


@dataclass(frozen=True)
class ChatTemplate:
    """The frame a model was trained with."""

    question_mark: str
    answer_mark: str
    numbered: bool = False  # a line "[Round i]" before each question
    bare_first: bool = False  # without history the prompt is the question alone
    image_marks: tuple[str, str] | None = None  # text on both sides of the image slot; None: no pictures

    def _frame(self, number: int, question: str) -> str:
        header = f"[Round {number}]\n" if self.numbered else ""
        return f"{header}{self.question_mark}{question}\n{self.answer_mark}"

    def render(self, history: Sequence[Round], question: str) -> str:
        """The prompt's text behind the image slot, exactly as the original writes it."""
        if self.bare_first and not history:
            return question
        rounds = [self._frame(number, asked) + answer + "\n" for number, (asked, answer) in enumerate(history)]
        return "".join(rounds) + self._frame(len(history), question)

    def encode(
        self, tokenizer: GLMTokenizer, history: Sequence[Round], question: str, image_length: int = 0
    ) -> Prompt:
        """Ids of a whole prompt; image_length placeholder ids `<unk>` (0 = no picture) stand at its very start.

        The texts on both sides of the slot are tokenised apart, so each begins with its own `▁`.
        Raises: ValueError when there is a picture but the template has no place for it.
        """
        text = self.render(history, question)
        if not image_length:
            return Prompt(tokenizer.build_inputs(tokenizer.encode_text(text)), None)
        if self.image_marks is None:
            raise ValueError("this template has no image slot")
        before, after = self.image_marks
        context = tokenizer.encode_text(before)
        image_start = len(context)
        context += [tokenizer.unk_id] * image_length + tokenizer.encode_text(after + text)
        return Prompt(tokenizer.build_inputs(context), image_start)


CHATGLM = ChatTemplate("问：", "答：", numbered=True, bare_first=True)
VISUALGLM = ChatTemplate("问：", "答：", image_marks=("<img>", "</img>"))
VISUALGLM_ENGLISH = ChatTemplate("Q:", "A:", image_marks=("<img>", "</img>"))


def fit(
    messages: Sequence[Message],
    tokenizer: GLMTokenizer,
    template: ChatTemplate,
    *,
    context_length: int,
    max_new_tokens: int,
    image_length: int = 0,
) -> Prompt:
    """The prompt with as many of the newest whole rounds as fit into context_length beside max_new_tokens (tokens).

    It is what the original would build from the rounds kept: they are numbered from 0. The picture and the system text
    stay at the start whatever is dropped. Work is bounded by the window and one round, not by the history.
    Raises: UserError as `split_messages`; "prompt_too_long" when the last question alone does not fit.
    """
    system, rounds, question = split_messages(messages)
    limit = max(context_length - max_new_tokens, 0)

    def build(kept: int) -> Prompt:
        dropped = len(rounds) - kept
        questions = [asked for asked, _ in rounds[dropped:]] + [question]
        questions[0] = f"{system}\n{questions[0]}" if system else questions[0]
        history = [(asked, answer) for asked, (_, answer) in zip(questions, rounds[dropped:], strict=False)]
        prompt = template.encode(tokenizer, history, questions[-1], image_length)
        return Prompt(prompt.input_ids, prompt.image_start, dropped)

    prompt = build(0)
    size = len(prompt.input_ids)
    if size > limit:
        raise UserError("prompt_too_long", tokens=size, limit=limit)

    # A newline is a piece of its own, so tokens of rounds add up but for a few; the whole prompt then decides.
    kept = 0
    for asked, answer in reversed(rounds):
        # With k rounds kept the numbers 0..k are in use, so each round more brings the number k.
        size += len(tokenizer.encode_text(template.render([(asked, answer)], "")))
        size -= len(tokenizer.encode_text(template.render([], "")))
        if size > limit + _ESTIMATE_SLACK:
            break
        kept += 1
    while kept:
        candidate = build(kept)
        if len(candidate.input_ids) <= limit:
            return candidate
        kept -= 1
    return prompt
