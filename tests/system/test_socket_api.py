"""The socket as docs/api.md promises it: methods, errors, limits, streams and their documents."""
import base64
import json
import time

from station import Checks, Mat, PATIENCE, RpcError, Station, need

SAMPLE_KEYS = {"schema", "seq", "device_us", "t_s", "force_n", "load", "cop_mm", "left_frac",
               "fore_frac", "left", "right", "flags"}
FLAGS = {"uncalibrated", "unverified", "expired", "extrapolated", "saturated", "dead_cells", "gap",
         "low_rate", "side_unknown", "feet_touch", "edge", "unstable", "overrun", "stale"}
STATUS_KEYS = {
    "daemon": {"version", "uptime_s", "pid"},
    "mat": {"state", "driver", "path", "serial", "model", "firmware", "rows", "cols", "pitch_mm",
            "rate_hz", "bytes", "frames", "bad_frames", "lost_frames", "resyncs", "latency_ms"},
    "calibration": {"id", "state", "age_days", "reason", "expires_days", "quick", "drift", "step",
                    "last_check"},
    "store": {"path", "trials", "free_bytes"},
    "trial": {"state", "protocol", "elapsed_s"},
}


def refused(checks, client, line, code, what):
    """Send a raw line; the answer must be that error, and the connection must go on."""
    client.send_raw(line + b"\n")
    end_s = time.monotonic() + 5
    while time.monotonic() < end_s:
        message = client.read(5)
        if message is None:
            break
        if "method" in message:
            continue
        checks.equal(message.get("error", {}).get("code"), code, f"{what}: error code")
        checks.check(message.get("error", {}).get("message"), f"{what}: error has a message")
        checks.check(client.call("status")["schema"] == "stance.status/1", f"{what}: goes on")
        return message
    checks.check(False, f"{what}: no answer" + (", closed" if client.closed else ""))
    return {}


def malformed(checks, station):
    client = station.client()
    refused(checks, client, b"{nonsense", -32700, "not JSON")
    refused(checks, client, b"\xff\xfe\x80", -32700, "not UTF-8")
    refused(checks, client, b'{"jsonrpc":"2.0","id":1,"method":"sta', -32700, "cut short")
    refused(checks, client, b"[" * 20000, -32700, "deep nesting")
    refused(checks, client, b'{"jsonrpc":"2.0","id":1,"method":"st\0atus"}', -32700, "NUL inside")
    refused(checks, client, b"17", -32600, "a number")
    refused(checks, client, b'{"jsonrpc":"2.0","id":1}', -32600, "no method")
    refused(checks, client, b'{"jsonrpc":"2.0","id":1,"method":7}', -32600, "method not a string")
    answer = refused(checks, client, b'{"jsonrpc":"2.0","id":"abc","method":"no.such"}', -32601,
                     "unknown method")
    checks.equal(answer.get("id"), "abc", "the id comes back as it was sent")
    for params in ('{"streams":["nonsense"]}', '{"streams":5}', '{"streams":["status"],"status_s":0.5}',
                   '{"streams":["sample"],"max_hz":-1}', '{"streams":["sample"],"max_hz":"x"}', '[1,2]'):
        line = f'{{"jsonrpc":"2.0","id":9,"method":"subscribe","params":{params}}}'
        refused(checks, client, line.encode(), -32602, f"subscribe {params}")
    client.close()


def framing(checks, station):
    client = station.client()
    for byte in b'{"jsonrpc":"2.0","id":501,"method":"status"}\n':
        client.send_raw(bytes((byte,)))
    checks.check("result" in client.answer(501), "a request byte by byte")
    client.send_raw(b'{"jsonrpc":"2.0","id":502,"method":"status"}\r\n\n'
                    b'{"jsonrpc":"2.0","id":503,"method":"hello","params":{"client":"t","x":[1]}}\n')
    checks.check("result" in client.answer(502), "first of two in one write")
    checks.check("result" in client.answer(503), "second of two in one write")
    client.send_raw(b'{"jsonrpc":"2.0","method":"status"}\n'
                    b'{"jsonrpc":"2.0","id":504,"method":"status"}\n')
    message = client.read(5)
    while message and "method" in message:
        message = client.read(5)
    checks.equal((message or {}).get("id"), 504, "a request without an id gets no answer")
    fits = b'{"jsonrpc":"2.0","id":505,"method":"status","pad":"' + b"x" * 60000 + b'"}\n'
    client.send_raw(fits)
    checks.check("result" in client.answer(505), "a line of 60 kB is served")
    try:
        client.send_raw(b"y" * 70000 + b"\n")
    except OSError:
        pass
    end_s = time.monotonic() + 3
    while not client.closed and time.monotonic() < end_s:
        client.read(0.2)
    checks.check(client.closed, "a line over 64 KiB closes the connection")
    other = station.client()
    checks.check(other.call("status"), "and only that connection")


