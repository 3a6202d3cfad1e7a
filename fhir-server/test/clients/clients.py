"""Calls of fhirpy, fhirclient and fhir.resources, each on a line of its own: `ok` or `FAILED`, and its name. Arguments: base URL, bearer token."""

import asyncio
import sys

from calls import call
from fhir.resources.R4B import get_fhir_model_class
from fhirclient import client as smart
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from fhirpy import AsyncFHIRClient, SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

base, token = sys.argv[1:]


def refuses(kind, run):
    try:
        run()
    except kind:
        return True
    return False


def with_fhirpy():
    client = SyncFHIRClient(base, authorization=f"Bearer {token}")
    patient = client.resource(
        "Patient", name=[{"family": "Fhirpy", "given": ["Uno"]}], identifier=[{"system": "urn:fhirpy", "value": "1"}]
    )
    call("fhirpy: create", lambda: patient.save() or patient.id is not None)
    call("fhirpy: read", lambda: client.reference("Patient", patient.id).to_resource()["name"][0]["family"] == "Fhirpy")
    patient["active"] = True
    call("fhirpy: update", lambda: patient.save() or patient["meta"]["versionId"] == "2")
    call("fhirpy: refresh", lambda: patient.refresh() or patient["active"])
    for value in range(1, 6):
        client.resource(
            "Observation",
            status="final",
            code={"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            subject=patient.to_reference(),
            effectiveDateTime=f"2024-01-0{value}",
            valueQuantity={"value": value},
        ).save()
    observations = client.resources("Observation").search(patient=patient.id)
    call("fhirpy: search", lambda: len(observations.fetch()) == 5)
    call("fhirpy: all pages", lambda: len(observations.limit(2).fetch_all()) == 5)
    call("fhirpy: a page", lambda: len(observations.limit(2).fetch()) == 2)
    call("fhirpy: count", lambda: observations.count() == 5)
    call("fhirpy: first", lambda: observations.sort("-date").first()["valueQuantity"]["value"] == 5)
    call("fhirpy: comparison", lambda: len(observations.search(date__ge="2024-01-04").fetch()) == 2)
    call("fhirpy: elements", lambda: "valueQuantity" not in observations.elements("subject").first())
    call("fhirpy: include", lambda: len(observations.include("Observation", "subject").fetch_raw()["entry"]) == 6)
    call(
        "fhirpy: revinclude",
        lambda: len(client.resources("Patient").search(_id=patient.id).revinclude("Observation", "patient").fetch_raw()["entry"]) == 6,
    )
    call("fhirpy: has", lambda: len(client.resources("Patient").has("Observation", "patient", code="8867-4").search(_id=patient.id).fetch()) == 1)
    call("fhirpy: chain", lambda: len(client.resources("Observation").search(patient__name="Fhirpy").fetch()) == 5)
    call("fhirpy: get", lambda: client.resources("Patient").search(identifier="urn:fhirpy|1").get()["id"] == patient.id)
    call("fhirpy: conditional update", lambda: client.resources("Patient").search(identifier="urn:fhirpy|1").update(patient)[1] is False)
    call("fhirpy: validate", lambda: patient.is_valid())
    call("fhirpy: invalid", lambda: not client.resource("Patient", birthDate="x").is_valid())
    call("fhirpy: operation", lambda: len(client.execute(f"Patient/{patient.id}/$everything", method="get")["entry"]) >= 6)
    call("fhirpy: history", lambda: client.execute(f"Patient/{patient.id}/_history", method="get")["total"] >= 2)
    entry = [{"resource": {"resourceType": "Basic", "code": {"text": "x"}}, "request": {"method": "POST", "url": "Basic"}}]
    call("fhirpy: transaction", lambda: client.resource("Bundle", type="transaction", entry=entry).save())
    call("fhirpy: refusal", lambda: refuses(OperationOutcome, lambda: client.resource("Observation", status="nope").save()))
    basic = client.resource("Basic", code={"text": "x"})
    basic.save()
    call("fhirpy: delete", lambda: basic.delete() or refuses((ResourceNotFound, OperationOutcome), basic.refresh))

    async def walk():
        client = AsyncFHIRClient(base, authorization=f"Bearer {token}")
        return len([each async for each in client.resources("Observation").search(patient=patient.id).limit(2)]) == 5

    call("fhirpy: asynchronous walk", lambda: asyncio.run(walk()))
    return patient.id


def with_fhirclient(patient_id):
    client = smart.FHIRClient(settings={"app_id": "test", "api_base": base})
    client.server.session.headers["Authorization"] = f"Bearer {token}"
    call("fhirclient: capabilities", lambda: client.server.capabilityStatement.fhirVersion == "4.0.1")
    call("fhirclient: read", lambda: Patient.read(patient_id, client.server).name[0].family == "Fhirpy")
    search = Observation.where({"patient": patient_id, "_count": "2"})
    call("fhirclient: search", lambda: len(search.perform_resources(client.server)) >= 2)
    call("fhirclient: pages", lambda: len(list(search.perform_resources_iter(client.server))) == 5)
    made = Patient({"name": [{"family": "Fhirclient"}]})
    call("fhirclient: create", lambda: made.create(client.server)["id"] is not None)
    here = next(iter(Patient.where({"family": "Fhirclient"}).perform_resources(client.server)))
    here.active = True
    call("fhirclient: update", lambda: here.update(client.server) is not None)
    call("fhirclient: delete", lambda: here.delete())


def with_fhir_resources(patient_id):
    client = SyncFHIRClient(base, authorization=f"Bearer {token}")

    def parsed(path, **params):
        found = client.execute(path, method="get", params=params)
        return get_fhir_model_class(found["resourceType"]).model_validate(dict(found)) is not None

    for path in ("metadata", f"Patient/{patient_id}", f"Patient/{patient_id}/$everything", "AuditEvent", f"Patient/{patient_id}/_history"):
        call(f"fhir.resources: {path.replace(patient_id, '[id]')}", lambda path=path: parsed(path))


known = with_fhirpy()
with_fhirclient(known)
with_fhir_resources(known)
