/**
 * How a visit is held: in person, or by a virtual service (R5's Appointment.virtualService, in R4 as the extension of that element). On a Slot, or on its Schedule for all of its
 * slots.
 */
import { VIRTUAL_SERVICE } from '../../access/write-rules.ts';
import type { ResourceJson } from '../text/resource-text.ts';

export const MODES = ['in-person', 'video', 'phone'] as const;
export type Mode = (typeof MODES)[number];

interface Extension {
  readonly url?: string;
  readonly extension?: readonly Extension[];
  readonly valueCoding?: { readonly code?: string };
  readonly valueContactPoint?: { readonly system?: string };
  readonly [value: string]: unknown;
}

export const virtualServicesOf = (resource: ResourceJson | undefined): readonly Extension[] =>
  listOf(resource?.extension).filter(({ url }) => VIRTUAL_SERVICE.test(url ?? ''));

/** Of a slot its own, or those of its schedule. */
export function virtualOf(schedule: ResourceJson, slot: ResourceJson): readonly Extension[] {
  const own = virtualServicesOf(slot);
  return own.length > 0 ? own : virtualServicesOf(schedule);
}

const listOf = (value: unknown): readonly Extension[] => (Array.isArray(value) ? value : []);

const PHONE = /^(phone|telephone|tel)$/i;

export function modeOf([service]: readonly Extension[]): Mode {
  if (!service) return 'in-person';
  const parts = listOf(service.extension);
  const isByPhone = parts.some(
    ({ valueCoding, valueContactPoint }) =>
      PHONE.test(valueCoding?.code ?? '') || valueContactPoint?.system === 'phone',
  );
  return isByPhone ? 'phone' : 'video';
}
