/** The operations of this server: which names at which places, by which methods. The CapabilityStatement is made from this table too. */
import type { Interaction, Services } from '../interactions/request.ts';
import { ageRules } from './age-rules.ts';
import { breakTheGlass } from './break-the-glass.ts';
import { broadcast, groupsForBroadcasts, previewRecipients, stopBroadcast } from './broadcasts/broadcast.ts';
import { importData } from './bulk/import.ts';
import { exportOf } from './bulk/kick-off.ts';
import { calendarFeedState, endCalendarFeed, makeCalendarFeed } from './calendar-feed.ts';
import { docref } from './docref.ts';
import { makeDocument, readDocument } from './documents/composition-document.ts';
import { summary } from './documents/summary.ts';
import { everything } from './everything.ts';
import { exchangeState } from './exchange-state.ts';
import { findAppointments } from './find-times.ts';
import { issueHealthCards } from './health-cards-issue.ts';
import { revokeHealthCards } from './health-cards-revoke.ts';
import { lastn } from './lastn.ts';
import { match } from './match.ts';
import { bulkMemberMatch } from './member-match/member-match.ts';
import { merge } from './merge/merge.ts';
import { undoMerge } from './merge/undo-merge.ts';
import { meta, metaAdd, metaDelete } from './meta.ts';
import { noticeTexts } from './notice-texts.ts';
import { markOpened, openedMarks } from './opened.ts';
import { pushState, turnPushOff, turnPushOn } from './push-device.ts';
import { reindexProgress, startReindex } from './reindex.ts';
import { rights } from './rights.ts';
import { rolePolicy } from './role-policy.ts';
import { cancelAppointment } from './scheduling.ts';
import { endShareLink, makeShareLink, shareLinks } from './share-link.ts';
import {
  deadLetters,
  replay,
  signingSecret,
  subscriptionEvents,
  subscriptionStatus,
  subscriptionTopics,
  webSocketToken,
} from './subscriptions.ts';
import { bookAppointment, holdAppointment } from './take-slot.ts';
import { codeSystemValidateCode, lookup } from './terminology/code-systems.ts';
import { translate } from './terminology/concept-maps.ts';
import { subsumes } from './terminology/subsumes.ts';
import { validateCode } from './terminology/value-set-codes.ts';
import { expand } from './terminology/value-sets.ts';
import { testNotice } from './test-notice.ts';
import { validate } from './validate.ts';

export interface Operation {
  /** With its `$`. */
  readonly name: string;
  /** Where it stands: `` (the base), `:type`, `:type/:id`, or with a type's name. */
  readonly patterns: readonly string[];
  /** GET only where nothing is changed (https://hl7.org/fhir/R4/operations.html#request). */
  readonly methods: readonly ('GET' | 'POST')[];
  /** Canonical URL of its OperationDefinition; undefined for this server's own. */
  readonly definition?: string;
  /** Never an entry of a Bundle: its answer is in headers. */
  readonly isAlone?: boolean;
  /** How it differs from its definition, for the CapabilityStatement. */
  readonly documentation?: string;
  /** Its POST, too; where nothing is said, that of what can be asked by a GET that has no effect. */
  readonly changesNothing?: boolean;
  /** Its GET, as its specification has it, begins or hands out something: no HEAD does. */
  readonly hasEffect?: boolean;
  /** It says itself what is wrong with what it is given. */
  readonly judges?: boolean;
  /** Its body may be NDJSON. */
  readonly takesFiles?: boolean;
  /** Said of this server only where it is so; always, where nothing is said. */
  readonly isOffered?: (services: Pick<Services, 'testNotice' | 'push'>) => boolean;
  readonly run: Interaction;
}

const HL7 = 'http://hl7.org/fhir/OperationDefinition';
const IHE = 'https://profiles.ihe.net/ITI/Scheduling/OperationDefinition';
const BULK = 'http://hl7.org/fhir/uv/bulkdata/OperationDefinition';
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription';
const READ = ['GET', 'POST'] as const;

