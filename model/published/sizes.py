"""Sizes of the published networks, and of smaller ones with the same structure."""

from __future__ import annotations

from dataclasses import dataclass

SCALES = ("tiny", "small", "full")


@dataclass(frozen=True)
class Vocabulary:
    """How many ids of each sort there are; the embedding has more rows than that.

    text: pieces below the special ids. rows: of the embedding, without image ids. image: ids before the text of the
    March 2023 release.
    """

    text: int
    rows: int
    image: int = 0


@dataclass(frozen=True)
class Decoder:
    """groups: key/value heads, equal to `heads` in ChatGLM-6B; inner: of the MLP, one of its two halves with SwiGLU."""

    hidden: int
    layers: int
    heads: int
    groups: int
    inner: int

    @property
    def head_dim(self) -> int:
        return self.hidden // self.heads


@dataclass(frozen=True)
class Encoder:
    """VisualGLM-6B's ViT and Q-Former; the inner size of the Q-Former is always four times its width."""

    hidden: int
    layers: int
    heads: int
    inner: int
    image_size: int  # pixels
    qformer_hidden: int
    qformer_layers: int
    qformer_heads: int
    queries: int
    patch_size: int = 14  # pixels

    @property
    def positions(self) -> int:
        return (self.image_size // self.patch_size) ** 2 + 1


# The special ids follow the text: 344 of ChatGLM-6B, 9 of ChatGLM3-6B, 14 of GLM-4-9B.
CHATGLM_VOCABULARY = {
    "full": Vocabulary(130000, 130528, 20000),
    "small": Vocabulary(130000, 130528, 20000),
    "tiny": Vocabulary(200, 576, 160),
}
CHATGLM2_VOCABULARY = {
    "full": Vocabulary(64789, 65024),
    "small": Vocabulary(64789, 65024),
    "tiny": Vocabulary(420, 448),
}
GLM4_VOCABULARY = {
    "full": Vocabulary(151329, 151552),
    "small": Vocabulary(151329, 151552),
    "tiny": Vocabulary(384, 416),
}
CHATGLM = {
    "full": Decoder(4096, 28, 32, 32, 16384),
    "small": Decoder(384, 8, 6, 6, 1536),
    "tiny": Decoder(64, 3, 4, 4, 256),
}
CHATGLM2 = {
    "full": Decoder(4096, 28, 32, 2, 13696),
    "small": Decoder(512, 8, 8, 2, 1712),
    "tiny": Decoder(64, 3, 4, 2, 208),
}
GLM4 = {
    "full": Decoder(4096, 40, 32, 2, 13696),
    "small": Decoder(256, 12, 4, 2, 864),
    "tiny": Decoder(64, 2, 4, 2, 208),
}
VISUALGLM = {
    "full": Encoder(1408, 39, 16, 6144, 224, 768, 12, 12, 32),
    "small": Encoder(352, 8, 4, 1536, 224, 192, 4, 6, 32),
    "tiny": Encoder(32, 2, 2, 96, 28, 32, 2, 2, 8),
}
