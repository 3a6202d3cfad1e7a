/** oidc-provider with everything of ours around it. */
import { Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import { compareHashedSecrets } from './client-secret.ts';
import { type ProviderDependencies, providerConfiguration } from './configuration.ts';
import { addSmartSteps } from './middleware.ts';

export function createProvider(dependencies: ProviderDependencies & { readonly log: Logger }): Provider {
  const { config, storage, now, log } = dependencies;
  const provider = new Provider(config.AUTH_ISSUER, providerConfiguration(dependencies));
  compareHashedSecrets(provider);
  addSmartSteps(provider, config, storage, now);
  provider.on('server_error', (_ctx, error) => log.error({ err: error }, 'authorization server error'));
  return provider;
}
