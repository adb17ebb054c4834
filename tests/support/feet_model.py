"""Feet and recordings for the python mat: what presses on the sheet, and what is true of it.

A foot is a cloud of small masses in its own frame (u to the right, v forward, millimetres, origin
at half its length). It is tilted by two smooth functions of (u, v) until its force and centre of
pressure are the commanded ones, so that the truth is that of the continuous cloud, known before
any cell is filled. Shares no code or table with the simulator of hw/sim.
"""
import csv
import math
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TEMPLATE_PIXEL_MM = 5.0   # README of mun104 gives no pitch; 50 rows of 5 mm are a 250 mm foot
SUBPIXELS = 4             # masses about 1.3 mm apart
EDGE_FRAC = 0.015         # template values below this part of the peak are not skin
TILT_V_MM, TILT_U_MM = 60.0, 25.0  # where the tilting functions bend; keeps pressures positive


def shared(*parts):
    """Path of a shared reference file; may not exist."""
    base = os.environ.get("STANCE_SHARED")
    base = pathlib.Path(base) if base else ROOT.parent / "shared"
    return base.joinpath(*parts)


def read_template(side):
    """Rows of mean plantar pressure, heel first, or None where the shared data are missing."""
    path = shared("reference/footprints/mun104", f"MUN104{side}.csv")
    if not path.exists():
        return None
    return [[float(v) for v in line] for line in csv.reader(path.open())]


def analytic_template(side):
    """A foot made of ellipses and a lateral arch, on the same raster as the template."""
    blobs = [  # u, v, half widths, height: heel, arch, five metatarsal heads, toes
        (0, -92, 26, 32, 1.0), (18, -20, 13, 52, 0.35), (-27, 50, 17, 20, 0.8),
        (-8, 55, 16, 20, 0.95), (8, 52, 15, 19, 0.85), (23, 42, 14, 19, 0.6),
        (36, 30, 12, 18, 0.4), (-30, 104, 13, 17, 0.9), (-10, 108, 8, 10, 0.35),
        (6, 104, 8, 9, 0.3), (20, 96, 8, 9, 0.25), (33, 84, 8, 9, 0.2)]
    rows = []
    for r in range(63):
        row = []
        for c in range(27):
            u, v = (c - 13) * 5.0, (r - 30) * 5.0
            if side == "L":
                u = -u
            value = 0.0
            for bu, bv, au, av, height in blobs:
                q = 1 - ((u - bu) / au) ** 2 - ((v - bv) / av) ** 2
                value += height * math.sqrt(q) if q > 0 else 0.0
            row.append(400 * value)
        rows.append(row)
    return rows


def cloud(template, length_mm):
    """Masses (u_mm, v_mm, mass) of a template stretched to `length_mm`."""
    peak = max(max(row) for row in template)
    cut = EDGE_FRAC * peak
    rows = [r for r, row in enumerate(template) if max(row) >= cut]
    cols = [c for c in range(len(template[0])) if max(row[c] for row in template) >= cut]
    middle_r, middle_c = (rows[0] + rows[-1]) / 2, (cols[0] + cols[-1]) / 2
    scale = length_mm / (rows[-1] - rows[0] + 1)
    masses = []
    for r in range(len(template) - 1):
        for c in range(len(template[0]) - 1):
            corner = (template[r][c], template[r][c + 1], template[r + 1][c],
                      template[r + 1][c + 1])
            if max(corner) < cut:
                continue
            for i in range(SUBPIXELS):
                for k in range(SUBPIXELS):
                    fr, fc = (i + 0.5) / SUBPIXELS, (k + 0.5) / SUBPIXELS
                    value = (corner[0] * (1 - fr) * (1 - fc) + corner[1] * (1 - fr) * fc
                             + corner[2] * fr * (1 - fc) + corner[3] * fr * fc)
                    if value >= cut:
                        masses.append(((c + fc - middle_c) * scale,
                                       (r + fr - middle_r) * scale, value))
    total = sum(m for _, _, m in masses)
    return [(u, v, m / total) for u, v, m in masses]


def neutral_cop(masses):
    """Centre of pressure of an untilted foot in its own frame."""
    return (sum(u * m for u, _, m in masses), sum(v * m for _, v, m in masses))


