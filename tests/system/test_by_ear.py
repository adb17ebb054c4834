#!/usr/bin/env python3
"""By ear, from the mat to what a loudspeaker would be given: somebody with closed eyes leans, the tone follows, is
silent where it must be, and stops when she steps off. SDL's disk driver takes the samples at the pace of a device;
its file tells when each was taken. Prints the latencies, and holds them.
usage: test_by_ear.py"""
import array
import os
import select
import subprocess
import threading
import time

from station import BIN, PATIENCE, SANITIZED, Checks, RpcError, Station, need, percentile

need("stanced", "stance-sim", "stance-ui")
RATE_HZ, FRAME_BYTES = 44100, 4
# SDL hands the device 512 frames at a time; the C library writes them to the file by 4096 bytes.
BUFFER_BYTES = 512 * FRAME_BYTES
VOLUME = 9000  # of the loudest tone (ui/core/sound.c)
PROGRAMME = {"name": "eyes-closed", "blocks": [
    {"exercise": "by-ear", "duration_s": 20, "rest_s": 0, "feedback": "full"}]}
# In the exercise: forward and back again, to the right, and off. (seconds until it, the words)
LEANS = ((1.2, "lean 0 40 over 0.6"), (1.0, "lean 0 0 over 0.6"), (1.0, "lean 32 0 over 0.4"), (1.4, "step-off"))


class Heard(threading.Thread):
    """What the device took, and when: the disk driver's file is a pipe, so that no opening anew loses anything."""

    def __init__(self, path):
        super().__init__(daemon=True)
        os.mkfifo(path)
        # Open for writing, too: the pipe never ends, whoever opens it waits for nobody.
        self.fd, self.bytes, self.marks, self.over = os.open(path, os.O_RDWR), bytearray(), [], False

    def run(self):
        while not self.over:
            if select.select([self.fd], [], [], 0.05)[0]:
                self.bytes += os.read(self.fd, 1 << 16)
                self.marks.append((len(self.bytes), time.monotonic()))

    def time_of(self, frame):
        """When the device took this frame: its buffer's turn in the write that brought it, and its place in it."""
        at = frame * FRAME_BYTES
        end, when = next((m for m in self.marks if m[0] > at), self.marks[-1])
        later = (end - 1) // BUFFER_BYTES - at // BUFFER_BYTES
        return when - later * BUFFER_BYTES / FRAME_BYTES / RATE_HZ + at % BUFFER_BYTES / FRAME_BYTES / RATE_HZ


def refused(client, params, code):
    try:
        client.call("training.arm", params)
    except RpcError as error:
        return error.code == code and "beside" in str(error)
    return False


class Person:
    """Who stands, leans and goes when the station is so far: a slow machine's words come later, no others."""

    def __init__(self, station, client):
        self.client, self.told = client, []
        self.sim = station.start([str(BIN / "stance-sim"), "--link", str(station.path / "mat"), "--sway-mm", "1",
                                  "--duration", "120", "--script", "-", "--stance", "none", "--seed", "3"], "sim",
                                 stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)

    def do(self, words):
        self.sim.stdin.write(words + "\n")
        self.sim.stdin.flush()

    def look(self, seconds):
        self.told += [(s, document) for s, name, document in self.client.drain(seconds) if name == "training"]

    def until(self, state, limit_s):
        end_s = time.monotonic() + limit_s * PATIENCE
        while time.monotonic() < end_s and not (self.told and self.told[-1][1]["state"] == state):
            self.look(0.05)

    def train(self):
        """(monotonic second, document) of the training, until she has stepped off."""
        self.look(1)
        self.do("step-on")
        self.until("exercise", 40)
        for wait_s, words in LEANS:
            self.look(wait_s)
            self.do(words)
        self.until("pause", 5)
        return self.told


def volume_of(document):
    tone = (document["picture"] or {}).get("tone")
    return tone["volume_frac"] if tone else None


def peaks(frames, channel, width):
    """The loudest of each `width` frames."""
    one = frames[channel::2]
    return [max(map(abs, one[i:i + width])) for i in range(0, len(one) - width, width)]


def crossings(points, level):
    """Seconds at which (second, value) goes up over the level; from below it for a while."""
    found, low_s = [], None
    for second, value in points:
        if value < level * 0.8:
            low_s = second if low_s is None else low_s
        elif value >= level:
            if low_s is not None and second - low_s > 0.05:
                found.append(second)
            low_s = None
    return found


