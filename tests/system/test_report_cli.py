"""`stance report` and what else of the clinic changes or reads what was signed, against a daemon that this
test plays: what is asked of it, pieces put together, a document that is not the one that was signed."""
import hashlib
import json
import socket
import threading

from station import Checks, Station, need

TEXT = json.dumps({"schema": "stance.report/1", "patient": "Müller-7", "x": list(range(4000))},
                  ensure_ascii=False)
VERSION = {"schema": "stance.report-version/1", "visit": 3, "patient": "P-7", "version": 2, "previous": 1,
           "signed_at": "2026-11-28T09:30:00+01:00", "operator": "Dr A", "by": "anna", "comment": "mended",
           "sha256": "ab" * 32, "previous_sha256": "cd" * 32, "bytes": 12345, "superseded": False}


class Daemon:
    """Answers with what `results` says of a method; a function is given the parameters."""

    def __init__(self, path, results):
        self.results, self.asked = results, []
        path.parent.mkdir(parents=True, exist_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(str(path))
        self.socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            client, _ = self.socket.accept()
            with client, client.makefile("rwb") as file:
                for line in file:
                    file.write(json.dumps(self._answer(json.loads(line))).encode() + b"\n")
                    file.flush()

    def _answer(self, request):
        method, params = request["method"], request.get("params", {})
        self.asked.append((method, params))
        answer = {"jsonrpc": "2.0", "id": request["id"]}
        if method not in self.results:
            return {**answer, "error": {"code": -32601, "message": f"There is no method \"{method}\"."}}
        result = self.results[method]
        return {**answer, "result": result(params) if callable(result) else result}

    def last(self):
        return self.asked[-1] if self.asked else None


def piece(params, sha256):
    """A thousand characters at a time, whatever their bytes."""
    data = TEXT.encode()
    start = params["offset"]
    text = data[start:start + 1000].decode(errors="ignore")
    end = start + len(text.encode())
    return {"schema": "stance.report-text/1", "visit": params["visit"], "version": params.get("version", 2), "sha256": sha256,
            "total": len(data), "offset": start, "text": text,
            "next_offset": end if end < len(data) else None}


def signs(checks, s, daemon):
    done = s.stance("report", "sign", "3", "--operator", "Dr A", "--comment", "mended", "--yes")
    checks.equal(done.returncode, 0, f"sign: {done.stderr}")
    checks.equal(daemon.last(), ("report.sign", {"visit": 3, "operator": "Dr A", "comment": "mended"}),
                 "what is asked")
    checks.check(done.stdout.startswith("visit 3 of P-7, version 2: signed 2026-11-28 09:30 by Dr A (anna)\n"),
                 f"what is said: {done.stdout!r}")
    n = len(daemon.asked)
    checks.equal(s.stance("report", "sign", "3", "--operator", "Dr A").returncode, 2, "without --yes")
    checks.equal(s.stance("report", "sign", "3", "--yes").returncode, 2, "by nobody")
    checks.equal(len(daemon.asked), n, "then nothing is asked")


def amends(checks, s, daemon):
    done = s.stance("report", "amend", "3", "--operator", "Dr A", "--discard", "7", "--reason", "coughed",
                    "--yes", "--json")
    checks.equal(done.returncode, 0, f"amend: {done.stderr}")
    checks.equal(daemon.last(), ("report.amend", {"visit": 3, "operator": "Dr A", "discard": [
        {"trial": 7, "reason": "coughed"}]}), "what is asked")
    checks.equal(json.loads(done.stdout), VERSION, "the document as it came")
    done = s.stance("report", "amend", "3", "--operator", "Dr A", "--discard", "7", "--yes")
    checks.check(done.returncode == 2 and "--reason" in done.stderr, f"without a reason: {done.stderr}")


def lists(checks, s, daemon):
    done = s.stance("report", "list", "--visit", "3", "--verbose")
    checks.equal(daemon.last(), ("report.list", {"visit": 3, "limit": 100}), "what is asked")
    checks.check("version 2" in done.stdout and "ab" * 32 in done.stdout and "mended" in done.stdout,
                 f"the list: {done.stdout!r}")
    checks.check("1 of 5; --offset 1" in done.stderr, f"that there are more: {done.stderr!r}")


def gets(checks, s, daemon):
    right, wrong = hashlib.sha256(TEXT.encode()).hexdigest(), "0" * 64
    daemon.results["report.get"] = lambda params: piece(params, right)
    done = s.stance("report", "get", "3")
    checks.equal(done.returncode, 0, f"get: {done.stderr}")
    checks.check(done.stdout == TEXT, f"byte for byte: {len(done.stdout)} of {len(TEXT)}")
    s.stance("report", "get", "3", "--version", "1")
    checks.equal(daemon.last()[1].get("version"), 1, "a version")
    daemon.results["report.get"] = lambda params: piece(params, wrong)
    done = s.stance("report", "get", "3")
    checks.check(done.returncode == 8 and "SHA-256" in done.stderr,
                 f"another document: {done.returncode} {done.stderr!r}")


def marks(checks, s, daemon):
    done = s.stance("trial", "mark", "coughed")
    checks.equal(daemon.last(), ("trial.mark", {"text": "coughed"}), "a mark")
    checks.equal(done.stdout, "trial 4: mark 2 at 3.25 s: coughed\n", "what is said")
    s.stance("trial", "mark")
    checks.equal(daemon.last(), ("trial.mark", {}), "a plain mark")
    s.stance("visit", "share", "3", "--off")
    checks.equal(daemon.last(), ("visit.share", {"id": 3, "shared": False}), "not shown any more")
    done = s.stance("trial", "repeat", "--yes")
    checks.check(done.returncode == 1 and "trial.repeat" in done.stderr,
                 f"a method that is not there is named: {done.stderr!r}")


def main():
    need("stance")
    checks = Checks()
    with Station() as s:
        daemon = Daemon(s.socket, {
            "report.sign": VERSION, "report.amend": VERSION,
            "report.list": {"schema": "stance.reports/1", "reports": [VERSION], "offset": 0, "total": 5,
                            "more": True},
            "trial.mark": {"schema": "stance.mark/1", "trial": 4, "n": 2, "t_s": 3.25, "text": "coughed"},
            "visit.share": {"schema": "stance.visit/1", "id": 3, "trials": []}})
        signs(checks, s, daemon)
        amends(checks, s, daemon)
        lists(checks, s, daemon)
        gets(checks, s, daemon)
        marks(checks, s, daemon)
    checks.finish()


main()
