"""Persian news reports into a checked knowledge graph."""
