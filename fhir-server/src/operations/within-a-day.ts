/** What an operation makes or sends for somebody without writing a resource: so many in any 24 hours, over all processes, so that none is repeated without end. */
import { randomUUID } from 'node:crypto';
import { throttled } from '@wellspring/profiles';
import type { FhirRequest, Services } from '../interactions/request.ts';
import { withAllowance } from '../repository/limits/allowance.ts';
import { groundOf } from './own-links.ts';

const DAY_MS = 86_400_000;
const HOUR_S = 3600;

/** Of one person in one record: a relative uses up nothing of the patient's. */
const MOST_A_DAY = {
  'share-link': 200,
  'calendar-feed': 100,
  'push-device': 100,
  'test-notice': 20,
} as const;

/** `make`, counted before; what fails is not counted. Errors: 429. */
export async function withinADay<T>(
  { allowance, now }: Pick<Services, 'allowance' | 'now'>,
  { access, id }: Pick<FhirRequest, 'access' | 'id'>,
  kind: keyof typeof MOST_A_DAY,
  make: () => Promise<T>,
): Promise<T> {
  const holder = `a-day/${kind}/${id}/${groundOf(access).by}`;
  const asked = {
    until: now() + DAY_MS,
    most: MOST_A_DAY[kind],
    // What was ended since was made all the same.
    live: async (keys: readonly string[]) => new Set(keys),
  };
  const refused = (): Error =>
    throttled(HOUR_S, `Only ${MOST_A_DAY[kind]} of these can be asked for in a day`);
  return withAllowance(allowance, holder, [randomUUID()], asked, refused, make);
}
