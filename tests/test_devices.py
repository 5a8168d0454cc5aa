"""What goes where, decided on the meta device; and a network on two devices computes what it computes on one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import tiny
import torch
from accelerate import dispatch_model
from transformers import PreTrainedModel

import model
from kernels import dispatch
from model import GenerationParams, UserError, chatglm, devices
from model.checkpoint import Checkpoint
from model.config import GLMConfig
from model.engine import Pixels
from model.filling import Precision, empty_network, lies_in, weight_bytes
from model.glm import GLMForConditionalGeneration
from model.published import layout
from model.published.configs import config_files
from model.recognise import recognise

GB = 10**9
HALF = Precision("fp16", torch.float16)
LAYOUTS = ["chatglm-6b", "chatglm-6b-int4", "visualglm-6b", "chatglm3-6b", "glm-4-9b-chat"]
QUESTION = [{"role": "user", "content": "你好"}]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A machine with other devices: names and free bytes."""

    def pretend(**free: int) -> None:
        named = {name.replace("_", ":"): size for name, size in free.items()}
        monkeypatch.setattr(devices, "available_devices", lambda: list(named))
        monkeypatch.setattr(devices, "free_memory", lambda device: named.get(str(device), named.get(f"{device}:0")))

    return pretend


def network(checkpoint: Checkpoint, precision: Precision = HALF) -> PreTrainedModel:
    return empty_network(checkpoint, precision)


def sizes(found: PreTrainedModel, placement: Any) -> dict[str, int]:
    """Bytes on each device, a tied weight once."""
    starts = sorted(placement.items(), key=lambda item: len(item[0]), reverse=True)
    result: dict[str, int] = {}
    tensors = {id(tensor): (name, tensor) for name, tensor in [*found.named_parameters(), *found.named_buffers()]}
    for name, tensor in tensors.values():
        device = str(next(device for start, device in starts if lies_in(name, start)))
        result[device] = result.get(device, 0) + tensor.nbytes
    return result


def device_of(name: str, placement: Any) -> str:
    starts = sorted(placement, key=len, reverse=True)
    return str(next(placement[start] for start in starts if lies_in(name, start)))


# Precision, chosen


@pytest.mark.parametrize(
    ("device", "room_for", "wanted"),
    [
        ("cpu", "fp32", "fp32"),  # small: not worth quantising
        ("cpu", "int8", "int8"),
        ("cpu", "int4", "int4"),
        ("cuda:0", "fp16", "fp16"),
        ("cuda:0", "int8", "int8"),
        ("cuda:0", "int4", "int4"),
        ("mps", "fp32", "fp16"),
    ],
)
def test_auto_takes_the_fastest_device_and_the_best_precision_that_fits(folders, machine, device, room_for, wanted):
    checkpoint = recognise(folders["chatglm-6b"])
    needed = weight_bytes(empty_network(checkpoint, devices.precision_of(room_for, torch.device(device))))
    free = {device.replace(":", "_"): int(needed / 0.84)}
    machine(**({"cpu": 16 * GB} | free if device == "cpu" else free | {"cpu": 16 * GB}))
    chosen = devices.plan(checkpoint)
    assert (str(chosen.device), chosen.precision.name) == (device, wanted)
    assert set(map(str, chosen.placement.values())) == {device}
    assert all(tensor.is_meta for tensor in chosen.network.parameters())
    assert re.search(r"\d MB.* weights", chosen.reason)


def test_auto_takes_several_gpus_for_what_one_cannot_hold_before_it_takes_fewer_bits(machine) -> None:
    checkpoint = full_size("chatglm-6b")  # 12.35 GB in half precision
    for free, precision, gpus in ((16, "fp16", 1), (9, "fp16", 2), (4, "int8", 2)):
        machine(cuda_0=free * GB, cuda_1=free * GB, cpu=32 * GB)
        chosen = devices.plan(checkpoint)
        assert (chosen.precision.name, len(set(chosen.placement.values()))) == (precision, gpus)
        assert ("parts on cuda:0" in chosen.reason and "parts on cuda:1" in chosen.reason) == (gpus == 2)
    assert devices.plan(checkpoint, "cuda:0", "int4").device == torch.device("cuda:0"), "asked for one"


def test_weights_stored_in_bf16_stay_so_where_that_is_fast(folders, machine) -> None:
    checkpoint = recognise(folders["glm-4-9b-chat"])
    for name, precision in (("cuda_0", "bf16"), ("mps", "fp16"), ("cpu", "fp32")):
        machine(**{name: 16 * GB})
        assert devices.plan(checkpoint).precision.name == precision


