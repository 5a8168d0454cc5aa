"""`python3 run.py stats [FILE]`: what a usage file holds, as tables and as a picture beside it."""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from model.errors import UserError

from .settings import fail, parse_stats_file
from .usage import APPLICATION, AnswerFigures

_MOST_REASONS = 10
_MOST_DATES = 5  # written below a chart
_HAS_VOTES = "select 1 from sqlite_master where name = 'votes'"  # not in a file of an earlier version
_VOTES = "select left_model, left_preset, right_model, right_preset, vote, blind from votes order by time"
_SHARES = (50, 90, 99)
_FACES = {"page": "pages", "api": "API"}


@dataclass(frozen=True)
class Opinion:
    """What a visitor thinks of one answer, and why if they said so."""

    day: str
    model: str
    liked: bool
    reason: str


@dataclass(frozen=True)
class Vote:
    """Which of two answers was better; `sides` are left and right, each a model and its preset."""

    sides: tuple[str, str]
    vote: str
    blind: bool


@dataclass(frozen=True)
class Usage:
    """The contents of a usage file, the oldest first; `days` says when each of the answers was."""

    answers: list[AnswerFigures]
    days: list[str]
    opinions: list[Opinion]
    votes: list[Vote] = field(default_factory=list)


def read_usage(path: Path) -> Usage:
    """Reads a usage file, which a server may be writing to. Raises: UserError("usage_missing", "usage_foreign")."""
    columns = "face, model, picture, ended, prompt_tokens, completion_tokens, queue_seconds, first_token_seconds"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            if database.execute("pragma application_id").fetchone() != (APPLICATION,):
                raise UserError("usage_foreign", path=path)
            rows = database.execute(f"select time, {columns}, tokens_per_second from answers order by time").fetchall()
            said = database.execute("select time, model, liked, reason from feedback order by time").fetchall()
            votes = database.execute(_VOTES).fetchall() if database.execute(_HAS_VOTES).fetchone() else []
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise UserError("usage_foreign", path=path) from error
        raise UserError("usage_missing", path=path, reason=error) from error
    opinions = [Opinion(time[:10], model, bool(liked), reason) for time, model, liked, reason in said]
    compared = [Vote((f"{one} ({how})", f"{other} ({so})"), *rest) for one, how, other, so, *rest in votes]
    return Usage([AnswerFigures(*row[1:]) for row in rows], [row[0][:10] for row in rows], opinions, compared)


def tables(usage: Usage) -> Iterator[Table]:
    """A table for each model, with a column for each face and one for all; at the end the reasons for opinions."""
    models = [answer.model for answer in usage.answers] + [opinion.model for opinion in usage.opinions]
    for model in dict.fromkeys(models):
        answers = [answer for answer in usage.answers if answer.model == model]
        opinions = [opinion for opinion in usage.opinions if opinion.model == model]
        yield _table(model, answers, opinions)
    if usage.votes:
        yield _votes_table(usage.votes)
    reasons = [opinion for opinion in usage.opinions if opinion.reason][-_MOST_REASONS:]
    if reasons:
        table = Table("day", "", "reason", title="reasons, the newest first", title_justify="left")
        for opinion in reversed(reasons):
            table.add_row(opinion.day, "liked" if opinion.liked else "disliked", _plain(opinion.reason))
        yield table


def _plain(words: str) -> Text:
    """Words from outside, without what would command the terminal."""
    return Text("".join(character if character.isprintable() else " " for character in words))


def _votes_table(votes: list[Vote]) -> Table:
    table = Table("A", "B", title="comparisons", title_justify="left")
    for name in ("A wins", "B wins", "ties", "both bad", "blind"):
        table.add_column(name, justify="right")
    for one, other in dict.fromkeys(tuple(sorted(vote.sides)) for vote in votes):
        counts: Counter[str] = Counter()
        for vote in votes:
            if sorted(vote.sides) == [one, other]:
                winner = {"left": vote.sides[0], "right": vote.sides[1]}.get(vote.vote, vote.vote)
                counts[winner] += 1
                counts["blind"] += bool(vote.blind)
        table.add_row(
            _plain(one), _plain(other), *(f"{counts[name]:,}" for name in (one, other, "tie", "bad", "blind"))
        )
    return table


