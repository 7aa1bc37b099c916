"""Ways to spoil a good file, as hypothesis draws them: bytes, words, lines, nesting, parts of workbooks."""

import io
import zipfile

from formats import FORMATS, repacked
from hypothesis import strategies as st

WORDS = [
    *(b"", b": ", b"- ", b"? ", b"&a ", b"*a", b"!x ", b"!!python/object/apply:os.system ", b"<<: *a\n"),
    *(b"|\n", b">\n", b"---\n", b"...\n", b"%YAML 1.1\n", b"%TAG ! tag:x,2000:\n", b"{a: ", b"]" * 40),
    *(b"0,5", b"1.234,5", b".nan", b"-.inf", b"NaN", b"Infinity", b"1e999", b"-1e308", b"007", b"0x1F"),
    *(b"9" * 400, b"-" + b"9" * 30, b"1e-400", b"null", b"true", b"no", b"~", b'""', b"''", b"[]", b"{}"),
    *(b"../../etc/passwd", b"/dev/zero", b"/dev/stdin", b"..\\..\\x", b"file:///etc/passwd", b"\\\\host\\x"),
    *(b"CON.yaml", b"a" * 5000, b"x/" * 3000, b"~root", b".", b"..", b"/", b"%s%n", b"{0.__class__}"),
    *(b"=1+1", b"=cmd|' /C calc'!A0", b"+1", b"@SUM(1)", b"-2+3", b"\t=1", b"010190-1234", b"0101901234"),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xfe\xff", b"\xc3", b"\xe6\xf8\xe5", b"\x1b[2J", b"\x85"),
    *("\u2028".encode(), "\u202e".encode(), "é".encode(), "\U0001f600".encode(), "ＡＢ".encode()),
    *(b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>&a;", b"<f>1+1</f>", b"'; DROP TABLE tasks; --", b'"', b"'", b"\\"),
    *(b"name: x\n", b"municipalities: all\n", b"children: 1\n", b"policy: x.yaml\n", b"replicates: 100000\n"),
    *(b"\n", b"\r\n", b"\r", b"\t", b";", b",", b"#", b"\n;;;;\n", b"[" * 200, b"{" * 200, b'{"a":' * 200),
    *(
        b"years: 60\n",
        b"caseload: [1,2,3,4,5,6,7,8]\n",
        b"parameters: {x: 1}\n",
        b"seed: 9223372036854775808\n",
    ),
]
SPOT = st.floats(0, 1, exclude_max=True)
CHANGE = st.one_of(
    st.tuples(st.just("put"), SPOT, st.sampled_from(WORDS), st.integers(0, 30)),
    st.tuples(st.just("put"), SPOT, st.binary(max_size=12), st.integers(0, 12)),
    st.tuples(st.just("line"), SPOT, st.sampled_from(["drop", "twice", "deeper", "many", "swap"]), SPOT),
    st.tuples(st.just("value"), SPOT, st.sampled_from(WORDS), st.just(0)),
    st.tuples(st.just("cut"), SPOT, st.just(b""), st.integers(0, 5000)),
    st.tuples(st.just("bit"), SPOT, st.just(b""), st.integers(0, 7)),
)
CHANGES = st.lists(CHANGE, min_size=1, max_size=5)
MOST = 400_000


def spoilt(name, choice, changes):
    """Return a good file of a format with changes made to it."""
    good = FORMATS[name].good()
    raw = good[choice % len(good)]
    if raw[:2] == b"PK" and changes[0][1] < 0.8:  # a workbook spoilt as bytes is no archive; spoil a part
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            parts = book.namelist()
            part = parts[int(changes[0][1] * 1000) % len(parts)]
            content = book.read(part)
        return repacked(raw, part, _changed(content, changes))
    return _changed(raw, changes)


def _changed(raw, changes):
    for kind, spot, what, number in changes:
        at = int(spot * len(raw))
        if kind == "put":
            raw = raw[:at] + what + raw[at + number :]
        elif kind == "cut":
            raw = raw[:at] + raw[at + number :]
        elif kind == "bit" and raw:
            raw = raw[:at] + bytes([raw[at] ^ (1 << number)]) + raw[at + 1 :]
        elif kind == "line":
            raw = _lines(raw, spot, what, number)
        elif kind == "value":  # what stands after the next colon, comma, semicolon or > up to the next
            ends = [raw.find(mark, at) for mark in (b":", b",", b";", b">")]
            begin = min((end for end in ends if end >= 0), default=at) + 1
            marks = [raw.find(mark, begin) for mark in (b"\n", b",", b";", b"<")]
            end = min((mark for mark in marks if mark >= 0), default=len(raw))
            raw = raw[:begin] + b" " + what + raw[end:]
        raw = raw[:MOST]
    return raw


def _lines(raw, spot, how, other):
    lines = raw.split(b"\n")
    at, there = int(spot * len(lines)), int(other * len(lines))
    if how == "drop":
        del lines[at]
    elif how == "twice":
        lines.insert(there, lines[at])
    elif how == "deeper":
        lines[at] = b"  " * (1 + int(other * 30)) + lines[at]
    elif how == "swap":
        lines[at], lines[there] = lines[there], lines[at]
    else:
        lines[at:at] = [lines[at]] * (1 + int(other * 3000))
    return b"\n".join(lines)
