/**
 * Tells Stryker that what is reached in the hooks of a file of tests is reached by its tests. By itself it counts it to the loading of the code, and of such a change it loads all anew and runs every
 * test that there is: nearly half of all changes, where a server is begun before all tests.
 */
import { beforeAll, expect, inject } from 'vitest';
import { HOOKS } from './mutate-hooks.ts';

declare module 'vitest' {
  interface ProvidedContext {
    globalNamespace: string;
  }
}

interface Stryker {
  currentTestId?: string | undefined;
}

const shared = globalThis as unknown as Record<string, Stryker | undefined>;
const stryker = shared[inject('globalNamespace')] ?? {};
let test: string | undefined;
let hooks: string | undefined;
Object.defineProperty(stryker, 'currentTestId', {
  configurable: true,
  enumerable: true,
  get: () => test ?? hooks,
  set: (id: string | undefined) => {
    test = id;
  },
});
beforeAll(() => {
  hooks = `${expect.getState().testPath}#${HOOKS}`;
});