def test_quantised_weights_stay_as_they_are_stored(folders, machine) -> None:
    for free in ({"cpu": 16 * GB}, {"cuda_0": 16 * GB}):
        machine(**free)
        chosen = devices.plan(recognise(folders["chatglm-6b-int4"]))
        assert (chosen.precision.name, chosen.reason) == ("int4", "as it is stored")


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16", "int8", "int4"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_the_size_that_is_planned_is_the_size_there_is(folders, name: str, precision: str) -> None:
    planned = weight_bytes(devices.plan(recognise(folders[name]), "cpu", precision).network)
    assert model.load(folders[name], "cpu", precision).info.weight_bytes == planned


# What cannot be had


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ({"device": "cuda"}, r"device cuda is not available here\. Available: auto, cpu"),
        ({"device": "mps"}, r"device mps is not available here"),
        ({"device": "npu"}, r"device npu is not available here"),
        ({"device": "cuda:1"}, r"device cuda:1 is not available here"),
        ({"device": "meta"}, r"device meta is not available here"),
        ({"device": "GPU"}, r"device GPU is not available here"),
        ({"gpus": 2}, r"--gpus 2 asks for GPUs, but PyTorch finds none here\. Leave it out"),
        ({"gpus": 2, "device": "cpu"}, r"--gpus 2 asks for GPUs, --device cpu .* Leave one of them out"),
        ({"precision": "int3"}, r"precision int3 is not available on cpu\. Available: auto, fp32"),
    ],
)
def test_devices_that_are_not_there_are_named(folders, machine, arguments: dict[str, Any], match: str) -> None:
    machine(cpu=16 * GB)
    with pytest.raises(UserError, match=match):
        model.load(folders["chatglm-6b"], **arguments)


def test_a_second_device_is_taken_by_its_number(folders, machine) -> None:
    machine(cuda_0=16 * GB, cuda_1=16 * GB, cpu=16 * GB)
    checkpoint = recognise(folders["chatglm-6b"])
    assert str(devices.plan(checkpoint, "cuda:1").device) == "cuda:1"
    assert str(devices.plan(checkpoint, "cuda").device) == "cuda"
    assert str(devices.plan(checkpoint).device) == "cuda:0"
    for wanted in (0, 3):
        with pytest.raises(UserError, match=f"--gpus {wanted} .* 2 there are"):
            devices.plan(checkpoint, gpus=wanted)


def test_what_fits_nowhere_is_refused_with_both_sizes(folders, machine) -> None:
    checkpoint = recognise(folders["chatglm-6b"])
    machine(cpu=100_000)
    with pytest.raises(UserError, match=r"needs 0\.1 MB in int4, but only 0\.1 MB are free on cpu"):
        devices.plan(checkpoint)
    machine(cuda_0=100_000, cpu=100_000)
    with pytest.raises(UserError) as caught:
        devices.plan(checkpoint, precision="fp16")
    assert caught.value.code == "too_large"


def test_the_limit_of_a_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = devices.free_memory(torch.device("cpu"))
    for text, limited in (("max", False), ("9223372036854771712", False), ("1000000", True)):
        (tmp_path / "limit").write_text(text + "\n")
        monkeypatch.setattr(devices, "_CGROUP_LIMITS", (tmp_path / "none", tmp_path / "limit"))
        found = devices.free_memory(torch.device("cpu"))
        assert found == 0 if limited else found > free / 2


# Several GPUs, and a GPU with the CPU behind it


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("name", LAYOUTS)
def test_several_gpus_share_whole_layers(folders, machine, name: str, count: int) -> None:
    machine(**{f"cuda_{index}": 16 * GB for index in range(count)}, cpu=16 * GB)
    checkpoint = recognise(folders[name])
    chosen = devices.plan(checkpoint, gpus=count)
    check_parts(chosen.network, chosen.placement)
    used = sizes(chosen.network, chosen.placement)
    assert set(used) <= {f"cuda:{index}" for index in range(count)}, "nothing is left on the CPU"


@pytest.mark.parametrize(
    ("name", "precision"), [("chatglm-6b", "fp16"), ("chatglm-6b", "int8"), ("visualglm-6b", "fp16")]
)
def test_at_full_size_two_gpus_share_nearly_evenly(name: str, precision: str) -> None:
    found = network(full_size(name), devices.precision_of(precision, torch.device("cuda")))
    for count in (2, 4):
        placement = devices.spread(found, {index: 24 * GB for index in range(count)}, "cuda")
        check_parts(found, placement)
        used = sizes(found, placement)
        assert set(used) == {f"cuda:{index}" for index in range(count)}
        assert max(used.values()) < 1.35 * weight_bytes(found) / count


def test_what_a_gpu_cannot_hold_stays_on_the_cpu(machine) -> None:
    checkpoint = full_size("chatglm-6b")
    machine(cuda_0=9 * GB, cpu=32 * GB)
    chosen = devices.plan(checkpoint, precision="fp16")
    check_parts(chosen.network, chosen.placement)
    used = sizes(chosen.network, chosen.placement)
    assert used["cuda:0"] < 9 * GB * 0.85 and used["cpu"] > 4 * GB
    assert device_of("transformer.word_embeddings", chosen.placement) == "cuda:0"
    assert str(chosen.device) == "cuda:0"
    assert "parts on cuda:0" in chosen.reason and "parts on cpu" in chosen.reason
    assert devices.plan(checkpoint).precision.name == "int8"  # by itself it rather takes fewer bits


