"""Checks the bodies in NDJSON files on Apache Spark; needs ``pip install bodylint[spark]``::

    import bodylint.spark

    findings = bodylint.spark.lint(spark, "s3a://requests/2026/11/", "Images_CreateOrUpdate")
    findings.write.parquet("s3a://findings/2026/11/")

docs/spark.md says how it comes to a cluster, what it costs and what it does not see.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Callable, Union

import pyarrow
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from ._findings import Finding
from ._linter import Linter, UnrecognizedBody, check

__all__ = ["lint"]

# What the workers write. Spark cuts a file into splits, and no worker knows how many lines stand
# before its own: `record` and `line` of a finding count from the beginning of its split. So there
# are rows of a second kind, in which a split says in `lines` how many it has, for those behind it.
# With these, one shuffle of the findings puts things right, and no file is read twice.
#
# Were there a row for each split behind, a file of thousands of splits would have millions of them.
# Were there one row a split, the findings of a file would all have to meet in one task. So a file
# has blocks of splits, and a row goes to each block that has splits behind.
_COLUMNS = {
    "file": "string",
    "block": "bigint",  # the one that is looked at: from 0, below _BLOCKS
    "split": "bigint",  # where it begins, in bytes from the beginning of the file
    "lines": "bigint",  # null in findings
    "record": "bigint",
    "operation": "string",
    "rule": "string",
    "severity": "string",
    "message": "string",
    "pointer": "string",
    "line": "bigint",
    "column": "bigint",
}
_SCHEMA = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
_ARROW_TYPES = {"string": pyarrow.string(), "bigint": pyarrow.int64()}
_ARROW_SCHEMA = pyarrow.schema((name, _ARROW_TYPES[kind]) for name, kind in _COLUMNS.items())

_Row = tuple[Union[str, int, None], ...]

# The file of a line; where the split begins, and its length; the length of the file. In bytes.
_Split = tuple[str, int, int, int]

_UNRECOGNIZED = "cannot tell which operation this body is for"

# Of a file, all of the same number of bytes: so many tasks may put its findings right, and so many
# rows at most tell of a split's lines.
_BLOCKS = 128

# So few that the processor's cache still holds them when they are judged.
_LINES_AT_ONCE = 256

_ROWS_AT_ONCE = 4096


def lint(
    spark: SparkSession,
    paths: str | Sequence[str],
    operation: str | None = None,
    *,
    api_version: str | None = None,
    facts: Mapping[str, str] | None = None,
    response: bool = False,
    now: str | None = None,
    skip_unrecognized: bool = False,
    linter: Linter | None = None,
) -> DataFrame:
    """The findings of all bodies in NDJSON files: a row for each, in no particular order.

    Lines end with LF or CR LF. Blank ones are no bodies, but are counted. The files are read when
    the table is used, and each time that it is used: write it, or cache it.

    Args:
        spark: the session.
        paths: files, folders and patterns, as Spark takes them. In a folder, all files at any depth
            are read, but for those whose names begin with ``_`` or a dot.
        operation: an operation id, ``Images_CreateOrUpdate``, or a response schema, ``Image``.
            Unless given, each document is asked what it is.
        api_version: ``2024-03-01``, where it is known.
        facts: what the bodies do not say: ``{"os": "Linux"}``.
        response: the documents are responses.
        now: what rules about the future take for the present, ``2026-11-21`` or with a time as
            ISO 8601 has it; the time of this call unless given, by the clock of the driver.
        skip_unrecognized: bodies whose operation cannot be told have no row.
        linter: one with other limits, or with rules of your own, whose folder has to be on every
            worker, by the same path.

    Returns:
        These columns, which hold nothing of a body but what `Finding` does:

        - ``file`` (string): a URI, as Spark writes it: ``s3a://requests/2026/11/web%20tier.ndjson``.
        - ``record`` (bigint): the line of the file that is the body, from 1.
        - ``operation`` (string): what the body was judged as; null where only the JSON itself could
          be judged.
        - ``rule``, ``severity``, ``message`` (string): as of `Finding`. Without rule and severity
          are rows of bodies whose operation cannot be told, with nothing wrong in their JSON.
        - ``pointer`` (string): where in the document, as of `Finding`; null where the fault is in
          the request line that an envelope has beside its body.
        - ``line``, ``column`` (bigint): where in the file, from 1, columns in UTF-16 code units;
          null where ``pointer`` is.

    Raises:
        RequestError: there is no such operation, fact or date.
        TypeError: an argument is of a wrong type.
    """
    judge = functools.partial(
        check if linter is None else linter.check,
        operation=operation,
        api_version=api_version,
        facts=None if facts is None else dict(facts),
        response=response,
        # All workers are to say the same.
        now=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if now is None else now,
        skip_unrecognized=skip_unrecognized,
    )
    # What is wrong with the arguments is said here, and not by a worker later on.
    judge(b"")
    lines = _read(spark, paths)
    return _numbered(lines.mapInArrow(functools.partial(_judged, judge), _SCHEMA))


def _read(spark: SparkSession, paths: str | Sequence[str]) -> DataFrame:
    """All lines, as bytes, each with its `_Split`."""
    reader = (
        spark.read.option("recursiveFileLookup", True)
        # Whatever the session says: where lines are passed over, those behind are misnumbered.
        .option("ignoreCorruptFiles", False)
        .option("ignoreMissingFiles", False)
        .option("mapreduce.input.linerecordreader.line.maxlength", 2**31 - 1)
        # Otherwise a CR alone, which is white space in JSON, would end a line.
        .option("lineSep", "\n")
    )
    return reader.text(paths if isinstance(paths, str) else list(paths)).select(
        # Spark does not look whether its strings are UTF-8: these are the bytes of the file.
        F.col("value").cast("binary"),
        F.col("_metadata.file_path"),
        F.col("_metadata.file_block_start"),
        F.col("_metadata.file_block_length"),
        F.col("_metadata.file_size"),
    )


def _judged(
    judge: Callable[[bytes], list[Finding]], batches: Iterable[pyarrow.RecordBatch]
) -> Iterator[pyarrow.RecordBatch]:
    """What a worker does: takes the rows of `_read`, and gives those of `_COLUMNS`."""
    rows = _rows(judge, _lines(batches))
    while some := list(itertools.islice(rows, _ROWS_AT_ONCE)):
        columns = map(pyarrow.array, zip(*some), _ARROW_SCHEMA.types)
        yield pyarrow.RecordBatch.from_arrays(list(columns), schema=_ARROW_SCHEMA)


def _lines(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[tuple[bytes, _Split]]:
    for batch in batches:
        for first in range(0, batch.num_rows, _LINES_AT_ONCE):
            some = batch.slice(first, _LINES_AT_ONCE)
            texts, *splits = (column.to_pylist() for column in some.columns)
            yield from zip(texts, zip(*splits))


def _rows(
    judge: Callable[[bytes], list[Finding]], lines: Iterable[tuple[bytes, _Split]]
) -> Iterator[_Row]:
    # The lines of a split come in their order and with no others between them: there is no shuffle
    # between Spark's reader and here.
    for (file, start, length, size), lines_of_split in itertools.groupby(
        lines, operator.itemgetter(1)
    ):
        block = _block(start, size)
        record = 0
        for text, _ in lines_of_split:
            record += 1
            body = text[:-1] if text.endswith(b"\r") else text
            if not body.strip(b" \t"):
                continue
            try:
                findings = judge(body)
            except UnrecognizedBody:
                place = file, block, start, None, record
                yield *place, None, None, None, _UNRECOGNIZED, "", record, 1
                continue
            for finding in findings:
                yield (
                    file,
                    block,
                    start,
                    None,
                    record,
                    finding.operation,
                    finding.rule,
                    finding.severity.value,
                    finding.message,
                    finding.pointer,
                    None if finding.line is None else record - 1 + finding.line,
                    finding.column,
                )
        for behind in _blocks_behind(start, length, size):
            yield file, behind, start, record, *itertools.repeat(None, len(_COLUMNS) - 4)


def _block(start: int, size: int) -> int:
    return start * _BLOCKS // size


def _blocks_behind(start: int, length: int, size: int) -> Sequence[int]:
    """The blocks with splits behind this one, which may be its own."""
    # All splits of a file are of one length, but for the last, which has none behind it.
    splits = range(start + length, size, length)
    if len(splits) < _BLOCKS:
        return sorted({_block(split, size) for split in splits})
    # None of the blocks is without a split.
    return range(_block(splits[0], size), _block(splits[-1], size) + 1)


def _numbered(rows: DataFrame) -> DataFrame:
    """The findings among the rows of `_COLUMNS`, numbered from the beginning of the file."""
    splits_before = (
        Window.partitionBy("file", "block")
        .orderBy("split")
        .rangeBetween(Window.unboundedPreceding, -1)
    )
    lines_before = F.sum("lines").over(splits_before)
    return (
        rows.withColumn("before", F.coalesce(lines_before, F.lit(0)))
        .where(F.col("lines").isNull())
        .withColumn("record", F.col("record") + F.col("before"))
        .withColumn("line", F.col("line") + F.col("before"))
        .drop("block", "split", "lines", "before")
    )
