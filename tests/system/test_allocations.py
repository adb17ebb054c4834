"""The running daemon, two subscribers, ten thousand frames: not one heap call."""
import mmap
import struct
import time

from station import Checks, PRELOAD, SANITIZED, Station, need, skip, BIN

N_FRAMES, RATE_HZ = 10_000, 400
NAMES = ("malloc", "calloc", "realloc", "aligned", "free")


class Counter:
    """The counters of tests/support/preload/alloc_count.c."""

    def __init__(self, path):
        path.write_bytes(bytes(48))
        self.path = str(path)
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 48)

    def read(self):
        return dict(zip((*NAMES, "loaded"), struct.unpack("<6Q", self.map[:48])))


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
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--rows", "48",
                       "--cols", "48", "--pitch-mm", "10", "--rate-hz", str(RATE_HZ), "--seed",
                       "7"], "sim.log")
        station.start_daemon(env={"LD_PRELOAD": str(library), "STANCE_ALLOC_COUNT": counter.path})
        station.wait_state("streaming")
        checks.equal(counter.read()["loaded"], 1, "the counter is in the daemon")
        checks.check(counter.read()["malloc"] > 0, "the counter counts")
        clients = [station.client(), station.client()]
        clients[0].call("subscribe", {"streams": ["sample"]})
        clients[1].call("subscribe", {"streams": ["sample", "frame"]})
        # Settled: feet locked, body weight known, first statistics shown.
        end_s = time.monotonic() + 3
        while time.monotonic() < end_s:
            for client in clients:
                client.drain(0.02)
        first = station.status()["mat"]["frames"]
        for client in clients:
            client.drain(0.05)
        time.sleep(0.1)
        before = counter.read()
        n = [0, 0]
        end_s = time.monotonic() + N_FRAMES / RATE_HZ + 15
        while min(n) < N_FRAMES and time.monotonic() < end_s:
            for k, client in enumerate(clients):
                n[k] += sum(name == "sample" for _, name, _ in client.drain(0.01))
        after = counter.read()
        frames = station.status()["mat"]["frames"] - first
        print(f"{frames} frames analysed, {n[0]} and {n[1]} samples at two subscribers; heap calls: "
              + ", ".join(f"{name} {after[name] - before[name]}" for name in NAMES))
        checks.check(frames >= N_FRAMES, f"{frames} frames, wanted {N_FRAMES}")
        checks.check(min(n) >= 0.98 * N_FRAMES, f"{n} samples arrived")
        for name in NAMES:
            checks.equal(after[name] - before[name], 0, f"calls of {name} on the per-frame path")
    checks.finish()


if __name__ == "__main__":
    main()
