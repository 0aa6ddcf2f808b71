"""Terminal output of the commands: events, explanations, JSON lines, notes and progress; and the handling of Ctrl-C."""
