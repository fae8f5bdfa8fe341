"""Text messages through a documented hook: a POST of JSON to an address of the practice's own provider."""

from __future__ import annotations

import requests

from portal.server.notices.ways.way import Letter, NotSentError

SECONDS = (10, 30)
REFUSED_FOR_GOOD = {400, 404, 410, 413, 422}


class SmsHook:
    """Posts `{"id", "to", "text"}`; any 2xx means that it was taken."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def send(self, letter: Letter) -> None:
        """Hand it to the provider; no redirect is followed, it could lead the words elsewhere."""
        said = {"id": letter.id, "to": letter.address, "text": letter.text}
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    self._url, json=said, headers=self._headers, timeout=SECONDS, allow_redirects=False, stream=True
                )
                answer.close()
        except requests.RequestException as error:
            raise NotSentError("sms-unreachable") from error
        if not 200 <= answer.status_code < 300:
            raise NotSentError(f"sms-{answer.status_code}", for_good=answer.status_code in REFUSED_FOR_GOOD)
