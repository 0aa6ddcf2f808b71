"""What the commands show: events for people, messages as JSON lines, notes and progress, and how Ctrl-C ends them."""
