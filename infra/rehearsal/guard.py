"""Guard: moto serves whoever knows its credential, and no web page, whatever name that has had resolve to here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from infra.rehearsal.credential import Credential
from infra.rehearsal.signature import is_signed

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REFUSED: Final = b"Only requests that are signed with this rehearsal's credential are served, and no web page's."


class Guard:
    """A WSGI application that passes on what may be served. It is behind infra.rehearsal.wsgi_server alone."""

    def __init__(self, application: WSGIApplication, credential: Credential) -> None:
        self._application = application
        self._credential = credential

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, with 403 where it isn't to be served."""
        if _is_own(environ) and "HTTP_ORIGIN" not in environ and is_signed(environ, self._credential):
            return self._application(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain"), ("Content-Length", str(len(REFUSED)))])
        return [REFUSED]


def _is_own(environ: WSGIEnvironment) -> bool:
    """Whether a request was sent to this server's own address: a page's may have been sent to a name of its site."""
    own = f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    return environ.get("HTTP_HOST") == own
