"""`stance analyze cop`: both modes against references, bad input against what it must say.

Mode native against tests/support/sway_reference.py on made-up series, and on recorded ones where
they are at hand; mode quijoux against the reference code's published numbers.
"""
import csv
import json
import math
import random
import pathlib
import subprocess
import tempfile

from station import BIN, Checks, need
import feet_model
import sway_reference

TOLERANCE = 1e-9


def analyze(text, *words, name="-"):
    return subprocess.run([BIN / "stance", "analyze", "cop", name, *words], input=text,
                          capture_output=True, text=True, timeout=60)


def table(t, x, y, head="t_s,x_mm,y_mm"):
    return head + "\n" + "".join(f"{a!r},{b!r},{c!r}\n" for a, b, c in zip(t, x, y))


def walk(seed, n, rate, jitter=0.0):
    """A made-up standing person, to the digits that files carry."""
    rng, t, x, y = random.Random(seed), [], [], []
    a = b = c = d = 0.0
    for i in range(n):
        a, b = 0.99 * a + rng.gauss(0, 0.6), 0.99 * b + rng.gauss(0, 0.9)
        c, d = c + 0.2 * (a - c), d + 0.2 * (b - d)
        t.append(round((i + rng.uniform(-jitter, jitter)) / rate, 6))
        x.append(round(c, 5))
        y.append(round(d + 0.3 * c, 5))
    return t, x, y


def compare(checks, what, got, expected, tolerance=TOLERANCE):
    for key, value in expected.items():
        if value is None:
            checks.check(key in got and got[key] is None, f"{what}: {key} is absent")
            continue
        measured = got.get(key)
        good = measured is not None and abs(measured - value) <= tolerance * abs(value) + 1e-300
        checks.check(good, f"{what}: {key} is {measured}, expected {value}")


def native(checks):
    for seed, n, rate, jitter, cutoff in ((1, 1500, 50, 0, None), (2, 1499, 40, 0.3, 5),
                                          (3, 1001, 100, 0, 10), (4, 1111, 75, 0.2, None),
                                          (5, 1800, 33.3, 0, 7)):
        t, x, y = walk(seed, n, rate, jitter)
        done = analyze(table(t, x, y), "--json", "--cutoff-hz", str(cutoff or "none"))
        what = f"seed {seed}, {n} at {rate} Hz, cut-off {cutoff}"
        checks.equal(done.returncode, 0, f"{what}: {done.stderr}")
        got = json.loads(done.stdout)
        checks.equal((got["schema"], got["mode"], got["cutoff_hz"]),
                     ("stance.sway/1", "native", cutoff), f"{what}: head")
        checks.equal("resampled" in got["notes"], jitter > 0, f"{what}: resampled")
        checks.check({"sample_entropy_ml", "dfa_alpha_ap", "ttb_minimum_s",
                      "sway_density_peak_s"} <= set(got["exploratory"]), f"{what}: exploratory")
        compare(checks, what, got["metrics"], sway_reference.measure(t, x, y, cutoff))


def noise(checks):
    text = table(*walk(1, 1500, 50))
    plain = json.loads(analyze(text, "--json").stdout)
    checks.check(plain["metrics"]["mean_velocity_corrected_mm_s"] is None
                 and plain["noise_velocity_mm_s"] is None, "unknown noise is not subtracted")
    for speed in (4.0, 1000.0):
        got = json.loads(analyze(text, "--json", "--noise-mm-s", str(speed)).stdout)
        v = plain["metrics"]["mean_velocity_mm_s"]
        compare(checks, f"noise {speed}", got["metrics"], {
            "mean_velocity_mm_s": v,
            "mean_velocity_corrected_mm_s": math.sqrt(max(v * v - speed * speed, 0))})
        checks.equal(got["noise_velocity_mm_s"], speed, "noise in the document")


