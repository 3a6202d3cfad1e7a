/** Builds portal and desk before the first world opens: two worlds that open at once must not build at once. */
import { buildApps } from '../scripts/build-apps.ts';

export function setup(): void {
  buildApps();
}
