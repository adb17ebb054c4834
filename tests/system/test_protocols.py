"""Protocols from end to end on scripted people whose answers are known: stance-sim, the daemon and
`stance trial run`, in real time, several stations at once. The exact figures at full length are
asserted in tests/unit/test_protocol_people.c; here the chain is what is tested, with its clock."""
import json
import math
import pathlib
import signal
import sys
import threading
import traceback

from station import BIN, Checks, PATIENCE, Station, need, read_jsonl

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import sway_reference

RATE_HZ = 60
LEAN_PHASE_S = 2.5  # settling and leaning
LATEST = 40  # frames: 0.67 s
LEAN_MM = 92.4  # 0.5527 x 1.60 m x sin 6 degrees
DIRECTIONS = ("front", "front_right", "right", "back_right", "back", "back_left", "left",
              "front_left")


def near(checks, got, wanted, within, what):
    checks.check(got is not None and abs(got - wanted) <= within,
                 f"{what}: {got}, wanted {wanted} within {within}")


def verdict(checks, trial, wanted, reason=None):
    quality = trial["quality"]
    checks.check(quality["verdict"] == wanted and
                 (reason is None or any(reason in r for r in quality["reasons"])),
                 f"{trial['protocol']}: {quality}, wanted {wanted}, {reason!r}")


def stepping_off(checks, trial):
    verdict(checks, trial, "unusable", "The person stepped off after 7.")
    near(checks, trial["outcomes"]["stepped_off_s"], 7.35, 0.3, "step off at 7.2 s")
    near(checks, trial["weight"]["left_frac"], 0.5, 0.03, "share before the step")


def five_rises(checks, trial):
    verdict(checks, trial, "good")
    near(checks, trial["outcomes"]["repetitions"], 5, 0, "rises")
    near(checks, trial["outcomes"]["repetitions_time_s"], 11.4, 0.05, "five rises in 11.4 s")


def one_leg(checks, trial):
    verdict(checks, trial, "good")
    near(checks, trial["outcomes"]["hold_time_s"], 4.9, 0.15, "stood on one leg")


def tandem(checks, trial):
    # Feet in line take a moment to be told apart: in a hold this short, that may be said.
    checks.check(trial["quality"]["verdict"] in ("good", "check"), f"tandem: {trial['quality']}")
    near(checks, trial["outcomes"]["hold_time_s"], 6.9, 0.15, "stood in tandem")


def true_lean_mm(rows, k, begin_s, duration_s):
    """How far the person of the truth leans in direction k: her COP behind the low-pass of a centre of
    mass, from where it was in the half second before."""
    angle = math.radians(45 * k)
    at = [(r["t_s"] - begin_s, r["cop_mm"]) for r in rows]
    base = [c for t, c in at if -0.5 <= t < 0]
    x0, y0 = (sum(c[i] for c in base) / len(base) for i in range(2))
    along = [(x - x0) * math.sin(angle) + (y - y0) * math.cos(angle)
             for t, (x, y) in at if 0 <= t < duration_s]
    filtered = sway_reference.both_ways(*sway_reference.butterworth(
        2, math.tan(math.pi * 1.5 / RATE_HZ) / 0.802), along)
    return max(filtered)


def true_leans_mm(rows, phases, late_s):
    begin_s = phases[0]["start_s"] - late_s
    return [true_lean_mm(rows, k, phases[k]["start_s"] - begin_s, phases[k]["duration_s"])
            for k in range(len(DIRECTIONS))]


def limits(checks, trial, truths):
    """Against what she did in this run: her own sway of some millimetres rides on the lean. Measuring begins a frame or
    two after the script, on a busy machine up to LATEST: all eight leans must fit one such delay."""
    verdict(checks, trial, "good")
    cue_s = next(t["t_s"] - t["script_s"] for t in truths if t["script_s"] is not None)
    rows = [{"t_s": t["t_s"] - cue_s, "cop_mm": t["cop_mm"]} for t in truths if t["cop_mm"]]
    told_mm = [trial["outcomes"][f"{direction}_max_excursion_mm"] for direction in DIRECTIONS]
    leans = [true_leans_mm(rows, trial["phases"], frames / RATE_HZ) for frames in range(LATEST)]
    leans_mm = min(leans, key=lambda each: max(abs(a - b) for a, b in zip(each, told_mm)))
    for k, direction in enumerate(DIRECTIONS):
        lean_mm = leans_mm[k]
        near(checks, lean_mm, LEAN_MM, 5, f"what was leaned to {direction}")
        near(checks, told_mm[k], lean_mm, 1, f"lean to {direction}")
        angle_deg = math.degrees(math.asin(lean_mm / (0.5527 * 1600)))
        near(checks, trial["outcomes"][f"{direction}_max_excursion_deg"], angle_deg, 0.07,
             f"angle to {direction}")


def squat(checks, trial):
    verdict(checks, trial, "good")
    near(checks, trial["outcomes"]["squat_asymmetry_pct"], 12, 1, "squat at a share of 0.44")


def romberg(checks, trial):
    verdict(checks, trial, "good")
    checks.check(trial["outcomes"]["romberg_velocity"] > 1.8,
                 f"Romberg ratio {trial['outcomes']['romberg_velocity']} of sway 3 times as large")
    checks.equal([p["condition"]["eyes"] for p in trial["phases"]], ["open", "closed"], "eyes")