def people(checks):
    text = table(*walk(1, 3000, 50))
    got = json.loads(analyze(text, "--json", "--age", "30", "--sex", "F", "--condition",
                             "eo-firm").stdout)
    norm = got["norms"]["mean_velocity_mm_s"]
    value = got["metrics"]["mean_velocity_mm_s"]
    checks.check(norm["p5"] < norm["p50"] < norm["p95"] and norm["ages"] == "18-39", "norms")
    checks.equal(norm["percentile"] > 95, value > norm["p95"], "percentile")
    checks.check("force plates" in got["norms"]["notice"], "norms say where they come from")
    shown = analyze(text, "--age", "30", "--condition", "eo-firm")
    checks.check("force plates" in shown.stdout and "have less" in shown.stdout, "norms as text")
    checks.check("norms" not in json.loads(analyze(text, "--json").stdout), "no person, no norm")


def text_for_people(checks):
    for mode, words in (("native", ("95 % prediction ellipse", "mm2", "Exploratory", "low-pass")),
                        ("quijoux", ("fractal_dimension_ML_AND_AP", "(exploratory)", "cm/s"))):
        shown = analyze(table(*walk(2, 3000, 100)), "--mode", mode)
        checks.equal(shown.returncode, 0, f"{mode} as text: {shown.stderr}")
        for word in words:
            checks.check(word in shown.stdout, f"{mode} as text has {word!r}")
        checks.check(not any(line != line.rstrip() for line in shown.stdout.splitlines()),
                     f"{mode} as text ends lines without blanks")


HEAD = "t_s,x_mm,y_mm\n"


def rows(n=1000, rate=100.0):
    t, x, y = walk(9, n, rate)
    return [f"{a},{b},{c}" for a, b, c in zip(t, x, y)]


def changed(at, line, head=HEAD):
    lines = rows()
    lines[at] = line
    return head + "\n".join(lines) + "\n"


def refused(checks):
    """(what, text, words of the message); exit 8 and nothing on stdout."""
    lines = rows()
    few = rows(1000)
    cases = [
        ("empty", "", ("is empty", "t_s,x_mm,y_mm")),
        ("no names", "\n".join(lines), (":1:", "columns have no names")),
        ("wrong names", "time,copx,copy\n0,1,2\n", (":1:", "names no column t_s", "copx")),
        ("centimetres by name", "t_s,x_cm,y_cm\n0,1,2\n", ("names no column x_mm",)),
        ("a word", changed(7, "0.07,abc,1"), (":9:", "not a number in column x_mm")),
        ("no time", changed(7, ",1,1"), (":9:", "time is missing")),
        ("unsorted", changed(7, "0.05,1,1"), (":9:", "sort the rows")),
        ("duplicate", changed(7, "0.06,1,1"), (":9:", "twice")),
        ("far away", changed(7, "0.07,1e7,1"), (":9:", "millimetres")),
        ("three samples", HEAD + "\n".join(lines[:3]), ("3 samples", "too few")),
        ("half a second", HEAD + "\n".join(lines[:50]), ("50 samples", "too few")),
        ("a header alone", HEAD, ("0 samples",)),
        ("milliseconds", HEAD + "".join(f"{10 * i},{i % 3},{i % 5}\n" for i in range(2000)),
         ("is t_s in seconds",)),
        ("a sixth missing", HEAD + "\n".join(lines[:400] + lines[560:]),
         ("missing", "gap")),
        ("a tenth NaN", HEAD + "\n".join("%s,nan,nan" % line.split(",")[0] if i % 10 == 3
                                         else line for i, line in enumerate(few)),
         (":5:", "no COP", "100 of 1000")),
        ("a tenth unloaded", "t_s,x_mm,y_mm,force_n\n" + "\n".join(
            f"{line},{5 if i >= 900 else 700}" for i, line in enumerate(few)),
         (":902:", "below 20 N", "100 of 1000")),
        ("all NaN", HEAD + "".join(f"{i / 100},nan,\n" for i in range(1000)), ("no COP",)),
        ("a zip file", "PK\3\4\0\0\n", ("no text",)),
    ]
    for i, (what, text, words) in enumerate(cases):
        # both modes read by the same function; what is measured differs from the samples on
        for mode in ("native", "quijoux") if i % 3 == 0 else ("native",):
            done = analyze(text, "--json", "--mode", mode)
            checks.equal(done.returncode, 8, f"{what}, {mode}: exit code ({done.stderr.strip()})")
            checks.equal(done.stdout, "", f"{what}, {mode}: no document")
            for word in words:
                checks.check(word in done.stderr, f"{what}: {word!r} in {done.stderr!r}")


