"""`stance trial`, `visit` and `patient` as a technician or a script would use them: exit codes, what goes
where, with a daemon and without, exports that can be read again."""
import csv
import json
import os
import pty
import select
import signal
import subprocess
import time

from station import BIN, Checks, PATIENCE, Station, need

QUICK = ("--protocol", "quiet-eo", "--duration", "2", "--settle", "0")


def document(checks, done, schema, what):
    if not checks.equal(done.returncode, 0, f"{what}: {done.stderr}"):
        return {}
    try:
        value = json.loads(done.stdout)
    except ValueError:
        checks.check(False, f"{what}: stdout is no JSON document: {done.stdout[:80]!r}")
        return {}
    checks.equal(value.get("schema"), schema, f"{what}: schema")
    return value


def refused(checks, done, code, words, what):
    checks.equal(done.returncode, code, f"{what}: {done.stderr.strip()}")
    for word in words:
        checks.check(word in done.stderr, f"{what} says {word!r}: {done.stderr.strip()!r}")
    checks.equal(done.stdout, "", f"{what}: nothing on stdout")


def wrong_words(checks, s):
    refused(checks, s.stance("trial"), 2, ["--help"], "trial without a word")
    refused(checks, s.stance("trial", "lsit"), 2, ["list"], "a misspelled word")
    refused(checks, s.stance("trial", "run"), 2, ["--protocol"], "run without a protocol")
    refused(checks, s.stance("trial", "run", "--protocol", "quite-eo"), 2, ["quiet-eo"],
            "an unknown protocol")
    refused(checks, s.stance("trial", "list", "--protocol", "mctsip"), 2, ["mctsib"],
            "list of an unknown protocol")
    refused(checks, s.stance("trial", "run", *QUICK, "--pain", "11"), 2, ["0 to 10"], "pain 11")
    refused(checks, s.stance("trial", "run", *QUICK, "--duration", "x"), 2, ["seconds"], "duration x")
    refused(checks, s.stance("trial", "show", "seven"), 2, ["number"], "show seven")
    refused(checks, s.stance("trial", "void", "1"), 2, ["--reason"], "void without a reason")
    refused(checks, s.stance("trial", "export", "1"), 2, ["--out"], "export without a folder")
    refused(checks, s.stance("patient", "add"), 2, ["code"], "add without a code")
    refused(checks, s.stance("visit", "start"), 2, ["--patient"], "visit without a patient")
    listed = s.stance("trial", "run", "--list")
    checks.check(listed.returncode == 0 and "romberg" in listed.stdout, "trial run --list")
    keys = {p["key"] for p in document(checks, s.stance("protocols", "--json"),
                                       "stance.protocols/1", "protocols").get("protocols", [])}
    checks.check(len(keys) >= 21 and {"quiet-eo", "mctsib", "los"} <= keys, "protocols --json")


def without_daemon(checks, s):
    refused(checks, s.stance("trial", "run", *QUICK), 9, ["not running"], "run without a daemon")
    refused(checks, s.stance("record", "-o", "x.srec"), 9, ["not running"], "record without one")
    refused(checks, s.stance("trial", "list"), 9, ["no store"], "list without daemon and store")
    checks.check(not (s.path / "state/stance/stance.db").exists(), "reading made no store")


def patients(checks, s):
    added = s.stance("patient", "add", "P-7", "--sex", "F", "--born", "1970", "--stature-m", "1.70",
                     "--mass-kg", "70", "--json")
    patient = document(checks, added, "stance.patient/1", "patient add")
    checks.equal((patient.get("sex"), patient.get("birth_year"), patient.get("stature_m")),
                 ("F", 1970, 1.7), "the patient")
    checks.check("no daemon" in added.stderr, "says that the store was opened itself")
    refused(checks, s.stance("patient", "add", "P-7", "-q"), 1, ["already"], "a code twice")
    refused(checks, s.stance("patient", "add", "P-8", "--stature-m", "170", "-q"), 2, ["1.70"],
            "centimetres for metres")
    refused(checks, s.stance("patient", "add", "P-8", "--born", "2970", "-q"), 2, ["birth_year"],
            "a year to come")
    refused(checks, s.stance("patient", "add", " P-8", "-q"), 2, ["blank"], "a code with a blank")
    refused(checks, s.stance("patient", "add", "x" * 65, "-q"), 2, ["64"], "a long code")
    refused(checks, s.stance("patient", "show", "P-9", "-q"), 1, ["P-9"], "an unknown patient")
    checks.equal(s.stance("patient", "add", "Zoë ß").returncode, 0, "a code in UTF-8")
    listed = document(checks, s.stance("patient", "list", "--json"), "stance.patients/1", "list")
    checks.equal([p["code"] for p in listed.get("patients", [])], ["P-7", "Zoë ß"], "patients")
    checks.equal((s.path / "state/stance/stance.db").stat().st_mode & 0o777, 0o600, "mode of the store")


