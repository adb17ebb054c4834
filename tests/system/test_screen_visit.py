"""A quick visit by touches alone: from the worklist to the first trial in four taps, stopped by a
fifth; what the daemon has stored afterwards. The rest of the visit is a tap a trial."""
from station import BIN, Checks, Mat, PATIENCE, Station, need

MOST_TAPS = 8  # for a quick visit of three trials
SCRIPT = """wait_for state=live
expect screen=worklist
wait 700
tap entry-0
wait_for screen=patient
wait 500
shot {0}/card.png
tap measure
wait_for screen=visit
wait 500
tap plan-0
wait 1500
tap start
wait_for screen=trial
wait 2500
shot {0}/running.png
tap stop
wait 1500
shot {0}/over.png
quit
"""


def main():
    need("stanced", "stance-ui", "stance-sim")
    checks = Checks()
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 10)
        mat.wait("ready")
        station.start_daemon()
        client = station.client()
        client.call("patient.add", {"code": "P-0001", "red_flags": ["night_pain"]})
        client.call("worklist.add", {"patient": "P-0001"})
        script = station.path / "script"
        script.write_text(SCRIPT.format(station.path))
        screen = station.start([BIN / "stance-ui", "--profile", "800x480", "--script", script],
                               "screen.log")
        checks.equal(screen.wait(40 * PATIENCE), 0, f"the script: {station.log('screen.log')}")
        visits = client.call("visit.list", {"patient": "P-0001"})["visits"]
        checks.equal(len(visits), 1, "one visit was begun")
        trials = client.call("trial.list", {"patient": "P-0001", "with_voided": True})["trials"]
        checks.equal(len(trials), 1, "one trial was begun and stopped")
        if trials and visits:
            checks.equal(trials[0]["visit"], visits[0]["id"], "the trial is of the visit")
            checks.check(trials[0]["verdict"] != "running", "and it is over")
        to_start = SCRIPT[:SCRIPT.index("tap start")].count("tap ") + 1
        checks.within(to_start + 2, MOST_TAPS, "taps of a quick visit, three trials", "")
    checks.finish()


if __name__ == "__main__":
    main()
