"""The client and the sandbox face to face over HTTP: every address that a page names, and every way to answer."""
