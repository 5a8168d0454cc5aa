"""Rounds of a conversation to one prompt, and the tidying of the answer.

What a message says is only ever text: the round frame, the image slot and the control ids come from the template.

Source: THUDM/chatglm-6b v1.1.0, modeling_chatglm.py, `chat` and `process_response`; THUDM/VisualGLM-6B, model/chat.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .errors import UserError
from .tokenizer import GLMTokenizer
from .types import Message, Thinking

MAX_TEXT_BYTES = 1_000_000  # of all messages together, as UTF-8
_ESTIMATE_SLACK = 16  # tokens by which the sum over rounds may overrate the whole prompt

Round = tuple[str, str]
"""A question and its answer."""


@dataclass(frozen=True)
class Prompt:
    """Ids for the model, `[gMASK] <sop>` included."""

    input_ids: list[int]
    image_starts: tuple[int, ...] = ()  # of each picture: index of the first of its placeholder ids
    dropped_rounds: int = 0


@dataclass(frozen=True)
class ChatTemplate:
    """The frame a model was trained with."""

    question_mark: str
    answer_mark: str
    numbered: bool = False  # a line "[Round i]" before each question
    bare_first: bool = False  # without history the prompt is the question alone
    image_marks: tuple[str, str] | None = None  # text on both sides of the image slot; None: no pictures

    def render_round(self, number: int, question: str, answer: str | None = None) -> str:
        """One round in its frame; without an answer it ends where the model goes on."""
        header = f"[Round {number}]\n" if self.numbered else ""
        end = "" if answer is None else answer + "\n"
        return f"{header}{self.question_mark}{question}\n{self.answer_mark}{end}"

    def render(self, history: Sequence[Round], question: str) -> str:
        """The prompt's text behind the image slot, exactly as the original writes it."""
        if self.bare_first and not history:
            return question
        rounds = [self.render_round(number, asked, answer) for number, (asked, answer) in enumerate(history)]
        return "".join(rounds) + self.render_round(len(history), question)

    def encode(self, tokenizer: GLMTokenizer, history: Sequence[Round], question: str, image_length: int = 0) -> Prompt:
        """Ids of a whole prompt; image_length placeholder ids `<unk>` (0 = no picture) stand at its very start.

        The texts on both sides of the slot are tokenised apart, so each begins with its own `▁`.
        Raises: ValueError when there is a picture but the template has no place for it.
        """
        text = self.render(history, question)
        if not image_length:
            return Prompt(tokenizer.build_inputs(tokenizer.encode_text(text)))
        if self.image_marks is None:
            raise ValueError("this template has no image slot")
        before, after = self.image_marks
        context = tokenizer.encode_text(before)
        image_starts = (len(context),)
        context += [tokenizer.unk_id] * image_length + tokenizer.encode_text(after + text)
        return Prompt(tokenizer.build_inputs(context), image_starts)


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
        return Prompt(prompt.input_ids, prompt.image_starts, dropped)

    prompt = build(0)
    size = len(prompt.input_ids)
    if size > limit:
        raise UserError("prompt_too_long", tokens=size, limit=limit)

    # A newline is a piece of its own, so the tokens of rounds add up but for a few; the whole prompt then decides.
    def cost(text: str) -> int:
        return len(tokenizer.encode_text("\n" + text)) - len(tokenizer.encode_text("\n"))

    kept = 0
    for asked, answer in reversed(rounds):
        size += cost(template.render_round(kept + 1, asked, answer))  # k rounds kept bring the numbers 0..k
        if size > limit + _ESTIMATE_SLACK:
            break
        kept += 1
    while kept:
        candidate = build(kept)
        if len(candidate.input_ids) <= limit:
            return candidate
        kept -= 1
    return prompt


def split_messages(messages: Sequence[Message]) -> tuple[str, list[Round], str]:
    """System text ("" without), finished rounds and the open question of a conversation.

    The models have no system role: `fit` puts that text in front of the first question, as plain text.
    Raises: UserError as `check_messages`; "bad_messages" for a wrong order of roles, "empty_prompt" when the last
    question is blank.
    """
    check_messages(messages)
    first = next((index for index, message in enumerate(messages) if message["role"] != "system"), len(messages))
    system = "\n".join(message["content"] for message in messages[:first]).strip()
    turns = messages[first:]
    for index, message in enumerate(turns, start=first):
        expected = "user" if (index - first) % 2 == 0 else "assistant"
        if message["role"] != expected:
            detail = f"message {index + 1} is from the {message['role']} where one from the {expected} is due"
            raise UserError("bad_messages", detail=detail)
    if len(turns) % 2 == 0:
        raise UserError("bad_messages", detail="the last message is not from the user")
    texts = [message["content"] for message in turns]
    if not texts[-1].replace("\0", "").strip():
        raise UserError("empty_prompt")
    return system, list(zip(texts[:-1:2], texts[1:-1:2], strict=True)), texts[-1]


