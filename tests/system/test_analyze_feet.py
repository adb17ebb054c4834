"""`stance analyze feet`: documents against direct sums, and bad input against what it must say."""
import json
import random
import subprocess

from station import BIN, Checks, need
import body_reference
import feet_model

HEAD = "t_s,left_n,left_x_mm,left_y_mm,right_n,right_x_mm,right_y_mm\n"
WHO = ("--mass-kg", "80", "--stature-m", "1.75", "--sex", "M")


def analyze(text, *words, who=WHO, name="-"):
    return subprocess.run([BIN / "stance", "analyze", "feet", name, *who, *words], input=text,
                          capture_output=True, text=True, timeout=60)


def person(seed, n=3000, rate=100.0):
    """A made-up standing person: rows of the seven columns."""
    rng, rows, share, ap = random.Random(seed), [], 0.0, 0.0
    for i in range(n):
        share, ap = 0.98 * share + rng.gauss(0, 0.004), 0.98 * ap + rng.gauss(0, 0.6)
        left = 785 * (0.46 + share)
        rows.append([round(v, 4) for v in (i / rate, left, -88 + rng.gauss(0, 0.2), 41 + ap,
                                           785 - left, 91 + rng.gauss(0, 0.2), 44 + ap)])
    return rows


def table(rows):
    return HEAD + "".join(",".join(map(repr, row)) + "\n" for row in rows)


def mean(values):
    return sum(values) / len(values)


def expected(rows, ankles=None):
    left = [r[1] / (r[1] + r[4]) for r in rows]
    x = [(r[1] * r[2] + r[4] * r[5]) / (r[1] + r[4]) for r in rows]
    y = [(r[1] * r[3] + r[4] * r[6]) / (r[1] + r[4]) for r in rows]
    at = ankles or (mean([r[2] for r in rows]), 0, mean([r[5] for r in rows]), 0)
    return {"left_frac": mean(left), "right_frac": 1 - mean(left),
            "asymmetry_pct": 100 * (1 - 2 * mean(left)),
            "mass_kg": mean([r[1] + r[4] for r in rows]) / 9.80665,
            "com_ml_mm": mean(x) - (at[0] + at[2]) / 2, "stance_width_mm": at[2] - at[0],
            "com_ap_mm": mean(y) - (at[1] + at[3]) / 2 if ankles else None}


def compare(checks, what, got, wanted):
    for key, value in wanted.items():
        same = got[key] is None if value is None else (
            got[key] is not None and abs(got[key] - value) < 1e-8 * max(1, abs(value)))
        checks.check(same, f"{what}: {key} is {got[key]}, expected {value}")


def modelled(checks, what, got, ap_sd):
    """Every range within the sampling error of a second implementation's."""
    weight = got["weight"]
    spread = 2 * 1.959964
    wanted = body_reference.ranges({
        "sex": WHO[5], "stature_m": float(WHO[3]), "mass_kg": float(WHO[1]), "d": weight["com_ml_mm"],
        "d_sd": (weight["com_ml_mm_ci95"][1] - weight["com_ml_mm_ci95"][0]) / spread,
        "e": weight["com_ap_mm"], "e_sd": ap_sd, "right": weight["right_frac"],
        "right_sd": (weight["asymmetry_pct_ci95"][1] - weight["asymmetry_pct_ci95"][0]) / spread / 200,
        "width": weight["stance_width_mm"]}, 4000)
    for key, want in wanted.items():
        is_there = got["alignment"][key]
        if want is None or is_there is None:
            checks.equal(is_there, want, f"{what}: {key}")
            continue
        # sampling errors of both runs' quantiles, four of them, as parts of the range
        for name, value, part in zip(("p5", "median", "p95"), want, (.09, .07, .14)):
            checks.check(abs(is_there[name] - value) <= part * (want[2] - want[0]),
                         f"{what}: {key} {name} is {is_there[name]:.3f}, expected {value:.3f}")
    checks.check(got["alignment"]["inferable"] and got["alignment"]["not_inferable"], f"{what}: lists")
    for finding in got["findings"]:
        checks.check(finding["grade"] in "ABCD" and finding["text"] and finding["why"]["conditions"],
                     f"{what}: finding {finding}")
        checks.check("pelvi" not in finding["text"], f"{what}: one stance says nothing of the pelvis")


