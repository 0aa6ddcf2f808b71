"""Errors that the user can fix; the commands show their message without a traceback."""


class UserError(RuntimeError):
    """A mistake of the user or the environment. The message says what is wrong, where, and what to do."""


class NotReachable(UserError):
    """No broker answers; the text names the address and what to start."""
