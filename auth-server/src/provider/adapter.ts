/**
 * oidc-provider's adapter over our storage. Ids that are themselves secrets (codes, tokens) are stored as hashes only; `consume` is a
 * compare-and-set, so that a code can't be redeemed twice however parallel the attempts are.
 */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { isBegunSince, removeIfEnded } from '../accounts/sessions.ts';
import { digest } from '../crypto/secrets.ts';
import type { Artifact, Storage } from '../storage/storage.ts';
import { hashedSecret } from './client-secret.ts';
import { saveClient } from './clients.ts';
import { REFRESH_GRACE_MS } from './refresh-replay.ts';

/** Models whose id is what the client presents. */
const SECRET_IDS: ReadonlySet<string> = new Set([
  'AccessToken',
  'AuthorizationCode',
  'ClientCredentials',
  'InitialAccessToken',
  'RefreshToken',
  'RegistrationAccessToken',
]);

/** Rows outlive their artifact by the clock tolerance. */
const TOLERANCE_MS = 15_000;

export interface AdapterOptions {
  readonly now: () => number;
  /** How long a sign-in lasts, however busy it is. */
  readonly sessionMs: number;
}

export function createAdapter(storage: Storage, model: string, { now, sessionMs }: AdapterOptions): Adapter {
  const hidden = SECRET_IDS.has(model);
  const keyOf = (id: string): string => (hidden ? digest(id) : id);

  function toArtifact(id: string, payload: AdapterPayload, expiresIn: number | undefined): Artifact {
    const { jti, consumed, ...rest } = payload;
    return {
      model,
      id: keyOf(id),
      payload: hidden ? rest : stored({ ...rest, jti }),
      grantId: text(payload.grantId),
      uid: text(payload.uid),
      accountId: text(payload.accountId),
      consumedAt: typeof consumed === 'number' ? consumed * 1000 : undefined,
      expiresAt: expiresIn === undefined ? undefined : now() + expiresIn * 1000 + TOLERANCE_MS,
    };
  }

  /** A client's secret is stored as a digest. */
  function stored(payload: AdapterPayload): AdapterPayload {
    if (model !== 'Client' || typeof payload.client_secret !== 'string') return payload;
    return { ...payload, client_secret: hashedSecret(payload.client_secret) };
  }

  /** A sign-in that is too old, a client that an administrator has disabled: as if they were not there. */
  function isOver({ payload }: Artifact): boolean {
    if (model === 'Client') return payload.disabled === true;
    if (model !== 'Session' || typeof payload.loginTs !== 'number') return false;
    return now() - payload.loginTs * 1000 > sessionMs;
  }

  /** Half a sign-in, of whoever has been signed out everywhere meanwhile. */
  async function isOvertaken({ payload }: Artifact): Promise<boolean> {
    const { login } = (payload.result ?? {}) as { login?: { accountId: string; signOuts?: number } };
    return login !== undefined && !isBegunSince(login, await storage.findAccount(login.accountId));
  }

  function toPayload(artifact: Artifact | undefined, id: string | undefined): AdapterPayload | undefined {
    if (!artifact || isOver(artifact)) return undefined;
    const { consumedAt } = artifact;
    // Within the grace a second use is refused, or answered again (refresh-replay.ts), but does not end the grant.
    const inGrace =
      model === 'RefreshToken' && consumedAt !== undefined && now() - consumedAt < REFRESH_GRACE_MS;
    return {
      ...artifact.payload,
      ...(hidden && id !== undefined ? { jti: id } : {}),
      ...(consumedAt === undefined || inGrace ? {} : { consumed: Math.floor(consumedAt / 1000) }),
    };
  }

  return {
    async upsert(id, payload, expiresIn) {
      const artifact = toArtifact(id, payload, expiresIn);
      if (model === 'Client') {
        await saveClient(storage, artifact);
        return;
      }
      if (model !== 'ReplayDetection') {
        await storage.saveArtifact(artifact);
        if (model === 'Session' && artifact.uid) await removeIfEnded(storage, artifact.id, artifact.uid);
        return;
      }
      // The library looks first and saves then; between the two the same assertion could pass twice.
      if (!(await storage.insertArtifact(artifact)))
        throw new errors.InvalidClientAuth('the assertion was used before');
    },
    async find(id) {
      const found = await storage.findArtifact(model, keyOf(id));
      if (model === 'Interaction' && found && (await isOvertaken(found))) return undefined;
      return toPayload(found, id);
    },
    async findByUid(uid) {
      return toPayload(await storage.findArtifactByUid(model, uid), undefined);
    },
    async findByUserCode() {
      return undefined;
    },
    async destroy(id) {
      await storage.removeArtifact(model, keyOf(id));
    },
    async revokeByGrantId(grantId) {
      await storage.removeArtifactsOfGrant(model, grantId);
    },
    async consume(id) {
      if (!(await storage.consumeArtifact(model, keyOf(id), now())))
        throw new errors.InvalidGrant('it was used before');
    },
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
