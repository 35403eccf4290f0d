"""The pages of a form, public and embedded: the same views, with and without a frame. No cookie is ever set."""
