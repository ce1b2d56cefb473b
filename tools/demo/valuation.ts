import { setTimeout as pause } from 'node:timers/promises'
import { createAssignment } from '@zenops/contracts/assignments'
import { createBank, createProperty } from '@zenops/contracts/directory'
import { confirmUpload, presignUpload } from '@zenops/contracts/documents'
import { createReport, moveReport, patchContract, recalculate } from '@zenops/contracts/reports'
import {
  acceptSuggestion,
  autoOrderEvidence,
  getReportProfiles,
  linkEvidence,
  listSuggestions,
} from '@zenops/contracts/reports-evidence'
import { downloadArtifact, getPackLink } from '@zenops/contracts/reports-packs'
import { createRuleset, publishRuleset } from '@zenops/contracts/reports-rules'
import type { Caller } from './api.ts'
import type { ValuationCase } from './cases.ts'
import { guidelinePicture, mapPicture, paper, type Place, sitePhoto } from './pictures.ts'

export interface Wish {
  readonly one: ValuationCase
  readonly seed: number
  readonly place: Place
  readonly day: string
  readonly contract: Record<string, unknown>
  tell(text: string): void
}
export interface Made {
  readonly derived: Record<string, unknown>
  readonly reference_no: string
  readonly files: readonly { readonly kind: string; readonly bytes: Uint8Array }[]
}

const WAIT_MS = 300_000
/** Photos of a kind beyond what the profile asks, so that the annexures look like those of a real visit. */
const GENEROUS: Readonly<Record<string, number>> = { exterior: 4, interior: 4, surroundings: 2, gps: 2 }

interface File {
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
  readonly evidence_type: string
  readonly doc_type: string | null
  readonly tags: Record<string, string>
}

async function upload(caller: Caller, assignment_id: string, file: File): Promise<string> {
  const { document_id, upload: target } = await caller.does(presignUpload, {
    body: {
      purpose: file.evidence_type === 'DOCUMENT' ? 'evidence' : 'photo',
      assignment_id,
      filename: file.name,
      content_type: file.type,
      size_bytes: file.bytes.byteLength,
      classification: file.evidence_type === 'DOCUMENT' ? 'legal' : 'site_photo',
    },
  })
  if (target?.mode !== 'single') throw new Error('no address for the upload')
  await caller.put(target.url, file.bytes, target.headers)
  await caller.does(confirmUpload, { body: { document_id } })
  return document_id
}

type Requirement = NonNullable<Awaited<ReturnType<typeof profileOf>>>['items'][number]

async function profileOf(caller: Caller, id: string) {
  const { selected } = await caller.does(getReportProfiles, { params: { id } })
  if (!selected) throw new Error('the report has no evidence profile')
  return selected
}

async function picture(
  { seed, place, day }: Wish,
  category: string,
  turn: number,
): Promise<{ bytes: Buffer; type: string; ending: string }> {
  if (category === 'google_map' || category === 'route_map') {
    return { bytes: await mapPicture(place, category === 'route_map'), type: 'image/jpeg', ending: 'jpg' }
  }
  if (category === 'guideline') return { bytes: await guidelinePicture('as entered'), type: 'image/png', ending: 'png' }
  return { bytes: await sitePhoto(seed + turn, place, day), type: 'image/jpeg', ending: 'jpg' }
}

/** Files that satisfy one requirement of the profile. */
async function filesFor(wish: Wish, item: Requirement, turn: number): Promise<File[]> {
  const category = item.tags['category'] ?? 'exterior'
  const type = item.evidence_types[0] ?? 'PHOTO'
  const shared = { evidence_type: type, doc_type: item.doc_type, tags: item.tags }
  if (type === 'DOCUMENT') {
    return [
      { ...shared, name: `${item.key}.pdf`, type: 'application/pdf', bytes: paper(`${item.label}, ${wish.one.id}`) },
    ]
  }
  const count = Math.max(item.min_count, GENEROUS[category] ?? 0)
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { bytes, type: content, ending } = await picture(wish, category, turn * 10 + index)
      const tags = item.tags['category']
        ? item.tags
        : { category: ['exterior', 'interior', 'surroundings', 'gps'][index % 4] ?? 'exterior' }
      return { ...shared, tags, name: `${category}-${index + 1}.${ending}`, type: content, bytes }
    }),
  )
}

async function openReport(caller: Caller, { one }: Wish) {
  const bank = await caller.does(createBank, {
    query: { if_exists: 'return' },
    body: { name: BANKS[one.bank_type] ?? one.bank_kind, bank_type: one.bank_type },
  })
  const property = await caller.does(createProperty, {
    body: {
      name: `${one.title}`.slice(0, 200),
      line_1: 'Plot No. 27',
      city: one.locality.split(',')[0]?.trim() ?? 'Belgaum',
      postal_code: '590001',
    },
  })
  const assignment = await caller.does(createAssignment, {
    body: {
      title: `Valuation: ${one.title}`.slice(0, 200),
      bank_id: bank.id,
      property_id: property.id,
      borrower_name: 'Borrower 0142',
    },
  })
  const { work_order } = await caller.does(createReport, {
    body: {
      source_type: 'TENANT',
      assignment_id: assignment.id,
      report_type: one.report_type,
      bank_id: bank.id,
      bank_type: one.bank_type,
    },
  })
  return { assignment, report: work_order }
}
const BANKS: Readonly<Record<string, string>> = {
  SBI: 'State Bank of India',
  PSU_GENERIC: 'Bank of India',
  COOP: 'Pragati Sahakari Bank',
  AGRI: 'Krishi Gramin Bank',
  OTHER: 'Sahyadri Housing Finance',
}