def marked(checks):
    """What is measured though something is odd says so."""
    t, x, y = walk(9, 3000, 100)
    lines = [f"{a},{b},{c}" for a, b, c in zip(t, x, y)]
    gap = HEAD + "\n".join(lines[:1000] + lines[1030:])
    nan = HEAD + "\n".join("%s,nan,nan" % line.split(",")[0] if i in (5, 6, 900) else line
                           for i, line in enumerate(lines))
    constant = HEAD + "".join(f"{i / 100},3.5,-2\n" for i in range(3000))
    small = table(t, [v / 10 for v in x], [v / 10 for v in y])
    metres = table(t, [v / 1000 for v in x], [v / 1000 for v in y])
    large = table(t, [v * 100 for v in x], [v * 100 for v in y])
    for what, text, notes in (("gap", gap, {"gaps", "resampled"}), ("NaN", nan, {"no_cop",
                              "resampled"}), ("constant", constant, {"constant"}),
                              ("centimetres", small, {"small"}), ("metres", metres, {"small"}),
                              ("too large", large, {"large"}), ("clean", table(t, x, y), set())):
        done = analyze(text, "--json")
        checks.equal(done.returncode, 0, f"{what}: {done.stderr}")
        got = json.loads(done.stdout)
        checks.equal(set(got["notes"]), notes, f"{what}: notes")
        checks.equal(bool(notes & {"small", "large"}), "warning" in done.stderr,
                     f"{what}: warned aloud")
        quijoux = analyze(text, "--json", "--mode", "quijoux")
        checks.equal(quijoux.returncode, 0, f"{what}, quijoux: {quijoux.stderr}")
        found = set(json.loads(quijoux.stdout)["notes"])
        checks.equal(found & {"small", "large", "constant", "no_cop"},
                     notes & {"small", "large", "constant", "no_cop"}, f"{what}, quijoux: notes")
        if what == "constant":
            m = got["metrics"]
            checks.check(m["path_mm"] == 0 and m["hull_mm2"] == 0, "constant: measured zeros")
            checks.check(all(m[k] is None for k in ("mean_frequency_hz", "sample_entropy_ml",
                                                    "dfa_alpha_ap", "pf50_ml_hz")),
                         "constant: the rest is absent")


def wrong_words(checks):
    text = table(*walk(1, 1500, 50))
    for words in (("--mode", "paper"), ("--cutoff-hz", "-1"), ("--cutoff-hz", "low"),
                  ("--cutoff-hz", "25"), ("--mode", "quijoux", "--cutoff-hz", "5"),
                  ("--age", "30"), ("--sex", "X"), ("--age", "30", "--condition", "moon"),
                  ("--noise-mm-s", "-1"), ("second.csv",)):
        done = analyze(text, *words)
        checks.equal(done.returncode, 2, f"{words}: exit code")
        checks.check(done.stderr.strip() and not done.stdout, f"{words}: said on stderr alone")
    missing = analyze("", name="/no/such/file.csv")
    checks.check(missing.returncode == 1 and "/no/such/file.csv" in missing.stderr, "no file")
    stance = [BIN / "stance", "analyze"]
    for words in ([], ["cpo", "x.csv"]):
        done = subprocess.run(stance + words, capture_output=True, text=True, timeout=60)
        checks.check(done.returncode == 2 and "cop" in done.stderr, f"analyze {words}")
    before = subprocess.run(stance + ["--json", "cop", "-"], input=text, capture_output=True,
                            text=True, timeout=60)
    checks.check(json.loads(before.stdout)["n"] == 1500, "an option before the word")


