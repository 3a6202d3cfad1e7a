/** What an interaction is asked, and what it answers: HTTP's words without HTTP's machinery, so that Bundle entries go the same way. */
import type { Issue, Unchecked } from '@wellspring/profiles';
import type { AccessContext } from '../access/access-context.ts';
import type { KeptGrounds, Reopen, Stands } from '../access/standing.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { HealthCardSigner } from '../links/health-card-signer.ts';
import type { OpenedMarks } from '../links/opened-marks.ts';
import type { PushDevices } from '../links/push-devices.ts';
import type { SecretLinks } from '../links/secret-links.ts';
import type { Allowance } from '../repository/limits/allowance.ts';
import type { Repository } from '../repository/repository.ts';
import type { ResourceJson } from '../repository/text/resource-text.ts';
import type { Ages } from '../repository/whose/ages.ts';
import type { SearchLimits } from '../search/parse-search.ts';
import type { EndpointPolicy } from '../subscriptions/endpoint.ts';
import type { DeadLetters, SubscriptionEvent } from '../subscriptions/event.ts';
import type { Told } from '../subscriptions/notification.ts';
import type { Plan } from '../subscriptions/plan.ts';
import type { Topic } from '../subscriptions/topic.ts';
import type { Validate } from '../validation/validate-apart.ts';

export interface FhirRequest {
  readonly access: AccessContext;
  /** What is left of it by now, of a request that takes long (http/access-now.ts). Throws 401 when it has ended, 503 when that can't be said. */
  readonly accessNow?: () => Promise<AccessContext>;
  /** Whether somebody still waits for the answer. */
  readonly isAwaited?: () => boolean;
  /** Path parameters. */
  readonly type: string;
  readonly id: string;
  readonly version: string;
  /** Of a file that a job made: its name. */
  readonly file?: string;
  readonly query: readonly [string, string][];
  /** Names of parameters that were given and left out (Services.passedOver). */
  readonly passedOver?: readonly string[];
  /** Lower-case header names; only those that FHIR gives a meaning. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly resource: ResourceJson | undefined;
  /** NDJSON that is handed up, unpacked. */
  readonly upload?: AsyncIterable<Uint8Array>;
  /** One of many of a Bundle: what else there is to say of it is not looked for (write-advice.ts). */
  readonly isUnadvised?: boolean;
  /** A HEAD: what is told is the same, and nothing comes of having asked. */
  readonly isHead?: boolean;
  /** Of a PATCH: what is done to the resource. */
  readonly patch?: Patch;
}

/** A JSON Patch document, or the Parameters resource of a FHIRPath Patch, as it came. */
export type Patch =
  | { readonly kind: 'json'; readonly operations: unknown }
  | { readonly kind: 'fhirpath'; readonly parameters: ResourceJson };

export interface Reply {
  readonly status: number;
  /** With a Content-Type where the body is not FHIR's JSON. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text; undefined = no body. */
  readonly body: string | undefined;
  /** Of the body in UTF-8, where that is known: to count them, a text that is put together must be copied first. */
  readonly bytes?: number;
  /** The body is an OperationOutcome about what was done. */
  readonly isOutcome?: boolean;
  /** Of the version that is told of, in milliseconds: Last-Modified has seconds. */
  readonly lastUpdated?: number;
  /** Sent instead of a body. */
  readonly file?: FileReply;
}

/** A file that lies compressed on the disk. */
export interface FileReply {
  readonly path: string;
  /** Bytes on the disk (gzip; undefined: all that is there), and of the text. */
  readonly bytes: number | undefined;
  readonly size: number;
  readonly contentType: string;
  /** Whether it may still be had: a download may take hours. Throws when that can't be said. */
  readonly stands: () => Promise<boolean>;
}

/** The job that indexes anew (jobs/reindex.ts), as operations see it. */
export interface ReindexControl {
  progress(): { readonly running: boolean; readonly done: number; readonly types: readonly string[] };
  start(types: readonly string[]): Promise<boolean>;
}

/** What a subscriber is told of events, by what they may see now. What they may not see any more keeps its number, and nothing else. */
export type Compose = (
  access: AccessContext,
  plan: Pick<Plan, 'id' | 'content' | 'shapes'>,
  events: readonly SubscriptionEvent[],
) => Promise<readonly Told[]>;

/** Subscriptions at work (jobs/subscriptions), as operations see them. */
export interface SubscriptionControl {
  topics(): readonly Topic[];
  /** What the resource asks for; undefined: it can't be worked by. */
  plan(body: string): Plan | undefined;
  /** How many events there were, and what goes wrong with sending them. */
  state(id: string): Promise<{ readonly events: number; readonly fault: string | undefined }>;
  /** By number, both ends included. */
  events(id: string, from: number, until: number, limit: number): Promise<readonly SubscriptionEvent[]>;
  readonly compose: Compose;
  /** For a websocket of this holder, opened by a page of this origin, until then (ms). */
  bindingToken(
    ids: readonly string[],
    access: AccessContext,
    origin: string | undefined,
  ): Promise<{ readonly token: string; readonly until: number }>;
  signingSecret(id: string): Promise<string>;
  /** Of one, or of all. */
  deadLetters(id?: string): Promise<readonly DeadLetters[]>;
  /** Sends again what was given up. */
  replay(id: string): Promise<void>;
}

/** Web Push (jobs/notices/push.ts), as operations see it. */
export interface PushControl {
  /** By which browsers subscribe (VAPID). */
  readonly publicKey: string;
  readonly devices: PushDevices;
  /** Where push services may be. */
  readonly endpoints: EndpointPolicy;
}

/** Sends a test to where a patient's notices go (jobs/notices/test-notice.ts). `wait`: the last one was less than a minute ago. */
export type TestNotice = (patient: string) => Promise<TestOutcome>;