def check_messages(messages: Sequence[Message]) -> None:
    """Raises: UserError("bad_messages") for a wrong shape, ("text_too_large") beyond MAX_TEXT_BYTES."""
    if not isinstance(messages, Sequence) or isinstance(messages, (str, bytes)) or not messages:
        raise UserError("bad_messages", detail="a list with at least one message is needed")
    for index, message in enumerate(messages):
        if not isinstance(message, Mapping):
            raise UserError("bad_messages", detail=f"message {index + 1} is not an object with role and content")
        if not isinstance(message.get("content"), str):
            raise UserError("bad_messages", detail=f"the content of message {index + 1} is not text")
        if message.get("role") not in ("system", "user", "assistant"):
            raise UserError("bad_messages", detail=f"the role of message {index + 1} is not system, user or assistant")
        if not isinstance(message.get("images", ()), (list, tuple)):
            raise UserError("bad_messages", detail=f"the images of message {index + 1} are not a list")
        if message.get("images") and message["role"] != "user":
            raise UserError("bad_messages", detail=f"message {index + 1} is not from the user but has images")
    size = sum(len(message["content"].encode("utf-8", "surrogatepass")) for message in messages)
    if size > MAX_TEXT_BYTES:
        raise UserError("text_too_large", size=size, limit=MAX_TEXT_BYTES)


def with_first_image(messages: Sequence[Message], image: Any) -> list[Message]:
    """Checked messages with `image` before the other images of the first question."""
    first = next((index for index, message in enumerate(messages) if message["role"] == "user"), None)
    return [
        {**message, "images": [image, *message.get("images", ())]} if index == first else dict(message)
        for index, message in enumerate(messages)
    ]


_TRAINING_TIME, _TRAINING_YEAR = "[[训练时间]]", "2023年"
_WIDE = {",": "，", "!": "！", ":": "：", ";": "；", "?": "？"}
_MARK_BY_IDEOGRAPH = re.compile("(?<=[\u4e00-\u9fff])[,!:;?]|[,!:;?](?=[\u4e00-\u9fff])")


def _widen(text: str) -> str:
    """Full-width punctuation beside a Chinese character; the length stays the same."""
    return _MARK_BY_IDEOGRAPH.sub(lambda mark: _WIDE[mark.group()], text)


def process_response(text: str) -> str:
    """The answer as it is shown and stored: stripped, its date placeholder filled, punctuation made Chinese.

    The vocabulary folds full-width marks, so those beside a character in U+4E00..U+9FFF are widened again.
    """
    return _widen(text.strip().replace(_TRAINING_TIME, _TRAINING_YEAR))


class ResponseStream:
    """`process_response` piece by piece: the outputs joined equal it on the inputs joined, in linear time.

    Held back is only what later text may change: white space (dropped at the end), one punctuation mark, and a begun
    date placeholder.
    """

    def __init__(self) -> None:
        self._held: list[str] = []
        self._previous = ""  # last character given out

    def push(self, piece: str) -> str:
        """What can be shown after this piece."""
        self._held.append(piece)
        if not piece or piece.isspace():
            return ""
        text = "".join(self._held)
        if not self._previous:
            text = text.lstrip()
        ready = len(text.rstrip())
        if ready == len(text):
            begun = range(len(_TRAINING_TIME) - 1, 0, -1)
            ready -= next((count for count in begun if text.endswith(_TRAINING_TIME[:count])), 0)
        if ready == len(text) and text[-1] in _WIDE and _widen((self._previous + text)[-2:])[-1] in _WIDE:
            ready -= 1
        self._held = [text[ready:]]
        return self._give(text[:ready])

    def flush(self) -> str:
        """What was held back, at the end of the answer."""
        text = "".join(self._held).rstrip()
        self._held = []
        return self._give(text)

    def _give(self, text: str) -> str:
        text = text.replace(_TRAINING_TIME, _TRAINING_YEAR)
        out = _widen(self._previous + text)[len(self._previous) :]
        self._previous = text[-1:] or self._previous
        return out


class StopTexts:
    """Ends an answer before the first of some texts, wherever its pieces are cut. Thinking is not searched.

    Attributes: `found`, whether one has come; nothing is given out after that.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._pattern = re.compile("|".join(map(re.escape, texts))) if texts else None
        self._longest = max(map(len, texts), default=0)
        self._texts = texts
        self._held = ""
        self.found = False

    def push(self, part: str | Thinking) -> list[str | Thinking]:
        """What can be shown after this part: all but what may be the beginning of a stop text."""
        if self.found or isinstance(part, Thinking) or self._pattern is None:
            return [] if self.found else [part]
        text = self._held + part
        found = self._pattern.search(text)
        self.found = found is not None
        ready = found.start() if found else len(text) - self._begun(text)
        self._held = text[ready:]
        return [text[:ready]] if ready else []

    def flush(self) -> list[str | Thinking]:
        """What was held back, at the end of the answer."""
        return [self._held] if self._held and not self.found else []

    def _begun(self, text: str) -> int:
        """Characters at the end that a stop text may begin with."""
        widths = range(min(self._longest - 1, len(text)), 0, -1)
        return next((width for width in widths if any(stop.startswith(text[-width:]) for stop in self._texts)), 0)
