"""The official clients, unmodified, at `run.py api` with the embedded model."""

from __future__ import annotations

import math
import socket
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

from tests.live_server import running
from tests.served_api import data_url

ROOT = Path(__file__).resolve().parents[1]
KEY = "a-key-of-this-test"
QUESTION = "What can you do?"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    with running(port, "--api-key", KEY, module="apps.api") as served:
        yield f"{served}/v1"


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=address, api_key=KEY, max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def name(client: openai.OpenAI) -> str:
    return client.models.list().data[0].id


def ask(client: openai.OpenAI, name: str, **options: object) -> str:
    messages = [{"role": "user", "content": QUESTION}]
    answer = client.chat.completions.create(model=name, messages=messages, temperature=0, **options)
    return str(answer.choices[0].message.content)


def test_openai_chat(client: openai.OpenAI, name: str) -> None:
    whole = client.chat.completions.create(
        model=name, messages=[{"role": "user", "content": QUESTION}], temperature=0, n=2
    )
    assert len(whole.choices) == 2
    text = whole.choices[0].message.content
    assert text and text == whole.choices[1].message.content  # greedy
    assert whole.usage and whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens
    assert whole._request_id and whole._request_id.startswith("req-")
    assert client.models.retrieve(name).id == name


def test_openai_stream(client: openai.OpenAI, name: str) -> None:
    chunks = list(
        client.chat.completions.create(
            model=name,
            messages=[{"role": "user", "content": QUESTION}],
            temperature=0,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == ask(client, name)
    assert chunks[-1].usage and chunks[-1].usage.completion_tokens > 1
    with client.chat.completions.stream(model=name, messages=[{"role": "user", "content": QUESTION}]) as stream:
        assert stream.get_final_completion().choices[0].message.content


def test_openai_seed_and_length(client: openai.OpenAI, name: str) -> None:
    messages = [{"role": "user", "content": QUESTION}]

    def sampled(seed: int) -> openai.types.chat.ChatCompletion:
        answer: openai.types.chat.ChatCompletion = client.chat.completions.create(
            model=name, messages=messages, temperature=2, top_p=1, seed=seed, max_completion_tokens=4
        )
        return answer

    first, again = sampled(3), sampled(3)
    assert first.choices[0].message.content == again.choices[0].message.content
    assert first.usage and first.usage.completion_tokens <= 4


def test_openai_stop(client: openai.OpenAI, name: str) -> None:
    whole = ask(client, name)
    stop = whole[len(whole) // 2 :][:3]
    assert ask(client, name, stop=[stop]) == whole[: whole.index(stop)]


def test_openai_logprobs(client: openai.OpenAI, name: str) -> None:
    answer = client.chat.completions.create(
        model=name,
        messages=[{"role": "user", "content": QUESTION}],
        temperature=0,
        logprobs=True,
        top_logprobs=5,
    )
    scores = answer.choices[0].logprobs
    assert scores and scores.content and answer.usage
    assert len(scores.content) == answer.usage.completion_tokens
    for token in scores.content:
        assert token.logprob <= 0 and len(token.top_logprobs) == 5
        assert token.logprob == max(top.logprob for top in token.top_logprobs)  # greedy takes the likeliest
        assert sum(math.exp(top.logprob) for top in token.top_logprobs) <= 1.001


def test_openai_picture(client: openai.OpenAI, name: str) -> None:
    picture = next((ROOT / "assets" / "examples").glob("*.png")).read_bytes()
    content = [
        {"type": "text", "text": "What is in the picture?"},
        {"type": "image_url", "image_url": {"url": data_url(picture), "detail": "auto"}},
    ]
    answer = client.chat.completions.create(
        model=name,
        messages=[{"role": "user", "content": content}],
        temperature=0,
    )
    assert answer.choices[0].message.content
    content[1]["image_url"] = {"url": "http://127.0.0.1:1/a.png"}
    with pytest.raises(openai.BadRequestError, match="data URL"):
        client.chat.completions.create(model=name, messages=[{"role": "user", "content": content}])


def test_openai_plain_completions(client: openai.OpenAI, name: str) -> None:
    whole = client.completions.create(model=name, prompt=QUESTION, temperature=0)
    assert whole.choices[0].text == ask(client, name)
    chunks = client.completions.create(model=name, prompt=QUESTION, temperature=0, stream=True)
    assert "".join(chunk.choices[0].text for chunk in chunks) == whole.choices[0].text


def test_openai_embeddings(client: openai.OpenAI, name: str) -> None:
    texts = ["a red circle", "a red square", "一个红色的圆"]
    packed = client.embeddings.create(model=name, input=texts)  # this client asks for base64
    plain = client.embeddings.create(model=name, input=texts, encoding_format="float")
    for one, other in zip(packed.data, plain.data, strict=True):
        assert one.embedding == pytest.approx(other.embedding, abs=1e-6)
        assert math.hypot(*one.embedding) == pytest.approx(1, abs=1e-5)
    assert packed.data[0].embedding != packed.data[1].embedding
    assert packed.usage.prompt_tokens > len(texts)


def test_openai_errors(client: openai.OpenAI, name: str) -> None:
    messages = [{"role": "user", "content": QUESTION}]
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").models.list()
    with pytest.raises(openai.NotFoundError, match="no model of this name"):
        client.chat.completions.create(model="gpt-4o", messages=messages)
    with pytest.raises(openai.BadRequestError) as refusal:
        client.chat.completions.create(model=name, messages=messages, temperature=3)
    assert refusal.value.param == "temperature" and refusal.value.code == "parameter"


def test_langchain(address: str, client: openai.OpenAI, name: str) -> None:
    chat = ChatOpenAI(model=name, base_url=address, api_key=KEY, temperature=0, max_retries=0)
    answer = chat.invoke([("system", "Be brief."), ("human", QUESTION)])
    assert answer.content and answer.usage_metadata and answer.usage_metadata["output_tokens"] > 0
    assert "".join(str(chunk.content) for chunk in chat.stream(QUESTION)) == ask(client, name)
    embeddings = OpenAIEmbeddings(model=name, base_url=address, api_key=KEY, check_embedding_ctx_length=False)
    assert len(embeddings.embed_documents(["one", "two"])) == 2
