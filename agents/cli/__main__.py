"""`python -m agents.cli`: the command `newsmill`."""

from agents.cli.main import main

main()
