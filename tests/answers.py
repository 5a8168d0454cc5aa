"""An answer that says what it follows from, taken apart."""

from __future__ import annotations

from tuning.sample import Round


def reasoned(turn: Round) -> tuple[str, str]:
    """Evidence and conclusion of "3 < 7, so yes"; the conclusion alone is accepted as well."""
    evidence, conclusion = turn.answer.split("，所以" if "，所以" in turn.answer else ", so ")
    assert turn.accepted[1] == conclusion, turn
    return evidence, conclusion
