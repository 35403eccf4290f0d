"""The tables of what is counted and vouched for: heads and sums of the audit trail, how far people come in a form."""

from sqlalchemy import Column, Integer, String, Table

from gateway.store.columns import Utc, counter, metadata

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("entries", Integer, primary_key=True),  # how many entries of the trail it is the head of
    Column("last", Integer, nullable=False),  # the id of the last one
    Column("digest", String(64), nullable=False),  # of the head before, and of every entry since
    Column("made_at", Utc, nullable=False),
)

# What happens so often that the trail has its sum alone, until the hour is over.
audit_sums = Table(
    "audit_sums",
    metadata,
    Column("actor", String(100), primary_key=True),
    Column("action", String(64), primary_key=True),
    Column("organisation", String(64)),
    Column("since", Utc, nullable=False),
    counter("times"),
)

page_counts = Table(
    "page_counts",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("organisation", String(64), primary_key=True),
    Column("form", String(64), primary_key=True),
    Column("page", String(64), primary_key=True),
    counter("passed"),  # how often somebody got past it
)
