/** What every step between /authorize and the app is given. */
import type { Request, Response } from 'express';
import type { Provider } from 'oidc-provider';
import type { SignIn } from '../accounts/sign-in.ts';
import type { Config } from '../config.ts';
import type { PatientNames } from '../fhir/patient-names.ts';
import type { Storage } from '../storage/storage.ts';

export interface InteractionDependencies {
  readonly provider: Provider;
  readonly config: Config;
  readonly storage: Storage;
  readonly signIn: SignIn;
  readonly patientNames: PatientNames;
  readonly now: () => number;
}

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

/** What a step needs: the dependencies, the exchange, and the interaction it belongs to. */
export interface Step extends InteractionDependencies {
  readonly request: Request;
  readonly response: Response;
  readonly details: Details;
  /** The interaction's own address, below which its forms post. */
  readonly action: string;
  readonly clientName: string;
}
