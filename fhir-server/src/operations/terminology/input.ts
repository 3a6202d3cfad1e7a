/** What terminology operations are asked: a code, a `coding` or a `codeableConcept`, and the resource it is about. */
import { forbidden, invalid, notFound, unprocessable } from '@wellspring/profiles';
import type { FhirRequest, Services } from '../../interactions/request.ts';
import { dateRange } from '../../search/date-range.ts';
import { areLanguages, type CodeSource } from '../../terminology/code-source.ts';
import { heldSource } from '../../terminology/held-source.ts';
import { isOfVersion, type Terminologies } from '../../terminology/terminologies.ts';
import { dateText, type OperationInput } from '../parameters.ts';
import { boundValueSet } from './bound-value-set.ts';
import { requireTexts } from './given-texts.ts';

export interface Asked {
  readonly terminologies: Terminologies;
  readonly request: FhirRequest;
  readonly input: OperationInput;
  /** The value set's URL: `url`, or that of what `context` names. */
  url(): Promise<string | undefined>;
}

/** Definitions are no patient's data, but work for who has nothing to do here is none of ours. Errors: 403 for a token that opens nothing; 400 and 422 (given-texts.ts); 400 for what is no language; 422 for a day that is over. */
export function askedOf(services: Services, request: FhirRequest, input: OperationInput): Asked {
  if (request.access.scopes.length === 0)
    throw forbidden("The token's scopes open nothing here: terminology is for who may read something.");
  requireTexts(input);
  requireToday(input, services.now());
  requireLanguages(input);
  const [url, context] = [input.one('url'), input.one('context')];
  return {
    terminologies: services.repository.terminologies(request.access),
    request,
    input,
    url: async () =>
      url ?? (context === undefined ? undefined : await boundValueSet(services, request, context)),
  };
}

/** Errors: 400 for what is no language. */
function requireLanguages(input: OperationInput): void {
  const languages = input.one('displayLanguage');
  if (languages !== undefined && !areLanguages(languages))
    throw invalid(
      "'displayLanguage' takes a language (BCP 47), or several as 'Accept-Language' does.",
      'displayLanguage',
    );
}

const DAY_MS = 86_400_000;

/** What codes were on another day is not kept. Errors: 422 for a day that is over (R4: an error where that is not possible). */
function requireToday(input: OperationInput, now: number): void {
  const date = dateText(input, 'date');
  const range = date === undefined ? undefined : dateRange(date);
  // Clocks differ, and a request takes its time.
  if (range && range.high + DAY_MS <= now)
    throw unprocessable('Codes are known as they are now: not as they were on an earlier date.', 'date');
}

export interface AskedCode {
  readonly system: string | undefined;
  readonly version: string | undefined;
  readonly code: string;
  readonly display: string | undefined;
  /** What stands before the name of its members in a FHIRPath of the input. */
  readonly at: string;
}

/** Codings that may be asked for at once. */
const MAX_CODINGS = 100;

const FORMS = ['code', 'coding', 'codeableConcept'] as const;

/**
 * `code` with its system, one `coding`, or those of a `codeableConcept` that name a code: of one that has a text alone there are none. Errors: 400 unless it is one of these
 * three.
 */