def _table(model: str, answers: list[AnswerFigures], opinions: list[Opinion]) -> Table:
    groups = {name: [answer for answer in answers if answer.face == face] for face, name in _FACES.items()}
    groups = {name: group for name, group in groups.items() if group}
    groups = groups if len(groups) == 1 else {**groups, "all": answers}
    table = Table("", title=_plain(model), title_justify="left")
    for name in groups:
        table.add_column(name, justify="right")

    def row(name: str, figure: Callable[[list[AnswerFigures]], str]) -> None:
        table.add_row(name, *(figure(group) for group in groups.values()))

    def count(name: str, holds: Callable[[AnswerFigures], bool]) -> None:
        row(name, lambda group: f"{sum(map(holds, group)):,}")

    count("answers", lambda answer: True)
    count("with a picture", lambda answer: bool(answer.picture))
    count("stopped by the visitor", lambda answer: answer.ended == "cancelled")
    count("errors", lambda answer: answer.ended == "error")
    row("tokens read", lambda group: f"{sum(answer.prompt_tokens or 0 for answer in group):,}")
    row("tokens written", lambda group: f"{sum(answer.completion_tokens or 0 for answer in group):,}")
    for share in _SHARES:
        row(
            f"wait in the queue, {share} % at most", partial(_percentile, field="queue_seconds", share=share, unit=" s")
        )
    for share in _SHARES:
        row(
            f"first token, {share} % at most", partial(_percentile, field="first_token_seconds", share=share, unit=" s")
        )
    for share in _SHARES:
        row(f"tokens a second, {share} % at least", partial(_percentile, field="tokens_per_second", share=100 - share))
    for name, liked in (("likes", True), ("dislikes", False)):
        number = sum(opinion.liked is liked for opinion in opinions)
        table.add_row(name, *("" for _ in range(len(groups) - 1)), f"{number:,}")
    return table


def _percentile(answers: list[AnswerFigures], field: str, share: int, unit: str = "") -> str:
    values = known(answers, field)
    return f"{np.percentile(values, share):.3g}{unit}" if values else "–"


def known(answers: list[AnswerFigures], field: str) -> list[float]:
    """The values of a figure, of those answers that have it."""
    return [value for answer in answers if (value := getattr(answer, field)) is not None]


def draw(usage: Usage, path: Path) -> None:
    """Writes answers and opinions by day, first token and tokens a second. Raises: UserError("usage_plot")."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 7), layout="constrained")
    (by_day, opinions), (first_token, rate) = figure.subplots(2, 2)
    asked = Counter(zip(usage.days, (answer.face for answer in usage.answers), strict=True))
    said = Counter((opinion.day, opinion.liked) for opinion in usage.opinions)
    _stack(by_day, {name: (face, "C0" if face == "page" else "C1") for face, name in _FACES.items()}, asked)
    by_day.set_title("answers a day")
    _stack(opinions, {"liked": (True, "C2"), "disliked": (False, "C3")}, said)
    opinions.set_title("opinions a day")
    _spread(first_token, known(usage.answers, "first_token_seconds"), 90)
    first_token.set_title("seconds to the first token")
    _spread(rate, known(usage.answers, "tokens_per_second"), 10)
    rate.set_title("tokens a second")
    try:
        figure.savefig(path, dpi=120)
    except OSError as error:
        raise UserError("usage_plot", path=path, reason=error.strerror or error) from error


def _stack(axes: Any, series: dict[str, tuple[object, str]], counts: Counter[tuple[str, Any]]) -> None:
    """Bars by day, of (day, value) → count; `series` is label → (value, colour)."""
    from matplotlib.dates import DateFormatter

    if not counts:
        return
    dates = np.array([day for day, _ in counts], "datetime64[D]")
    days = np.arange(dates.min(), dates.max() + 1)
    below = np.zeros(len(days))
    for name, (value, colour) in series.items():
        heights = np.array([counts[str(day), value] for day in days])
        axes.bar(days, heights, bottom=below, label=name, color=colour)
        below += heights
    axes.set_xticks(days[:: -(-len(days) // _MOST_DATES)])
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d"))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set_ylim(0, below.max() * 1.25)  # room for the legend
    axes.legend(loc="upper left", ncols=2)


def _spread(axes: Any, values: list[float], share: int) -> None:
    """How often which value occurred, with the median and another percentile of the table."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    positive = [value for value in values if value > 0]
    if not positive:
        return
    axes.hist(positive, bins=np.geomspace(min(positive) * 0.95, max(positive) * 1.05, 30), color="C7")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.axvline(np.percentile(values, 50), color="black", label="50 %")
    bound = "at most" if share > 50 else "at least"
    axes.axvline(np.percentile(values, share), color="black", linestyle="--", label=f"90 % {bound}")
    axes.legend()


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the tables and draws the picture; a fault of the user's is one line and exit code 1."""
    path = parse_stats_file(argv)
    try:
        usage = read_usage(path)
        console = Console()
        for table in tables(usage):
            console.print(table)
        if not usage.answers and not usage.opinions and not usage.votes:
            print("Nobody has asked anything yet.")
            return 0
        picture = path.with_suffix(".png")
        draw(usage, picture)
        print(f"The same as a picture: {picture}")
    except UserError as error:
        fail(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
