# ruff: noqa: E402
"""Findings on Spark are those of the command line, whatever the files and their splits."""

from __future__ import annotations

import bz2
import gzip
import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from corpus import CORPUS, REPOSITORY

for needed in ("pyspark", "pandas", "pyarrow"):
    pytest.importorskip(needed, reason=f"{needed} is not installed: pip install bodylint[spark]")

import pyarrow.parquet
from pyspark.sql import DataFrame, SparkSession

import bodylint
import bodylint.spark

COMMAND = os.environ.get("BODYLINT_COMMAND", "")

needs_command = pytest.mark.skipif(
    not COMMAND, reason="BODYLINT_COMMAND, the path of the bodylint binary, is not set"
)

# Spark and Py4J leave sockets to the garbage collector, and pyspark warns of versions of pandas.
pytestmark = pytest.mark.filterwarnings("ignore")

COLUMNS = [
    "file",
    "record",
    "operation",
    "rule",
    "severity",
    "message",
    "pointer",
    "line",
    "column",
]
Row = tuple[Any, ...]

NOW = "2026-11-21"
SPLIT_BYTES = 1 << 18


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    # Workers run what this names, or else whatever python3 is on the path.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "2g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.files.maxPartitionBytes", str(SPLIT_BYTES))
        .config("spark.sql.files.openCostInBytes", "0")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@contextmanager
def setting(spark: SparkSession, name: str, value: str) -> Iterator[None]:
    before = spark.conf.get(name)
    assert before is not None
    spark.conf.set(name, value)
    yield
    spark.conf.set(name, before)


# MARK: Files


def one_line(body: bytes) -> bytes:
    """Line breaks are blanks to JSON, but for those in strings, where they are a fault anyway."""
    return body.replace(b"\r", b" ").replace(b"\n", b" ")


