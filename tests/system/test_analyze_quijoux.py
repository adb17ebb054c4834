"""`stance analyze cop --mode quijoux` against the reference code's own results on real recordings.

All 72 keys, in the reference's order, within 1e-9 relative (1e-6 for a principal direction near
zero, where the reference's arc cosine loses digits); again with times rounded to milliseconds and
from another origin. Then bad input.
"""
import csv
import json
import math
import pathlib
import subprocess
import tempfile

from station import BIN, Checks, feet_model, need, skip

RATES = {"BDS": 100.0, "quijoux_test": 100.0, "ttb": 120.0}
NEAR_ZERO_DEG = 1.0


def read_plain(path):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [tuple(float(cell) for cell in row[:3]) for row in rows]


def read_plate(path):
    """3000 samples of an unfiltered plate: COP from moments and force, about the file's mean."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    head = next(i for i, row in enumerate(rows) if "Fz" in [cell.strip() for cell in row])
    names = [cell.strip() for cell in rows[head]]
    columns = [names.index(name) for name in ("Mx", "My", "Fz")]
    cops = []
    for row in rows[head + 1:]:
        try:
            mx, my, fz = (float(row[column]) for column in columns)
        except (ValueError, IndexError):
            continue
        # ML from the moment about y, AP from that about x, metres; none without force
        cops.append((my / fz, mx / fz) if fz else (math.nan, math.nan))
    good = [cop for cop in cops if not math.isnan(cop[0])]
    mean = [math.fsum(axis) / len(good) for axis in zip(*good)]
    return [(i / 100.0, 1000.0 * (x - mean[0]), 1000.0 * (y - mean[1]))
            for i, (x, y) in enumerate(cops[4000:7000])]


def series_of(name):
    if name == "ttb_example_cop":
        return read_plain(feet_model.shared("reference/cop/base_of_support", "example_cop.csv"))
    if name == "quijoux_test":
        return read_plate(feet_model.shared("reference/cop/quijoux_raw", "test.csv"))
    return read_plain(feet_model.shared("reference/cop/series", f"{name}.csv"))


def analyze(path):
    return subprocess.run([BIN / "stance", "analyze", "cop", "--mode", "quijoux", "--json", path],
                          capture_output=True, text=True, timeout=60)


def write(path, rows, form="{!r}"):
    with open(path, "w") as file:
        file.write("t_s,x_mm,y_mm\n")
        for t, x, y in rows:
            file.write(f"{form.format(t)},{x!r},{y!r}\n")


def compare(checks, done, wanted, what):
    if not checks.equal(done.returncode, 0, f"{what}: exit, {done.stderr.strip()}"):
        return 0.0
    document = json.loads(done.stdout)
    checks.equal((document["schema"], document["mode"]), ("stance.sway/1", "quijoux"), what)
    checks.equal(list(document["metrics"]), list(wanted), f"{what}: keys")
    worst = 0.0
    for key, want in wanted.items():
        got = document["metrics"][key]
        limit = 1e-6 if key.startswith("principal") and want < NEAR_ZERO_DEG else 1e-9
        off = math.inf if got is None else abs(got - want) / abs(want)
        checks.check(off <= limit, f"{what}: {key} is {got!r}, not {want!r}")
        worst = max(worst, off)
    return worst


def against_reference(checks, folder, path):
    name = path.stem
    with open(path) as file:
        wanted = json.load(file)["modes"]["A_paper_default"]["descriptors"]
    checks.equal(len(wanted), 72, f"{name}: descriptors of the reference")
    rows = series_of(name)
    rate = next(rate for prefix, rate in RATES.items() if name.startswith(prefix))
    file = folder / f"{name}.csv"
    worst = 0.0
    write(file, rows)
    worst = max(worst, compare(checks, analyze(file), wanted, name))
    write(file, [(1000.0 + i / rate, x, y) for i, (_, x, y) in enumerate(rows)], "{:.3f}")
    worst = max(worst, compare(checks, analyze(file), wanted, f"{name}, milliseconds"))
    return worst


def write_text(path, text):
    path.write_text(text)
    return path


def bad_input(checks, folder):
    """Never a wrong number: an exit code and a sentence, or a result that is marked."""
    def line(i, x, y):
        return f"{i / 100:.2f},{x},{y}\n"

    def sway(i):
        return line(i, round(5 * math.sin(i / 40), 3), round(8 * math.cos(i / 67), 3))

    head = "t_s,x_mm,y_mm\n"
    refused = {
        "three samples": head + "".join(sway(i) for i in range(3)),
        "four seconds": head + "".join(sway(i) for i in range(400)),
        "times out of order": head + "".join(sway(i) for i in range(2000)) + sway(7),
        "a fifth missing": head + "".join(sway(i) for i in range(3000) if i // 300 % 5 != 2),
        "no such column": "t_s,x_cm,y_cm\n" + "".join(sway(i) for i in range(3000)),
        "letters": head + "".join(sway(i) for i in range(3000)) + "30.01,a,b\n",
        "nothing": "",
    }
    for what, text in refused.items():
        done = analyze(write_text(folder / "bad.csv", text))
        checks.check(done.returncode in (1, 2, 8), f"{what}: exit {done.returncode}")
        checks.check("bad.csv" in done.stderr and not done.stdout, f"{what}: says so")
    done = analyze(write_text(folder / "still.csv",
                              head + "".join(line(i, 1.5, -2.5) for i in range(3000))))
    checks.equal(done.returncode, 0, "a constant COP is measured")
    document = json.loads(done.stdout)
    checks.check({"constant", "undefined"} <= set(document["notes"]), "and marked constant")
    checks.equal(document["metrics"]["LFS_ML_AND_AP"], None, "and has no length over area")
    checks.equal(document["metrics"]["mean_velocity_ML"], 0, "and a measured zero velocity")
    done = analyze(write_text(folder / "cm.csv", head + "".join(
        line(i, round(0.2 * math.sin(i / 40), 4), round(0.3 * math.cos(i / 67), 4))
        for i in range(3000))))
    checks.check(done.returncode == 0 and "warning" in done.stderr
                 and "small" in json.loads(done.stdout)["notes"],
                 "centimetres given as millimetres are doubted")


def main():
    need("stance")
    checks = Checks()
    results = sorted(pathlib.Path(feet_model.shared("reference/cop/quijoux", "")).glob("*.json"))
    results = [path for path in results if path.stem != "extra_metrics"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        bad_input(checks, folder)
        if not results and not checks.failures:
            skip("no results of the reference code; set STANCE_SHARED")
        worst = max((against_reference(checks, folder, path) for path in results), default=0.0)
    print(f"{len(results)} recordings, all 72 descriptors: worst relative difference {worst:.2g}")
    checks.finish()


if __name__ == "__main__":
    main()
