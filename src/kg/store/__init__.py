"""A store: reports added and removed one by one, and at any time the graph that ``kg build`` makes of those in it.

``records`` is what is kept of a report: its text, and the triples that passed the gate. ``manifest`` says which records
are in the store, and replacing it is the one step that commits a change. ``disk`` adds, removes and reads anew under a
lock. ``view`` derives the merged graph and, with pyoxigraph, an index to query; both can be thrown away at any time.
"""
