"""SMART Fetch, the client that SMART Health IT exports with, against the server: what it wrote is what the server holds. Each call on a line of its own: `ok` or
`FAILED`, and its name. Arguments: base URL, bearer token."""

import glob
import json
import os
import subprocess
import sys
import tempfile
import urllib.request

from calls import call

base, token = sys.argv[1:]
folder = tempfile.mkdtemp(prefix="smart-fetch-")
token_file = os.path.join(folder, "token")
with open(token_file, "w") as file:
    file.write(token)


def ask(method, path, body=None):
    request = urllib.request.Request(
        path if path.startswith("http") else f"{base}/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"},
    )
    with urllib.request.urlopen(request) as response:
        text = response.read()
        return json.loads(text) if text else None


def put(resource):
    return ask("PUT", f"{resource['resourceType']}/{resource['id']}", resource)


def held(kind):
    """By search, page after page."""
    found, page = {}, f"{kind}?_count=20"
    while page:
        bundle = ask("GET", page)
        for entry in bundle.get("entry", []):
            found[f"{kind}/{entry['resource']['id']}"] = entry["resource"]
        page = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
    return found


def exported(name, *more):
    """What it wrote, by name; fails where something came twice."""
    target = os.path.join(folder, name)
    command = [os.path.join(os.path.dirname(sys.executable), "smart-fetch"), "bulk", "--fhir-url", base]
    options = ["--bearer-token", token_file, "--type", "Patient,Observation", "--no-default-filters", "--no-compression"]
    ran = subprocess.run([*command, *options, *more, target], capture_output=True, text=True, timeout=120)
    if ran.returncode != 0:
        raise RuntimeError(ran.stdout[-500:] + ran.stderr[-500:])
    found = {}
    for path in glob.glob(os.path.join(target, "*.ndjson")):
        if os.path.basename(path) == "log.ndjson":
            continue
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                resource = json.loads(line)
                key = f"{resource['resourceType']}/{resource['id']}"
                if key in found:
                    raise RuntimeError(f"{key} came twice")
                found[key] = resource
    return found


def differences(found, wanted):
    """None where both hold the same resources, member by member."""
    if found == wanted:
        return None
    missing, more = sorted(wanted.keys() - found.keys()), sorted(found.keys() - wanted.keys())
    raise RuntimeError(f"missing {missing[:5]}, more {more[:5]}, {len(found)} of {len(wanted)}")


PEOPLE = [f"fetch-{i}" for i in range(6)]
for number, person in enumerate(PEOPLE):
    put({"resourceType": "Patient", "id": person, "name": [{"family": f"Núñez {number}", "given": ["Zoë", "李"]}]})
    for value in range(10):
        put(
            {
                "resourceType": "Observation",
                "id": f"{person}-{value}",
                "status": "final",
                "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
                "subject": {"reference": f"Patient/{person}"},
                "valueQuantity": {"value": float(f"{value}.50"), "unit": "/min"},
            }
        )
put(
    {
        "resourceType": "Group",
        "id": "fetched",
        "type": "person",
        "actual": True,
        "member": [{"entity": {"reference": f"Patient/{person}"}} for person in PEOPLE[:3]],
    }
)


def everything():
    return {**held("Patient"), **held("Observation")}


def of_the_group():
    def is_member(resource):
        subject = resource.get("subject", {}).get("reference", f"Patient/{resource['id']}")
        return subject in {f"Patient/{person}" for person in PEOPLE[:3]}

    return {name: resource for name, resource in everything().items() if is_member(resource)}


call("smart-fetch: the system", lambda: differences(exported("system"), everything()))
call("smart-fetch: a Group", lambda: differences(exported("group", "--group", "fetched"), of_the_group()))
call(
    "smart-fetch: what a filter leaves",
    lambda: differences(
        exported("filter", "--type-filter", "Observation?status=amended", "--type-filter", "Patient?_id=fetch-1"),
        {"Patient/fetch-1": everything()["Patient/fetch-1"]},
    ),
)
since = max(resource["meta"]["lastUpdated"] for resource in everything().values())
put({"resourceType": "Patient", "id": "fetch-new", "name": [{"family": "New"}]})
call(
    "smart-fetch: what came since",
    lambda: differences(
        exported("since", "--since", since, "--since-mode", "updated"),
        {name: each for name, each in everything().items() if each["meta"]["lastUpdated"] > since},
    ),
)
