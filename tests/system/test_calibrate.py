"""A simulated technician calibrates a mat through the command line alone, then somebody steps on and is
measured; and technicians who do it wrong are caught: pounds for kilograms, a foot on the mat during
zero, a corner that the roller missed, a step taken back, a weight that never comes.

Steps take their real time, so the stations run side by side. --all adds a field sheet of 32 x 32 cells
with turned passes, more weights, staircases, creep and placements within 3 mm.
"""
import json
import math
import random
import signal
import subprocess
import sys
import threading
import time

from station import BIN, PATIENCE, Checks, Station, need

LIMIT_S = 90.0
CREEP_S = 120.0  # of one step


class Mat:
    """stance-sim with a technician's hands: each line that is said to it is answered."""

    def __init__(self, station, *options):
        self.truth = station.path / "truth.jsonl"
        self.process = station.start(
            [str(BIN / "stance-sim"), "--quiet", "--link", str(station.path / "mat"), "--script", "-",
             "--stance", "none", "--truth", str(self.truth), *map(str, options)], "sim.log",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer.startswith("ok "):
            raise RuntimeError(f"{line!r}: {answer!r}")

    def truths(self):
        self.process.terminate()
        self.process.wait(10)
        with self.truth.open() as file:
            return {t["device_us"]: t for t in map(json.loads, file)}


class Technician:
    """One station with an uncalibrated mat, and somebody who works at it."""

    def __init__(self, name, *options):
        self.name, self.station = name, Station()
        self.mat = Mat(self.station, *options)
        self.station.start_daemon("--state-dir", str(self.station.path / "state"))
        self.said = []
        self.wait_for_mat()

    def wait_for_mat(self):
        end_s = time.monotonic() + 10 * PATIENCE
        while time.monotonic() < end_s:
            if self.stance("status").returncode == 0:
                return
            time.sleep(0.1)
        raise TimeoutError("the mat does not stream")

    def begin(self, *words):
        command = [str(BIN / "stance"), "--socket", str(self.station.socket), "--json",
                   *map(str, words)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=self.station.env)

    def end(self, process):
        out, err = process.communicate(timeout=CREEP_S + LIMIT_S * PATIENCE)
        self.said.append(f"{' '.join(process.args[4:])}: exit {process.returncode}; {err.strip()}")
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def stance(self, *words):
        return self.end(self.begin(*words))

    def step(self, *words):
        """(exit code, the step's document)."""
        done = self.stance("calibrate", *words)
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}

    def roll(self, mass_kg, how, passes=2):
        process = self.begin("calibrate", "roll", "--passes", passes, "--mass-kg", mass_kg)
        process.stderr.readline()  # what to do: it watches
        self.mat.do(f"roll mass {mass_kg} passes {passes} speed 600 {how}")
        return self.end(process).returncode

    def load(self, mass_kg, x_mm, y_mm, radius_mm, says_kg=None, off=(0, 0), verb="load", rest_s=0.6):
        """Put a weight, say what it weighs and where, take it away."""
        self.mat.do(f"weight 1 mass {mass_kg} at {x_mm + off[0]} {y_mm + off[1]} radius {radius_mm}")
        code, step = self.step(verb, "--mass-kg", says_kg or mass_kg, "--x-mm", x_mm, "--y-mm", y_mm)
        self.mat.do("take 1")
        time.sleep(rest_s)
        return code, step

    def measure(self, seconds):
        """Somebody steps on; the mean errors against the truth: force %, share points, COP mm."""
        self.mat.do("step-on")
        time.sleep(2.5)
        done = self.end(self.begin("watch", "--jsonl", "--seconds", seconds))
        samples = [s for s in map(json.loads, done.stdout.splitlines()) if s["force_n"]]
        truths = self.mat.truths()
        pairs = [(s, truths[s["device_us"]]) for s in samples if s["device_us"] in truths]
        if not pairs:
            return {"n": 0, "flags": []}

        def mean(what):
            return sum(map(what, pairs)) / len(pairs)

        return {"n": len(pairs), "flags": pairs[-1][0]["flags"],
                "force_pct": 100 * mean(lambda p: p[0]["force_n"] / p[1]["force_n"] - 1),
                "share_pts": 100 * mean(lambda p: p[0]["left_frac"] - p[1]["left_frac"]),
                "cop_mm": math.hypot(*(mean(lambda p, k=k: p[0]["cop_mm"][k] - p[1]["cop_mm"][k])
                                       for k in (0, 1)))}

    def close(self, failed):
        if failed:
            print(f"--- {self.name}\n" + "\n".join(self.said))
            self.station.show_logs(8)
        self.station.close()


