"""Who we are towards an API: a lasting token, or one got for a grant (OAuth 2)."""

from __future__ import annotations

import json
import time

from orchestration.resources.transports.credentials import secret
from orchestration.resources.transports.settings import TokenSettings, WebSettings
from orchestration.resources.transports.transport import RefusedError
from orchestration.resources.transports.web.guarded import GuardedClient, Question

EARLY_SECONDS = 60
"""A token is got anew so long before it expires."""


class Access:
    """Headers that open the API."""

    def __init__(self, settings: WebSettings, client: GuardedClient) -> None:
        """Access by the profile's secrets.

        Raises:
            RefusedError: a secret is missing.
        """
        self._settings = settings
        self._client = client
        self._token = secret(settings.secret) if settings.secret else ""
        self._form = _form(settings.token) if settings.token else None
        self._until = 0.0

    def headers(self) -> dict[str, str]:
        """Headers of a request to the API; never sent to another host.

        Raises:
            RefusedError: the token service does not give a token.
        """
        if self._form is not None and time.monotonic() >= self._until:
            self._renew(self._form)
        if not self._token:
            return {}
        value = self._settings.secret_prefix + self._token
        return {self._settings.secret_header: value}

    def _renew(self, form: dict[str, str]) -> None:
        assert self._settings.token is not None  # noqa: S101 for the type checker
        answer = self._client.ask(Question(self._settings.token.url, form=form))
        try:
            given = json.loads(answer.body)
            self._token = str(given["access_token"])
            lasts = float(given.get("expires_in", 0))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RefusedError("the token service gave no token") from error
        self._until = time.monotonic() + max(0.0, lasts - EARLY_SECONDS)


def _form(settings: TokenSettings) -> dict[str, str]:
    return {
        "grant_type": "refresh_token",
        "client_id": secret(settings.client_id),
        "client_secret": secret(settings.client_secret),
        "refresh_token": secret(settings.refresh_token),
    }