def measures(checks, what, rows):
    done = analyze(table(rows), "--json")
    checks.equal(done.returncode, 0, f"{what}: {done.stderr}")
    got = json.loads(done.stdout)
    checks.equal(got["schema"], "stance.feet/1", f"{what}: schema")
    modelled(checks, what, got, None)
    compare(checks, what, got["weight"], expected(rows))
    checks.check(got["weight"]["fore_frac"] is None, f"{what}: fore share needs ankles")
    low, high = got["weight"]["com_ml_mm_ci95"]
    checks.check(low < got["weight"]["com_ml_mm"] < high, f"{what}: interval")
    # the sway is that of the net COP
    net = "t_s,x_mm,y_mm\n" + "".join(
        f"{r[0]!r},{(r[1] * r[2] + r[4] * r[5]) / (r[1] + r[4])!r},"
        f"{(r[1] * r[3] + r[4] * r[6]) / (r[1] + r[4])!r}\n" for r in rows)
    cop = json.loads(subprocess.run([BIN / "stance", "analyze", "cop", "-", "--json"], input=net,
                                    capture_output=True, text=True, timeout=60).stdout)
    for key in ("path_mm", "ellipse95_mm2", "rms_ap_mm", "sample_entropy_ml"):
        compare(checks, f"{what}: sway", got["sway"]["metrics"], {key: cop["metrics"][key]})
    back = round(mean([r[3] for r in rows])) - 45.0
    ankles = (-95.0, back - 4, 96.0, back + 2)
    got = json.loads(analyze(table(rows), "--json", "--ankles=" + ",".join(map(str, ankles))).stdout)
    compare(checks, f"{what}, ankles", got["weight"], expected(rows, ankles))
    checks.check(0 < got["weight"]["fore_frac"] < 1, f"{what}: fore share with ankles")
    modelled(checks, f"{what}, ankles", got, 8.1)


def recorded(checks):
    folder = feet_model.shared("reference/cop", "feet")
    if not folder.exists():
        print(f"no recordings in {folder}; made-up people only")
        return
    for path in sorted(folder.glob("*.csv")):
        lines = path.read_text().splitlines()[1:]
        measures(checks, path.stem, [list(map(float, line.split(","))) for line in lines])


def marked(checks):
    rows = person(3)
    clean = analyze(table(rows), "--json")
    checks.equal((json.loads(clean.stdout)["quality"], clean.stderr),
                 ({"verdict": "good", "reasons": []}, ""), "clean")
    wrong = analyze(table(rows), "--json", who=("--mass-kg", "70") + WHO[2:])
    quality = json.loads(wrong.stdout)["quality"]
    checks.equal((wrong.returncode, quality["verdict"]), (0, "check"), "wrong mass: marked")
    checks.check("80.0 kg, 70.0 kg were entered" in wrong.stderr
                 and quality["reasons"][0] in wrong.stderr, f"wrong mass: {wrong.stderr}")
    shown = analyze(table(rows))
    for word in ("load on the left foot", "centre of mass", "kg", "mm/s"):
        checks.check(word in shown.stdout, f"as text has {word!r}")
    checks.check("ahead of the ankles" not in shown.stdout, "absent is not shown")


