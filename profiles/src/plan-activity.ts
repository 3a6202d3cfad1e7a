/**
 * The name of an activity of a CarePlan, by which it is said that it was done (docs/decisions/0034): the same wherever it is worked out, in whatever language it is shown.
 * A leaf without data: the portal bundles it.
 */

interface Concept {
  readonly text?: string | undefined;
  readonly coding?: readonly { readonly code?: string | undefined; readonly display?: string | undefined }[];
}

/** Of CarePlan.activity, what tells one from another. */
export interface PlanActivity {
  readonly id?: string | undefined;
  readonly reference?: { readonly reference?: string | undefined } | undefined;
  readonly detail?:
    | { readonly code?: Concept | undefined; readonly description?: string | undefined }
    | undefined;
}

/** System of Observation.code: that something of a plan of care was done; the code is which of it. */
export const PLAN_ACTIVITY = 'urn:wellspring:plan-activity';

/** The element's own id is the best name of it; else what it says, for the clinic may put others before it. */
export function planActivityKey({ id, detail, reference }: PlanActivity): string {
  if (id !== undefined) return id;
  if (!detail) return digestOf(reference?.reference ?? '');
  const { code, description } = detail;
  const named = code?.text ?? code?.coding?.find(({ display }) => display)?.display ?? description ?? '';
  return digestOf(JSON.stringify([code?.coding?.map((each) => each.code), named]));
}

/** FNV-1a, 64 bits: short and the same everywhere; nothing secret. In two halves: whole numbers of any size cost a plan of thousands of activities a hundred times as much. */
function digestOf(words: string): string {
  let [high, low] = [0xcbf29ce4, 0x84222325];
  for (const byte of new TextEncoder().encode(words)) {
    const mixed = (low ^ byte) >>> 0;
    // Times 2 ** 40 + 0x1b3, and of that the last 64 bits.
    const product = mixed * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + mixed * 2 ** 8) >>> 0;
    low = product >>> 0;
  }
  const rest = low.toString(16);
  return high === 0 ? `w-${rest}` : `w-${high.toString(16)}${rest.padStart(8, '0')}`;
}
