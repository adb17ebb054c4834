"""Recorded stances through the second mat, the daemon and the command line, against the truth.

Every frame's COP within 0.5 mm, left share within 0.2 points, per-foot COP within 1 mm (1.5 mm at
15 mm pitch), none lost, no swap; touching feet by their median, flagged. Several stations run side
by side, because they mostly wait for the clock. --all: every recording, all of them 60 s.
"""
import sys
import time

from accuracy import compare, judge
from station import Checks, Mat, PATIENCE, Station, interrupt, need, read_jsonl, recording

# grid, placement, recording, seconds, more of the mat
SCENES = [
    ("48x48x10", "normal", "PDS13CR1.csv", 20, []),
    ("32x32x15", "rotated", "PDS13OR2.csv", 8, ["--origin", 3, "--order", 1]),
    ("64x64x8", "offcentre", "PDS13CR2.csv", 8, ["--sparse"]),
    ("48x48x10", "rotated45", "PDS13OF1.csv", 8, ["--origin", 1]),
    ("48x64x10", "apart", "PDS13CR1.csv", 8, ["--origin", 2]),
    ("48x48x10", "narrow", "PDS13OR1.csv", 8, ["--encoding", 1, "--unit-scale", 4]),
    ("48x48x10", "touching", "PDS13CR2.csv", 8, ["--order", 1]),
    ("32x32x15", "touching", "PDS13CR1.csv", 8, []),
    ("32x32x15", "normal", "PDS13CF1.csv", 8, ["--noise", "--picky"]),
    ("64x64x8", "narrow-rotated", "PDS13OR1.csv", 8, []),
    ("48x48x10", "toesout", "PDS13OR2.csv", 8, ["--drift-ppm", -120]),
]


class Run:
    """One station at work."""

    def __init__(self, scene):
        grid, place, name, seconds, more = scene
        self.name = f"{grid} {place} {name[:-4]}"
        self.seconds, self.place, self.pitch_mm = seconds, place, float(grid.split("x")[2])
        self.more = more
        self.station = Station()
        self.mat = Mat(self.station, "--grid", grid, "--place", place, "--feet", recording(name),
                       "--seconds", seconds, "--unplugged", *more)

    def begin(self):
        self.mat.wait("ready", 90)
        self.station.start_daemon()
        self.watch, self.out = self.station.start_watch()
        time.sleep(0.3)  # the watch is subscribed before the first frame
        self.mat.do("plug")

    def judge(self, checks):
        # a daemon under sanitizers may be late, but may not lose anything
        self.mat.wait("done", self.seconds + 20)
        time.sleep(0.3 * PATIENCE)
        counters = self.station.status()["mat"]
        code = interrupt(self.watch)
        self.mat.stop()
        errors = compare(read_jsonl(self.out), self.mat.truths())
        judge(checks, self.name, errors, self.pitch_mm, touching=self.place == "touching")
        checks.equal(counters["lost_frames"], 0, f"{self.name}: lost_frames")
        noise = 10 if "--noise" in self.more else 0
        checks.check(counters["bad_frames"] <= noise,
                     f"{self.name}: {counters['bad_frames']} bad_frames, {noise} may be noise")
        checks.equal(code, 130, f"{self.name}: exit code of an interrupted watch")
        self.station.close()


def main():
    need("stanced", "stance")
    scenes = SCENES
    if "--all" in sys.argv:
        names = [f"PDS13{e}{s}{n}.csv" for e, s, n in
                 (("C", "R", 1), ("C", "R", 2), ("O", "R", 1), ("O", "R", 2), ("C", "F", 1),
                  ("O", "F", 1))]
        scenes = [(g, p, n, 60, m) for g, p, _, _, m in SCENES for n in names]
    elif len(sys.argv) > 1:
        scenes = [s for s in SCENES if all(word in s for word in sys.argv[1:])]
    checks = Checks()
    size = 11 if PATIENCE == 1 else 4
    for k in range(0, len(scenes), size):
        runs = [Run(scene) for scene in scenes[k:k + size]]
        for run in runs:
            run.begin()
        for run in sorted(runs, key=lambda run: run.seconds):
            try:
                run.judge(checks)
            except Exception:
                run.station.show_logs()
                raise
    checks.finish()


if __name__ == "__main__":
    main()