export type TestOutcome =
  | { readonly kind: 'sent'; readonly channel: 'email' | 'sms' }
  | { readonly kind: 'nobody' | 'refused' | 'away' }
  | { readonly kind: 'wait'; readonly seconds: number };

/** Work that outlasts the request it was asked by (jobs/runner.ts). */
export interface JobRecord {
  readonly id: string;
  readonly kind: string;
  readonly state: 'open' | 'done' | 'failed';
  /** Who asked for it: what it rests on. */
  readonly grounds: KeptGrounds;
  /** Milliseconds. */
  readonly created: number;
  readonly ended?: number;
  readonly expires?: number;
  /** How often it was taken up since it last got on. */
  readonly turns: number;
  /** In words. */
  readonly progress: string;
  readonly failure?: { readonly status: number; readonly text: string } | undefined;
  /** The kind's own. */
  readonly data: unknown;
}

export interface BulkOptions {
  /** Where their files lie, a folder for each job. */
  readonly folder: string;
  /** How often it is asked whether what a download rests on stands. Milliseconds. */
  readonly standsMs: number;
  /** Jobs of one client that may be open at once. */
  readonly jobsOfOne: number;
  /** Bytes of one file that is handed up. */
  readonly mostUpload: number;
  /** Whether an import may fetch from there. */
  mayFetch(url: string): boolean;
  /** Seconds until the state of a job may be asked for again. Throws 429 for a question that came too early. */
  readonly polls: {
    next(job: Pick<JobRecord, 'id' | 'created'>, asked: Pick<FhirRequest, 'isHead'>): number;
  };
}

export interface JobControl {
  /** `parts`: what does not change and is too long to be saved again and again. */
  begin(job: {
    /** Default: a new one. */
    readonly id?: string;
    readonly kind: string;
    readonly grounds: KeptGrounds;
    readonly data: unknown;
    readonly parts?: Readonly<Record<string, string>>;
  }): Promise<string>;
  find(id: string): Promise<JobRecord | undefined>;
  /** Those of some kinds, whosever they are, the newest first. */
  list(kinds: readonly string[], limit: number): Promise<readonly JobRecord[]>;
  /** How many of a client's are not over. */
  openOf(kind: string, clientId: string): Promise<number>;
  /** Cancels what runs, and forgets it with all it made. */
  end(id: string): Promise<void>;
}

/** What every interaction needs besides the request. */
export interface Services {
  readonly repository: Repository;
  readonly audit: AuditLog;
  /** For what outlives the token it was made with. */
  readonly stands: Stands;
  readonly reopen: Reopen;
  /** What changes with a patient's age for those who act for them. */
  readonly ages: Ages;
  readonly reindex: ReindexControl;
  readonly jobs: JobControl;
  /** Exports and imports. */
  readonly bulk: BulkOptions;
  readonly subscriptions: SubscriptionControl;
  /** Links that open a part of a record for whoever has them. */
  readonly links: SecretLinks;
  /** What each reader of a record has opened of it. */
  readonly opened: OpenedMarks;
  /** Of what one patient may have a few of. */
  readonly allowance: Allowance;
  /** Signs SMART Health Cards. */
  readonly healthCards: HealthCardSigner;
  /** undefined: this server sends no notices. */
  readonly testNotice: TestNotice | undefined;
  /** undefined: nothing is sent by Web Push. */
  readonly push: PushControl | undefined;
  /** Validates in a thread of its own. */
  readonly validateApart: Validate;
  /** What a batch or a transaction would be refused for (bundle-refusal.ts). */
  readonly bundleRefusal: (request: FhirRequest, bundle: ResourceJson) => Promise<readonly Issue[]>;
  /** What becomes of a profile that can't be checked here. */
  readonly uncheckedProfiles: Unchecked;
  readonly limits: SearchLimits & {
    readonly maxIncluded: number;
    /** For how long the log of access is looked through for one answer. */
    readonly searchMs: number;
    /** Codes of an expansion. */
    readonly maxExpansion: number;
    readonly maxEntries: number /** Characters of the answer to a Bundle. */;
    readonly maxAnswer: number;
  };
  /** A conditional delete that matches several deletes them all, or is refused. */
  readonly conditionalDelete: 'single' | 'multiple';
  /** Parameters that some clients add to every request for themselves: left out, and said so. */
  readonly passedOver: ReadonlySet<string>;
  /** The CapabilityStatement, as text. */
  readonly statement: string;
  readonly now: () => number;
}

export type Interaction = (services: Services, request: FhirRequest) => Promise<Reply>;

/** https://hl7.org/fhir/R4/http.html#ops */
export type ReturnPreference = 'minimal' | 'representation' | 'OperationOutcome';

export function returnPreference(request: Pick<FhirRequest, 'headers'>): ReturnPreference | undefined {
  const wanted = preference(request, 'return')?.toLowerCase();
  return RETURNS.find((each) => each.toLowerCase() === wanted);
}

const RETURNS: readonly ReturnPreference[] = ['minimal', 'representation', 'OperationOutcome'];

export function isLenient(request: Pick<FhirRequest, 'headers'>): boolean {
  return preference(request, 'handling')?.toLowerCase() === 'lenient';
}

const PREFERENCE = /(?:^|[,;])\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"([^"]*)"|([^\s,;"]+))/g;

/** RFC 7240: names in any case, values with quotation marks or without; of one that is given twice the first counts. */
function preference({ headers }: Pick<FhirRequest, 'headers'>, name: string): string | undefined {
  if (headers.prefer === undefined) return undefined;
  const found = [...headers.prefer.matchAll(PREFERENCE)].find(([, each]) => each?.toLowerCase() === name);
  return found?.[2] ?? found?.[3];
}
