"""An EDF+ file read by the published layout alone (Kemp & Olivan 2003), not by the library that wrote it."""
import datetime
import struct


class EdfError(Exception):
    pass


def need(good, text):
    if not good:
        raise EdfError(text)


def text(raw):
    need(all(32 <= b < 127 for b in raw), f"header holds {raw!r}")
    return raw.decode("ascii").rstrip(" ")


def annotations(raw):
    """[(onset_s, duration_s or None, text)] of one record's annotation signal."""
    out = []
    for tal in raw.split(b"\0"):
        if not tal:
            continue
        need(tal.endswith(b"\x14"), f"annotation list {tal!r} does not end with 20")
        head, *texts = tal[:-1].split(b"\x14")
        onset, *duration = head.split(b"\x15")
        need(onset[:1] in (b"+", b"-"), f"onset {onset!r} without a sign")
        for one in texts:
            out.append((float(onset), float(duration[0]) if duration else None,
                        one.decode("utf-8")))
    return out


def read(path):
    raw = path.read_bytes()
    need(text(raw[0:8]) == "0", "version is not 0")
    n_header, n_records = int(text(raw[184:192])), int(text(raw[236:244]))
    record_s, n = float(text(raw[244:252])), int(text(raw[252:256]))
    need(text(raw[192:197]) == "EDF+C", "not a continuous EDF+")
    need(n_header == 256 * (n + 1), f"header of {n_header} bytes for {n} signals")
    at, fields = 256, {}
    for key, size in (("label", 16), ("transducer", 80), ("unit", 8), ("p_min", 8), ("p_max", 8),
                      ("d_min", 8), ("d_max", 8), ("filter", 80), ("samples", 8), ("rest", 32)):
        fields[key] = [text(raw[at + i * size:at + (i + 1) * size]) for i in range(n)]
        at += n * size
    counts = [int(value) for value in fields["samples"]]
    size = 2 * sum(counts)
    need(len(raw) == n_header + n_records * size,
         f"{len(raw)} bytes, {n_records} records of {size} and a header make "
         f"{n_header + n_records * size}")
    signals, digital, notes = {}, {}, []
    for i, label in enumerate(fields["label"]):
        numbers = []
        for record in range(n_records):
            start = n_header + record * size + 2 * sum(counts[:i])
            piece = raw[start:start + 2 * counts[i]]
            if label == "EDF Annotations":
                notes += annotations(piece)
            else:
                numbers += struct.unpack(f"<{counts[i]}h", piece)
        if label == "EDF Annotations":
            continue
        d_min, d_max = int(fields["d_min"][i]), int(fields["d_max"][i])
        p_min, p_max = float(fields["p_min"][i]), float(fields["p_max"][i])
        need(d_min < d_max and p_min < p_max, f"{label}: ranges are empty")
        step = (p_max - p_min) / (d_max - d_min)
        digital[label] = numbers
        signals[label] = {"unit": fields["unit"][i], "step": step,
                          "values": [None if v == d_min else p_min + (v - d_min) * step
                                     for v in numbers],
                          "rate_hz": counts[i] / record_s}
    start = datetime.datetime.strptime(text(raw[168:184]), "%d.%m.%y%H.%M.%S")
    return {"patient": text(raw[8:88]), "recording": text(raw[88:168]), "start": start,
            "record_s": record_s, "records": n_records, "signals": signals,
            # the first of each record only says when it begins
            "times": [onset for onset, _, words in notes if words == ""],
            "notes": [note for note in notes if note[2] != ""]}
