"""Read the fields that text and HTML share: ages, credits, language."""