def documents(checks, station):
    client = station.client()
    status = client.call("status")
    checks.equal(status.get("schema"), "stance.status/1", "status schema")
    for part, keys in STATUS_KEYS.items():
        checks.check(keys <= set(status.get(part) or {}),
                     f"status.{part} lacks {keys - set(status.get(part) or {})}")
    mat = status["mat"]
    checks.equal((mat["state"], mat["rows"], mat["cols"]), ("streaming", 48, 48), "mat in status")
    checks.equal(mat["serial"], "PY-0001", "serial number")
    checks.check({"p50", "p99"} <= set(mat["latency_ms"]), "latency percentiles")
    checks.check(95 < mat["rate_hz"] < 105, f"rate {mat['rate_hz']} Hz of 100")
    checks.equal(status["calibration"]["state"], "not_needed", "calibration of a mat that sends force")
    client.call("subscribe", {"streams": ["sample", "frame"], "unknown": 1})
    notes = client.drain(2.0)
    samples = [p for _, name, p in notes if name == "sample"]
    frames = [p for _, name, p in notes if name == "frame"]
    checks.check(len(samples) > 150, f"{len(samples)} samples in 2 s at 100 Hz")
    for a, b in zip(samples, samples[1:]):
        checks.check(b["t_s"] > a["t_s"] and b["seq"] > a["seq"]
                     and b["device_us"] > a["device_us"], f"order at seq {b['seq']}")
    last = samples[-1]
    checks.check(SAMPLE_KEYS <= set(last), f"sample lacks {SAMPLE_KEYS - set(last)}")
    checks.equal(last["schema"], "stance.sample/1", "sample schema")
    checks.check(set(last["flags"]) <= FLAGS, f"flags {last['flags']}")
    checks.check(0 < last["t_s"] < status["daemon"]["uptime_s"] + 10, f"t_s {last['t_s']}")
    both = last["left"]["force_n"] + last["right"]["force_n"]
    checks.check(abs(both - last["force_n"]) < 0.01 * last["force_n"], "feet add up to the force")
    checks.check(0.9 < last["load"] < 1.1, f"load {last['load']} of a person standing still")
    checks.check(frames, "no frame documents")
    frame = frames[-1]
    cells = base64.b64decode(frame["cells"], validate=True)
    checks.equal((frame["schema"], frame["rows"], frame["cols"], frame["unit"], len(cells)),
                 ("stance.frame/1", 48, 48, "n", 48 * 48 * 2), "frame document")
    same = [s for s in samples if s["seq"] == frame["seq"]]
    if checks.check(same, "the frame's sample"):
        total_n = sum(cells[i] | cells[i + 1] << 8 for i in range(0, len(cells), 2)) * frame["scale"]
        checks.check(abs(total_n - same[0]["force_n"]) < 0.01 * total_n,
                     f"frame adds up to {total_n} N, sample {same[0]['force_n']}")


def streams(checks, station, mat):
    client = station.client()
    client.call("subscribe", {"streams": ["sample"], "max_hz": 10})
    n = sum(name == "sample" for _, name, _ in client.drain(3.0))
    checks.check(24 <= n <= 33, f"max_hz 10 gave {n} samples in 3 s")
    client.call("unsubscribe")
    client.drain(0.2)
    checks.equal(len(client.drain(0.5)), 0, "notifications after unsubscribe")
    client.call("subscribe", {"streams": ["status"]})
    checks.check(client.note("status", 3), "a status stream says something within 3 s")
    client.call("mat.identify")
    checks.check(mat.wait("identify", 3), "the mat is asked to blink")
    config = client.call("config.get")
    checks.check("mat" in json.dumps(config), "config.get names the mat's settings")


def nulls(checks, station, mat):
    """Nobody on the mat: absent is null, and zero is measured."""
    client = station.client()
    mat.do("weight 0")
    time.sleep(0.5 * PATIENCE)
    client.call("subscribe", {"streams": ["sample"]})
    sample = client.note("sample")[1]
    for key in ("cop_mm", "left_frac", "fore_frac", "left", "right"):
        checks.equal(sample[key], None, f"{key} of an empty mat")
    checks.equal(sample["force_n"], 0, "force of an empty mat")
    mat.do("weight 0.02")  # about 13 N: below the 20 N threshold
    time.sleep(0.5 * PATIENCE)
    client.drain(0.1)
    sample = client.note("sample")[1]
    checks.equal(sample["cop_mm"], None, "COP of 13 N")
    checks.check(sample["force_n"] is None or 0 <= sample["force_n"] < 20, "force of 13 N")
    mat.do("weight 1")
    client.close()


def raw_counts(checks):
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 5, "--unit", 0, "--adc-bits", 12)
        mat.wait("ready")
        station.start_daemon()
        station.wait_state("streaming")
        client = station.client()
        client.call("subscribe", {"streams": ["sample", "frame"]})
        notes = client.drain(1.5)
        sample = [p for _, name, p in notes if name == "sample"][-1]
        frame = [p for _, name, p in notes if name == "frame"][-1]
        checks.equal(sample["force_n"], None, "force of raw counts")
        checks.equal(sample["left"]["force_n"], None, "a foot's force of raw counts")
        checks.check("uncalibrated" in sample["flags"], "flag uncalibrated")
        checks.check(sample["cop_mm"] and 0 < sample["left_frac"] < 1, "COP and share are given")
        checks.equal(frame["unit"], "counts", "unit of the frame")
        checks.equal(client.call("status")["calibration"]["state"], "none", "calibration state")


def main():
    need("stanced")
    checks = Checks()
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 10)
        mat.wait("ready")
        station.start_daemon()
        station.wait_state("streaming")
        time.sleep(2)
        malformed(checks, station)
        framing(checks, station)
        documents(checks, station)
        streams(checks, station, mat)
        nulls(checks, station, mat)
        try:
            station.client().call("trial.nonsense")
            checks.check(False, "a method of a later issue answers")
        except RpcError as error:
            checks.equal(error.code, -32601, "trial.nonsense")
        checks.check(station.daemon.poll() is None, "the daemon lives")
    raw_counts(checks)
    checks.finish()


if __name__ == "__main__":
    main()
