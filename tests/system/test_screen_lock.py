"""The station's lock as a clinician meets it: locked from the worklist, a wrong PIN, the right one, a measurement of
nobody over the lock; locked from elsewhere it comes to the screen, opened from elsewhere it goes."""
import time

from station import BIN, Checks, Mat, PATIENCE, Station, need

SCRIPT = """wait_for state=live
expect screen=worklist
wait 1000
tap lock
wait_for screen=lock
wait 500
shot {0}/locked.png
type 1234
key enter
wait 2000
key escape
key q
expect screen=lock
tap key-4
wait 350
tap key-7
wait 350
tap key-1
wait 350
tap key-2
wait 350
tap key-ok
wait_for screen=worklist
wait 500
tap lock
wait_for screen=lock
wait 800
tap anonymous
wait_for state=live
wait 1500
tap start
wait_for screen=trial
wait 1200
tap stop
wait 800
key escape
expect screen=lock
quit
"""
FROM_ELSEWHERE = """wait_for screen=lock
shot {0}/elsewhere.png
wait_for screen=worklist
quit
"""


def appears(path, seconds):
    end = time.monotonic() + seconds * PATIENCE
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.05)
    return path.exists()


def run(station, name, text):
    script = station.path / name
    script.write_text(text.format(station.path))
    return station.start([BIN / "stance-ui", "--profile", "800x480", "--script", script], f"{name}.log")


def main():
    need("stanced", "stance-ui", "stance-sim")
    checks = Checks()
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 10)
        mat.wait("ready")
        station.start_daemon()
        client = station.client()
        client.call("patient.add", {"code": "P-0001"})
        client.call("worklist.add", {"patient": "P-0001"})
        client.call("station.set_pin", {"pin": "4712"})
        screen = run(station, "here", SCRIPT)
        checks.equal(screen.wait(60 * PATIENCE), 0, f"the script: {station.log('here.log')}")
        checks.check(client.call("station.status", {})["locked"], "the station is locked at its end")
        trials = client.call("trial.list", {"with_voided": True})["trials"]
        checks.equal([t["patient"] for t in trials], [None], "one trial, of nobody")
        screen = run(station, "elsewhere", FROM_ELSEWHERE)
        checks.check(appears(station.path / "elsewhere.png", 10),
                     "a screen that starts finds the station locked")
        client.call("station.unlock", {"pin": "4712"})
        checks.equal(screen.wait(20 * PATIENCE), 0, f"opened from elsewhere: {station.log('elsewhere.log')}")
    checks.finish()


if __name__ == "__main__":
    main()
