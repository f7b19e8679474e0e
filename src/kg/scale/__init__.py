"""Many reports: one pure function over batches (``work.process``), and engines that hand the batches out.

``work`` says what is made of a batch. ``shards`` cuts the input into batches that are known by their content and writes
their results. ``local`` runs them in processes of this machine (``pool``), ``spark`` on a cluster. ``ledger`` decides
what only the whole input can tell: which of two reports of one text speaks, and which ids must be told apart.
``parts`` puts the lines of all into one order.
"""