def solve3(a, b):
    """Solve a 3 x 3 system by Cramer's rule."""
    def det(m):
        return (m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
                - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
                + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]))
    whole = det(a)
    out = []
    for k in range(3):
        swapped = [[b[i] if j == k else a[i][j] for j in range(3)] for i in range(3)]
        out.append(det(swapped) / whole)
    return out


class PlacedFoot:
    """A foot somewhere on a sheet: fills cells and knows what is true."""

    def __init__(self, masses, x_mm, y_mm, turn_deg, grid):
        rows, cols, pitch = grid
        turn = math.radians(turn_deg)
        sine, cosine = math.sin(turn), math.cos(turn)
        nu, nv = neutral_cop(masses)
        moments = {}
        whole = [[0.0] * 3 for _ in range(3)]  # force, x, y moments by basis function
        for u, v, m in masses:
            # positive turns point to the right (units-and-axes)
            x = x_mm + u * cosine + v * sine
            y = y_mm - u * sine + v * cosine
            basis = (m, m * math.tanh((u - nu) / TILT_U_MM), m * math.tanh((v - nv) / TILT_V_MM))
            col = math.floor(x / pitch + cols / 2)
            row = math.floor(rows / 2 - y / pitch)
            if not (0 <= col < cols and 0 <= row < rows):
                raise ValueError(f"foot leaves the sheet at {x:.0f}, {y:.0f} mm")
            cell = moments.setdefault(row * cols + col, [[0.0] * 3 for _ in range(3)])
            for k in range(3):
                for target in (cell, whole):
                    target[0][k] += basis[k]
                    target[1][k] += basis[k] * x
                    target[2][k] += basis[k] * y
        self.cells = sorted((i, q) for i, q in moments.items())
        self.numbers = [i for i, _ in self.cells]
        self.forces = [tuple(q[0]) for _, q in self.cells]
        self.whole = whole
        self.clipped = 0

    def press(self, force_n, cop_mm, out_mn):
        """Add this foot to `out_mn` (millinewtons by cell); returns (force_n, x_mm, y_mm)."""
        if force_n <= 0:
            return 0.0, math.nan, math.nan
        a, b, c = solve3(self.whole, [force_n, force_n * cop_mm[0], force_n * cop_mm[1]])
        values = [a * f + b * g + c * h for f, g, h in self.forces]
        if min(values) >= 0:
            for i, value in zip(self.numbers, values):
                out_mn[i] = out_mn.get(i, 0.0) + 1000.0 * value
            return force_n, cop_mm[0], cop_mm[1]
        lost = [0.0, 0.0, 0.0]
        for i, (f, mx, my) in self.cells:
            value = a * f[0] + b * f[1] + c * f[2]
            if value < 0:  # the commanded COP is beyond this foot's reach: nothing pulls upward
                lost[0] += value
                lost[1] += a * mx[0] + b * mx[1] + c * mx[2]
                lost[2] += a * my[0] + b * my[1] + c * my[2]
                continue
            out_mn[i] = out_mn.get(i, 0.0) + 1000.0 * value
        self.clipped += 1
        force = force_n - lost[0]
        return (force, (force_n * cop_mm[0] - lost[1]) / force,
                (force_n * cop_mm[1] - lost[2]) / force)


def read_recording(path):
    """Rows (left_n, left_x, left_y, right_n, right_x, right_y) of a dual-plate recording."""
    with open(path, newline="") as file:
        return [tuple(float(row[k]) for k in (
            "left_n", "left_x_mm", "left_y_mm", "right_n", "right_x_mm", "right_y_mm"))
            for row in csv.DictReader(file)]


def model_recording(n, rate_hz, seed=1):
    """A made-up stance for machines without the recordings: incommensurate slow sines."""
    rows = []
    for k in range(n):
        t = k / rate_hz
        s = [math.sin(2 * math.pi * f * t + seed * (i + 1)) for i, f in
             enumerate((0.13, 0.31, 0.47, 0.83, 1.27, 0.071))]
        share = 0.52 + 0.03 * s[0] + 0.01 * s[3]
        force = 700.0 + 2.0 * s[4]
        rows.append((force * share, -83 + 0.8 * s[2], 8 * s[1] + 3 * s[3] + 8 * s[5],
                     force * (1 - share), 83 + 0.7 * s[5], 7 * s[1] + 3 * s[4] + 8 * s[5]))
    return rows