def bodies() -> Iterator[bytes]:
    """Sound and faulty ones of all operations, other JSON, and no JSON: without end."""
    sound = [
        line
        for file in sorted((REPOSITORY / "Benchmarks/bodies").glob("*.ndjson"))
        for line in file.read_bytes().splitlines()
    ]
    files = (file.read_bytes() for file in sorted(CORPUS.rglob("*.json")))
    others = [one_line(body) for body in files if body]
    for number in itertools.count():
        yield sound[number % len(sound)]
        body = others[number % len(others)]
        yield from (text for text in (body, body[: number % len(body)]) if text.strip(b" \t"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files with 100,000 lines that are not blank, at any depth."""
    folder = tmp_path_factory.mktemp("requests")
    (folder / "2026/11").mkdir(parents=True)
    source = bodies()

    def lines(count: int) -> Iterable[bytes]:
        return itertools.islice(source, count)

    (folder / "plain.ndjson").write_bytes(b"".join(line + b"\n" for line in lines(40_000)))
    (folder / "2026/11/näme with 100 %.ndjson").write_bytes(
        b"\r\n".join(
            line + [b"", b"\r\n", b"\r\n \t", b"\n\n"][number % 4]
            for number, line in enumerate(lines(40_000))
        )
    )
    wide = b'{"location": 1,' + b" " * (2 * SPLIT_BYTES) + b'"location": 2}'
    (folder / "wide.ndjson").write_bytes(
        b"".join(wide + b"\n" + line + b"\n" for line in [*lines(10), b"", *lines(10)])
    )
    for number in range(20):
        (folder / f"2026/small-{number}.ndjson").write_bytes(b"\n".join(lines(1000)))
    (folder / "empty.ndjson").touch()
    (folder / "line-break.ndjson").write_bytes(b"\n")
    return folder


# MARK: Findings


def rows_of_spark(findings: DataFrame, folder: Path) -> Counter[Row]:
    """All rows, by way of files: collecting them would take more memory than the driver has."""
    findings.write.parquet(str(folder))
    columns = pyarrow.parquet.read_table(folder).to_pydict()
    assert list(columns) == COLUMNS
    columns["file"] = [url2pathname(urlsplit(file).path) for file in columns["file"]]
    return Counter(zip(*columns.values()))


def rows_of_command(files: Iterable[Path], *options: str) -> tuple[Counter[Row], int]:
    """The findings, and how many records were not recognized."""
    run = subprocess.run(
        [COMMAND, "--no-config", "--format", "ndjson", "--now", NOW, *options, *files],
        capture_output=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr.decode()
    findings = (json.loads(line) for line in run.stdout.splitlines())
    rows = Counter(
        tuple(finding.get(column) for column in COLUMNS)
        for finding in findings
        if "summary" not in finding
    )
    # FILE: 2 of 5 records not recognized
    notes = run.stderr.decode().splitlines()
    return rows, sum(int(note.split()[-6]) for note in notes if note.endswith("not recognized"))


def numbers(findings: DataFrame) -> list[tuple[int, str | None]]:
    return sorted((row["record"], row["rule"]) for row in findings.collect())


@needs_command
def test_without_an_operation(spark: SparkSession, folder: Path, tmp_path: Path) -> None:
    split_count = spark.read.text(str(folder), recursiveFileLookup=True).rdd.getNumPartitions()
    assert split_count > 150

    rows = rows_of_spark(bodylint.spark.lint(spark, str(folder), now=NOW), tmp_path / "findings")
    of_command, unrecognized = rows_of_command(sorted(folder.rglob("*.ndjson")))

    rule = COLUMNS.index("rule")
    found = Counter({row: count for row, count in rows.items() if row[rule] is not None})
    assert sum(found.values()) > 80_000
    assert found - of_command == Counter()
    assert of_command - found == Counter()
    assert sum(rows.values()) - sum(found.values()) == unrecognized > 5000


@needs_command
def test_with_an_operation(spark: SparkSession, folder: Path, tmp_path: Path) -> None:
    files = [folder / "plain.ndjson", folder / "2026/small-7.ndjson"]
    findings = bodylint.spark.lint(
        spark,
        [str(file) for file in files],
        "VirtualMachines_Reimage",
        api_version="2024-07-01",
        facts={"os": "Windows"},
        now=NOW,
    )
    rows = rows_of_spark(findings, tmp_path / "findings")
    of_command, unrecognized = rows_of_command(
        files,
        "--operation=VirtualMachines_Reimage",
        "--api-version=2024-07-01",
        "--fact=os=Windows",
    )
    assert rows - of_command == Counter()
    assert of_command - rows == Counter()
    assert unrecognized == 0


# MARK: Lines


def test_records_are_lines_of_the_file(spark: SparkSession, tmp_path: Path) -> None:
    # As bad as it gets: splits of 16 bytes, some with no line in them.
    lines = [b"{1", b"", b" \t", b"{2\r{", b"{" + b" " * 100, b"", b"{3"]
    for name, end in ("lf", b"\n"), ("crlf", b"\r\n"):
        (tmp_path / name).write_bytes(end.join(lines))
        (tmp_path / f"{name}-at-end").write_bytes(end.join(lines) + end)
        (tmp_path / f"{name}-at-ends").write_bytes(end.join(lines) + end * 40)
    with setting(spark, "spark.sql.files.maxPartitionBytes", "16"):
        found = bodylint.spark.lint(spark, str(tmp_path)).select("file", "record").collect()
    expected = {(file.as_uri(), record) for file in tmp_path.iterdir() for record in (1, 4, 5, 7)}
    assert {(url_of(row["file"]), row["record"]) for row in found} == expected


def test_a_file_of_more_splits_than_blocks(spark: SparkSession, tmp_path: Path) -> None:
    # Lines of 1 to 40 bytes, each the beginning of an object, in splits of 16.
    lines = [b"{" + b" " * (number * 7 % 40) for number in range(230)]
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(lines))
    assert sum(map(len, lines)) > 2 * 16 * bodylint.spark._BLOCKS
    with setting(spark, "spark.sql.files.maxPartitionBytes", "16"):
        found = bodylint.spark.lint(spark, str(tmp_path)).select("record", "line").collect()
    assert sorted((row["record"], row["line"]) for row in found) == [
        (number, number) for number in range(1, 231)
    ]


@pytest.mark.parametrize("split_count", [1, 2, 3, 100, 127, 128, 129, 130, 1000, 8192])
def test_rows_of_lines_are_few(split_count: int) -> None:
    length = 128 << 20
    size = length * split_count - 1000
    row_count = 0
    sent_to: dict[int, int] = {}
    for start in range(0, size, length):
        line = b" ", ("file", start, min(length, size - start), size)
        rows = list(bodylint.spark._rows(bodylint.check, [line]))
        assert {row[2:4] for row in rows} <= {(start, 1)}
        row_count += len(rows)
        # What the splits before have sent to this one's block is one line each.
        block = start * bodylint.spark._BLOCKS // size
        assert sent_to.get(block, 0) == start // length
        for row in rows:
            assert isinstance(row[1], int)
            sent_to[row[1]] = sent_to.get(row[1], 0) + 1
    assert row_count <= split_count * (bodylint.spark._BLOCKS // 2 + 1)


def url_of(file: str) -> str:
    """Spark writes file:/tmp, Python file:///tmp."""
    return Path(url2pathname(urlsplit(file).path)).as_uri()


def test_a_file_named_twice_is_read_once(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(b"{" + b" " * SPLIT_BYTES + b"\n{\n")
    paths = [str(tmp_path), str(tmp_path / "a.ndjson"), str(tmp_path / "*.ndjson")]
    once = numbers(bodylint.spark.lint(spark, paths[0]))
    assert {record for record, _ in once} == {1, 2}
    assert numbers(bodylint.spark.lint(spark, paths)) == once


def test_compressed_files(spark: SparkSession, tmp_path: Path) -> None:
    text = b"".join(body + b"\n" for body in itertools.islice(bodies(), 6000))
    (tmp_path / "plain").write_bytes(text)
    (tmp_path / "gzip.gz").write_bytes(gzip.compress(text))
    # Spark splits files of this kind where a block ends; these have 100 kB.
    (tmp_path / "bzip2.bz2").write_bytes(bz2.compress(text, compresslevel=1))
    plain = numbers(bodylint.spark.lint(spark, str(tmp_path / "plain")))
    gzipped = numbers(bodylint.spark.lint(spark, str(tmp_path / "gzip.gz")))
    bzip2 = str(tmp_path / "bzip2.bz2")
    with setting(spark, "spark.sql.files.maxPartitionBytes", str(32 << 10)):
        splits = spark.read.text(bzip2).select("_metadata.file_block_start")
        assert splits.distinct().count() > 4
        bzipped = numbers(bodylint.spark.lint(spark, bzip2))
    assert len(plain) > 5000
    assert gzipped == plain
    assert bzipped == plain


def test_bytes_that_are_no_utf8_arrive_as_they_are(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(b'{"location": "w\xff"}\n')
    (finding,) = bodylint.spark.lint(spark, str(tmp_path)).collect()
    assert (finding["rule"], finding["column"]) == ("malformed-encoding", 16)
    assert "0xFF" in finding["message"]


def test_spark_takes_the_byte_order_mark_of_a_file(spark: SparkSession, tmp_path: Path) -> None:
    # Should this fail, Spark has learnt to leave it: tell so in docs/spark.md.
    body = b'\xef\xbb\xbf{"location": 1}\n'
    (tmp_path / "a.ndjson").write_bytes(body + body)
    rows = bodylint.spark.lint(spark, str(tmp_path), "Images_CreateOrUpdate").collect()
    places = {(row["rule"], row["record"], row["column"]) for row in rows}
    assert ("byte-order-mark", 1, 1) not in places
    assert ("byte-order-mark", 2, 1) in places
    assert ("type-mismatch", 1, 14) in places


def test_no_setting_of_the_session_takes_lines_away(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(b"{" + b" " * 100 + b"\n{\n")
    name = "mapreduce.input.linerecordreader.line.maxlength"
    configuration = spark.sparkContext._jsc.hadoopConfiguration()
    configuration.set(name, "50")
    try:
        found = numbers(bodylint.spark.lint(spark, str(tmp_path)))
    finally:
        configuration.unset(name)
    assert {record for record, _ in found} == {1, 2}


def test_a_broken_archive_fails_the_job(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(os.urandom(1 << 20))[: 1 << 19])
    with (
        setting(spark, "spark.sql.files.ignoreCorruptFiles", "true"),
        pytest.raises(Exception, match=r"(?i)unexpected end|EOF|a\.ndjson\.gz"),
    ):
        bodylint.spark.lint(spark, str(tmp_path)).collect()


# MARK: Arguments


def test_unrecognized_bodies_are_rows_without_a_rule(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(b'{"a": 1}\n{"tempDisk": 1}\n')
    lint = bodylint.spark.lint
    assert numbers(lint(spark, str(tmp_path))) == [(1, None), (2, "type-mismatch")]
    skipped = lint(spark, str(tmp_path), skip_unrecognized=True)
    assert numbers(skipped) == [(2, "type-mismatch")]


def test_limits_of_a_linter_of_ones_own(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(b'{"tempDisk": true}\n' + b" " * 30 + b"{}\n")
    linter = bodylint.Linter(max_bytes=20)
    found = numbers(
        bodylint.spark.lint(spark, str(tmp_path), "VirtualMachines_Reimage", linter=linter)
    )
    assert found == [(2, "oversized-document")]


def test_wrong_arguments_are_told_at_once(spark: SparkSession) -> None:
    with pytest.raises(bodylint.RequestError):
        bodylint.spark.lint(spark, "/nowhere", "Images_Create")
    with pytest.raises(TypeError):
        bodylint.spark.lint(spark, "/nowhere", api_version=20240301)  # type: ignore[arg-type]


def test_no_secret_is_in_the_table(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(
        b'{"osProfile": {"adminPassword": ["hunter2"]}}\n{"osProfile": {"adminPassword": "hunter2\n'
    )
    rows = bodylint.spark.lint(spark, str(tmp_path), "VirtualMachines_Reimage").collect()
    assert {row["record"] for row in rows} == {1, 2}
    assert "hunter2" not in str(rows)
