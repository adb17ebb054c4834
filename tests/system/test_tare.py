"""Taring: refused while someone stands on the mat, done on an empty one, never by itself."""
import time

from station import Checks, Mat, PATIENCE, RpcError, Station, need


def samples(client, seconds):
    return [p for _, name, p in client.drain(seconds) if name == "sample"]


def tare(client):
    try:
        return client.call("mat.tare", timeout_s=15), None
    except RpcError as error:
        return None, error


def main():
    need("stanced")
    checks = Checks()
    with Station() as station:
        mat = Mat(station, "--loop", "--seconds", 10, "--empty", 0)
        mat.wait("ready")
        station.start_daemon()
        station.wait_state("streaming")
        client = station.client()
        client.call("subscribe", {"streams": ["sample"]})
        time.sleep(1)
        before = samples(client, 0.5)[-1]
        result, error = tare(client)
        checks.check(error is not None, f"tare with a person on the mat was taken: {result}")
        if error:
            print(f"  refused: {error.message}")
            checks.check(len(error.message) > 15, "the refusal says why")
        after = samples(client, 1.0)[-1]
        checks.check(abs(after["force_n"] - before["force_n"]) < 20,
                     "the refused tare changed the zero")
        mat.do("weight 0")
        time.sleep(1.0 * PATIENCE)
        result, error = tare(client)
        checks.check(error is None, f"tare of an empty mat was refused: {error}")
        mat.do("weight 1")
        time.sleep(1.5 * PATIENCE)
        again = samples(client, 0.5)[-1]
        checks.check(abs(again["force_n"] - before["force_n"]) < 20,
                     f"force {before['force_n']} N before, {again['force_n']} N after a good tare")
        client.call("unsubscribe")
        mat.ask("unplug", "unplugged")
        time.sleep(0.5)
        result, error = tare(client)
        checks.check(error is not None, "tare without a mat is refused")
    checks.finish()


if __name__ == "__main__":
    main()
