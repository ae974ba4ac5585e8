"""Session API: login, validation and logout, none of which needs a session (REFERENCE 1.3 and 1.4)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from lvstate.emulator.backend import tenant
from lvstate.emulator.http.answers import json_answer, no_content
from lvstate.emulator.http.bodies import read_object
from lvstate.emulator.http.operations import Call, Operation

DAYS_UNTIL_PASSWORD_EXPIRES = 90  # passwords of the built-in users do not expire; the key is documented


def login(call: Call) -> Response:
    """Credentials to 200 `{"sessionId", "clientId", "userId", ...}`; a wrong token is 401 before 400."""
    sessions = call.backend.sessions
    token = sessions.check_token(call.request.headers.get("LV-Access"))
    body = read_object(call.request)
    session = sessions.login(
        token,
        client_name=body.required_text("clientName"),
        user_name=body.required_text("userName"),
        password=body.required_text("password"),
        agent=body.boolean("agent") or False,
    )
    call.user = session.user
    return json_answer(
        {
            "sessionId": session.id,
            "clientId": tenant.CLIENT_ID,
            "userId": session.user.id,
            "daysUntilPasswordExpires": DAYS_UNTIL_PASSWORD_EXPIRES,
        }
    )


def validate(call: Call) -> Response:
    """204 while the session is alive, else 404."""
    call.backend.sessions.validate(call.segment("session"))
    return no_content()


def logout(call: Call) -> Response:
    """204; 404 where the session is not alive."""
    call.backend.sessions.logout(call.segment("session"))
    return no_content()


OPERATIONS = [
    Operation("Login", "POST", ("/session/login",), None, login),
    Operation("Is Session Valid", "GET", ("/session/validate/<session>",), None, validate),
    Operation("Logout", "DELETE", ("/session/logout/<session>",), None, logout),
]
