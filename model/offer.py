"""A model that may be loaded: where it comes from, how it is to run, and what people call it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .chat_model import ChatModel
    from .loader import Progress
    from .types import ModelInfo


EMBEDDED = "embedded"
"""The source of the small model that ships with the project."""


@dataclass(frozen=True)
class Offer:
    """The arguments of `model.load`. `name` and `note`, one line on what it is good for, go before the model's own."""

    source: str
    device: str = "auto"
    precision: str = "auto"
    revision: str | None = None
    prefix: str | None = None
    gpus: int | None = None
    name: str = ""
    note: str = ""

    @property
    def short_name(self) -> str:
        """What to call it as long as nothing else is known: the last part of its path or of its name on the hub."""
        return self.name or PurePath(self.source).name or self.source

    def with_defaults(self, device: str, precision: str, gpus: int | None) -> Offer:
        """With these where it says nothing of its own."""
        own_gpus = self.gpus if self.gpus is not None or self.device else gpus
        return replace(self, device=self.device or device, precision=self.precision or precision, gpus=own_gpus)

    def fetch(self, progress: Progress | None = None) -> None:
        """Downloads it, where it has to be. Raises: UserError."""
        from .loader import fetch  # here, since it brings torch with it

        fetch(self.source, revision=self.revision, progress=progress)

    def describe(self) -> ModelInfo | None:
        """What it would be once loaded, by its structure; None before it is downloaded. Raises: UserError."""
        from .loader import describe

        options = {"revision": self.revision, "prefix": self.prefix, "gpus": self.gpus}
        info = describe(self.source, self.device, self.precision, **options)  # type: ignore[arg-type]
        return None if info is None else self.named(info)

    def load(self, progress: Progress | None = None) -> ChatModel:
        """Makes it ready. Raises: UserError."""
        import model

        options = {"revision": self.revision, "prefix": self.prefix, "gpus": self.gpus, "progress": progress}
        chat_model = model.load(self.source, self.device, self.precision, **options)  # type: ignore[arg-type]
        chat_model.info = self.named(chat_model.info)
        return chat_model

    def fits_beside(self, info: ModelInfo | None) -> bool:
        """Whether it leaves the models that are loaded enough memory for their answers; not where it is unknown."""
        from .devices import fits_beside

        return info is not None and fits_beside(info.weight_bytes, self.device, self.gpus)

    def named(self, info: ModelInfo) -> ModelInfo:
        """`info` with the name and the note of this offer."""
        note = {"en": self.note, "zh": self.note} if self.note else info.description
        return replace(info, name=self.name or info.name, description=note)
