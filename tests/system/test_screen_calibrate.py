"""A technician calibrates a mat on the screen, by touches alone: says what is at hand, is told step by step
what to do and does it on a simulated sheet, computes, signs; and makes a support bundle. What is in force afterwards
is what stance calibrate show tells. --all: more weights, creep, a verification, the morning check; five minutes."""
import json
import os
import subprocess
import sys
import threading
import time

from station import BIN, Checks, PATIENCE, Station, need

VERIFY_KG, RADIUS_MM, CREEP_S = 15, 60, 120
SIM = ("--sensor", "resistive", "--rows", 32, "--cols", 32, "--rate", 100, "--seed", 7, "--duration", 900)
OPEN = """wait_for widget=station
tap station
wait_for screen=service
wait 400
shot {0}/service.png
"""
BEGIN = OPEN + """tap calibrate
wait_for screen=calibrate
wait 500
wait_for widget=begin
shot {0}/home.png
tap begin
wait 400
tap tool-0
wait 500
"""
TYPED = """type {1}
wait 500
tap pad-ok
wait 400
"""
STEPS = """shot {0}/weights.png
tap pad-ok
wait 400
tap begin
wait_for widget=begin
shot {0}/step.png
"""
STEP = """wait 400
tap begin
wait 700
shot {0}/running.png
wait_for widget=begin
"""
CREEP = """wait 400
shot {0}/creep.png
tap begin
wait 60000
shot {0}/creeps.png
wait_for widget=begin
"""
SKIP = """wait 400
tap second
"""
FIT = """wait 400
shot {0}/ready.png
tap begin
wait 500
wait_for widget=second
wait 400
shot {0}/fitted.png
"""
VERIFY = """tap begin
wait 400
type {1}
wait 400
tap pad-ok
wait_for widget=begin
"""
SIGN = """wait 400
type A._Miller
wait 400
tap key-ok
wait_for widget=begin
shot {0}/sign.png
hold begin 1600
wait 1500
shot {0}/done.png
tap begin
wait_for screen=service
wait 400
tap support
wait_for screen=log
wait_for widget=bundle
wait 500
tap bundle
wait 400
wait_for widget=bundle
wait 300
shot {0}/bundle.png
tap back
wait_for screen=service
quit
"""
CHECK = OPEN + """tap calibrate
wait_for screen=calibrate
wait 500
wait_for widget=second
tap second
wait_for screen=check
wait 400
type 20
wait 500
wait 400
tap pad-ok
wait 800
wait_for widget=begin
wait 400
shot {0}/check.png
quit
"""


class Hands:
    """The technician's hands: what the running step asks for is done on the sheet."""

    def __init__(self, station):
        self.sim = station.start([str(BIN / "stance-sim"), "--quiet", "--link", str(station.path / "mat"), "--script",
                                  "-", "--stance", "none", *map(str, SIM)], "sim.log", stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        self.done, self.placed = [], False
        self.todo = []

    def do(self, line):
        self.sim.stdin.write(line + "\n")
        self.sim.stdin.flush()
        answer = self.sim.stdout.readline()
        if not answer.startswith("ok "):
            raise RuntimeError(f"{line!r}: {answer!r}")

    def follow(self, client):
        """Put the next weight when a step waits for one; take it away when the step is over."""
        client.call("subscribe", {"streams": ["calibration"]})
        self.client = client
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self):
        while True:
            try:
                noted = self.client.note("calibration", 300)
            except (OSError, ValueError):
                return
            if noted is None:
                return
            step, state = noted[1]["step"], noted[1]["state"]
            if step not in ("load", "creep", "verify"):
                continue
            if state in ("waiting", "measuring") and not self.placed and self.todo:
                mass, x, y = self.todo.pop(0)
                if mass is not None:
                    time.sleep(0.3)
                    self.do(f"weight 1 mass {mass} at {x} {y} radius {RADIUS_MM}")
                    self.placed = True
            elif state in ("done", "refused") and self.placed:
                self.do("take 1")
                self.placed = False
                self.done.append((step, state))


