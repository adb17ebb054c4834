"""From exec to the first live picture, and what the station costs while it waits for its mat: daemon and screen together."""
import os
import pathlib
import time

from station import BIN, Checks, Mat, PATIENCE, Station, need

SETTLE_S, WATCH_S = 5.0, 12.0  # the search for a mat is eager for 3 s


def switches(pid):
    """How often the process went to sleep of its own accord, all threads: as often was it woken."""
    total = 0
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for line in (thread / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                total += int(line.split()[1])
    return total


def cpu_s(pid):
    """What it has computed so far, all threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_screen(station, *arguments):
    return station.start([BIN / "stance-ui", "--fullscreen", *arguments], "stance-ui",
                         env={"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"})


class Watched:
    """Daemon and screen of a station, over the time that it is watched."""

    def __init__(self, station, daemon, screen):
        self.station, self.both = station, (daemon, screen)

    def begin(self):
        self.woken = [switches(p.pid) for p in self.both]
        self.computed_s = [cpu_s(p.pid) for p in self.both]
        self.begin_ns = time.monotonic_ns()

    def end(self, checks):
        """How often a second each was woken, and its share of a processor in percent."""
        woken = [(switches(p.pid) - n) / WATCH_S for p, n in zip(self.both, self.woken)]
        percent = [100 * (cpu_s(p.pid) - s) / WATCH_S for p, s in zip(self.both, self.computed_s)]
        checks.check(all(p.poll() is None for p in self.both), "both still run")
        return woken, percent

    def pictures(self):
        """How many were painted since then, by the frame log."""
        lines = [line.split() for line in (self.station.path / "frames.log").read_text().splitlines()]
        return sum(int(at_ns) > self.begin_ns and int(painting_us) > 0 for _, at_ns, painting_us in lines)


def with_mat(station):
    """A mat sends its hundred frames a second, and nobody stands on it."""
    station.start([BIN / "stance-sim", "--link", station.path / "mat", "--stance", "none", "--quiet"], "sim.log")
    daemon = station.start_daemon()
    screen = start_screen(station, "--role", "far", "--frame-log", station.path / "frames.log")
    station.wait_state("streaming")
    return Watched(station, daemon, screen)


def idle(checks):
    """A station without a mat and one with an empty mat, side by side."""
    with Station() as alone, Station() as other:
        without = Watched(alone, alone.start_daemon(), start_screen(alone))
        empty = with_mat(other)
        time.sleep(SETTLE_S)
        for station in (without, empty):
            station.begin()
        time.sleep(WATCH_S)
        woken, percent = without.end(checks)
        print(f"  wake-ups without a mat: daemon {woken[0]:.2f} /s, screen {woken[1]:.2f} /s")
        checks.within(sum(woken), 1.0 * PATIENCE, "both together", "/s")
        checks.within(sum(percent), 1.0 * PATIENCE, "a processor, both together, idle", "%")
        woken, percent = empty.end(checks)
        print(f"  an empty mat: daemon {percent[0]:.1f} %, screen {percent[1]:.1f} % of a processor")
        # ten samples a second, a status, and what the screen asks for now and then
        checks.within(woken[1], 20, "wake-ups of the screen beside an empty mat", "/s")
        checks.within(empty.pictures(), 2, "pictures painted of an empty mat", "")


def first_live_ns(path, until_s):
    """When the first picture with a sample was on the screen, by the frame log."""
    while time.monotonic() < until_s:
        if path.exists():
            for line in path.read_text().splitlines():
                fields = line.split()
                if len(fields) == 3 and fields[0] != "0":
                    return int(fields[1])
        time.sleep(0.005)
    return None


def exec_to_live(station, n):
    """Both are started at once, while the mat is there and sends nothing yet."""
    log = station.path / f"frames-{n}.log"
    begin_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    daemon = station.start_daemon(wait=False)
    screen = start_screen(station, "--frame-log", str(log))
    live_ns = first_live_ns(log, time.monotonic() + 10)
    for process in (screen, daemon):
        process.terminate()
        process.wait(10)
    return None if live_ns is None else (live_ns - begin_ns) / 1e6


def startup(checks):
    with Station() as station:
        mat = Mat(station)
        while not (station.path / "mat").exists():
            time.sleep(0.05)
        took = []
        for n in range(6):
            ms = exec_to_live(station, n)
            if checks.check(ms is not None, f"start {n}: a live picture"):
                took.append(ms)
        print("  exec to live:", ", ".join(f"{ms:.0f}" for ms in took), "ms")
        # the best of six, and more where others use the machine: it is the programs that are measured
        share = max(1.0, os.getloadavg()[0] / os.cpu_count())
        if took:
            checks.within(min(took), 300 * PATIENCE * share, "exec to live", "ms")
        mat.stop()


def main():
    need("stanced", "stance-ui", "stance-sim")
    checks = Checks()
    idle(checks)
    startup(checks)
    checks.finish()


main()
