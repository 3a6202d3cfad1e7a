/**
 * Stryker's runner for vitest, made quicker: loading the code takes many times as long as a test of it.
 *
 * The code is loaded once, in one thread (mutate-pool.ts), and each change of a function is turned on in the loaded code, for a few tests: those that noticed the changes before, those that lie beside the
 * file, the quick ones. What a change leaves behind must not be told of the next: of what a test noticed, that test is run again without the change, and does not count where it still fails; and what
 * none of the few noticed is tried by all that reach it in code that was loaded anew, since something that was kept may have hidden it.
 *
 * Of a change to what a module does when it is loaded (a table, an expression), that file and those that import it are loaded anew, for the tests that come into that file; Stryker runs every test there
 * is for it, which is done where those did not notice.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Injector } from '@stryker-mutator/api/plugin';
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import type {
  DryRunOptions,
  DryRunResult,
  MutantRunOptions,
  MutantRunResult,
  TestRunner,
} from '@stryker-mutator/api/test-runner';
import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner';
import type { Vitest } from 'vitest/node';
import { HOOKS } from './mutate-hooks.ts';
import { KeptThread } from './mutate-pool.ts';

interface Known {
  /** Milliseconds, by test. */
  readonly took: Readonly<Record<string, number>>;
  /** By change: the tests that reach it. */
  readonly reachedBy: Readonly<Record<string, readonly string[]>>;
}

type Coverage = Record<string, Record<string, number>>;
/** Stryker's, with the vitest that it has made. */
type VitestRunner = TestRunner & { readonly ctx?: Vitest };

/** In the sandbox, for a runner that takes the place of one that hung. */
const KEPT = 'what-tests-reach.json';
const FIRST = 8;
/** As the tests took when nothing was changed. */
const FIRST_MS = 1500;
/** Tests that failed leave sockets and timers behind. */
const RUNS_OF_A_THREAD = 400;
const NO_CHANGE = 'none';

class OrderedRunner implements TestRunner {
  readonly #inner: VitestRunner;
  readonly #thread = new KeptThread();
  #known: Known | undefined;
  /** Tests that noticed a change, the last of them last. */
  readonly #noticed = new Set<string>();
  #runs = 0;
  /** The file that is loaded with the change before. */
  #changed: string | undefined;

  constructor(inner: TestRunner) {
    this.#inner = inner;
  }

  capabilities() {
    return this.#inner.capabilities();
  }

