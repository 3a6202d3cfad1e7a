/**
 * Names in what comes from the patient's side are those of the resource referred to: `display` is what people read, and anybody could sign as "Dr. Ruiz".
 * What refers to nothing here that has a name loses its display; a note is of whoever writes it, and so is a signature.
 */
import { businessRule } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import type { ResourceStore } from '../store/store.ts';

type Node = Record<string, unknown>;
export interface HumanName {
  readonly text?: string;
  readonly prefix?: readonly string[];
  readonly given?: readonly string[];
  readonly family?: string;
  readonly suffix?: readonly string[];
  readonly use?: string;
}
interface Coded {
  readonly text?: string;
  readonly coding?: readonly { readonly display?: string }[];
}

const LOCAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})$/;

/** Elements by which somebody acts or is addressed: there a name alone is a signature of anybody. */
const SIGNED: ReadonlySet<string> = new Set([
  ...['actor', 'agent', 'asserter', 'author', 'authenticator', 'custodian', 'enterer', 'individual'],
  ...['informationSource', 'managingOrganization', 'member', 'onBehalfOf', 'organization', 'owner', 'party'],
  ...['performer', 'provider', 'recipient', 'recorder', 'requester', 'responsible', 'sender', 'source'],
  ...['verifiedWith', 'who'],
]);

/** `before`: of an update, so that what stays keeps its words. `self`: `Patient/…` or `RelatedPerson/…`. What they may refer to was checked before. */
export async function setNames(
  store: Pick<ResourceStore, 'read'>,
  resource: Node,
  before: Readonly<Record<string, unknown>> | undefined,
  self: string,
): Promise<void> {
  const written = Object.entries(resource).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before?.[name]),
  );
  const references: Node[] = [];
  for (const [name, value] of written) walk(value, self, references, name);
  // Many may name few, and what is named may be long: each is read once.
  const names = new Map<string, string | undefined>();
  const breath = createBreath();
  for (const each of references) {
    await breath();
    const reference = String(each.reference);
    if (!names.has(reference)) names.set(reference, await nameOf(store, reference));
    const name = names.get(reference);
    if (name === undefined) delete each.display;
    else each.display = name;
  }
}

function walk(value: unknown, self: string, references: Node[], name: string): void {
  if (Array.isArray(value)) for (const each of value) walk(each, self, references, name);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const node = value as Node;
  if (typeof node.reference === 'string' && node.display !== undefined) references.push(node);
  if (node.display !== undefined && node.reference === undefined && SIGNED.has(name))
    throw businessRule(`Who '${name}' is, is told by a reference: a name alone is anybody's.`);
  if (name === 'assigner' && node.reference === undefined) delete node.display;
  delete node.authorString;
  if ((node.authorReference as Node | undefined)?.reference !== self) delete node.authorReference;
  if (SIGNATURE.test(name)) checkSignature(node, self);
  for (const [name, each] of Object.entries(node)) walk(each, self, references, name);
}

/** https://hl7.org/fhir/R4/datatypes.html#Signature, wherever it stands: nobody signs as somebody else, and for nobody but a patient. */
const SIGNATURE = /^(?:signature|valueSignature)$/;

function checkSignature({ who, onBehalfOf }: Node, self: string): void {
  const signer = (who as Node | undefined)?.reference;
  if (signer !== undefined && signer !== self) throw businessRule(`A signature here is of ${self}.`);
  if (who !== undefined && signer === undefined)
    throw businessRule(`Who signs is told by a reference: ${self}.`);
  const other = (onBehalfOf as Node | undefined)?.reference;
  if (onBehalfOf !== undefined && !String(other).startsWith('Patient/'))
    throw businessRule('A signature here is for the patient alone.');
}

/** What people call it: undefined where it refers to nothing here, or to nothing that has a name. */
export async function nameOf(
  store: Pick<ResourceStore, 'read'>,
  reference: string,
): Promise<string | undefined> {
  const [, type, id] = LOCAL.exec(reference) ?? [];
  if (!type || !id) return undefined;
  const found = await store.read(type, id);
  return found?.body === undefined ? undefined : displayOf(JSON.parse(found.body) as Node);
}

function displayOf({ name, medicationCodeableConcept, code, type, description }: Node): string | undefined {
  if (typeof name === 'string') return name;
  if (Array.isArray(name)) return humanName(name as HumanName[]);
  for (const each of [medicationCodeableConcept, code, type]) {
    const text = codedText(each as Coded | undefined);
    if (text !== undefined) return text;
  }
  return typeof description === 'string' ? description : undefined;
}

/** Of several, the one that somebody goes by now. */
export const nameInUse = (names: readonly HumanName[] = []): HumanName | undefined =>
  names.find(({ use }) => use === 'official') ?? names.find(({ use }) => use !== 'old') ?? names[0];

function humanName(names: readonly HumanName[]): string | undefined {
  const name = nameInUse(names);
  if (!name) return undefined;
  const { text, prefix = [], given = [], family, suffix = [] } = name;
  const degrees = prefix.some((each) => DOCTOR.test(each))
    ? []
    : suffix.filter((each) => !OF_FAMILY.test(each));
  const words = [...prefix, ...given, family, ...suffix.filter((each) => OF_FAMILY.test(each))];
  const called = words.filter((each) => each !== undefined).join(' ');
  return text ?? ([called, ...degrees].filter((each) => each !== '').join(', ') || undefined);
}

/** Nobody is called "Dr. Amara Osei MD": "Dr. Amara Osei", or "Fiona Walsh, NP". */
const DOCTOR = /^(dr|dra|prof)\b/i;
const OF_FAMILY = /^(jr|sr|[ivx]+)\.?$/i;

const codedText = (concept: Coded | undefined): string | undefined =>
  concept?.text ?? concept?.coding?.find(({ display }) => display !== undefined)?.display;