# --- who does it right ----------------------------------------------------------------------------

def accepted(t, checks):
    code, step = t.step("accept", "--operator", "Test Technician")
    checks.equal(code, 0, f"{t.name}: accept")
    checks.equal(step.get("state"), "valid", f"{t.name}: accepted after a passed verification")
    code, status = t.step("status")
    checks.equal(status.get("calibration", {}).get("state"), "valid", f"{t.name}: status")
    text = subprocess.run([str(BIN / "stance"), "--socket", str(t.station.socket), "calibrate",
                           "show"], capture_output=True, text=True, env=t.station.env).stdout
    checks.check("Test Technician" in text and "Total force" in text and "valid" in text,
                 f"{t.name}: the certificate names operator, state and tests")


def exported(t, checks):
    """What is exported can be fitted again offline, and put in force again."""
    path, again = t.station.path / "a.json", t.station.path / "b.json"
    checks.equal(t.stance("calibrate", "export", "-o", path).returncode, 0, "export")
    done = t.stance("calibrate", "fit", "--from", path, "-o", again)
    checks.equal(done.returncode, 0, "fit --from")
    old, new = (json.loads(p.read_text()) for p in (path, again))
    checks.equal(new["model"], old["model"], "the same readings give the same model offline")
    code, step = t.step("import", again)
    checks.equal((code, step.get("state")), (0, "valid"), "import")
    path.write_text(path.read_text().replace("Test Technician", "Somebody Else"))
    checks.equal(t.stance("calibrate", "import", path).returncode, 8, "an edited file is refused")
    checks.equal(t.stance("calibrate", "show", "--from", path).returncode, 8,
                 "an edited file is no certificate")


def judge_person(t, checks, limits, seconds=4):
    errors = t.measure(seconds)
    checks.check(errors["n"] > 60 * seconds, f"{t.name}: {errors['n']} samples with force")
    for key, limit in limits.items():
        checks.within(abs(errors.get(key, math.nan)), limit, f"{t.name}: {key}")
    for flag in ("uncalibrated", "unverified", "expired"):
        checks.check(flag not in errors["flags"], f"{t.name}: not flagged {flag}")


def careful(checks):
    """Two passes, two weights and one to verify: as little as makes a whole calibration. The sheet has
    no hysteresis, which takes a staircase to find, and creeps little, or it would remember the weights
    for minutes after they were taken away."""
    t = Technician("careful", "--sensor", "resistive", "--creep", 0.01, "--hysteresis", 0,
                   "--seed", 3, "--mass-kg", 70)
    before = len(checks.failures)
    checks.equal(t.step("zero")[0], 0, "careful: zero")
    for how in ("along y", "along x"):
        checks.equal(t.roll(20, how), 0, f"careful: roll {how}")
    for mass_kg, radius_mm in ((60, 60), (40, 30)):
        checks.equal(t.load(mass_kg, 0, 0, radius_mm)[0], 0, f"careful: load {mass_kg}")
    checks.equal(t.step("fit")[0], 0, "careful: fit")
    checks.equal(t.load(50, -60, 30, 45, verb="verify")[0], 0, "careful: verify")
    code, verdict = t.step("verify", "--finish")
    checks.equal(code, 0, f"careful: judged {(verdict.get('verification') or {}).get('text')}")
    accepted(t, checks)
    exported(t, checks)
    judge_person(t, checks, {"force_pct": 5, "share_pts": 1, "cop_mm": 1.5})
    t.close(len(checks.failures) > before)


def staircase(t, checks, masses, radius_mm):
    t.mat.do(f"weight 2 mass {masses[0]} at 0 0 radius {radius_mm}")
    process = t.begin("calibrate", "staircase", "--masses-kg", ",".join(map(str, masses)))
    time.sleep(3.5)
    for mass_kg in masses[1:]:
        t.mat.do(f"change 2 mass {mass_kg}")
        time.sleep(3.0)
    checks.equal(t.end(process).returncode, 0, f"{t.name}: staircase on {radius_mm} mm")
    t.mat.do("take 2")
    time.sleep(8)


