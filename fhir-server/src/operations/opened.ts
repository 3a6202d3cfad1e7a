/**
 * `Patient/[id]/$opened`: what the caller has opened of this record, on whatever device, so that an app shows nothing as new that they have seen. GET: each `mark` (string); POST adds
 * `mark`s, if any, and answers with all. A mark is an id, or `Type/id/version` where a new version is news again; it is kept for 30 days, 1,000 of one person in one record. It is the caller's own:
 * what a relative opened the patient does not see, nor the other way round. Needs reading of the Patient; POST the scope to change it, too, as an app that may only read is not to hide what is new.
 * A relative who may change nothing of the patient may still say what they have read.
 */
import { forbidden, invalid } from '@wellspring/profiles';
import { isPatientLevel } from '../access/read-condition.ts';
import { granting } from '../access/scope.ts';
import type { FhirRequest, Reply, Services } from '../interactions/request.ts';
import { isMark } from '../links/opened-marks.ts';
import { groundOf } from './own-links.ts';
import { inputOf, parametersReply } from './parameters.ts';

const MOST_AT_ONCE = 200;

export async function openedMarks(services: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  const by = await readerOf(services, request);
  return reply(await services.opened.of(request.id, by));
}

export async function markOpened(services: Services, request: FhirRequest): Promise<Reply> {
  const marks = inputOf(request, { mark: 'text' }).all('mark');
  if (marks.length > MOST_AT_ONCE)
    throw invalid(`'mark' may be given ${MOST_AT_ONCE} times at most.`, 'Parameters.parameter');
  const at = marks.findIndex((mark) => !isMark(mark));
  if (at >= 0) throw invalid("'mark' takes an id, or Type/id/version.", `Parameters.parameter[${at}].value`);
  const by = await readerOf(services, request);
  const mayChange = granting(request.access.scopes, 'Patient', 'u').some(({ filter }) => filter.length === 0);
  if (!mayChange) throw forbidden("The token's scopes do not allow this write to Patient.");
  return reply(await services.opened.add(request.id, by, marks));
}

/** Throws 404 where the record is not theirs to read. */
async function readerOf({ repository }: Services, { access, id }: FhirRequest): Promise<string> {
  if (!isPatientLevel(access))
    throw forbidden('What was opened is kept for patients and for those who act for them.');
  // Nothing of the record is told that its reader did not know: a row of every look would bury the others. What is refused has one.
  const { trail, ...unseen } = access;
  await repository.read(unseen, 'Patient', id);
  trail?.accounted();
  return groundOf(access).by;
}

const reply = (marks: readonly string[]): Reply =>
  parametersReply(...marks.map((valueString) => ({ name: 'mark', valueString })));
