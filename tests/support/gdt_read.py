"""A GDT 2.1 record read by its published layout alone, strictly: [(field, content)]."""

CHARSETS = {"1": "ascii", "2": "cp437", "3": "iso8859-1"}


class GdtError(Exception):
    pass


def need(good, text):
    if not good:
        raise GdtError(text)


def read(raw):
    fields, at, charset = [], 0, "cp437"
    while at < len(raw):
        need(raw[at:at + 3].isdigit(), f"byte {at}: no length")
        length = int(raw[at:at + 3])
        line = raw[at:at + length]
        need(len(line) == length and line.endswith(b"\r\n"), f"byte {at}: not {length} bytes")
        need(b"\r" not in line[:-2] and b"\n" not in line[:-2], f"byte {at}: a line within a line")
        need(line[3:7].isdigit(), f"byte {at}: no field")
        fields.append((line[3:7].decode(), line[7:-2]))
        at += length
    need(fields[0][0] == "8000" and fields[1][0] == "8100", "does not begin with 8000, 8100")
    need(int(fields[1][1]) == len(raw), f"8100 says {fields[1][1]}, there are {len(raw)}")
    for key, value in fields:
        if key == "9206":
            charset = CHARSETS[value.decode()]
    fields = [(key, value.decode(charset)) for key, value in fields]
    need(dict(fields).get("9218") == "02.10", "another version")
    need(all(value for _, value in fields), "an empty field")
    return fields


def values(fields):
    """{test: {name, value, unit, comment}}"""
    out, test = {}, None
    for key, value in fields:
        if key == "8410":
            need(value not in out, f"test {value} twice")
            need(len(value) <= 20, f"test {value} is longer than 20")
            test = out.setdefault(value, {})
        elif key in ("8411", "8420", "8421", "8470") and test is not None:
            need(key not in test, f"field {key} twice")
            test[key] = value
    for name, test in out.items():
        need("8411" in test and "8420" in test and "8421" in test, f"test {name} lacks a field")
    return out


def make(fields, charset="iso8859-1"):
    """The bytes of a record; 8000 and its type come first, 8100 is put in."""
    lines = [bytes(f"{len(v.encode(charset)) + 9:03}{k}", "ascii") + v.encode(charset) + b"\r\n"
             for k, v in fields]
    total = sum(map(len, lines)) + 14
    lines.insert(1, f"0148100{total:05}\r\n".encode())
    return b"".join(lines)
