#!/usr/bin/env python3
"""A mat that speaks SMP/1 on a pseudo-terminal: a second implementation, written from the
protocol's page alone. It shares nothing with hw/, so that a mistake there is not repeated here.

It replays two real feet on a recorded stance (feet_model.py) in real time and writes what was
true of every frame. A test drives it by lines on its standard input:

    plug, unplug, pause, resume, reboot, faults RATE, weight SCALE, next, stop

and reads one JSON object a line from its standard output.
"""
import argparse
import array
import collections
import errno
import json
import os
import pty
import random
import re
import select
import struct
import sys
import time
import tty
import zlib

import feet_model

HELLO_REQ, START, STOP, PING, IDENTIFY = 0x01, 0x02, 0x03, 0x04, 0x05
HELLO, PONG, FRAME, FRAME_SPARSE, STATUS, EVENT, LOG, ACK, NAK = (
    0x81, 0x84, 0x90, 0x91, 0x92, 0x93, 0x94, 0xFE, 0xFF)
U8, P12, U16, ANY = 0, 1, 2, 255
COBS_RUNS = re.compile(rb"[^\0]+\0|\0+")
SEND_LIMIT_S = 1.0  # a real mat's buffer: what is older than this is dropped and counted


# --- bytes -------------------------------------------------------------------------------------

def cobs_block(match):
    """Code one run: zeros, or a block with the zero that ends it."""
    run = match.group()
    if run[0] == 0:
        return b"\1" * len(run)
    block, out = run[:-1], b""
    while len(block) >= 254:
        out += b"\xff" + block[:254]
        block = block[254:]
    return out + bytes((len(block) + 1,)) + block


def cobs_encode(data):
    """Consistent overhead byte stuffing; the closing 00 is not added. Frames are mostly zeros:
    runs of them are coded at once."""
    return COBS_RUNS.sub(cobs_block, data + b"\0")


def cobs_decode(data):
    """The inverse; None for bytes that no encoder makes."""
    out, at = bytearray(), 0
    while at < len(data):
        code = data[at]
        if code == 0 or at + code > len(data):
            return None
        out += data[at + 1:at + code]
        at += code
        if code < 255 and at < len(data):
            out.append(0)
    return bytes(out)


def packet(kind, seq, body=b"", major=1):
    head = struct.pack("<BBH", major, kind, seq & 0xFFFF) + body
    return head + struct.pack("<I", zlib.crc32(head))


def on_wire(raw):
    return cobs_encode(raw) + b"\0"


def parse_packet(raw):
    """(kind, seq, body) or None for a damaged one."""
    if raw is None or len(raw) < 8:
        return None
    if zlib.crc32(raw[:-4]) != struct.unpack("<I", raw[-4:])[0] or raw[0] != 1:
        return None
    return raw[1], struct.unpack("<H", raw[2:4])[0], raw[4:-4]


def pack_cells(cells, encoding):
    """Cell numbers in wire order to bytes; what an encoding cannot carry is clamped."""
    if encoding == U16:
        values = array.array("H", cells)
        if sys.byteorder == "big":
            values.byteswap()
        return values.tobytes()
    if encoding == U8:
        return bytes(min(v, 255) for v in cells)
    out = bytearray()
    for i in range(0, len(cells) - 1, 2):
        a, b = min(cells[i], 4095), min(cells[i + 1], 4095)
        out += bytes((a & 0xFF, a >> 8 | (b & 0x0F) << 4, b >> 4))
    if len(cells) % 2:
        a = min(cells[-1], 4095)
        out += bytes((a & 0xFF, a >> 8))
    return bytes(out)


