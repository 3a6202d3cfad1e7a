/**
 * oidc-provider's adapter over our storage. Ids that are themselves secrets (codes, tokens) are stored as hashes only; `consume` is a
 * compare-and-set, so that a code can't be redeemed twice however parallel the attempts are.
 */
import { createHash } from 'node:crypto';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Artifact, Storage } from '../storage/storage.ts';

/** Models whose id is what the client presents. */
const SECRET_IDS: ReadonlySet<string> = new Set([
  'AccessToken',
  'AuthorizationCode',
  'ClientCredentials',
  'InitialAccessToken',
  'RefreshToken',
  'RegistrationAccessToken',
]);

/** A rotated refresh token still answers this long: two tabs, or a lost response, must not end the session. */
const REFRESH_GRACE_MS = 10_000;

/** Rows outlive their artifact by the clock tolerance. */
const TOLERANCE_MS = 15_000;

export function createAdapter(storage: Storage, model: string, now: () => number): Adapter {
  const hidden = SECRET_IDS.has(model);
  const keyOf = (id: string): string => (hidden ? createHash('sha256').update(id).digest('base64url') : id);

  function toArtifact(id: string, payload: AdapterPayload, expiresIn: number | undefined): Artifact {
    const { jti, consumed, ...rest } = payload;
    return {
      model,
      id: keyOf(id),
      payload: hidden ? rest : { ...rest, jti },
      grantId: text(payload.grantId),
      uid: text(payload.uid),
      accountId: text(payload.accountId),
      consumedAt: typeof consumed === 'number' ? consumed * 1000 : undefined,
      expiresAt: expiresIn === undefined ? undefined : now() + expiresIn * 1000 + TOLERANCE_MS,
    };
  }

  function toPayload(artifact: Artifact | undefined, id: string | undefined): AdapterPayload | undefined {
    if (!artifact) return undefined;
    const { consumedAt } = artifact;
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
      if (model !== 'ReplayDetection') {
        await storage.saveArtifact(artifact);
        return;
      }
      // The library looks first and saves then; between the two the same assertion could pass twice.
      if (!(await storage.insertArtifact(artifact)))
        throw new errors.InvalidClientAuth('the assertion was used before');
    },
    async find(id) {
      return toPayload(await storage.findArtifact(model, keyOf(id)), id);
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
      const first = await storage.consumeArtifact(model, keyOf(id), now());
      if (!first && model !== 'RefreshToken') throw new errors.InvalidGrant('it was used before');
    },
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
