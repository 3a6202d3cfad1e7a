/** What `npm run mutate` leaves alone: the wording of errors, which no test should hold to the letter. */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

interface Path {
  readonly node: {
    readonly type: string;
    readonly callee?: { readonly name?: string; readonly property?: { readonly name?: string } };
  };
  readonly parentPath: Path | null;
  isStringLiteral(): boolean;
  isTemplateLiteral(): boolean;
}

/** Functions whose first words are for a reader. */
const TOLD: ReadonlySet<string> = new Set([
  'AccessDenied',
  'InvalidClientAuth',
  'InvalidGrant',
  'InvalidRequest',
  'InvalidScope',
  'InvalidTarget',
  'tooMany',
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
    // `new errors.InvalidGrant('…')`: of a library's.
    const named = node.type === 'NewExpression' ? node.callee?.property?.name : undefined;
    const isTold = /^(Call|New)Expression$/.test(node.type) && TOLD.has(named ?? node.callee?.name ?? '');
    return isTold ? 'the wording of an error' : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'wording', wording)];
