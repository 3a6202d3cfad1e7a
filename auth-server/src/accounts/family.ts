/**
 * Who else may open a record because its patient invited them: seen, limited and ended by the patient, given up by whom it was given to. What holds is in the
 * FHIR server (fhir/delegation.ts) and nowhere else; an end also takes the person from the account, and is noted, so that it holds while that server can't be reached, and
 * is written there once it can.
 */
import { dayIn, endOfDayIn } from '@wellspring/serving/time-zone';
import type { Clinic } from '../fhir/clinic.ts';
import {
  consent,
  type Entrusted,
  entrustedOf,
  isInvited,
  type Limits,
  provisionOf,
  relatedPerson,
  type StoredConsent,
  type StoredPerson,
  typesOf,
} from '../fhir/delegation.ts';
import { FhirUnavailable, type WritingFhirApi, type Written } from '../fhir/fhir-api.ts';
import { holds, patientOf } from '../fhir/people.ts';
import { lastOpened, listLaunchContexts, revokeGrant } from '../launch/launch-context.ts';
import type { OpenTypes } from '../smart/limited-scopes.ts';
import { type Account, artifact, type Storage } from '../storage/storage.ts';

export interface Delegate extends Entrusted {
  readonly lastOpenedAt: number | undefined;
}

/** Each rejects with FhirUnavailable. */
export interface Family {
  /** Id of the Patient whose record this account may give access to: their own, when they are of age. */
  ownRecord(account: Account): Promise<string | undefined>;
  /** Those whose access holds now. */
  delegates(patient: string): Promise<readonly Delegate[]>;
  /** One of them. */
  delegate(patient: string, id: string): Promise<Entrusted | undefined>;
  /** Records that others opened to this account, and that it may open now. */
  entrusted(account: Account): Promise<readonly Entrusted[]>;
  /** Somebody may open the record from now on, who is `RelatedPerson/[id]` then. False: they could already, and it has ended. */
  open(entrusted: Entrusted): Promise<boolean>;
  /** False: nobody of theirs, or somebody else changed it meanwhile. */
  change(patient: string, id: string, limits: Limits): Promise<boolean>;
  /** False: nobody of theirs, or ended already. */
  end(patient: string, id: string): Promise<boolean>;
  /** The same from the other side. */
  leave(account: Account, id: string): Promise<boolean>;
  /** Writes the ends that could not be written when they were said. */
  finishEnds(): Promise<void>;
  /** What is open to `RelatedPerson/…`; undefined for whoever was not invited. */
  openTo(person: string): Promise<OpenTypes | undefined>;
}

interface Stored {
  readonly person: StoredPerson;
  readonly consented: StoredConsent;
}

interface FamilyDependencies {
  readonly storage: Storage;
  readonly api: WritingFhirApi;
  /** Days are of its time zone. */
  readonly clinic: Pick<Clinic, 'read'>;
  readonly adultAge: number;
  readonly now: () => number;
}

const PERSON = 'RelatedPerson/';
/** By id of the RelatedPerson: it has ended, whatever the FHIR server still says. */
const ENDED = 'FamilyEnd';
/** Of an end that meets changes at the same moment. */
const TRIES = 5;

