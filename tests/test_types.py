"""Sampling parameters are refused with their range (robustness row 35)."""

from __future__ import annotations

import math

import pytest

from model import GenerationParams, UserError

NAN, INF = math.nan, math.inf
REFUSED = [
    *[("temperature", value) for value in (-1, -0.01, 2.01, NAN, INF, -INF, "1", None, [], True, 10**400)],
    *[("top_p", value) for value in (0, 0.0, -0.1, 1.01, 2, NAN, INF, "0.5", None, False)],
    *[("top_k", value) for value in (-1, 1001, 1.5, NAN, INF, "50", None, True, 10**400)],
    *[("max_new_tokens", value) for value in (0, -1, 32769, 1.0, NAN, INF, "16", None, True, 10**400)],
    *[("repetition_penalty", value) for value in (0, -1, 0.05, 2.5, NAN, INF, "1", None, {})],
    *[("seed", value) for value in (-1, 2**63, 1.0, "7", NAN, True)],
]
ACCEPTED = [
    *[("temperature", value) for value in (0, 0.0, 1, 2, 0.001)],
    *[("top_p", value) for value in (1, 1.0, 0.0001)],
    *[("top_k", value) for value in (0, 1, 1000)],
    *[("max_new_tokens", value) for value in (1, 32768)],
    *[("repetition_penalty", value) for value in (1, 0.1, 2)],
    *[("seed", value) for value in (None, 0, 2**63 - 1)],
]


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=lambda item: str(item)[:20])
def test_a_value_out_of_range_is_named_with_the_range(name, value):
    with pytest.raises(UserError, match=f"{name} must be a") as caught:
        GenerationParams(**{name: value})
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(("name", "value"), ACCEPTED, ids=str)
def test_a_value_at_the_border_is_accepted(name, value):
    assert getattr(GenerationParams(**{name: value}), name) == value
