import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.CacheControlDirective;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.PreferReturnEnum;
import ca.uhn.fhir.rest.api.SearchStyleEnum;
import ca.uhn.fhir.rest.api.SearchTotalModeEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.gclient.DateClientParam;
import ca.uhn.fhir.rest.gclient.ReferenceClientParam;
import ca.uhn.fhir.rest.gclient.StringClientParam;
import ca.uhn.fhir.rest.gclient.TokenClientParam;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.*;

/**
 * The calls of HAPI FHIR's generic client (https://hapifhir.io/hapi-fhir/docs/client/generic_client.html), each on a line of its own: `ok` or `FAILED`, and its name.
 * Arguments: base URL, bearer token.
 */
public class Hapi {
  interface Call {
    Object run() throws Exception;
  }

  static void call(String name, Call call) {
    try {
      Object found = call.run();
      System.out.println((Boolean.FALSE.equals(found) ? "FAILED " : "ok ") + name);
    } catch (Exception error) {
      System.out.println("FAILED " + name + ": " + error);
    }
  }

  static boolean refuses(Class<? extends Exception> with, Call call) throws Exception {
    try {
      call.run();
      return false;
    } catch (Exception error) {
      if (with.isInstance(error)) return true;
      throw error;
    }
  }

  static int size(IBaseBundle bundle) {
    return ((Bundle) bundle).getEntry().size();
  }

  static Patient patient(String family) {
    Patient made = new Patient();
    made.addName().setFamily(family).addGiven("Hapi");
    made.addIdentifier().setSystem("urn:hapi").setValue(family);
    return made;
  }

  static Observation observation(String subject, int value) {
    Observation made = new Observation();
    made.setStatus(Observation.ObservationStatus.FINAL);
    made.getCode().addCoding().setSystem("http://loinc.org").setCode("8867-4");
    made.setSubject(new Reference(subject));
    made.setEffective(new DateTimeType("2024-01-0" + value));
    made.setValue(new Quantity(value));
    return made;
  }

  static Parameters patch(String type, String path, Type value) {
    Parameters made = new Parameters();
    Parameters.ParametersParameterComponent operation = made.addParameter().setName("operation");
    operation.addPart().setName("type").setValue(new CodeType(type));
    operation.addPart().setName("path").setValue(new StringType(path));
    if (value != null) operation.addPart().setName("value").setValue(value);
    return made;
  }