def thorough(checks):
    """A field sheet, and everything that helps: the sheet may rest after each weight, which it remembers."""
    t = Technician("thorough", "--material", "velostat", "--creep", 0.10, "--rows", 32, "--cols", 32, "--pitch-mm", 15,
                   "--seed", 8, "--mass-kg", 75, "--gain-per-c", 0.002, "--warming", 0.05,
                   "--dead-cells", 0.002)
    before, rng = len(checks.failures), random.Random(8)
    off = lambda: (rng.uniform(-2, 2), rng.uniform(-2, 2))  # noqa: E731
    checks.equal(t.step("zero")[0], 0, "thorough: zero")
    for how in ("along y uneven 0.02", "along y uneven -0.02", "along x uneven 0.02",
                "along x uneven -0.02"):
        checks.equal(t.roll(22, how), 0, f"thorough: roll {how}")
    for mass_kg, x, y, radius in ((60, 0, 0, 60), (40, 0, 0, 30), (20, 80, -60, 60),
                                  (60, -90, 70, 60)):
        checks.equal(t.load(mass_kg, x, y, radius, off=off(), rest_s=20)[0], 0,
                     f"thorough: load {mass_kg} kg at ({x}, {y})")
    staircase(t, checks, (60, 57, 50, 40, 25, 40, 50, 57, 60), 60)
    # a person on one foot presses a cell harder than a broad disc does
    staircase(t, checks, (40, 38, 33, 25, 15, 25, 33, 38, 40), 30)
    began = time.monotonic()
    code, step = t.load(60, 90, -70, 60, off=off(), verb="creep", rest_s=20)
    checks.equal((code, step.get("step")), (0, "creep"), f"thorough: creep: {step.get('reason')}")
    checks.check(time.monotonic() - began > CREEP_S, "thorough: creep is watched for two minutes")
    checks.equal(t.step("fit")[0], 0, "thorough: fit")
    time.sleep(20)
    for x, y in ((0, 0), (-60, 0), (60, 0), (0, 60), (0, 0)):
        checks.equal(t.load(50, x, y, 50, off=off(), verb="verify", rest_s=20)[0], 0,
                     "thorough: verify")
    code, verdict = t.step("verify", "--finish")
    checks.equal(code, 0, f"thorough: judged {(verdict.get('verification') or {}).get('text')}")
    accepted(t, checks)
    time.sleep(90)  # the sheet forgets the weights
    # This person steps on one foot first: hysteresis wider than the staircases is not known, docs/calibration.md.
    judge_person(t, checks, {"force_pct": 12, "share_pts": 1, "cop_mm": 12}, seconds=20)
    t.close(len(checks.failures) > before)


# --- who does not ---------------------------------------------------------------------------------

def foot_in_zero(checks):
    """A foot on the mat when it must be empty, and one that comes meanwhile; then, when the sheet has
    come to rest, the zero goes well."""
    t = Technician("foot", "--sensor", "resistive", "--creep", 0.03, "--seed", 4)
    before = len(checks.failures)
    checks.equal(t.step("load", "--mass-kg", 20)[0] in (1, 2), True, "foot: no load before a zero")
    t.mat.do("rest 1 mass 8 at 0 0")
    time.sleep(0.5)
    code, step = t.step("zero")
    checks.equal(code, 1, f"foot: a foot on the mat during zero is refused: {step.get('reason')}")
    t.mat.do("take 1")
    time.sleep(2)
    process = t.begin("calibrate", "zero")
    time.sleep(1.5)
    t.mat.do("rest 1 mass 5 at 40 0")
    checks.equal(t.end(process).returncode, 1, "foot: one that comes during zero, too")
    t.mat.do("take 1")
    code, status = t.step("status")
    checks.equal(status.get("draft"), None, "foot: nothing is left of them")
    time.sleep(20)
    checks.equal(t.step("zero")[0], 0, "foot: zero, the mat empty")
    t.close(len(checks.failures) > before)


