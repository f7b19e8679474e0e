"""The pages, one module each: a function from a view and a request to an ``answer.Page``."""