def without_mat(checks, s):
    s.start_daemon()
    begun_s = time.monotonic()
    refused(checks, s.stance("trial", "run", *QUICK), 3, ["No mat"], "run without a mat")
    checks.check(time.monotonic() - begun_s < 8 * PATIENCE, "and says so soon")


def start_sim(s, *more):
    sim = s.start([str(BIN / "stance-sim"), "--link", str(s.path / "mat"), "--rows", "32", "--cols",
                   "32", "--pitch-mm", "15", "--rate-hz", "100", "--seed", "3", "--mass-kg", "70",
                   *more], "sim.log")
    s.wait_state("streaming")
    return sim


def runs(checks, s):
    done = s.stance("trial", "run", *QUICK, "--patient", "P-7", "--operator", "Jo", "--footwear",
                    "barefoot", "--pain", "3", "--json")
    trial = document(checks, done, "stance.trial/1", "trial run")
    for word in ("measuring", "storing", "still"):
        checks.check(word in done.stderr, f"progress says {word}: {done.stderr!r}")
    checks.check("\r" not in done.stderr and "\033" not in done.stderr, "plain progress off a terminal")
    checks.check(trial.get("quality", {}).get("verdict") in ("good", "check"), "verdict")
    checks.equal((trial.get("patient"), trial.get("operator"), trial["condition"]["footwear"],
                  trial["condition"]["pain"]), ("P-7", "Jo", "barefoot", 3), "what was said")
    checks.within(abs(trial["weight"]["mass_kg"] - 70), 1, "mass", "kg")
    bare = document(checks, s.stance("trial", "run", *QUICK, "--json"), "stance.trial/1", "as asked")
    open_ = document(checks, s.stance("trial", "run", *QUICK, "--footwear", "unknown", "--json"),
                     "stance.trial/1", "left open")
    checks.equal((bare["condition"]["footwear"], open_["condition"]["footwear"]), ("barefoot", None),
                 "footwear that is not said")
    said = s.stance("trial", "run", *QUICK, "-q")
    checks.equal((said.returncode, said.stderr), (0, ""), "run --quiet")
    for word in ("verdict", "mm/s", "anonymous", "left foot"):
        checks.check(word in said.stdout, f"the summary says {word}: {said.stdout!r}")
    refused(checks, s.stance("trial", "run", *QUICK, "--patient", "P-9"), 1, ["P-9"],
            "a trial of nobody known")
    tried = document(checks, s.stance("trial", "run", *QUICK, "--patient", "P-7", "--practice", "--json"),
                     "stance.trial/1", "a practice trial")
    checks.equal((tried.get("voided"), tried.get("void_reason")), (True, "practice"), "voided from its begin")
    return trial["id"]


def stored(checks, s, first):
    listed = document(checks, s.stance("trial", "list", "--json"), "stance.trials/1", "trial list")
    ids = [t["id"] for t in listed["trials"]]
    checks.equal(ids, sorted(ids, reverse=True), "the newest first")
    mine = document(checks, s.stance("trial", "list", "--patient", "P-7", "--json"),
                    "stance.trials/1", "a patient's trials")["trials"]
    checks.equal([t["id"] for t in mine], [first], "a patient's trials")
    checks.equal(len(document(checks, s.stance("trial", "list", "--limit", "1", "--json"),
                              "stance.trials/1", "limit")["trials"]), 1, "--limit 1")
    text = s.stance("trial", "list")
    checks.check("quiet-eo" in text.stdout and "P-7" in text.stdout, "trial list as text")
    refused(checks, s.stance("trial", "show", "999"), 1, ["999"], "an unknown trial")
    full = s.stance("trial", "show", str(first), "-v")
    checks.check("exploratory" in full.stdout, "show -v marks what is exploratory")


