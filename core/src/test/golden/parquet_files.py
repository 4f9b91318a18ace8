"""Golden Parquet files, by pyarrow and datasets, and what they must be read as.

Run from any folder:

    pip install -r requirements.txt
    python parquet_files.py             # writes ../../../parquet/src/test/resources/golden

NAME.jsonl has a line per row of NAME.parquet, or of all files NAME-*.parquet: dates and times as ISO text, decimals as text, bytes as Base64.
"""

import base64
import datetime
import decimal
import json
import pathlib
import sys
import uuid

sys.path.append(sys.path.pop(0))  # a file beside this one has the name of a library that others import

import datasets
import pyarrow as pa
import pyarrow.parquet as pq

OUT = pathlib.Path(__file__).parents[3] / "parquet" / "src" / "test" / "resources" / "golden"
MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])


def plain(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        return value.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list) and value and all(isinstance(v, tuple) for v in value):
        return {k: plain(v) for k, v in value}
    return [plain(v) for v in value] if isinstance(value, list) else value


def write_expected(name, rows):
    text = "".join(json.dumps(plain(row), ensure_ascii=False) + "\n" for row in rows)
    (OUT / f"{name}.jsonl").write_text(text, encoding="utf-8")


def scalars():
    moment = datetime.datetime(1969, 2, 28, 12, 0, 5, 123456)
    columns = {
        "bool": (pa.bool_(), [True, False]),
        "int8": (pa.int8(), [-128, 127]),
        "int16": (pa.int16(), [-32768, 32767]),
        "int32": (pa.int32(), [-(2**31), 2**31 - 1]),
        "int64": (pa.int64(), [-(2**63), 2**63 - 1]),
        "uint8": (pa.uint8(), [255, 0]),
        "uint16": (pa.uint16(), [65535, 0]),
        "uint32": (pa.uint32(), [2**32 - 1, 0]),
        "uint64": (pa.uint64(), [2**64 - 1, 1]),
        "float16": (pa.float16(), [1.5, -0.000060975551605224609375]),
        "float32": (pa.float32(), [0.1, -3.4e38]),
        "float64": (pa.float64(), [0.1, 1.7976931348623157e308]),
        "string": (pa.string(), ["Zürich 😀", ""]),
        "large": (pa.large_string(), ["a\nb", "x"]),
        "dictionary": (pa.dictionary(pa.int32(), pa.string()), ["a", "a"]),
        "binary": (pa.binary(), [b"\x00\xff", b""]),
        "decimal32": (pa.decimal128(9, 2), [decimal.Decimal("12.50"), decimal.Decimal("-0.01")]),
        "decimal128": (pa.decimal128(38, 10), [decimal.Decimal("1234567890123456789.0123456789"), decimal.Decimal("-1.0000000000")]),
        "date": (pa.date32(), [datetime.date(2024, 2, 29), datetime.date(1969, 12, 31)]),
        "local": (pa.timestamp("us"), [moment, moment]),
        "instant": (pa.timestamp("ms", tz="Europe/Zurich"), [moment.replace(microsecond=125000, tzinfo=datetime.timezone.utc)] * 2),
        "time": (pa.time64("us"), [datetime.time(1, 2, 3), datetime.time(23, 59, 59, 999999)]),
        "uuid": (pa.uuid(), [uuid.UUID(int=2**127 + 5).bytes, uuid.UUID(int=7).bytes]),
    }
    table = pa.table({name: pa.array([*values, None], kind) for name, (kind, values) in columns.items()})
    pq.write_table(table, OUT / "scalars.parquet", compression="snappy")
    write_expected("scalars", table.to_pylist())


def nested():
    table = pa.table(
        {
            "numbers": pa.array([[1, None, 3], [], None], pa.list_(pa.int64())),
            "lists": pa.array([[["a"], [], None], None, [["b", "c"]]], pa.list_(pa.list_(pa.string()))),
            "messages": pa.array(
                [[{"role": "user", "content": "hi"}, {"role": "assistant", "content": None}], [], None],
                pa.list_(MESSAGE),
            ),
            "deep": pa.array(
                [{"a": {"b": [{"c": 1}]}}, {"a": None}, None],
                pa.struct([("a", pa.struct([("b", pa.list_(pa.struct([("c", pa.int32())])))]))]),
            ),
            "map": pa.array([[("k", 1), ("a", None), ("z", 3)], [], None], pa.map_(pa.string(), pa.int64())),
        }
    )
    pq.write_table(table, OUT / "nested.parquet", compression="zstd", data_page_version="2.0")
    write_expected("nested", [{**row, "map": row["map"] if row["map"] else (None if row["map"] is None else {})} for row in table.to_pylist()])


def codecs():
    rows = [{"prompt": [{"role": "user", "content": f"{i} + {i}?"}], "answer": 2 * i} for i in range(50)]
    table = pa.Table.from_pylist(rows, pa.schema([("prompt", pa.list_(MESSAGE)), ("answer", pa.int64())]))
    for codec in ("none", "snappy", "gzip", "zstd", "lz4"):
        pages = {"data_page_version": "2.0"} if codec == "gzip" else {}
        pq.write_table(table, OUT / f"{codec}.parquet", compression=codec, row_group_size=20, write_page_checksum=True, **pages)
    write_expected("codecs", rows)


def shards():
    """As the Hub has them. Arguments of two tools share a struct, so each has the other's fields as null."""
    rows = []
    for i in range(6):
        arguments = {"city": f"Bern {i}"} if i % 2 else {"a": i, "b": None}
        call = {"type": "function", "function": {"name": "f", "arguments": arguments}}
        rows.append(
            {
                "prompt": [
                    {"role": "user", "content": f"Question {i}", "tool_calls": None},
                    {"role": "assistant", "content": None, "tool_calls": [call]},
                ],
                "data_source": "test",
                "reward_model": {"style": "rule", "ground_truth": str(i)},
                "extra_info": {"split": "train", "index": i},
            }
        )
    data = datasets.Dataset.from_list(rows)
    for k in range(2):
        data.shard(2, k, contiguous=True).to_parquet(str(OUT / f"train-0000{k}-of-00002.parquet"))
    write_expected("train", data.to_list())


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    scalars()
    nested()
    codecs()
    shards()


if __name__ == "__main__":
    main()
