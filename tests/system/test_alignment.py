"""From bytes to findings: a simulated person whose pelvis, knees and back are known stands on the mat, is
provoked with plates under a foot and noted beside it; the visit's ranges hold what was true, its findings say what
follows and no more, and the sheet can be printed."""
import json
import shutil
import subprocess

from station import BIN, Checks, Station, need

BODY = ("--sex", "F", "--stature-m", "1.66", "--mass-kg", "64", "--pelvis-shift-mm", "20",
        "--trunk-lean-mm", "5", "--com-ap-mm", "46", "--sway-mm", "0.5")
RESPONSE, DIFFERENCE = 0.8, 4


class Somebody:
    """The person on the mat, replaced by the next one."""

    def __init__(self, station):
        self.station, self.sim, self.n = station, None, 0

    def stand(self, *more):
        self.leave()
        self.n += 1
        truth = self.station.path / f"truth{self.n}.jsonl"
        self.sim = self.station.start(
            [BIN / "stance-sim", "--link", self.station.path / "mat", "--quiet", "--seed", str(self.n),
             "--truth", truth, *BODY, *map(str, more)], "sim.log")
        self.station.wait_state("streaming")
        return truth

    def leave(self):
        if self.sim:
            self.sim.terminate()
            self.sim.wait(5)
            self.sim = None


def document(checks, done, what):
    checks.equal(done.returncode, 0, f"{what}: {done.stderr[-300:]}")
    return json.loads(done.stdout) if done.returncode == 0 else {}


def trial(checks, s, *words):
    return document(checks, s.stance("trial", "run", "--patient", "P", "--visit", "1", "--duration", "2",
                                     "--settle", "0.5", "--json", *words), "trial run")


def hidden_truth(path):
    with path.open() as file:
        return json.loads(file.readline())


def ranges_hold(checks, alignment, truth):
    wanted = {"pelvis_shift_mm": truth["pelvis"]["shift_mm"],
              "obliquity_from_shift_deg": truth["pelvis"]["obliquity_from_shift_deg"],
              "knee_left_pct_bw": truth["knees"]["left_pct_bw"],
              "knee_right_pct_bw": truth["knees"]["right_pct_bw"],
              "l5s1_moment_frontal_nm": truth["spine"]["l5s1_moment_frontal_nm"],
              "l5s1_moment_sagittal_nm": truth["spine"]["l5s1_moment_sagittal_nm"],
              "l5s1_compression_extra_pct": truth["spine"]["l5s1_compression_extra_pct"],
              "lean_deg": truth["body"]["lean_deg"], "ankle_moment_nm": truth["body"]["ankle_moment_nm"]}
    for key, value in wanted.items():
        shown = alignment[key]
        checks.check(shown["p5"] <= value <= shown["p95"], f"{key}: {value} is not within {shown}")


def habit(checks, s, somebody):
    for _ in range(3):
        truth = somebody.stand()
        got = trial(checks, s, "--protocol", "quiet-eo")
        checks.check(got["alignment"]["pelvis_shift_mm"]["p95"] > 0, "a trial has ranges")
        checks.check(all(f["id"] in ("X", "N1") for f in got["findings"]), "one trial concludes little")
    truth = hidden_truth(truth)
    visit = document(checks, s.stance("visit", "show", "1", "--json"), "visit show")
    checks.within(abs(visit["means"][0]["metrics"]["com_ml_mm"]["mean"] - truth["body"]["com_ml_mm"]), 1.5,
                  "offset of the centre of mass", "mm")
    ranges_hold(checks, visit["alignment"], truth)
    ids = {f["id"] for f in visit["findings"]}
    checks.check({"S3", "K1", "L1"} <= ids, f"findings: {ids}")
    checks.check(not ids & {"P3", "P5", "P8"}, "nothing speaks of the pelvis before a provocation")
    checks.check(visit["card"] and "not a measurement" in visit["card"], "the card")


def lifts(checks, s, somebody):
    for lift in (-6, 0, 6, 0):
        somebody.stand("--leg-difference-mm", DIFFERENCE, "--lift-response", RESPONSE, "--lift-mm", lift)
        got = trial(checks, s, "--protocol", "lift", "--lift-mm", str(lift))
        checks.equal(got["condition"]["lift_mm"], lift, "the plate is kept")
    t = document(checks, s.stance("visit", "show", "1", "--json"), "visit show")["titration"]
    # the load is even where plates undo the whole offset
    offset = 0.858 * 20 + 5 - RESPONSE * DIFFERENCE
    checks.within(abs(t["response"] - RESPONSE), 0.05, "response to a millimetre of lift")
    checks.within(abs(t["null_lift_mm"] + offset / RESPONSE), 1.5, "null lift", "mm")
    checks.equal(t["responds"], True, "responds")


