/** What a role is refused is not asked for: a refusal stands in the server's audit log. */
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { type FhirApi, FhirFailure } from './fhir.ts';
import { may, mayAll, rightsOf, rightsQuery, withinRights } from './rights.ts';

const told = (...scopes: string[]) => ({
  resourceType: 'Parameters' as const,
  parameter: [
    ...scopes.map((valueString) => ({ name: 'scope', valueString })),
    { name: 'emergency', valueInteger: 30 },
  ],
});

/** A server that notes what it is asked. `rights`: what `$rights` answers, or the status it fails with. */
function server(rights: ReturnType<typeof told> | number) {
  const asked: string[] = [];
  const queries = new QueryClient();
  const refused = new Set<string>();
  const fhir = {
    self: 'Practitioner/ann',
    async get(url: string) {
      asked.push(url);
      if (refused.has(url)) throw new FhirFailure(403);
      if (typeof rights === 'number') throw new FhirFailure(rights);
      return rights;
    },
    async read(type: string, id: string) {
      asked.push(`${type}/${id}`);
      return { resourceType: type, id };
    },
    async search(type: string) {
      asked.push(type);
      if (refused.has(type)) throw new FhirFailure(403);
      return { resources: [], included: [], next: undefined };
    },
    async create({ resourceType }: { resourceType: string }) {
      asked.push(`create ${resourceType}`);
    },
    async update({ resourceType }: { resourceType: string }) {
      asked.push(`update ${resourceType}`);
    },
    async batch(searches: readonly string[], told: () => void) {
      asked.push(...searches);
      if (searches.some((url) => refused.has(url))) told();
      return searches.map((url) => ({ resources: [{ resourceType: 'Basic', id: url }] }));
    },
    async counts(searches: readonly string[], told: () => void) {
      asked.push(...searches);
      if (searches.some((url) => refused.has(url))) told();
      return searches.map(() => 7);
    },
  } as unknown as FhirApi;
  return { asked, refused, queries, fhir: withinRights(fhir, queries) };
}

const DESK = told('user/Appointment.crus', 'user/Task.rs?performer=x', 'user/Practitioner.r');

it('a part of a batch that would be refused has failed, each of the others has its own answer', async () => {
  const { asked, fhir } = server(DESK);
  const answers = await fhir.batch(['Condition?patient=a', 'Appointment?patient=a', 'Flag/1', 'Task?x=1']);
  expect(answers).toEqual([
    { failed: true },
    { resources: [{ resourceType: 'Basic', id: 'Appointment?patient=a' }] },
    { failed: true },
    { resources: [{ resourceType: 'Basic', id: 'Task?x=1' }] },
  ]);
  expect(await fhir.counts(['Invoice?a=b', 'Task?a=b'])).toEqual([undefined, 7]);
  expect(await fhir.batch(['Condition?patient=a'])).toEqual([{ failed: true }]);
  // The rights are asked for once.
  expect(asked).toEqual(['$rights', 'Appointment?patient=a', 'Task?x=1', 'Task?a=b']);
});

it('a read or a search that would be refused says so without being sent, but for who one is oneself', async () => {
  const { asked, fhir } = server(told());
  await expect(fhir.search('Condition', {})).rejects.toMatchObject({ status: 403 });
  await expect(fhir.read('Patient', 'a')).rejects.toMatchObject({ status: 403 });
  await fhir.read('Practitioner', 'ann');
  expect(asked).toEqual(['$rights', 'Practitioner/ann']);
});

it('what would be refused to be written is not sent: a subscription of one’s own too', async () => {
  const { asked, fhir } = server(DESK);
  await expect(fhir.create({ resourceType: 'Subscription' } as never)).rejects.toMatchObject({ status: 403 });
  await expect(fhir.update({ resourceType: 'Task' } as never)).rejects.toMatchObject({ status: 403 });
  await fhir.update({ resourceType: 'Appointment' } as never);
  expect(asked).toEqual(['$rights', 'update Appointment']);
});

it('rights are asked for again when something is refused that was thought to be allowed, and not when nothing was sent', async () => {
  const { refused, queries, fhir } = server(DESK);
  await fhir.search('Appointment', {});
  const isOld = () => queries.getQueryState(rightsQuery(fhir).queryKey)?.isInvalidated;
  await expect(fhir.search('Condition', {})).rejects.toMatchObject({ status: 403 });
  expect(isOld()).toBe(false);
  refused.add('Appointment');
  await expect(fhir.search('Appointment', {})).rejects.toMatchObject({ status: 403 });
  expect(isOld()).toBe(true);
});

it.each(['batch', 'counts'] as const)(
  'rights are asked for again when one part of what is asked together is refused: %s',
  async (together) => {
    const { refused, queries, fhir } = server(DESK);
    await fhir[together](['Task?a=b', 'Appointment?a=b']);
    const isOld = () => queries.getQueryState(rightsQuery(fhir).queryKey)?.isInvalidated;
    expect(isOld()).toBe(false);
    refused.add('Appointment?a=b');
    await fhir[together](['Task?a=b', 'Appointment?a=b']);
    expect(isOld()).toBe(true);
  },
);

it('a server that refuses to tell is not asked again for having refused', async () => {
  const { asked, refused, queries, fhir } = server(DESK);
  const end = new QueryObserver(queries, rightsQuery(fhir)).subscribe(() => undefined);
  await expect.poll(() => queries.getQueryState(rightsQuery(fhir).queryKey)?.status).toBe('success');
  refused.add('$rights');
  await queries.refetchQueries();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toEqual(['$rights', '$rights']);
  end();
});

it.each([404, 501, 500, 0])(
  'a server that does not tell (%s) is asked, and says no itself',
  async (status) => {
    const { asked, fhir } = server(status);
    await fhir.batch(['Condition?patient=a']);
    await fhir.search('Observation', {});
    expect(asked.filter((each) => each !== '$rights')).toEqual(['Condition?patient=a', 'Observation']);
  },
);

it('reads scopes letter by letter, those of some of a type as such', () => {
  const rights = rightsOf(DESK);
  expect(rights).toMatchObject({ emergency: 30, broadcasts: undefined, oversight: false });
  expect(['c', 'r', 'u', 'd', 's'].filter((each) => may(rights, 'Appointment', each)).join('')).toBe('crus');
  expect(may(rights, 'Practitioner', 's')).toBe(false);
  expect([may(rights, 'Task', 's'), mayAll(rights, 'Task', 's')]).toEqual([true, false]);
  expect(may(rightsOf(told('user/*.rs')), 'Condition', 's')).toBe(true);
});
