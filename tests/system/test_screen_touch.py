"""Touch is put right on the screen itself: a panel that is turned, mirrored and askew; five crosses touched by a script whose
fingers are on such a panel; after Keep and after the next start a touch lands within a millimetre of the finger. What nobody
keeps goes back by itself, and what the next start would not use is not called kept. No daemon and no mat are needed for it."""
import re

from station import BIN, Checks, PATIENCE, Station, need

W, H, MM_PX = 800, 480, 154 / 800
MARKS = ((100, 60), (700, 60), (700, 420), (100, 420), (400, 240))
CHECKS = ((52, 52), (747, 52), (747, 427), (52, 427))
# Of where the finger is (0..1) the panel says: a quarter turn, mirrored, smaller, askew, and beside.
PANEL = (0.05, -0.93, 0.97, -0.94, -0.04, 0.98)
LIMIT_MM = 1.0
GO = """wait_for widget=station
wait 300
tap station
wait_for screen=service
wait_for widget=row-down
wait 300
tap row-down
wait 400
tap row-1
wait_for screen=display
wait 400
"""
SKEWED = "panel " + ",".join(str(v) for v in PANEL) + "\n"


def taps(points):
    return "".join(f"tap_xy {x} {y}\nwait 350\n" for x, y in points)


CALIBRATE = "wait_for widget=calibrate\ntap calibrate\nexpect screen=touch\nwait 300\n" + SKEWED + taps(MARKS)
CHECK = "wait 400\ntap touch\nwait 400\n" + taps(CHECKS) + "wait_for widget=next\nquit\n"


def run(checks, station, name, script, *arguments):
    path = station.path / f"{name}.script"
    path.write_text(script)
    screen = station.start([BIN / "stance-ui", "--verbose", "--profile", "800x480", *arguments, "--script", path], f"{name}.log")
    checks.equal(screen.wait(60 * PATIENCE), 0, f"{name}: {station.log(f'{name}.log')}")
    return station.log(f"{name}.log")


def matrix_of(path):
    return tuple(float(v) for v in re.search(r"^touch_matrix = (.*)$", path.read_text(), re.M).group(1).split())


def apply(m, x, y):
    return m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5]


def worst_mm(m):
    """How far a touch lands from the finger, at worst, over the whole screen."""
    worst = 0
    for i in range(21):
        for k in range(21):
            x, y = apply(m, *apply(PANEL, i / 20, k / 20))
            worst = max(worst, MM_PX * (((x - i / 20) * W) ** 2 + ((y - k / 20) * H) ** 2) ** 0.5)
    return worst


def check_found(checks, log, what):
    told = re.search(r"touch check: ([\d.]+) mm", log)
    if checks.check(told, f"{what}: the touch check says what it found: {log}"):
        checks.within(float(told.group(1)), LIMIT_MM, f"{what}: a touch beside its mark", "mm")


def put_right(checks, station, kept):
    log = run(checks, station, "set", GO + CALIBRATE + "wait_for widget=keep\ntap keep\nwait 400\n"
              "wait_for widget=done\ntap done\nexpect screen=display\n" + CHECK)
    if not checks.check(kept.exists(), "the matrix is kept in the user's configuration"):
        return
    checks.within(worst_mm(matrix_of(kept)), LIMIT_MM, "beside its place, at worst over the screen", "mm")
    check_found(checks, log, "at once")
    log = run(checks, station, "restarted", SKEWED + GO + CHECK)
    check_found(checks, log, "after the next start")


def nobody_keeps_it(checks, station, kept):
    """Whoever looks away has the screen back as it was: the buttons are hit again as before."""
    run(checks, station, "left", GO + CALIBRATE + "wait_for widget=keep\nwait 15500\npanel 1,0,0,0,1,0\n"
        "wait_for widget=done\nwait 300\ntap done\nexpect screen=display\nquit\n")
    checks.check(not kept.exists(), "what nobody kept is not kept")


def elsewhere(checks, station, kept):
    """A cross that was touched 20 mm beside: refused, and nothing has changed."""
    wrong = MARKS[:2] + ((596, 420),) + MARKS[3:]
    run(checks, station, "elsewhere", GO + "tap calibrate\nexpect screen=touch\nwait 300\n" + taps(wrong)
        + "wait_for widget=again\nexpect widget=done\ntap done\nexpect screen=display\nquit\n")
    checks.check(not kept.exists(), "what does not fit is not kept")


def one_file_alone(checks, station, kept):
    """With --config nothing else is read at the next start: it is in force, but not called kept."""
    own = station.path / "own.conf"
    own.write_text("[ui]\nsound = off\n")
    log = run(checks, station, "config", GO + CALIBRATE + "wait_for widget=keep\ntap keep\nwait 400\nwait_for widget=done\n"
              f"shot {station.path}/unkept.png\ntap done\nexpect screen=display\nquit\n", "--config", own)
    checks.check(f"touch: not kept: {own}" in log, f"it says why it is not kept: {log}")
    checks.check(not kept.exists(), "beside --config nothing is written")


def main():
    need("stance-ui")
    checks = Checks()
    for part in (put_right, nobody_keeps_it, elsewhere, one_file_alone):
        with Station() as station:
            part(checks, station, station.path / "config/stance/stance.conf.d/90-touch.conf")
    checks.finish()


if __name__ == "__main__":
    main()
