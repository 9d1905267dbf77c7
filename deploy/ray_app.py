"""The suite on Ray Serve: as many copies as there are visitors for.

    pip install -r deploy/requirements.txt
    serve run deploy.ray_app:course          # http://127.0.0.1:8000

A queued event is two requests that must reach the same copy. Copies are chosen by the header
`X-Session-Id`, which deploy/nginx.conf sets from a cookie; put it in front, with Ray's address,
twice, in place of the two ports. (Ray's own Gradio integration does not run the start-up events
that Gradio 6 needs, so that queued events hang; here they run with the mounted application.)
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ray import serve
from ray.serve.config import AutoscalingConfig, RequestRouterConfig

if TYPE_CHECKING:
    from fastapi import FastAPI

STICKY = "ray.serve.experimental.consistent_hash_router.ConsistentHashRouter"


def build() -> FastAPI:
    """Return the suite as an ASGI application; called in each copy."""
    import gradio as gr
    from fastapi import FastAPI

    import app
    from demos.frame.server import Limits, Server
    from demos.frame.suite import LOOK

    options = app.parse([])
    limits = None if options.no_limits else Limits().times(options.limits)
    server = Server(limits, standing=app.standing(options))
    server.attend(app.demo)
    threading.Thread(target=app.warm_up, args=(server,), name="warm-up", daemon=True).start()
    front = FastAPI(middleware=server.middleware(), docs_url=None, redoc_url=None)
    return gr.mount_gradio_app(front, app.demo, path="/", **LOOK)


@serve.deployment(
    ray_actor_options={"num_cpus": 1},
    # An open page counts as one request: its heartbeat never ends.
    max_ongoing_requests=1000,
    autoscaling_config=AutoscalingConfig(
        min_replicas=1,
        max_replicas=8,
        target_ongoing_requests=40,
        upscale_delay_s=10,
        downscale_delay_s=300,
    ),
    request_router_config=RequestRouterConfig(request_router_class=STICKY),
    graceful_shutdown_timeout_s=30,
)
@serve.ingress(build)
class Course:
    """One copy of the suite."""


course = Course.bind()
