"""`stance support-bundle`: one file that Python's tarfile opens, with what a fault is found by and nothing of
anybody; and the log that the daemon keeps of itself."""
import json
import os
import tarfile
import time

from station import Checks, Mat, PATIENCE, RpcError, Station, need

# What must not leave: each is in the store, or was said to the daemon.
SECRETS = ["PX-4711-zebra", "Quendolyn", "Ottokar", "lumbago-note", "Zwiebelfisch", "mark-krokodil"]
# "Ottokar" is an operator; a request that is refused is called by a patient's name.
FILES = {"README.txt", "versions.txt", "doctor.txt", "doctor.json", "config.txt", "config-daemon.json", "hello.json",
         "status.json", "ports.txt", "calibration.json", "calibrations.json", "procedure.json", "log.txt",
         "journal.txt"}


def contents(path):
    with tarfile.open(path) as tar:
        return {member.name.split("/", 1)[1]: tar.extractfile(member).read().decode()
                for member in tar.getmembers() if member.isfile()}


def fill(s, folder):
    """Patients, a visit, a trial, and a request that is refused; all of it named."""
    client = s.client()
    client.call("patient.add", {"code": SECRETS[0], "sex": "F", "birth_year": 1961, "notes": SECRETS[3]})
    visit = client.call("visit.start", {"patient": SECRETS[0]})["id"]
    client.call("trial.start", {"protocol": "quiet-eo", "patient": SECRETS[0], "visit": visit, "operator": SECRETS[2],
                                "duration_s": 1, "settle_s": 0, "wait_s": 10})
    until(lambda: client.call("trial.status")["state"] not in ("waiting", "settling", "measuring", "storing"))
    try:
        client.call("trial.start", {"protocol": "quiet-eo", "patient": SECRETS[1]})
    except RpcError:
        pass
    client.close()
    (folder / f"{SECRETS[4]}.gdt").write_bytes(b"no GDT at all, of " + SECRETS[1].encode() + b"\r\n")
    os.utime(folder / f"{SECRETS[4]}.gdt", (1.6e9, 1.6e9))


def until(what, timeout_s=5.0):
    end_s = time.monotonic() + timeout_s * PATIENCE
    while not what() and time.monotonic() < end_s:
        time.sleep(0.02)
    return what()


def is_refused(folder):
    return any((folder / "refused").glob("*.txt")) if (folder / "refused").exists() else False


def bundle(checks, s, *more):
    done = s.stance("support-bundle", "one.tar.gz", *more)
    checks.equal(done.returncode, 0, f"support-bundle: {done.stderr}")
    checks.check("doctor" in done.stderr, "its progress is told on stderr")
    checks.equal(oct((s.path / "one.tar.gz").stat().st_mode & 0o777), "0o600", "only its maker may read it")
    files = contents(s.path / "one.tar.gz")
    checks.equal(set(files), FILES, "its files")
    return files


def whole(checks, files):
    checks.equal(json.loads(files["status.json"])["schema"], "stance.status/1", "the status")
    checks.equal(json.loads(files["status.json"])["mat"]["state"], "streaming", "of this mat")
    checks.check("log.tail" in json.loads(files["hello.json"])["methods"], "the methods")
    checks.equal(json.loads(files["doctor.json"])["schema"], "stance.doctor/1", "the doctor")
    checks.check("gdt_in" in files["config.txt"], "the configuration")
    checks.check("a request is refused" in files["log.txt"], "the log")
    checks.check("listens on" in files["log.txt"].splitlines()[0], "from its oldest line on")


def nobody(checks, s, files):
    """The strings are there to be found: in the store, so that this can fail."""
    store = b"".join(p.read_bytes() for p in (s.path / "state/stance").glob("stance.db*"))
    for secret in (SECRETS[0], SECRETS[2], SECRETS[3]):
        checks.check(secret.encode() in store, f"{secret} is in the store")
    for secret in SECRETS:
        where = [name for name, text in files.items() if secret.lower() in text.lower()]
        checks.equal(where, [], f"{secret} is nowhere in the bundle")
    checks.equal([name for name, text in files.items() if '"operator"' in text], [], "nor is any operator")


def never_over(checks, s):
    before = (s.path / "one.tar.gz").read_bytes()
    again = s.stance("support-bundle", "one.tar.gz")
    checks.equal(again.returncode, 1, "the same name again")
    checks.check("not overwritten" in again.stderr, again.stderr)
    checks.equal((s.path / "one.tar.gz").read_bytes(), before, "what is there stays")
    nowhere = s.stance("support-bundle", "no/such/folder.tar.gz")
    checks.equal(nowhere.returncode, 1, "a folder that does not exist")
    checks.check("cannot be written" in nowhere.stderr, nowhere.stderr)
    os.symlink("elsewhere", s.path / "link.tar.gz")
    checks.equal(s.stance("support-bundle", "link.tar.gz").returncode, 1, "a link that leads away")
    checks.check(not (s.path / "elsewhere").exists(), "is not followed")


def log_pages(checks, s):
    client = s.client()
    page = client.call("log.tail", {"limit": 2})
    checks.equal([page["schema"], len(page["lines"])], ["stance.log/1", 2], "two lines")
    checks.check(page["more"] and page["lines"][0]["n"] > page["lines"][1]["n"], "the newest first, with more")
    older = client.call("log.tail", {"before": page["lines"][1]["n"]})["lines"]
    checks.equal(older[-1]["n"], 1, "and on to the first")
    checks.equal(older[0]["n"], page["lines"][1]["n"] - 1, "without a gap")
    for wrong in ({"limit": 0}, {"limit": 201}, {"before": -1}, {"limit": "x"}):
        try:
            client.call("log.tail", wrong)
            checks.check(False, f"{wrong} is not refused")
        except RpcError as error:
            checks.equal(error.code, -32602, f"{wrong} is refused")
    client.close()


def without_daemon(checks, s):
    done = s.stance("support-bundle", "--quiet", "--json")
    checks.equal(done.returncode, 0, f"without a daemon: {done.stderr}")
    told = json.loads(done.stdout)
    checks.equal([told["schema"], told["files"]], ["stance.support-bundle/1", len(FILES)], "what was made")
    files = contents(s.path / told["file"])
    checks.check("not running" in files["status.json"], f"why there is no status: {files['status.json'][:80]}")
    checks.check("not running" in files["doctor.txt"], "and the doctor says so")


def main():
    need("stanced", "stance")
    checks = Checks()
    with Station() as s:
        folder = s.path / "in"
        folder.mkdir()
        (s.path / "stance.conf").write_text(f"[export]\ngdt_in = {folder}\n")
        Mat(s, "--loop")
        s.start_daemon("--config", str(s.path / "stance.conf"))
        s.wait_state("streaming")
        fill(s, folder)
        checks.check(until(lambda: is_refused(folder)), "the request is refused")
        files = bundle(checks, s)
        whole(checks, files)
        nobody(checks, s, files)
        never_over(checks, s)
        log_pages(checks, s)
        s.daemon.terminate()
        s.daemon.wait(5)
        without_daemon(checks, s)
    checks.finish()


if __name__ == "__main__":
    main()
