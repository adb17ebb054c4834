"""`stance analyze frames`: made-up exports, packed and plain, bad ones, and real ones where they are
at hand: their totals must be those their makers' programs printed."""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

from station import BIN, Checks, need
import feet_model

TEKSCAN = ("DATA_TYPE MOVIE\nROWS 1\nCOLS 3\nROW_SPACING 5 mm\nCOL_SPACING 5 mm\n"
           "SECONDS_PER_FRAME 0.1\nUNITS KPa\nASCII_DATA @@\n\n"
           "Frame 1\nB,10,30\n\nFrame 2\n0,20,20\n@@\n")


def analyze(*words, data=None):
    return subprocess.run([BIN / "stance", "analyze", "frames", *map(str, words)], input=data,
                          capture_output=True, timeout=60)


def document(done):
    return json.loads(done.stdout) if done.returncode == 0 else {}


def made_up(checks, folder):
    plain, packed = folder / "a.asf", folder / "a.asf.gz"
    plain.write_text(TEKSCAN)
    packed.write_bytes(gzip.compress(TEKSCAN.encode()[:60]) + gzip.compress(TEKSCAN.encode()[60:]))
    one = document(analyze(plain, "--json"))
    checks.equal(one.get("schema"), "stance.frames/1", "the document's schema")
    checks.equal([f["force_n"] for f in one.get("frames", [])], [1.0, 1.0],
                 "kilopascals on 25 mm2 are newtons")
    checks.equal(one.get("frames", [{}])[0].get("cop_mm"), [3.75, 0], "the centre by hand")
    other = document(analyze(packed, "--json"))
    checks.equal({**other, "file": 0}, {**one, "file": 0}, "a gzip file of two members reads alike")
    piped = document(analyze("-", "--json", data=TEKSCAN.encode()))
    checks.equal(piped.get("frames"), one.get("frames"), "standard input reads alike")
    text = analyze(plain)
    checks.check(b"What this file cannot tell:" in text.stdout, "the text says what is not known")
    checks.check(b"too slow for sway" in text.stdout, "ten frames a second are too slow")


def bad_ones(checks, folder):
    for name, data, says in (
            ("cut.gz", gzip.compress(TEKSCAN.encode() * 50)[:-20], b"damaged or cut off"),
            ("row.asf", TEKSCAN.replace("0,20,20", "0,20").encode(), b":14: this row has 2 cells"),
            ("words.csv", b"some words\nmore\n", b"no export of frames"),
            ("none.asf", TEKSCAN.split("Frame 1")[0].encode(), b"there is no frame in it")):
        path = folder / name
        path.write_bytes(data)
        done = analyze(path, "--json")
        checks.equal(done.returncode, 8, f"{name} is refused")
        checks.check(says in done.stderr, f"{name}: says {done.stderr!r}")
        checks.equal(done.stdout, b"", f"{name}: no half a document")
    checks.equal(analyze().returncode, 2, "no file is wrong usage")
    checks.equal(analyze(folder / "absent").returncode, 1, "a file that is not there")


def worst_told(frames):
    """How far the file's own total forces are from ours, relative, of frames above 50 N."""
    pairs = [(p["told_force_n"], p["force_n"]) for f in frames for p in f["parts"]
             if p["told_force_n"] and p["force_n"] > 50]
    return max(abs(told / ours - 1) for told, ours in pairs), len(pairs)


def real_ones(checks):
    folder = feet_model.shared("reference")
    if not (folder / "footprints").exists():
        print("no recorded frames at hand; set STANCE_SHARED")
        return
    mats = folder / "mats/pressuRe_MIT"
    emed = document(analyze(mats / "emed_test.lst.gz", "--json"))
    checks.equal(emed.get("n"), 106, "pictures of the emed list")
    worst, n = worst_told(emed["frames"])
    checks.check(n > 90 and worst < 1e-3, f"emed's own forces: {n} pictures within {worst:.2g}")
    xsensor = document(analyze(mats / "xsensor_data.csv.gz", "--json"))
    worst, n = worst_told(xsensor["frames"])
    checks.check(n > 90 and worst < 0.01, f"XSENSOR's own loads: {n} sensors within {worst:.2g}")
    checks.check(0.4 < xsensor["left_frac_mean"] < 0.6, "who walks carries both sides alike")
    iscan = document(analyze(mats / "iscan_test.csv.gz", "--json"))
    checks.equal((iscan["n"], iscan["unit"], iscan["force_n_most"]), (309, "raw", None),
                 "raw counts of an I-Scan have no force")
    for side in "LR":
        walk = document(analyze(folder / f"footprints/fscan_walking/FrasP01{side}.asf", "--json"))
        checks.equal(walk["n"], 205, "frames of a walk")
        checks.check(600 < walk["force_n_most"] < 1100,
                     f"a person of 75 kg walks with {walk['force_n_most']} N at most")
        mean = document(analyze(folder / f"footprints/mun104/MUN104{side}.csv", "--json"))
        checks.equal((mean["n"], mean["format"]), (1, "matrix"), "a mean footprint is one matrix")
    feet = document(analyze(folder / "footprints/velostat_labelled/frames.csv", "--json"))
    share = {entry["label"]: entry["left_frac_mean"] for entry in feet["labels"]}
    print("left shares by label:", share)
    checks.check(share["inbalance_left"] > 0.7 and share["inbalance_right"] < 0.3 and
                 0.4 < share["correct_posture"] < 0.6, f"shares follow the labels: {share}")


def main():
    need("stance")
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        made_up(checks, pathlib.Path(folder))
        bad_ones(checks, pathlib.Path(folder))
    real_ones(checks)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main())
