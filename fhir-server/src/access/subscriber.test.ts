/** A Subscription is somebody's: whose it is and what it rests on is kept in it, and no request can say so. */
import { describe, expect, it } from 'vitest';
import { asPatient, contextOf, createMemory, type Resource } from '../../test/in-memory.ts';
import type { AccessContext } from './access-context.ts';
import { onBehalf } from './on-behalf.ts';
import { reopenedAccess } from './standing.ts';
import { groundOf, ownSubscriptions, setSubscriber, subscriberOf, subscriptionsOf } from './subscriber.ts';

const TYPES = ['Observation'];
type Made = Record<string, unknown> & { meta: { tag: object[] }; extension: { url: string }[] };

const made = (access: AccessContext, resource: Record<string, unknown> = {}): Made => {
  const copy = structuredClone({ resourceType: 'Subscription', id: 'x', ...resource });
  setSubscriber(copy, access, TYPES);
  return copy as unknown as Made;
};
const SYSTEM = 'urn:wellspring:subscriber';
const subscriberTag = ({ meta }: Made): string | undefined =>
  (meta.tag as { system: string; code: string }[]).find(({ system }) => system === SYSTEM)?.code;
const ana = asPatient('ana', 'patient/Observation.rs');
const bea = asPatient('bea', 'patient/Observation.rs');
const system = contextOf('system/*.cruds');

describe('a Subscription', () => {
  it('is found by who made it, and by nobody else', () => {
    const others: AccessContext[] = [
      bea,
      { ...ana, clientId: 'another-app' },
      { ...ana, subject: 'another-account' },
      { ...ana, fhirUser: { type: 'Practitioner', id: 'ana' } },
      { ...ana, fhirUser: { type: 'Patient', id: 'else' } },
      { ...ana, patient: 'child' },
      { ...ana, fhirUser: undefined },
      system,
    ];
    const find = createMemory([made(ana) as unknown as Resource]);
    expect(find('Subscription', ownSubscriptions(ana))).toEqual(['x']);
    for (const other of others) expect(find('Subscription', ownSubscriptions(other))).toEqual([]);
    expect(new Set([ana, ...others].map(subscriberOf)).size).toBe(1 + others.length);
  });

  it('is within reach of its maker, and of an operation that acts for somebody', () => {
    for (const access of [ana, bea, system])
      expect(subscriptionsOf(access)).toEqual(ownSubscriptions(access));
    expect(subscriptionsOf(onBehalf(bea, 'system/Subscription.r'))).toEqual({ kind: 'all' });
  });

  it('says whose it is by a digest: neither account nor record can be read from it', () => {
    expect(subscriberTag(made(ana))).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(made(ana).meta)).not.toMatch(/ana|account|app/);
  });

  it('keeps its other tags and extensions, and hears nothing of what a request says of its maker', () => {
    const tag = { system: 'urn:x', code: 'y' };
    const extension = { url: 'urn:x', valueString: 'z' };
    const claimed = made(bea);
    const resource = made(ana, {
      meta: { versionId: '3', tag: [...claimed.meta.tag, tag] },
      extension: [...claimed.extension, extension],
    });
    expect(subscriberTag(resource)).toBe(subscriberOf(ana));
    expect(resource.meta).toMatchObject({ versionId: '3' });
    expect(resource.meta.tag).toHaveLength(2);
    expect(resource.meta.tag).toContainEqual(tag);
    expect(resource.extension).toHaveLength(2);
    expect(resource.extension).toContainEqual(extension);
    expect(groundOf(resource)).toEqual(groundOf(made(ana)));
  });

  it('rests on the grants of the token it was made with, for the types that it tells of', () => {
    const ground = groundOf(made(asPatient('ana', 'patient/*.rs patient/Task.r')));
    expect(ground && reopenedAccess(ground)).toMatchObject({
      subject: 'account',
      clientId: 'app',
      fhirUser: { type: 'Patient', id: 'ana' },
      patient: 'ana',
      scopes: [{ level: 'patient', type: 'Observation', interactions: new Set(['r', 's']) }],
    });
  });

  it('rests on what its maker may now, when they change it', () => {
    const before = made(ana);
    const narrower = made(asPatient('ana', 'patient/Observation.r'), before);
    expect(groundOf(narrower)?.scopes).toMatchObject([{ interactions: ['r'] }]);
    expect(subscriberTag(narrower)).toBe(subscriberTag(before));
  });

  it('that an earlier version stored is still whose it was', () => {
    expect(made(ana).meta.tag).toEqual([{ system: SYSTEM, code: subscriberOf(ana) }]);
    expect(made(ana).extension).toMatchObject([{ url: 'urn:wellspring:subscription-ground' }]);
  });

  it('from before there were such rests on nothing, and tells nobody anything', () => {
    const tagged = { meta: { tag: [{ system: 'urn:x', code: 'y' }] } };
    for (const old of [{ resourceType: 'Subscription' }, { meta: {}, extension: [{ url: 'urn:x' }] }, tagged])
      expect(groundOf(old)).toBeUndefined();
  });
});
