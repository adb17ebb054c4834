"""Exports of trials and visits: every format read back by a reader that shares no code with its writer, and
compared with what the station shows; bad words, folders and codes. usage: test_exports.py [--all]

--all: the bundles, and bundles with a defect each, by two published validators of FHIR (tests/fhir), which npm
fetches into build/fhir.
"""
import base64
import csv
import datetime
import json
import shutil
import signal
import subprocess
import sys
import time

from station import BIN, PATIENCE, ROOT, Checks, Station, need

import edf_read
import fhir_check
import gdt_read

CODE = 'Ä-"7"'
FORMATS = "csv,edf,fhir,gdt"
# In bytes of a station's documents; the EDF+ signals and the table's columns that they hold.
SIGNALS = {"COP x": ("x_mm", 1), "COP y": ("y_mm", 1), "Force": ("force_n", 1),
           "Left share": ("left_frac", 100), "Fore share": ("fore_frac", 100),
           "Left force": ("left_n", 1), "Left COP x": ("left_x_mm", 1),
           "Left COP y": ("left_y_mm", 1), "Right force": ("right_n", 1),
           "Right COP x": ("right_x_mm", 1), "Right COP y": ("right_y_mm", 1),
           "Quality": ("flags", 1)}


def show(s, noun, number):
    return json.loads(s.stance(noun, "show", number, "--json").stdout)


def export(checks, s, noun, number, formats, out, *more):
    done = s.stance(noun, "export", number, "--format", formats, "--out", s.path / out, *more, "--json")
    checks.equal(done.returncode, 0, f"{noun} export {number} {formats}: {done.stderr}")
    files = json.loads(done.stdout)["files"] if done.returncode == 0 else []
    for name in files:
        checks.check((s.path / out / name).stat().st_size > 0, f"{name} is not empty")
    return files


# --- each format against what the station says ----------------------------------------------------

def table(path):
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [{k: (float(v) if v else None) for k, v in row.items()} for row in rows]


def series(client, number):
    rows, total = [], 1
    while len(rows) < total:
        page = client.call("trial.series", {"id": number, "from": len(rows)})
        total = page["total"]
        keys = [k for k, v in page.items() if isinstance(v, list)]
        rows += [dict(zip(keys, values)) for values in zip(*(page[k] for k in keys))]
    return rows


def check_csv(checks, s, client, number, out):
    rows, side = table(out / f"trial-{number}.csv"), json.loads((out / f"trial-{number}.json").read_text())
    wanted = series(client, number)
    checks.equal(len(rows), len(wanted), f"trial {number}: rows of the table")
    different = [(i, k) for i, (a, b) in enumerate(zip(rows, wanted)) for k in b
                 if a[k] != (None if k == "phase" and b[k] < 0 else b[k])]
    checks.equal(different[:3], [], f"trial {number}: the table is the series, digit for digit")
    checks.equal([c["name"] for c in side["columns"]], list(rows[0]), "the columns are described")
    shown = show(s, "trial", number)
    checks.equal(side["trial"], shown, "the result lies beside")
    checks.equal(side["protocol"], shown["protocol"], "and the protocol")
    checks.equal(side["sampling_frequency_hz"], shown["rate_hz"], "and the rate")
    checks.equal(side["calibration"], {"id": shown["calibration_id"], "state": shown["calibration_state"]},
                 "and the calibration")
    checks.check(side["device"]["serial"].startswith("SIM-") and side["versions"]["algorithm"],
                 f"and the device and versions: {side['device']}")
    start = datetime.datetime.fromisoformat(side["start_time"])
    late_s = (start - datetime.datetime.fromisoformat(shown["started"])).total_seconds()
    checks.within(abs(late_s - rows[0]["t_s"]), 1e-3, "start of the first row", "s")
    return rows


