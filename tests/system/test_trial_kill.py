"""The daemon killed with SIGKILL at random moments of trials: the store opens, every finished trial is
there unchanged, the running one is recovered up to its last second or reported as interrupted.
--all: two hundred moments."""
import random
import sys
import time

from station import BIN, Checks, PATIENCE, Station, need

SEED = 4711
SECONDS, SETTLE = 1.2, 0.3
N_QUICK, N_ALL = 10, 200
LOSS_S = 1.0  # that may be missing: what had not reached the disk
LATE_S = 0.3  # between a frame and our knowing of it, and a sync of a busy disk


class Killer:
    def __init__(self, checks, station):
        self.checks, self.station = checks, station
        self.rng = random.Random(SEED)
        self.finished = {}  # id: the document once stored
        self.worst_loss_s, self.n_whole, self.n_cut, self.n_none = 0.0, 0, 0, 0

    def start(self):
        self.station.start_daemon()
        self.station.wait_state("streaming", 5)
        return self.station.client()

    def run_until_killed(self, client):
        """Returns the trial's id, the seconds recorded for sure, whether it was told as stored."""
        client.call("subscribe", {"streams": ["trial"]})
        id_ = client.call("trial.start", {"protocol": "quiet-eo", "duration_s": SECONDS,
                                          "settle_s": SETTLE}, 10 * PATIENCE)["id"]
        begun_s = time.monotonic()
        notes = client.drain(self.rng.uniform(0, SETTLE + SECONDS + 0.6))
        self.station.daemon.kill()
        killed_s = time.monotonic() - begun_s
        self.station.daemon.wait(5)
        stored = any(d["state"] == "stored" for _, name, d in notes if name == "trial")
        client.close()
        return id_, killed_s, stored

    def check_finished(self, client):
        for id_, before in self.finished.items():
            now = client.call("trial.show", {"id": id_})
            self.checks.check(now == before, f"trial {id_} is as it was stored")

    def check_killed(self, client, id_, killed_s, stored):
        trial = client.call("trial.show", {"id": id_})
        verdict = trial["quality"]["verdict"]
        series = client.call("trial.series", {"id": id_}) if not stored else None
        n = len(series["t_s"]) if series else 0
        reached_s = series["t_s"][-1] if n else 0.0
        whole = verdict != "interrupted"
        self.checks.check(trial["quality"]["reasons"] or whole, f"trial {id_} says why")
        if stored:
            self.checks.check(whole, f"trial {id_}, told as stored, is {verdict}")
        if not whole:
            loss_s = min(killed_s, SETTLE + SECONDS) - reached_s
            self.worst_loss_s = max(self.worst_loss_s, loss_s)
            self.checks.check(loss_s <= LOSS_S + LATE_S * PATIENCE,
                              f"trial {id_}: {loss_s:.2f} s of {killed_s:.2f} s are lost")
        self.n_whole += whole
        self.n_cut += not whole and n > 0
        self.n_none += not whole and n == 0
        self.finished[id_] = trial

    def once(self, client):
        id_, killed_s, stored = self.run_until_killed(client)
        client = self.start()
        self.check_finished(client)
        self.check_killed(client, id_, killed_s, stored)
        self.checks.equal(client.call("trial.status")["state"], "idle", "after the restart")
        return client


def main():
    need("stanced", "stance-sim")
    n = N_ALL if "--all" in sys.argv else N_QUICK
    checks = Checks()
    print(f"seed {SEED}, {n} moments")
    with Station() as station:
        station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--rows", "24",
                       "--cols", "24", "--pitch-mm", "20", "--seed", "9"], "sim.log")
        killer = Killer(checks, station)
        client = killer.start()
        # One that nobody kills: it must be there to the end.
        client.call("subscribe", {"streams": ["trial"]})
        first = client.call("trial.start", {"protocol": "quiet-eo", "duration_s": SECONDS,
                                            "settle_s": SETTLE})["id"]
        while client.note("trial", 10)[1]["state"] != "stored":
            pass
        killer.finished[first] = client.call("trial.show", {"id": first})
        for _ in range(n):
            client = killer.once(client)
        status = client.call("status")["store"]
        checks.equal(status["trials"], n + 1, "trials in the store")
        print(f"{n} kills: {killer.n_whole} whole, {killer.n_cut} cut, {killer.n_none} before their "
              f"first second; at most {killer.worst_loss_s:.2f} s lost")
        checks.check(killer.n_cut + killer.n_none > 0, "some moments lay within a trial")
    checks.finish()


if __name__ == "__main__":
    main()