export function createFamily({ storage, api, clinic, adultAge, now }: FamilyDependencies): Family {
  const zone = async (): Promise<string> => (await clinic.read()).timeZone;
  const instant = (): string => new Date(now()).toISOString();

  async function invited(id: string): Promise<StoredPerson | undefined> {
    const person = await api.read<StoredPerson>(`${PERSON}${id}`);
    return person && isInvited(person) ? person : undefined;
  }

  const hasEnded = async (id: string): Promise<boolean> =>
    (await storage.findArtifact(ENDED, id)) !== undefined;

  async function withConsent(person: StoredPerson | undefined): Promise<Stored | undefined> {
    const consented = person && (await api.read<StoredConsent>(`Consent/${person.id}`));
    return consented && { person, consented };
  }

  async function standingOf(found: Stored | undefined): Promise<Entrusted | undefined> {
    if (!found || !(await holds(api, found.person, now())) || (await hasEnded(found.person.id)))
      return undefined;
    return entrustedOf(found.person, found.consented);
  }

  /** What the person was signed in to as that, and that they are it. */
  async function takeFromAccounts(person: string): Promise<void> {
    for (const { id } of await storage.listAccounts({ person })) {
      await storage.updateAccount(id, (account) => ({
        ...account,
        persons: account.persons.filter((each) => each !== person),
      }));
      for (const launch of await listLaunchContexts(storage, id))
        if (launch.fhirUser === person) await revokeGrant(storage, launch.grantId);
    }
  }

  /** False: somebody does at the same moment. */
  async function close(id: string): Promise<boolean> {
    if (!(await storage.insertArtifact(artifact(ENDED, id, {})))) return false;
    await takeFromAccounts(`${PERSON}${id}`);
    try {
      await writeEnd(id);
    } catch (error) {
      // It holds, and is written later (finishEnds).
      if (!(error instanceof FhirUnavailable)) throw error;
    }
    return true;
  }

  /** Rejects with FhirUnavailable: then it is noted still. */
  async function writeEnd(id: string): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      const found = await withConsent(await invited(id));
      if (!found || (await unlessChanged(endOf(found)))) {
        await storage.removeArtifact(ENDED, id);
        return;
      }
    }
    throw new FhirUnavailable('the access was changed again and again');
  }

  const endOf = ({ person, consented }: Stored): [StoredPerson, StoredConsent] => [
    { ...person, active: false, period: { ...person.period, end: instant() } } as StoredPerson,
    { ...consented, status: 'inactive' } as StoredConsent,
  ];

  /** False: somebody else wrote one of them since it was read. */
  async function unlessChanged(resources: readonly Written[]): Promise<boolean> {
    try {
      await api.write(resources);
      return true;
    } catch (error) {
      if (error instanceof FhirUnavailable && (error.status === 412 || error.status === 409)) return false;
      throw error;
    }
  }

  return {
    async ownRecord({ persons }) {
      const own = persons.find((person) => person.startsWith('Patient/'));
      if (own === undefined) return undefined;
      const patient = await api.read<{ readonly birthDate?: string; readonly active?: boolean }>(own);
      return patient &&
        patient.active !== false &&
        isOfAge(patient.birthDate, adultAge, dayIn(await zone(), now()))
        ? own.slice('Patient/'.length)
        : undefined;
    },

    async delegates(patient) {
      const parameters = { patient: `Patient/${patient}`, 'active:not': 'false', _count: '200' };
      const people = await api.search<StoredPerson>('RelatedPerson', parameters);
      const found = await Promise.all(people.filter(isInvited).map(withConsent));
      const standing = await Promise.all(found.map(standingOf));
      return Promise.all(
        standing
          .filter((each) => each !== undefined)
          .map(async (each) => ({ ...each, lastOpenedAt: await lastOpened(storage, `${PERSON}${each.id}`) })),
      );
    },

    async delegate(patient, id) {
      const person = await standingOf(await withConsent(await invited(id)));
      return person?.patient === patient ? person : undefined;
    },

    async entrusted({ persons }) {
      const ids = persons.flatMap((person) => (person.startsWith(PERSON) ? person.slice(PERSON.length) : []));
      const found = await Promise.all(ids.map(async (id) => withConsent(await invited(id))));
      return (await Promise.all(found.map(standingOf))).filter((each) => each !== undefined);
    },

    async open(entrusted) {
      // From a try whose answer never came: what the patient has made of it since is not written over.
      const before = await invited(entrusted.id);
      if (before) return (await standingOf(await withConsent(before))) !== undefined;
      const timeZone = await zone();
      await api.write([
        relatedPerson(entrusted, instant(), timeZone),
        consent(entrusted, instant(), timeZone),
      ]);
      return true;
    },

    async change(patient, id, limits) {
      const found = await withConsent(await invited(id));
      if (!found || (await standingOf(found))?.patient !== patient) return false;
      const { person, consented } = found;
      const timeZone = await zone();
      // It may have ended meanwhile: that is not written over.
      return unlessChanged([
        { ...person, period: { ...person.period, end: endOfDayIn(timeZone, limits.until) } } as StoredPerson,
        { ...consented, dateTime: instant(), provision: provisionOf(id, limits, timeZone) } as StoredConsent,
      ]);
    },

    async end(patient, id) {
      const person = await invited(id);
      if (!person || patientOf(person) !== patient || person.active === false) return false;
      return close(id);
    },

    async leave({ persons }, id) {
      if (!persons.includes(`${PERSON}${id}`)) return false;
      // What the clinic has on record (a parent) is the clinic's to end.
      if (!(await invited(id))) return false;
      return close(id);
    },

    async finishEnds() {
      for (const { id } of await storage.listArtifacts(ENDED))
        await writeEnd(id).catch((error: unknown) => {
          if (!(error instanceof FhirUnavailable)) throw error;
        });
    },

    async openTo(person) {
      if (!person.startsWith(PERSON)) return undefined;
      const found = await invited(person.slice(PERSON.length));
      return found && typesOf((await standingOf(await withConsent(found)))?.kinds ?? []);
    },
  };
}

/** Whose birth date is not on record whole can't be told to be. */
function isOfAge(birthDate: string | undefined, age: number, today: string): boolean {
  const [year, month, day] = (birthDate ?? '').split('-').map(Number);
  if (!year || !month || !day) return false;
  return Date.UTC(year + age, month - 1, day) <= Date.parse(today);
}