def outline(checks):
    """A square of 200 mm about a COP that goes straight to the right at 10 mm/s from x = -90."""
    t = [i / 50 for i in range(500)]
    text = table(t, [-90 + 10 * a for a in t], [0.01 * (i % 2) for i in range(500)])
    with tempfile.TemporaryDirectory() as folder:
        corners = pathlib.Path(folder) / "corners.csv"
        corners.write_text("x_mm,y_mm\n100,-100\n-100,100\n100,100\n0,0\n-100,-100\n")
        done = analyze(text, "--cutoff-hz", "none", "--outline", corners, "--json")
        metrics = json.loads(done.stdout)["metrics"]
        # the last but one sample is where a central difference still exists: x = 9.6 mm
        checks.check(abs(metrics["ttb_minimum_s"] - 9.04) < 1e-6,
                     f"time to boundary: {metrics['ttb_minimum_s']}")
        without = json.loads(analyze(text, "--json").stdout)["metrics"]
        checks.equal(without["ttb_minimum_s"], None, "without an outline")
        for bad in ("x_mm,y_mm\n0,0\n1,1\n", "a,b\n0,0\n", "x_mm,y_mm\n0,nan\n"):
            corners.write_text(bad)
            done = analyze(text, "--outline", corners)
            checks.equal(done.returncode, 8, f"outline {bad!r}: exit code")
            checks.check("corners.csv" in done.stderr and not done.stdout, "said on stderr")


def dialects(checks):
    """The same series however it is written gives the same document."""
    t, x, y = walk(4, 1500, 50)
    plain = analyze(table(t, x, y), "--json").stdout
    german = "y_mm;Note;X_MM;t_s\r\n" + "".join(
        f"{c};ok;{b};{a}\r\n".replace(".", ",") for a, b, c in zip(t, x, y))
    tabs = table(t, x, y).replace(",", "\t")
    forced = table(t, x, y).replace("y_mm\n", "y_mm,force_n\n", 1)
    forced = "\n".join(line + (",700" if i else "")
                       for i, line in enumerate(forced.strip().split("\n")))
    for what, text in (("semicolons", "\ufeff" + german), ("tabs", tabs), ("force", forced)):
        done = analyze(text, "--json")
        checks.equal(done.stdout, plain, f"{what}: the same document {done.stderr}")


def recorded(checks):
    """Recorded people, where they are at hand."""
    folder = feet_model.shared("reference/cop", "series")
    if not folder.exists():
        print(f"no recordings in {folder}; made-up series only")
        return
    published = json.loads((folder.parent / "published_bds.json").read_text())
    for trial in published:
        path = folder / f"{trial['trial']}.csv"
        done = analyze("", "--json", "--cutoff-hz", "none", name=path)
        got = json.loads(done.stdout)["metrics"]
        n = trial["N"]
        compare(checks, trial["trial"], got, {
            "ellipse95_mm2": 100 * trial["pub_area"],
            "mean_velocity_mm_s": 10 * trial["pub_velo"] * n / (n - 1),
            "mean_power_frequency_hz": trial["pub_mfreq"]}, 1e-6)
        if trial["trial"] in ("BDS00001", "BDS00043"):
            with open(path, newline="", encoding="ascii") as file:
                lines = list(csv.reader(file))[1:]
            columns = [[float(line[i]) for line in lines] for i in range(3)]
            compare(checks, trial["trial"], got,
                    sway_reference.measure(*columns, None, slow=False))


def main():
    need("stance")
    checks = Checks()
    for test in (native, noise, people, text_for_people, refused, marked, wrong_words, outline,
                 dialects, recorded):
        test(checks)
    checks.finish()


if __name__ == "__main__":
    main()
