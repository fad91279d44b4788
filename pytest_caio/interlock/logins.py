"""Which logins may be sent: wrong ones are counted by the deployment, and five lock out.

Source: ``docs/promises.md, No harm``.
"""

from pytest_caio.interlock.deeds import Deed
from pytest_caio.interlock.made_up import login_token, wrong_tokens
from pytest_caio.interlock.outgoing import Outgoing, Stopped
from pytest_caio.settings.environments import Environment

WRONG_LOGINS = 2


class Logins:
    """Remembers, for each environment, which tokens were tried at its login page."""

    def __init__(self) -> None:
        self._tried: dict[str, list[str]] = {}
        self._lost: dict[str, set[str]] = {}

    def check(self, request: Outgoing, environment: Environment) -> str:
        """Return why a login is harmless; raise :class:`Stopped` where it is not."""
        token = login_token(request.body)
        if token is None:
            raise Stopped("a login carries exactly one token")
        before = self._tried.setdefault(environment.name, [])
        right = environment.token.reveal()
        if token == right:
            before.append(token)
            return Deed.LOGIN
        # Five wrong ones lock the address out; the right one clears the count.
        if len(before) >= WRONG_LOGINS or token in before or right in before:
            raise Stopped(f"at most {WRONG_LOGINS} wrong logins a run, and before the right one")
        if token not in wrong_tokens(environment.token).values():
            raise Stopped("a wrong login is tried with a made-up token only")
        before.append(token)
        return Deed.WRONG_LOGIN

    def came_to_nobody(self, environment: str, body: bytes) -> None:
        """Note that a login didn't get to the deployment: it may be sent once more, and no further.

        Should all of them have come through nevertheless, they are four, and the right one clears
        the count.
        """
        token, lost = login_token(body), self._lost.setdefault(environment, set())
        if token is None or token in lost or len(lost) == WRONG_LOGINS:
            return
        lost.add(token)
        self._tried[environment] = [t for t in self._tried.get(environment, []) if t != token]
