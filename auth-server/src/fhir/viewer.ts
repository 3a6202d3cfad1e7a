/**
 * What is shown to a person before an app has its token (whose record, which visit) is asked of the FHIR server as that person: with a token of a minute that
 * introspection knows like any other, so that relation, role, labels and Consents decide there, and the log of access names who looked.
 */
import { digest, randomSecret } from '../crypto/secrets.ts';
import { artifact, type Storage } from '../storage/storage.ts';

export interface Viewer {
  readonly accountId: string;
  /** Who they are to FHIR: `Practitioner/…`, or what opens `patient` to them. */
  readonly person: string;
  /** The one record that is looked into; staff search among those within their reach. */
  readonly patient?: string | undefined;
}

interface ViewerOptions {
  readonly storage: Storage;
  /** The FHIR base URL. */
  readonly audience: string;
  readonly now: () => number;
}

const MODEL = 'View';
const LIFE_MS = 60_000;
/** The types that the pages show. */
const TYPES = ['Patient', 'Encounter'];

/** A new token. */
export async function viewerToken(
  { storage, audience, now }: ViewerOptions,
  viewer: Viewer,
): Promise<string> {
  const token = randomSecret();
  const { accountId, person, patient } = viewer;
  const level = patient === undefined ? 'user' : 'patient';
  const expiresAt = now() + LIFE_MS;
  const payload = {
    active: true,
    client_id: 'auth-server',
    sub: accountId,
    aud: audience,
    scope: TYPES.map((type) => `${level}/${type}.rs`).join(' '),
    exp: Math.floor(expiresAt / 1000),
    token_type: 'Bearer',
    fhirUser: `${audience}/${person}`,
    ...(patient === undefined ? {} : { patient }),
  };
  await storage.saveArtifact(artifact(MODEL, digest(token), payload, { expiresAt, accountId }));
  return token;
}

/** The members of an introspection's answer (RFC 7662); undefined for what is no such token. */
export async function viewerMembers(storage: Storage, token: string): Promise<object | undefined> {
  return (await storage.findArtifact(MODEL, digest(token)))?.payload;
}
