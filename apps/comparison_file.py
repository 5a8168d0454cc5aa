"""A comparison as a file: JSON, and Markdown for people. Names that are still hidden are left out."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from .comparison import OWN_SETTINGS, Comparison, Contestant
from .messages import say
from .transcript import Entry

FORMAT, VERSION = "glm-webui-comparison", 1


def comparison_json(comparison: Comparison) -> str:
    """All rounds with texts, settings and votes."""
    rounds = []
    for (question, *answers), round_ in zip(comparison.pairs(), comparison.rounds, strict=True):
        sides = zip(("left", "right"), answers, round_.contestants, strict=True)
        fields = {name: _side(entry, who, comparison.hidden) for name, entry, who in sides}
        rounds.append({"question": question, **fields, "vote": round_.vote or None})
    content = {"format": FORMAT, "version": VERSION, "id": comparison.id, "blind": comparison.blind, "rounds": rounds}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _side(entry: Entry, who: Contestant, hidden: bool) -> dict[str, Any]:
    known = {"model": who.name, "preset": who.preset, "params": asdict(who.params), "system": who.system}
    said = {"text": entry.text, "ended": entry.ended, **({"thinking": entry.thinking} if entry.thinking else {})}
    return {**(dict.fromkeys(known) if hidden else known), **said}


def comparison_markdown(comparison: Comparison) -> str:
    """The same to read; questions are quoted, answers stand as the models wrote them."""
    lang, parts = comparison.lang, []
    for number, ((question, *answers), round_) in enumerate(
        zip(comparison.pairs(), comparison.rounds, strict=True), start=1
    ):
        parts.append(f"## {number}\n\n" + "\n".join(f"> {line}" for line in question.split("\n")))
        for side, entry, who in zip(("left", "right"), answers, round_.contestants, strict=True):
            name = "" if comparison.hidden else f": {who_text(who, lang)}"
            parts.append(f"### {say(f'compare_{side}', lang)}{name}\n\n{entry.text}")
        if round_.vote:
            parts.append(f"**{say('compare_which', lang)}** {say(f'vote_{round_.vote}', lang)}")
    return "\n\n".join([f"# {say('nav_compare', lang)}", *parts]) + "\n"


def who_text(who: Contestant, lang: str) -> str:
    """A contestant in words."""
    if who.preset != OWN_SETTINGS:
        return f"{who.name} · {say(who.preset, lang)}"
    seed = [] if who.params.seed is None else [f"{say('seed', lang)} {who.params.seed}"]
    figures = [f"{say('temperature', lang)} {who.params.temperature:g}", f"Top p {who.params.top_p:g}", *seed]
    return " · ".join([who.name, *figures])
