/**
 * Numbers in what comes from the patient's side: who somebody is to the clinic is the clinic's to say, also where it is said by an identifier and not by a reference. A system
 * of which Patients here have numbers is the clinic's: of it a patient uses their own. An identifier beside a reference is the one of what is referred to, or is left out.
 */
import { businessRule } from '@wellspring/profiles';
import { createBreath } from '../breath.ts';
import type { ResourceStore } from '../store/store.ts';
import { storedResource } from './own-writes.ts';
import type { ResourceJson } from './text/resource-text.ts';

interface Identifier {
  readonly system?: string;
  readonly value?: string;
  readonly type?: { readonly coding?: readonly { readonly system?: string; readonly code?: string }[] };
}
type Node = Record<string, unknown>;
type Store = Pick<ResourceStore, 'read' | 'search'>;

interface Found {
  readonly identifiers: Identifier[];
  /** References with an identifier beside them. */
  readonly references: Node[];
}

/** Elements of which a reference names a person: an identifier alone would name anybody. */
const PEOPLE: ReadonlySet<string> = new Set([
  ...['actor', 'agent', 'asserter', 'author', 'authenticator', 'beneficiary', 'enterer', 'for', 'individual'],
  ...['informationSource', 'member', 'onBehalfOf', 'owner', 'party', 'patient', 'performer', 'policyHolder'],
  ...['recipient', 'recorder', 'requester', 'responsible', 'sender', 'source', 'subject', 'subscriber'],
  ...['verifiedWith', 'who'],
]);
/** Say what a thing is called everywhere, not who somebody is. */
const OF_EVERYTHING: ReadonlySet<string> = new Set(['urn:ietf:rfc:3986', 'urn:oid:2.16.840.1.113883.4.873']);
/** Numbers that others give, of which a Coverage tells: https://terminology.hl7.org/CodeSystem-v2-0203.html */
const OF_INSURERS: ReadonlySet<string> = new Set(['MA', 'MB', 'MC', 'MCN', 'PN', 'SN']);

/** `before`: of an update, so that what stays is not asked. `owner`: id of the Patient. Throws a business-rule error. */
export async function settleIdentifiers(
  store: Store,
  resource: Node,
  before: Readonly<Node> | undefined,
  owner: string,
): Promise<void> {
  const found: Found = { identifiers: [], references: [] };
  for (const [name, value] of Object.entries(resource))
    if (JSON.stringify(value) !== JSON.stringify(before?.[name])) collect(value, name, found);
  await settleBeside(store, found.references);
  await requireOwn(store, found.identifiers, owner);
}

function collect(value: unknown, name: string, found: Found): void {
  if (Array.isArray(value)) for (const each of value) collect(each, name, found);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const node = value as Node;
  const isBeside = isReference(node) && typeof node.reference === 'string';
  if (isBeside) found.references.push(node);
  else if (isReference(node) && PEOPLE.has(name))
    throw businessRule(`Who '${name}' is, is told by a reference: an identifier alone may be anybody's.`);
  if (/identifier$/i.test(name)) found.identifiers.push(node);
  for (const [each, inner] of Object.entries(node))
    if (!isBeside || each !== 'identifier') collect(inner, each, found);
}

/** Nothing else of R4 has one identifier that is no list, and nothing more than this. */
const isReference = (node: Node): boolean =>
  typeof node.identifier === 'object' &&
  node.identifier !== null &&
  !Array.isArray(node.identifier) &&
  node.resourceType === undefined &&
  Object.keys(node).every((name) => REFERENCE.has(name.replace(/^_/, '')));
const REFERENCE: ReadonlySet<string> = new Set([
  'reference',
  'identifier',
  'type',
  'display',
  'id',
  'extension',
]);

async function settleBeside(store: Store, references: readonly Node[]): Promise<void> {
  const known = new Map<string, readonly Identifier[]>();
  const breath = createBreath();
  for (const node of references) {
    await breath();
    const reference = String(node.reference);
    const theirs = known.get(reference) ?? (await identifiersOf(store, reference));
    known.set(reference, theirs);
    const { system, value } = node.identifier as Identifier;
    if (!theirs.some((each) => each.system === system && each.value === value)) delete node.identifier;
  }
}

async function requireOwn(store: Store, identifiers: readonly Identifier[], owner: string): Promise<void> {
  const bySystem = Map.groupBy(identifiers, ({ system }) => system ?? '');
  const breath = createBreath();
  let own: readonly Identifier[] | undefined;
  for (const [system, some] of bySystem) {
    await breath();
    if (system === '' || system.startsWith('urn:wellspring:') || OF_EVERYTHING.has(system)) continue;
    own ??= await identifiersOf(store, `Patient/${owner}`);
    const theirs = new Set(own.filter((each) => each.system === system).map(({ value }) => value));
    if (some.every(({ value }) => theirs.has(value))) continue;
    if (await isOfTheClinic(store, system))
      throw businessRule(`identifier: the clinic gives the numbers of ${system.slice(0, 200)}.`);
  }
}

/** Patients are the clinic's to write: what stands there is what it calls people by. */
async function isOfTheClinic(store: Store, system: string): Promise<boolean> {
  const { matches } = await store.search({
    type: 'Patient',
    where: { kind: 'token', param: 'identifier', system },
    sort: [{ by: 'id', descending: false }],
    count: 1,
    total: 'none',
  });
  const [found] = matches;
  if (found?.body === undefined) return false;
  const given = listed(JSON.parse(found.body) as Node).filter((each) => each.system === system);
  return !given.every(({ type }) => type?.coding?.some(({ code }) => OF_INSURERS.has(code ?? '')));
}

async function identifiersOf(store: Store, reference: string): Promise<readonly Identifier[]> {
  const stored = await storedResource<ResourceJson>(store, reference.replace(/\/_history\/.*$/, ''));
  return stored ? listed(stored.resource) : [];
}

const listed = ({ identifier }: Readonly<Node>): readonly Identifier[] =>
  [identifier].flat().filter((each) => typeof each === 'object' && each !== null) as Identifier[];
