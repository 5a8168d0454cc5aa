"""The embedded model's SentencePiece vocabulary, with the ids laid out as in ChatGLM-6B's `ice_text.model`.

0 `<unk>`, 1 `<s>`, 2 `</s>`, 3 `<pad>`, 4 `<n>`, 5 `▁`, ordinary pieces, eight control pieces from `[MASK]`,
`<|tab|>`, `<|blank_2|>` … `<|blank_80|>`, 256 bytes. SentencePiece's trainer puts them in another order, so the file
is written anew from the trained pieces.

Source: THUDM/chatglm-6b v1.1.0, ice_text.model (the layout); sentencepiece_model.proto (the file format).
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import sentencepiece

from model.sentencepiece_file import CONTROL_PIECES, FIRST, LAST, SPACE_PIECES, Piece, PieceType, with_pieces
from tuning.dataset import conversations
from tuning.sample import LANGUAGES
from tuning.words import COLOR_WORDS, PLACE_WORDS, SHAPE_WORDS, SIZE_WORDS

_ASCII = "".join(map(chr, range(33, 127)))
_TEMPLATE = ("<img>", "</img>", "问:", "答:", "[Round")
_ENGLISH = ("▁and", "▁There", "▁Start", "▁add", "▁plus", "▁minus", "▁equals")
_CHINESE = sorted(
    {words[0] for table in (COLOR_WORDS, SHAPE_WORDS, SIZE_WORDS, PLACE_WORDS) for words in table["zh"].values()}
    | {"什么", "多少", "几个", "哪里", "图形", "形状", "颜色", "物体", "东西", "位置", "等于", "一个", "图片"}
    | set("的是在有吗呢和请问那它图比最个中里上：，。、？"),
    key=lambda word: (-len(word), word),
)
_CHINESE_WORD = re.compile("|".join(_CHINESE))
_WORDS = (*_TEMPLATE, *_ENGLISH, *(word for word in _CHINESE if len(word) > 1))
_LONGEST_CHINESE = 4
_CJK = re.compile("[\u3400-\u9fff]")


def build_vocabulary(path: Path, sample_texts: Iterable[str], vocab_size: int = 2048) -> None:
    """Train the vocabulary on the texts and write it to `path`; `vocab_size` counts every piece, bytes included."""
    texts = list(sample_texts)
    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=trained,
        model_type="unigram",
        vocab_size=2 * vocab_size,
        hard_vocab_limit=False,
        character_coverage=1.0,
        required_chars=_ASCII,
        normalization_rule_name="nmt_nfkc",
        add_dummy_prefix=True,
        split_digits=True,
        byte_fallback=True,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        pad_id=3,
        user_defined_symbols=["<n>", *SPACE_PIECES],
        control_symbols=list(CONTROL_PIECES),
        num_threads=1,
        minloglevel=2,
    )
    model = trained.getvalue()
    scores = _chosen(_scores(model), texts, vocab_size - len(FIRST) - 1 - len(LAST))
    ordinary = [Piece(name, PieceType.NORMAL, score) for name, score in scores.items()]
    ordinary.sort(key=lambda piece: piece.name != "▁")  # to the front
    path.write_bytes(with_pieces(model, [*FIRST, *ordinary, *LAST]))


def _scores(model: bytes) -> dict[str, float]:
    """The log-probability of each ordinary piece of a trained model."""
    pieces = sentencepiece.SentencePieceProcessor()
    pieces.LoadFromSerializedProto(model)
    special = {piece.name for piece in (*FIRST, *LAST)}
    names = [pieces.id_to_piece(n) for n in range(pieces.get_piece_size())]
    return {name: pieces.get_score(n) for n, name in enumerate(names) if name not in special}


def _chosen(trained: dict[str, float], texts: list[str], count: int) -> dict[str, float]:
    """`▁` and `count` pieces with their scores, likeliest first: all characters, `_WORDS`, and the best of the rest.

    Left out are pieces that run over the border of a Chinese word: the trainer, which sees no spaces there, makes one
    of 一个小蓝色五角星, and whoever learns from such pieces learns nothing about 蓝色. `_WORDS` are added because the
    trainer skips what is always followed by the same sign.
    """
    joined = "\n".join(texts).replace(" ", "▁").replace("：", ":")
    total = len(joined) / 16  # about two characters a piece; eight times likelier than counted, to beat their parts
    scores = {name: math.log(max(1, joined.count(name)) / total) for name in _WORDS}
    scores |= {name: score for name, score in trained.items() if len(name) == 1}
    for name, score in trained.items():
        if len(scores) > count:
            break
        if not _spans_words(name):
            scores.setdefault(name, score)
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def _spans_words(name: str) -> bool:
    """Whether a piece runs over the border of a Chinese word, or is too long or too mixed to be one."""
    if not _CJK.search(name):
        return False
    return len(name) > _LONGEST_CHINESE or "▁" in name or bool(_CHINESE_WORD.search(name))


def sample_texts(seed: int = 0, talks: int = 6000) -> Iterator[str]:
    """The texts to train the vocabulary on: training conversations, as they are and in the template."""
    for language in LANGUAGES:
        for talk in islice(conversations(seed, "train", language), talks):
            for number, turn in enumerate(talk.rounds):
                yield turn.question
                yield turn.answer
                yield f"<img></img>[Round {number}] 问：{turn.question} 答：{turn.answer}"
