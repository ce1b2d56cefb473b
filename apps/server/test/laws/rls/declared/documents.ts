import {
  aud,
  change,
  DELETED,
  every,
  F,
  has,
  L,
  may,
  me,
  moveTenant,
  myJob,
  not,
  reads,
  scopeAll,
  scopeIs,
  scopeSome,
  some,
  T,
  W,
  X,
  yes,
} from '../classes.ts'
import type { Names, Row, Rule, TableLaw } from '../model.ts'

const DOCUMENT = 'documents.documents'
const LINK = 'documents.document_links'
const READ = 'documents.read'
const WRITE = 'documents.write'
const portal = aud('portal')

const linked =
  (holds: (link: Row, jobs: ReadonlySet<unknown>) => boolean): Rule =>
  (row, view) =>
    view.sees(
      LINK,
      (link) =>
        link['tenant_id'] === row['tenant_id'] && link['document_id'] === row['id'] && holds(link, view.assignments),
    )
const onMyJob = linked((link, jobs) => jobs.has(link['assignment_id']))
const ofPerson = linked((link) => link['employee_id'] !== null)
const ofInvoice = linked((link) => link['invoice_id'] !== null)

/** Class 4, staff: all but the files of people and invoices, which their own rights open; those of my jobs; my own. */
const staffReads = every(
  T,
  L,
  some(
    every(
      scopeAll(READ),
      some(scopeAll('employees.read'), not(ofPerson)),
      some(scopeAll('invoices.read'), not(ofInvoice)),
    ),
    every(me('owner_user_id'), scopeSome(READ)),
    every(scopeIs(READ, 'assigned'), onMyJob),
    every(scopeAll('employees.read'), ofPerson),
    every(scopeAll('invoices.read'), ofInvoice),
  ),
)
const staffWrites = every(
  T,
  L,
  some(scopeAll(WRITE), every(me('owner_user_id'), scopeSome(WRITE)), every(scopeIs(WRITE, 'assigned'), onMyJob)),
)
const ownInPortal = every(portal, F, me('owner_user_id'), me('external_owner_id'))
const partyMineOrNone: Rule = (row, view) =>
  row['external_party_id'] === null || view.parties.has(row['external_party_id'])

const CHANGEABLE = [
  'visibility',
  'classification',
  'sensitivity',
  'captured_at',
  'original_filename',
  'detected_type',
  'sha256',
  'width',
  'height',
  'status',
  'rejection',
  'lease_token',
  'lease_until',
  'upload_expires_at',
  'uploaded_at',
  'review_state',
  'is_current',
  'metadata_json',
  'suggestions',
  'thumb_status',
  'scan_status',
  'version',
  'updated_at',
  'deleted_at',
  'deleted_by',
  'delete_reason',
  'purge_after',
]

const SEEN_BY_FUNCTIONS = [
  'tenant_id',
  'id',
  'owner_user_id',
  'deleted_at',
  'norm_filename',
  'sha256',
  'status',
  'width',
  'height',
  'captured_at',
  'captured_by_employee_id',
  'suggestions',
  'classification',
  'sensitivity',
  'source',
  'original_filename',
  'content_type',
  'version_group_id',
  'is_current',
  'storage_key',
  'external_owner_id',
]

const doc = (names: Names, word: string, extra: Row = {}): Row => ({
  tenant_id: names.firm,
  id: names.id(word),
  storage_key: names.id(`key ${word}`),
  size_bytes: 1,
  owner_user_id: names.colleague,
  ...extra,
})
const fromPortal = (names: Names, word: string, extra: Row = {}): Row =>
  doc(names, word, { owner_user_id: names.portal, external_owner_id: names.portal, visibility: 'shared', ...extra })