def notes(checks, s):
    done = s.stance("visit", "note", "1", "--pain", "left-knee,back", "--extension-deficit-deg", "20,0", "--json")
    visit = document(checks, done, "visit note")
    checks.check({"K2", "K4", "L2"} <= {f["id"] for f in visit["findings"]}, "pain and deficits are told")
    for words, code, says in ((("--pain", "elbow"), 2, "no site"), (("--red-flag", "maybe"), 2, "yes or no"),
                              (("--block-mm", "tall"), 2, "millimetres"), ((), 2, "what to note"),
                              (("--block-mm", "900"), 2, "block_mm")):
        done = s.stance("visit", "note", "1", *words)
        checks.check(done.returncode == code and says in done.stderr,
                     f"visit note {words}: {done.returncode}, {done.stderr.strip()!r}")
    done = s.stance("visit", "note", "1", "--red-flag", "yes", "--json")
    checks.check("X" in {f["id"] for f in document(checks, done, "red flag")["findings"]}, "a red flag speaks")


def sheet(checks, s):
    if not (BIN / "stance-report").exists() or not shutil.which("pdftotext"):
        print("no stance-report or pdftotext: the sheet is not looked at")
        return
    paths = [s.path / "a.pdf", s.path / "b.pdf", s.path / "patient.pdf"]
    for path, more in zip(paths, ((), (), ("--audience", "patient"))):
        done = subprocess.run([BIN / "stance-report", "--visit", "1", "-o", path, *more], env=s.env,
                              capture_output=True, text=True, timeout=30)
        checks.equal((done.returncode, done.stdout), (0, f"{path}\n"), f"stance-report: {done.stderr}")
    checks.equal(paths[0].read_bytes(), paths[1].read_bytes(), "the same bytes twice")
    text = subprocess.run(["pdftotext", "-layout", paths[0], "-"], capture_output=True, text=True).stdout
    for word in ("Patient P", "Pelvic shift to the side", "Not a diagnosis", "Findings", "grade"):
        checks.check(word in text, f"the sheet says {word!r}")
    text = subprocess.run(["pdftotext", "-layout", paths[2], "-"], capture_output=True, text=True).stdout
    checks.check("Pelvic shift" not in text and "What we saw" in text, "a patient's sheet has sentences alone")
    picture = s.path / "body.pdf"
    done = subprocess.run([BIN / "stance-report", "--visit", "1", "--body", "-o", picture], env=s.env,
                          capture_output=True, text=True, timeout=30)
    checks.equal(done.returncode, 0, f"the body loading picture: {done.stderr}")
    text = subprocess.run(["pdftotext", "-layout", picture, "-"], capture_output=True, text=True).stdout
    for word in ("from behind", "from the left", "pelvis, shift", "L5/S1", "%BW", "1 of 1"):
        checks.check(word in text, f"the body loading picture says {word!r}")
    if shutil.which("qpdf"):
        done = subprocess.run(["qpdf", "--check", paths[0]], capture_output=True, text=True)
        checks.equal(done.returncode, 0, f"qpdf: {done.stdout}")
    done = subprocess.run([BIN / "stance-report", "--visit", "9", "-o", paths[0]], env=s.env, capture_output=True,
                          text=True)
    checks.check(done.returncode == 1 and "There is no visit 9" in done.stderr, "a visit that is not there")


def every_sentence(checks, s):
    done = s.stance("findings", "--all")
    checks.check(done.returncode == 0 and "What a patient may read" in done.stdout, "findings --all")
    rules = document(checks, s.stance("findings", "--all", "--json"), "findings --json")["rules"]
    checks.check(len(rules) > 20 and all(r["source"] for r in rules), "every rule has a source")


def main():
    need("stanced", "stance", "stance-sim")
    checks = Checks()
    with Station() as s:
        s.start_daemon()
        somebody = Somebody(s)
        document(checks, s.stance("patient", "add", "P", "--sex", "F", "--stature-m", "1.66", "--mass-kg", "64",
                                  "--json"), "patient add")
        document(checks, s.stance("visit", "start", "--patient", "P", "--json"), "visit start")
        every_sentence(checks, s)
        habit(checks, s, somebody)
        lifts(checks, s, somebody)
        notes(checks, s)
        sheet(checks, s)
        somebody.leave()
    checks.finish()


if __name__ == "__main__":
    main()