def pack_sparse(cells, encoding):
    bits = bytearray((len(cells) + 7) // 8)
    filled = []
    for i, value in enumerate(cells):
        if value:
            bits[i // 8] |= 1 << i % 8
            filled.append(value)
    return bytes(bits) + pack_cells(filled, encoding)


def wire_index(row, col, rows, cols, origin, order):
    """Where the cell (front row 0, leftmost column 0) stands in the mat's own scan."""
    if origin in (1, 3):
        col = cols - 1 - col
    if origin in (2, 3):
        row = rows - 1 - row
    return row * cols + col if order == 0 else col * rows + row


def damage(wire, rng):
    """Hurt the encoded bytes of one frame so that no decoder may take it for good."""
    body = bytearray(wire[:-1])
    kind = rng.choice(("flip", "burst", "cut", "lose", "insert", "nul"))
    at = rng.randrange(8, len(body) - 8)
    if kind == "flip":
        body[at] = (body[at] ^ 1 << rng.randrange(8)) or 0x55
    elif kind == "burst":
        for i in range(at, min(at + rng.randrange(2, 40), len(body))):
            body[i] = rng.randrange(1, 256)
    elif kind == "cut":
        del body[at:]
    elif kind == "lose":
        del body[at:at + rng.randrange(1, 41)]
    elif kind == "insert":
        body[at:at] = bytes(rng.randrange(1, 256) for _ in range(rng.randrange(1, 20)))
    elif kind == "nul":
        body[at] = 0
    good = parse_packet(cobs_decode(bytes(body)))
    if bytes(body) == wire[:-1] or good:
        return damage(wire, rng)
    return bytes(body) + (b"" if rng.random() < 0.2 else b"\0"), kind


# --- the mat -----------------------------------------------------------------------------------

class Mat:
    """One simulated mat: a port that may come and go, a clock, a scan, a sequence."""

    def __init__(self, options, frames, truths):
        self.o = options
        self.frames, self.truths = frames, truths
        self.rows, self.cols, self.pitch_mm = options.grid
        self.rng = random.Random(options.seed)
        self.session = self.rng.getrandbits(32)
        self.seq = 0
        self.boot_s = time.monotonic() - 3.0
        self.master = self.slave = None
        self.incoming = bytearray()
        self.outgoing = collections.deque()
        self.n_outgoing = 0
        self.streaming = self.paused = False
        self.index = 0            # frame of the recording that comes next
        self.rate_hz = options.rate
        self.encoding, self.sparse = options.encoding, False
        self.next_scan_s = self.next_status_s = 0.0
        self.fault_frac = options.faults
        self.weight = 1.0
        self.counts = collections.Counter()
        self.truth_file = open(options.truth, "w") if options.truth else None
        self.cache = {}

    def device_us(self, at_s=None):
        at_s = time.monotonic() if at_s is None else at_s
        drift = 1 + self.o.drift_ppm * 1e-6
        return int((at_s - self.boot_s) * 1e6 * drift)

    # port

    def plug(self):
        if self.master is not None:
            return
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.master, False)
        path = os.ttyname(self.slave)
        partial = self.o.link + ".new"
        if os.path.lexists(partial):
            os.unlink(partial)
        os.symlink(path, partial)
        os.replace(partial, self.o.link)
        self.streaming = False
        self.seq = 0
        self.say("plugged", path=path)

    def unplug(self):
        if self.master is None:
            return
        if os.path.islink(self.o.link):
            os.unlink(self.o.link)
        os.close(self.master)
        os.close(self.slave)
        self.master = self.slave = None
        self.streaming = False
        self.outgoing.clear()
        self.n_outgoing = 0
        self.say("unplugged")

    def say(self, event, **more):
        print(json.dumps({"event": event, "t_s": time.monotonic(), **more}), flush=True)

    def queue(self, data):
        self.outgoing.append(data)
        self.n_outgoing += len(data)
        self.flush()

    def flush(self):
        while self.outgoing and self.master is not None:
            try:
                n = os.write(self.master, self.outgoing[0])
            except OSError as e:
                if e.errno in (errno.EAGAIN, errno.EIO):
                    return
                raise
            self.n_outgoing -= n
            if n == len(self.outgoing[0]):
                self.outgoing.popleft()
            else:
                self.outgoing[0] = self.outgoing[0][n:]
                return

    def send(self, kind, body=b""):
        self.queue(b"\0" + on_wire(packet(kind, self.seq, body, self.o.major)))
        self.seq += 1

    # conversation

    def hello_body(self):
        def text(value, size):
            return value.encode("ascii", "replace")[:size].ljust(size, b"\0")
        pitch_um = round(self.pitch_mm * 1000)
        body = b"SMAT" + struct.pack(
            "<BBHHHIIIIIBBBB", 0, self.o.adc_bits, self.rows, self.cols, 0, pitch_um, pitch_um,
            round(self.o.max_rate * 1000), self.session & 0xFFFFFFFF, 4 | 16, self.o.unit,
            self.o.origin, self.o.order, 0)
        body += text(self.o.serial, 16) + text("py-2.1", 16) + text("second opinion", 24)
        assert len(body) == 92
        body += bytes((77, 3)) + b"xyz"  # a tag nobody knows
        if self.o.unit_scale != 1:
            body += bytes((2, 4)) + struct.pack("<I", self.o.unit_scale)
        return body

    def hear(self, kind, seq, body):
        self.counts[f"heard_{kind:02x}"] += 1
        if kind == HELLO_REQ:
            if self.o.noise:
                self.queue(bytes(self.rng.randrange(256) for _ in range(300)) + b"\0")
            self.send(HELLO, self.hello_body())
        elif kind == PING and len(body) >= 4:
            self.send(PONG, body[:4] + struct.pack("<Q", self.device_us()))
        elif kind == START and len(body) >= 5:
            rate_mhz, encoding = struct.unpack("<IB", body[:5])
            wanted = encoding & 0x7F if encoding != ANY else self.o.encoding
            if self.o.picky and not self.counts["busy"]:
                self.counts["busy"] += 1
                self.send(NAK, struct.pack("<HB", seq, 3))
                return
            if (rate_mhz > self.o.max_rate * 1000 or wanted > U16
                    or (self.o.picky and encoding != ANY)):
                self.send(NAK, struct.pack("<HB", seq, 2))
                return
            self.rate_hz = rate_mhz / 1000 or self.o.rate
            self.sparse = self.o.sparse and (encoding == ANY or encoding >= 128)
            self.encoding = wanted
            self.streaming = True
            self.next_scan_s = time.monotonic() + 1 / self.rate_hz
            self.next_status_s = time.monotonic() + 1
            self.send(ACK, struct.pack("<H", seq))
            self.say("started", rate_hz=self.rate_hz, encoding=encoding, sparse=self.sparse)
        elif kind == STOP:
            self.streaming = False
            self.send(ACK, struct.pack("<H", seq))
            self.say("stopped")
        elif kind == IDENTIFY:
            self.send(ACK, struct.pack("<H", seq))
            self.say("identify")
        else:
            self.send(NAK, struct.pack("<HB", seq, 1))

    def read_port(self):
        try:
            data = os.read(self.master, 4096)
        except OSError as e:
            if e.errno in (errno.EAGAIN, errno.EIO):
                return
            raise
        self.incoming += data
        while (end := self.incoming.find(0)) >= 0:
            block, self.incoming = bytes(self.incoming[:end]), self.incoming[end + 1:]
            if block:
                found = parse_packet(cobs_decode(block))
                if found:
                    self.hear(*found)
                else:
                    self.counts["bad_requests"] += 1

    # scan

    def cells_bytes(self, index):
        key = (index, self.encoding, self.sparse, self.weight)
        data = self.cache.get(key)
        if data is None:
            cells = self.frames[index]
            if self.weight != 1.0:
                cells = [round(v * self.weight) for v in cells]
            pack = pack_sparse if self.sparse else pack_cells
            data = pack(cells, self.encoding)
            if self.o.loop and len(self.cache) < 1000:
                self.cache[key] = data
        return data

    def scan(self, due_s):
        index = self.index % len(self.frames)
        head = struct.pack("<QHBB", self.device_us(due_s), min(65535, int(8e5 / self.rate_hz)),
                           self.encoding, 0)
        kind = FRAME_SPARSE if self.sparse else FRAME
        wire = on_wire(packet(kind, self.seq, head + self.cells_bytes(index)))
        fate, how = "good", None
        if self.n_outgoing > SEND_LIMIT_S * self.rate_hz * len(wire):
            fate = "dropped"
        elif self.fault_frac and self.rng.random() < self.fault_frac:
            wire, how = damage(wire, self.rng)
            fate = "damaged"
        if fate != "dropped":
            self.queue(b"\0" + wire)
        self.counts[fate] += 1
        if self.truth_file:
            truth = {"schema": "stance.truth/1", "device_us": self.device_us(due_s),
                     "seq": self.seq, "index": self.index, "fate": fate, "how": how,
                     **self.truths[index]}
            self.truth_file.write(json.dumps(truth) + "\n")
        self.seq += 1
        self.index += 1

    def tick(self, now_s):
        if not self.streaming or self.paused or self.master is None:
            return
        if self.index >= self.o.frames and not self.o.loop:
            if not self.counts["ended"]:
                self.counts["ended"] = 1
                if self.truth_file:
                    self.truth_file.flush()
                self.say("done", **self.counts)
            return
        if now_s >= self.next_status_s:
            self.send(STATUS, struct.pack("<hHIII", 2345, 3300, 0, self.counts["dropped"], 0))
            self.next_status_s += 1
        # a late wake-up sends what is due, each with the time of its own scan
        while now_s >= self.next_scan_s and (self.o.loop or self.index < self.o.frames):
            self.scan(self.next_scan_s)
            self.next_scan_s += 1 / self.rate_hz

    def command(self, line):
        words = line.split() or [""]
        if words[0] in ("plug", "unplug"):
            getattr(self, words[0])()
        elif words[0] in ("pause", "resume"):
            self.paused = words[0] == "pause"
            self.next_scan_s = max(self.next_scan_s, time.monotonic())
            self.next_status_s = self.next_scan_s
        elif words[0] == "reboot":
            self.session = self.rng.getrandbits(32)
            self.streaming, self.seq, self.boot_s = False, 0, time.monotonic()
        elif words[0] == "faults":
            self.fault_frac = float(words[1])
        elif words[0] == "weight":
            self.weight = float(words[1])
            self.cache.clear()
        elif words[0] == "next":
            self.say("next", index=self.index, seq=self.seq, **self.counts)
        elif words[0] == "stop":
            return False
        return True

    def run(self):
        if not self.o.unplugged:
            self.plug()
        self.say("ready")
        inbox = ""
        os.set_blocking(0, False)
        while True:
            now_s = time.monotonic()
            self.tick(now_s)
            wait = 0.05
            if self.streaming and not self.paused and not self.counts["ended"]:
                wait = min(wait, max(0.0, self.next_scan_s - time.monotonic()))
            readers = [0] + ([self.master] if self.master is not None else [])
            writers = [self.master] if self.outgoing and self.master is not None else []
            ready, writable, _ = select.select(readers, writers, [], wait)
            if writable:
                self.flush()
            if self.master in ready:
                self.read_port()
            if 0 in ready:
                text = os.read(0, 4096).decode()
                if not text:
                    break
                inbox += text
                while "\n" in inbox:
                    line, inbox = inbox.split("\n", 1)
                    if not self.command(line):
                        text = ""
                if not text:
                    break
        self.say("bye", **self.counts)
        if self.truth_file:
            self.truth_file.close()
        self.unplug()


# --- what it plays -----------------------------------------------------------------------------

def prepare(options):
    """Frames in wire order (numbers as sent) and the truth of each, all before streaming."""
    rows, cols, pitch = options.grid
    n = min(options.frames, options.unique)
    if options.feet:
        recording = feet_model.read_recording(options.feet)
    else:
        recording = feet_model.model_recording(n, options.rate, options.seed)
    stance = feet_model.Stance(recording[options.skip:options.skip + n], options.grid,
                               options.place)
    order = [wire_index(i // cols, i % cols, rows, cols, options.origin, options.order)
             for i in range(rows * cols)]
    frames, truths = [], []
    empty = {"force_n": 0.0, "cop_mm": None, "left": None, "right": None, "left_frac": None}
    per_number = 1.0 / options.unit_scale
    if options.unit == 0:  # counts: a gain of the maker's own, which only cancels in shares
        per_number = 1.0 / 20.0
    for k in range(options.empty):
        frames.append([0] * (rows * cols))
        truths.append(empty)
    for k in range(n):
        pressed, truth = stance.press(k)
        cells = array.array("H", bytes(2 * rows * cols))
        for i, millinewtons in pressed.items():
            number = round(millinewtons * per_number)
            cells[order[i]] = number if number < 65535 else 65535
        frames.append(cells)
        truths.append(truth)
    return frames, truths


def parse_grid(text):
    rows, cols, pitch = text.split("x")
    return int(rows), int(cols), float(pitch)


def parse_options(arguments):
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--link", help="symbolic link to the port, made when plugged")
    p.add_argument("--feet", help="dual-plate recording; default: a made-up stance")
    p.add_argument("--grid", type=parse_grid, default=(48, 48, 10.0))
    p.add_argument("--place", choices=feet_model.PLACEMENTS, default="normal")
    p.add_argument("--rate", type=float, default=100.0)
    p.add_argument("--max-rate", type=float, default=1000.0)
    p.add_argument("--seconds", type=float, default=60.0)
    p.add_argument("--unique-seconds", type=float, default=60.0, help="then from the start again")
    p.add_argument("--skip", type=int, default=0, help="rows of the recording left out")
    p.add_argument("--empty", type=int, default=0, help="frames of an empty mat before the person")
    p.add_argument("--loop", action="store_true", help="never end")
    p.add_argument("--truth")
    p.add_argument("--faults", type=float, default=0.0)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--encoding", type=int, default=U16)
    p.add_argument("--sparse", action="store_true")
    p.add_argument("--unit", type=int, default=2)
    p.add_argument("--unit-scale", type=int, default=1)
    p.add_argument("--adc-bits", type=int, default=16)
    p.add_argument("--origin", type=int, default=0)
    p.add_argument("--order", type=int, default=0)
    p.add_argument("--serial", default="PY-0001")
    p.add_argument("--major", type=int, default=1)
    p.add_argument("--noise", action="store_true", help="300 random bytes before each HELLO")
    p.add_argument("--picky", action="store_true",
                   help="busy at the first START, then takes no encoding but its own choice")
    p.add_argument("--drift-ppm", type=float, default=40.0, help="error of the mat's clock")
    p.add_argument("--unplugged", action="store_true", help="wait for the command plug")
    p.add_argument("--self-test", action="store_true")
    o = p.parse_args(arguments)
    o.unique = round(min(o.unique_seconds, o.seconds) * o.rate)
    o.frames = round(o.seconds * o.rate) + o.empty
    return o


def self_test():
    """The protocol page's vectors, the block lengths where COBS is easily wrong, and scans."""
    hello = bytes.fromhex("010100004ed23a98")
    ping = bytes.fromhex("01040700efbeadde5f74dc7b")
    assert packet(HELLO_REQ, 0) == hello and packet(PING, 7, ping[4:8]) == ping
    assert on_wire(hello) == bytes.fromhex("03010101054ed23a9800")
    assert on_wire(ping) == bytes.fromhex("040104 0709efbeadde5f74dc7b00".replace(" ", ""))
    for n in (0, 1, 253, 254, 255, 508, 509):
        for data in (b"x" * n, b"x" * n + b"\0", b"\0" + b"x" * n):
            coded = cobs_encode(data)
            assert 0 not in coded and cobs_decode(coded) == data, n
    assert cobs_decode(b"\xff" + b"x" * 254) == b"x" * 254  # the other ending of a full block
    assert pack_cells([0x123, 0x456, 0x789], P12) == bytes.fromhex("236145 8907".replace(" ", ""))
    for origin in range(4):
        for order in range(2):
            seen = {wire_index(r, c, 3, 5, origin, order) for r in range(3) for c in range(5)}
            assert seen == set(range(15))
    assert wire_index(0, 0, 3, 5, 3, 0) == 14 and wire_index(2, 0, 3, 5, 2, 1) == 0
    rng = random.Random(4)
    wire = on_wire(packet(FRAME, 9, bytes(range(256)) * 4))
    for _ in range(500):
        hurt, _ = damage(wire, rng)
        assert all(parse_packet(cobs_decode(part)) is None for part in hurt.split(b"\0"))
    print("smp_mat: vectors, block lengths, scans and faults are right")


def main():
    options = parse_options(sys.argv[1:])
    if options.self_test:
        self_test()
        return
    if not options.link:
        sys.exit("smp_mat: --link PATH is needed")
    mat = Mat(options, *prepare(options))
    try:
        mat.run()
    except KeyboardInterrupt:
        mat.unplug()


if __name__ == "__main__":
    main()
