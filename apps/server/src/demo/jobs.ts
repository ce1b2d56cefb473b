import type { AssignmentStatus } from '@zenops/contracts/assignment-states'
import { createAssignment, listAssignments, moveAssignment, putFloors } from '@zenops/contracts/assignments'
import { createProperty } from '@zenops/contracts/directory'
import { sql } from 'kysely'
import { type App, assignmentOperations, type ReportFact } from '../app.ts'
import type { JobTemplate } from '@zenops/contracts/capabilities'
import { type DemoActor, demoActor } from './caller.ts'
import { type Catalogue, loadCatalogue } from './catalogue.ts'

/** People are named by their part in a job, with a number; nobody is invented. */
const borrowerNo = (place: number): string => `Borrower ${String(142 + place).padStart(4, '0')}`

const PLACES = [
  { city: 'Belgaum', village: 'Tilakwadi', postal_code: '590006', latitude: 15.8391, longitude: 74.5105 },
  { city: 'Belgaum', village: 'Shahapur', postal_code: '590003', latitude: 15.8472, longitude: 74.5187 },
  { city: 'Mudhol', village: 'Mudhol', postal_code: '587313', latitude: 16.3349, longitude: 75.2861 },
  { city: 'Hubballi', village: 'Vidyanagar', postal_code: '580021', latitude: 15.3725, longitude: 75.1191 },
] as const
const WORDS = ['Flat', 'House', 'Residential plot', 'Shop', 'Farm house'] as const
const PRIORITIES = ['normal', 'normal', 'high', 'low', 'urgent'] as const

/** How many jobs rest in each state, forty in all. */
const SPREAD: readonly (readonly [AssignmentStatus, number])[] = [
  ['DRAFT', 5],
  ['COLLECTING', 10],
  ['QC_PENDING', 5],
  ['CHANGES_REQUESTED', 3],
  ['QC_APPROVED', 3],
  ['FINALIZED', 3],
  ['DELIVERED', 3],
  ['BILLED', 2],
  ['PAID', 2],
  ['CLOSED', 2],
  ['CANCELLED', 2],
]
/** The way to each state from DRAFT. */
const TO_QC = ['COLLECTING', 'QC_PENDING'] as const
const TO_DELIVERY = [...TO_QC, 'QC_APPROVED', 'FINALIZED', 'DELIVERED'] as const
const WAYS: Readonly<Record<AssignmentStatus, readonly AssignmentStatus[]>> = {
  DRAFT: [],
  COLLECTING: ['COLLECTING'],
  QC_PENDING: TO_QC,
  CHANGES_REQUESTED: [...TO_QC, 'CHANGES_REQUESTED'],
  QC_APPROVED: TO_DELIVERY.slice(0, 3),
  FINALIZED: TO_DELIVERY.slice(0, 4),
  DELIVERED: TO_DELIVERY,
  BILLED: [...TO_DELIVERY, 'BILLED'],
  PAID: [...TO_DELIVERY, 'BILLED', 'PAID'],
  CLOSED: [...TO_DELIVERY, 'BILLED', 'PAID', 'CLOSED'],
  CANCELLED: ['COLLECTING', 'CANCELLED'],
}
const NOTES: Readonly<Partial<Record<AssignmentStatus, string>>> = {
  CHANGES_REQUESTED: 'The built-up area differs from the approved plan.',
  CANCELLED: 'The borrower withdrew the loan application.',
}

const pick = <T>(list: readonly T[], place: number): T => {
  const item = list[place % list.length]
  if (item === undefined) throw new Error('a list of the demo is empty')
  return item
}

interface Cast {
  readonly owner: DemoActor
  readonly opsManager: DemoActor
  readonly valuer: DemoActor
  readonly assistant: DemoActor
}

interface Scene {
  readonly people: Cast
  readonly catalogue: Catalogue
  readonly today: Date
}

