"""Sway metrics, mode native, once more: textbook formulas, plain loops, nothing shared with Stance.

Written from the formulas that docs/metrics.md gives, to be compared with: slow, and easy to check by
eye. `measure(t, x, y, cutoff_hz)` returns {key: value}; a metric that is not defined is None.
"""
import bisect
import cmath
import math
import statistics


# --- the series -----------------------------------------------------------------------------

def even(t, x, y):
    """(rate_hz, x, y) on even steps."""
    steps = [b - a for a, b in zip(t, t[1:])]
    step = statistics.median(steps)
    rate = 1 / step
    if abs(rate - round(rate, 3)) < 1e-9 * rate:  # time stamps are decimal: so is the rate
        rate = round(rate, 3)
        step = 1 / rate
    if all(abs(s - step) <= 0.01 * step for s in steps):
        return rate, list(x), list(y)
    n = math.floor((t[-1] - t[0]) / step + 1e-6) + 1
    out = ([], [])
    for k in range(n):
        at = t[0] + k * step
        i = min(max(bisect.bisect_right(t, at) - 1, 0), len(t) - 2)
        share = min((at - t[i]) / (t[i + 1] - t[i]), 1.0)
        for values, result in zip((x, y), out):
            result.append(values[i] + (values[i + 1] - values[i]) * share)
    return rate, *out


def forward(b, a, x):
    """The recursion, with x[0] and its steady answer for ever before the start (gain 1)."""
    past_x, past_y, out = [x[0]] * (len(b) - 1), [x[0]] * (len(a) - 1), []
    for value in x:
        y = b[0] * value + sum(c * p for c, p in zip(b[1:], past_x))
        y -= sum(c * p for c, p in zip(a[1:], past_y))
        past_x, past_y = [value] + past_x[:-1], [y] + past_y[:-1]
        out.append(y)
    return out


def both_ways(b, a, x):
    pad = 3 * len(b)
    long = ([2 * x[0] - v for v in x[pad:0:-1]] + list(x)
            + [2 * x[-1] - v for v in x[-2:-pad - 2:-1]])
    once = forward(b, a, long)
    twice = forward(b, a, once[::-1])[::-1]
    return twice[pad:-pad]


def butterworth(order, w):
    """(b, a) of a low-pass by its poles, w = tan(pi cutoff / rate)."""
    poles = [w * cmath.exp(1j * math.pi * (2 * k + order + 1) / (2 * order)) for k in range(order)]
    a, b = [1], [1]
    for p in poles:
        z = (1 + p) / (1 - p)
        a = [u - z * v for u, v in zip(a + [0], [0] + a)]
        b = [u + v for u, v in zip(b + [0], [0] + b)]
    a = [v.real for v in a]
    gain = sum(a) / sum(b)
    return [gain * v for v in b], a


def prepare(values, rate, cutoff):
    if cutoff:
        b, a = butterworth(2, math.tan(math.pi * cutoff / rate) / 0.802)
        values = both_ways(b, a, values)
    mean = math.fsum(values) / len(values)
    return [v - mean for v in values]


# --- time domain ----------------------------------------------------------------------------

def time_domain(x, y, rate):
    n, t = len(x), (len(x) - 1) / rate
    steps = [(b - a, d - c) for a, b, c, d in zip(x, x[1:], y, y[1:])]
    r = [math.hypot(*p) for p in zip(x, y)]
    path = math.fsum(math.hypot(*s) for s in steps)
    distance = math.fsum(r) / n
    return {
        "path_mm": path,
        "mean_velocity_mm_s": path / t,
        "mean_velocity_ml_mm_s": math.fsum(abs(s[0]) for s in steps) / t,
        "mean_velocity_ap_mm_s": math.fsum(abs(s[1]) for s in steps) / t,
        "rms_ml_mm": math.sqrt(math.fsum(v * v for v in x) / n),
        "rms_ap_mm": math.sqrt(math.fsum(v * v for v in y) / n),
        "rms_mm": math.sqrt(math.fsum(v * v for v in r) / n),
        "range_ml_mm": max(x) - min(x),
        "range_ap_mm": max(y) - min(y),
        "mean_distance_mm": distance,
        "sway_area_mm2_s": math.fsum(abs(b * c - a * d) for a, b, c, d
                                     in zip(x, x[1:], y, y[1:])) / (2 * t),
        "mean_frequency_hz": path / t / (2 * math.pi * distance) if distance else None,
    }