def impatient(checks):
    """A step that is taken back, and a weight that never comes."""
    t = Technician("impatient", "--sensor", "resistive", "--seed", 6)
    before = len(checks.failures)
    checks.equal(t.step("zero")[0], 0, "impatient: zero")
    process = t.begin("calibrate", "load", "--mass-kg", 20)
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    checks.equal(t.end(process).returncode, 130, "impatient: Ctrl-C takes the step back")
    process = t.begin("calibrate", "creep", "--mass-kg", 20, "--x-mm", 60, "--y-mm", -40)
    said = process.stderr.readline()
    checks.check("Put 20 kg at x 60, y -40 mm" in said, f"impatient: creep at a place: {said}")
    process.send_signal(signal.SIGINT)
    checks.equal(t.end(process).returncode, 130, "impatient: creep is taken back, too")
    code, status = t.step("status")
    items = [i["step"] for i in (status.get("draft") or {}).get("items", [])]
    checks.equal(items, ["zero"], "impatient: nothing half-done is left")
    checks.equal(status.get("running"), None, "impatient: nothing runs")
    code, step = t.step("load", "--mass-kg", 20)
    checks.equal(code, 5, f"impatient: no weight came: {step.get('reason')}")
    for words in (("show",), ("check", "--mass-kg", 20)):
        checks.equal(t.stance("calibrate", *words).returncode, 6,
                     f"impatient: none is in force: {words[0]}")
    path = t.station.path / "draft.json"
    checks.equal(t.stance("calibrate", "export", "--draft", "-o", path).returncode, 0,
                 "impatient: the draft is exported")
    done = t.stance("calibrate", "fit", "--from", path)
    checks.equal(done.returncode, 1, "impatient: a zero alone cannot be fitted")
    checks.check("at least one" in done.stderr, f"impatient: and is told why: {done.stderr}")
    checks.equal(t.stance("calibrate", "abort", "--all").returncode, 2,
                 "impatient: nothing is forgotten unasked")
    checks.equal(t.stance("calibrate", "abort", "--all", "--yes").returncode, 0,
                 "impatient: the draft is forgotten")
    code, status = t.step("status")
    checks.equal(status.get("draft"), None, "impatient: and gone")
    t.close(len(checks.failures) > before)


def wrong_fit(checks, name, rolls, says_kg):
    """Everything right but the rolls or what the first weight is said to weigh: fit refuses, or the
    verification fails with 7 and what is accepted then is not valid."""
    t = Technician(name, "--sensor", "resistive", "--seed", 5, "--mass-kg", 70)
    before = len(checks.failures)
    checks.equal(t.step("zero")[0], 0, f"{name}: zero")
    for how in rolls:
        t.roll(20, how)
    t.load(60, 0, 0, 60, says_kg=says_kg)
    t.load(40, 0, 0, 30)
    code, step = t.step("fit")
    if code != 0:
        checks.equal(code, 1, f"{name}: fit refuses")
        checks.check(step.get("reason"), f"{name}: fit says why")
    else:
        checks.equal(t.load(50, -60, 30, 45, verb="verify")[0], 0, f"{name}: verify")
    code, step = t.step("verify", "--finish")
    text = step.get("reason") or (step.get("verification") or {}).get("text")
    if step.get("verification"):
        checks.equal(code, 7, f"{name}: verify --finish: {text}")
    else:
        checks.equal(code, 1, f"{name}: nothing to judge: {text}")
    print(f"  {name}: caught: {text}", flush=True)
    t.step("accept", "--operator", "x")
    code, status = t.step("status")
    checks.check(status["calibration"]["state"] in ("unverified", "none"),
                 f"{name}: is not valid: {status['calibration']['state']}")
    t.close(len(checks.failures) > before)


def pounds(checks):
    wrong_fit(checks, "pounds", ("along y", "along x"), says_kg=132.3)


def missed_corner(checks):
    """An axle that is too short, both ways: the front right corner was never pressed."""
    wrong_fit(checks, "corner", ("along y length 300 centre -90",
                                 "along x length 300 centre -90"), says_kg=None)


def main():
    need("stance", "stanced", "stance-sim")
    checks = Checks()
    who = [careful, foot_in_zero, impatient, pounds, missed_corner]
    if "--all" in sys.argv[1:]:
        who.append(thorough)

    def guarded(work):
        try:
            work(checks)
        except Exception as error:  # a thread must say so
            checks.check(False, f"{work.__name__}: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=guarded, args=(work,)) for work in who]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    checks.finish()


if __name__ == "__main__":
    main()
