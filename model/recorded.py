"""Decoding on a CUDA GPU by replaying one recorded step.

A token of a 6B model is some four hundred small kernels; to launch them one by one from Python takes longer than the
weights take to be read. A CUDA graph launches them all at once, but always on the same memory: so the step reads and
writes the cache at a place that is itself on the GPU, and attends to the whole of the cache under a mask.
Source: Nguyen et al. 2021, "Accelerating PyTorch with CUDA Graphs" (pytorch.org/blog); gpt-fast decodes the same way.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from functools import cache as cached
from weakref import WeakSet

import torch
from torch import Tensor, nn

from .cache import KVCache
from .glm import GLMForConditionalGeneration

Work = Callable[[], Tensor]
_TOLERANCE = 0.02  # of the largest logit: a recording may run other kernels than those outside
_recording = threading.Lock()  # CUDA allows one at a time in a process
_refused: WeakSet[nn.Module] = WeakSet()  # networks whose step could not be recorded


def can_be_recorded(network: nn.Module) -> bool:
    """Whether all of it lies on one CUDA GPU, nothing is fetched on the way, and it has not failed to be."""
    if network in _refused or next(network.parameters()).device.type != "cuda":
        return False
    devices = {tensor.device for tensors in (network.parameters(), network.buffers()) for tensor in tensors}
    hooked = any(hasattr(module, "_hf_hook") for module in network.modules())
    return not hooked and len(devices) == 1


@cached
def _stream(device: torch.device) -> torch.cuda.Stream:
    return torch.cuda.Stream(device)


def cuda_graph(work: Work, device: torch.device) -> Work:
    """Record what `work` launches; the result launches it again and returns the same tensor, written anew.

    `work` must have run before, and what it reads must live as long as the result. Raises: RuntimeError when it does
    what cannot be recorded.
    """
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.device(device), _recording:
        usual = torch.cuda.current_stream()
        try:
            with torch.cuda.graph(graph, stream=_stream(device), capture_error_mode="thread_local"):
                result = work()
        finally:
            torch.cuda.set_stream(usual)  # one that failed leaves its own behind

    def replay() -> Tensor:
        graph.replay()
        return result

    return replay


class RecordedSteps:
    """The `step` of `model.generation.decode` behind a prompt that `cache` holds: ids (1, 1) -> logits (1, vocab).

    A recording serves until the cache is full; then the cache grows and the next step is recorded. What cannot be
    recorded, or gives something else when it is replayed, is computed step by step.
    """

    def __init__(
        self,
        network: GLMForConditionalGeneration,
        cache: KVCache,
        positions: Tensor,
        ahead: Tensor,
        record: Callable[[Work, torch.device], Work] = cuda_graph,
    ) -> None:
        """positions: ids of the prompt's last token, (1, rows, 1); ahead: what each token adds to them."""
        self._network = network
        self._cache = cache
        self._record = record
        self._ahead = ahead
        self._positions = positions + ahead
        self._token = torch.zeros(1, 1, dtype=torch.long, device=positions.device)
        self._room = 0  # tokens that the recording is good for
        self._work: Work  # kept: a graph does not own the memory that it reads
        self._replay: Work

    def __call__(self, token: Tensor) -> Tensor:
        """See the class."""
        self._token.copy_(token)
        logits = self._replay() if self._room else self._begin()
        self._room -= 1
        for layer in range(self._network.config.num_hidden_layers):
            self._cache.keep(1, layer)
        return logits.clone()

    def _begin(self) -> Tensor:
        """A step that is computed, and recorded for those behind it."""
        network, token, all_positions, ahead = self._network, self._token, self._positions, self._ahead
        config, device = network.config, token.device
        used = self._cache.get_seq_length()
        cache = _FixedCache([self._cache.whole(layer) for layer in range(config.num_hidden_layers)], used, device)
        reach = torch.arange(config.pre_seq_len or 0, cache.get_seq_length(), device=device)
        self._room = cache.get_seq_length() - used
        positions = all_positions.clone()

        def work() -> Tensor:  # all that changes from one step to the next is in tensors
            seen = (reach <= cache.place)[None, None, None]
            logits: Tensor = network(token, all_positions, seen, cache).logits[:, -1]
            all_positions.add_(ahead)
            cache.place.add_(1)
            return logits

        def stand_at(step: int) -> None:
            all_positions.copy_(positions + step * ahead)
            cache.place.fill_(used + step)

        logits = work()
        self._work = self._replay = work
        if self._network not in _refused:
            self._try_to_record(logits, stand_at)
        stand_at(1)
        return logits

    def _try_to_record(self, logits: Tensor, stand_at: Callable[[int], None]) -> None:
        """Put a recording in the place of the work that gave `logits`, if it gives them again."""
        try:
            stand_at(0)
            replay = self._record(self._work, self._token.device)
            stand_at(0)
            replay().fill_(torch.nan)  # so that a recording of nothing is noticed
            stand_at(0)
            difference = (replay() - logits).abs().max()
            if not difference <= _TOLERANCE * logits.abs().max():  # NaN is no smaller
                raise RuntimeError(f"it gives logits that differ by {difference:.2g}")
            self._replay = replay
        except RuntimeError as error:
            warnings.warn(f"Decoding without a recording, more slowly: {error}", stacklevel=2)
            _refused.add(self._network)


class _FixedCache:
    """Buffers of all layers at their whole length; the next position is written at `place`, (1,)."""

    def __init__(self, pairs: list[tuple[Tensor, Tensor]], place: int, device: torch.device) -> None:
        self._pairs = pairs
        self.place = torch.full((1,), place, device=device)

    def get_seq_length(self) -> int:
        """All that there is room for: which positions are filled is the mask's business."""
        return self._pairs[0][0].shape[2]

    def update(self, keys: Tensor, values: Tensor, layer_idx: int) -> tuple[Tensor, Tensor]:
        """Write one position, (1, heads, 1, head_dim); returns the buffers."""
        for buffer, new in zip(self._pairs[layer_idx], (keys, values), strict=True):
            buffer.index_copy_(2, self.place, new.to(buffer.dtype))
        return self._pairs[layer_idx]