def check_edf(checks, number, out, rows, shown):
    edf = edf_read.read(out / f"trial-{number}.edf")
    worst, n = {}, 0
    for label, (key, factor) in SIGNALS.items():
        signal_of = edf["signals"][label]
        checks.equal(signal_of["rate_hz"], 100.0, f"{label}: rate")
        for row in rows:
            step = round((row["t_s"] - rows[0]["t_s"]) * 100)
            value = signal_of["values"][step]
            if row[key] is None or value is None:
                checks.check(row[key] is None and value is None, f"{label} at {step}: absent in both")
                continue
            n += 1
            worst[label] = max(worst.get(label, 0), abs(value - row[key] * factor) / signal_of["step"])
    # Half a step, and what eight characters of a header leave of a range's end.
    checks.within(max(worst.values()), 0.52, f"EDF+ of trial {number} against {n} numbers of the table", "steps")
    checks.check(all(a == float(i) for i, a in enumerate(edf["times"])), "records follow each other")
    start = datetime.datetime.fromisoformat(shown["started"]) + datetime.timedelta(seconds=rows[0]["t_s"])
    checks.check(abs((edf["start"] - start.replace(tzinfo=None)).total_seconds()) <= 1.0,
                 f"EDF+ start {edf['start']}, wanted {start}")
    code, sex, born, name = edf["patient"].split(" ")
    checks.equal((sex, born, name), ("F", "X", "X"), "EDF+ names nobody")
    checks.equal(code, "_-\"7\"", "EDF+ code, one character for one that ASCII has not")
    checks.check(edf["recording"].endswith(shown["protocol"]), f"EDF+ recording: {edf['recording']}")
    phases = [p["key"] for p in shown["phases"]] or [None]
    found = [note for note in edf["notes"] if note[2].startswith("measured")]
    checks.equal([note[2] for note in found], ["measured" + (f": {k}" if k else "") for k in phases],
                 "EDF+ stretches")
    for k, note in enumerate(found):
        of = [r["t_s"] - rows[0]["t_s"] for r in rows if r["phase"] == k]
        checks.within(max(abs(note[0] - of[0]), abs(note[1] - (of[-1] - of[0] + 0.01))), 2e-3,
                      f"stretch {k} begins and lasts as in the table", "s")
    checks.check(any(n[2].startswith(f"quality: {shown['quality']['verdict']}") for n in edf["notes"]),
                 "EDF+ tells the verdict")


def flat(part):
    """Metrics of a part by their keys, as the code system names them."""
    out = dict((part.get("sway") or {}).get("metrics") or {})
    for key, value in (part.get("weight") or {}).items():
        if isinstance(value, dict):
            word, unit = key.rsplit("_", 1)
            out.update({f"{word}_{side}_{unit}": v for side, v in value.items()})
        elif isinstance(value, list):
            out.update(zip((f"{key}_low", f"{key}_high"), value))
        else:
            out[key] = value
    return out


def components(observation):
    out = {}
    for c in observation.get("component", []):
        key = next(k for k in c if k.startswith("value"))
        value = c[key]["value"] if key == "valueQuantity" else c[key]
        out[c["code"]["coding"][0]["code"]] = value
    return out


def trace(checks, data, rows):
    words = data["data"].split(" ")
    checks.equal(data["period"], 10, "the trace's period")
    worst = max(abs(int(words[2 * i + axis]) * data["factor"] - row[key])
                for i, row in enumerate(rows) for axis, key in enumerate(("x_mm", "y_mm")))
    checks.equal(len(words), 2 * len(rows), "the trace is as long as the table")
    checks.within(worst, 0.00051, f"FHIR trace against {len(rows)} rows", "mm")


def check_part(checks, observation, wanted, rows, exploratory):
    got = components(observation)
    compared = 0
    for key, value in wanted.items():
        if value is None or key in exploratory:
            checks.check(key not in got, f"FHIR does not tell {key}")
            continue
        compared += 1
        near = key in got and abs(got[key] - value) <= 1e-10 * abs(value)
        checks.check(near, f"FHIR {key}: {got.get(key)} is {value}")
    if rows is not None:
        trace(checks, got["cop_trace"], rows)
    return compared


def load(checks, path):
    bundle = json.loads(path.read_text())
    checks.equal(fhir_check.problems(bundle)[:5], [], f"{path.name} as a bundle")
    kinds = {}
    for entry in bundle["entry"]:
        kinds.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return kinds


