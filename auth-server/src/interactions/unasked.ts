/**
 * What a launch is answered without a page, it is answered in its one request, and not by a redirect to each step and back: the record where it is clear which, and the
 * consent that is remembered. The steps' own ways are gone, by the same functions. Whatever is not plain is left to the step, which asks, refuses, or says that it can't be said now.
 */
import type { Request } from 'express';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { FhirUnavailable } from '../fhir/fhir-api.ts';
import type { Unasked } from '../provider/policy.ts';
import { appName } from '../words/app-name.ts';
import { asksVisit, clearRelation } from './choose-patient.ts';
import { allowedBefore, makeGrant } from './consent.ts';
import type { Asked } from './step.ts';

export function answerUnasked(
  dependencies: Pick<Asked, 'config' | 'storage' | 'outbox' | 'people' | 'standing' | 'family' | 'now'>,
): Unasked {
  function askedIn({ req, oidc }: KoaContextWithOIDC): Asked {
    const client = oidc.client as Asked['client'];
    return {
      ...dependencies,
      provider: oidc.provider,
      client,
      clientName: appName(client, 'the app'),
      address: (req as Request).ip ?? '',
      details: {
        params: (oidc.params ?? {}) as Asked['details']['params'],
        session: oidc.session as Asked['details']['session'],
        lastSubmission: oidc.result as Asked['details']['lastSubmission'],
      },
    };
  }

  async function chooseRecord(ctx: KoaContextWithOIDC): Promise<void> {
    const asked = askedIn(ctx);
    const account = await asked.storage.findAccount(ctx.oidc.session?.accountId ?? '');
    if (!account || account.role === 'practitioner' || asksVisit(asked)) return;
    const relations = await asked.people.relations(account.persons);
    const clear = await clearRelation(asked, account, relations);
    if (clear) answer(ctx, { select_patient: { patient: clear.patient, as: clear.as } });
  }

  async function grantRemembered(ctx: KoaContextWithOIDC): Promise<void> {
    const asked = askedIn(ctx);
    const remembered = await allowedBefore(asked);
    const made = remembered && (await makeGrant(asked, remembered, 'remembered'));
    if (made === undefined || 'refusal' in made) return;
    const grant = await ctx.oidc.provider.Grant.find(made.grantId);
    if (!grant) return;
    // As the library does with a grant that a step has made; only what was granted is asked from here on.
    const { clientId } = asked.client;
    ctx.oidc.session?.ensureClientContainer(clientId);
    ctx.oidc.session?.grantIdFor(clientId, made.grantId);
    ctx.oidc.entity('Grant', grant);
    if (ctx.oidc.params) ctx.oidc.params.scope = made.scope;
    answer(ctx, { consent: { grantId: made.grantId } });
  }

  return {
    record: (ctx) => (isPlain(ctx) ? leavingToStep(chooseRecord(ctx)) : Promise.resolve()),
    consent: (ctx) =>
      isPlain(ctx) && !ctx.oidc.promptPending('consent') && ctx.oidc.result?.consent === undefined
        ? leavingToStep(grantRemembered(ctx))
        : Promise.resolve(),
  };
}

/** An EHR's launch, and what only the library's own steps know of, go by them; HEAD makes nothing (RFC 9110, section 9.2.1). */
function isPlain({ method, oidc: { params, client } }: KoaContextWithOIDC): boolean {
  const isOwnWay = [params?.launch, params?.claims, params?.authorization_details].some(
    (each) => each !== undefined,
  );
  return method !== 'HEAD' && !isOwnWay && client?.applicationType !== 'native';
}

/** It is kept where the answers of steps are: a step that follows finds it there. */
function answer(ctx: KoaContextWithOIDC, given: object): void {
  Object.assign(ctx.oidc, { result: { ...ctx.oidc.result, ...given } });
}

/** That the FHIR server can't be asked is said by the step. */
async function leavingToStep(answered: Promise<void>): Promise<void> {
  try {
    await answered;
  } catch (error) {
    if (!(error instanceof FhirUnavailable)) throw error;
  }
}
