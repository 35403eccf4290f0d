"""Signing in, for staff and partners; who may open which page."""
