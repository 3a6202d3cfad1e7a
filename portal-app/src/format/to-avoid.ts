/** An order to leave something, that still holds: what was taken back is none any more (https://hl7.org/fhir/R4/servicerequest-definitions.html#ServiceRequest.doNotPerform). */
const TAKEN_BACK: ReadonlySet<string> = new Set(['revoked', 'cancelled', 'stopped']);

export const isToAvoid = ({
  status = '',
  doNotPerform,
}: {
  readonly status?: string | undefined;
  readonly doNotPerform?: boolean | undefined;
}): boolean => doNotPerform === true && !TAKEN_BACK.has(status);
