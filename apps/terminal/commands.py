"""The commands of the terminal chat, by name, and what each takes."""

from __future__ import annotations

from dataclasses import fields

from model.types import GenerationParams

COMMANDS = {
    "help": "",
    "image": "file",
    "clear": "",
    "undo": "",
    "retry": "",
    "save": "file",
    "load": "file",
    "model": "file",
    "set": "parameter",
    "exit": "",
}
"""Name, without the slash → kind of argument."""

WORDS = {"clear": "clear", "stop": "exit", "exit": "exit", "quit": "exit"}
"""What is a command without a slash too: the words of the original demos and of other programs."""

PARAMETERS = tuple(item.name for item in fields(GenerationParams) if item.name != "top_logprobs")


def parse(line: str) -> tuple[str, str] | None:
    """(command, argument) of a typed line, None if it is a question; an unknown command comes back as it is.

    A path at the start of a question, as in "/etc/hosts is what?", is no command, nor is a text of several lines.
    """
    if word := WORDS.get(line.lower()):
        return word, ""
    name, _, argument = line.partition(" ")
    if not name.startswith("/") or "\n" in line or "/" in name[1:]:
        return None
    name = name[1:].lower()
    return WORDS.get(name, name), argument.strip()


def parameter_value(name: str, words: list[str]) -> object:
    """What was typed for a parameter, as `GenerationParams` takes it; it checks what could not be read as a number."""
    if name == "stop":
        return tuple(word.replace("\\n", "\n").replace("\\t", "\t") for word in words)
    text = " ".join(words)
    try:
        return int(text) if isinstance(GenerationParams.LIMITS[name][0], int) else float(text)
    except ValueError:
        return text