def unknown_person(checks):
    """Without sex and stature the ranges widen, and nothing fails."""
    rows = person(5)
    known = json.loads(analyze(table(rows), "--json", "--ankles=-95,0,96,0").stdout)["alignment"]
    done = analyze(table(rows), "--json", "--ankles=-95,0,96,0", who=("--mass-kg", "80"))
    if checks.equal(done.returncode, 0, f"neither sex nor stature: {done.stderr}"):
        unknown = json.loads(done.stdout)["alignment"]
        for key in ("lean_deg", "obliquity_from_shift_deg"):
            width = [a[key]["p95"] - a[key]["p5"] for a in (known, unknown)]
            checks.check(width[1] > width[0], f"{key} widens: {width}")
    shown = analyze(table(rows), "--research")
    checks.check("cannot tell its sign" in shown.stdout and "%BW m" in shown.stdout, "the research view says why")
    hidden = analyze(table(rows))
    checks.check("model ranges" in hidden.stdout and "adduction" not in hidden.stdout, "hidden elsewhere")


def refused(checks):
    rows = person(4, 500)
    lines = table(rows).splitlines(keepends=True)
    cases = [
        ("empty", "", 8, ("is empty",)),
        ("columns of a COP", "t_s,x_mm,y_mm\n0,1,2\n", 8, ("names no column left_n",)),
        ("unsorted", "".join(lines[:5] + [lines[3]] + lines[5:]), 8, (":6:", "sort the rows")),
        ("duplicate", "".join(lines[:5] + [lines[4]] + lines[5:]), 8, (":6:", "twice")),
        ("kilonewtons' inverse", lines[0] + "0,4e5,1,1,3e5,1,1\n", 8, (":2:", "in newtons")),
        ("three rows", "".join(lines[:4]), 8, ("3 samples", "too few")),
        ("empty plates", lines[0] + "".join(f"{i / 100},1,0,0,1,0,0\n" for i in range(500)), 8,
         ("500 of 500 rows have no COP",)),
        ("a word", "".join(lines[:3] + ["0.02,x,1,1,1,1,1\n"]), 8, (":4:", "not a number")),
    ]
    for what, text, code, words in cases:
        done = analyze(text, "--json")
        checks.equal((done.returncode, done.stdout), (code, ""), f"{what}: {done.stderr.strip()}")
        for word in words:
            checks.check(word in done.stderr, f"{what}: {word!r} in {done.stderr!r}")
    text = table(rows)
    for who, word in ((("--mass-kg", "80", "--stature-m", "175", "--sex", "M"), "say 1.75"),
                      (("--stature-m", "1.75", "--sex", "F"), "--mass-kg is missing"),
                      (("--mass-kg", "80", "--sex", "F", "--research"), "--research needs"),
                      (WHO[:5] + ("X",), "M or F"), (("--mass-kg", "0") + WHO[2:], "2 to 400"),
                      (WHO + ("--ankles", "1,2,3"), "XL,YL,XR,YR"),
                      (WHO + ("--ankles", "90,0,-90,0"), "to the right of")):
        done = analyze(text, who=who)
        checks.equal((done.returncode, done.stdout), (2, ""), f"{who}: usage")
        checks.check(word in done.stderr, f"{who}: {word!r} in {done.stderr!r}")


def unknown_sex(checks, rows):
    """What is measured is the same; what is modelled holds for both, so it is as wide at least."""
    known, unknown = (json.loads(analyze(table(rows), "--json", "--ankles", "-90,-40,90,-40",
                                         who=who).stdout) for who in (WHO, WHO[:4]))
    checks.equal((unknown["person"]["sex"], unknown["weight"]), (None, known["weight"]),
                 "measured without a sex")
    widths = [[a[key]["p95"] - a[key]["p5"] for key in a if isinstance(a[key], dict)]
              for a in (known["alignment"], unknown["alignment"])]
    checks.check(len(widths[0]) == len(widths[1]) > 3, "the same quantities are modelled")
    # 5 % for the sampling error of the quantiles
    checks.check(all(u > 0.95 * k for k, u in zip(*widths)) and sum(widths[1]) > sum(widths[0]),
                 f"the ranges are wider: {widths}")


def main():
    need("stance")
    checks = Checks()
    for seed in (1, 2):
        measures(checks, f"seed {seed}", person(seed))
    unknown_sex(checks, person(1))
    for test in (recorded, marked, unknown_person, refused):
        test(checks)
    checks.finish()


if __name__ == "__main__":
    main()
