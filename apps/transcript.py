"""What was said, with every version of it: an immutable tree of messages, of which one path is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .pictures import Picture

TITLE_LENGTH = 48  # characters


@dataclass(frozen=True)
class Entry:
    """A question or an answer. `parent` is the message before it; messages with the same parent are its versions."""

    id: int
    parent: int | None
    role: str  # "user" | "assistant"
    text: str
    thinking: str = ""  # what a model of the thinking kind said to itself before an answer
    ended: str = "stop"  # of an answer, as `Finish.reason`: "stop", "length", or "cancelled" by the visitor or an error
    pictures: tuple[Picture, ...] = ()  # that a question came with
    model: str = ""  # that wrote an answer; empty where that is not known, or the visitor wrote it


@dataclass(frozen=True)
class Transcript:
    """Entries in the order in which they were made, and the last one of the path that is shown (None: nothing yet).

    A question follows an answer or nothing, an answer a question. Every change gives another value. Ids from `next_id`
    on are new: what was said of a message that is gone is not said of another.
    """

    entries: tuple[Entry, ...] = ()
    leaf: int | None = None
    next_id: int = 0

    def path(self) -> tuple[Entry, ...]:
        """What is shown, from the first question on."""
        by_id = {entry.id: entry for entry in self.entries}
        path, at = [], self.leaf
        while at is not None:
            path.append(by_id[at])
            at = by_id[at].parent
        return tuple(reversed(path))

    def find(self, entry_id: int) -> Entry | None:
        """The message with this id."""
        return next((entry for entry in self.entries if entry.id == entry_id), None)

    def versions(self, entry: Entry) -> tuple[Entry, ...]:
        """`entry` and the others in its place, oldest first."""
        return tuple(other for other in self.entries if other.parent == entry.parent)

    def add(
        self,
        parent: int | None,
        role: str,
        text: str,
        thinking: str = "",
        ended: str = "stop",
        pictures: tuple[Picture, ...] = (),
        model: str = "",
    ) -> tuple[Transcript, Entry]:
        """With one message more, which is the last one shown."""
        number = max(self.next_id, *(other.id + 1 for other in self.entries), 0)
        entry = Entry(number, parent, role, text, thinking, ended, pictures, model)
        return Transcript((*self.entries, entry), entry.id, number + 1), entry

    def put(self, entry: Entry) -> Transcript:
        """With `entry` in the place of the one with its id."""
        return replace(self, entries=tuple(entry if other.id == entry.id else other for other in self.entries))

    def select(self, entry: Entry) -> Transcript:
        """Showing `entry`, and what was last said after it."""
        leaf = entry.id
        for other in self.entries:  # a message comes after its parent
            if other.parent == leaf:
                leaf = self._newest_child(leaf)
        return replace(self, leaf=leaf)

    def remove(self, entry: Entry) -> Transcript:
        """Without `entry`: one version of an answer goes alone, with what follows it; otherwise the question and its
        answer go together, and what follows them stays."""
        others = [other for other in self.versions(entry) if other != entry]
        if entry.role == "assistant" and others:
            return self._without(entry.id, shown=others[-1])
        question = entry if entry.role == "user" else self._find_parent(entry)
        shown = {shown.id for shown in self.path()}
        answers = [other for other in self.entries if other.parent == question.id]
        answer = next((other for other in answers if other.id in shown), answers[-1] if answers else None)
        moved = tuple(
            replace(other, parent=question.parent) if answer and other.parent == answer.id else other
            for other in self.entries
        )
        return replace(self, entries=moved)._without(question.id)

    def pictures(self) -> dict[str, Picture]:
        """All pictures of its messages, of every version, by name."""
        return {picture.name: picture for entry in self.entries for picture in entry.pictures}

    def title(self) -> str:
        """The first words of the first question, on one line."""
        first = next((entry.text for entry in self.entries if entry.role == "user"), "")
        words = " ".join(first.split())
        return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1].rstrip() + "…"

    def _find_parent(self, entry: Entry) -> Entry:
        return next(other for other in self.entries if other.id == entry.parent)

    def _newest_child(self, parent: int | None) -> int:
        return max(other.id for other in self.entries if other.parent == parent)

    def _without(self, root: int, shown: Entry | None = None) -> Transcript:
        """Without the message `root` and all that follows it; shows `shown`, the path as before, or what is left."""
        gone: set[int] = set()
        for entry in self.entries:
            if entry.id == root or entry.parent in gone:
                gone.add(entry.id)
        parent = next(entry.parent for entry in self.entries if entry.id == root)
        rest = replace(self, entries=tuple(entry for entry in self.entries if entry.id not in gone))
        if shown is not None:
            return rest.select(shown)
        if self.leaf not in gone:
            return rest
        siblings = [entry for entry in rest.entries if entry.parent == parent]
        return rest.select(siblings[-1]) if siblings else replace(rest, leaf=parent)
