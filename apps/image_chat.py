"""The picture page: the same chat, beside the picture that it is about."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from vision.image import ImageError, load_image

from .conversation import Visitor
from .examples import PICTURES, Example
from .messages import say, sentence
from .metrics import MeteredModels
from .settings import Settings
from .status import Problem
from .turns import Frame
from .ui import AT_ONCE, Page, Updates, picture_path


class ImagePage(Page):
    """Chat about one picture at a time; a new picture is a new conversation."""

    kind = "image"

    def __init__(self, models: MeteredModels, settings: Settings) -> None:
        super().__init__(models, settings)
        self.images = any(model.info.images for model in models.all)
        if self.images:
            self.examples = PICTURES

    def build_body(self, lang: str) -> None:
        with gr.Row(elem_classes="glm-body"):
            with gr.Column(scale=2, min_width=280, elem_classes="glm-side"):
                self.picture = gr.Image(
                    type="filepath",
                    format="png",  # without loss, for the examples
                    image_mode=None,
                    sources=["upload", "webcam", "clipboard"] if self.images else [],
                    label=say("picture", lang),
                    placeholder=say("picture_hint", lang),
                    buttons=["fullscreen"],
                    interactive=self.images,
                    elem_id="glm-picture",
                    height="100%",
                )
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
        lang = visitor.lang
        return {
            **super().words(visitor),
            self.picture: gr.update(label=say("picture", lang), placeholder=say("picture_hint", lang)),
            self.note: self.note_html(visitor),
        }

    def word_parts(self) -> list[Any]:
        return [*super().word_parts(), self.picture, self.note]

    def pictures(self) -> list[gr.Image]:
        return [self.picture]

    def wire(self, demo: gr.Blocks) -> None:
        super().wire(demo)
        self.picture.input(
            self.on_picture,
            [self.visitor, self.picture],
            [*self.answer_parts(), self.picture],
            preprocess=False,  # only vision.image opens pictures
            **AT_ONCE,
        )

    def example_parts(self) -> list[Any]:
        return [*self.answer_parts(), self.picture]

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
        frame = Frame(running=False, text=example.prompt(visitor.lang))
        return {**self.show(visitor, frame), self.picture: str(example.picture)}

    def on_order(self, visitor: Visitor, text: str) -> Updates:
        before = visitor.conversation.picture
        updates = super().on_order(visitor, text)
        picture = visitor.conversation.picture
        return updates if picture == before else {**updates, self.picture: picture}

    def keep(self, picture: bytes | None) -> str | None:
        if picture is None or not self.images:
            return None
        folder = Path(get_upload_folder()) / hashlib.sha256(picture).hexdigest()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "picture"
        path.write_bytes(picture)
        return str(path)

    def on_picture(self, visitor: Visitor, payload: Any) -> Updates:
        """The visitor has chosen, taken or removed a picture: the conversation starts anew."""
        visitor.start_anew()
        picture, refused = picture_path(payload), False
        if picture is not None:
            try:
                load_image(picture)
            except ImageError as error:
                visitor.notice = Problem(sentence(error, visitor.lang))
                refused = True
        visitor.conversation.clear(None if refused else picture)
        updates = self.show(visitor, Frame(running=False))
        return {**updates, self.picture: None} if refused else updates
