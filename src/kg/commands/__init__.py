"""The commands that stand in a file of their own; kg.cli registers them. Imports of work are inside functions."""
