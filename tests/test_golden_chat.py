"""Prompts and answer tidying against what the originals built."""

from __future__ import annotations

from typing import Any

import pytest
from golden_cases import golden_dir, load_case

from model.chat import CHATGLM, VISUALGLM, VISUALGLM_ENGLISH, ResponseStream, process_response
from model.tokenizer import GLMTokenizer

MODEL = golden_dir("tokenizer") / "ice_text.model"
CHAT = load_case(golden_dir("glm") / "chat_prompts.json").info
RESPONSES = load_case(golden_dir("glm") / "process_response.json").info
LAYOUT = load_case(golden_dir("vision") / "prompt_layout.json").info


class CharacterTokenizer(GLMTokenizer):
    """One id per character, as the recording tokenizer of prompt_layout.json has it; control ids are negative."""

    def __init__(self) -> None:
        self.gmask_id, self.bos_id, self.unk_id = -1, -2, -3

    def encode_text(self, text: str, *, upstream: bool = False) -> list[int]:
        return list(map(ord, text))


def rounds(case: dict[str, Any]) -> list[tuple[str, str]]:
    return [(question, answer) for question, answer in case["history"] or []]


def by_number(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=str(number)) for number, case in enumerate(cases)]


@pytest.mark.parametrize("case", by_number(CHAT.get("cases", [])))
def test_chatglm_prompt(case: dict[str, Any]) -> None:
    assert CHATGLM.render(rounds(case), case["query"]) == case["prompt"]


@pytest.mark.skipif(not MODEL.exists(), reason="no ice_text.model among the golden files")
@pytest.mark.parametrize("case", by_number(CHAT.get("visualglm", {}).get("cases", [])))
def test_visualglm_ids(case: dict[str, Any]) -> None:
    tokenizer = GLMTokenizer.from_file(MODEL)
    has_image = "ids_before_image" in case
    prompt = VISUALGLM.encode(
        tokenizer, rounds(case), case["query"], image_length=CHAT["visualglm"]["image_length"] if has_image else 0
    )
    assert [prompt.input_ids] == case["input_ids"]
    assert (prompt.image_starts or (0,))[0] == case["pre_image_length"]
    assert (not prompt.image_starts) == (not has_image)
    rendered = VISUALGLM.render(rounds(case), case["query"])
    assert ("<img></img>" if has_image else "") + rendered == case["prompt_after_image_removal"]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        pytest.param(case, case[source], id=f"{case['name']}-{source}")
        for case in LAYOUT.get("cases", [])
        for source in ("sat", "hf")
        if case.get(source)
    ],
)
def test_visualglm_layout(case: dict[str, Any], expected: dict[str, Any]) -> None:
    """Both originals lay the prompt out the same way; they differ in the placeholder, of which ours is `<unk>`."""
    tokenizer = CharacterTokenizer()
    special = {
        "<UNK>": tokenizer.unk_id,
        "<PAD>": tokenizer.unk_id,
        "<GMASK>": tokenizer.gmask_id,
        "<SOP>": tokenizer.bos_id,
    }
    ids: list[int] = []
    for kind, value in expected["layout"]:
        ids += tokenizer.encode_text(value) if kind == "text" else [special[kind]] * value

    template = VISUALGLM_ENGLISH if case["english"] else VISUALGLM
    prompt = template.encode(tokenizer, rounds(case), case["query"], image_length=32 if case["image"] else 0)
    assert prompt.input_ids == ids
    assert len(prompt.input_ids) == expected["input_length"]
    assert (prompt.image_starts or (0,))[0] == expected.get("pre_image", expected.get("pre_image_length"))


@pytest.mark.parametrize("case", [pytest.param(case, id=repr(case["in"])) for case in RESPONSES.get("cases", [])])
def test_process_response(case: dict[str, Any]) -> None:
    assert process_response(case["in"]) == case["out"]
    for width in (1, 2, 3, 100):
        stream = ResponseStream()
        pieces = [stream.push(case["in"][at : at + width]) for at in range(0, len(case["in"]), width)]
        assert "".join([*pieces, stream.flush()]) == case["out"]
