/** By whose clock what the clinic recorded begins and ends: of a patient's record that of their managingOrganization, of a role that of its organization; UTC where none is told. */
import { periodIn, zoneIn } from '@wellspring/serving/time-zone';
import type { ConsentRule, Provision } from '../../access/consent-rules.ts';
import type { ResourceStore } from '../../store/store.ts';
import { storedResource } from '../own-writes.ts';
import type { ResourceJson } from '../text/resource-text.ts';

type Store = Pick<ResourceStore, 'read'>;

/** Of `Organization/[id]`. */
export async function zoneOf(store: Store, organization: string | undefined): Promise<string> {
  const name = /^Organization\/[A-Za-z0-9\-.]{1,64}$/.exec(organization ?? '')?.[0];
  if (name === undefined) return zoneIn(undefined);
  return zoneIn((await storedResource<ResourceJson>(store, name))?.resource);
}

/** Consents as they were meant: periods in days become times of the patient's clinic. Zones are read once for all of them. */
export async function asMeant(store: Store, rules: readonly ConsentRule[]): Promise<readonly ConsentRule[]> {
  const zones = new Map<string, Promise<string>>();
  const meant = async (rule: ConsentRule): Promise<ConsentRule> => {
    if (!saysDays(rule.provision)) return rule;
    const zone = zones.get(rule.patient) ?? zoneOfPatient(store, rule.patient);
    zones.set(rule.patient, zone);
    return { ...rule, provision: provisionIn(await zone, rule.provision) };
  };
  return Promise.all(rules.map(meant));
}

async function zoneOfPatient(store: Store, patient: string): Promise<string> {
  const found = await storedResource<ResourceJson>(store, `Patient/${patient}`);
  const { managingOrganization } = (found?.resource ?? {}) as {
    managingOrganization?: { reference?: string };
  };
  return zoneOf(store, managingOrganization?.reference);
}

const saysDays = ({ period = {}, provision = [] }: Provision): boolean =>
  [period.start, period.end].some((bound) => bound !== undefined && !bound.includes('T')) ||
  provision.some(saysDays);

const provisionIn = (zone: string, { period, provision, ...rest }: Provision): Provision => ({
  ...rest,
  ...(period === undefined ? {} : { period: periodIn(zone, period) }),
  ...(provision === undefined ? {} : { provision: provision.map((each) => provisionIn(zone, each)) }),
});
