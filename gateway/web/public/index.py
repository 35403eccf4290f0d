"""The front door of an organisation: its open public forms. And what is said to robots."""

from flask import Response, request, url_for

from gateway.web import shell
from gateway.web.public import problems
from gateway.web.public.rendering import page_headers
from gateway.web.public.visit import organisation_at
from gateway.web.shell import asked_language


def show_index(organisation: str) -> Response:
    """List the forms that are open to everybody."""
    found = organisation_at(organisation)
    if found.closed or found.profile is None:
        problems.closed(found, embedded=False)
    language = asked_language(found)
    forms = [
        (
            form.title.within(language),
            form.introduction.within(language) if form.introduction else "",
            f"/{found.slug}/{form.slug}{shell.suffix(found, language)}",
        )
        for form in sorted(found.forms.values(), key=lambda form: form.title.within(language))
        if form.open and form.audience == "public"
    ]
    body = shell.render("public/index.html", shell.shell_of(found, language, embedded=False), forms=forms)
    return Response(body, headers=page_headers(found, embedded=False))


def lead_to_the_form(organisation: str, form: str, embedded: bool) -> Response:
    """Lead to the form whoever typed its address with a slash behind it."""
    found = organisation_at(organisation)
    place = url_for(".show_first", organisation=found.slug, form=form, embedded=embedded)
    query = request.query_string.decode("latin-1")
    headers = [*page_headers(found, embedded=embedded), ("Location", f"{place}?{query}".rstrip("?"))]
    return Response("", 303, headers=headers)


def robots() -> Response:
    """Ask robots to stay away: forms are found from the charities' own sites."""
    return Response("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
