"""The look before a trial, through the socket: nobody, somebody, the feet saved and found again; an unloaded
zero, and what is refused."""
import time

from station import BIN, Checks, PATIENCE, RpcError, Station, need

PARTS = ("mat", "zero", "calibration", "weight", "placement")
KG = 70


def refusal(client, method, params=None):
    try:
        client.call(method, params, 10 * PATIENCE)
    except RpcError as error:
        return error.code
    return None


def await_state(client, part, state, **params):
    """Ask until a part is in that state; the last answer, whatever it says."""
    end_s = time.monotonic() + 5 * PATIENCE
    while True:
        seen = client.call("precheck", params)
        if seen[part]["state"] == state or time.monotonic() > end_s:
            return seen
        time.sleep(0.1)


def somebody(checks, client):
    seen = await_state(client, "weight", "good")
    checks.equal((seen["schema"], seen["ready"], seen["patient"]),
                 ("stance.precheck/1", True, None), "somebody stands there")
    checks.check(all(seen[part]["text"] for part in PARTS), "each part has a sentence")
    checks.within(abs(seen["weight"]["mass_kg"] - KG), 0.7, "the mass", "kg")
    checks.equal((seen["weight"]["steady"], seen["weight"]["entered_kg"]), (True, None), "weight")
    checks.equal((seen["zero"]["empty"], seen["zero"]["age_s"]), (False, None), "zero")
    checks.check(seen["zero"]["load_n"] > 600, "the load is shown")
    checks.equal(seen["mat"]["mat_state"], "streaming", "the mat")
    checks.check(90 < seen["mat"]["rate_hz"] < 110, "its rate")
    feet = seen["placement"]
    checks.check(feet["left"]["heel_mm"][0] < feet["right"]["heel_mm"][0], "left lies left")
    checks.equal((feet["saved"], feet["left"]["dx_mm"], feet["width_saved_mm"]),
                 (False, None, None), "nothing saved yet")


def against_the_card(checks, client):
    client.call("patient.add", {"code": "P-1", "mass_kg": 80})
    seen = client.call("precheck", {"patient": "P-1"})
    checks.equal((seen["patient"], seen["weight"]["entered_kg"], seen["weight"]["state"]),
                 ("P-1", 80, "check"), "another mass than on the card")
    checks.within(abs(seen["weight"]["difference_pct"] - 100 * (KG / 80 - 1)), 1, "by", "%")
    checks.equal(seen["ready"], True, "which is no hindrance")
    checks.equal(refusal(client, "precheck", {"patient": "Q"}), -32008, "nobody of that name")


def placement(checks, client):
    checks.equal(client.call("placement.get", {"patient": "P-1"}), None, "none yet")
    saved = client.call("placement.save", {"patient": "P-1"}, 10 * PATIENCE)
    checks.equal((saved["schema"], saved["patient"]), ("stance.placement/1", "P-1"), "saved")
    checks.check(150 < saved["left"]["length_mm"] < 350, "as long as a foot")
    checks.equal(client.call("placement.get", {"patient": "P-1"}), saved, "and kept")
    checks.equal(client.call("patient.get", {"code": "P-1"})["placement"], True, "on the card")
    seen = client.call("precheck", {"patient": "P-1"})["placement"]
    checks.equal((seen["saved"], seen["state"], seen["left"]["ok"], seen["right"]["ok"]),
                 (True, "good", True, True), "the same feet")
    for side in ("left", "right"):
        checks.within(max(abs(seen[side][key]) for key in ("dx_mm", "dy_mm", "angle_deg")), 3,
                      f"the {side} foot is where it was", "mm")
    checks.equal(refusal(client, "placement.save", {"patient": "Q"}), -32008, "of nobody")
    checks.equal(client.call("placement.clear", {"patient": "P-1"}), None, "forgotten")
    checks.equal(client.call("placement.get", {"patient": "P-1"}), None, "and gone")


def fast(checks, client):
    """As a screen asks: four times a second is nothing."""
    begin_s = time.monotonic()
    for _ in range(100):
        client.call("precheck", {"patient": "P-1"}, 10 * PATIENCE)
    ms = 10 * (time.monotonic() - begin_s)
    checks.within(ms, 25 * PATIENCE, f"{ms:.1f} ms an answer", "ms")


def nobody(checks, station):
    station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"),
                   "--stance", "none"], "sim.log")
    station.start_daemon()
    station.wait_state("streaming", 5)
    client = station.client()
    client.call("patient.add", {"code": "P-1"})
    seen = await_state(client, "zero", "good")
    checks.equal((seen["ready"], seen["state"], seen["zero"]["empty"]), (False, "waiting", True),
                 "nobody is there")
    checks.equal((seen["weight"]["state"], seen["weight"]["mass_kg"]), ("waiting", None), "no mass")
    checks.equal((seen["placement"]["state"], seen["placement"]["left"]), ("waiting", None),
                 "no feet")
    checks.equal(refusal(client, "placement.save", {"patient": "P-1"}), -32010, "no feet to save")
    client.call("mat.tare", {}, 10 * PATIENCE)
    age_s = client.call("precheck")["zero"]["age_s"]
    checks.check(age_s is not None and age_s < 5 * PATIENCE, f"tared {age_s} s ago")


def no_mat(checks, station):
    station.start_daemon()
    client = station.client()
    seen = client.call("precheck")
    checks.equal((seen["ready"], seen["mat"]["state"]), (False, "waiting"), "no mat")
    checks.check(seen["mat"]["text"], "what to do about it")
    client.call("patient.add", {"code": "P-1"})
    checks.equal(refusal(client, "placement.save", {"patient": "P-1"}), -32002, "nothing to save")


def main():
    need("stanced", "stance-sim")
    checks = Checks()
    with Station() as station:
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"),
                       "--mass-kg", str(KG), "--seed", "5"], "sim.log")
        station.start_daemon()
        station.wait_state("streaming", 5)
        client = station.client()
        somebody(checks, client)
        against_the_card(checks, client)
        placement(checks, client)
        fast(checks, client)
    with Station() as station:
        nobody(checks, station)
    with Station() as station:
        no_mat(checks, station)
    checks.finish()


if __name__ == "__main__":
    main()
