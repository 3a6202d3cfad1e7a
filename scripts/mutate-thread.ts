/**
 * The thread of mutate-pool.ts: vitest's own, but that it lives on from one change to the next, with the code that it loaded. Only the files of tests are loaded anew (as vitest does), and, of a
 * change to what a file does when it is loaded, that file and all that import it.
 */
import { parentPort } from 'node:worker_threads';
import { init, runBaseTests, setupEnvironment } from 'vitest/worker';

declare module 'vitest' {
  interface ProvidedContext {
    /** A file that is loaded anew before the tests, with all that import it; or all files. */
    loadedAnew: string | 'all' | undefined;
  }
}

type State = Parameters<typeof runBaseTests>[1];
type Modules = State['evaluatedModules'];
type Listener = (message: unknown) => void;

const port = parentPort;
if (!port) throw new Error('this is the code of a thread');
let modules: Modules | undefined;
// The first listens for what is to be run, and those after it for answers of one run each.
const listeners: Listener[] = [];

function forget(known: Modules, file: string): void {
  const seen = new Set<string>();
  const from = file === 'all' ? known.idToModuleMap.values() : (known.fileToModulesMap.get(file) ?? []);
  const ids = [...from].map(({ id }) => id);
  for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
    const module = known.idToModuleMap.get(id);
    if (seen.has(id) || !module || id.includes('/node_modules/')) continue;
    seen.add(id);
    ids.push(...module.importers);
    // As vitest's `vi.resetModules`: what is known of the file's text stays.
    Object.assign(module, { promise: undefined, exports: undefined, evaluated: false });
    module.importers.clear();
  }
}

init({
  post: (answer: unknown) => port.postMessage(answer),
  on: (listener: Listener) => {
    listeners.push(listener);
    port.on('message', listener);
  },
  off: (listener: Listener) => void port.off('message', listener),
  teardown: () => {
    for (const listener of listeners.splice(1)) port.off('message', listener);
  },
  runTests: async (state, traces) => {
    const { loadedAnew, globalNamespace } = state.providedContext;
    if (modules && loadedAnew !== undefined) forget(modules, loadedAnew);
    // Code is loaded as it is. (Of a change to the loading, Stryker's set-up says so before the first import.)
    const shared = globalThis as unknown as Record<string, { activeMutant?: string | undefined } | undefined>;
    const stryker = shared[globalNamespace];
    if (stryker) stryker.activeMutant = undefined;
    await runBaseTests('run', state, traces);
    modules = state.evaluatedModules;
  },
  collectTests: (state, traces) => runBaseTests('collect', state, traces),
  setup: setupEnvironment,
});
