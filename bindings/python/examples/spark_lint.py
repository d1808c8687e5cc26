"""Checks the bodies in NDJSON files on Apache Spark, and writes the findings as Parquet::

spark-submit spark_lint.py --operation Images_CreateOrUpdate s3a://findings/11 s3a://requests/11
"""

from __future__ import annotations

import argparse

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

import bodylint
import bodylint.spark


def fact(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def main() -> None:
    parser = argparse.ArgumentParser(description="Checks the bodies in NDJSON files.")
    parser.add_argument("output", help="the folder for the findings; it must not exist")
    parser.add_argument("paths", nargs="+", help="files, folders and patterns")
    parser.add_argument("--operation", help="what the bodies are; unless given, each is asked")
    parser.add_argument("--api-version")
    parser.add_argument("--fact", type=fact, action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()

    spark = SparkSession.builder.appName("bodylint").getOrCreate()
    try:
        findings = bodylint.spark.lint(
            spark,
            arguments.paths,
            arguments.operation,
            api_version=arguments.api_version,
            facts=dict(arguments.fact),
        )
    except bodylint.RequestError as error:
        parser.error(str(error))
    findings.write.parquet(arguments.output)
    # From what was written: `findings` would read and judge everything once more.
    written = spark.read.parquet(arguments.output)
    written.groupBy("severity", "rule").count().orderBy(F.desc("count"), "rule").show(100, False)
    spark.stop()


if __name__ == "__main__":
    main()
