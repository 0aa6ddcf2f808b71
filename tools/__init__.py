"""Tools of developers; nothing here is imported at run time."""
