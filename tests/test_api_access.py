"""Who may use the API: keys, the password, other sites' pages, other names of this machine."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import httpx
import pytest

from apps.settings import Settings, parse_settings
from tests.served_api import COMPLETIONS, fault, serving

ROUTES = [
    ("GET", "/v1/models"),
    ("GET", "/v1/models/a"),
    ("POST", COMPLETIONS),
    ("POST", "/v1/completions"),
    ("POST", "/v1/embeddings"),
    ("POST", "/"),
    ("GET", "/v1/other"),
    ("GET", "/metrics"),
    ("GET", "/docs"),
    ("GET", "/docs/swagger-ui.css"),
    ("GET", "/openapi.json"),
]
WRONG = (None, "", "Bearer", "Bearer wrong", "Basic", "Basic %", "Bearer " + "x" * 5000, "sesame", "Bearer \xff")


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def status(client: httpx.Client, authorization: str | None) -> int:
    headers = {} if authorization is None else {"authorization": authorization.encode("latin-1")}
    return client.get("/v1/models", headers=headers).status_code


def test_guessing_is_slowed_down() -> None:
    """Ten wrong keys a minute; then the right one waits as well, but not whoever comes without any."""
    with serving(settings=Settings(auth=("ann", "sesame"))) as api:
        right = "Bearer sesame"
        assert [status(api.client, f"Bearer {number}") for number in range(9)] == [401] * 9
        assert status(api.client, right) == 200
        assert [status(api.client, value) for value in ("Bearer x", "Bearer y", right)] == [401, 429, 429]
        assert status(api.client, None) == 401
        assert api.client.get("/health").status_code == 200


@pytest.mark.parametrize("settings", [Settings(auth=("ann", "sesame")), parse_settings(["--api-key", "sesame"])])
def test_every_route_but_health_asks_for_a_key(settings: Settings) -> None:
    with serving(settings) as api:
        for method, path in ROUTES:
            answer = api.client.request(method, path, content=b"{")
            assert answer.status_code == 401, path
            assert fault(answer)["code"] == "invalid_api_key"
            assert "Bearer" in answer.headers["www-authenticate"]
        assert [status(api.client, wrong) for wrong in WRONG] == [401] * len(WRONG)
        assert api.client.get("/health").status_code == 200
        assert not api.stub.seen


def test_the_password_is_a_key_too() -> None:
    with serving(Settings(auth=("ann", "sesame"))) as api:
        assert status(api.client, "Bearer sesame") == status(api.client, "bearer  sesame") == 200
        assert status(api.client, basic("ann:sesame")) == 200
        assert status(api.client, basic("bob:wrong")) == status(api.client, basic("ann")) == 401


def test_several_keys_by_option_and_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    digest = hashlib.sha256("第三".encode()).hexdigest()
    file.write_text(f"# who may\n\n{digest.upper()}  phone # lost?\n{hashlib.sha256(b'four').hexdigest()}  -\n")
    settings = parse_settings(["--api-key", "one", "--api-key", "two", "--api-key-file", str(file)])
    with serving(settings) as api:
        for key in ("one", "two", "four"):
            assert status(api.client, f"Bearer {key}") == 200
        assert status(api.client, basic("anyone:two")) == status(api.client, basic(":第三")) == 200
        assert status(api.client, "Bearer one,two") == status(api.client, f"Bearer {digest}") == 401
    names = [hashlib.sha256(key).hexdigest()[:8] for key in (b"one", b"two", b"four")]  # what a log calls them
    assert [key.name for key in settings.api_keys] == [*names[:2], "phone", names[2]]


def test_keys_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLM_API_KEY", "one, two")
    assert len(parse_settings([]).api_keys) == 2
    assert len(parse_settings(["--api-key", "three"]).api_keys) == 1


@pytest.mark.parametrize("text", ["", "# nothing\n", "plain-key\n", "ab" * 31 + "\n", "zz" * 32 + "\n", None])
def test_a_wrong_key_file_is_refused(tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "keys"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SystemExit):
        parse_settings(["--api-key-file", str(file)])
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and str(file) in error and "plain-key" not in error


def test_keys_open_the_api_alone_to_other_machines(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--host", "0.0.0.0", "--api-key", "one"]
    assert parse_settings(options, pages=False).host == "0.0.0.0"
    for arguments, pages in ((options, True), (["--host", "0.0.0.0"], False)):
        with pytest.raises(SystemExit):
            parse_settings(arguments, pages=pages)
    assert "--auth" in capsys.readouterr().err


def test_pages_of_other_sites_are_refused() -> None:
    with serving(parse_settings(["--api-key", "sesame"])) as api:
        for origin in ("http://evil.example", "null", f"{api.address}.evil.example"):
            for method, path in ROUTES:
                headers = {"authorization": "Bearer sesame", "origin": origin}
                answer = api.client.request(method, path, headers=headers)
                assert answer.status_code == 403, path
                assert "access-control-allow-origin" not in answer.headers
        own = {"authorization": "Bearer sesame", "origin": api.address}
        assert api.client.get("/v1/models", headers=own).status_code == 200


def test_named_sites_may_call_v1_only() -> None:
    friend = "http://localhost:3000"
    with serving(parse_settings(["--api-key", "sesame", "--cors", friend, "--cors", "https://b.example/"])) as api:
        asks = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
        for origin, allowed in ((friend, True), ("https://b.example", True), ("http://evil.example", False)):
            preflight = api.client.options(COMPLETIONS, headers={"origin": origin, **asks})
            assert (preflight.headers.get("access-control-allow-origin") == origin) is allowed
            headers = {"origin": origin, "authorization": "Bearer sesame"}
            answer = api.client.get("/v1/models", headers=headers)
            assert (answer.status_code == 200) is allowed
            assert (answer.headers.get("access-control-allow-origin") == origin) is allowed
        unkeyed = api.client.get("/v1/models", headers={"origin": friend})
        assert unkeyed.status_code == 401 and unkeyed.headers["access-control-allow-origin"] == friend
        assert "access-control-allow-origin" not in api.client.options("/", headers={"origin": friend, **asks}).headers
        metrics = api.client.get("/metrics", headers={"origin": friend, "authorization": "Bearer sesame"})
        assert "access-control-allow-origin" not in metrics.headers


@pytest.mark.parametrize("origin", ["*", "null", "example.org", "http://a/b", "ftp://a", "http://", "http://a?b"])
def test_sites_are_named_by_their_origin(origin: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_settings(["--cors", origin])
    assert "https://example.org" in capsys.readouterr().err


def test_without_a_key_only_own_names_are_answered() -> None:
    """A page of another site may make its own name point to this machine."""
    with serving() as api:
        own = ("localhost", "127.0.0.1:7860", "[::1]:7860", "laptop", "laptop.local", "host.docker.internal")
        for host in own:
            assert api.client.get("/v1/models", headers={"host": host}).status_code == 200, host
        for host in ("evil.example", "evil.example:80", "localhost.evil.example", "8.8.8.8", "[::1"):
            answer = api.client.get("/v1/models", headers={"host": host, "origin": f"http://{host}"})
            assert answer.status_code == 403, host
            assert fault(answer)["code"] == "foreign_host"
    with serving(parse_settings(["--api-key", "sesame"])) as api:
        headers = {"host": "glm.example", "authorization": "Bearer sesame"}
        assert api.client.get("/v1/models", headers=headers).status_code == 200