const dayFrom = (today: Date, days: number): string =>
  new Date(today.getTime() + days * 86_400_000).toISOString().slice(0, 10)

async function openJob({ people, catalogue, today }: Scene, place: number): Promise<string> {
  const borrower = borrowerNo(place)
  const site = pick(PLACES, place)
  const what = pick(WORDS, place)
  const property = await people.opsManager.does(createProperty, {
    body: {
      ...site,
      // Some ten metres apart, so that no two properties fall into one.
      latitude: (site.latitude + place * 0.0009).toFixed(7),
      name: `${what}, ${site.village}`,
      line_1: `Plot ${place + 11}, ${site.village}`,
      survey_no: `${100 + place}/${(place % 4) + 1}`,
      state: 'Karnataka',
      property_subtype_id: pick(catalogue.subtypes, place),
      coord_source: 'MANUAL',
    },
  })
  const fromBank = place % 4 !== 3
  const branch = pick(catalogue.branches, place)
  const job = await people.opsManager.does(createAssignment, {
    body: {
      title: `${what} at ${site.village}, ${borrower}`,
      borrower_name: borrower,
      borrower_phone: `98450${String(12_000 + place * 37)}`,
      property_id: property.id,
      fee_paise: 250_000 + (place % 6) * 50_000,
      priority: pick(PRIORITIES, place),
      lead_user_id: pick([people.valuer, people.assistant], place % 3).userId,
      due_date: dayFrom(today, (place % 13) - 3),
      ...(fromBank
        ? {
            source_type: 'bank' as const,
            bank_branch_id: branch.id,
            primary_contact_id: branch.contactId,
            loan_product: 'HOME_LOAN' as const,
          }
        : {}),
    },
  })
  if (place % 3 === 0) {
    const items = [
      { name: 'Ground floor', sort_order: 0, area: '82.40' },
      { name: 'First floor', sort_order: 1, area: '76.15' },
    ]
    await people.opsManager.does(putFloors, { params: { id: job.id }, body: { items, expected_version: job.version } })
  }
  return job.id
}

async function walk(people: Cast, id: string, way: readonly AssignmentStatus[]): Promise<void> {
  for (const to_status of way) {
    const note = NOTES[to_status]
    await people.owner.does(moveAssignment, {
      params: { id },
      body: { to_status, ...(note === undefined ? {} : { note }) },
    })
  }
}

/** These jobs were finished on paper: their reports count as ready, packed and released. */
const onPaper = assignmentOperations({
  reportFacts: () =>
    sql<ReportFact>`select 'paper' as report_id, true as ready, 1 as revision, 1 as packed_revision, true as released, null as author_id`,
})

/** Master data and forty jobs over all states, dated around today; nothing when the firm has jobs already. */
export async function loadDemoJobs(app: App, member: (template: JobTemplate) => string): Promise<void> {
  const tenantId = app.services.config.ZENOPS_INTERNAL_TENANT_ID
  const cast = (template: JobTemplate): DemoActor =>
    demoActor(app, [...app.operations, ...onPaper], { userId: member(template), tenantId, template })
  const people: Cast = {
    owner: cast('super_admin'),
    opsManager: cast('ops_manager'),
    valuer: cast('valuer'),
    assistant: cast('assistant_valuer'),
  }
  const catalogue = await loadCatalogue(people.owner)
  const { items } = await people.owner.does(listAssignments, { query: { limit: 1 } })
  if (items.length > 0) return
  const scene: Scene = { people, catalogue, today: app.services.clock.now() }
  // States are dealt in turn, so that each is spread over places, people and due days.
  const states = SPREAD.flatMap(([status, count]) =>
    Array.from({ length: count }, (_, turn) => ({ status, turn })),
  ).sort((a, b) => a.turn - b.turn)
  for (const [place, { status }] of states.entries()) {
    const id = await openJob(scene, place)
    await walk(people, id, WAYS[status])
  }
}