def check_fhir(checks, number, out, rows, shown):
    kinds = load(checks, out / f"trial-{number}.fhir.json")
    *parts, whole = kinds["Observation"]
    exploratory = set(shown["sway"]["exploratory"])
    checks.equal(kinds["Patient"][0]["identifier"][0]["value"], CODE, "FHIR patient's code")
    checks.equal(whole["status"], "final", "FHIR status")
    outcomes = dict(shown["outcomes"])
    if not parts:
        n = check_part(checks, whole, {**flat(shown), **outcomes}, [r for r in rows if r["phase"] == 0],
                       exploratory)
    else:
        n = check_part(checks, whole, {k: v for k, v in outcomes.items()
                                       if not k.startswith(("eo_", "ec_"))}, None, exploratory)
    for k, part in enumerate(parts):
        n += check_part(checks, part, flat(shown["phases"][k]), [r for r in rows if r["phase"] == k],
                        exploratory)
        checks.equal(components(part)["eyes"], shown["phases"][k]["condition"]["eyes"], "eyes of the part")
    print(f"  FHIR of trial {number}: {n} numbers", flush=True)
    checks.check(n > 20, "FHIR has numbers")
    checks.equal(kinds["DiagnosticReport"][0]["status"], "preliminary", "nobody signed")


def check_gdt(checks, number, out, shown):
    fields = gdt_read.read((out / f"trial-{number}.gdt").read_bytes())
    first = dict(reversed(fields))
    start = datetime.datetime.fromisoformat(shown["started"])
    checks.equal(first["8000"], "6310", "GDT record type")
    checks.equal(first["3000"], CODE, "GDT patient's number")
    checks.equal((first["6200"], first["6201"]), (f"{start:%d%m%Y}", f"{start:%H%M%S}"), "GDT date, time")
    tests = gdt_read.values(fields)
    parts = {shown["protocol"]: {**flat(shown), **shown["outcomes"]}}
    if shown["phases"]:
        parts[shown["protocol"]] = shown["outcomes"]
        parts.update({f"{shown['protocol']}-{p['key']}": flat(p) for p in shown["phases"]})
    words = {"V": "mean_velocity_mm_s", "A": "ellipse95_mm2", "L": "left_frac", "X": "com_ml_mm",
             "M": "mass_kg", "SX": "rms_ml_mm", "SY": "rms_ap_mm", "RV": "romberg_velocity",
             "RA": "romberg_area"}
    for name, test in tests.items():
        part, word = name.rsplit(".", 1)
        value = parts[part][words[word]]
        decimals = len(test["8420"].partition(".")[2])
        checks.check(abs(float(test["8420"]) - value) <= 0.5001 * 10 ** -decimals,
                     f"GDT {name}: {test['8420']} is {value}")
    checks.check(len(tests) >= 5, f"GDT has values: {list(tests)}")
    text = " ".join(value for key, value in fields if key == "6228")
    checks.check(shown["quality"]["verdict"] in text and "no diagnosis" in text, f"GDT text: {text}")


def good_trials(checks, s, client, numbers):
    for number in numbers:
        files = export(checks, s, "trial", number, FORMATS, "out")
        checks.equal(files, [f"trial-{number}.{end}" for end in
                             ("csv", "json", "edf", "fhir.json", "gdt")], "the files")
        shown = show(s, "trial", number)
        rows = check_csv(checks, s, client, number, s.path / "out")
        check_edf(checks, number, s.path / "out", rows, shown)
        check_fhir(checks, number, s.path / "out", rows, shown)
        check_gdt(checks, number, s.path / "out", shown)


# --- visits --------------------------------------------------------------------------------------

def whole_visit(checks, s, numbers, voided):
    files = export(checks, s, "visit", 1, FORMATS, "visit")
    for number in numbers:
        checks.check(f"trial-{number}.edf" in files, f"trial {number} is in the visit's export")
    checks.check(f"trial-{voided}.csv" not in files, "a voided trial is not")
    kinds = load(checks, s.path / "visit/visit-1.fhir.json")
    checks.equal(len(kinds["DiagnosticReport"][0]["result"]), len(numbers), "the report's results")
    checks.equal(len(kinds["Device"]), 1, "one mat")
    shown = show(s, "visit", 1)
    checks.equal(json.loads((s.path / "visit/visit-1.json").read_text()), shown, "the visit's document")
    tests = gdt_read.values(gdt_read.read((s.path / "visit/visit-1.gdt").read_bytes()))
    mean = next(m for m in shown["means"] if m["protocol"] == "quiet-eo")["metrics"]["mean_velocity_mm_s"]
    checks.within(abs(float(tests["quiet-eo.V"]["8420"]) - mean["mean"]), 0.0501, "GDT mean velocity", "mm/s")
    checks.check(tests["quiet-eo.V"]["8470"].startswith("mean of"), "GDT says what it is a mean of")


