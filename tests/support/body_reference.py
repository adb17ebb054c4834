"""A second implementation of the body-loading model, for comparison: written from docs/clinical-basis.md, sums
over segments written out, draws by Python's own generator."""
import math
import random

G = 9.80665
# mass, centre (from the upper end, over length), length in metres: de Leva 1996
SEGMENTS = {
    "M": dict(H=1.741, shoulder=.5155, hips=.0978, head=(.0694, .5002, .2429), ut=(.1596, .2999, .1707),
              mt=(.1633, .4502, .2155), lt=(.1117, .6115, .1457), ua=(.0271, .5772, .2817),
              fa=(.0162, .4574, .2689), ha=(.0061, .79, .0862), th=(.1416, .4095, .4222),
              sh=(.0433, .4459, .434), ft=(.0137, .4415, .2581)),
    "F": dict(H=1.735, shoulder=.4979, hips=.1012, head=(.0668, .4841, .2437), ut=(.1545, .2077, .1425),
              mt=(.1465, .4512, .2053), lt=(.1247, .492, .1815), ua=(.0255, .5754, .2751),
              fa=(.0138, .4559, .2643), ha=(.0056, .7474, .078), th=(.1478, .3612, .3685),
              sh=(.0481, .4416, .4323), ft=(.0129, .4014, .2283)),
}


def body(sex, stature):
    t = SEGMENTS[sex]
    k = stature / t["H"]
    length = {name: v[2] * k for name, v in t.items() if isinstance(v, tuple)}
    mass = {name: v[0] * (2 if name in ("ua", "fa", "ha", "th", "sh", "ft") else 1)
            for name, v in t.items() if isinstance(v, tuple)}
    ankle = .039 * stature
    hip = ankle + length["sh"] + length["th"]
    z, top = {}, hip + length["ut"] + length["mt"] + length["lt"]
    for name in ("ut", "mt", "lt"):
        z[name], top = top - t[name][1] * length[name], top - length[name]
    z["head"] = stature - t["head"][1] * length["head"]
    top = hip + t["shoulder"] * k
    for name in ("ua", "fa", "ha"):
        z[name], top = top - t[name][1] * length[name], top - length[name]
    z["th"] = hip - t["th"][1] * length["th"]
    z["sh"] = ankle + (1 - t["sh"][1]) * length["sh"]
    z["ft"] = ankle / 2
    whole = sum(mass.values())
    com = sum(mass[n] * z[n] for n in mass) / whole
    l5 = hip + .0575 * stature
    part = (length["lt"] - (l5 - hip)) / length["lt"]
    upper = {n: mass[n] for n in ("head", "ut", "mt", "ua", "fa", "ha")}
    upper["lt"] = part * mass["lt"]
    z["lt"] = l5 + part * length["lt"] / 2
    above = sum(upper.values())
    h_upper = sum(upper[n] * z[n] for n in upper) / above - l5
    leg = length["th"] + length["sh"]
    trunk = sum(mass[n] for n in ("head", "ut", "mt", "lt", "ua", "fa", "ha"))
    shift = (trunk + mass["th"] * (length["sh"] + length["th"] * (1 - t["th"][1])) / leg
             + mass["sh"] * length["sh"] * (1 - t["sh"][1]) / leg) / whole
    return dict(thigh=length["th"], shank=length["sh"], ankle=ankle, com=com, hips=t["hips"] * stature,
                shift=shift, rigid=above / whole * h_upper / (com - ankle))


def draw(person, rng):
    """One draw of everything unknown; `person`: sex, stature_m, mass_kg, d, d_sd, e, e_sd, right, right_sd, width."""
    b = body(person["sex"], rng.gauss(person["stature_m"], .02))
    leg = rng.gauss(b["thigh"], .03 * b["thigh"]) + rng.gauss(b["shank"], .03 * b["shank"])
    ankle = rng.gauss(b["ankle"], .01)
    hips = rng.gauss(b["hips"], .012)
    com = rng.gauss(b["com"], .02 * b["com"])
    shift = rng.gauss(b["shift"], .02)
    rigid = rng.gauss(b["rigid"], .02)
    p, p_ap = rng.betavariate(2, 4), rng.betavariate(2, 4)
    p_ap = rigid + (1 - rigid) * p_ap
    weight = rng.gauss(person["mass_kg"], 1) * G
    d = rng.gauss(person["d"], person["d_sd"]) / 1e3
    e = rng.gauss(person["e"], person["e_sd"]) / 1e3 if person["e"] is not None else math.nan
    right = rng.gauss(person["right"], person["right_sd"])
    width = rng.gauss(person["width"], 10) / 1e3
    mix, factor = rng.random(), rng.uniform(.8, 1.2)
    s = (1 - p) * d / shift
    knee = [factor * ((1 - mix) * 2.14 * f + mix * (1.07 + 3.04 * (f - .5))) for f in (1 - right, right)]
    frontal = p * weight * abs(d)
    sagittal = p_ap * weight * (e - rng.gauss(.042, .01))
    arm, base = rng.gauss(.07, .015), rng.gauss(.85, .15)
    extra = frontal / arm + (0 if math.isnan(sagittal) else sagittal / rng.gauss(.055, .01))
    return {"lean_deg": math.degrees(math.atan2(e, com - ankle)),
            "ankle_moment_nm": .973 * weight * e, "pelvis_shift_mm": 1e3 * s,
            "obliquity_from_shift_deg": math.degrees(s * (width - hips) / (leg * hips)),
            "knee_left_pct_bw": 100 * knee[0], "knee_right_pct_bw": 100 * knee[1],
            "l5s1_moment_frontal_nm": frontal, "l5s1_moment_sagittal_nm": sagittal,
            "l5s1_compression_frontal_pct": 100 * frontal / arm / (base * weight),
            "l5s1_compression_extra_pct": 100 * extra / (base * weight)}


def ranges(person, n=20000, seed=5):
    rng = random.Random(seed)
    draws = [draw(person, rng) for _ in range(n)]
    out = {}
    for key in draws[0]:
        values = sorted(one[key] for one in draws)
        out[key] = None if math.isnan(values[0]) else tuple(
            values[int(round(q * (n - 1)))] for q in (.05, .5, .95))
    return out
