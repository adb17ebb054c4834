"""Exports of a signed visit are what was signed and nothing else: whatever becomes of the card, of the raw frames and of
the daemon, every file stays the same to the byte; an amendment is a further report; a document that is not the one that
was signed is not exported."""
import contextlib
import json
import shutil
import sqlite3
import subprocess
import time

from station import BIN, PATIENCE, Checks, Station, need

import edf_read
import fhir_check
import gdt_read

FORMATS = "csv,edf,fhir,gdt"
CARD = {"code": "P-7", "sex": "F", "birth_year": 1950, "stature_m": 1.62, "mass_kg": 61.5, "notes": "as it was"}
OTHER = {"code": "P-7", "sex": "M", "birth_year": 1990, "stature_m": 1.95, "mass_kg": 99, "notes": "another"}


def trial(client, protocol="quiet-eo"):
    client.call("trial.start", {"protocol": protocol, "patient": "P-7", "visit": 1, "duration_s": 20, "settle_s": 1})
    end_s = time.monotonic() + 60 * PATIENCE
    while time.monotonic() < end_s:
        note = client.note("trial", 30)
        if note and note[1]["state"] == "stored":
            return note[1]["id"]
    raise TimeoutError("the trial is never stored")


def export(checks, s, out, noun="visit", number=1, code=0):
    done = s.stance(noun, "export", number, "--format", FORMATS, "--out", s.path / out)
    checks.equal(done.returncode, code, f"{noun} export {number} to {out}: {done.stderr}")
    folder = s.path / out
    return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.exists() else {}


def signed_document(s, version=None):
    done = s.stance("report", "get", 1, *(["--version", version] if version else []))
    return json.loads(done.stdout)


def report_of(checks, files):
    bundle = json.loads(files["visit-1.fhir.json"])
    checks.equal(fhir_check.problems(bundle)[:5], [], "the bundle")
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DiagnosticReport")


def same(checks, files, wanted, what):
    checks.equal(sorted(files), sorted(wanted), f"{what}: the files")
    for name in sorted(wanted):
        checks.check(files.get(name) == wanted[name], f"{what}: {name} is what it was")


def paper(checks, s):
    out = s.path / "paper.pdf"
    done = subprocess.run([BIN / "stance-report", "--visit", "1", "-o", out], env=s.env, capture_output=True, text=True)
    checks.equal(done.returncode, 0, f"on paper: {done.stderr}")
    return out.read_bytes()


def from_the_document(checks, s, files, trials):
    """Each file says what the document says."""
    d = signed_document(s)
    checks.equal(d["patient"]["sex"], "F", "the card that was signed")
    checks.equal(json.loads(files["visit-1.json"]), d["visit"], "the visit's document")
    for number, shown in zip(trials, d["trials"]):
        side = json.loads(files[f"trial-{number}.json"])
        checks.equal(side["trial"], shown, f"trial {number}'s document")
        checks.equal(side["device"], next(x["device"] for x in d["devices"] if x["trial"] == number),
                     f"trial {number}'s mat")
        path = s.path / "one.edf"
        path.write_bytes(files[f"trial-{number}.edf"])
        checks.equal(edf_read.read(path)["patient"].split(" ")[1], "F", "the sex in EDF+")
    report = report_of(checks, files)
    checks.equal((report["status"], report["issued"]), ("final", d["signed"]["at"]), "the report in FHIR")
    tests = gdt_read.values(gdt_read.read(files["visit-1.gdt"]))
    mean = next(m for m in d["visit"]["means"] if m["protocol"] == "quiet-eo")["metrics"]["mean_velocity_mm_s"]
    checks.within(abs(float(tests["quiet-eo.V"]["8420"]) - mean["mean"]), 0.0501, "GDT mean velocity", "mm/s")


def whatever_becomes(checks, s, client, files, trials):
    """The card changes, raw frames go, the daemon goes: the exports stay."""
    before, first = paper(checks, s), client.call("trial.show", {"id": trials[0]})
    one = export(checks, s, "one", "trial", trials[0])
    client.call("patient.update", OTHER)
    after = client.call("trial.show", {"id": trials[0]})
    checks.check(first != after and client.call("visit.show", {"id": 1}) != signed_document(s)["visit"],
                 "what the station says now is something else")
    same(checks, export(checks, s, "card"), files, "after the card changed")
    same(checks, export(checks, s, "one-card", "trial", trials[0]), one, "a single trial of it")
    checks.check(paper(checks, s) == before, "the paper is what it was")
    n = 0
    for path in (s.path / "state").rglob("*.srec"):
        path.unlink()
        n += 1
    checks.equal(n, len(trials) + 1, "recordings taken away")
    same(checks, export(checks, s, "pruned"), files, "without raw frames")
    checks.check(paper(checks, s) == before, "the paper without raw frames, too")