def with_report(checks, s, number):
    pdf = s.path / "report.pdf"
    pdf.write_bytes(b"%PDF-1.4\n" + bytes(range(256)) * 40)
    export(checks, s, "trial", number, "fhir", "pdf", "--report", pdf, "--codes", "loinc,snomed")
    kinds = load(checks, s.path / f"pdf/trial-{number}.fhir.json")
    form = kinds["DiagnosticReport"][0]["presentedForm"][0]
    checks.equal(base64.b64decode(form["data"]), pdf.read_bytes(), "the PDF in the bundle")
    systems = {c["system"] for o in kinds["Observation"] for part in o.get("component", [])
               for c in part["code"]["coding"]}
    checks.check({"http://loinc.org", "http://snomed.info/sct"} <= systems, f"codes as asked: {systems}")
    plain = (s.path / f"out/trial-{number}.fhir.json").read_text()
    checks.check("loinc" not in plain and "snomed" not in plain, "no foreign codes unless asked")
    pdf.write_text("hello")
    refused(checks, s, ["trial", "export", number, "--format", "fhir", "--out", s.path / "x", "--report",
                        pdf], 2, ["no PDF"], "a report that is none")


# --- trials that are not good ---------------------------------------------------------------------

def odd_trials(checks, s, client, interrupted, voided, anonymous, emoji):
    export(checks, s, "trial", interrupted, FORMATS, "odd")
    kinds = load(checks, s.path / f"odd/trial-{interrupted}.fhir.json")
    observation = kinds["Observation"][-1]
    checks.equal((observation["status"], "dataAbsentReason" in observation), ("cancelled", True),
                 "an interrupted trial in FHIR")
    checks.check("mean_velocity_mm_s" not in components(observation), "has no numbers")
    checks.check(observation["note"], "and says why")
    tests = gdt_read.values(gdt_read.read((s.path / f"odd/trial-{interrupted}.gdt").read_bytes()))
    checks.equal(tests, {}, "nor has its GDT answer")
    export(checks, s, "trial", voided, "fhir", "odd")
    kinds = load(checks, s.path / f"odd/trial-{voided}.fhir.json")
    checks.equal(kinds["Observation"][-1]["status"], "entered-in-error", "a voided trial in FHIR")
    export(checks, s, "trial", anonymous, "csv,edf,fhir", "odd")
    kinds = load(checks, s.path / f"odd/trial-{anonymous}.fhir.json")
    checks.check("Patient" not in kinds and "subject" not in kinds["Observation"][-1], "nobody in FHIR")
    edf = edf_read.read(s.path / f"odd/trial-{anonymous}.edf")
    checks.equal(edf["patient"], "X X X X", "nobody in EDF+")
    refused(checks, s, ["trial", "export", anonymous, "--format", "gdt", "--out", s.path / "odd"], 1,
            ["anonymous"], "an answer about nobody")
    export(checks, s, "trial", emoji, "csv,edf,fhir", "odd")
    kinds = load(checks, s.path / f"odd/trial-{emoji}.fhir.json")
    checks.equal(kinds["Patient"][0]["identifier"][0]["value"], "🦶 7", "an emoji in FHIR")
    refused(checks, s, ["trial", "export", emoji, "--format", "gdt", "--out", s.path / "odd"], 1,
            ["character"], "an emoji in GDT")


def raw_counts(checks):
    """A mat without a calibration: no force anywhere, and no zero in its place."""
    with Station() as s:
        s.start([str(BIN / "stance-sim"), "--link", str(s.path / "mat"), "--mass-kg", "70", "--sensor",
                 "resistive", "--seed", "5"], "sim.log")
        s.start_daemon()
        s.wait_state("streaming")
        number = run(checks, s, "quiet-eo")
        export(checks, s, "trial", number, "csv,edf,fhir", "raw")
        rows = table(s.path / f"raw/trial-{number}.csv")
        checks.check(all(r["force_n"] is None and r["left_n"] is None for r in rows), "no force in the table")
        checks.check(all(r["x_mm"] is not None for r in rows[5:]), "but a COP")
        edf = edf_read.read(s.path / f"raw/trial-{number}.edf")
        checks.check(set(edf["signals"]["Force"]["values"]) == {None}, "no force in EDF+")
        kinds = load(checks, s.path / f"raw/trial-{number}.fhir.json")
        got = components(kinds["Observation"][-1])
        checks.check("measured_mass_kg" not in got and "left_frac" in got, f"no mass in FHIR: {sorted(got)}")
        checks.equal(got["calibration_state"], "none", "and FHIR says that nothing is calibrated")