  async init(): Promise<void> {
    await this.#inner.init?.();
    for (const { config } of this.#inner.ctx?.projects ?? [])
      Object.assign(config, { pool: this.#thread.name, poolRunner: this.#thread });
  }

  async dispose(): Promise<void> {
    await this.#inner.dispose?.();
    await this.#thread.end();
  }

  async dryRun(options: DryRunOptions): Promise<DryRunResult> {
    const result = await this.#inner.dryRun(options);
    if (result.status !== 'complete') return result;
    const perTest = hooksByTest(
      result.mutantCoverage?.perTest ?? {},
      result.tests.map(({ id }) => id),
    );
    const took = Object.fromEntries(result.tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    const reached = Object.entries(perTest).flatMap(([test, hits]) =>
      Object.keys(hits).map((id) => ({ id, test })),
    );
    const reachedBy = Object.fromEntries(
      [...Map.groupBy(reached, ({ id }) => id)].map(([id, each]) => [id, each.map(({ test }) => test)]),
    );
    writeFileSync(KEPT, JSON.stringify({ took, reachedBy } satisfies Known));
    return { ...result, mutantCoverage: { static: {}, ...result.mutantCoverage, perTest } };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const first = await this.#byAFew(options);
    if (first.status === 'timeout') return first;
    const result = (await this.#isOfTheChange(options, first)) ? first : await this.#byAll(options);
    for (const test of result.status === 'killed' ? [result.killedBy].flat() : []) {
      this.#noticed.delete(test);
      this.#noticed.add(test);
    }
    return result;
  }

  #byAFew(options: MutantRunOptions): Promise<MutantRunResult> {
    const isOfLoading = options.mutantActivation === 'static';
    const few = this.#few(options.testFilter ?? this.#testsOf(options.sandboxFileName), options);
    return this.#run(options, few, isOfLoading ? options.sandboxFileName : undefined);
  }

  /** Not where the tests that failed fail without it, too. */
  async #isOfTheChange(options: MutantRunOptions, result: MutantRunResult): Promise<boolean> {
    if (result.status !== 'killed') return false;
    const activeMutant = { ...options.activeMutant, id: NO_CHANGE };
    const without: MutantRunOptions = { ...options, activeMutant, mutantActivation: 'runtime' };
    return (await this.#run(without, [result.killedBy].flat(), undefined)).status === 'survived';
  }

  async #byAll(options: MutantRunOptions): Promise<MutantRunResult> {
    const result = await this.#run(options, options.testFilter, 'all');
    if (result.status !== 'error') return result;
    // Left behind by another change, in the thread.
    await this.#thread.end();
    return this.#run(options, options.testFilter, undefined);
  }

  /** @param anew what is loaded anew before */
  async #run(
    options: MutantRunOptions,
    testFilter: readonly string[] | undefined,
    anew: string | undefined,
  ): Promise<MutantRunResult> {
    if (++this.#runs % RUNS_OF_A_THREAD === 0) await this.#thread.end();
    this.#inner.ctx?.provide('loadedAnew', anew ?? this.#changed);
    this.#changed = options.mutantActivation === 'static' ? options.sandboxFileName : undefined;
    return this.#inner.mutantRun(testFilter ? { ...options, testFilter: [...testFilter] } : options);
  }

  /** Those that come into the file. */
  #testsOf(file: string): string[] {
    const ids = readFileSync(file, 'utf8').matchAll(/stryMutAct_\w+\("(\d+)"\)/g);
    return [...new Set([...ids].flatMap(([, id = '']) => this.#reached.reachedBy[id] ?? []))];
  }

  #few(tests: readonly string[], { sandboxFileName: file }: MutantRunOptions): string[] | undefined {
    const noticed = [...this.#noticed];
    // Of a file of tests that is named like the changed one; that lies in its folder; any.
    const distance = (id: string): number => {
      const [path = ''] = id.split('#');
      if (basename(path) === `${basename(file, '.ts')}.test.ts`) return 0;
      return dirname(file).endsWith(dirname(path)) ? 1 : 2;
    };
    const took = (id: string): number => this.#reached.took[id] ?? 0;
    const ordered = tests.toSorted(
      (a, b) => noticed.indexOf(b) - noticed.indexOf(a) || distance(a) - distance(b) || took(a) - took(b),
    );
    let sum = 0;
    const few = ordered.filter((id, at) => {
      sum += took(id);
      return at === 0 || (at < FIRST && sum < FIRST_MS);
    });
    return few.length > 0 ? few : undefined;
  }

  get #reached(): Known {
    this.#known ??= JSON.parse(readFileSync(KEPT, 'utf8')) as Known;
    return this.#known;
  }
}

/** What the hooks of a file reach is reached by each of its tests. */
function hooksByTest(perTest: Coverage, tests: readonly string[]): Coverage {
  return Object.fromEntries(
    tests.map((id) => [id, { ...perTest[`${id.split('#')[0]}#${HOOKS}`], ...perTest[id] }]),
  );
}

const [vitest] = vitestPlugins as readonly {
  readonly factory: (injector: Injector<object>) => TestRunner;
}[];

function orderedRunner(injector: Injector<object>): TestRunner {
  if (!vitest) throw new Error('there is no runner for vitest');
  return new OrderedRunner(injector.injectFunction(vitest.factory as never) as TestRunner);
}
orderedRunner.inject = tokens(commonTokens.injector);

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'vitest-in-order', orderedRunner as never),
];
