"""The findings as a page to print or to hand on: what to do first, by organisation and form, in whole sentences."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from gateway.doctor.finding import Finding, State

_WORDS = {State.WRONG: "To put right", State.LOOK: "To look at", State.OK: "In order"}
_CODE = re.compile(r"`([^`]+)`")
_STYLE = """
body { font: 16px/1.5 sans-serif; color: #0b0c0c; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h2 { border-top: 3px solid; margin-top: 2.5rem; padding-top: .5rem }
li { margin: .6rem 0; overflow-wrap: anywhere; break-inside: avoid }
.remedy { display: block; border-left: 4px solid #1d70b8; padding-left: .7rem }
.about { color: #505a5f }
"""


def page(findings: Sequence[Finding], *, now: datetime, offline: bool) -> str:
    """Write a page of HTML that needs nothing else; it names nobody and holds no key."""
    when = f"{now.day} {now:%B %Y, %H:%M} UTC"
    body = "\n".join(_body(findings, when, offline=offline))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Referral gateway: how it stands on {when}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _body(findings: Sequence[Finding], when: str, *, offline: bool) -> Iterator[str]:
    counts = {state: sum(each.state is state for each in findings) for state in _WORDS}
    yield f"<h1>Referral gateway: how it stands</h1>\n<p>Looked at on {when}. "
    yield f"{counts[State.WRONG]} to put right, {counts[State.LOOK]} to look at, {counts[State.OK]} in order.</p>"
    if offline:
        yield "<p>Nobody outside was asked: neither the case-management system, nor mail server and scanner.</p>"
    yield "<p>Nothing was changed by looking, and no referral and no mail was sent. This page names nobody.</p>"
    for organisation in dict.fromkeys(sorted(each.organisation for each in findings)):
        mine = [each for each in findings if each.organisation == organisation]
        yield f"<h2>{escape(organisation) if organisation else 'The gateway itself'}</h2>"
        yield from _section([each for each in mine if not each.form], "h3")
        for form in dict.fromkeys(each.form for each in mine if each.form):
            yield f"<h3>Form: {escape(form)}</h3>"
            yield from _section([each for each in mine if each.form == form], "h4")


def _section(findings: Sequence[Finding], heading: str) -> Iterator[str]:
    for state, words in _WORDS.items():
        if told := [each for each in findings if each.state is state]:
            yield f"<{heading}>{words}</{heading}>\n<ul>"
            yield from map(_item, told)
            yield "</ul>"


def _item(finding: Finding) -> str:
    remedy = f'<span class="remedy">{_sentence(finding.remedy)}</span>' if finding.remedy else ""
    return f'<li><span class="about">{escape(finding.about)}:</span> {_sentence(finding.what)}{remedy}</li>'


def _sentence(words: str) -> str:
    whole = words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")
    return _CODE.sub(r"<code>\1</code>", escape(whole))