# --- words and folders ---------------------------------------------------------------------------

def refused(checks, s, words, code, says, what):
    done = s.stance(*words)
    checks.equal(done.returncode, code, f"{what}: {done.stderr.strip()}")
    for word in says:
        checks.check(word in done.stderr, f"{what} says {word!r}: {done.stderr.strip()!r}")


def wrong_words(checks, s, number):
    out = ["--out", s.path / "x"]
    trial = ["trial", "export", number]
    refused(checks, s, [*trial, "--format", "pdf", *out], 2, ["pdf", "csv,edf,fhir,gdt"], "no such format")
    refused(checks, s, [*trial, "--format", "csv,", *out], 2, ["csv,edf"], "a list that ends with a comma")
    refused(checks, s, [*trial, "--format", "", *out], 2, ["csv,edf"], "no format")
    refused(checks, s, [*trial, "--format", "csv"], 2, ["--out"], "no folder")
    refused(checks, s, ["visit", "export", "--format", "csv", *out], 2, ["visit"], "no visit")
    refused(checks, s, ["trial", "export", "999", *out], 1, ["999"], "an unknown trial")
    refused(checks, s, ["visit", "export", "999", *out], 1, ["999"], "an unknown visit")
    refused(checks, s, [*trial, "--format", "csv", *out, "--codes", "loinc"], 2, ["fhir"], "codes of csv")
    refused(checks, s, [*trial, "--format", "fhir", *out, "--codes", "icd"], 2, ["loinc"], "other codes")
    checks.check(not (s.path / "x").exists(), "nothing was written")
    refused(checks, s, ["patient", "add", "P" * 300], 2, ["300"], "a code of 300 characters")


def folders(checks, s, number):
    words = ["trial", "export", number, "--format", FORMATS, "--out", s.path / "out"]
    before = {f.name: f.read_bytes() for f in (s.path / "out").iterdir()}
    (s.path / "out" / f"trial-{number}.csv").unlink()
    refused(checks, s, words, 1, ["--force", "nothing was written"], "files that are there")
    checks.check(not (s.path / "out" / f"trial-{number}.csv").exists(), "nothing was written")
    done = s.stance(*words, "--force")
    checks.equal(done.returncode, 0, f"--force: {done.stderr}")
    after = {f.name: f.read_bytes() for f in (s.path / "out").iterdir()}
    checks.equal({k for k in before if before[k] != after.get(k)}, set(), "the same export twice")
    checks.equal(set(after), set(before), "and no other file")
    (s.path / "file").write_text("x")
    refused(checks, s, [*words[:-1], s.path / "file"], 1, ["file"], "a folder that is a file")
    refused(checks, s, [*words[:-1], "/proc/nowhere"], 1, ["/proc"], "a folder that cannot be")
    checks.equal(list((s.path / "out").glob(".*")), [], "no part of a file is left")


def full_disk(checks, s, number):
    """As a full disk: no file may grow beyond a few kilobytes."""
    limit = ("import os,resource,signal,sys;signal.signal(signal.SIGXFSZ,signal.SIG_IGN);"
             "resource.setrlimit(resource.RLIMIT_FSIZE,(8192,8192));os.execv(sys.argv[1],sys.argv[1:])")
    out = s.path / "small"
    done = subprocess.run([sys.executable, "-c", limit, str(BIN / "stance"), "--socket", str(s.socket),
                           "trial", "export", str(number), "--format", "gdt,csv", "--out", str(out)],
                          capture_output=True, text=True, timeout=30)
    checks.equal(done.returncode, 1, f"a full disk: {done.stderr.strip()}")
    checks.check(f"trial-{number}.csv" in done.stderr, f"names the file: {done.stderr.strip()!r}")
    checks.equal(sorted(f.name for f in out.iterdir()), [], "a full disk keeps no half of a file")


def signed_visit(checks, s, client):
    """More of it is in test_export_signed.py; here for the validators."""
    for version, folder, status in ((1, "signed", "final"), (2, "amended", "amended")):
        client.call("report.sign" if version == 1 else "report.amend", {"visit": 1, "operator": "A. Meyer", "comment": "x"}, 20)
        export(checks, s, "visit", 1, "fhir", folder)
        kinds = load(checks, s.path / folder / "visit-1.fhir.json")
        checks.equal(kinds["DiagnosticReport"][0]["status"], status, f"version {version} of the report")


