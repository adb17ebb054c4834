"""What a FHIR R4 bundle of ours must hold, checked by the standard library alone: the rules that the published
validators miss (one value[x], no empty array) and the structure that a server relies on."""
import re

UCUM = {"mm", "mm2", "mm/s", "mm2/s", "Hz", "s", "%", "deg", "deg/s", "kg", "1"}
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$")
UUID = re.compile(r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
OBSERVATION = {"final", "cancelled", "entered-in-error"}
KNOWN = {
    "Bundle": {"resourceType", "type", "entry"},
    "CodeSystem": {"resourceType", "url", "version", "name", "title", "status", "content",
                   "description", "concept"},
    "Patient": {"resourceType", "identifier"},
    "Device": {"resourceType", "identifier", "deviceName", "serialNumber", "version"},
    "Observation": {"resourceType", "identifier", "status", "category", "code", "subject",
                    "effectivePeriod", "device", "dataAbsentReason", "note", "component", "hasMember"},
    "DiagnosticReport": {"resourceType", "identifier", "status", "code", "subject", "issued",
                         "effectivePeriod", "result", "presentedForm"},
}


def walk(value, path="Bundle"):
    """Every object and array with its path."""
    yield path, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from walk(member, f"{path}.{key}")
    elif isinstance(value, list):
        for i, member in enumerate(value):
            yield from walk(member, f"{path}[{i}]")


def generic(bundle):
    out = []
    for path, value in walk(bundle):
        if value is None or value == "" or value == {} or value == []:
            out.append(f"{path} is empty")
        if isinstance(value, dict):
            values = [key for key in value if re.match(r"value[A-Z]", key)]
            if len(values) > 1:
                out.append(f"{path} has {len(values)} values: {values}")
            if "system" in value and value["system"] == "http://unitsofmeasure.org":
                if value["code"] not in UCUM:
                    out.append(f"{path}: unit {value['code']!r}")
                if isinstance(value["value"], bool) or not isinstance(value["value"], (int, float)):
                    out.append(f"{path}: value {value['value']!r} is no number")
            for key in ("start", "end"):
                if key in value and not MOMENT.match(value[key]):
                    out.append(f"{path}.{key}: {value[key]!r} is no dateTime")
    return out


def sampled(data, path):
    words, out = data["data"].split(" "), []
    if len(words) % data["dimensions"] or not words:
        out.append(f"{path}: {len(words)} numbers in {data['dimensions']} dimensions")
    bad = [w for w in words if w != "E" and not re.match(r"^-?\d+$", w)]
    if bad:
        out.append(f"{path}: {bad[:3]} are no numbers")
    if not data["period"] > 0:
        out.append(f"{path}: period {data['period']}")
    return out


def observation(o, path, codes):
    out = []
    if o["status"] not in OBSERVATION:
        out.append(f"{path}: status {o['status']}")
    seen = set()
    for i, c in enumerate(o.get("component", [])):
        here = f"{path}.component[{i}]"
        own = [x["code"] for x in c["code"]["coding"] if x["system"] in codes]
        if len(own) != 1 or own[0] not in codes[x_system(c, codes)]:
            out.append(f"{here}: code {own} is not in the code system")
        if own and own[0] in seen:
            out.append(f"{here}: {own[0]} twice")
        seen.update(own)
        if not any(k.startswith("value") for k in c):
            out.append(f"{here} has no value")
        if "valueSampledData" in c:
            out += sampled(c["valueSampledData"], here)
    if not seen and "dataAbsentReason" not in o and "hasMember" not in o:
        out.append(f"{path} says nothing")
    return out


def x_system(component, codes):
    return next((x["system"] for x in component["code"]["coding"] if x["system"] in codes), None)


def problems(bundle):
    """A list of sentences, empty for a good bundle."""
    out = generic(bundle)
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        return out + ["not a transaction Bundle"]
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    if len(set(urls)) != len(urls):
        out.append("a fullUrl stands twice")
    out += [f"fullUrl {url}" for url in urls if not UUID.match(url)]
    codes = {e["resource"]["url"]: {c["code"] for c in e["resource"]["concept"]}
             for e in bundle["entry"] if e["resource"]["resourceType"] == "CodeSystem"}
    for i, entry in enumerate(bundle["entry"]):
        r, path = entry["resource"], f"Bundle.entry[{i}].resource"
        kind = r["resourceType"]
        unknown = set(r) - KNOWN.get(kind, set())
        if unknown:
            out.append(f"{path}: {kind} with {sorted(unknown)}")
        if entry["request"]["method"] != "POST" or entry["request"]["url"] != kind:
            out.append(f"{path}: request {entry['request']}")
        if not re.match(r"^(identifier|url)=[^ |\"]+$", entry["request"]["ifNoneExist"]):
            out.append(f"{path}: ifNoneExist {entry['request']['ifNoneExist']!r}")
        for key in ("status", "code"):
            if kind in ("Observation", "DiagnosticReport") and key not in r:
                out.append(f"{path}: no {key}")
        if kind == "Observation":
            out += observation(r, path, codes)
    for path, value in walk(bundle):
        if path.endswith(".reference") and value not in urls:
            out.append(f"{path}: {value} is not in the bundle")
    return out
