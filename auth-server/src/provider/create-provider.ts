/** oidc-provider with everything of ours around it. */
import { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import type { Seal } from '../crypto/seal.ts';
import { compareHashedSecrets } from './client-secret.ts';
import { type ProviderDependencies, providerConfiguration } from './configuration.ts';
import { addSmartSteps } from './middleware.ts';
import { keepSessionIdentifier } from './session-identifier.ts';

export interface CreateProviderDependencies extends ProviderDependencies {
  readonly seal: Seal;
  readonly log: Logger;
}

export function createProvider(dependencies: CreateProviderDependencies): Provider {
  const { config, log } = dependencies;
  const provider = new Provider(config.AUTH_ISSUER, providerConfiguration(dependencies));
  compareHashedSecrets(provider);
  keepSessionIdentifier(provider);
  addSmartSteps(provider, dependencies);
  provider.on('server_error', (_ctx, error) => log.error({ err: error }, 'authorization server error'));
  return provider;
}