const documents: TableLaw = {
  table: DOCUMENT,
  class: 4,
  capabilities: [READ, WRITE, 'employees.read', 'invoices.read'],
  implied: {
    documents__web_read: [
      // Whoever reads people's or invoices' files reads them by a branch of their own.
      "or ( SELECT app.sees_all('employees.read'::text) AS sees_all)",
      "or ( SELECT app.sees_all('invoices.read'::text) AS sees_all)",
      // The fence of the links shows no link but those of my jobs to this scope.
      "and ( SELECT app.sees_assigned('documents.read'::text) AS sees_assigned)",
      'and l.assignment_id = ANY (( SELECT app.my_assignments() AS my_assignments)::uuid[])',
    ],
  },
  rights: {
    zen_web: {
      select: may(staffReads),
      insert: may(every(T, me('owner_user_id'), scopeSome(WRITE))),
      update: change(staffWrites, T, CHANGEABLE),
    },
    zen_portal: {
      select: may(every(portal, L, X, has('visibility', 'shared', 'released'))),
      insert: may(every(ownInPortal, partyMineOrNone, has('visibility', 'shared'), has('status', 'pending'))),
      update: change(
        every(L, ownInPortal, has('visibility', 'shared')),
        every(me('external_owner_id'), has('visibility', 'shared')),
        CHANGEABLE,
      ),
    },
    zen_worker: {
      select: may(W),
      insert: may(W),
      update: change(W, W, [...CHANGEABLE, 'intent', 'storage_key']),
      delete: may(W),
    },
    zen_definer: reads(yes, SEEN_BY_FUNCTIONS),
  },
  rows: (names) => ({
    "a colleague's": doc(names, "a colleague's document"),
    mine: doc(names, 'my document', { owner_user_id: names.me }),
    'mine, deleted': doc(names, 'my deleted document', { owner_user_id: names.me, ...DELETED }),
    'of my job': doc(names, 'document of my job'),
    'of the job that named me once': doc(names, 'document of a job that named me once'),
    'of a person': doc(names, 'document of a person'),
    'of an invoice': doc(names, 'document of an invoice'),
    'of another firm': doc(names, 'document of another firm', { tenant_id: names.otherFirm, owner_user_id: names.me }),
    "the portal user's": fromPortal(names, 'portal document'),
    "the portal user's, with his party": fromPortal(names, 'portal document with party', {
      external_party_id: names.party,
    }),
    "the portal user's, with another party": fromPortal(names, 'portal document with another party', {
      external_party_id: names.otherParty,
    }),
    "the portal user's, internal": fromPortal(names, 'internal portal document', { visibility: 'internal' }),
    "the portal user's, released": fromPortal(names, 'released document', { visibility: 'released' }),
    "the portal user's, deleted": fromPortal(names, 'deleted portal document', DELETED),
    "the portal user's, rejected": fromPortal(names, 'rejected portal document', { status: 'rejected' }),
    "the portal user's, at a firm that left him": fromPortal(names, 'portal document elsewhere', {
      tenant_id: names.otherFirm,
    }),
    'for the portal user, uploaded by staff': fromPortal(names, 'document for the portal user', {
      owner_user_id: names.colleague,
    }),
    'uploaded by the portal user for another': fromPortal(names, 'document for another', {
      external_owner_id: names.otherPortal,
    }),
    'of the same party': fromPortal(names, 'document of the same party', {
      owner_user_id: names.otherPortal,
      external_owner_id: names.otherPortal,
      external_party_id: names.party,
    }),
    "another portal user's": fromPortal(names, 'document of another portal user', {
      owner_user_id: names.otherPortal,
      external_owner_id: names.otherPortal,
    }),
  }),
  moves: (names) => ({ tenant_id: names.otherFirm, visibility: 'internal', owner_user_id: names.id('user of nobody') }),
}

const ownDocument =
  (holds: Rule = yes): Rule =>
  (row, view) =>
    view.sees(DOCUMENT, (d) => d['tenant_id'] === row['tenant_id'] && d['id'] === row['document_id'] && holds(d, view))

