/**
 * Whom a patient invited to their record (auth-server's family access): a RelatedPerson that bears the mark. Without an active Consent that names them nothing is
 * open to them; what one says is read from the store each time, so that it counts from the next introspection on.
 */
import { type Actors, type ConsentRule, permits, ruleOf } from '../../access/consent-rules.ts';
import { INVITED } from '../../access/own-marks.ts';
import { and } from '../../search/query.ts';
import type { ResourceStore } from '../../store/store.ts';
import type { RelatedPerson } from './by-age.ts';
import { asMeant } from './zones.ts';

type Store = Pick<ResourceStore, 'read' | 'search'>;

export interface Delegation {
  /** Of the Consents that name them, as they are now. */
  readonly rules: readonly ConsentRule[];
  readonly isPermitted: boolean;
}

/** A parent or carer whom the clinic has on record is not. */
export const isInvited = ({ identifier = [] }: RelatedPerson): boolean =>
  identifier.some(({ system }) => system === INVITED);

/** What the Consents that name them say now. */
export async function delegationOf(
  store: Store,
  relatedPerson: string,
  patient: string | undefined,
  now: number,
): Promise<Delegation> {
  const actor = `RelatedPerson/${relatedPerson}`;
  const actors: Actors = new Set([actor]);
  const { matches } = await store.search({
    type: 'Consent',
    where: and(
      { kind: 'token', param: 'status', code: 'active' },
      { kind: 'reference', param: 'actor', targets: [actor] },
    ),
    sort: [{ by: 'lastUpdated', descending: true }],
    count: MOST,
    total: 'none',
  });
  const written = matches.flatMap(
    (found) => ruleOf(JSON.parse(found.body ?? '{}') as Record<string, unknown>) ?? [],
  );
  const rules = await asMeant(store, written);
  const isPermitted = rules.some((rule) => rule.patient === patient && permits(rule, actors, now));
  return { rules, isPermitted };
}

/** Nobody is named by more. */
const MOST = 50;
