"""The real server around several stub models: `python -m tests.live_models --port N`.

`One` and `Two` fit into memory together; `Heavy` needs all of it, and is loaded once `POST /stub/load` has been asked;
`Broken` cannot be loaded; `Strange` is known only when it is loaded. `GET /stub` says what is loaded and how often;
`POST /stub/reset` leaves only `One` in memory.
"""

from __future__ import annotations

import sys

from model.types import GenerationParams


def main() -> None:
    from apps.server import build_app, own_files
    from apps.serving import kept_usage, serve
    from apps.settings import parse_settings
    from model.errors import UserError
    from model.pool import ModelPool

    from .stub_model import StubOffer

    cold = GenerationParams(max_new_tokens=64, temperature=0.1, top_p=0.5, top_k=7)
    offers = [
        StubOffer("One", beside=True),
        StubOffer("Two", beside=True, images=False, context_length=512, defaults=cold, thinking=True),
        StubOffer("Heavy <b>"),
        StubOffer("Broken", beside=True),
        StubOffer("Strange", beside=True, strange=True),
    ]
    offers[2].may_load.clear()
    offers[3].fault = UserError("file_missing", path="model.safetensors")
    pool = ModelPool(offers)  # type: ignore[arg-type]
    pool.check()
    pool.models[0].bring()

    async def counters() -> dict[str, object]:
        loaded = [model.name for model in pool.models if model.loaded]
        inside = {offer.name: offer.model.inside for offer in offers}
        return {"loaded": loaded, "inside": inside, "loads": {offer.name: offer.loads for offer in offers}}

    async def load() -> None:
        offers[2].may_load.set()

    def reset() -> None:
        for model in pool.models[1:]:
            model.unload()
        pool.models[0].bring()
        offers[2].may_load.clear()

    settings = parse_settings(sys.argv[1:])
    with kept_usage(settings) as usage, own_files():
        app = build_app(pool, settings, usage)
        app.add_api_route("/stub", counters)
        app.add_api_route("/stub/load", load, methods=["POST"])
        app.add_api_route("/stub/reset", reset, methods=["POST"])
        for _ in range(3):
            app.router.routes.insert(0, app.router.routes.pop())  # before the pages, which are mounted at "/"
        serve(lambda _: app, settings)


if __name__ == "__main__":
    main()
