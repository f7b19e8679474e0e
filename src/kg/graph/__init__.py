"""Graphs: the gate that lets only conforming facts out, the union of reports, and the way to and from rdflib."""
