/**
 * Schedules and Slots are nobody's record, but somebody's working day. Staff whose reach has a bound keep those of their own organization and those of none: whose they are is told
 * by the Schedule's actors. What operations do for a caller (booking, holds, the waiting list) asks its own questions.
 */
import { forbidden } from '@wellspring/profiles';
import type { AccessContext } from '../../access/access-context.ts';
import type { Json } from '../../access/write-rules.ts';
import { localName } from '../../search/own-references.ts';
import type { ResourceStore } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';

export const DIARIES: ReadonlySet<string> = new Set(['Schedule', 'Slot']);
/** Of one practitioner. */
const MOST_ROLES = 100;
/** Where an actor says which organization it is of. */
const ORGANIZATION: Readonly<Record<string, string>> = {
  HealthcareService: 'providedBy',
  Location: 'managingOrganization',
  PractitionerRole: 'organization',
};

interface Actor {
  readonly reference?: string;
}

/** Whose roles make somebody work elsewhere; undefined: theirs do not, they work for all. */
export function ownOrganizations({ staff }: AccessContext): readonly string[] | undefined {
  const own = staff?.member.roles.map(({ organization }) => organization);
  return own?.every((each) => each !== undefined) ? own : undefined;
}

/** `diaries`: as it was, and as it is to be. Throws forbidden where one is another organization's. Whoever has a role at no organization in particular works for all. */
export async function requireOwnDiary(
  store: ResourceStore,
  access: AccessContext,
  ...diaries: readonly (Json | undefined)[]
): Promise<void> {
  const own = ownOrganizations(access);
  if (!own) return;
  for (const diary of diaries) {
    const found = diary ? await organizationsOf(store, diary) : [];
    if (found.length > 0 && !found.some((each) => own.includes(each)))
      throw forbidden(`This ${diary?.resourceType} is of another organization.`);
  }
}

async function organizationsOf(store: ResourceStore, diary: Json): Promise<string[]> {
  const { actor } =
    diary.resourceType === 'Schedule'
      ? diary
      : await named(store, (diary.schedule as Actor | undefined) ?? {});
  const found: string[] = [];
  for (const each of Array.isArray(actor) ? (actor as Actor[]) : [])
    found.push(...(await organizationsOfActor(store, each)));
  return found;
}

/** At which somebody works, or to which something belongs; none where nothing is told. */
export async function organizationsOfActor(store: ResourceStore, actor: Actor): Promise<string[]> {
  const name = localName(actor?.reference ?? '') ?? '';
  return name.startsWith('Practitioner/') ? ofPractitioner(store, name) : said(await named(store, actor));
}

async function named(store: ResourceStore, { reference }: Actor): Promise<Json> {
  const stored = await storedResource<Json>(store, localName(reference ?? '') ?? '');
  return stored?.resource ?? { resourceType: '' };
}

function said(actor: Json): string[] {
  const { reference } = (actor[ORGANIZATION[actor.resourceType] ?? ''] ?? {}) as Actor;
  return reference === undefined ? [] : [reference];
}

async function ofPractitioner(store: ResourceStore, practitioner: string): Promise<string[]> {
  const { matches } = await store.search({
    type: 'PractitionerRole',
    where: { kind: 'reference', param: 'practitioner', targets: [practitioner] },
    sort: [{ by: 'lastUpdated', descending: true }],
    count: MOST_ROLES,
    total: 'none',
  });
  const roles = matches.flatMap(({ body }) => (body === undefined ? [] : (JSON.parse(body) as Json)));
  const held = roles.filter(({ active }) => active !== false);
  // Who has left everywhere is still not anybody's.
  return (held.length > 0 ? held : roles).flatMap(said);
}
