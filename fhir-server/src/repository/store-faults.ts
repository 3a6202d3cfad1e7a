/** Store faults → FHIR errors, said so that they reveal nothing of what the caller may not see. */
import {
  businessRule,
  conflict,
  FhirError,
  inEntry,
  internal,
  multipleMatches,
  notFound,
  notSupported,
  type OriginOf,
  preconditionFailed,
  tooCostly,
  tookTooLong,
  tooLarge,
  unavailable,
  writeTookTooLong,
  writeUnanswered,
} from '@wellspring/profiles';
import { StoreError, type WriteOperation } from '../store/store.ts';
import { placeOf } from './references.ts';

/** Of a read. */
export function readError(error: unknown): unknown {
  return error instanceof StoreError ? faultError(error, undefined) : error;
}

/** Of whatever failed: what is asked of the store by no repository (notes of jobs, of limits) has its faults, too. */
export function fhirErrorOf(error: unknown): FhirError {
  const known = readError(error);
  return known instanceof FhirError ? known : internal(error);
}

/** Of what a write reads before it. */
export function preparationError(error: unknown): unknown {
  return error instanceof StoreError && error.fault === 'too-slow'
    ? tookTooLong('nothing was written, send it again', 'What this write has to look up')
    : readError(error);
}

/** Any error of a transaction; where it came from is named. */
export function writeError(
  error: unknown,
  operations: readonly WriteOperation[],
  originOf?: OriginOf,
): unknown {
  if (!(error instanceof StoreError)) return error;
  const unknown = unknownOutcome(error);
  if (unknown) return unknown;
  const operation = operations[error.index];
  const found = faultError(error, operation);
  return originOf && operation ? inEntry(found, originOf(error.index)) : found;
}

/** Of a transaction that came to no end that is known: it is no entry's, and no search. */
function unknownOutcome(error: StoreError): FhirError | undefined {
  if (error.fault === 'too-slow') return writeTookTooLong(error);
  return error.fault === 'unavailable' ? writeUnanswered(error) : undefined;
}

/** Beside the first `writes` operations stands what the server itself writes: that came in nowhere. */
export const originAmong =
  (writes: number, originOf: OriginOf | undefined): OriginOf =>
  (index) =>
    index < writes ? originOf?.(index) : undefined;

/** What the server itself writes beside the first `writes` operations (a slot that a visit takes, an item of work) was changed meanwhile: nobody named a version of it. */
export const isOvertaken = (error: unknown, writes: number): boolean =>
  error instanceof StoreError && error.fault === 'version-mismatch' && error.index >= writes;

export const overtaken = (): FhirError =>
  conflict('What this write changes beside was changed at the same moment. Send it again.');

/** Of a conditional update whose id is another resource's. */
const whyNot = (operation: WriteOperation | undefined): string =>
  operation?.kind === 'update' ? ', and is not what the condition matches' : '';

/** Read anew, for this alone: what was to be written is there as text. */
function placeIn(operation: WriteOperation, name: string): string {
  if (operation.kind !== 'create' && operation.kind !== 'update') return operation.type;
  const { before, after } = operation.text;
  return placeOf(JSON.parse(`${before}"versionId":"1"${after}`), name);
}

/** What If-Match, or an If-None-Match of `*` (no version at all), says is not so. */
export const wrongVersion = (asked: number | undefined): FhirError =>
  preconditionFailed(
    asked === 0
      ? 'The resource exists already, and If-None-Match says that it must not.'
      : 'The resource has another version than If-Match says. Read it again.',
  );

function faultError(error: StoreError, operation: WriteOperation | undefined): FhirError {
  const { type = 'Resource', id = '' } = operation ?? {};
  switch (error.fault) {
    case 'exists':
      return conflict(`${type}/${id} exists already${whyNot(operation)}.`);
    case 'not-found':
      return notFound(type, id);
    case 'version-mismatch':
      return wrongVersion(
        operation && 'expectedVersion' in operation ? operation.expectedVersion : undefined,
      );
    case 'matched':
      return conflict('A resource that matches the condition was created meanwhile. Send it again.');
    case 'multiple-matches':
      return multipleMatches('Several resources match the condition.');
    case 'reference-missing':
      return businessRule(
        `The reference '${error.subject}' leads to nothing on this server.`,
        operation && placeIn(operation, error.subject ?? ''),
      );
    case 'reference-replaced':
      return businessRule(
        `The reference '${error.subject}' leads to a record that was merged into another: refer to the Patient that its link 'replaced-by' names.`,
        operation && placeIn(operation, error.subject ?? ''),
      );
    case 'replaced':
      return businessRule(
        `${error.subject} was merged into another Patient: an update keeps its link 'replaced-by', which $undo-merge takes away.`,
        'Patient.link',
      );
    case 'still-referenced':
      return conflict(`${error.subject} is still referred to by other resources.`);
    case 'unsupported':
      return notSupported(
        'This database has no transactions: run it as a replica set to use transaction Bundles.',
      );
    case 'too-large':
      return tooLarge(`That is more than the database takes at once (${error.subject ?? 'its limit'}).`);
    case 'too-costly':
      return tooCostly(`The search is too costly: ${error.subject ?? 'ask for less'}.`);
    case 'too-slow':
      return tookTooLong();
    case 'transient':
    case 'unavailable':
      return unavailable('The database is not available.', error);
    default:
      return error.fault satisfies never;
  }
}
