"""The cookie of people who sign in: on their pages alone. Public and embedded pages never see it and never set one."""

import base64
from datetime import datetime, timedelta

from flask import Flask, Request, Response, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from gateway.keys import KeyMissing, SealBroken
from gateway.web.site import Site, site

SIGNED_IN = ("/staff/", "/partner/")  # where the cookie counts
_OURS, _HALF = "session", "half"
_HALF_FOR = timedelta(minutes=10)  # to find the telephone
POSTED_AS = "csrf_token"  # the input that carries the token of a session

csrf = CSRFProtect()


class _Cookies(SecureCookieSessionInterface):
    """Flask's own cookie, where somebody can be signed in; nowhere else is one read or written."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not request.path.startswith(SIGNED_IN):
            return self.make_null_session(app)
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not self.is_null_session(session):
            super().save_session(app, session, response)


def init_app(app: Flask, site: Site) -> None:
    """Sign the cookie with every key of the ring, the one that writes first."""
    *others, first = site.ring.secrets("session")
    secure = site.settings.base_url.startswith("https:")
    app.session_interface = _Cookies()
    app.config.update(
        SECRET_KEY=first,
        SECRET_KEY_FALLBACKS=others,
        # `__Host-` wants TLS: no browser takes it from an address that has none, such as that of a trial at home.
        SESSION_COOKIE_NAME="__Host-gateway" if secure else "gateway",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,  # it lives as long as its session
        WTF_CSRF_SSL_STRICT=False,  # `Sec-Fetch-Site` and `Origin` are looked at for every post
    )
    csrf.init_app(app)


def vouches(token: str) -> bool:
    """Tell whether a token was made for this browser's session: where the guard cannot ask, the view does."""
    try:
        validate_csrf(token)
    except ValidationError:
        return False
    return True


def secret() -> str:
    """Give the secret of this browser's session; "" where it has none."""
    found = session.get(_OURS, "")
    return found if isinstance(found, str) else ""


def begin(new: str) -> None:
    """Put the secret of a new session into the cookie, and let go of all that stood there before."""
    session.clear()
    session[_OURS] = new


def begin_half(account: str, proof: str, now: datetime) -> None:
    """Note whose password was right, and which one it was, until their code is there: it opens nothing."""
    session.clear()
    session[_HALF] = [account, proof, int(now.timestamp())]


def halfway(now: datetime) -> tuple[str, str]:
    """Give whose password was right a moment ago, and which one it was; nothing of either where nobody's was."""
    match session.get(_HALF):
        case [str(account), str(proof), int(at)] if 0 <= now.timestamp() - at < _HALF_FOR.total_seconds():
            return account, proof
    return "", ""


def keep(name: str, value: str) -> None:
    """Put something into the cookie for the next page; whoever has the browser can read it, but not change it."""
    session[name] = value


def kept(name: str) -> str:
    """Give what was kept for this page; "" where nothing was."""
    found = session.get(name, "")
    return found if isinstance(found, str) else ""


def keep_secret(name: str, value: str) -> None:
    """Put something into the cookie for the next page, sealed: whoever copies the cookie has only letters."""
    sealed = site().ring.seal(value.encode(), table="cookie", row=secret(), column=name)
    keep(name, base64.b64encode(sealed).decode())


def take_secret(name: str) -> str:
    """Give what was sealed for this page alone, and let go of it; "" where nothing of this session can be opened."""
    try:
        sealed = base64.b64decode(take(name))
        return site().ring.open(sealed, table="cookie", row=secret(), column=name).decode()
    except (ValueError, KeyMissing, SealBroken):
        return ""


def take(name: str) -> str:
    """Give what was kept for this page alone, and let go of it."""
    found = kept(name)
    session.pop(name, None)
    return found


def forget() -> None:
    """Let go of all that stands in the cookie."""
    session.clear()