def mctsib(checks, trial):
    verdict(checks, trial, "good")
    checks.equal([p["condition"]["surface"] for p in trial["phases"]],
                 ["firm", "firm", "foam", "foam"], "surfaces")
    checks.check(trial["outcomes"]["vestibular_velocity_ratio"] > 1.5,
                 f"vestibular ratio {trial['outcomes']['vestibular_velocity_ratio']}")


def faults(checks, trial):
    verdict(checks, trial, "unusable", "of the frames are missing; check the cable")


def sitting(checks, trial):
    verdict(checks, trial, "good")
    near(checks, trial["weight"]["left_frac"], 0.6, 0.02, "share of the left half of a seat")
    near(checks, trial["weight"]["mass_kg"], 72, 0.2, "mass on the seat")
    checks.equal(trial["weight"]["com_ml_mm"], None, "offset without feet")


def natural(checks, trial):
    verdict(checks, trial, "good")
    near(checks, trial["outcomes"]["shifts"], 1, 0, "shifts")
    checks.check(trial["outcomes"]["outside_45_55_pct"] > 90, "outside 45 to 55 %")


# What is leaned at 0.1 s of each phase of 2 s, with 0.5 s before it; over in time even when all of it is LATEST frames late.
LEANS = "".join(f"at {LEAN_PHASE_S * k + 0.1:.1f} lean-angle 6 {45 * k} over 0.6\n"
                f"at {LEAN_PHASE_S * k + 1.2:.1f} lean-angle 0 0 over 0.6\n" for k in range(8))

# protocol, options of the trial, of the person, script, state that begins it, what must come out
PEOPLE = (
    ("quiet-eo", "--duration 12 --settle 0.5", "", "at 7.2 step-off", "measuring", stepping_off),
    ("sts5", "", "--sway-mm 1", "at 1 sts 5 over 11.4", "measuring", five_rises),
    ("los", "--duration 2 --settle 0.5 --patient leaner", "--stature-m 1.60 --sway-mm 0.5 "
     "--stance-width-mm 240 --foot-length-mm 270", LEANS, "measuring", limits),
    ("single-left", "", "", "at 1 lift right\nat 6 lower right", "waiting", one_leg),
    ("tandem-right", "", "--stance tandem-right --rows 64", "at 1 step-on\nat 8 step-off",
     "waiting", tandem),
    ("squat-60", "--duration 3 --settle 2", "--sway-mm 1",
     "at 0 squat 60\nat 0 left-frac 0.44 over 1", "settling", squat),
    ("romberg", "--duration 4 --settle 1", "", "at 4 eyes closed\nat 4 sway 3 over 0.8",
     "measuring", romberg),
    ("mctsib", "--duration 3 --settle 1", "",
     "at 3 eyes closed over 0.4\nat 7.5 step-off\nat 8.5 surface foam\nat 8.5 eyes open\nat 9.5 step-on\n"
     "at 14.6 eyes closed over 0.4", "measuring", mctsib),
    ("quiet-ec", "--duration 4 --settle 0.5", "--faults 0.1", "", "measuring", faults),
    ("seated", "--duration 4 --settle 0.5", "--stance seated --left-frac 0.6", "at 9 step-off",
     "measuring", sitting),
    ("natural", "--duration 20 --settle 0.5", "--left-frac 0.65 --sway-mm 2",
     "at 10 left-frac 0.35 over 1", "measuring", natural),
)


def cue(client, sim, state):
    """Let the script begin when the trial has come to that state."""
    while (note := client.note("trial", 60 * PATIENCE)) is not None:
        if note[1]["state"] == state:
            sim.send_signal(signal.SIGUSR1)
            return


def one_trial(checks, protocol, options, person, script, begin, judge):
    with Station() as station:
        station.start_daemon()
        (station.path / "script").write_text(script + "\n")
        sim = station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"),
                             "--script", str(station.path / "script"), "--cue", "signal",
                             "--mass-kg", "72", "--rate-hz", str(RATE_HZ), "--tx-buffer-s", "5",
                             "--truth", str(station.path / "truth.jsonl"), *person.split()],
                            "sim.log")
        station.wait_state("streaming")
        if "--patient" in options:
            done = station.stance("patient", "add", "leaner", "--stature-m", "1.60", "--mass-kg",
                                  "72")
            checks.equal(done.returncode, 0, f"patient add: {done.stderr}")
        client = station.client()
        client.call("subscribe", {"streams": ["trial"]})
        threading.Thread(target=cue, args=(client, sim, begin), daemon=True).start()
        done = station.stance("trial", "run", "--protocol", protocol, "--json", *options.split(),
                              timeout_s=60)
        if checks.equal(done.returncode, 0, f"{protocol}: {done.stderr}"):
            trial = json.loads(done.stdout)
            if judge is limits:
                judge(checks, trial, read_jsonl(station.path / "truth.jsonl"))
            else:
                judge(checks, trial)


def attempt(checks, person):
    try:
        one_trial(checks, *person)
    except Exception:  # whatever it is, it is this person's failure
        checks.check(False, f"{person[0]}: {traceback.format_exc()}")


def main():
    """Everybody, or those whose protocols are named."""
    need("stanced", "stance", "stance-sim")
    checks = Checks()
    threads = [threading.Thread(target=attempt, args=(checks, person)) for person in PEOPLE
               if len(sys.argv) == 1 or person[0] in sys.argv[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    checks.finish()


main()
