/** What a body may hold, by who sends it: a person's app reads and writes a record, a system moves many. */
import type { AccessContext } from '../access/access-context.ts';
import { isSystem } from '../access/read-condition.ts';
import { mostEntries } from '../interactions/bundle-entry.ts';
import type { Services } from '../interactions/request.ts';
import type { BodyLimits } from './read-body.ts';

/** Bytes of a Bundle, where the configuration allows as much. */
const PERSONS_BUNDLE = 8_388_608;
/** Members and items. */
const PERSONS_VALUES = 120_000;
/** Of what systems send, by its bytes: resources have one for some twenty. */
const BYTES_A_VALUE = 8;

interface Configured {
  readonly services: Pick<Services, 'limits'>;
  /** Bytes. */
  readonly maxBody: number;
  readonly maxBundle: number;
}

/** Of one resource, a patch, or a form. */
export function bodyLimits({ maxBody }: Configured, access: AccessContext): BodyLimits {
  return { bytes: maxBody, values: valuesOf(access, maxBody) };
}

export function bundleLimits(
  { services, maxBody, maxBundle }: Configured,
  access: AccessContext,
): BodyLimits {
  const bytes = isSystem(access) ? maxBundle : Math.min(maxBundle, Math.max(PERSONS_BUNDLE, maxBody));
  return {
    bytes,
    values: valuesOf(access, bytes),
    entries: mostEntries(services, access),
    entry: valuesOf(access, maxBody),
  };
}

function valuesOf(access: AccessContext, bytes: number): number {
  const most = Math.ceil(bytes / BYTES_A_VALUE);
  return isSystem(access) ? most : Math.min(PERSONS_VALUES, most);
}
