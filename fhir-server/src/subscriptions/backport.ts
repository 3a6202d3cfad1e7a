/**
 * The extensions by which a Subscription of R4 says what one of R5 has elements for: https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/artifacts.html. What of them stands
 * elsewhere, or with another value, would not be heard, and its subscriber told of more, or otherwise, than they asked for: it is refused.
 */
import { businessRule } from '@wellspring/profiles';

export interface Extended {
  readonly extension?: readonly Extension[];
}
export interface Extension {
  readonly url?: string;
  readonly valueString?: string;
  readonly valueCode?: string;
  readonly valueUnsignedInt?: number;
  readonly valuePositiveInt?: number;
}

interface Place {
  readonly element: string;
  readonly value: string;
  readonly repeats?: boolean;
}

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-';
const PLACES: Readonly<Record<string, Place>> = {
  'filter-criteria': { element: 'Subscription.criteria', value: 'valueString', repeats: true },
  'payload-content': { element: 'Subscription.channel.payload', value: 'valueCode' },
  'heartbeat-period': { element: 'Subscription.channel', value: 'valueUnsignedInt' },
  timeout: { element: 'Subscription.channel', value: 'valueUnsignedInt' },
  'max-count': { element: 'Subscription.channel', value: 'valuePositiveInt' },
  'channel-type': { element: 'Subscription.channel.type', value: 'valueCoding' },
};
/** Elements of later releases that the extensions above are for. */
const LATER =
  /^http:\/\/hl7\.org\/fhir\/[45]\.\d\/StructureDefinition\/extension-Subscription\.(?:topic|filterBy|channelType|heartbeatPeriod|timeout|content|maxCount|parameter)$/;

/** Those of this name that an element has. */
export const extensions = (element: Extended | undefined, name: string): Extension[] =>
  (element?.extension ?? []).filter(({ url }) => url === BACKPORT + name);

/** Throws 422 for the first extension of a Subscription that would be passed over though it says what is to be told. */
export function checkExtensions(resource: object): void {
  visit(resource, 'Subscription');
}

function visit(element: object, path: string): void {
  for (const [name, value] of Object.entries(element)) {
    const at = `${path}.${name.replace(/^_/, '')}`;
    if (name === 'modifierExtension')
      throw businessRule('A modifier that is not known here is no part of a Subscription.', at);
    if (name === 'extension') checkAll(value as readonly Extension[], path);
    else if (Array.isArray(value)) for (const [i, each] of value.entries()) step(each, `${at}[${i}]`);
    else step(value, at);
  }
}

function step(value: unknown, at: string): void {
  if (typeof value === 'object' && value !== null) visit(value, at);
}

function checkAll(found: readonly Extension[], element: string): void {
  const seen = new Set<string>();
  for (const [i, extension] of found.entries()) {
    const { url = '' } = extension;
    const at = `${element}.extension[${i}]`;
    if (LATER.test(url))
      throw businessRule('Of R4 this is said by the extensions of Subscriptions R5 Backport.', at);
    if (!url.startsWith(BACKPORT)) continue;
    checkPlace(extension, url.slice(BACKPORT.length), element, at);
    if (seen.has(url)) throw businessRule('It may stand here once.', at);
    if (!placeOf(url.slice(BACKPORT.length))?.repeats) seen.add(url);
  }
}

const placeOf = (name: string): Place | undefined => (Object.hasOwn(PLACES, name) ? PLACES[name] : undefined);

function checkPlace(extension: Extension, name: string, element: string, at: string): void {
  const place = placeOf(name);
  if (!place)
    throw businessRule('Subscriptions R5 Backport 1.1.0 has no such extension of a Subscription.', at);
  if (place.element !== element) throw businessRule(`It belongs to ${place.element}.`, at);
  if (!Object.hasOwn(extension, place.value)) throw businessRule(`Its value is a ${place.value}.`, at);
}
