"""A panel in the configuration and no chip in the machine: said, with the remedy, and nothing else suffers."""
import json
import subprocess

from station import BIN, Checks, Client, Mat, PATIENCE, Station, need

CONFIG = """[gpio]
start = no-such-chip:GPIO17 active-low pull-up
ready = no-such-chip:GPIO22
fault = 23
sync_in = no-such-chip:5 upside-down
"""


def configure(station, text):
    folder = station.path / "config" / "stance"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stance.conf").write_text(text)


def command(station, *words):
    done = subprocess.run([BIN / "stance", *words], env=station.env, text=True,
                          capture_output=True, timeout=30)
    return done.returncode, done.stdout


def lines_are_said(checks, station, client):
    gpio = client.call("status")["gpio"]
    checks.check(gpio["library"].startswith("libgpiod "), f"library {gpio['library']}")
    lines = {line["role"]: line for line in gpio["lines"]}
    checks.equal(sorted(lines), ["fault", "ready", "start", "sync_in"], "roles")
    for role, state, word in (("start", "missing", "GPIO chip"), ("ready", "missing", "GPIO chip"),
                              ("fault", "wrong", "offset without a chip"),
                              ("sync_in", "wrong", "[CHIP:]LINE")):
        checks.equal(lines[role]["state"], state, f"state of {role}")
        checks.check(word in (lines[role]["reason"] or ""), f"{role}: {lines[role]['reason']}")
    _, text = command(station, "status")
    checks.check("start (no-such-chip:GPIO17 active-low pull-up): missing" in text, "stance status")
    _, text = command(station, "doctor", "--json")
    panel = [f for f in json.loads(text)["findings"] if f["id"] == "panel"]
    checks.equal(len(panel), 4, "findings of doctor")
    checks.check(all(f["verdict"] == "warning" and f["fix"] for f in panel), "each with its remedy")


def the_rest_works(checks, station, client):
    mat = Mat(station)
    station_is_up = False
    for _ in range(int(100 * PATIENCE)):
        if client.call("status")["mat"]["state"] == "streaming":
            station_is_up = True
            break
        client.drain(0.1)
    checks.check(station_is_up, "the mat streams")
    progress = client.call("trial.start", {"protocol": "quiet-eo", "wait_s": 5})
    checks.equal(progress["state"], "waiting", "a trial begins")
    client.call("trial.abort")
    mat.stop()


def main():
    need("stanced", "stance", "stance-sim")
    checks = Checks()
    with Station() as station:
        configure(station, CONFIG)
        station.start_daemon()
        client = Client(station.socket)
        lines_are_said(checks, station, client)
        the_rest_works(checks, station, client)
        client.close()
    checks.finish()


main()