def exported(checks, s, first):
    done = s.stance("trial", "export", str(first), "--format", "csv", "--out", "out", env={"LC_ALL": ""})
    if not checks.equal(done.returncode, 0, f"export: {done.stderr}"):
        return
    out = s.path / "out"
    side = json.loads((out / f"trial-{first}.json").read_text())
    with (out / f"trial-{first}.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    checks.equal([c["name"] for c in side["columns"]], list(rows[0]), "the columns are described")
    checks.equal(side["rows"], len(rows), "the rows are counted")
    checks.equal(side["trial"]["id"], first, "the result lies beside")
    measured = [r for r in rows if r["phase"] == "0"]
    checks.check(195 <= len(measured) <= 205, f"{len(measured)} measured rows in 2 s at 100 Hz")
    force_n = sum(float(r["force_n"]) for r in measured) / len(measured)
    checks.within(abs(force_n / 9.80665 - side["trial"]["weight"]["mass_kg"]), 0.2,
                  "mass from the table", "kg")
    again = s.stance("analyze", "cop", out / f"trial-{first}.csv", "--json")
    document(checks, again, "stance.sway/1", "analyze reads the table")


def visits(checks, s, first):
    visit = document(checks, s.stance("visit", "start", "--patient", "P-7", "--json"),
                     "stance.visit/1", "visit start")["id"]
    seen = document(checks, s.stance("visit", "add", str(first), "--visit", str(visit), "--json"),
                    "stance.visit/1", "visit add")
    checks.equal([t["id"] for t in seen["trials"]], [first], "the visit's trials")
    other = document(checks, s.stance("trial", "list", "--json"), "stance.trials/1", "list")["trials"]
    foreign = next(t["id"] for t in other if t["patient"] is None)
    refused(checks, s.stance("visit", "add", str(foreign), "--visit", str(visit)), 1, [],
            "another's trial in a visit")
    text = s.stance("visit", "show", str(visit))
    checks.check(": one trial" in text.stdout, f"visit show: {text.stdout!r}")
    compared(checks, s, visit)
    checks.equal(s.stance("visit", "close", str(visit)).returncode, 0, "visit close")
    refused(checks, s.stance("trial", "run", *QUICK, "--patient", "P-7", "--visit", str(visit)), 1, [],
            "a trial in a closed visit")
    return foreign


def compared(checks, s, earlier):
    """A second visit with a trial of its own, against the first; a third without any; the list."""
    visit = document(checks, s.stance("visit", "start", "--patient", "P-7", "--json"),
                     "stance.visit/1", "second visit")["id"]
    done = s.stance("trial", "run", *QUICK, "--patient", "P-7", "--visit", str(visit), "--footwear",
                    "barefoot", "--json")
    checks.equal(done.returncode, 0, f"a trial in the second visit: {done.stderr}")
    seen = document(checks, s.stance("visit", "show", str(visit), "--json"), "stance.visit/1",
                    "the second visit")
    changes = seen["changes"]
    checks.equal([(c["protocol"], c["before_visit"], c["same_day"]) for c in changes],
                 [("quiet-eo", earlier, True)], "what is compared")
    velocity = changes[0]["metrics"]["mean_velocity_mm_s"]
    checks.equal((velocity["larger"], velocity["mdc95"]), ("unknown", None), "trials of seconds")
    checks.check(velocity["why_unknown"], "and why")
    offset = changes[0]["metrics"]["com_ml_mm"]
    checks.equal((offset["larger"], offset["mdc95"], offset["mdc95_of"]),
                 ("no", 13.9, "difference"), "the offset of single trials on one day")
    checks.check(abs(offset["now"] - offset["before"] - offset["difference"]) < 1e-5,
                 f"the difference {offset}")
    text = s.stance("visit", "show", str(visit)).stdout
    for words in (f"since visit {earlier} of ", "larger than the measurement error: no",
                  "larger than the measurement error: unknown", "MDC95", "Santos & Duarte 2016"):
        checks.check(words in text, f"visit show says {words!r}: {text}")
    person = document(checks, s.stance("patient", "show", "P-7", "--json"), "stance.patient/1",
                      "patient show")
    checks.equal((person["last_visit"], person["changes"]), (visit, changes), "of the person")
    checks.check(f"since visit {earlier} of " in s.stance("patient", "show", "P-7").stdout,
                 "patient show in words")
    empty = document(checks, s.stance("visit", "start", "--patient", "P-7", "--json"),
                     "stance.visit/1", "third visit")["id"]
    listed = document(checks, s.stance("visit", "list", "--json"), "stance.visits/1", "visit list")
    checks.equal([(v["id"], v["trials"]) for v in listed["visits"]],
                 [(empty, 0), (visit, 1), (earlier, 1)], "visits, the newest first")
    lines = s.stance("visit", "list", "--patient", "P-7").stdout.splitlines()
    checks.check(len(lines) == 3 and lines[0].startswith(f"visit {empty}  "), f"in words: {lines}")
    refused(checks, s.stance("visit", "list", "--patient", "nobody"), 1, ["nobody"],
            "visits of nobody")


def changed(checks, s, first, foreign):
    refused(checks, s.stance("trial", "move", str(foreign), "--patient", "P-7"), 2, ["--yes"],
            "move off a terminal without --yes")
    refused(checks, s.stance("trial", "move", str(foreign), "--patient", "P-9", "--yes"), 1, ["P-9"],
            "move to nobody")
    moved = document(checks, s.stance("trial", "move", str(foreign), "--patient", "P-7", "--yes",
                                      "--json"), "stance.trial/1", "trial move")
    checks.equal(moved.get("patient"), "P-7", "whose it is now")
    voided = document(checks, s.stance("trial", "void", str(first), "--reason", "coughed", "--json"),
                      "stance.trial/1", "trial void")
    checks.equal((voided.get("voided"), voided.get("void_reason")), (True, "coughed"), "voided")
    refused(checks, s.stance("trial", "void", str(first), "--reason", "again"), 1, [], "voided twice")
    listed = document(checks, s.stance("trial", "list", "--json"), "stance.trials/1", "list")
    checks.check(first not in [t["id"] for t in listed["trials"]], "voided ones are not listed")
    log = s.stance("audit", "list").stdout
    for word in ("trial.void", "coughed", "trial.move", "patient.add"):
        checks.check(word in log, f"the audit log has {word}: {log}")
    checks.equal(s.stance("audit", "verify").returncode, 0, "audit verify")


def interrupted(checks, s):
    process = s.start([str(BIN / "stance"), "trial", "run", "--protocol", "natural", "--settle", "0"],
                      "run.log", stdout=subprocess.PIPE, text=True)
    end_s = time.monotonic() + 10 * PATIENCE
    while "measuring" not in s.log("run.log") and time.monotonic() < end_s:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=10 * PATIENCE)
    checks.equal(process.returncode, 130, "Ctrl-C")
    checks.check("interrupted" in out, f"says that it was interrupted: {out!r}")
    newest = document(checks, s.stance("trial", "list", "--limit", "1", "--json"), "stance.trials/1",
                      "list")["trials"][0]
    checks.equal((newest["protocol"], newest["verdict"]), ("natural", "interrupted"), "it is stored")


