/**
 * Stryker's runner for vitest, with the tests of a change in an order: first a few that are quick and lie beside the changed file, and the others only if those did not notice.
 * And of a change to what a module does when it is loaded (a table, an expression), for which Stryker runs every test there is: first those that come into that file.
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

interface Known {
  /** Milliseconds, by test. */
  readonly took: Readonly<Record<string, number>>;
  /** By change: the tests that reach it. */
  readonly reachedBy: Readonly<Record<string, readonly string[]>>;
}

/** In the sandbox, for a runner that takes the place of one that hung. */
const KEPT = 'what-tests-reach.json';
const FIRST = 8;

class OrderedRunner implements TestRunner {
  readonly #inner: TestRunner;
  #known: Known | undefined;

  constructor(inner: TestRunner) {
    this.#inner = inner;
  }

  capabilities() {
    return this.#inner.capabilities();
  }
  async init(): Promise<void> {
    await this.#inner.init?.();
  }
  async dispose(): Promise<void> {
    await this.#inner.dispose?.();
  }

  async dryRun(options: DryRunOptions): Promise<DryRunResult> {
    const result = await this.#inner.dryRun(options);
    if (result.status !== 'complete') return result;
    const took = Object.fromEntries(result.tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    const reached = Object.entries(result.mutantCoverage?.perTest ?? {}).flatMap(([test, hits]) =>
      Object.keys(hits).map((id) => ({ id, test })),
    );
    const reachedBy = Object.fromEntries(
      [...Map.groupBy(reached, ({ id }) => id)].map(([id, each]) => [id, each.map(({ test }) => test)]),
    );
    writeFileSync(KEPT, JSON.stringify({ took, reachedBy } satisfies Known));
    return result;
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const wanted = options.testFilter ?? this.#testsOf(options.sandboxFileName);
    if (wanted === undefined) return this.#run(options, undefined);
    const ordered = this.#inOrder(wanted, options.sandboxFileName);
    // What is made at loading may be used by other files alone: all that there is comes last.
    const last = options.testFilter === undefined ? [undefined] : [];
    let result: MutantRunResult | undefined;
    for (const tests of [ordered.slice(0, FIRST), ordered.slice(FIRST), ...last]) {
      if (tests?.length === 0) continue;
      result = await this.#run(options, tests);
      if (result.status !== 'survived') break;
    }
    return result ?? this.#run(options, wanted);
  }

  #run(options: MutantRunOptions, testFilter: string[] | undefined): Promise<MutantRunResult> {
    return this.#inner.mutantRun(testFilter === undefined ? options : { ...options, testFilter });
  }

  /** undefined: all, where none comes into the file. */
  #testsOf(file: string): string[] | undefined {
    const ids = readFileSync(file, 'utf8').matchAll(/stryMutAct_\w+\("(\d+)"\)/g);
    const tests = new Set([...ids].flatMap(([, id = '']) => this.#reached.reachedBy[id] ?? []));
    return tests.size > 0 ? [...tests] : undefined;
  }

  #inOrder(testIds: readonly string[], file: string): string[] {
    const name = basename(file, '.ts');
    // Of a file of tests that is named like the changed one; that lies in its folder; any.
    const distance = (id: string): number => {
      const [path = ''] = id.split('#');
      if (basename(path) === `${name}.test.ts`) return 0;
      return dirname(path) === dirname(file) ? 1 : 2;
    };
    const took = (id: string): number => this.#reached.took[id] ?? 0;
    return testIds.toSorted((a, b) => distance(a) - distance(b) || took(a) - took(b));
  }

  get #reached(): Known {
    this.#known ??= JSON.parse(readFileSync(KEPT, 'utf8')) as Known;
    return this.#known;
  }
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
