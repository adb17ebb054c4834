"""Samples against the truth of the same scan: what both accuracy tests compute."""
from station import distance_mm, percentile


class Errors:
    """Errors of a stream, frame by frame, in millimetres and points."""

    def __init__(self):
        self.cop, self.share, self.foot, self.force = [], [], [], []
        self.missing, self.unknown, self.swaps, self.unsplit = 0, 0, 0, 0
        self.touch_flags, self.n, self.absent_cop = 0, 0, 0

    def add(self, sample, truth):
        self.n += 1
        self.touch_flags += "feet_touch" in sample["flags"]
        if sample["cop_mm"] is None:
            self.absent_cop += 1
            return
        self.cop.append(distance_mm(sample["cop_mm"], truth["cop_mm"]))
        if sample["force_n"] is not None:
            self.force.append(abs(sample["force_n"] - truth["force_n"]))
        if not sample["left"] or not sample["right"] or sample["left_frac"] is None:
            self.unsplit += 1
            return
        self.share.append(100 * abs(sample["left_frac"] - truth["left_frac"]))
        own = max(distance_mm(sample[s]["cop_mm"], truth[s]["cop_mm"]) for s in ("left", "right"))
        other = max(distance_mm(sample["left"]["cop_mm"], truth["right"]["cop_mm"]),
                    distance_mm(sample["right"]["cop_mm"], truth["left"]["cop_mm"]))
        self.swaps += other < own
        self.foot.append(own)

    def line(self):
        def worst(values):
            return f"{max(values):.3f}" if values else "none"
        return (f"{self.n} frames, {self.missing} missing, max errors: COP {worst(self.cop)} mm, "
                f"left share {worst(self.share)} points, per-foot COP {worst(self.foot)} mm "
                f"(median {percentile(self.foot, 50):.3f}), force {worst(self.force)} N, "
                f"{self.unsplit} unsplit, {self.swaps} swaps, "
                f"touch flag {100 * self.touch_flags / max(self.n, 1):.0f} %")


def compare(samples, truths, all_frames=True):
    """Match samples to truths by device_us. With `all_frames`, every good scan must be there;
    otherwise those between the first and the last sample."""
    errors = Errors()
    seen = set()
    previous = None
    for sample in samples:
        truth = truths.get(sample["device_us"])
        if (truth is None or truth.get("fate", "good") != "good"
                or sample["device_us"] in seen):
            errors.unknown += 1
            continue
        if previous and not (sample["t_s"] > previous["t_s"] and sample["seq"] > previous["seq"]):
            errors.unknown += 1
        previous = sample
        seen.add(sample["device_us"])
        if truth["cop_mm"]:
            errors.add(sample, truth)
    good = [us for us, t in truths.items() if t.get("fate", "good") == "good"]
    if not all_frames and seen:
        good = [us for us in good if min(seen) <= us <= max(seen)]
    errors.missing = sum(us not in seen for us in good)
    return errors


def judge(checks, name, errors, pitch_mm, touching=False, first=True):
    """Hold a stream to the limits of issue 2."""
    print(f"{name}: {errors.line()}", flush=True)
    checks.check(errors.n > 0, f"{name}: no samples")
    checks.equal(errors.missing, 0, f"{name}: good frames not shown")
    checks.equal(errors.unknown, 0, f"{name}: samples of no good frame or out of order")
    checks.equal(errors.absent_cop, 0, f"{name}: frames without a COP")
    checks.equal(errors.swaps, 0, f"{name}: left and right swapped")
    checks.check(max(errors.cop, default=9) <= 0.5,
                 f"{name}: COP off by {max(errors.cop, default=9):.3f} mm, limit 0.5")
    if touching:
        limit = 0.5 if pitch_mm <= 10 else 1.0
        middle = percentile(errors.foot, 50)
        checks.check(middle <= limit, f"{name}: median per-foot COP {middle:.3f} mm > {limit}")
        checks.check(errors.touch_flags >= 0.95 * errors.n,
                     f"{name}: feet_touch on {errors.touch_flags} of {errors.n} frames only")
        return
    limit = 1.0 if pitch_mm <= 10 else 1.5
    checks.equal(errors.unsplit, 0, f"{name}: frames without two feet")
    checks.check(max(errors.foot, default=9) <= limit,
                 f"{name}: per-foot COP off by {max(errors.foot, default=9):.3f} mm > {limit}")
    checks.check(max(errors.share, default=9) <= 0.2,
                 f"{name}: left share off by {max(errors.share, default=9):.3f} points > 0.2")
