"""The terminal chat itself: reads, obeys, asks the model, and keeps the conversation."""

from __future__ import annotations

import re
import shlex
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from model.errors import UserError
from model.offer import Offer
from model.pool import ModelPool
from model.types import Finish, GenerationParams, Loading, ModelInfo, Queued, Reading, Thinking
from vision.errors import ImageError

from ..conversation import Conversation, Run
from ..display import clean
from ..facts import abilities, needs
from ..messages import say, sentence
from ..pictures import Picture, keep_picture, picture_at
from ..status import finish_parts, loading_sentence, queue_sentence
from ..turns import varied
from .commands import COMMANDS, PARAMETERS, parameter_value, parse
from .escapes import Unescaped, strip_escapes
from .files import load, save
from .screen import AnswerWriter, Screen


class Terminal:
    """One chat on one screen, with one of `models` at a time; `/model` takes others too, which `offer` describes."""

    def __init__(self, models: ModelPool, lang: str, screen: Screen, offer: Callable[[str], Offer]) -> None:
        self.models = models
        self.chat_model = models.models[0]
        self.lang = lang
        self.screen = screen
        self.offer = offer
        self.conversation = Conversation()
        self.pictures: tuple[Picture, ...] = ()  # that go with the next question
        self.changed: dict[str, Any] = {}  # parameters that /set has given other values than the model's own
        self.failed = False
        self._folder: str | None = None  # of pictures that were loaded with a conversation

    @property
    def params(self) -> GenerationParams:
        """What the next answer is sampled with."""
        return replace(self.chat_model.info.defaults, **self.changed)

    def loop(self) -> int:
        """Reads and answers until the visitor leaves; the exit code, 1 if something that a pipe asked for failed."""
        self._tell("cli_hello", name=self.chat_model.info.name, device=self.chat_model.info.device)
        with tempfile.TemporaryDirectory(prefix="glm-webui-", ignore_cleanup_errors=True) as self._folder:
            self._read_all()
        self._tell("cli_bye")
        return int(self.failed)

    def _read_all(self) -> None:
        while True:
            try:
                if not self.take(clean(self.screen.read()).strip()):
                    break
            except EOFError:
                break
            except KeyboardInterrupt:
                if not self.screen.interactive:
                    raise
                self._tell("cli_leave")

    def once(self, question: str) -> int:
        """Answers one question, whatever it begins with; the exit code, 1 if there is no answer."""
        self.ask(clean(question).strip())
        return int(self.failed)

    def take(self, line: str) -> bool:
        """Obeys one command or answers one question; False if the visitor leaves."""
        typed = parse(line)
        try:
            if not line:
                self._tell("nothing_typed")
            elif typed is None:
                self.ask(line)
            elif typed[0] == "exit":
                return False
            elif typed[0] in COMMANDS:
                getattr(self, f"_{typed[0]}")(typed[1])
            else:
                self._refuse(say("cli_unknown", self.lang, name=typed[0]))
        except (UserError, ImageError) as error:
            self._refuse(sentence(error, self.lang))
        return True

    # ---- Questions

    def ask(self, question: str) -> None:
        """Shows the answer as it is written, and keeps the round if something was said; Ctrl-C stops it."""
        run = self.conversation.ask(question, self.pictures)
        assert run is not None  # one thread: no other answer is on its way
        self.pictures = ()
        if not self._answer(run):
            self.pictures = run.question.pictures

    def _answer(self, run: Run) -> bool:
        """Whether something was said that is kept."""
        finish: Finish | None = None
        try:
            with _interrupts(run.stop, self.screen.interactive), self.screen.answer() as writer:
                finish = self._write(run, writer)
        except KeyboardInterrupt:
            if not self.screen.interactive:
                raise
            self.screen.tell(f"[{say('stopped', self.lang)}]")
        except (UserError, ImageError) as error:
            self._refuse(sentence(error, self.lang))
        except BrokenPipeError:  # nobody reads the answers any more
            raise
        except Exception as error:
            self._refuse(sentence(error, self.lang, unforeseen="cli_unforeseen"))
        finally:
            run.stop.set()
            kept = self.conversation.settle(run, finish.reason if finish is not None else "cancelled")
        if finish is not None:
            parts = finish_parts(finish, self.chat_model.info, self.lang)
            if finish.reason != "cancelled" and not run.text.strip():
                parts.insert(0, say("no_answer", self.lang))
            if run.versions and self.params.temperature == 0:
                parts.append(say("sampled", self.lang, temperature=varied(self.params, 0).temperature))
            self.screen.tell(f"[{' · '.join(parts)}]")
        return kept

    def _write(self, run: Run, writer: AnswerWriter) -> Finish | None:
        answer, thoughts = Unescaped(), Unescaped()
        params = varied(self.params, run.versions) if run.versions else self.params
        run.model = self.chat_model.info.name
        stream = self.chat_model.stream(run.messages(), None, params, run.stop)
        with closing(stream):
            for event in stream:
                if isinstance(event, str):
                    run.text += event
                    writer.write(answer.push(event))
                elif isinstance(event, Thinking):
                    run.thinking += event.text
                    writer.think(thoughts.push(event.text))
                elif isinstance(event, Queued):
                    writer.progress(queue_sentence(event, self.lang))
                elif isinstance(event, Loading):
                    writer.progress(loading_sentence(event, self.lang))
                elif isinstance(event, Reading):
                    writer.progress(say("reading", self.lang, done=event.done, total=event.total))
                elif isinstance(event, Finish):
                    writer.write(answer.flush())
                    return event
        return None

    # ---- Commands

    def _help(self, _: str) -> None:
        self._reply("cli_help")

    def _image(self, argument: str) -> None:
        if not argument:
            return self._reply("cli_image_usage")
        if not self.chat_model.info.images:
            raise UserError("no_images", model=self.chat_model.info.name)
        path = _typed_path(argument)
        self.look_at(path)
        return self._reply("cli_image", path=path)

    def look_at(self, path: Path) -> None:
        """The next question is about a picture, where the model sees several also about those before it.

        Raises: vision.errors.ImageError.
        """
        picture = picture_at(path)
        self.pictures = (*self.pictures, picture) if self.chat_model.info.several_images else (picture,)

    def _clear(self, _: str) -> None:
        self.conversation.clear()
        self.pictures = ()
        self._reply("cli_cleared")

    def _undo(self, _: str) -> None:
        if not self.conversation.can_undo:
            return self._reply("cli_no_round")
        question = self.conversation.undo()
        if question is None:  # the last answer was another version
            return self._show_last()
        self.pictures = question.pictures
        return self._reply("cli_undone", question=strip_escapes(question.text))

    def _retry(self, _: str) -> None:
        run = self.conversation.ask_again()
        if run is None:
            self._reply("cli_no_round")
        else:
            self._answer(run)

    def _save(self, argument: str) -> None:
        if not argument:
            return self._reply("cli_save_usage")
        if not self.conversation.transcript.path():
            return self._reply("cli_no_round")
        path = _typed_path(argument)
        save(self.conversation, path, self.chat_model.info.name)
        return self._reply("cli_saved", path=path)

    def _load(self, argument: str) -> None:
        if not argument:
            return self._reply("cli_load_usage")
        path = _typed_path(argument)
        read = load(path, self._keep)
        transcript = read.transcript
        if (last := transcript.path()[-1]).role == "user":  # it was not answered
            transcript = replace(transcript, leaf=last.parent)
        self.conversation.load(transcript, read.title, read.id)
        self.pictures = ()
        self._show_last()
        return self._reply("cli_loaded", path=path, count=len(transcript.path()) // 2)

    def _keep(self, data: bytes) -> Picture:
        """A picture of a loaded conversation as a file, for as long as the program runs."""
        folder = Path(self._folder or tempfile.gettempdir())
        try:
            return keep_picture(data, folder)
        except OSError as error:
            raise UserError("conversation_unread", path=folder, reason=error.strerror or error) from error

    def _show_last(self) -> None:
        if said := self.conversation.transcript.path():
            question, answer = (strip_escapes(entry.text) for entry in said[-2:])
            self.screen.show(question, answer)

    def _model(self, wanted: str) -> None:
        if wanted:
            self._switch(wanted)
        info: ModelInfo = self.chat_model.info
        self._reply(
            "cli_model",
            name=info.name,
            source=info.source,
            device=info.device,
            precision=info.precision,
            parameters=f"{info.parameters:,}",
            context=info.context_length,
            pictures=say("cli_yes" if info.images else "cli_no", self.lang),
        )
        if len(self.models.models) > 1:
            self._tell("cli_models")
            for model in self.models.models:
                words = [model.name, *abilities(model.info, self.lang), needs(model.info, model.loaded, self.lang)]
                sign = "*" if model is self.chat_model else " "
                self.screen.tell(f"{sign} {' · '.join(words)}")

    def _switch(self, wanted: str) -> None:
        """Another model answers from now on; this one still does if that fails."""
        model = self.models.find(wanted)
        if model is None:
            path = _typed_path(wanted)
            added = model = self.models.add(self.offer(str(path) if path.exists() else wanted))
        else:
            added = None
        self._reply("cli_loading")
        try:
            model.bring()
            self.chat_model = model
        finally:
            if added is not None and added is not self.chat_model:
                self.models.remove(added)

    def _set(self, argument: str) -> None:
        try:
            words = shlex.split(argument)
        except ValueError:  # a quotation mark alone
            words = argument.split()
        name, *value = words or [""]
        if not name:
            for parameter in PARAMETERS:
                self._tell_parameter(parameter)
            return
        if name not in PARAMETERS:
            return self._refuse(say("cli_set_unknown", self.lang, name=name, names=", ".join(PARAMETERS)))
        if value == ["default"]:
            self.changed.pop(name, None)
        elif value:
            changed = {**self.changed, name: parameter_value(name, value)}
            replace(self.params, **changed)  # raises UserError if it is out of range
            self.changed = changed
        self._tell_parameter(name)

    def _tell_parameter(self, name: str) -> None:
        low, high = GenerationParams.LIMITS.get(name, ("", ""))
        limits = f"  ({low} – {high})" if name in GenerationParams.LIMITS else ""
        self.screen.reply(f"{name:<20}{_shown(getattr(self.params, name))}{limits}")

    # ---- Words

    def _tell(self, key: str, **fields: object) -> None:
        self.screen.tell(say(key, self.lang, **fields))

    def _reply(self, key: str, **fields: object) -> None:
        self.screen.reply(say(key, self.lang, **fields))

    def _refuse(self, text: str) -> None:
        self.failed = self.failed or not self.screen.interactive
        self.screen.refuse(strip_escapes(text))


def _shown(value: object) -> str:
    if value is None or value == ():
        return "–"
    return " ".join(map(repr, value)) if isinstance(value, tuple) else str(value)


def _typed_path(text: str) -> Path:
    """The path that was typed, or dropped on the terminal: perhaps in quotes, or with backslashes before blanks."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    path = Path(text).expanduser()
    if "\\" in text and not path.exists():
        unescaped = Path(re.sub(r"\\(.)", r"\1", text)).expanduser()
        return unescaped if unescaped.exists() else path
    return path


@contextmanager
def _interrupts(stop: threading.Event, interactive: bool) -> Iterator[None]:
    """The first Ctrl-C asks the model to stop; a second one, should it not listen, interrupts at once."""
    if not interactive or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            signal.default_int_handler(number, frame)
        stop.set()

    before = signal.signal(signal.SIGINT, ask_to_stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
