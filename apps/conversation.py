"""What one visitor and the model have said: the state that the model sees, never read back from what the page shows."""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import dataclass, field, replace
from typing import Any

from model.types import Message

from .pictures import Picture
from .transcript import Entry, Transcript

MOST_UNDOS = 50
_GO_ON = {
    "en": "Continue exactly where you stopped, without repeating anything.",
    "zh": "请从刚才中断的地方继续写，不要重复。",
}
_CHINESE = re.compile("[\u4e00-\u9fff]")
_ENDS_IN_WORD, _BEGINS_WITH_WORD = re.compile(r"[!-~]\Z"), re.compile("[0-9A-Za-z]")


@dataclass
class Run:
    """One answer on its way, to the last question of `asked`. It belongs to the conversation until that moves on.

    `extended` is the answer that it goes on with; `before` is what comes back if nothing is said.
    """

    asked: Transcript
    before: Transcript
    extended: Entry | None = None
    versions: int = 0  # of the answer that there are already, where another is asked for
    text: str = ""
    thinking: str = ""
    model: str = ""  # that writes it
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def question(self) -> Entry:
        """What is answered."""
        return self.asked.path()[-1]

    def messages(self, system: str = "") -> list[Message]:
        """What the model reads: the system text, the path up to the question, and the answer to go on with."""
        messages: list[Message] = [{"role": "system", "content": system}] if system.strip() else []
        for entry in self.asked.path():
            images = {"images": [picture.path for picture in entry.pictures]} if entry.pictures else {}
            messages.append({"role": entry.role, "content": entry.text, **images})
        if self.extended is not None:  # the models go on only where they are asked to
            messages.append({"role": "assistant", "content": self.extended.text})
            messages.append({"role": "user", "content": _GO_ON["zh" if _CHINESE.search(self.extended.text) else "en"]})
        return messages

    def result(self, ended: str) -> Transcript:
        """The conversation with the answer as it is now."""
        if self.extended is None:
            question = self.question.id
            return self.asked.add(question, "assistant", self.text, self.thinking, ended, model=self.model)[0]
        begun = self.extended.text
        blank = " " if self.text and _ENDS_IN_WORD.search(begun) and _BEGINS_WITH_WORD.match(self.text) else ""
        entry = replace(self.extended, text=begun + blank + self.text, ended=ended, model=self.model)
        return self.asked.put(entry).select(entry)


