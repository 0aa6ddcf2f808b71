"""The command `newsmill`, also as `python -m agents.cli`."""

import signal

# While modules are imported Ctrl-C ends the process without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from agents.cli.main import main  # noqa: E402 - see above


def run() -> None:
    """Run the command."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()


if __name__ == "__main__":
    run()
