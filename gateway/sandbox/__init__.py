"""A stateful stand-in for the Charitylog API v2, with an External Referral Manager page.

It imports nothing else of this project and shares no code with the API client, so that one
mistake cannot hide on both sides. Whatever no source documents is invented, and says so.
"""

from gateway.sandbox.api.rules import Profile
from gateway.sandbox.app import create_sandbox
from gateway.sandbox.server import SandboxServer, make_server, serve

__all__ = ["Profile", "SandboxServer", "create_sandbox", "make_server", "serve"]
