"""The path through libserialport: a pseudo-terminal is passed off as a serial port (preload library
pty_serial), and the mat is found, read, lost, found again, and refused to a second reader."""
import os
import time

from accuracy import compare, judge
from station import (Checks, Mat, PATIENCE, PRELOAD, SANITIZED, Station, interrupt, need,
                     read_jsonl, skip)


def main():
    need("stanced", "stance")
    library = PRELOAD / "pty_serial.so"
    if SANITIZED:
        skip("a sanitizer wants to be loaded first")
    if not library.exists():
        skip(f"{library} is not built (make tests)")
    checks = Checks()
    with Station() as station:
        log = station.path / "ports"
        mat = Mat(station, "--seconds", 15, "--unplugged", "--noise")
        mat.wait("ready")
        station.start_daemon(env={"LD_PRELOAD": str(library), "STANCE_PTY_LOG": str(log)})
        watch, out = station.start_watch()
        time.sleep(0.3)
        mat.do("plug")
        mat.wait("done", 30)
        time.sleep(0.3 * PATIENCE)
        asked = log.read_text().split() if log.exists() else []
        checks.check(any("/pts/" in path for path in asked),
                     "libserialport never asked about the port: another transport was used")
        counters = station.status()["mat"]
        checks.equal(counters["lost_frames"], 0, "lost_frames through libserialport")
        interrupt(watch)
        mat.stop()
        judge(checks, "through libserialport", compare(read_jsonl(out), mat.truths()), 10)
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 5)
        mat.wait("ready")
        daemon = station.start_daemon(env={"LD_PRELOAD": str(library)})
        station.wait_state("streaming")
        n_descriptors = len(os.listdir(f"/proc/{daemon.pid}/fd"))
        for n in range(3):
            mat.ask("unplug", "unplugged")
            time.sleep(0.6)
            checks.check(station.status()["mat"]["state"] in ("lost", "searching"),
                         "an unplugged serial mat is missed")
            mat.ask("plug", "plugged")
            took_s = station.wait_state("streaming", 4)
            checks.within(took_s, 2.0 * PATIENCE, f"serial replug {n}", "s")
        # Clients that have just gone are closed in the loop's next turn.
        end_s = time.monotonic() + 2 * PATIENCE
        while (now := len(os.listdir(f"/proc/{daemon.pid}/fd"))) > n_descriptors + 1 and time.monotonic() < end_s:
            time.sleep(0.05)
        checks.check(now <= n_descriptors + 1, f"descriptors {n_descriptors} before, {now} after")
    checks.finish()


if __name__ == "__main__":
    main()
