#!/usr/bin/env python3
"""compare.py A.png B.png [LIMIT [PART]]: exit 0 if at most PART (default 0.02) of the pixels differ by more than LIMIT
(default 24 of 255) in any channel. 8 bits a channel, RGB or RGBA, as our own programs write."""
import pathlib
import struct
import sys
import zlib


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def read(path):
    data, at, packed = pathlib.Path(path).read_bytes(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colour in (2, 6), "8 bits, RGB or RGBA"
        elif kind == b"IDAT":
            packed += body
        at += 12 + size
    n = 3 if colour == 2 else 4
    raw, rows, above = zlib.decompress(packed), [], bytearray(width * n)
    for y in range(height):
        line = raw[y * (width * n + 1):(y + 1) * (width * n + 1)]
        row = bytearray(line[1:])
        for i in range(width * n):
            left = row[i - n] if i >= n else 0
            corner = above[i - n] if i >= n else 0
            row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner))[line[0]]) & 255
        rows.append(row)
        above = row
    return width, height, [[bytes(row[i:i + 3]) for i in range(0, width * n, n)] for row in rows]


def main():
    a, b = read(sys.argv[1]), read(sys.argv[2])
    limit = int(sys.argv[3]) if len(sys.argv) > 3 else 24
    part = float(sys.argv[4]) if len(sys.argv) > 4 else 0.02
    if a[:2] != b[:2]:
        print(f"{a[0]}x{a[1]} against {b[0]}x{b[1]}")
        return 1
    differ = sum(max(abs(x - y) for x, y in zip(p, q)) > limit
                 for row_a, row_b in zip(a[2], b[2]) for p, q in zip(row_a, row_b))
    print(f"{100 * differ / (a[0] * a[1]):.2f} % of the pixels differ by more than {limit} of 255")
    return 0 if differ <= part * a[0] * a[1] else 1


if __name__ == "__main__":
    sys.exit(main())