const UNINSURED = 'insurance-reference is refused (400): no answer would heed it.';
const ONE_APPOINTMENT = 'The answer is the Appointment itself, not a Bundle.';

export const OPERATIONS: readonly Operation[] = [
  {
    name: '$everything',
    patterns: ['Patient/:id'],
    methods: READ,
    definition: `${HL7}/Patient-everything`,
    run: everything,
  },
  {
    name: '$summary',
    patterns: ['Patient', 'Patient/:id'],
    methods: READ,
    definition: 'http://hl7.org/fhir/uv/ips/OperationDefinition/summary',
    run: summary,
  },
  {
    name: '$health-cards-issue',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition:
      'http://hl7.org/fhir/uv/smart-health-cards-and-links/OperationDefinition/patient-i-health-cards-issue',
    run: issueHealthCards,
  },
  {
    name: '$health-cards-revoke',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-health-cards-revoke',
    run: revokeHealthCards,
  },
  {
    name: '$age-rules',
    patterns: ['Patient/:id', 'RelatedPerson/:id'],
    methods: READ,
    definition: 'urn:wellspring:OperationDefinition:age-rules',
    run: ageRules,
  },
  {
    name: '$break-the-glass',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-break-the-glass',
    run: breakTheGlass,
  },
  {
    name: '$match',
    patterns: ['Patient'],
    methods: ['POST'],
    definition: `${HL7}/Patient-match`,
    changesNothing: true,
    run: match,
  },
  {
    name: '$merge',
    patterns: ['Patient'],
    methods: ['POST'],
    definition: `${HL7}/Patient-merge`,
    run: merge,
  },
  {
    name: '$undo-merge',
    patterns: ['Patient'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-undo-merge',
    run: undoMerge,
  },
  {
    name: '$lastn',
    patterns: ['Observation'],
    methods: READ,
    definition: `${HL7}/Observation-lastn`,
    run: lastn,
  },
  {
    name: '$docref',
    patterns: ['DocumentReference'],
    methods: READ,
    definition: 'http://hl7.org/fhir/us/core/OperationDefinition/docref',
    run: docref,
  },
  {
    name: '$document',
    patterns: ['Composition', 'Composition/:id'],
    methods: ['GET'],
    definition: `${HL7}/Composition-document`,
    run: readDocument,
  },
  {
    name: '$document',
    patterns: ['Composition', 'Composition/:id'],
    methods: ['POST'],
    definition: `${HL7}/Composition-document`,
    run: makeDocument,
  },
  {
    name: '$expand',
    patterns: ['ValueSet', 'ValueSet/:id'],
    methods: READ,
    definition: `${HL7}/ValueSet-expand`,
    run: expand,
  },
  {
    name: '$validate-code',
    patterns: ['ValueSet', 'ValueSet/:id'],
    methods: READ,
    definition: `${HL7}/ValueSet-validate-code`,
    run: validateCode,
  },
  {
    name: '$lookup',
    patterns: ['CodeSystem', 'CodeSystem/:id'],
    methods: READ,
    definition: `${HL7}/CodeSystem-lookup`,
    run: lookup,
  },
  {
    name: '$subsumes',
    patterns: ['CodeSystem', 'CodeSystem/:id'],
    methods: READ,
    definition: `${HL7}/CodeSystem-subsumes`,
    run: subsumes,
  },
  {
    name: '$validate-code',
    patterns: ['CodeSystem', 'CodeSystem/:id'],
    methods: READ,
    definition: `${HL7}/CodeSystem-validate-code`,
    run: codeSystemValidateCode,
  },
  {
    name: '$translate',
    patterns: ['ConceptMap', 'ConceptMap/:id'],
    methods: READ,
    definition: `${HL7}/ConceptMap-translate`,
    run: translate,
  },
  {
    name: '$validate',
    patterns: [':type'],
    methods: ['POST'],
    definition: `${HL7}/Resource-validate`,
    changesNothing: true,
    judges: true,
    run: validate,
  },
  {
    name: '$validate',
    patterns: [':type/:id'],
    methods: READ,
    definition: `${HL7}/Resource-validate`,
    judges: true,
    run: validate,
  },
  {
    name: '$meta',
    patterns: ['', ':type', ':type/:id'],
    methods: READ,
    definition: `${HL7}/Resource-meta`,
    run: meta,
  },
  {
    name: '$meta-add',
    patterns: [':type/:id'],
    methods: ['POST'],
    definition: `${HL7}/Resource-meta-add`,
    run: metaAdd,
  },
  {
    name: '$meta-delete',
    patterns: [':type/:id'],
    methods: ['POST'],
    definition: `${HL7}/Resource-meta-delete`,
    run: metaDelete,
  },
  {
    name: '$recipients',
    patterns: ['CommunicationRequest'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:broadcast-recipients',
    changesNothing: true,
    run: previewRecipients,
  },
  {
    name: '$broadcast',
    patterns: ['CommunicationRequest'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:broadcast',
    run: broadcast,
  },
  {
    name: '$stop',
    patterns: ['CommunicationRequest/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:broadcast-stop',
    run: stopBroadcast,
  },
  {
    name: '$for-broadcasts',
    patterns: ['Group'],
    methods: READ,
    definition: 'urn:wellspring:OperationDefinition:broadcast-groups',
    run: groupsForBroadcasts,
  },
  {
    name: '$notice-texts',
    patterns: ['Organization/:id'],
    methods: READ,
    definition: 'urn:wellspring:OperationDefinition:notice-texts',
    run: noticeTexts,
  },
  {
    name: '$find',
    patterns: ['Appointment'],
    methods: READ,
    definition: `${IHE}/appointment-find`,
    documentation: `${UNINSURED} What it proposes is stored nowhere and has no id: it is handed over whole.`,
    run: findAppointments,
  },
  {
    name: '$hold',
    patterns: ['Appointment'],
    methods: ['POST'],
    definition: `${IHE}/appointment-hold`,
    documentation: `${UNINSURED} ${ONE_APPOINTMENT}`,
    run: holdAppointment,
  },
  {
    name: '$book',
    patterns: ['Appointment'],
    methods: ['POST'],
    definition: `${IHE}/appointment-book`,
    documentation: `${UNINSURED} patient-resource is refused (400): a Patient is written first. ${ONE_APPOINTMENT} A visit is cancelled by $cancel and moved by replaces: an Appointment that says so itself is refused (422).`,
    run: bookAppointment,
  },
  {
    name: '$cancel',
    patterns: ['Appointment/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:appointment-cancel',
    run: cancelAppointment,
  },
  {
    name: '$test-notice',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-test-notice',
    isOffered: ({ testNotice: tell }) => tell !== undefined,
    run: testNotice,
  },
  {
    name: '$push-device',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-push-device',
    isOffered: ({ push }) => push !== undefined,
    run: turnPushOn,
  },
  {
    name: '$push-device',
    patterns: ['Patient/:id'],
    methods: ['GET'],
    definition: 'urn:wellspring:OperationDefinition:patient-push-device',
    isOffered: ({ push }) => push !== undefined,
    run: pushState,
  },
  {
    name: '$push-device-end',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-push-device-end',
    isOffered: ({ push }) => push !== undefined,
    run: turnPushOff,
  },
  {
    name: '$opened',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-opened',
    run: markOpened,
  },
  {
    name: '$opened',
    patterns: ['Patient/:id'],
    methods: ['GET'],
    definition: 'urn:wellspring:OperationDefinition:patient-opened',
    run: openedMarks,
  },
  {
    name: '$calendar-feed',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-calendar-feed',
    run: makeCalendarFeed,
  },
  {
    name: '$calendar-feed',
    patterns: ['Patient/:id'],
    methods: ['GET'],
    definition: 'urn:wellspring:OperationDefinition:patient-calendar-feed',
    run: calendarFeedState,
  },
  {
    name: '$calendar-feed-end',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-calendar-feed-end',
    run: endCalendarFeed,
  },
  {
    name: '$share-link',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-share-link',
    run: makeShareLink,
  },
  {
    name: '$share-link',
    patterns: ['Patient/:id'],
    methods: ['GET'],
    definition: 'urn:wellspring:OperationDefinition:patient-share-link',
    run: shareLinks,
  },
  {
    name: '$share-link-end',
    patterns: ['Patient/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:patient-share-link-end',
    run: endShareLink,
  },
  {
    name: '$export',
    patterns: [''],
    methods: READ,
    definition: `${BULK}/export`,
    isAlone: true,
    hasEffect: true,
    run: exportOf('system'),
  },
  {
    name: '$export',
    patterns: ['Patient'],
    methods: READ,
    definition: `${BULK}/patient-export`,
    isAlone: true,
    hasEffect: true,
    run: exportOf('patient'),
  },
  {
    name: '$export',
    patterns: ['Group/:id'],
    methods: READ,
    definition: `${BULK}/group-export`,
    isAlone: true,
    hasEffect: true,
    run: exportOf('group'),
  },
  {
    name: '$bulk-member-match',
    patterns: ['Group'],
    methods: ['POST'],
    definition: 'http://hl7.org/fhir/us/davinci-pdex/OperationDefinition/BulkMemberMatch',
    isAlone: true,
    run: bulkMemberMatch,
  },
  {
    name: '$status',
    patterns: ['Subscription', 'Subscription/:id'],
    methods: READ,
    definition: `${BACKPORT}-status`,
    run: subscriptionStatus,
  },
  {
    name: '$events',
    patterns: ['Subscription/:id'],
    methods: READ,
    definition: `${BACKPORT}-events`,
    run: subscriptionEvents,
  },
  {
    name: '$get-ws-binding-token',
    patterns: ['Subscription', 'Subscription/:id'],
    methods: READ,
    definition: `${BACKPORT}-get-ws-binding-token`,
    hasEffect: true,
    run: webSocketToken,
  },
  {
    name: '$topics',
    patterns: ['Subscription'],
    methods: ['GET'],
    definition: 'urn:wellspring:OperationDefinition:subscription-topics',
    run: subscriptionTopics,
  },
  {
    name: '$signing-secret',
    patterns: ['Subscription/:id'],
    methods: ['GET'],
    definition: 'urn:wellspring:OperationDefinition:subscription-signing-secret',
    run: signingSecret,
  },
  {
    name: '$dead-letters',
    patterns: ['Subscription', 'Subscription/:id'],
    methods: ['GET'],
    definition: 'urn:wellspring:OperationDefinition:subscription-dead-letters',
    run: deadLetters,
  },
  {
    name: '$replay',
    patterns: ['Subscription/:id'],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:subscription-replay',
    run: replay,
  },
  {
    name: '$exchange-state',
    patterns: [''],
    methods: ['GET'],
    definition: 'urn:wellspring:OperationDefinition:exchange-state',
    run: exchangeState,
  },
  {
    name: '$rights',
    patterns: [''],
    methods: ['GET'],
    definition: 'urn:wellspring:OperationDefinition:rights',
    run: rights,
  },
  {
    name: '$role-policy',
    patterns: [''],
    methods: ['GET'],
    definition: 'urn:wellspring:OperationDefinition:role-policy',
    run: rolePolicy,
  },
  {
    name: '$import',
    patterns: [''],
    methods: ['POST'],
    definition: 'urn:wellspring:OperationDefinition:import',
    isAlone: true,
    takesFiles: true,
    run: importData,
  },
  { name: '$reindex', patterns: [''], methods: ['POST'], run: startReindex },
  { name: '$reindex', patterns: [''], methods: ['GET'], run: reindexProgress },
];
