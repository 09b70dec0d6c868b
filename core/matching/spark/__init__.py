"""Candidates and weights on Spark, by Splink's Spark backend: the same model, the same SQL, the same result as DuckDB.

engine    what a run is given: writes Parquet, starts the job, reads the result back
exporting the Parquet that the job reads
job       a process of its own: `python -m core.matching.spark.job FOLDER`
splinks   blocks and comparisons as settings of Splink
cursor    runs the SQL of `scoring` and `wording` on Spark

Only `job` and `cursor` import pyspark and splink, which are no part of an installation: requirements-spark.txt.
"""