# --- the published validators ---------------------------------------------------------------------

def published(checks, s):
    build, source = ROOT / "build/fhir", ROOT / "tests/fhir"
    if not shutil.which("npm"):
        print("skipped: the validators of FHIR need npm")
        return
    build.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "validate.js"):
        shutil.copy(source / name, build / name)
    if not (build / "node_modules/@medplum/core").exists():
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=build,
                              capture_output=True, text=True, timeout=600)
        if not checks.equal(done.returncode, 0, f"npm ci: {done.stderr[-500:]}"):
            return
    good = [*(s.path / "out").glob("*.fhir.json"), *(s.path / "odd").glob("*.fhir.json"),
            *(s.path / "pdf").glob("*.fhir.json"), *(s.path / "visit").glob("*.fhir.json"),
            *(s.path / "signed").glob("*.fhir.json"), *(s.path / "amended").glob("*.fhir.json")]
    done = subprocess.run(["node", "validate.js", *good], cwd=build, capture_output=True, text=True,
                          timeout=600)
    checks.equal((done.returncode, done.stdout[:500]), (0, ""), f"{len(good)} bundles: {done.stderr[-300:]}")
    bad = s.path / "bad"
    bad.mkdir()
    subprocess.run([sys.executable, source / "mutate.py", s.path / "visit/visit-1.fhir.json", bad], check=True)
    for path in sorted(bad.iterdir()):
        done = subprocess.run(["node", "validate.js", path], cwd=build, capture_output=True, text=True,
                              timeout=600)
        checks.check(done.returncode == 1 and path.name in done.stdout, f"{path.name} is found out")
    print(f"  {len(good)} bundles pass two validators, {len(list(bad.iterdir()))} with a defect do not")


# --- a station with trials ------------------------------------------------------------------------

def run(checks, s, protocol, *more):
    done = s.stance("trial", "run", "--protocol", protocol, "--duration", "1.5", "--settle", "0.2", *more,
                    "--json")
    checks.equal(done.returncode, 0, f"trial run {protocol}: {done.stderr[-300:]}")
    return json.loads(done.stdout)["id"]


def run_and_break(s, *more):
    process = s.start([str(BIN / "stance"), "--socket", str(s.socket), "trial", "run", "--protocol",
                       "quiet-eo", *more], "broken.log")
    end_s = time.monotonic() + 20 * PATIENCE
    while "measuring" not in s.log("broken.log") and time.monotonic() < end_s:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    process.wait(20)
    return json.loads(s.stance("trial", "list", "--limit", "1", "--json").stdout)["trials"][0]["id"]


def main():
    need("stanced", "stance", "stance-sim")
    checks = Checks()
    with Station() as s:
        s.start([str(BIN / "stance-sim"), "--link", str(s.path / "mat"), "--mass-kg", "70", "--left-frac",
                 "0.54", "--seed", "3"], "sim.log")
        config = s.path / "station.conf"
        config.write_text("[station]\nclock = trusted\n")
        s.start_daemon("--config", config)
        s.wait_state("streaming")
        s.stance("patient", "add", CODE, "--sex", "F", "--born", "1960")
        s.stance("patient", "add", "🦶 7")
        s.stance("visit", "start", "--patient", CODE)
        person = ("--patient", CODE, "--visit", "1")
        numbers = [run(checks, s, "quiet-eo", *person), run(checks, s, "romberg", *person)]
        interrupted = run_and_break(s, *person)
        voided = run(checks, s, "quiet-ec", *person)
        s.stance("trial", "void", voided, "--reason", "spoke \"loudly\"", "--yes")
        anonymous = run(checks, s, "quiet-eo")
        emoji = run(checks, s, "quiet-eo", "--patient", "🦶 7")
        client = s.client()
        good_trials(checks, s, client, numbers)
        whole_visit(checks, s, [*numbers, interrupted], voided)
        with_report(checks, s, numbers[0])
        odd_trials(checks, s, client, interrupted, voided, anonymous, emoji)
        wrong_words(checks, s, numbers[0])
        folders(checks, s, numbers[0])
        full_disk(checks, s, numbers[0])
        signed_visit(checks, s, client)
        if "--all" in sys.argv:
            published(checks, s)
        client.close()
    raw_counts(checks)
    checks.finish()


if __name__ == "__main__":
    main()