def check_states(c, told):
    begun = next(k for k, (_, d) in enumerate(told) if d["state"] == "exercise")
    other = max(k for k, (_, d) in enumerate(told[:begun]) if d["state"] != "countdown")
    countdown = told[other + 1:begun]
    exercise = [d for _, d in told if d["state"] == "exercise"]
    c.check(countdown and countdown[0][1]["count"] == 0 and "beside" in countdown[0][1]["say"], "it is announced")
    threes = [s for s, d in countdown if d["count"] == 3]
    c.check(threes and 8.5 < threes[0] - countdown[0][0] < 9.5, "nine seconds before 3, 2, 1")
    c.check(exercise and all(d["silent"] is False and d["picture"]["dot_mm"] is None for d in exercise),
            "a tone, and nothing to see")
    c.check(all(volume_of(d) is None for _, d in told if d["state"] != "exercise"), "no tone but in the exercise")
    c.equal(told[-1][1]["cue"], "open-eyes", "stepping off: open your eyes")


def check_heard(c, told, frames, heard):
    """Where the tone was told, it sounds; and the direction on the right side."""
    begin_s = next(s for s, d in told if d["state"] == "exercise")
    over_s = told[-1][0]
    left, right = peaks(frames, 0, 441), peaks(frames, 1, 441)
    when = [heard.time_of(i * 441) for i in range(len(left))]
    # A tenth of a second after its begin: what was queued of the start motif has passed.
    tone = [i for i, s in enumerate(when) if begin_s + 0.5 < s < over_s]
    # All through; a machine that is late for both the mat and the loudspeaker leaves holes.
    calm = sum(left[i] > 0.05 * VOLUME for i in tone) / max(1, len(tone))
    c.check(calm > 0.5, f"the calm tone of full feedback, {calm:.0%} of the time")
    aside = [i for i in tone if right[i] > 4 * left[i]]
    c.check(0.5 < len(aside) / 100 < 3.0, f"to the right: {len(aside) / 100} s on the right side")
    c.check(not [i for i in tone if left[i] > 4 * right[i]], "never on the left")
    # The stop motif, 0.6 s; then the prompt where there is one; no tone.
    after = [i for i, s in enumerate(when) if over_s + 0.1 < s < over_s + 0.5]
    c.check(after and max(left[i] for i in after) > 5000 and all(left[i] == right[i] for i in after), "the stop motif")


def check_latency(c, told, mat, frames, heard):
    exercise = [(s, volume_of(d)) for s, d in told if d["state"] == "exercise" and volume_of(d) is not None]
    sound = [(heard.time_of(i * 88), p / VOLUME) for i, p in enumerate(peaks(frames, 0, 88))]
    sound = [(s, v) for s, v in sound if exercise[0][0] + 0.5 < s]
    late_ms = []
    for level in (0.3, 0.4, 0.5, 0.6):
        asked, got = crossings(exercise, level), crossings(sound, level)
        for s in asked:
            near = [g for g in got if s - 0.05 < g < s + 0.5]
            late_ms += [1000 * (near[0] - s)] if near else []
    print(f"  frame to client: {mat['latency_ms']} ms")
    c.check(len(late_ms) >= 3, f"crossings compared: {len(late_ms)}")
    if late_ms:
        print(f"  client to sound as loud as asked: median {percentile(late_ms, 50):.0f} ms, "
              f"most {max(late_ms):.0f} ms (n = {len(late_ms)})")
        c.within(percentile(late_ms, 50), 300 if SANITIZED else 200, "from the document to the device", "ms")


def main():
    c = Checks()
    with Station() as station:
        pcm = station.path / "heard.pcm"
        station.start_daemon()
        client = station.client()
        client.call("subscribe", {"streams": ["training"]})
        c.check(refused(client, {"programme": "eyes-closed"}, -32010), "not without somebody beside")
        run = station.stance("training", "run", "--programme", "eyes-closed")
        c.check(run.returncode != 0 and "beside" in run.stderr, f"nor by the command: {run.stderr!r}")
        client.call("training.arm", {"programme": PROGRAMME, "supervised": True, "repeat": False})
        heard = Heard(pcm)
        heard.start()
        (station.path / "script").write_text("wait_for screen=train\nwait 60000\n")
        station.start([BIN / "stance-ui", "--profile", "800x480", "--role", "far", "--script",
                       station.path / "script"], "screen.log",
                      env={"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(pcm)})
        told = Person(station, client).train()
        mat = client.call("status")["mat"]
        time.sleep(1.2)
        heard.over = True
        heard.join()
        order = [d["state"] for k, (_, d) in enumerate(told) if k == 0 or d["state"] != told[k - 1][1]["state"]]
        if not c.check(order[-1:] == ["pause"], f"she stepped off in the exercise: {order}"):
            return c.finish()
        frames = array.array("h", bytes(heard.bytes[:len(heard.bytes) // FRAME_BYTES * FRAME_BYTES]))
        check_states(c, told)
        check_heard(c, told, frames, heard)
        check_latency(c, told, mat, frames, heard)
    return c.finish()


if __name__ == "__main__":
    raise SystemExit(main())
