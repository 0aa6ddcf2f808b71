"""The command `newsmill`, one module per subcommand."""