/** Rules of the case: derived, published, applied. */
async function applyRules(caller: Caller, { one }: Wish, at: { id: string; version: number }) {
  const ruleset = await caller.does(createRuleset, {
    body: {
      version: `${one.id}-${Date.now().toString(36)}`,
      note: one.title.slice(0, 500),
      params: one.ruleset_params,
    },
  })
  await caller.does(publishRuleset, { params: { id: ruleset.id } })
  return caller.does(recalculate, {
    params: { id: at.id },
    body: { ruleset_id: ruleset.id, reason: `Rules of the bank for ${one.id}`, expected_version: at.version },
  })
}

async function collectEvidence(
  caller: Caller,
  wish: Wish,
  at: { report: string; assignment: string },
): Promise<number> {
  const profile = await profileOf(caller, at.report)
  const files = (await Promise.all(profile.items.map((item, turn) => filesFor(wish, item, turn)))).flat()
  const items: {
    document_id: string
    evidence_type: 'PHOTO'
    doc_type: 'OTHER' | null
    tags: Record<string, string>
  }[] = []
  for (const file of files) {
    const document_id = await upload(caller, at.assignment, file)
    // Casts: kinds and doc types come from the profile that the server gave.
    items.push({
      document_id,
      evidence_type: file.evidence_type as 'PHOTO',
      doc_type: file.doc_type as 'OTHER' | null,
      tags: file.tags,
    })
  }
  const linked = await caller.does(linkEvidence, { params: { id: at.report }, body: { items } })
  await caller.does(autoOrderEvidence, {
    params: { id: at.report },
    body: { expected_evidence_version: linked.evidence_version },
  })
  return files.length
}

/** Takes over what the photos say of place and day, as a person would. */
async function takePhotoValues(caller: Caller, id: string, version: number): Promise<number> {
  let at = version
  for (const field_key of ['property.geo', 'valuation_inputs.inspection_date']) {
    const { items } = await caller.does(listSuggestions, {
      params: { id },
      query: { status: ['PENDING'], field_key, limit: 1 },
    })
    const first = items[0]
    if (!first) continue
    const done = await caller.does(acceptSuggestion, { params: { id, sid: first.id }, body: { expected_version: at } })
    at = done.contract_version
  }
  return at
}

type Job = Awaited<ReturnType<typeof linkOf>>['generation_job']
const linkOf = (caller: Caller, id: string) => caller.does(getPackLink, { params: { id } })
const stepOf = (job: Job): string => (job ? `${job.progress.percent} % ${job.progress.step ?? job.status}` : 'waits')

async function waitForPack(caller: Caller, wish: Wish, id: string) {
  const until = Date.now() + WAIT_MS
  let told = ''
  while (Date.now() < until) {
    const { pack, generation_job: job } = await linkOf(caller, id)
    const step = stepOf(job)
    if (step !== told) wish.tell(`pack ${step}`)
    told = step
    if (pack?.status === 'generated') return pack
    if (pack?.status === 'failed') throw new Error(`the pack failed: ${JSON.stringify(job?.error)}`)
    await pause(250)
  }
  throw new Error('the pack took too long')
}

/** One valuation from the empty report to the files of its pack. */
export async function makePack(caller: Caller, wish: Wish): Promise<Made> {
  const { assignment, report } = await openReport(caller, wish)
  const { id } = report
  const typed = await caller.does(patchContract, {
    params: { id },
    body: { patch: wish.contract, expected_version: 0 },
  })
  await applyRules(caller, wish, { id, version: typed.contract_version })
  const count = await collectEvidence(caller, wish, { report: id, assignment: assignment.id })
  wish.tell(`${assignment.code}, ${report.report_no}: ${count} files linked`)
  await takePhotoValues(caller, id, typed.contract_version)
  const data = await caller.does(moveReport, { params: { id }, body: { status: 'DATA_PENDING' } })
  wish.tell(`readiness ${JSON.stringify((data.readiness as { completeness_score: number }).completeness_score)}`)
  const ready = await caller.does(moveReport, { params: { id }, body: { status: 'READY_FOR_RENDER' } })
  const pack = await waitForPack(caller, wish, id)
  for (const warning of pack.warnings) wish.tell(warning.message)
  const files = []
  for (const artifact of pack.artifacts) {
    const { url } = await caller.does(downloadArtifact, { params: { id: pack.id, aid: artifact.id } })
    files.push({ kind: artifact.kind, bytes: await caller.get(url) })
  }
  const preview = await caller.does(patchContract, {
    params: { id },
    body: { patch: {}, expected_version: ready.work_order.contract_version },
  })
  const derived = preview.output_snapshot?.derived_json
  if (!derived) throw new Error('the report has no figures')
  return { derived, reference_no: ready.work_order.reference_no ?? '', files }
}
