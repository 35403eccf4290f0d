"""A web form as data: what may stand in the YAML of an organisation, how it is read, and what is wrong with it.

Knows no web framework, no database and no destination: what a destination needs stands in blocks that nobody here
opens.
"""
