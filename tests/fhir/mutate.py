"""Bundles with one defect each, which the validators must find. usage: mutate.py GOOD.json FOLDER"""
import copy
import json
import pathlib
import sys


def first(bundle, kind):
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind)


def sampled(bundle):
    for entry in bundle["entry"]:
        for component in entry["resource"].get("component", []):
            if "valueSampledData" in component:
                return component["valueSampledData"]
    raise KeyError("no trace")


def quantity(bundle):
    for component in first(bundle, "Observation")["component"]:
        if "valueQuantity" in component:
            return component["valueQuantity"]
    raise KeyError("no quantity")


DEFECTS = {
    "status": lambda b: first(b, "Observation").update(status="finished"),
    "code": lambda b: first(b, "Observation").pop("code"),
    "field": lambda b: first(b, "Observation").update(mood="good"),
    "period": lambda b: sampled(b).pop("period"),
    "number": lambda b: quantity(b).update(value="12.5"),
    "date": lambda b: first(b, "Observation")["effectivePeriod"].update(start="28.11.2026"),
    "report": lambda b: first(b, "DiagnosticReport").pop("status"),
}


def main():
    good, folder = json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2])
    for name, spoil in DEFECTS.items():
        bad = copy.deepcopy(good)
        spoil(bad)
        (folder / f"bad-{name}.json").write_text(json.dumps(bad))


if __name__ == "__main__":
    main()
