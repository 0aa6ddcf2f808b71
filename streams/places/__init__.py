"""Find the places that a text names, for the whole world: gazetteer, mentions of names, and which place each name means."""
