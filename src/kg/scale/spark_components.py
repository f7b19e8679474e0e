"""Connected components on Spark (extra ``spark``), in plain DataFrames: no jar, no GraphFrames.

Large-star and small-star by turns until nothing changes: Kiveris, Lattanzi, Mirrokni, Rastogi, Vassilvitskii,
"Connected Components in MapReduce and Beyond", SoCC 2014. Nodes are compared as texts, so that no ids have to be given
out, which is where such programs went wrong. Each round is written out: a lost executor costs a round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_ROUNDS = 100


def components(edges: DataFrame, folder: str) -> DataFrame:
    """The nodes of ``edges`` (columns ``a``, ``b``: texts) with the smallest node of their component.

    Columns of the result: ``node``, ``component``. ``folder`` is a place that all executors can write to; what is read
    from the result lies there. Raises RuntimeError if it does not settle, which would be a mistake of ours.
    """
    from pyspark.sql import functions as f

    plain = edges.select(f.col("a").cast("string"), f.col("b").cast("string"))
    nodes = plain.select(f.col("a").alias("node")).union(plain.select(f.col("b").alias("node"))).distinct()
    found, before = _kept(plain.where("a != b").distinct(), f"{folder}/round-0"), None
    for number in range(1, _ROUNDS):
        found = _kept(_small_star(_large_star(found)), f"{folder}/round-{number}")
        now = _checksum(found)
        if now == before:
            named = found.select(f.col("a").alias("node"), f.col("b").alias("component"))
            return nodes.join(named, "node", "left").select(
                "node", f.coalesce("component", "node").alias("component"))
        before = now
    raise RuntimeError(f"The components did not settle in {_ROUNDS} rounds.")


def _large_star(edges: DataFrame) -> DataFrame:
    """Each larger neighbour of a node is tied to the node's smallest neighbour, or to the node itself."""
    from pyspark.sql import functions as f

    both = edges.union(edges.select(f.col("b").alias("a"), f.col("a").alias("b")))
    return _tied(both, both.where("b > a"), f.least(f.min("b"), f.col("a")))


def _small_star(edges: DataFrame) -> DataFrame:
    """Each node and its smaller neighbours are tied to the smallest of them."""
    from pyspark.sql import functions as f

    down = edges.select(f.greatest("a", "b").alias("a"), f.least("a", "b").alias("b")).distinct()
    own = down.select("a", f.col("a").alias("b"))
    return _tied(down, down.union(own), f.min("b"))


def _tied(neighbours: DataFrame, ends: DataFrame, smallest: Any) -> DataFrame:
    """The far ends of a node's edges, each with that node's smallest neighbour."""
    from pyspark.sql import functions as f

    low = neighbours.groupBy("a").agg(smallest.alias("low"))
    return ends.join(low, "a").select(f.col("b").alias("a"), f.col("low").alias("b")).where("a != b").distinct()


def _kept(frame: DataFrame, path: str) -> DataFrame:
    """The same rows, read from disk: what led to them is not done again."""
    frame.write.mode("overwrite").parquet(path)
    return frame.sparkSession.read.schema("a string, b string").parquet(path)


def _checksum(edges: DataFrame) -> tuple[Any, ...]:
    """Count and sum of hashes. The sum is a decimal: Spark 4 raises where a whole number would wrap around."""
    from pyspark.sql import functions as f

    total = f.sum(f.xxhash64("a", "b").cast("decimal(38,0)"))
    return tuple(edges.agg(f.count("*"), total).first() or ())
