/** Stored versions → lines of a file: the stored text, or what `_elements` leaves of it. */
import { viewOf } from '../../interactions/view.ts';
import type { StoredVersion } from '../../store/store.ts';

const RELATIVE = '"url":"Binary/';

/** `baseUrl`: an attachment's address is whole in an export, so that whoever has the file alone can follow it. */
export function createLineOf(
  baseUrl: string,
  elements: readonly string[],
): (version: StoredVersion) => string {
  return ({ type, body = '' }) => {
    const shown = viewOf(body, { summary: 'false', elements });
    // Inside a text the quotes would be escaped; a Bundle's entries have addresses of another kind.
    if (type === 'Bundle' || !shown.includes(RELATIVE)) return shown;
    return shown.replaceAll(RELATIVE, `"url":"${baseUrl}/Binary/`);
  };
}

/** A line of a file of deletions. */
export function deletionLine({ type, id, version, lastUpdated }: StoredVersion): string {
  return JSON.stringify({
    resourceType: 'Bundle',
    id: `${id}-${version}`.slice(-64),
    meta: { lastUpdated: new Date(lastUpdated).toISOString() },
    type: 'transaction',
    entry: [{ request: { method: 'DELETE', url: `${type}/${id}` } }],
  });
}

/** Before a patient's resources in a file that is organized by patients. */
export const headerLine = (patient: string): string =>
  JSON.stringify({
    resourceType: 'Parameters',
    parameter: [{ name: 'header', valueReference: { reference: `Patient/${patient}` } }],
  });
