/** When a person is asked what: sign in, go to their own app, choose the record, consent. */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { scopeWords } from '../smart/scope.ts';
import type { Storage } from '../storage/storage.ts';
import { isMeantFor, type OwnMembers } from './clients.ts';

/** Giving access for good asks for a sign-in that is not older than this. */
const FRESH_SECONDS = 15 * 60;

/** Answers what needs no page, where the library keeps what a step has answered (interactions/unasked.ts). */
export interface Unasked {
  record(ctx: KoaContextWithOIDC): Promise<void>;
  consent(ctx: KoaContextWithOIDC): Promise<void>;
}

export function smartPolicy(storage: Storage, unasked: Unasked): ReturnType<typeof interactionPolicy.base> {
  const policy = interactionPolicy.base();
  const { Prompt, Check } = interactionPolicy;
  policy
    .get('login')
    ?.checks.add(
      new Check(
        'not_fresh',
        'the sign-in is not recent enough for offline access',
        'login_required',
        needsFreshSignIn,
      ),
    );
  policy
    .get('login')
    ?.checks.add(
      new Check(
        'no_account',
        'whoever was signed in has no account any more',
        'login_required',
        hasLostAccount,
      ),
    );
  policy.add(
    new Prompt(
      { name: 'other_app', requestable: false },
      new Check('not_theirs', 'this app is not for them', 'access_denied', (ctx) => isOtherApp(ctx, storage)),
    ),
    1,
  );
  policy.add(
    new Prompt(
      { name: 'select_patient', requestable: false },
      new Check('patient_needed', 'a patient must be chosen', 'interaction_required', async (ctx) => {
        if (needsPatient(ctx)) await unasked.record(ctx);
        return needsPatient(ctx);
      }),
    ),
    2,
  );
  // One prompt is looked at after the other: whoever is here is signed in, is in their own app, and the record is chosen. It is never prompted for.
  policy.add(
    new Prompt(
      { name: 'remembered', requestable: false },
      new Check('never', 'nothing is asked', 'consent_required', async (ctx) => {
        await unasked.consent(ctx);
        return false;
      }),
    ),
    3,
  );
  return policy;
}

/** Closed, or disabled, while its session is there still: the library looks for the account, and asks no further than the session whether somebody is signed in. */
const hasLostAccount = ({ oidc }: KoaContextWithOIDC): boolean =>
  oidc.session?.accountId !== undefined && oidc.account === undefined;

async function isOtherApp({ oidc }: KoaContextWithOIDC, storage: Storage): Promise<boolean> {
  const account = await storage.findAccount(oidc.session?.accountId ?? '');
  return account !== undefined && !isMeantFor(oidc.client as OwnMembers, account);
}

function needsPatient(ctx: KoaContextWithOIDC): boolean {
  const words = scopeWords(String(ctx.oidc.params?.scope ?? ''));
  const needed =
    ctx.oidc.params?.launch !== undefined ||
    words.some(
      (word) => word === 'launch/patient' || word === 'launch/encounter' || word.startsWith('patient/'),
    );
  return (
    needed && (ctx.oidc.result as { select_patient?: unknown } | undefined)?.select_patient === undefined
  );
}

function needsFreshSignIn(ctx: KoaContextWithOIDC): boolean {
  if (ctx.oidc.result?.login || (ctx.oidc.client as OwnMembers | undefined)?.trusted === true) return false;
  if (!scopeWords(String(ctx.oidc.params?.scope ?? '')).includes('offline_access')) return false;
  // What was chosen in this same launch is still under way.
  if (ctx.oidc.result !== undefined) return false;
  const signedInAt = ctx.oidc.session?.loginTs ?? 0;
  return Math.floor(Date.now() / 1000) - signedInAt > FRESH_SECONDS;
}
