/**
 * R18b: a file that a resource named, and names no more, is as the resource is: kept while that is kept, from whomever and by whatever. The server notes it in the resource, so that whatever finds its files finds
 * those too (search/links.ts); and labels that the resource loses go to what it named while it had them. A file that nobody kept stays for whom its securityContext is (R12).
 */
import { deepEqual } from '@wellspring/profiles';
import { linksOf } from '../../search/links.ts';
import type { ResourceStore } from '../../store/store.ts';
import { type ResourceJson, resourceOf } from '../text/resource-text.ts';
import type { LabelsBeside } from './labels-beside.ts';
import { lastLive } from './last-live.ts';

/** Extension of `meta`; `valueUri`: `Binary/id`. This server's alone: what an update says of it is not heard. */
export const FORMER_FILE = 'urn:wellspring:former-file';
/** The newest; a file is rarely replaced twice. */
const MOST = 100;

/** Types that hold files by an element of R4; of the others those that name one in an extension and are written again with one. */
const HOLDERS: ReadonlySet<string> = new Set([
  ...['Communication', 'CommunicationRequest', 'Composition', 'Consent', 'Contract', 'DiagnosticReport'],
  ...['DocumentManifest', 'DocumentReference', 'Media', 'Patient', 'Person', 'QuestionnaireResponse'],
  ...['RelatedPerson'],
]);

interface Meta {
  readonly security?: readonly object[];
  readonly extension?: readonly { readonly url?: string }[];
}

/** Of an update, before its text is made. */
export async function settleFormerFiles(
  store: Pick<ResourceStore, 'read' | 'vread'>,
  resource: ResourceJson,
  id: string,
  labels: LabelsBeside,
): Promise<void> {
  const now = new Set(filesOf(withoutMeta(resource)));
  if (!HOLDERS.has(resource.resourceType) && now.size === 0) return;
  const found = await lastLive(store, await store.read(resource.resourceType, id));
  if (!found) return;
  const before = resourceOf(found);
  const former = filesOf(before)
    .filter((name) => !now.has(name))
    .slice(-MOST);
  noteFormer(resource, former);
  const kept = metaOf(resource).security ?? [];
  const lost = (metaOf(before).security ?? []).filter(
    (label) => !kept.some((each) => deepEqual(each, label)),
  );
  if (lost.length > 0) for (const name of former) labels.set(name, [...(labels.get(name) ?? []), ...lost]);
}

const metaOf = ({ meta }: ResourceJson): Meta => (meta ?? {}) as Meta;
const withoutMeta = ({ meta: _, ...rest }: ResourceJson): ResourceJson => rest as ResourceJson;

const filesOf = (resource: ResourceJson): string[] =>
  linksOf(resource).flatMap(({ by, target }) => (by === 'file' ? target : []));

function noteFormer(resource: ResourceJson, names: readonly string[]): void {
  const meta = metaOf(resource);
  const others = (meta.extension ?? []).filter(({ url }) => url !== FORMER_FILE);
  const extension = [...others, ...names.map((valueUri) => ({ url: FORMER_FILE, valueUri }))];
  if (extension.length === 0 && meta.extension === undefined) return;
  const { extension: _, ...rest } = meta;
  (resource as { meta?: Meta }).meta = extension.length === 0 ? rest : { ...rest, extension };
}