def live_line(checks, s):
    """On a terminal: one line that is rewritten, then left."""
    master, slave = pty.openpty()
    process = subprocess.Popen([str(BIN / "stance"), "trial", "run", *QUICK], stdin=slave, stdout=slave,
                               stderr=slave, cwd=s.path, env={**s.env, "TERM": "xterm"})
    os.close(slave)
    text = b""
    end_s = time.monotonic() + 20 * PATIENCE
    while time.monotonic() < end_s:
        if select.select([master], [], [], 0.2)[0]:
            try:
                text += os.read(master, 65536)
            except OSError:
                break
    os.close(master)
    checks.equal(process.wait(5 * PATIENCE), 0, "run on a terminal")
    shown = text.decode(errors="replace")
    checks.check(shown.count("s left") >= 5, f"a live line with the time that is left: {shown[:300]!r}")
    checks.check("[####" in shown and "Stand as still" in shown, "a bar and the instruction")
    checks.check(shown.rstrip().splitlines()[-1].startswith("calibration"), "the result comes last")


def nobody(checks, s, sim):
    sim.terminate()
    sim.wait(10)
    (s.path / "empty.txt").write_text("at 0.0 step-off\nat 3000 step-on\n")
    sim = start_sim(s, "--script", str(s.path / "empty.txt"))
    time.sleep(0.5)
    done = s.stance("trial", "run", *QUICK, "--wait", "1")
    refused(checks, done, 5, [], "nobody stands on the mat")
    return sim


