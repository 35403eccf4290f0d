"""Tests of the web, without a server."""
