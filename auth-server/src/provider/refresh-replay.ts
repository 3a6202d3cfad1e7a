/**
 * Two tabs of one app refresh at the same moment, or an answer is lost on its way. One of them rotates the token; whoever comes with the same token
 * within ten seconds is given the same answer again, so that there is one chain of tokens however many asked. Later uses end the grant, as OAuth's
 * reuse detection wants (RFC 9700, section 4.14.2). Public clients only: a confidential one can be asked to wait for its own answer.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Seal } from '../crypto/seal.ts';
import { digest } from '../crypto/secrets.ts';
import { artifact, type Storage } from '../storage/storage.ts';

export const REFRESH_GRACE_MS = 10_000;
const MODEL = 'RefreshAnswer';
const PATIENCE_MS = 2000;
const STEP_MS = 20;

interface Replay {
  readonly ctx: KoaContextWithOIDC;
  readonly storage: Storage;
  readonly seal: Seal;
  readonly now: () => number;
}

/** Keeps the answer of a refresh, sealed; or, when this request lost the race, gives that answer. */
export async function replayRefresh({ ctx, storage, seal, now }: Replay): Promise<void> {
  const { params, client } = ctx.oidc;
  const token = params?.refresh_token;
  if (params?.grant_type !== 'refresh_token' || typeof token !== 'string') return;
  if (client?.tokenEndpointAuthMethod !== 'none') return;
  const id = digest(`${token} ${String(params.scope ?? '')}`);
  if (ctx.status === 200) {
    const sealed = seal.seal(JSON.stringify(ctx.body));
    await storage.saveArtifact(artifact(MODEL, id, { sealed }, { expiresAt: now() + REFRESH_GRACE_MS }));
    return;
  }
  const used = await storage.findArtifact('RefreshToken', digest(token));
  const isInGrace = used?.consumedAt !== undefined && now() - used.consumedAt < REFRESH_GRACE_MS;
  if (!isInGrace || used.payload.clientId !== client.clientId) return;
  const sealed = await answerOf(storage, id);
  if (sealed === undefined) return;
  ctx.status = 200;
  ctx.body = JSON.parse(seal.unseal(sealed));
}

/** The winner's answer comes when it is finished. */
async function answerOf(storage: Storage, id: string): Promise<string | undefined> {
  for (let waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
    const found = await storage.findArtifact(MODEL, id);
    if (found) return String(found.payload.sealed);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  return undefined;
}