export function codesOf(input: OperationInput, usual: { readonly system?: string } = {}): AskedCode[] {
  const given = FORMS.filter((name) => input.names.includes(name));
  if (given.length === 0) throw invalid("The operation needs a 'code', a 'coding' or a 'codeableConcept'.");
  if (given.length > 1) throw invalid(`The operation takes one of '${given.join("' and '")}'.`);
  const ofInput = input.one('systemVersion') ?? input.one('version');
  const code = input.one('code');
  if (code !== undefined) {
    const [system, ofSystem] = (input.one('system') ?? usual.system)?.split('|') ?? [];
    const version = oneVersion(ofInput, ofSystem);
    return [{ system, version, code, display: input.one('display'), at: '' }];
  }
  const coding = input.value('coding');
  const listed = input.value('codeableConcept')?.coding ?? [];
  const codings = (coding ? [coding] : Array.isArray(listed) ? listed : []) as Partial<AskedCode>[];
  if (codings.length > MAX_CODINGS) throw invalid(`${MAX_CODINGS} codings at most.`);
  return codings.flatMap((each, i) =>
    typeof each?.code === 'string'
      ? [
          {
            system: each.system,
            version: coding ? oneVersion(ofInput, each.version) : (each.version ?? ofInput),
            code: each.code,
            display: each.display,
            at: coding ? 'Coding.' : `CodeableConcept.coding[${i}].`,
          },
        ]
      : [],
  );
}

/** Errors: 400 for two versions of one code, of which none is more meant than the other. */
function oneVersion(a: string | undefined, b: string | undefined): string | undefined {
  if (a !== undefined && b !== undefined && a !== b)
    throw invalid('Two versions of the code system are named.');
  return a ?? b;
}

/** `url|version`. Errors: 400 where the URL names another version than the parameter. */
export function canonicalOf(url: string, version: string | undefined, parameter: string): string {
  const [bare = '', ofUrl] = url.includes('?') ? [url] : url.split('|');
  if (version === undefined) return url;
  if (ofUrl !== undefined && ofUrl !== version)
    throw invalid(`'url' and '${parameter}' name two versions.`, parameter);
  return `${bare}|${version}`;
}

/** Why none of the codings tells what is meant (https://hl7.org/fhir/R4/datatypes.html#Coding: a code means something in its system alone). */
export function whyNoCode(codes: readonly AskedCode[]): string | undefined {
  if (codes.length === 0) return NO_CODE;
  return codes.some(({ system }) => system !== undefined) ? undefined : NO_SYSTEM;
}

export const NO_CODE = 'No coding with a code is given: a text alone is no code.';
export const NO_SYSTEM = 'The coding names no code system: without one its code has no meaning.';

/** Errors: 400 for a `code` alone, where the specification asks for its system. */
export function requireSystem(input: OperationInput, or = ''): void {
  if (input.names.includes('code') && input.one('system') === undefined)
    throw invalid(`A 'code' needs its 'system'${or}.`, 'system');
}

/** A code of the one system is none of another's, whatever it is called there. Nothing is said of a coding without a system. */
export const isOfAnother = ({ url }: CodeSource, system: string | undefined): boolean =>
  system !== undefined && url !== GIVEN && system.split('|')[0] !== url;

/** What is asked of the instance, or of the one that is given, is of its version. */
export const isOtherVersion = ({ version }: CodeSource, asked: string | undefined): boolean =>
  asked !== undefined && !isOfVersion(version, asked);

export const otherVersion = ({ version }: Pick<AskedCode, 'version'>, own: string | undefined): string =>
  `The code is of the version ${version?.slice(0, 200)} of its code system; this is ${own === undefined ? 'one without a version' : own.slice(0, 200)}.`;

/** Where one is handed in that has no URL. */
const GIVEN = 'urn:given';

/** The code system of the instance, the one given as a resource, or the one that is named. undefined: not known here. */
export async function codeSystemOf(
  { terminologies, request, input }: Asked,
  named: { readonly system: string | undefined; readonly version: string | undefined },
): Promise<CodeSource | undefined> {
  if (request.id !== '') {
    const stored = await terminologies.storedCodeSystem(request.id);
    if (!stored) throw notFound('CodeSystem', request.id);
    return stored;
  }
  const given = input.value('codeSystem');
  if (given) return heldSource({ content: 'not-present', url: GIVEN, ...given } as never);
  const { system, version } = named;
  if (!system) throw invalid("The operation needs a 'system', or a coding with one.");
  const [url = '', ofUrl] = system.split('|');
  return terminologies.codeSystem(url, oneVersion(version, ofUrl));
}
