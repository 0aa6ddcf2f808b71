"""What a person did wrong or can mend; the commands show its text and no traceback."""


class UserError(RuntimeError):
    """The text says what is wrong, where, and what to do."""