def daemon_dies(checks, s):
    process = s.start([str(BIN / "stance"), "trial", "run", *QUICK, "--wait", "30"], "dies.log")
    end_s = time.monotonic() + 10 * PATIENCE
    while "still" not in s.log("dies.log") and time.monotonic() < end_s:
        time.sleep(0.05)
    s.daemon.kill()
    begun_s = time.monotonic()
    checks.equal(process.wait(10 * PATIENCE), 9, "the daemon is killed")
    checks.within(time.monotonic() - begun_s, 2 * PATIENCE, "seconds until it says so", "s")
    s.daemon.wait()


def offline(checks, s, first):
    done = s.stance("trial", "list", "--voided", "--json")
    listed = document(checks, done, "stance.trials/1", "list without a daemon")
    checks.check(first in [t["id"] for t in listed.get("trials", [])], "nothing is lost")
    checks.check("no daemon" in done.stderr, "says that no daemon runs")
    document(checks, s.stance("trial", "show", str(first), "--json"), "stance.trial/1", "show")
    checks.equal(s.stance("audit", "verify").returncode, 0, "audit verify without a daemon")
    done = s.stance("patient", "export", "P-7", "--out", "all")
    checks.equal(done.returncode, 0, f"patient export: {done.stderr}")
    files = {p.name for p in (s.path / "all").iterdir()}
    for name in ("patient.json", f"trial-{first}.json", f"trial-{first}.csv", f"trial-{first}.srec",
                 "visit-1.json", "visit-2.json", "visit-3.json"):
        checks.check(name in files, f"patient export writes {name}, got {sorted(files)}")
    again = s.stance("replay", s.path / f"all/trial-{first}.srec", "--json")
    checks.equal(again.returncode, 0, f"the exported recording replays: {again.stderr}")
    refused(checks, s.stance("patient", "erase", "P-7"), 2, ["--yes"], "erase without --yes")
    checks.equal(s.stance("patient", "erase", "P-7", "--yes").returncode, 0, "patient erase")
    refused(checks, s.stance("patient", "show", "P-7", "-q"), 1, ["P-7"], "who was erased")
    refused(checks, s.stance("trial", "show", str(first), "-q"), 1, [], "an erased one's trial")
    checks.equal(s.stance("audit", "verify").returncode, 0, "audit verify after an erasure")
    log = s.stance("audit", "list").stdout
    checks.check("P-7" not in log, f"the audit log has forgotten who: {log}")


def main():
    need("stanced", "stance", "stance-sim")
    checks = Checks()
    with Station() as s:
        wrong_words(checks, s)
        without_daemon(checks, s)
        patients(checks, s)
        without_mat(checks, s)
        sim = start_sim(s)
        first = runs(checks, s)
        stored(checks, s, first)
        exported(checks, s, first)
        foreign = visits(checks, s, first)
        changed(checks, s, first, foreign)
        interrupted(checks, s)
        live_line(checks, s)
        nobody(checks, s, sim)
        daemon_dies(checks, s)
        offline(checks, s, first)
    checks.finish()


if __name__ == "__main__":
    main()
