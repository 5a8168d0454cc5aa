"""`python -m tuning.evaluate DIR --json OUT`: how many questions of a folder a model answers rightly.

`tuning.question_files` says what the folder holds. Decoding is greedy, so a second run gives the same figures.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import model
from model import GenerationParams, UserError
from tuning.question_files import Message, Question, QuestionsError, normalise, read_questions
from vision.image import ImageError

MAX_ANSWER_TOKENS = 256
_REPORT_EVERY = 10


class Answerer(Protocol):
    """What the evaluation needs of a model: `stream` as `docs/architecture.md` describes it."""

    def stream(self, messages: list[Message], image: Path | None, params: GenerationParams) -> Any: ...


@dataclass(frozen=True)
class Item:
    """The model's answer to one question, whether it is right, and whether it declines to answer."""

    question: Question
    output: str
    correct: bool
    refused: bool


def evaluate(answerer: Answerer, questions: Sequence[Question], report: Callable[[str], None]) -> list[Item]:
    """Ask every question in order. One that the model cannot take (say, a damaged picture) is answered wrongly.

    An answer declines if it would be right for any of the questions that are to be declined.
    """
    items: list[Item] = []
    polite = {normalise(answer) for question in questions if question.refusal for answer in question.accepted}
    params = GenerationParams(max_new_tokens=MAX_ANSWER_TOKENS, temperature=0.0)
    right = 0
    for number, question in enumerate(questions, start=1):
        try:
            pieces = answerer.stream(question.messages, image=question.image, params=params)
            output = "".join(piece for piece in pieces if isinstance(piece, str))
        except (UserError, ImageError) as error:
            report(f"\r{question.id}: {error}\n")
            output = ""
        correct = question.is_answered_by(output)
        right += correct
        items.append(Item(question, output, correct, normalise(output) in polite))
        if number % _REPORT_EVERY == 0 or number == len(questions):
            report(f"\r{number} of {len(questions)} questions, {right / number:.1%} right")
    report("\n")
    return items


Flags = list[tuple[Item, bool]]
"""What is counted, item by item."""


def accuracy(items: Sequence[Item]) -> float:
    """The share of right answers, 0 … 1."""
    return _share([(item, item.correct) for item in items])


def honesty(items: Sequence[Item]) -> dict[str, Flags]:
    """The two ways to be dishonest, each among the questions where it can happen.

    Wrong refusals decline a question that has an answer; confident nonsense is anything but a refusal where one is
    due. Neither can be told, and there are none here, unless some questions are to be declined.
    """
    counted: dict[str, Flags] = {
        "wrong refusals": [(item, item.refused) for item in items if not item.question.refusal],
        "confident nonsense": [(item, not item.refused) for item in items if item.question.refusal],
    }
    return {name: flags for name, flags in counted.items() if flags and counted["confident nonsense"]}


def _share(flags: Flags) -> float:
    return sum(flag for _, flag in flags) / len(flags)


def table(items: Sequence[Item]) -> str:
    """Accuracy and number of questions per category (rows) and language (columns), and below it the honesty."""
    languages = sorted({item.question.language for item in items})
    categories = sorted({item.question.category for item in items})
    rows: dict[str, Flags] = {
        name: [(item, item.correct) for item in items if item.question.category == name] for name in categories
    }
    rows |= {"all": [(item, item.correct) for item in items], **honesty(items)}
    first = max(map(len, ("category", *rows)))
    lines = ["  ".join([f"{'category':<{first}}", *(f"{name:>15}" for name in (*languages, "all"))])]
    for name, row in rows.items():
        columns = [[flag for flag in row if flag[0].question.language == language] for language in languages]
        cells = [f"{_share(cell):>7.1%} {f'({len(cell)})':>7}" if cell else f"{'-':>15}" for cell in (*columns, row)]
        lines.append("  ".join([f"{name:<{first}}", *cells]))
    return "\n".join(lines)


def result(items: Sequence[Item]) -> dict[str, Any]:
    """What the JSON file holds."""

    def shares(key: Callable[[Item], str]) -> dict[str, float]:
        names = sorted({key(item) for item in items})
        return {name: accuracy([item for item in items if key(item) == name]) for name in names}

    return {
        "accuracy": accuracy(items),
        "categories": shares(lambda item: item.question.category),
        "languages": shares(lambda item: item.question.language),
        "honesty": {name.replace(" ", "_"): _share(flags) for name, flags in honesty(items).items()},
        "items": [{"id": item.question.id, "output": item.output, "correct": item.correct} for item in items],
    }


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write the file whole or not at all."""
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _to_stderr(text: str) -> None:
    print(text, end="", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None, load: Callable[..., Answerer] = model.load) -> int:
    """Read the command line, evaluate, print the table; the exit code is 0 when all questions were asked."""
    parser = argparse.ArgumentParser(prog="python -m tuning.evaluate", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR", help="holds questions.jsonl and its pictures")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write every answer and the accuracies to this file")
    parser.add_argument("--model", default=model.EMBEDDED, help="what model.load takes (default: %(default)s)")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto")
    options = parser.parse_args(arguments)
    try:
        if options.json and not options.json.parent.is_dir():
            raise QuestionsError(f"There is no folder {options.json.parent} to write {options.json.name} into.")
        questions = read_questions(options.folder)
        answerer = load(options.model, device=options.device, precision=options.precision)
        items = evaluate(answerer, questions, _to_stderr)
        print(table(items))
        if options.json:
            write_json(options.json, result(items))
    except (QuestionsError, UserError) as error:
        _to_stderr(f"{error}\n")
        return 1
    except OSError as error:
        _to_stderr(f"{options.json} cannot be written: {error.strerror}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
