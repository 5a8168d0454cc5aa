"""The picture page: the same chat, beside the picture that it is about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from vision.errors import ImageError
from vision.image import MAX_IMAGE_BYTES

from .archive import Archive
from .conversation import Visitor
from .examples import PICTURES, Example
from .messages import say, sentence
from .metrics import MeteredModels
from .pictures import MOST_PICTURES, Picture, keep_picture
from .settings import Settings
from .status import Problem
from .turns import Frame
from .ui import Page, Updates


class ImagePage(Page):
    """Chat about pictures. Each goes with a question and stays with it; what is seen of them depends on the model."""

    kind = "image"

    def __init__(self, models: MeteredModels, settings: Settings, archive: Archive | None = None) -> None:
        super().__init__(models, settings, archive)
        self.images = any(model.info.images for model in models.all)
        if self.images:
            self.examples = PICTURES

    def build(self, demo: gr.Blocks) -> None:
        self.uploads: set[str] = demo.upload_file_set  # of which gradio deletes what is a day old
        super().build(demo)

    def build_body(self, lang: str) -> None:
        with gr.Row(elem_classes="glm-body"):
            with gr.Column(scale=2, min_width=280, elem_classes="glm-side"):
                if self.images:
                    # The script draws in it. It also says no to what is too large before it is sent.
                    flags = f'data-limit="{MAX_IMAGE_BYTES}"'
                    gr.HTML(f'<section id="glm-picture" {flags}></section>', elem_id="glm-pictures", padding=False)
                self.note = gr.HTML(self.note_html(Visitor(lang)), elem_classes="glm-note", padding=False)
                if self.images:
                    self.build_thumbnails(lang)
            with gr.Column(scale=3, min_width=300, elem_classes="glm-chat"):
                self.build_chat(lang)

    def build_thumbnails(self, lang: str) -> None:
        """The examples as small pictures, whose prompts show when they are pointed at."""
        with gr.Row(elem_classes="glm-thumbs") as self.chip_row:
            self.chips = [
                gr.Button(
                    example.prompt(lang),
                    icon=example.picture,
                    size="sm",
                    elem_classes="glm-thumb",
                    min_width=0,
                    scale=0,
                )
                for example in self.examples
            ]

    def build_examples(self, lang: str) -> None:
        """Only where the examples have no pictures: those are beside the conversation."""
        if not self.images:
            super().build_examples(lang)

    def note_html(self, visitor: Visitor) -> str:
        """What can be done here, with the model that answers the visitor."""
        key = "picture_note" if self.choice.info(visitor).images else "no_images_here"
        return f"<p>{say(key, visitor.lang)}</p>"

    def words(self, visitor: Visitor) -> Updates:
        return {**super().words(visitor), self.note: self.note_html(visitor)}

    def word_parts(self) -> list[Any]:
        return [*super().word_parts(), self.note]

    def example_parts(self) -> list[Any]:
        return self.answer_parts()

    def show(self, visitor: Visitor, frame: Frame | None = None) -> Updates:
        updates = super().show(visitor, frame)
        if self.images:
            updates.pop(self.chip_row, None)  # other examples may be chosen at any time
        return updates

    def on_example(self, example: Example, visitor: Visitor) -> Updates:
        """The visitor has chosen an example: a new conversation about its picture, its prompt ready to be sent."""
        if example.picture is None:
            return super().on_example(example, visitor)
        visitor.start_anew()
        super().on_example(example, visitor)
        visitor.pictures = (self.store(example.picture.read_bytes()),)
        return self.show(visitor, Frame(running=False, text=example.prompt(visitor.lang)))

    def more_orders(self, visitor: Visitor, order: dict[str, Any]) -> dict[str, Callable[[], str | None]]:
        if not self.images:
            return {}
        return {
            "add pictures": lambda: self.add(visitor, order["text"]),
            "remove picture": lambda: self.take_back(visitor, order["text"]),
            "picture not sent": lambda: setattr(visitor, "notice", Problem(say("picture_not_sent", visitor.lang))),
            "picture too large": lambda: self.refuse(
                visitor, ImageError("too_many_bytes", limit=MAX_IMAGE_BYTES / 2**20)
            ),
        }

    def add(self, visitor: Visitor, text: str) -> None:
        """The uploaded files that a JSON list names go with the next question."""
        visitor.notice = None
        try:
            paths = json.loads(text)
            added = [self.store(uploaded(path)) for path in paths if isinstance(path, str)]
        except (ValueError, TypeError, RecursionError):
            return
        except ImageError as error:
            self.refuse(visitor, error)
            return
        known = [picture for picture in visitor.pictures if picture not in added]
        pictures = list(dict.fromkeys([*known, *added]))
        most = MOST_PICTURES if self.choice.info(visitor).several_images else 1  # of one question
        if len(added) > 1 and len(pictures) > most:
            visitor.notice = Problem(say("pictures_most", visitor.lang, count=most))
        visitor.pictures = tuple(pictures[-most:])

    def take_back(self, visitor: Visitor, name: str) -> None:
        """The next question goes without this picture."""
        visitor.notice = None
        visitor.pictures = tuple(picture for picture in visitor.pictures if picture.name != name)

    def refuse(self, visitor: Visitor, error: ImageError) -> None:
        """Says what is wrong with a picture."""
        visitor.notice = Problem(sentence(error, visitor.lang))

    def keep(self, data: bytes) -> Picture | None:
        return self.store(data) if self.images else None

    def store(self, data: bytes) -> Picture:
        """A picture in the folder whose files visitors can read by their names. Raises: ImageError."""
        picture = keep_picture(data, Path(get_upload_folder()))
        self.uploads.add(picture.path)
        return picture


def uploaded(path: str) -> bytes:
    """A file that was uploaded. Raises: ImageError for any other, or for one that is too large."""
    folder, file = Path(get_upload_folder()).resolve(), Path(path)
    try:
        if not file.resolve().is_relative_to(folder) or not file.is_file():
            raise ImageError("not_found", path=file.name)
        with file.open("rb") as opened:
            data = opened.read(MAX_IMAGE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise ImageError("unreadable", path=file.name) from error
    return data
