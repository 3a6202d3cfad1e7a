/** What `npm run mutate` leaves alone: the wording of errors, which no test should hold to the letter. */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

interface Path {
  readonly node: { readonly type: string; readonly callee?: { readonly name?: string } };
  readonly parentPath: Path | null;
  isStringLiteral(): boolean;
  isTemplateLiteral(): boolean;
}

/** Functions whose first words are for a reader. */
const TOLD: ReadonlySet<string> = new Set([
  'Error',
  'forbidden',
  'businessRule',
  'invalid',
  'conflict',
  'notSupported',
  'unavailable',
  'refused',
]);

const wording = {
  shouldIgnore(path: Path): string | undefined {
    if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
    const { node } = path.parentPath ?? path;
    const isTold = /^(Call|New)Expression$/.test(node.type) && TOLD.has(node.callee?.name ?? '');
    return isTold ? 'the wording of an error' : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'wording', wording)];
