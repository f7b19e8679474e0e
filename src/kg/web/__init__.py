"""The explorer: an exported graph as pages in Persian and English, every fact one step from its words.

It reads a finished graph and writes nothing. ``app.App`` answers requests without a socket; ``server`` gives it one.
"""
