import { createHash } from 'node:crypto'
import { compileOnly, type Database } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { exportScope } from '../../../platform/exports/db-storage.ts'
import type { Attempt, ExportSource, TakeBlock } from '../../../platform/exports/engine.ts'
import { firmsOfPerson } from '../queries/standing.ts'
import { EXPORT_SECTIONS, type ExportSection } from '../rules/personal-data.ts'
import type { PersonFile } from './family.ts'
import { type After, contactProfile, OF_FIRM, OF_IDENTITY, PAGE, type Whose } from './sections.ts'

const SCHEMA_VERSION = 1

/** Pages of rows of a section, in an order that does not change. */
async function* pagesOf(database: Database, job: PersonFile, section: ExportSection): AsyncGenerator<unknown[]> {
  const whose: Whose = { userId: job.subject_id, at: job.started_at ?? job.created_at }
  const rowsOf = (rows: readonly { row: unknown }[]): unknown[] => rows.map((one) => one.row)
  if (job.subject_kind === 'contact') {
    if (section !== 'profile') return
    const [rows] = await database.read(
      exportScope(job.tenant_id),
      contactProfile(job.tenant_id, job.subject_id).compile(compileOnly),
    )
    return yield rowsOf(rows)
  }
  const everywhere = OF_IDENTITY[section]
  if (everywhere) {
    const [rows] = await database.read(authScope(), everywhere(whose).compile(compileOnly))
    yield rowsOf(rows)
  }
  const inFirm = OF_FIRM[section]
  if (!inFirm) return
  const [firms] = await database.read(authScope(), firmsOfPerson(job.subject_id).compile(compileOnly))
  for (const { tenant_id } of firms) {
    let key: After = null
    for (;;) {
      const [rows]: readonly [{ row: unknown; at: string; id: string }[]] = await database.read(
        exportScope(tenant_id),
        inFirm(whose, key).compile(compileOnly),
      )
      yield rowsOf(rows)
      const last = rows.at(-1)
      if (rows.length < PAGE || !last) break
      key = [last.at, last.id]
    }
  }
}

/** The whole file as blocks: sections, then a manifest that sums up the bytes in front of it. */
async function copyFile(database: Database, { job }: Pick<Attempt<PersonFile>, 'job'>, take: TakeBlock): Promise<void> {
  const digest = createHash('sha256')
  const counts: Record<string, number> = {}
  const say = async (text: string, rows: number): Promise<void> => {
    const bytes = Buffer.from(text)
    digest.update(bytes)
    await take(bytes, rows)
  }
  for (const [place, section] of EXPORT_SECTIONS.entries()) {
    counts[section] = 0
    await say(`${place === 0 ? '{' : ','}${JSON.stringify(section)}:[`, 0)
    for await (const rows of pagesOf(database, job, section)) {
      const begun = counts[section] > 0
      if (rows.length > 0) await say((begun ? ',' : '') + rows.map((row) => JSON.stringify(row)).join(','), rows.length)
      counts[section] += rows.length
    }
    await say(']', 0)
  }
  const manifest = {
    schema_version: SCHEMA_VERSION,
    request_id: job.id,
    generated_at: job.started_at ?? job.created_at,
    sha256: digest.digest('hex'),
    counts,
  }
  await take(Buffer.from(`,"manifest":${JSON.stringify(manifest)}}\n`), 0)
}

/** One part: all that is kept about a person when the file was begun. */
export const personSource = (database: Database): ExportSource<PersonFile> => ({
  plan: async (attempt, stored) => ({
    truncated: false,
    parts:
      stored.length > 0
        ? []
        : [{ epoch: null, first_seq: null, last_seq: null, copy: (take) => copyFile(database, attempt, take) }],
  }),
})
