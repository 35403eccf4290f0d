"""How gunicorn serves the gateway. Settings only."""

import gc
import os

from gateway import arenas

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 8  # whoever waits for the disk at one moment shares its commit: on a slow disk twice as many sends as with 4
preload_app = True  # loaded once, shared by the workers: half the start-up time and memory
reuse_port = True  # without it all keep-alive connections can land on one worker
control_socket_disable = True
logger_class = "gateway.web.serving.QuietLogger"
accesslog = None  # addresses of drafts are secrets: no access log
keepalive = 15
timeout = 60
graceful_timeout = 30
forwarded_allow_ips = ""  # proxies are trusted by GATEWAY_TRUSTED_PROXIES alone


def when_ready(server: object) -> None:
    """Before the workers are forked: what is loaded is theirs in common, and no collection copies its pages."""
    arenas.share()
    gc.collect()
    gc.freeze()
