"""The simulator through the daemon, against the simulator's own truth: a recording on three grids,
the model person on an ideal and on a resistive sheet, and damage on its wire."""
import sys
import time

from accuracy import compare, judge
from station import (BIN, Checks, Client, PATIENCE, Station, feet_model, need, percentile,
                     read_jsonl)

GRIDS = {"48x48x10": (48, 48, 10), "32x32x15": (32, 32, 15), "64x64x8": (64, 64, 8)}


class Run:
    """A simulator, a daemon and a watch."""

    def __init__(self, name, grid, *arguments, seconds=20):
        rows, cols, pitch_mm = GRIDS[grid]
        self.name, self.pitch_mm, self.seconds = name, pitch_mm, seconds
        self.station = Station()
        self.truth = self.station.path / "truth.jsonl"
        self.station.start_daemon()
        self.watch, self.out = self.station.start_watch()
        time.sleep(0.2)
        self.sim = self.station.start(
            [str(BIN / "stance-sim"), "--link", str(self.station.path / "mat"), "--rows", str(rows),
             "--cols", str(cols), "--pitch-mm", str(pitch_mm), "--rate-hz", "100", "--truth",
             str(self.truth), "--duration", str(seconds), *map(str, arguments)], "sim.log")

    def finish(self):
        """(samples, truths by device_us, counters); the watch ends with the mat gone (5) or so."""
        try:
            self.sim.wait(self.seconds + 25 * PATIENCE)
        finally:
            time.sleep(0.3 * PATIENCE)
        client = Client(self.station.socket)
        counters = client.call("status")["mat"]
        client.close()
        self.watch.send_signal(2)
        self.watch.wait(10)
        samples = read_jsonl(self.out)
        truths = {t["device_us"]: t for t in read_jsonl(self.truth)}
        return samples, truths, counters


def recorded(checks, run):
    samples, truths, counters = run.finish()
    errors = compare(samples, truths, all_frames=False)
    judge(checks, run.name, errors, run.pitch_mm)
    checks.check(errors.n >= 0.98 * 100 * run.seconds - 100,
                 f"{run.name}: {errors.n} frames of {run.seconds} s at 100 Hz")
    checks.equal((counters["lost_frames"], counters["bad_frames"]), (0, 0), f"{run.name}: losses")
    run.station.close()


def damaged(checks, run):
    samples, truths, counters = run.finish()
    errors = compare(samples, truths, all_frames=False)
    print(f"{run.name}: {errors.line()}; bad_frames {counters['bad_frames']}, lost_frames "
          f"{counters['lost_frames']}")
    checks.equal(errors.unknown, 0, f"{run.name}: samples of no frame")
    checks.check(counters["bad_frames"] > 0, f"{run.name}: nothing was damaged")
    checks.check(max(errors.cop, default=9) <= 0.5, f"{run.name}: a damaged frame was shown")
    checks.check(errors.missing <= counters["bad_frames"] + counters["lost_frames"],
                 f"{run.name}: more frames missing than damaged")
    run.station.close()


def resistive(checks, run):
    """A real sheet is no force plate: the total is unknown, shares and COP stay usable."""
    samples, truths, counters = run.finish()
    errors = compare(samples, truths, all_frames=False)
    print(f"{run.name}: {errors.line()}")
    checks.check(errors.n > 500, f"{run.name}: {errors.n} samples")
    checks.check(all(s["force_n"] is None and "uncalibrated" in s["flags"] for s in samples),
                 f"{run.name}: force without a calibration")
    checks.equal(errors.swaps, 0, f"{run.name}: swaps")
    # What calibration is for; only a coarse bound, so that a broken sheet is noticed.
    checks.check(percentile(errors.cop, 50) < 30, f"{run.name}: COP far off")
    run.station.close()


def main():
    need("stanced", "stance", "stance-sim")
    checks = Checks()
    seconds = 60 if "--all" in sys.argv else 20
    runs = []
    feet = feet_model.shared("reference/cop/feet")
    files = sorted(feet.glob("*.csv")) if feet.is_dir() else []
    if not files:
        print("no recordings in ../shared (STANCE_SHARED): the model person only")
    names = files if "--all" in sys.argv else files[:3]
    for k, path in enumerate(names):
        grid = list(GRIDS)[k % 3]
        runs.append((recorded, Run(f"{path.stem} on {grid}", grid, "--feet", path,
                                   seconds=seconds)))
    runs.append((recorded, Run("model person on 48x48x10", "48x48x10", "--seed", 11,
                               seconds=seconds)))
    runs.append((damaged, Run("1 % damaged", "48x48x10", "--seed", 12, "--faults", 0.01,
                              seconds=seconds)))
    runs.append((resistive, Run("model person on a resistive sheet", "48x48x10", "--seed", 13,
                                "--sensor", "resistive", seconds=seconds)))
    for judge_run, run in runs:
        try:
            judge_run(checks, run)
        except Exception:
            run.station.show_logs()
            raise
    checks.finish()


if __name__ == "__main__":
    main()