def full_size(name: str) -> Checkpoint:
    """The published config at its full size, without any file but the config's."""
    values = config_files(layout(name))["config.json"]
    vision = chatglm._vision(values) if "eva_config" in values else None
    config = GLMConfig.from_upstream(values | {"vision": vision})
    checkpoint = object.__new__(Checkpoint)
    files = type("Files", (), {"infos": {}})()
    fields = {"config": config, "model_class": GLMForConditionalGeneration, "shapes": {}, "packed": frozenset()}
    for field, value in {**fields, "bits": None, "files": files}.items():
        object.__setattr__(checkpoint, field, value)
    return checkpoint


def check_parts(found: PreTrainedModel, placement: Any) -> None:
    """Everything has a place; embedding and head share theirs; no layer is cut, and the picture's part is whole."""
    names = {module: name for name, module in found.named_modules()}
    embedding, head = names[found.get_input_embeddings()], names[found.get_output_embeddings()]
    assert device_of(embedding, placement) == device_of(head, placement)
    whole = [name for name, module in found.named_modules() if type(module).__name__ in found._no_split_modules]
    assert whole
    if getattr(found, "image_encoder", None) is not None:
        whole.append("image_encoder")
    for name in whole:
        inside = [key for key, _ in found.named_parameters() if lies_in(key, name)]
        assert len({device_of(key, placement) for key in inside}) == 1, name


# Weights that wait elsewhere until they are needed


@pytest.mark.parametrize("precision", ["fp32", "fp16", "int8", "int4"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_offloaded_weights_compute_the_same(folders, tmp_path: Path, name: str, precision: str) -> None:
    """accelerate's hooks bring every weight of the later layers when it is needed; here the disk stands for the memory
    behind a GPU, and this CPU for the GPU. Packed weights, which are buffers, must not stay."""
    with dispatch.override("torch"):  # as on a GPU: nothing is rearranged for a kernel
        alone, spread = (model.load(folders[name], "cpu", precision) for _ in range(2))
        network = spread.engine.network
        names = {module: name for name, module in network.named_modules()}
        layers = next(name for name in names.values() if name.endswith(".layers") and "encoder" not in name)
        here = [f"{layers}.0", names[network.get_output_embeddings()], names[network.get_input_embeddings()]]
        places = dict.fromkeys(devices.spread(network, {0: GB}, "cuda"), "disk") | dict.fromkeys(here, "cpu")
        dispatch_model(network, places, main_device="cpu", offload_dir=tmp_path, offload_buffers=True)
        waiting = {name for name, tensor in [*network.named_parameters(), *network.named_buffers()] if tensor.is_meta}
        large = {name for name in alone.engine.network.state_dict() if f"{layers}.1." in name}
        assert large and large <= waiting and not [name for name in waiting if name.startswith(tuple(here))]
        params = GenerationParams(max_new_tokens=6, temperature=0)
        said = [
            [item for item in loaded.stream(QUESTION, params=params) if isinstance(item, str)]
            for loaded in (alone, spread)
        ]
        assert said[0] == said[1]
        ids = torch.tensor([[40, 41, 42, *control_ids(network.config)]])
        with torch.inference_mode():
            assert torch.equal(network(ids).logits, alone.engine.network(ids).logits)
            if alone.info.images:
                pixels = Pixels(torch.rand(1, 3, 28, 28), 1)
                encoded = [loaded.engine.encode_image(pixels).embeds for loaded in (alone, spread)]
                assert torch.equal(*encoded)
        assert large <= {name for name, tensor in network.state_dict().items() if tensor.is_meta}


def test_an_offloaded_prefix_computes_the_same(tmp_path: Path) -> None:
    alone, spread = (tiny.network(tiny.config(pre_seq_len=3)) for _ in range(2))
    places = dict.fromkeys(("transformer.word_embeddings", "transformer.layers"), "cpu")
    places |= dict.fromkeys(("transformer.final_layernorm", "lm_head"), "cpu")
    dispatch_model(spread, places | {"transformer.prefix_encoder": "disk"}, main_device="cpu", offload_dir=tmp_path)
    assert spread.transformer.prefix_encoder.embedding.weight.is_meta
    ids = torch.tensor([[40, 41, 42, *control_ids(alone.config)]])
    with torch.inference_mode():
        assert torch.equal(spread(ids).logits, alone(ids).logits)


def control_ids(config: Any) -> list[int]:
    return [config.gmask_token_id, config.bos_token_id] if hasattr(config, "gmask_token_id") else []
