"""Reading a folder of questions, and judging answers to them.

A folder holds `questions.jsonl`, a line `{"id", "category", "image": "file.png" or null, "messages": [{"role",
"content"}…], "answer": "…" or ["…", "…"]}` for each question, and the pictures. A line may name its "language", and
`"refusal": true` says that its right answers decline the question.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QUESTIONS = "questions.jsonl"
ROLES = ("user", "assistant", "system")

Message = dict[str, str]

_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_BLANKS = re.compile(r"\s+")
_FINAL_PUNCTUATION = ".。!?,;:…~、"


class QuestionsError(Exception):
    """A questions file that cannot be used; its text is one sentence for the person who wrote it."""


@dataclass(frozen=True)
class Question:
    """One line of the file; `accepted` are its right answers, which decline the question if it is a `refusal`."""

    id: str
    category: str
    language: str
    image: Path | None
    messages: list[Message]
    accepted: tuple[str, ...]
    refusal: bool = False

    def is_answered_by(self, output: str) -> bool:
        """Whether the output is one of the accepted answers; case, blanks and final punctuation do not count."""
        return normalise(output) in {normalise(answer) for answer in self.accepted}


def normalise(text: str) -> str:
    """The text without what does not count: width of letters and signs, case, blanks, final punctuation."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text).casefold()).rstrip(_FINAL_PUNCTUATION)


def read_questions(folder: Path) -> list[Question]:
    """The questions of a folder. Raises: QuestionsError, naming the line."""
    path = folder / QUESTIONS
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QuestionsError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        raise QuestionsError(f"{path}, line {number}: the text is not UTF-8.") from error
    questions = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(line, folder))
        except QuestionsError as error:
            raise QuestionsError(f"{path}, line {number}: {error}") from error
    if not questions:
        raise QuestionsError(f"{path} holds no questions.")
    return questions


def _question(line: str, folder: Path) -> Question:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise QuestionsError("the line is not valid JSON.") from error
    _require(isinstance(fields, dict), "the line is not a JSON object.")
    missing = [name for name in ("id", "category", "messages", "answer") if name not in fields]
    _require(not missing, f"the question lacks {', '.join(missing)}.")
    name, category, language = fields["id"], fields["category"], fields.get("language")
    refusal = fields.get("refusal", False)
    _require(isinstance(name, str | int) and not isinstance(name, bool), "id must be a string or a whole number.")
    _require(isinstance(category, str) and bool(category), "category must be a string that is not empty.")
    _require(language is None or isinstance(language, str), "language must be a string.")
    _require(isinstance(refusal, bool), "refusal must be true or false.")
    messages = _messages(fields["messages"])
    spoken = language or ("zh" if _CHINESE.search(messages[-1]["content"]) else "en")
    image, accepted = _image(fields.get("image"), folder), _accepted(fields["answer"])
    return Question(str(name), category, spoken, image, messages, accepted, refusal)


def _image(value: Any, folder: Path) -> Path | None:
    if value is None:
        return None
    _require(isinstance(value, str) and bool(value) and "\0" not in value, "image must be a file name or null.")
    _require((folder / value).is_file(), f"the picture {value} is not in {folder}.")
    return folder / value


def _messages(value: Any) -> list[Message]:
    _require(isinstance(value, list) and bool(value), "messages must be a list that is not empty.")
    for message in value:
        _require(
            isinstance(message, dict) and message.get("role") in ROLES and isinstance(message.get("content"), str),
            f'each message must hold a role ({", ".join(ROLES)}) and a string "content".',
        )
    _require(value[-1]["role"] == "user", "the last message must come from the user.")
    return [{"role": message["role"], "content": message["content"]} for message in value]


def _accepted(value: Any) -> tuple[str, ...]:
    answers = [value] if isinstance(value, str) else value
    valid = isinstance(answers, list) and bool(answers) and all(isinstance(answer, str) for answer in answers)
    _require(valid, "answer must be a string or a list of strings that is not empty.")
    return tuple(answers)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise QuestionsError(otherwise)
