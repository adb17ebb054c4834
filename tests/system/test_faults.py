"""One frame in a hundred is damaged on the wire: each is dropped and counted, none is shown, and
the very next good frame is."""
import time

from accuracy import compare
from station import Checks, Mat, PATIENCE, Station, interrupt, need, read_jsonl

RATE_HZ, SECONDS = (100, 15) if PATIENCE > 1 else (250, 24)


def main():
    need("stanced", "stance")
    checks = Checks()
    with Station() as station:
        mat = Mat(station, "--rate", RATE_HZ, "--seconds", SECONDS, "--unique-seconds", 10,
                  "--faults", 0.01, "--seed", 20261123, "--unplugged")
        mat.wait("ready")
        station.start_daemon()
        watch, out = station.start_watch()
        time.sleep(0.3)
        mat.do("plug")
        done = mat.wait("done", SECONDS + 20)
        time.sleep(0.3 * PATIENCE)
        counters = station.status()["mat"]
        interrupt(watch)
        mat.stop()
        truths = mat.truths()
        damaged = [t for t in truths.values() if t["fate"] == "damaged"]
        kinds = sorted({t["how"] for t in damaged})
        errors = compare(read_jsonl(out), truths)
        print(f"{len(truths)} frames, {len(damaged)} damaged ({', '.join(kinds)}): "
              f"bad_frames {counters['bad_frames']}, lost_frames {counters['lost_frames']}, "
              f"resyncs {counters['resyncs']}; {errors.line()}")
        checks.check(len(damaged) >= 0.006 * len(truths) and len(kinds) >= 4, "too little damage")
        checks.equal(done.get("dropped", 0), 0, "frames the mat could not send in time")
        checks.equal(errors.unknown, 0, "samples that belong to no good frame")
        checks.equal(errors.missing, 0, "good frames that were not shown")
        checks.equal(counters["lost_frames"], len(damaged), "lost_frames")
        # a 00 inside a frame cuts it in two bad packets
        in_two = sum(t["how"] == "nul" for t in damaged)
        checks.check(len(damaged) <= counters["bad_frames"] <= len(damaged) + in_two,
                     f"bad_frames {counters['bad_frames']} for {len(damaged)} damaged")
        checks.check(max(errors.cop, default=9) <= 0.5, "a shown COP is wrong")
        gaps = [s for s in read_jsonl(out) if "gap" in s["flags"]]
        checks.check(len(gaps) >= 0.9 * len(damaged),
                     f"flag gap on {len(gaps)} samples after {len(damaged)} losses")
    checks.finish()


if __name__ == "__main__":
    main()
