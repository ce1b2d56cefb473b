import assert from 'node:assert/strict'
import { createBank } from '@zenops/contracts/directory'
import { createReport, getReport, moveReport, patchContract } from '@zenops/contracts/reports'
import { linkEvidence } from '@zenops/contracts/reports-evidence'
import type { InputOf, OutputOf } from '@zenops/contracts/kit'
import { type DocumentDesk, pdfBytes } from './documents.ts'
import type { House, TestActor } from './house.ts'
import { drawPhoto, type PhotoWish } from './photo-fixture.ts'

type Patch = Record<string, unknown>
export type Change = OutputOf<typeof patchContract>

/** A report of a test: calls with its id filled in. */
export interface ReportDesk {
  readonly id: string
  readonly assignmentId: string
  patch(patch: Patch, more?: { expected?: number; reason?: string; by?: TestActor }): Promise<Change>
  detail(): Promise<OutputOf<typeof getReport>>
  move(
    status: 'EVIDENCE_PENDING' | 'DATA_PENDING' | 'READY_FOR_RENDER' | 'CANCELLED' | 'CLOSED',
    reason?: string,
  ): Promise<OutputOf<typeof moveReport>>
}

type NewReport = Partial<InputOf<typeof createReport>['body']>

export async function openReport(actor: TestActor, body: NewReport = {}): Promise<ReportDesk> {
  const { work_order } = await actor.ok(createReport, {
    body: { source_type: 'TENANT', report_type: 'VALUATION', bank_name: 'Test Finance', ...body },
  })
  const params = { id: work_order.id }
  const detail: ReportDesk['detail'] = () => actor.ok(getReport, { params })
  return {
    id: work_order.id,
    assignmentId: work_order.assignment_id,
    detail,
    patch: async (patch, { expected, reason, by = actor } = {}) =>
      by.ok(patchContract, {
        params,
        body: {
          patch,
          expected_version: expected ?? (await detail()).work_order.contract_version,
          ...(reason === undefined ? {} : { reason }),
        },
      }),
    move: (status, reason) =>
      actor.ok(moveReport, { params, body: { status, ...(reason === undefined ? {} : { reason }) } }),
  }
}

/** A contract that lacks nothing of the base readiness. */
export const COMPLETE: Patch = {
  party: { bank_name: 'Test Finance', owner_name: 'A. Owner', borrower_name: 'B. Borrower' },
  property: { address: '12, Market Road, Belgaum', property_type: 'HOUSE', land_area: { value: 1200, unit: 'sqft' } },
  valuation_inputs: {
    land_value: 2_000_000,
    building_value: 3_000_000,
    market_rate_input: { value: 2000, unit: 'sqft' },
  },
}

const SMALL = { width: 320, height: 240 } as const

/** A photo that is uploaded to the report's job; its document id. */
export async function uploadPhoto(
  desk: DocumentDesk,
  actor: TestActor,
  at: { assignmentId: string; wish: PhotoWish },
): Promise<string> {
  const bytes = await drawPhoto({ ...SMALL, ...at.wish })
  const name = { filename: `photo-${at.wish.seed}.jpg`, content_type: 'image/jpeg', purpose: 'photo' } as const
  return (await desk.upload(actor, bytes, { ...name, assignment_id: at.assignmentId, classification: 'site_photo' })).id
}

export const uploadPaper = async (
  desk: DocumentDesk,
  actor: TestActor,
  at: { assignmentId: string; text: string },
): Promise<string> =>
  (await desk.upload(actor, pdfBytes(at.text), { filename: `${at.text}.pdf`, assignment_id: at.assignmentId })).id

/** Six site photos: what the profile of any other bank asks. */
export async function linkSixPhotos(desk: DocumentDesk, actor: TestActor, report: ReportDesk): Promise<string[]> {
  const documents: string[] = []
  for (let seed = 1; seed <= 6; seed++)
    documents.push(await uploadPhoto(desk, actor, { assignmentId: report.assignmentId, wish: { seed } }))
  await actor.ok(linkEvidence, {
    params: { id: report.id },
    body: {
      items: documents.map((document_id) => ({
        document_id,
        evidence_type: 'PHOTO' as const,
        tags: { category: 'exterior' },
      })),
    },
  })
  return documents
}

/** A report that may become READY: complete contract, six photos, accepted. */
export async function readyToRender(desk: DocumentDesk, actor: TestActor): Promise<ReportDesk> {
  const report = await openReport(actor)
  await report.patch(COMPLETE)
  await linkSixPhotos(desk, actor, report)
  await report.move('DATA_PENDING')
  return report
}

/** A bank of the firm's master data. */
export const makeBank = async (actor: TestActor, name: string): Promise<string> =>
  (await actor.ok(createBank, { body: { name } })).id

/** The refusal with this status and code; its first detail. */
export function refused(
  reply: { status: number; error: { error_code: string; details: readonly Record<string, unknown>[] } },
  status: number,
  code: string,
): Record<string, unknown> {
  assert.equal(reply.error?.error_code, code, JSON.stringify(reply.error))
  assert.equal(reply.status, status)
  return reply.error.details[0] ?? {}
}

/** Row counts of the module's tables, for proving that a read wrote nothing. */
export async function rowCounts(house: House): Promise<Record<string, number>> {
  const tables = await house.sql<{ name: string }>(
    `select table_schema || '.' || table_name as name from information_schema.tables where table_schema in ('reports', 'assignments', 'audit', 'documents') order by 1`,
  )
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    counts[name] = Number((await house.sql<{ n: string }>(`select count(*)::text as n from ${name}`))[0]?.n)
  }
  return counts
}
