"""apps/limits.py and the queue: what a visitor may ask in a minute, over HTTP and on the pages."""

from __future__ import annotations

import threading

import httpx
import pytest
from playwright.sync_api import expect

from apps.limits import RateLimit, visitor
from apps.serving import open_models
from apps.settings import parse_settings
from model.errors import UserError
from tests.browser import NewPage, ask, send
from tests.live_server import running
from tests.served_api import COMPLETIONS, fault, serving
from tests.stub_model import StubModel, wait_until


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def allowed(limit: RateLimit, address: str) -> bool:
    try:
        limit.check(address)
    except UserError as error:
        assert error.code == "rate_limited"
        return False
    return True


def test_a_visitor_may_ask_so_often_in_any_minute() -> None:
    clock = Clock()
    limit = RateLimit(3, clock)
    assert [allowed(limit, "192.0.2.1") for _ in range(3)] == [True] * 3
    clock.now += 59.5
    with pytest.raises(UserError) as refused:
        limit.check("192.0.2.1")
    assert refused.value.fields == {"limit": 3, "seconds": 1}
    assert allowed(limit, "192.0.2.2")  # somebody else
    clock.now += 0.5  # what was refused has not counted
    assert [allowed(limit, "192.0.2.1") for _ in range(4)] == [True] * 3 + [False]


def test_zero_is_no_limit() -> None:
    limit = RateLimit(0, Clock())
    assert all(allowed(limit, "192.0.2.1") for _ in range(1000))


def test_many_visitors_are_forgotten_after_their_minute_and_not_before() -> None:
    clock = Clock()
    limit = RateLimit(1, clock)
    addresses = [f"10.0.{number // 250}.{number % 250}" for number in range(3000)]
    assert all(allowed(limit, address) for address in addresses)
    assert not any(allowed(limit, address) for address in addresses)
    clock.now += 60
    assert all(allowed(limit, address) for address in addresses)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "testclient", False),
    ],
)
def test_who_has_several_addresses_is_one_visitor(one: str, other: str, same: bool) -> None:
    assert (visitor(one) == visitor(other)) is same


def test_threads_share_the_limit() -> None:
    limit, counted = RateLimit(50, Clock()), []
    threads = [threading.Thread(target=lambda: counted.append(allowed(limit, "a"))) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counted) == 50


def test_the_api_says_when_to_come_back() -> None:
    with serving(parse_settings(["--rate", "2"])) as api:
        assert [api.post(stream=stream).status_code for stream in (False, True)] == [200, 200]
        for path, body in (
            (COMPLETIONS, {"messages": [{"role": "user", "content": "hi"}]}),
            ("/v1/completions", {"prompt": "hi"}),
            ("/v1/embeddings", {"input": "hi"}),
            ("/", {"prompt": "hi"}),
        ):
            refused = api.to(path, **body)
            assert refused.status_code == 429
            error = refused.json()["error"]
            assert (error["code"], error["type"]) == ("rate_limited", "rate_limit_error")
            assert 1 <= int(refused.headers["retry-after"]) <= 60
            assert "2 questions a minute" in error["message"]
            assert f"{refused.headers['retry-after']} seconds" in error["message"]
        assert api.client.get("/v1/models").status_code == 200  # asks the model nothing


def test_a_full_queue_refuses(monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    stub = StubModel()
    monkeypatch.setattr("model.load", lambda *_, **__: stub)
    settings = parse_settings(["--queue", "1", "--port", str(free_port)])
    with serving(settings, pool=open_models(settings)) as api:
        threads = [threading.Thread(target=api.post, args=("slow 60",)) for _ in range(2)]
        for thread in threads:
            thread.start()
        assert wait_until(lambda: api.metric("glm_queue_length") == 1)
        refused = api.post("hello")
        assert refused.status_code == 503 and int(refused.headers["retry-after"]) > 0
        assert fault(refused)["code"] == "busy"
        for thread in threads:
            thread.join()
        assert api.post("hello").status_code == 200


@pytest.mark.browser
def test_the_pages_say_it_in_the_visitors_language(new_page: NewPage, free_port: int) -> None:
    with running(free_port, "--rate", "3") as address:
        page, chinese = new_page(server=address), new_page("/image", server=address, locale="zh-CN")
        ask(page, "one")
        ask(page, "two")
        body = {"messages": [{"role": "user", "content": "three"}]}
        assert httpx.post(f"{address}{COMPLETIONS}", json=body, trust_env=False).status_code == 200
        for opened, words in ((page, "limit of 3 questions a minute"), (chinese, "每分钟最多提问 3 次")):
            send(opened, "four")
            expect(opened.locator("#glm-status .glm-problem")).to_contain_text(words)
            expect(opened.locator("#glm-box textarea")).to_have_value("four")
        assert httpx.post(f"{address}{COMPLETIONS}", json=body, trust_env=False).status_code == 429