class Conversation:
    """A transcript with a title and at most one run. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._new(Transcript(), "", secrets.token_hex(8))

    def _new(self, transcript: Transcript, title: str, id: str) -> None:
        self._transcript = transcript
        self._undos: list[Transcript] = []
        self._run: Run | None = None
        self.title = title  # empty: its first words
        self.id = id  # its name in the visitor's browser

    @property
    def transcript(self) -> Transcript:
        """All that was said, and last what has come of the answer on its way."""
        with self._lock:
            run = self._run
            if run is None:
                return self._transcript
            return run.result("cancelled") if run.text or run.thinking or run.extended else run.asked

    @property
    def running(self) -> bool:
        """Whether an answer is on its way."""
        return self._run is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._undos)

    def ask(self, question: str, pictures: tuple[Picture, ...] = (), instead_of: int | None = None) -> Run | None:
        """Asks at the end, or as another version of a question, which keeps its pictures; None while an answer is on
        its way."""
        with self._lock:
            if self._run is not None:
                return None
            now = self._transcript
            edited = None if instead_of is None else now.find(instead_of)
            parent = now.leaf
            if edited is not None and edited.role == "user":
                parent, pictures = edited.parent, edited.pictures
            self._run = Run(now.add(parent, "user", question, pictures=pictures)[0], now)
            return self._run

    def ask_again(self, answer_id: int | None = None) -> Run | None:
        """Another version of an answer, by default the last; None while one is on its way, or when there is none."""
        with self._lock:
            answer = self._answer(answer_id)
            if self._run is not None or answer is None:
                return None
            versions = len(self._transcript.versions(answer))
            self._run = Run(replace(self._transcript, leaf=answer.parent), self._transcript, versions=versions)
            return self._run

    def go_on(self) -> Run | None:
        """Goes on with the last answer; None while one is on its way, or when there is none."""
        with self._lock:
            answer = self._answer(None)
            if self._run is not None or answer is None:
                return None
            self._run = Run(replace(self._transcript, leaf=answer.parent), self._transcript, answer)
            return self._run

    def _answer(self, answer_id: int | None) -> Entry | None:
        wanted = self._transcript.leaf if answer_id is None else answer_id
        found = None if wanted is None else self._transcript.find(wanted)
        return found if found is not None and found.role == "assistant" else None

    def owns(self, run: Run) -> bool:
        """Whether `run` is still the answer that the conversation waits for."""
        return self._run is run

    def settle(self, run: Run, ended: str) -> bool:
        """Ends `run`: its answer is kept (`ended` as in `Entry`), or absent if nothing was said. Whether it is kept."""
        with self._lock:
            if self._run is not run:
                return False
            self._run = None
            kept = ended != "cancelled" or bool(run.text.strip())
            if kept:
                self._change(run.result(ended))
            return kept

    def edit_answer(self, entry_id: int, text: str) -> None:
        """Another version of an answer, written by the visitor."""
        with self._lock:
            answer = self._answer(entry_id)
            if self._run is None and answer is not None:
                self._change(self._transcript.add(answer.parent, "assistant", text)[0])

    def show_version(self, entry_id: int) -> None:
        """Shows another version of a message, and what followed it."""
        with self._lock:
            entry = self._transcript.find(entry_id)
            if self._run is None and entry is not None:
                self._transcript = self._transcript.select(entry)

    def remove(self, entry_id: int) -> None:
        """Removes a message, as `Transcript.remove` does."""
        with self._lock:
            entry = self._transcript.find(entry_id)
            if self._run is None and entry is not None:
                self._change(self._transcript.remove(entry))

    def undo(self) -> Entry | None:
        """Takes the last change back; the question that is gone with it, if one is."""
        with self._lock:
            if self._run is not None or not self._undos:
                return None
            before = self._undos.pop()
            last = next((entry for entry in reversed(self._transcript.path()) if entry.role == "user"), None)
            self._transcript = replace(before, next_id=self._transcript.next_id)
            return last if last is not None and before.find(last.id) is None else None

    def _change(self, transcript: Transcript) -> None:
        self._undos = [*self._undos, self._transcript][-MOST_UNDOS:]
        self._transcript = transcript

    def stop(self) -> None:
        """Asks the answer on its way to end within one token."""
        with self._lock:
            if self._run is not None:
                self._run.stop.set()

    def clear(self) -> None:
        """A new conversation; an answer on its way ends and is forgotten."""
        self.load(Transcript())

    def load(self, transcript: Transcript, title: str = "", id: str | None = None) -> None:
        """Takes up another conversation; an answer on its way ends and is forgotten. `id` None draws a new one."""
        with self._lock:
            if self._run is not None:
                self._run.stop.set()
            self._new(transcript, title, id or secrets.token_hex(8))


class Visitor:
    """One open page: its language, its conversation, and what its status line says. Copies start afresh.

    `model` is the name of the one that answers; empty until the page has opened. `pictures` go with the next question;
    `follow_ups` is what to propose after a question, where an example has set one up.
    """

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang
        self.model = ""
        self.conversation = Conversation()
        self.notice: Any = None
        self.pictures: tuple[Picture, ...] = ()
        self.follow_ups: dict[str, str] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Visitor:
        return Visitor(self.lang)

    def start_anew(self) -> None:
        """A new conversation, with nothing left of the one before."""
        self.conversation.clear()
        self.notice = None
        self.pictures = ()
        self.follow_ups = {}
