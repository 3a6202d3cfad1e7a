/** A hold on a slot: `busy-tentative`, until when and for which appointment, in two extensions. It ends by itself: nobody has to clean up. */
import type { ResourceJson } from '../repository/resource-text.ts';

interface Extension {
  readonly url: string;
  readonly valueInstant?: string;
  readonly valueReference?: { readonly reference?: string };
}

export interface Slot extends ResourceJson {
  readonly status?: string;
  readonly start?: string;
  readonly end?: string;
  readonly schedule?: { readonly reference?: string };
  readonly serviceType?: unknown;
  readonly specialty?: unknown;
  readonly extension?: readonly Extension[];
}

const UNTIL = 'urn:wellspring:slot-held-until';
const FOR = 'urn:wellspring:slot-held-for';

export function isFree({ status, extension = [] }: Pick<Slot, 'status' | 'extension'>, now: number): boolean {
  if (status === 'free') return true;
  const until = extension.find(({ url }) => url === UNTIL)?.valueInstant;
  return status === 'busy-tentative' && until !== undefined && Date.parse(until) <= now;
}

/** `Appointment/…`; undefined when there is no hold. */
export const heldBy = ({ extension = [] }: Slot): string | undefined =>
  extension.find(({ url }) => url === FOR)?.valueReference?.reference;

export function withHold(slot: Slot, appointmentId: string, until: number): Slot {
  const hold: Extension[] = [
    { url: UNTIL, valueInstant: new Date(until).toISOString() },
    { url: FOR, valueReference: { reference: `Appointment/${appointmentId}` } },
  ];
  return { ...withoutHold(slot, 'busy-tentative'), extension: [...others(slot), ...hold] };
}

export function withoutHold(slot: Slot, status: 'free' | 'busy' | 'busy-tentative'): Slot {
  const { extension: _, ...rest } = slot;
  const left = others(slot);
  return { ...rest, status, ...(left.length > 0 ? { extension: left } : {}) } as Slot;
}

const others = ({ extension = [] }: Slot): Extension[] =>
  extension.filter(({ url }) => url !== UNTIL && url !== FOR);