const link = (names: Names, word: string, extra: Row): Row => ({
  tenant_id: names.firm,
  document_id: names.id(word),
  owner_user_id: names.colleague,
  created_by: names.colleague,
  ...extra,
})
const otherTargets: Rule = (row) =>
  row['deliverable'] === false &&
  row['employee_id'] === null &&
  ['commission_id', 'invoice_id', 'conversation_id'].filter((name) => row[name] !== null).length === 1

const linksOfStaff = (names: Names): Record<string, Row> => ({
  'of my job': link(names, 'document of my job', { assignment_id: names.id('job that names me') }),
  'of a job that named me once': link(names, 'document of a job that named me once', {
    assignment_id: names.id('job that named me once'),
  }),
  'of a person': link(names, 'document of a person', { employee_id: names.id('employee') }),
  'of an invoice': link(names, 'document of an invoice', { invoice_id: names.id('invoice') }),
  'made by me': link(names, 'my document', {
    owner_user_id: names.me,
    created_by: names.me,
    report_id: names.id('report created by me'),
  }),
  "a colleague's": link(names, "a colleague's document", {
    report_id: names.id("a colleague's report"),
    created_by: names.me,
  }),
  'in another firm': link(names, 'document of another firm', {
    tenant_id: names.otherFirm,
    owner_user_id: names.me,
    created_by: names.me,
    report_id: names.id('some report'),
  }),
})
const linksOfPortal = (names: Names): Record<string, Row> => ({
  "the portal user's": link(names, 'portal document', {
    owner_user_id: names.portal,
    created_by: names.portal,
    commission_id: names.id('commission'),
  }),
  "the portal user's, deliverable": link(names, 'portal document', {
    owner_user_id: names.portal,
    created_by: names.portal,
    conversation_id: names.id('conversation'),
    deliverable: true,
  }),
  "the portal user's, on a job": link(names, 'portal document', {
    owner_user_id: names.portal,
    created_by: names.portal,
    assignment_id: names.id("a colleague's job"),
  }),
  "the portal user's, on a person": link(names, 'portal document', {
    owner_user_id: names.portal,
    created_by: names.portal,
    employee_id: names.id('employee'),
  }),
  "on the same party's document": link(names, 'document of the same party', {
    created_by: names.portal,
    commission_id: names.id('commission'),
  }),
  "on another portal user's": link(names, 'document of another portal user', {
    created_by: names.portal,
    commission_id: names.id('commission'),
  }),
  'made by staff': link(names, 'portal document', {
    owner_user_id: names.portal,
    commission_id: names.id('another commission'),
  }),
  "of another firm on my firm's document": link(names, "a colleague's document", {
    tenant_id: names.otherFirm,
    owner_user_id: names.colleague,
    created_by: names.me,
    report_id: names.id('some report'),
  }),
  'of the second firm on a document of the first': link(names, 'portal document', {
    tenant_id: names.secondFirm,
    created_by: names.portal,
    commission_id: names.id('commission'),
  }),
  'at a firm that left him': link(names, 'portal document elsewhere', {
    tenant_id: names.otherFirm,
    created_by: names.portal,
    commission_id: names.id('commission'),
  }),
})