def gap_mm(left, right, separation_mm, toe_out_deg):
    """Smallest clearance between two feet `separation_mm` apart, along x."""
    bins = ({}, {})
    for which, (masses, x, turn) in enumerate(((left, -separation_mm / 2, -toe_out_deg),
                                               (right, separation_mm / 2, toe_out_deg))):
        sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
        for u, v, _ in masses:
            px, py = x + u * cosine + v * sine, -u * sine + v * cosine
            key = round(py / 4)
            old = bins[which].get(key)
            if which == 0:
                bins[0][key] = px if old is None else max(old, px)
            else:
                bins[1][key] = px if old is None else min(old, px)
    return min(bins[1][k] - bins[0][k] for k in bins[0] if k in bins[1])


PLACEMENTS = {  # stance turn (deg, positive to the right), offset (mm), separation or gap (mm), toe-out (deg)
    "normal": {},
    "rotated": {"turn": 30},
    "rotated45": {"turn": -45},
    "apart": {"separation": 500},
    "narrow": {"gap": 12},
    "offcentre": {"offset": (70, -60)},
    "touching": {"gap": 0.5, "toe_out": 3},
    "toesout": {"toe_out": 35, "separation": 230},
    "narrow-rotated": {"gap": 8, "turn": 35},
}


class Stance:
    """Two feet on a sheet following a recording."""

    def __init__(self, recording, grid, placement="normal", length_mm=260.0, offset=None):
        self.recording = recording
        where = PLACEMENTS[placement]
        toe_out = where.get("toe_out", 7)
        turn = math.radians(where.get("turn", 0))
        sine, cosine = math.sin(turn), math.cos(turn)
        clouds = [cloud(read_template(s) or analytic_template(s), length_mm) for s in "LR"]
        means = [tuple(sum(row[3 * i + k] for row in recording) / len(recording) for k in (1, 2))
                 for i in (0, 1)]
        separation = means[1][0] - means[0][0]
        if "separation" in where:
            # no wider than the sheet, less half a foot's width on either side
            separation = min(where["separation"], grid[1] * grid[2] - 122.0)
        if "gap" in where:
            # feet that are moved apart along x are as much further apart
            separation = where["gap"] - gap_mm(clouds[0], clouds[1], 0.0, toe_out)
        ox, oy = offset or where.get("offset", (0, 0))
        self.feet, self.anchor = [], []
        for i, side in enumerate((-1, 1)):
            # feet level: the difference of the two recorded means fore and aft stays in the COP
            base = (side * separation / 2, 0.0)
            x = base[0] * cosine + base[1] * sine + ox
            y = -base[0] * sine + base[1] * cosine + oy
            own = side * toe_out + math.degrees(turn)
            self.feet.append(PlacedFoot(clouds[i], x, y, own, grid))
            whole = self.feet[-1].whole
            neutral = (whole[1][0] / whole[0][0], whole[2][0] / whole[0][0])
            self.anchor.append((neutral, means[i], sine, cosine))

    def press(self, k, scale=1.0):
        """Cells in millinewtons by index (front row first) and the truth of recording row k."""
        row = self.recording[k % len(self.recording)]
        cells, feet = {}, []
        for i in (0, 1):
            (nx, ny), (mx, my), sine, cosine = self.anchor[i]
            force, dx, dy = row[3 * i] * scale, row[3 * i + 1] - mx, row[3 * i + 2] - my
            cop = (nx + dx * cosine + dy * sine, ny - dx * sine + dy * cosine)
            feet.append(self.feet[i].press(force, cop, cells))
        return cells, truth_of(feet)


def truth_of(feet):
    """The document of what is true, from each foot's (force_n, x_mm, y_mm)."""
    total = sum(f[0] for f in feet)
    truth = {"force_n": total, "cop_mm": None, "left": None, "right": None, "left_frac": None}
    loaded = [f for f in feet if f[0] > 0]
    if total > 0:
        truth["cop_mm"] = [sum(f[0] * f[k] for f in loaded) / total for k in (1, 2)]
    for name, f in zip(("left", "right"), feet):
        if f[0] > 0:
            truth[name] = {"force_n": f[0], "cop_mm": [f[1], f[2]]}
    if len(loaded) == 2:
        truth["left_frac"] = feet[0][0] / total
    return truth
