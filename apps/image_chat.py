"""The picture page: the same chat, beside the picture that it is about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from vision.image import ImageError, load_image

from .conversation import Visitor
from .messages import say, sentence
from .status import Problem
from .turns import Frame
from .ui import AT_ONCE, Page, Updates, picture_path

EXAMPLES = sorted((Path(__file__).parent.parent / "assets" / "examples").glob("*.png"))


class ImagePage(Page):
    """Chat about one picture at a time; a new picture is a new conversation."""

    kind = "image"

    def build_body(self, lang: str) -> None:
        with gr.Row(elem_classes="glm-body"):
            with gr.Column(scale=2, min_width=280, elem_classes="glm-side"):
                self.picture = gr.Image(
                    type="filepath",
                    format="png",  # without loss, for the examples
                    image_mode=None,
                    sources=["upload", "webcam", "clipboard"] if self.info.images else [],
                    label=say("picture", lang),
                    placeholder=say("picture_hint", lang),
                    buttons=["fullscreen"],
                    interactive=self.info.images,
                    elem_id="glm-picture",
                    height="100%",
                )
                self.note = gr.HTML(self.note_html(lang), elem_classes="glm-note", padding=False)
            with gr.Column(scale=3, min_width=300, elem_classes="glm-chat"):
                self.build_chat(lang)

    def build_chip(self, number: int, lang: str) -> gr.Button:
        return gr.Button(
            say(f"chip_image_{number}", lang),
            icon=self.example(number),
            size="sm",
            elem_classes="glm-chip",
            min_width=0,
        )

    def example(self, number: int) -> Path | None:
        """The picture of an example, where there are any and the model can look at them."""
        if not EXAMPLES or not self.info.images:
            return None
        return EXAMPLES[(number - 1) % len(EXAMPLES)]

    def note_html(self, lang: str) -> str:
        return f"<p>{say('picture_note' if self.info.images else 'no_images_here', lang)}</p>"

    def words(self, visitor: Visitor) -> Updates:
        lang = visitor.lang
        return {
            **super().words(visitor),
            self.picture: gr.update(label=say("picture", lang), placeholder=say("picture_hint", lang)),
            self.note: self.note_html(lang),
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
        for number, chip in enumerate(self.chips, 1):
            if example := self.example(number):
                chip.click(lambda path=str(example): path, None, self.picture, **AT_ONCE)

    def on_picture(self, visitor: Visitor, payload: Any) -> Updates:
        """The visitor has chosen, taken or removed a picture: the conversation starts anew."""
        visitor.notice = None
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
