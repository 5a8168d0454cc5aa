"""The tree of messages: versions, removal, selection; whatever is done in whatever order it stays a conversation."""

from __future__ import annotations

import json
import random
from itertools import pairwise

from apps import record
from apps.conversation import Conversation
from apps.transcript import Entry, Transcript


def talk(*texts: str) -> Transcript:
    """Questions and answers in turn, one after the other."""
    transcript = Transcript()
    for place, text in enumerate(texts):
        transcript, _ = transcript.add(transcript.leaf, "assistant" if place % 2 else "user", text)
    return transcript


def shown(transcript: Transcript) -> list[str]:
    return [entry.text for entry in transcript.path()]


def entry(transcript: Transcript, text: str) -> Entry:
    return next(entry for entry in transcript.entries if entry.text == text)


def test_versions_keep_what_followed_them():
    first = talk("q", "a", "q2", "a2")
    second, other = first.add(entry(first, "q").id, "assistant", "b")
    assert shown(second) == ["q", "b"]
    assert [version.text for version in second.versions(other)] == ["a", "b"]
    assert shown(second.select(entry(second, "a"))) == ["q", "a", "q2", "a2"]
    edited, _ = second.add(None, "user", "another beginning")
    assert shown(edited) == ["another beginning"]
    assert shown(edited.select(entry(edited, "q"))) == ["q", "b"]


def test_removing_a_question_takes_its_answer_and_leaves_the_rest():
    transcript = talk("q", "a", "q2", "a2", "q3", "a3")
    assert shown(transcript.remove(entry(transcript, "q2"))) == ["q", "a", "q3", "a3"]
    assert shown(transcript.remove(entry(transcript, "a"))) == ["q2", "a2", "q3", "a3"]
    assert shown(transcript.remove(entry(transcript, "a3"))) == ["q", "a", "q2", "a2"]
    assert shown(talk("q", "a").remove(Entry(0, None, "user", "q"))) == []


def test_removing_one_version_shows_another():
    transcript, answer = talk("q", "a").add(0, "assistant", "b")
    assert shown(transcript.remove(answer)) == ["q", "a"]
    assert shown(transcript.remove(entry(transcript, "a"))) == ["q", "b"]
    transcript, question = talk("q", "a").add(None, "user", "p")
    assert shown(transcript.remove(question)) == ["q", "a"]


def test_any_order_of_changes_stays_a_conversation():
    chance = random.Random(3)
    for _ in range(60):
        transcript = Transcript()
        for number in range(40):
            places: list[int | None] = [None, *(one.id for one in transcript.entries)]
            at = chance.choice(places)
            known = None if at is None else transcript.find(at)
            act = chance.random()
            if known is not None and act < 0.25:
                transcript = transcript.remove(known)
            elif known is not None and act < 0.4:
                transcript = transcript.select(known)
                assert known in transcript.path()
            else:
                role = "assistant" if known is not None and known.role == "user" else "user"
                transcript, _ = transcript.add(at, role, str(number))
            check(transcript)


def check(transcript: Transcript) -> None:
    seen: dict[int, Entry] = {}
    for one in transcript.entries:
        assert one.id not in seen
        assert one.parent is None or one.parent in seen
        before = None if one.parent is None else seen[one.parent]
        assert one.role == ("assistant" if before is not None and before.role == "user" else "user")
        seen[one.id] = one
    assert (transcript.leaf is None) == (not transcript.entries)
    path = transcript.path()
    assert all(later.parent == earlier.id for earlier, later in pairwise(path))


def test_the_title_is_the_first_words():
    assert talk(" a\n b ", "x").title() == "a b"
    assert len(talk("word " * 50).title()) <= 48
    assert Transcript().title() == ""


def answered(conversation: Conversation, question: str, text: str, ended: str = "stop") -> None:
    run = conversation.ask(question)
    assert run is not None
    run.text = text
    conversation.settle(run, ended)


def test_every_change_can_be_taken_back():
    conversation = Conversation()
    answered(conversation, "q", "a")
    answered(conversation, "q2", "a2")
    conversation.remove(0)
    assert shown(conversation.transcript) == ["q2", "a2"]
    assert conversation.undo() is None
    assert shown(conversation.transcript) == ["q", "a", "q2", "a2"]
    conversation.edit_answer(3, "mine")
    assert shown(conversation.transcript)[-1] == "mine"
    assert conversation.undo() is None
    assert conversation.undo().text == "q2"
    assert shown(conversation.transcript) == ["q", "a"]
    assert conversation.undo().text == "q"
    assert conversation.undo() is None
    assert not conversation.can_undo


def test_what_is_gone_leaves_its_id_to_nobody():
    """What visitors think of an answer is filed under it, also after a reload."""
    conversation = Conversation()
    answered(conversation, "q", "a")
    used = [one.id for one in conversation.transcript.entries]
    for change in (lambda: conversation.remove(conversation.transcript.path()[-1].id), conversation.undo):
        answered(conversation, "p", "b")
        used += [one.id for one in conversation.transcript.path()[-2:]]
        change()
        kept = json.dumps(record.to_json(conversation, "chat", "GLM"))
        transcript = record.from_json(kept, lambda _: None).transcript
        used.append(transcript.add(transcript.leaf, "user", "p")[1].id)
        answered(conversation, "p", "b")
        assert conversation.transcript.path()[-2].id == used.pop()
        used += [one.id for one in conversation.transcript.path()[-2:]]
    assert len(used) == len(set(used))


def test_an_edited_question_is_another_version():
    conversation = Conversation()
    answered(conversation, "q", "a")
    run = conversation.ask("p", instead_of=0)
    assert run is not None
    assert run.messages() == [{"role": "user", "content": "p"}]
    run.text = "b"
    conversation.settle(run, "stop")
    assert shown(conversation.transcript) == ["p", "b"]
    conversation.show_version(0)
    assert shown(conversation.transcript) == ["q", "a"]


def test_going_on_makes_one_answer():
    conversation = Conversation()
    answered(conversation, "q", "one two", "length")
    run = conversation.go_on()
    assert run is not None
    asked = run.messages("be brief")
    assert [message["role"] for message in asked] == ["system", "user", "assistant", "user"]
    run.text = "three"
    conversation.settle(run, "stop")
    assert shown(conversation.transcript) == ["q", "one two three"]
    assert conversation.transcript.path()[-1].ended == "stop"
    answered(conversation, "问", "一二", "cancelled")
    run = conversation.go_on()
    assert run is not None and "继续" in run.messages()[-1]["content"]
    run.text = "三"
    conversation.settle(run, "stop")
    assert shown(conversation.transcript)[-1] == "一二三"
