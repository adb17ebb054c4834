"""The running daemon, two subscribers, five thousand frames, then as many again into a running trial:
not one heap call on the event loop."""
import mmap
import select
import struct
import time

from station import Checks, PRELOAD, SANITIZED, Station, need, skip, BIN

N_FRAMES, RATE_HZ = 5_000, 400
NAMES = ("malloc", "calloc", "realloc", "aligned", "free")


class Counter:
    """The counters of tests/support/preload/alloc_count.c."""

    def __init__(self, path):
        path.write_bytes(bytes(96))
        self.path = str(path)
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 96)

    def read(self):
        """What the event loop's thread called."""
        return dict(zip((*NAMES, "loaded"), struct.unpack("<6Q", self.map[:48])))

    def others(self):
        """The calls of all other threads together: the one that waits for the disk."""
        return sum(struct.unpack("<6Q", self.map[48:96]))


def samples(client, seconds):
    """Take what comes and count its samples: in the bytes, for a frame is long to parse."""
    if select.select([client.socket], [], [], seconds)[0]:
        client.buffer += client.socket.recv(1 << 20)
    end = client.buffer.rfind(b"\n") + 1
    n = client.buffer.count(b'"method":"sample"', 0, end)
    del client.buffer[:end]
    return n


def listen(clients, seconds):
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        for client in clients:
            samples(client, 0.02)


def count(checks, station, counter, clients, what):
    """The heap calls while N_FRAMES pass."""
    first = station.status()["mat"]["frames"]
    listen(clients, 0.1)
    before = counter.read()
    n = [0, 0]
    end_s = time.monotonic() + N_FRAMES / RATE_HZ + 15
    while min(n) < N_FRAMES and time.monotonic() < end_s:
        for k, client in enumerate(clients):
            n[k] += samples(client, 0.01)
    after = counter.read()
    frames = station.status()["mat"]["frames"] - first
    print(f"{what}: {frames} frames analysed, {n[0]} and {n[1]} samples at two subscribers; heap "
          "calls: " + ", ".join(f"{name} {after[name] - before[name]}" for name in NAMES))
    checks.check(frames >= N_FRAMES, f"{what}: {frames} frames, wanted {N_FRAMES}")
    checks.check(min(n) >= 0.98 * N_FRAMES, f"{what}: {n} samples arrived")
    for name in NAMES:
        checks.equal(after[name] - before[name], 0,
                     f"{what}: calls of {name} on the per-frame path")


def main():
    need("stanced", "stance-sim")
    library = PRELOAD / "alloc_count.so"
    if SANITIZED:
        skip("a sanitizer brings its own heap")
    if not library.exists():
        skip(f"{library} is not built (make tests)")
    checks = Checks()
    with Station() as station:
        counter = Counter(station.path / "count")
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--rows", "32",
                       "--cols", "32", "--pitch-mm", "15", "--rate-hz", str(RATE_HZ), "--seed",
                       "7"], "sim.log")
        station.start_daemon(env={"LD_PRELOAD": str(library), "STANCE_ALLOC_COUNT": counter.path})
        station.wait_state("streaming")
        checks.equal(counter.read()["loaded"], 1, "the counter is in the daemon")
        checks.check(counter.read()["malloc"] > 0, "the counter counts")
        clients = [station.client(), station.client()]
        clients[0].call("subscribe", {"streams": ["sample", "trial"]})
        clients[1].call("subscribe", {"streams": ["sample", "frame", "raw"]})
        # Settled: feet locked, body weight known, first statistics shown.
        listen(clients, 3)
        count(checks, station, counter, clients, "no trial")

        clients[0].call("trial.start", {"protocol": "natural", "duration_s": 120, "settle_s": 1})
        for _ in range(20):
            listen(clients, 0.5)
            if station.status()["trial"]["state"] == "measuring":
                break
        checks.equal(station.status()["trial"]["state"], "measuring", "the trial")
        others = counter.others()
        count(checks, station, counter, clients, "trial running")
        print(f"the disk's thread made {counter.others() - others} calls meanwhile")
        checks.check(counter.others() > 0, "the disk's thread is counted apart")
        checks.equal(station.status()["trial"]["state"], "measuring", "the trial")
    checks.finish()


if __name__ == "__main__":
    main()