const links: TableLaw = {
  table: LINK,
  class: 4,
  capabilities: [READ, 'employees.read', 'invoices.read'],
  touch: 'deliverable',
  // Where one other target is named, the table's own check leaves no room for a person.
  implied: { document_links__portal_insert: ['and employee_id IS NULL'] },
  rights: {
    zen_web: {
      select: may(
        every(
          T,
          some(
            scopeAll(READ),
            me('owner_user_id'),
            every(scopeIs(READ, 'assigned'), myJob()),
            every((row) => row['employee_id'] !== null, scopeAll('employees.read')),
            every((row) => row['invoice_id'] !== null, scopeAll('invoices.read')),
          ),
        ),
      ),
      insert: may(every(T, me('created_by'), ownDocument())),
      update: change(every(T, ownDocument()), T, ['commission_id', 'assignment_id', 'report_id', 'deliverable']),
      delete: may(every(T, ownDocument())),
    },
    zen_portal: {
      select: may(every(portal, F, ownDocument())),
      insert: may(every(portal, F, me('created_by'), otherTargets, ownDocument(me('external_owner_id')))),
      delete: may(every(portal, F, me('created_by'))),
    },
    zen_definer: reads(yes),
    zen_worker: {
      select: may(W),
      insert: may(W),
      update: change(W, W, ['commission_id', 'assignment_id', 'report_id', 'deliverable']),
      delete: may(W),
    },
  },
  rows: (names) => ({ ...linksOfStaff(names), ...linksOfPortal(names) }),
}

const tag = (names: Names, word: string, extra: Row = {}): Row => ({
  tenant_id: names.firm,
  document_id: names.id(word),
  key: `k_${names.id(`tag ${word}${JSON.stringify(extra)}`).slice(-12)}`,
  created_by: names.colleague,
  ...extra,
})

const tags: TableLaw = {
  table: 'documents.document_tags',
  class: 4,
  capabilities: [READ],
  rights: {
    zen_web: {
      select: may(every(T, ownDocument())),
      insert: may(every(T, me('created_by'), ownDocument())),
      delete: may(every(T, ownDocument())),
    },
    zen_portal: {
      select: may(every(portal, F, ownDocument())),
      insert: may(every(portal, F, me('created_by'), ownDocument(me('owner_user_id')))),
      delete: may(every(portal, F, me('created_by'))),
    },
    zen_worker: { select: may(W), insert: may(W), delete: may(W) },
  },
  rows: (names) => ({
    mine: tag(names, 'my document', { created_by: names.me }),
    "a colleague's": tag(names, "a colleague's document"),
    "mine on a colleague's": tag(names, "a colleague's document", { created_by: names.me }),
    'in another firm': tag(names, 'document of another firm', { tenant_id: names.otherFirm, created_by: names.me }),
    "the portal user's": tag(names, 'portal document', { created_by: names.portal }),
    "a colleague's on the portal user's": tag(names, 'portal document'),
    "the portal user's on his party's": tag(names, 'document of the same party', { created_by: names.portal }),
    "the portal user's on another's": tag(names, 'document of another portal user', { created_by: names.portal }),
    'of the second firm on a document of the first': tag(names, 'portal document', {
      tenant_id: names.secondFirm,
      created_by: names.portal,
    }),
    'at a firm that left him': tag(names, 'portal document elsewhere', {
      tenant_id: names.otherFirm,
      created_by: names.portal,
    }),
  }),
}

const viewsOfStaff = every(T, me('user_id'))
const viewsOfPortal = every(F, me('user_id'))
const views: TableLaw = {
  table: 'documents.document_views',
  class: 5,
  rights: {
    zen_web: { select: may(viewsOfStaff), insert: may(viewsOfStaff), update: change(viewsOfStaff, viewsOfStaff) },
    zen_portal: {
      select: may(viewsOfPortal),
      insert: may(viewsOfPortal),
      update: change(viewsOfPortal, viewsOfPortal),
    },
    zen_worker: { select: may(W), delete: may(W) },
  },
  rows: (names) => ({
    mine: { tenant_id: names.firm, user_id: names.me },
    "a colleague's": { tenant_id: names.firm, user_id: names.colleague },
    'mine in another firm': { tenant_id: names.otherFirm, user_id: names.me },
    "the portal user's": { tenant_id: names.firm, user_id: names.portal },
    "the portal user's elsewhere": { tenant_id: names.otherFirm, user_id: names.portal },
  }),
  moves: (names) => ({ ...moveTenant(names), user_id: names.id('user of nobody') }),
}

export const documentsLaws: readonly TableLaw[] = [documents, links, tags, views]
