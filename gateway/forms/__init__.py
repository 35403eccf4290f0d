"""A definition becomes a form: its fields and rules, the way through its pages, and what people answered.

All rules about input live here; whoever takes a valid form need not look again. No application is needed to build one.
"""