def run_screen(checks, s, name, script):
    path = s.path / f"{name}.script"
    path.write_text(script)
    screen = s.start([BIN / "stance-ui", "--profile", "800x480", "--script", path], f"{name}.log",
                     env={"HOME": str(s.path)})
    checks.equal(screen.wait(200 * PATIENCE + CREEP_S), 0, f"{name}: {s.log(name + '.log')[-300:]}")


def quick(shots):
    """One weight in the middle, nothing else; the four other places are skipped. Not verified."""
    return "".join([BEGIN, TYPED.replace("{1}", "20"), STEPS, 2 * STEP, 4 * SKIP, FIT, "tap second\n", SIGN]).format(shots)


def whole(shots):
    """Two weights at all places, verified with a third at six."""
    last = STEP.replace("wait_for widget=begin", "wait_for widget=test-0")
    return "".join([BEGIN, TYPED.replace("{1}", "20"), TYPED.replace("{1}", "40"), STEPS, 6 * STEP, CREEP, FIT,
                    VERIFY.replace("{1}", str(VERIFY_KG)), 5 * STEP, last,
                    "shot {0}/judged.png\ntap begin\n", SIGN]).format(shots)


def places(half_mm, is_whole):
    """What is put where, in the order that it is asked for."""
    far = 0.45 * half_mm
    if not is_whole:
        return [(20, 0, 0)]
    return [(20, 0, 0), (40, 0, 0), (40, -far, far), (40, far, far), (40, -far, -far), (40, far, -far)] + [
        (VERIFY_KG, round(x * far), round(y * far)) for x, y in ((0, 0), (-1, 0), (1, 0), (0, 1), (0, -1), (0, 0))]


def certificate(checks, s, is_whole):
    shown = s.stance("calibrate", "show", "--json")
    checks.equal(shown.returncode, 0, f"what is in force: {shown.stderr}")
    file = json.loads(shown.stdout) if shown.stdout else {}
    checks.equal(file.get("operator"), "A. Miller", "by whom")
    checks.check(file.get("in_force"), "it is in force")
    rows = (file.get("verification") or {}).get("rows", [])
    checks.equal(len(rows), 6 if is_whole else 0, "places it was verified at")


def main():
    need("stanced", "stance", "stance-ui", "stance-sim")
    is_whole = "--all" in sys.argv[1:]
    checks = Checks()
    with Station() as s:
        hands = Hands(s)
        s.start_daemon("--state-dir", str(s.path / "state"))
        s.wait_state("streaming", 10)
        status = s.status()["mat"]
        hands.todo = places(0.5 * status["cols"] * status["pitch_mm"], is_whole)
        n_loads = sum(mass != VERIFY_KG for mass, _, _ in hands.todo) - is_whole  # one is left to creep
        hands.follow(s.client())
        shots = os.environ.get("STANCE_SHOTS", str(s.path))
        start_s = time.monotonic()
        run_screen(checks, s, "calibrate", whole(shots) if is_whole else quick(shots))
        print(f"  calibrated by touches in {time.monotonic() - start_s:.0f} s", flush=True)
        certificate(checks, s, is_whole)
        checks.equal(hands.done.count(("load", "done")), n_loads, "loads that were read")
        checks.equal(hands.done.count(("creep", "done")), int(is_whole), "creep that was read")
        checks.equal(len(list(s.path.glob("stance-support-*.tar.gz"))), 1, "the bundle was made")
        if is_whole:
            hands.do(f"weight 1 mass 20 at 0 0 radius {RADIUS_MM}")  # a check tells nothing while it runs
            run_screen(checks, s, "check", CHECK.format(shots))
            last = s.status()["calibration"]["last_check"]
            checks.check(last and last["mass_kg"] == 20, f"the morning check: {last}")
    checks.finish()


if __name__ == "__main__":
    main()