def unsigned_is_as_it_is_now(checks, s, anonymous):
    """The other way round: what is not signed follows the card."""
    done = s.stance("trial", "export", anonymous, "--format", "csv", "--out", s.path / "free", "--json")
    checks.equal(done.returncode, 0, f"a trial without a visit: {done.stderr}")
    side = json.loads((s.path / f"free/trial-{anonymous}.json").read_text())
    checks.equal(side["trial"], json.loads(s.stance("trial", "show", anonymous, "--json").stdout),
                 "what is not signed is what the station says")


def amended(checks, s, client, files, trials):
    version = client.call("report.amend", {"visit": 1, "operator": "B. Kurz", "comment": "one disturbed",
                                           "discard": [{"trial": trials[1], "reason": "spoke"}]}, 20)
    checks.equal(version["version"], 2, "the amendment")
    now = export(checks, s, "amended")
    first, second = report_of(checks, files), report_of(checks, now)
    checks.equal(second["status"], "amended", "its status in FHIR")
    checks.check(first["identifier"] != second["identifier"], "a report of its own")
    checks.equal((len(first["result"]), len(second["result"])), (3, 2), "the discarded trial is not in it")
    checks.check(f"trial-{trials[1]}.csv" not in now and f"trial-{trials[0]}.csv" in now, "nor its table")
    checks.equal(json.loads(now["visit-1.json"]), signed_document(s)["visit"], "the newest version is exported")
    checks.equal(signed_document(s)["patient"]["sex"], "M", "which has the card of its own day")
    checks.equal(signed_document(s, 1)["patient"]["sex"], "F", "and the first has its own")
    return now


def without_a_daemon(checks, s, wanted):
    s.daemon.terminate()
    checks.equal(s.daemon.wait(20), 0, "the daemon ends")
    same(checks, export(checks, s, "alone"), wanted, "without a daemon")


def not_what_was_signed(checks, s):
    """One bit of the frozen document is another: nothing is written, and it is said why."""
    with contextlib.closing(sqlite3.connect(s.path / "state/stance/stance.db")) as db, db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'report'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE report SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x')")
    checks.equal(export(checks, s, "damaged", code=8), {}, "nothing of a damaged document")
    shutil.rmtree(s.path / "damaged", ignore_errors=True)


def main():
    need("stanced", "stance", "stance-sim", "stance-report")
    checks = Checks()
    with Station() as s:
        config = s.path / "station.conf"
        config.write_text("[station]\nclock = trusted\n")
        sim = s.start([BIN / "stance-sim", "--link", s.path / "mat", "--fast", "--left-frac", "0.55", "--seed", "4"],
                      "sim.log")
        s.start_daemon("--config", config)
        s.wait_state("streaming")
        client = s.client()
        client.call("patient.add", CARD)
        client.call("visit.start", {"patient": "P-7"})
        client.call("subscribe", {"streams": ["trial"]})
        trials = [trial(client), trial(client), trial(client, "quiet-ec")]
        client.call("trial.start", {"protocol": "quiet-eo", "duration_s": 20, "settle_s": 1})
        anonymous = trials[-1] + 1
        while (client.note("trial", 30) or (0, {"state": "stored"}))[1]["state"] != "stored":
            pass
        sim.terminate()  # a fast mat takes a processor, with nobody measured, too
        draft = export(checks, s, "draft")
        checks.equal(report_of(checks, draft)["status"], "preliminary", "a draft in FHIR")
        client.call("report.sign", {"visit": 1, "operator": "A. Meyer"}, 20)
        files = export(checks, s, "signed")
        checks.equal(sorted(files), sorted(draft), "signed, the same files")
        from_the_document(checks, s, files, trials)
        whatever_becomes(checks, s, client, files, trials)
        unsigned_is_as_it_is_now(checks, s, anonymous)
        now = amended(checks, s, client, files, trials)
        client.close()
        without_a_daemon(checks, s, now)
        not_what_was_signed(checks, s)
    checks.finish()


if __name__ == "__main__":
    main()
