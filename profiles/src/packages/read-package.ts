/**
 * FHIR packages (https://hl7.org/fhir/packages.html): the resources of a `.tgz`. Read in memory: no name in the archive ever becomes a path,
 * and what it may grow to is limited.
 */
import { gunzipSync } from 'node:zlib';

export interface PackageResource {
  readonly resourceType: string;
  readonly url?: string;
  readonly [element: string]: unknown;
}

export interface FhirPackage {
  readonly name: string;
  readonly version: string;
  readonly resources: readonly PackageResource[];
}

/** Larger than any published package, smaller than what harms. */
const MAX_BYTES = 1_000_000_000;
const BLOCK = 512;
/** Resources of a package lie in its folder `package`, not below it: examples and other files are left out. */
const RESOURCE = /^package\/[^/]+\.json$/;

/** Throws an Error with one clear line where the bytes are no FHIR package. */
export function readPackage(bytes: Uint8Array): FhirPackage {
  let tar: Buffer;
  try {
    tar = gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  } catch {
    throw new Error('it is not a gzip archive, or too large');
  }
  let manifest: { name?: unknown; version?: unknown } = {};
  const resources: PackageResource[] = [];
  for (const { name, content } of filesOf(tar)) {
    if (!RESOURCE.test(name) || name.endsWith('.index.json')) continue;
    const value = parse(name, content);
    if (name === 'package/package.json') manifest = value;
    else if (typeof value.resourceType === 'string') resources.push(value as PackageResource);
  }
  if (typeof manifest.name !== 'string' || typeof manifest.version !== 'string')
    throw new Error('it has no package/package.json with a name and a version');
  return { name: manifest.name, version: manifest.version, resources };
}

function parse(name: string, content: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(content.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new Error(`${name} is not JSON`);
  }
}

/** Regular files of a tar archive (POSIX.1-1988, "ustar"), with long names as GNU and PAX write them. */
function* filesOf(tar: Buffer): Generator<{ name: string; content: Buffer }> {
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    if (header[0] === 0) return;
    const size = Number.parseInt(text(header, 124, 12), 8) || 0;
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'L') longName = text(content, 0, content.length);
    else if (type === 'x') longName = /\d+ path=([^\n]+)\n/.exec(content.toString('utf8'))?.[1];
    else {
      const prefix = text(header, 345, 155);
      const short = text(header, 0, 100);
      if (type === '0' || type === '\0')
        yield { name: longName ?? (prefix ? `${prefix}/${short}` : short), content };
      longName = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function text(bytes: Buffer, start: number, length: number): string {
  const part = bytes.subarray(start, start + length);
  const end = part.indexOf(0);
  return part.toString('utf8', 0, end < 0 ? part.length : end).trim();
}