  public static void main(String[] given) {
    FhirContext context = FhirContext.forR4();
    context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    context.getRestfulClientFactory().setSocketTimeout(60_000);
    IGenericClient client = context.newRestfulGenericClient(given[0]);
    client.registerInterceptor(new BearerTokenAuthInterceptor(given[1]));

    call("capabilities", () -> client.capabilities().ofType(CapabilityStatement.class).execute().getFhirVersion().toCode().equals("4.0.1"));
    MethodOutcome made = client.create().resource(patient("Uno")).execute();
    IdType id = (IdType) made.getId().toUnqualifiedVersionless();
    String subject = id.getValue();
    call("create", () -> made.getCreated() && made.getId().getVersionIdPart().equals("1"));
    call("create, minimal", () -> client.create().resource(patient("Dos")).prefer(PreferReturnEnum.MINIMAL).execute().getCreated());
    call("create, its representation", () -> client.create().resource(patient("Tres")).prefer(PreferReturnEnum.REPRESENTATION).execute().getResource() != null);
    call("create, its OperationOutcome", () -> client.create().resource(patient("Cuatro")).prefer(PreferReturnEnum.OPERATION_OUTCOME).execute().getOperationOutcome() != null);
    call("create, conditional", () -> client.create().resource(patient("Uno")).conditional().where(Patient.IDENTIFIER.exactly().systemAndIdentifier("urn:hapi", "Uno")).execute().getId().getIdPart().equals(id.getIdPart()));
    call("create, conditional by URL", () -> client.create().resource(patient("Uno")).conditionalByUrl("Patient?identifier=urn:hapi|Uno").execute().getId().getIdPart().equals(id.getIdPart()));
    call("read", () -> client.read().resource(Patient.class).withId(id).execute().getNameFirstRep().getFamily().equals("Uno"));
    call("read by URL", () -> client.read().resource(Patient.class).withUrl(given[0] + "/" + subject).execute() != null);
    call("read, summary", () -> client.read().resource(Patient.class).withId(id).summaryMode(SummaryEnum.TRUE).execute().getMeta().getTag().size() == 1);
    call("read, elements", () -> !client.read().resource(Patient.class).withId(id).elementsSubset("identifier").execute().hasName());
    call("read, if it has changed", () -> client.read().resource(Patient.class).withId(id).ifVersionMatches("1").returnNull().execute() == null);
    call("vread", () -> client.read().resource(Patient.class).withIdAndVersion(id.getIdPart(), "1").execute() != null);
    call("update", () -> client.update().resource(patient("Uno").setActive(true)).withId(id).execute().getId().getVersionIdPart().equals("2"));
    call("update, new id", () -> client.update().resource(patient("Cinco")).withId("hapi-5").execute().getCreated());
    call("update, conditional", () -> client.update().resource(patient("Uno").setActive(false)).conditional().where(Patient.IDENTIFIER.exactly().systemAndIdentifier("urn:hapi", "Uno")).execute().getId().getIdPart().equals(id.getIdPart()));
    call("update, If-Match", () -> {
      Patient old = patient("Uno");
      old.setId(id.withVersion("1"));
      return refuses(PreconditionFailedException.class, () -> client.update().resource(old).withAdditionalHeader("If-Match", "W/\"1\"").execute());
    });
    call("patch, FHIRPath", () -> client.patch().withFhirPatch(patch("replace", "Patient.active", new BooleanType(true))).withId(id).execute().getId().hasVersionIdPart());
    call("patch, JSON", () -> client.patch().withBody("[{\"op\":\"replace\",\"path\":\"/active\",\"value\":false}]").withId(id).execute().getId().hasVersionIdPart());
    call("patch, conditional", () -> client.patch().withFhirPatch(patch("replace", "Patient.active", new BooleanType(true))).conditional(Patient.class).where(Patient.IDENTIFIER.exactly().systemAndIdentifier("urn:hapi", "Uno")).execute() != null);
    call("refusal", () -> refuses(UnprocessableEntityException.class, () -> client.create().resource(observation("Patient/nobody", 1)).execute()));
    for (int i = 1; i <= 5; i++) client.create().resource(observation(subject, i)).execute();
    call("search, string", () -> size(client.search().forResource(Patient.class).where(Patient.NAME.matches().value("uno")).returnBundle(Bundle.class).execute()) == 1);
    call("search, exactly", () -> size(client.search().forResource(Patient.class).where(new StringClientParam("family").matchesExactly().value("Uno")).returnBundle(Bundle.class).execute()) == 1);
    call("search, tokens", () -> size(client.search().forResource(Patient.class).where(new TokenClientParam("identifier").exactly().systemAndValues("urn:hapi", "Uno", "Dos")).returnBundle(Bundle.class).execute()) == 2);
    call("search, reference", () -> size(client.search().forResource(Observation.class).where(Observation.SUBJECT.hasId(id)).returnBundle(Bundle.class).execute()) == 5);
    call("search, dates", () -> size(client.search().forResource(Observation.class).where(new DateClientParam("date").afterOrEquals().day("2024-01-02")).and(new DateClientParam("date").before().day("2024-01-04")).returnBundle(Bundle.class).execute()) == 2);
    call("search, quantity", () -> size(client.search().forResource(Observation.class).where(Observation.SUBJECT.hasId(id)).and(Observation.VALUE_QUANTITY.greaterThan().number(3).andNoUnits()).returnBundle(Bundle.class).execute()) == 2);
    call("search, chain", () -> size(client.search().forResource(Observation.class).where(new ReferenceClientParam("subject").hasChainedProperty("Patient", Patient.FAMILY.matches().value("Uno"))).returnBundle(Bundle.class).execute()) == 5);
    call("search, missing", () -> size(client.search().forResource(Patient.class).where(Patient.BIRTHDATE.isMissing(true)).where(Patient.FAMILY.matches().value("Uno")).returnBundle(Bundle.class).execute()) == 1);
    call("search, _has", () -> size(client.search().forResource(Patient.class).where(new TokenClientParam("_has:Observation:patient:code").exactly().code("8867-4")).returnBundle(Bundle.class).execute()) == 1);
    call("search, sorted", () -> ((Observation) client.search().forResource(Observation.class).where(Observation.SUBJECT.hasId(id)).sort(new SortSpec("date", ca.uhn.fhir.rest.api.SortOrderEnum.DESC)).returnBundle(Bundle.class).execute().getEntryFirstRep().getResource()).getValueQuantity().getValue().intValue() == 5);
    call("search, includes", () -> size(client.search().forResource(Observation.class).where(Observation.SUBJECT.hasId(id)).include(Observation.INCLUDE_SUBJECT).returnBundle(Bundle.class).execute()) == 6);
    call("search, revincludes", () -> size(client.search().forResource(Patient.class).where(Patient.RES_ID.exactly().code(id.getIdPart())).revInclude(Observation.INCLUDE_PATIENT).returnBundle(Bundle.class).execute()) == 6);
    call("search, all at POST", () -> size(client.search().forResource(Patient.class).where(Patient.FAMILY.matches().value("Uno")).usingStyle(SearchStyleEnum.POST).returnBundle(Bundle.class).execute()) == 1);
    call("search, GET with _search", () -> size(client.search().forResource(Patient.class).where(Patient.FAMILY.matches().value("Uno")).usingStyle(SearchStyleEnum.GET_WITH_SEARCH).returnBundle(Bundle.class).execute()) == 1);
    call("search by URL", () -> size(client.search().byUrl("Patient?family=Uno").returnBundle(Bundle.class).execute()) == 1);
    call("search, counted", () -> client.search().forResource(Observation.class).where(Observation.SUBJECT.hasId(id)).totalMode(SearchTotalModeEnum.ACCURATE).count(2).returnBundle(Bundle.class).execute().getTotal() == 5);
    call("search, last updated, tags and profiles", () -> size(client.search().forResource(Patient.class).lastUpdated(new ca.uhn.fhir.rest.param.DateRangeParam(new Date(0), null)).withTag("urn:t", "none").withProfile("http://example.org/p").returnBundle(Bundle.class).execute()) == 0);
    call("search in a compartment", () -> size(client.search().forResource(Patient.class).withIdAndCompartment(id.getIdPart(), "Observation").returnBundle(Bundle.class).execute()) == 5);
    call("search of the whole server", () -> size(client.search().forAllResources().where(new TokenClientParam("_id").exactly().code(id.getIdPart())).returnBundle(Bundle.class).execute()) == 1);
    call("search without a cache", () -> client.search().forResource(Patient.class).cacheControl(CacheControlDirective.noCache()).returnBundle(Bundle.class).execute() != null);
    call("pages forth and back", () -> {
      Bundle first = client.search().forResource(Observation.class).where(Observation.SUBJECT.hasId(id)).sort().ascending("date").count(2).returnBundle(Bundle.class).execute();
      Bundle second = client.loadPage().next(first).execute();
      Bundle third = client.loadPage().next(second).execute();
      return third.getLink("next") == null && client.loadPage().previous(third).execute().getEntryFirstRep().getFullUrl().equals(second.getEntryFirstRep().getFullUrl());
    });
    call("history of a resource", () -> client.history().onInstance(id).returnBundle(Bundle.class).execute().getTotal() >= 5);
    call("history of a type, since", () -> client.history().onType(Patient.class).returnBundle(Bundle.class).since(new Date(0)).count(3).execute().getEntry().size() == 3);
    call("history of the server", () -> client.history().onServer().returnBundle(Bundle.class).execute().hasEntry());
    call("transaction of a Bundle", () -> {
      Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
      bundle.addEntry().setFullUrl("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0").setResource(patient("Seis")).getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl("Patient");
      bundle.addEntry().setResource(observation("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", 6)).getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl("Observation");
      return client.transaction().withBundle(bundle).execute().getEntry().size() == 2;
    });
    call("transaction of a list", () -> client.transaction().withResources(List.<IBaseResource>of(patient("Siete"))).execute().size() == 1);
    call("batch", () -> {
      Bundle bundle = new Bundle().setType(Bundle.BundleType.BATCH);
      bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl("metadata");
      bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl(subject);
      return client.transaction().withBundle(bundle).execute().getEntry().stream().allMatch(Bundle.BundleEntryComponent::hasResource);
    });
    call("validate", () -> client.validate().resource(patient("Ocho")).execute().getOperationOutcome() != null);
    call("meta of a resource", () -> client.meta().get(Meta.class).fromResource(id).execute() != null);
    call("meta of a type and of the server", () -> client.meta().get(Meta.class).fromType("Patient").execute() != null && client.meta().get(Meta.class).fromServer().execute() != null);
    call("meta, added and deleted", () -> {
      Meta meta = new Meta();
      meta.addTag().setSystem("urn:t").setCode("a");
      return client.meta().add().onResource(id).meta(meta).execute().getTag().size() == 1 && client.meta().delete().onResource(id).meta(meta).execute().getTag().isEmpty();
    });
    call("operation on a resource", () -> size(client.operation().onInstance(id).named("$everything").withNoParameters(Parameters.class).useHttpGet().returnResourceType(Bundle.class).execute()) >= 6);
    call("operation on a type", () -> client.operation().onType(CodeSystem.class).named("$lookup").withParameter(Parameters.class, "system", new UriType("http://hl7.org/fhir/administrative-gender")).andParameter("code", new CodeType("male")).execute().hasParameter());
    call("operation, expansion", () -> client.operation().onType(ValueSet.class).named("$expand").withParameter(Parameters.class, "url", new UriType("http://hl7.org/fhir/ValueSet/administrative-gender")).returnResourceType(ValueSet.class).execute().getExpansion().getContains().size() == 4);
    call("Binary", () -> {
      Binary binary = new Binary();
      binary.setContentType("text/plain").setData("hi".getBytes());
      IdType at = (IdType) client.create().resource(binary).execute().getId().toUnqualifiedVersionless();
      return new String(client.read().resource(Binary.class).withId(at).execute().getData()).equals("hi");
    });
    call("delete, conditional", () -> client.delete().resourceConditionalByUrl("Patient?identifier=urn:hapi|Dos").execute() != null);
    call("delete", () -> client.delete().resourceById("Patient", "hapi-5").execute() != null && refuses(ResourceGoneException.class, () -> client.read().resource(Patient.class).withId("hapi-5").execute()));
  }
}
