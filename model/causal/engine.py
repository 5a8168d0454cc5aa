"""A newer GLM model behind the interface of `model.engine.Engine`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from PIL.Image import Image
from torch import Tensor
from transformers import Glm4vForConditionalGeneration, PreTrainedModel

from ..engine import EncodedImage, Pixels, Watch
from ..tokenizer import Tokenizer
from ..types import GenerationParams, Message, Reading
from .answers import ThinkingSplitter
from .attention import use_own_attention
from .generation import LastTurn, generate_ids
from .pictures import PatchProcessor, image_embeds, positions
from .templates import CausalPrompt, Template


class CausalEngine:
    """ChatGLM2-6B, ChatGLM3-6B, GLM-4 and their children."""

    def __init__(
        self,
        network: PreTrainedModel,
        tokenizer: Tokenizer,
        template: Template,
        patch_processor: PatchProcessor | None = None,
    ) -> None:
        """patch_processor: of a model that looks at pictures."""
        use_own_attention(network)
        self.network = network
        self.tokenizer = tokenizer
        self.template = template
        self._patches = patch_processor
        self.images = self.several_images = patch_processor is not None
        self._last_turn = LastTurn()  # safe: the gate lets one answer be made at a time

    def encode(
        self, messages: Sequence[Message], context_length: int, max_new_tokens: int, image_lengths: Sequence[int] = ()
    ) -> CausalPrompt:
        """See `Engine`."""
        return self.template.encode(messages, context_length, max_new_tokens, image_lengths)

    def pixels(self, image: Image) -> Pixels:
        """See `Engine`."""
        assert self._patches is not None
        values, grid = self._patches.patches(image)
        return Pixels(values, self._patches.slots(grid), grid)

    @torch.inference_mode()
    def encode_image(self, pixels: Pixels) -> EncodedImage:
        """See `Engine`."""
        assert pixels.grid is not None and isinstance(self.network, Glm4vForConditionalGeneration)
        return EncodedImage(image_embeds(self.network, pixels.values, pixels.grid), pixels.grid)

    def generate(
        self,
        prompt: CausalPrompt,
        params: GenerationParams,
        room: int,
        images: Sequence[EncodedImage] = (),
        watch: Watch | None = None,
    ) -> Iterator[int | Reading]:
        """See `Engine`."""
        input_ids = torch.tensor([prompt.input_ids], device=self.network.device)
        placed = list(zip(prompt.image_starts, images, strict=True))
        where = None
        if placed:
            assert isinstance(self.network, Glm4vForConditionalGeneration)
            where = positions(self.network, input_ids, placed)
        return generate_ids(
            self.network,
            input_ids,
            params,
            self.template.stop_ids,
            room,
            [(start, image.embeds) for start, image in placed],
            where,
            watch,
            self._last_turn,
        )

    def answer(self, prompt: CausalPrompt) -> ThinkingSplitter:
        """See `Engine`."""
        return ThinkingSplitter(prompt.thinking)

    @torch.inference_mode()
    def hidden_states(self, text: str) -> Tensor:
        """See `Engine`."""
        ids = torch.tensor([self.tokenizer.encode_text(text)], device=self.network.device)
        states: Tensor = self.network.base_model(input_ids=ids, use_cache=False).last_hidden_state
        return states[0]
