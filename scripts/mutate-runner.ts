/**
 * Stryker's runner for vitest, made quicker: loading the code takes many times as long as a test of it.
 *
 * The code is loaded once, in one thread (mutate-pool.ts), and each change of a function is turned on in the loaded code. What that leaves behind must not be told of the next change: of what a
 * test noticed, that test is run again without the change, and all is loaded anew where it still fails; and what no test noticed is tried once more in code that was loaded anew, since something that
 * was kept may have hidden it. Of a change to what a module does when it is loaded (a table, an expression), that file and those that import it are loaded anew, for which Stryker runs every test there is:
 * first those that come into that file.
 *
 * The tests of a change have an order: first a few that are quick and lie beside the changed file, and the others only if those did not notice.
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
/** Tests that failed leave sockets and timers behind. */
const RUNS_OF_A_THREAD = 400;
const NO_CHANGE = 'none';

class OrderedRunner implements TestRunner {
  readonly #inner: VitestRunner;
  readonly #thread = new KeptThread();
  #known: Known | undefined;
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
    const result = await this.#inLoadedCode(options);
    if (result.status === 'killed' && !(await this.#failsWithoutIt(options, result.killedBy))) return result;
    if (result.status === 'timeout') return result;
    if (result.status !== 'survived') await this.#thread.end();
    return this.#inOrder(options, 'all');
  }

  #inLoadedCode(options: MutantRunOptions): Promise<MutantRunResult> {
    const isOfLoading = options.mutantActivation === 'static';
    return this.#inOrder(options, isOfLoading ? options.sandboxFileName : undefined);
  }

  async #failsWithoutIt(options: MutantRunOptions, killedBy: string | readonly string[]): Promise<boolean> {
    const activeMutant = { ...options.activeMutant, id: NO_CHANGE };
    const without: MutantRunOptions = { ...options, activeMutant, mutantActivation: 'runtime' };
    return (await this.#run(without, [killedBy].flat(), undefined)).status !== 'survived';
  }

  async #inOrder(options: MutantRunOptions, anew: string | undefined): Promise<MutantRunResult> {
    const wanted = options.testFilter ?? this.#testsOf(options.sandboxFileName);
    if (wanted === undefined) return this.#run(options, undefined, anew);
    const ordered = this.#ordered(wanted, options.sandboxFileName);
    // What is made at loading may be used by other files alone: all that there is comes last.
    const last = options.testFilter === undefined ? [undefined] : [];
    let result: MutantRunResult | undefined;
    for (const tests of [ordered.slice(0, FIRST), ordered.slice(FIRST), ...last]) {
      if (tests?.length === 0) continue;
      result = await this.#run(options, tests, anew);
      if (result.status !== 'survived') break;
    }
    return result ?? this.#run(options, wanted, anew);
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

  /** undefined: all, where none comes into the file. */
  #testsOf(file: string): string[] | undefined {
    const ids = readFileSync(file, 'utf8').matchAll(/stryMutAct_\w+\("(\d+)"\)/g);
    const tests = new Set([...ids].flatMap(([, id = '']) => this.#reached.reachedBy[id] ?? []));
    return tests.size > 0 ? [...tests] : undefined;
  }

  #ordered(testIds: readonly string[], file: string): string[] {
    const name = basename(file, '.ts');
    // Of a file of tests that is named like the changed one; that lies in its folder; any.
    const distance = (id: string): number => {
      const [path = ''] = id.split('#');
      if (basename(path) === `${name}.test.ts`) return 0;
      return dirname(file).endsWith(dirname(path)) ? 1 : 2;
    };
    const took = (id: string): number => this.#reached.took[id] ?? 0;
    return testIds.toSorted((a, b) => distance(a) - distance(b) || took(a) - took(b));
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