def ellipse(x, y):
    n = len(x)
    xx = math.fsum(a * a for a in x) / (n - 1)
    yy = math.fsum(b * b for b in y) / (n - 1)
    xy = math.fsum(a * b for a, b in zip(x, y)) / (n - 1)
    f = (n - 2) / 2 * (0.05 ** (-2 / (n - 2)) - 1)
    scale = 2 * f * (n + 1) * (n - 1) / (n * (n - 2))
    root = math.sqrt(((xx - yy) / 2) ** 2 + xy * xy)
    major, minor = (xx + yy) / 2 + root, max((xx + yy) / 2 - root, 0)
    angle = math.degrees(math.atan2(major - xx, xy)) if xy else (0 if xx >= yy else 90)
    angle -= 180 if angle > 90 else 0
    return {"ellipse95_mm2": math.pi * scale * math.sqrt(max(xx * yy - xy * xy, 0)),
            "ellipse_major_mm": math.sqrt(scale * major),
            "ellipse_minor_mm": math.sqrt(scale * minor),
            "ellipse_angle_deg": angle}


def hull_area(x, y):
    """Gift wrapping."""
    points = sorted(set(zip(x, y)))
    corners, at = [points[0]], points[0]
    while True:
        best = None
        for p in points:
            if p == at:
                continue
            if best is None:
                best = p
                continue
            turn = (best[0] - at[0]) * (p[1] - at[1]) - (best[1] - at[1]) * (p[0] - at[0])
            if turn < 0 or (turn == 0 and math.dist(at, p) > math.dist(at, best)):
                best = p
        if best is None or best == corners[0]:
            break
        corners.append(best)
        at = best
    pairs = zip(corners, corners[1:] + corners[:1])
    return abs(math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


# --- spectrum -------------------------------------------------------------------------------

def dft(x):
    """By the smallest factor of the length (Cooley and Tukey); plain sums for primes."""
    n = len(x)
    p = next((k for k in range(2, math.isqrt(n) + 1) if n % k == 0), n)
    root = [cmath.exp(-2j * math.pi * k / n) for k in range(n)]
    if p == n:
        return [sum(v * root[j * k % n] for j, v in enumerate(x)) for k in range(n)]
    parts, m = [dft(x[r::p]) for r in range(p)], n // p
    return [sum(root[r * k % n] * parts[r][k % m] for r in range(p)) for k in range(n)]


def welch(x, rate, n_segment, n_fft, linear):
    """(frequencies, one-sided density): periodic Hann, half overlap."""
    window = [0.5 - 0.5 * math.cos(2 * math.pi * i / n_segment) for i in range(n_segment)]
    power = math.fsum(w * w for w in window)
    step, n_bins = n_segment - n_segment // 2, n_fft // 2 + 1
    starts = range(0, len(x) - n_segment + 1, step)
    density = [0.0] * n_bins
    for start in starts:
        part = x[start:start + n_segment]
        mean, middle = math.fsum(part) / n_segment, (n_segment - 1) / 2
        slope = 0.0
        if linear:
            slope = (math.fsum((i - middle) * v for i, v in enumerate(part))
                     / math.fsum((i - middle) ** 2 for i in range(n_segment)))
        part = [w * (v - mean - slope * (i - middle))
                for i, (w, v) in enumerate(zip(window, part))]
        bins = dft(part + [0.0] * (n_fft - n_segment))
        for k in range(n_bins):
            twice = 1 if k == 0 or 2 * k == n_fft else 2
            density[k] += twice * abs(bins[k]) ** 2 / (rate * power * len(starts))
    return [k * rate / n_fft for k in range(n_bins)], density


def band(x, rate):
    n = len(x)
    hz, density = welch(x, rate, min(math.floor(10 * rate * (1 + 1e-9)), n), n, True)
    inside = [(f, p) for f, p in zip(hz, density) if 0.15 - 1e-9 <= f <= 5 + 1e-8]
    m0 = math.fsum(p for f, p in inside)
    m1 = math.fsum(f * p for f, p in inside)
    m2 = math.fsum(f * f * p for f, p in inside)

    def share(part):
        total = 0.0
        for f, p in inside:
            total += p
            if total >= part * m0:
                return f
        return None

    return {"total_power_%s_mm2": m0 * rate / n,
            "pf50_%s_hz": share(0.5), "pf95_%s_hz": share(0.95),
            "centroid_frequency_%s_hz": math.sqrt(m2 / m0),
            "frequency_dispersion_%s": math.sqrt(1 - m1 * m1 / (m0 * m2))}


def mean_power_frequency(x, y, rate):
    top = bottom = 0.0
    for values in (x, y):
        half = len(values) // 2
        hz, density = welch(values, rate, half, half, False)
        pairs = list(zip(hz, density))
        area = math.fsum((p + q) / 2 for (_, p), (_, q) in zip(pairs, pairs[1:]))
        moment = math.fsum((f * p + g * q) / 2 for (f, p), (g, q) in zip(pairs, pairs[1:]))
        top += moment / area * math.fsum(density)
        bottom += math.fsum(density)
    return top / bottom


# --- complexity -----------------------------------------------------------------------------

def sample_entropy(x):
    """m = 2, r = 0.2 SD, n - 2 templates: of each, only those whose first sample is near enough."""
    n = len(x)
    mean = math.fsum(x) / n
    r = 0.2 * math.sqrt(math.fsum((v - mean) ** 2 for v in x) / n)
    order = sorted(range(n - 2), key=lambda i: x[i])
    two = three = 0
    for k, i in enumerate(order):
        for j in order[k + 1:]:
            if x[j] - x[i] > r:
                break
            if abs(x[i + 1] - x[j + 1]) <= r:
                two += 1
                three += abs(x[i + 2] - x[j + 2]) <= r
    return math.log(two / three) if two and three else None


def line(points):
    """(slope, intercept) by least squares."""
    n = len(points)
    mx = math.fsum(p[0] for p in points) / n
    my = math.fsum(p[1] for p in points) / n
    slope = (math.fsum((p[0] - mx) * (p[1] - my) for p in points)
             / math.fsum((p[0] - mx) ** 2 for p in points))
    return slope, my - slope * mx


def dfa(x):
    n = len(x)
    mean = math.fsum(x) / n
    profile, total = [], 0.0
    for v in x:
        total += v - mean
        profile.append(total)
    low, high = math.log10(4), math.log10(n / 10)
    powers = [low + k * ((high - low) / 19) for k in range(19)] + [high]
    sizes = sorted({round(10 ** power) for power in powers})
    points = []
    for size in sizes:
        rest = []
        for start in range(0, n - size + 1, size):
            box = list(enumerate(profile[start:start + size]))
            slope, base = line(box)
            rest += [(v - slope * i - base) ** 2 for i, v in box]
        points.append((math.log(size), 0.5 * math.log(math.fsum(rest) / len(rest))))
    return line(points)[0]


def diffusion(x, rate):
    n, lags = len(x), len(x) // 3
    msd = [math.fsum((x[i + k] - x[i]) ** 2 for i in range(n - k)) / (n - k)
           for k in range(1, lags + 1)]
    points = [(math.log(k / rate), math.log(v)) for k, v in enumerate(msd, 1)]
    best = {}
    for name, region in (("short", lambda i: points[:i]), ("long", lambda i: points[i - 1:])):
        for i in range(int(0.3 * rate) + 1, int(2.5 * rate) + 1):
            part = region(i)
            slope, base = line(part)
            rest = math.fsum((v - slope * u - base) ** 2 for u, v in part) / len(part)
            if name not in best or rest <= best[name][0]:
                best[name] = (rest, slope, base)
    (_, s1, b1), (_, s2, b2) = best["short"], best["long"]
    time = min(math.exp((b2 - b1) / (s1 - s2)), lags / rate)
    return {"diffusion_short_scaling_%s": s1 / 2, "diffusion_long_scaling_%s": s2 / 2,
            "diffusion_critical_time_%s_s": time,
            "diffusion_critical_displacement_%s_mm2": math.exp(b1) * time ** s1}


def density(x, y, rate):
    n, counts = len(x), []
    for i in range(n - 1):
        count = 0
        for way in (1, -1):
            j = i + way
            while 0 <= j < n and math.hypot(x[j] - x[i], y[j] - y[i]) <= 3.0:
                count += 1
                j += way
        counts.append(count / rate)
    b, a = butterworth(4, math.tan(math.pi * 2.5 / rate))
    curve = both_ways(b, a, counts)
    peaks = [i for i in range(1, len(curve) - 1) if curve[i - 1] < curve[i] > curve[i + 1]]
    walks = [math.dist((x[i], y[i]), (x[j], y[j])) for i, j in zip(peaks, peaks[1:])]
    return {"sway_density_peak_s":
            math.fsum(curve[i] for i in peaks) / len(peaks) if peaks else None,
            "sway_density_distance_mm": math.fsum(walks) / len(walks) if walks else None}


def measure(t, x, y, cutoff_hz=None, slow=True):
    """All metrics; without `slow` none that takes seconds on a minute of samples."""
    rate, x, y = even(t, x, y)
    x, y = prepare(x, rate, cutoff_hz), prepare(y, rate, cutoff_hz)
    out = time_domain(x, y, rate) | ellipse(x, y)
    out |= {"hull_mm2": hull_area(x, y),
            "mean_power_frequency_hz": mean_power_frequency(x, y, rate)}
    for name, axis in (("ml", x), ("ap", y)):
        found = band(axis, rate)
        if slow:
            found |= diffusion(axis, rate)
            found |= {"sample_entropy_%s": sample_entropy(axis)}
        found |= {"dfa_alpha_%s": dfa(axis)}
        out |= {key % name: value for key, value in found.items()}
    if slow:
        out |= density(x, y, rate)
    return out
