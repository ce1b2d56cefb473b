import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { AUDIT_ACTIONS, type AuditAction, mayBeAbout, personalFieldsOf } from '../../src/platform/audit/actions.ts'
import { COVERED } from '../../src/platform/audit/personal.ts'
import { mayName } from './audit-fields.ts'

/** An audit event as a house kept it: what it was about and which fields its pictures name. */
export interface Written {
  readonly action: string
  readonly target: string
  readonly fields: readonly string[]
}

/** What a run of tests showed of the product, whichever test did it. */
export interface Proofs {
  readonly written: readonly Written[]
  /** `GET /v1/me` → `ok` and the codes of the refusals that were answered there. */
  readonly answers: Readonly<Record<string, readonly string[]>>
  /** Metric keys of ops events. */
  readonly counted: readonly string[]
}

type Query = <T extends object>(text: string) => Promise<T[]>

/** Where the runner of all tests gathers what they show; a run of a few files gathers nothing. */
// oxlint-disable-next-line node/no-process-env -- no setting of the product: the runner tells it its own tests
export const gatheredIn = (): string | undefined => process.env['ZENOPS_TEST_PROOFS']

const PICTURE = (name: string): string =>
  `case jsonb_typeof(body -> '${name}') when 'object' then body -> '${name}' else '{}' end`
const KEYS = (picture: string): string =>
  `jsonb_path_query_array(body, '$.${picture}.keyvalue().key', '{}', true) as ${picture}`

/** Who stands in events that tests make up (`canonOf`); no event of the product has him. */
export const MADE_UP_ACTOR = '01930000-0000-7000-8000-00000000000b'

/** The events that the product wrote into a database. */
const EVENTS = `(select body from (
    select audit.body_of(canon) as body from audit.inbox union all select body from audit.events) kept
  where body #>> '{actor,user_id}' is distinct from '${MADE_UP_ACTOR}') events`

/** Each of them by its action, target and fields. */
export async function writtenIn(sql: Query): Promise<Written[]> {
  const rows = await sql<{ action: string; target: string; before: string[]; after: string[] }>(`
    select distinct body ->> 'action' as action, body #>> '{target,type}' as target, ${KEYS('before')}, ${KEYS('after')}
    from ${EVENTS}`)
  return rows.map(({ action, target, before, after }) => ({
    action,
    target,
    fields: [...new Set([...before, ...after])].toSorted(),
  }))
}

/** Events that are not as the catalogue declares them: their action, their target, the fields of their pictures. */
export function undeclared(written: readonly Written[]): string[] {
  return written.flatMap(({ action, target, fields }) => {
    if (!isAction(action)) return [`${action} is in no catalogue`]
    const more = fields.filter((field) => field !== '_truncated' && !mayName(action, field))
    return [
      ...(mayBeAbout(action, target) ? [] : [`${action} is about ${target}`]),
      ...more.map((field) => `${action} names ${field}`),
    ]
  })
}
/** Personal fields of events that stand there for all to read. */
async function uncovered(sql: Query): Promise<string[]> {
  const declared = (Object.keys(AUDIT_ACTIONS) as AuditAction[]) // keys of the catalogue
    .flatMap((action) => [...personalFieldsOf(action)].map((field) => `('${action}', '${field}')`))
  const rows = await sql<{ action: string; key: string }>(`
    select distinct body ->> 'action' as action, field.key from ${EVENTS},
      lateral (select * from jsonb_each(${PICTURE('before')}) union all select * from jsonb_each(${PICTURE('after')})) field
    where (body ->> 'action', field.key) in (values ${declared.join(', ')})
      and jsonb_typeof(field.value) <> 'null' and not field.value ? '$p' and field.value <> to_jsonb('${COVERED}'::text)`)
  return rows.map(({ action, key }) => `${action} shows ${key}`)
}

const isAction = (name: string): name is AuditAction => Object.hasOwn(AUDIT_ACTIONS, name)

/** The same operations where probes look by habit. */
const PROBES: Readonly<Record<string, string>> = { '/health': '/v1/health', '/ready': '/v1/ready' }

/** Listens to how a server answers. */
export function listenTo(server: FastifyInstance, answers: Map<string, Set<string>>): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { url = '' } = request.routeOptions
    const route = `${request.method} ${PROBES[url] ?? url}`
    const known = answers.get(route) ?? new Set()
    answers.set(route, known.add(reply.statusCode < 400 ? 'ok' : request.refusedWith))
    done()
  })
}

/**
 * Keeps what a house showed, under a name of its own: no two processes write the same file. Answers which of its events
 * are not as declared.
 */
export async function keepProofs(sql: Query, answers: ReadonlyMap<string, ReadonlySet<string>>): Promise<string[]> {
  const written = await writtenIn(sql)
  const folder = gatheredIn()
  if (folder !== undefined) {
    // Those that tests make up say so: by their type, or by a dimension.
    const counted = await sql<{ metric_key: string }>(
      `select distinct metric_key from ops.events
       where event_type = metric_key and dimensions ->> 'kind' is distinct from 'law'`,
    )
    const proofs: Proofs = {
      // What is not as declared proves nothing: it fails its house.
      written: written.filter((one) => undeclared([one]).length === 0),
      answers: Object.fromEntries([...answers].map(([route, codes]) => [route, [...codes]])),
      counted: counted.map((row) => row.metric_key),
    }
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, `${randomUUID()}.json`), JSON.stringify(proofs))
  }
  return [...undeclared(written), ...(await uncovered(sql))]
}

/** What all houses of a run showed. */
export function readProofs(folder: string): Proofs {
  const kept = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const all = kept.map(
    (name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Proofs, // written by `keepProofs`
  )
  const answers: Record<string, Set<string>> = {}
  for (const [route, codes] of all.flatMap((one) => Object.entries(one.answers)))
    answers[route] = new Set([...(answers[route] ?? []), ...codes])
  return {
    written: all.flatMap((one) => one.written),
    answers: Object.fromEntries(Object.entries(answers).map(([route, codes]) => [route, [...codes]])),
    counted: [...new Set(all.flatMap((one) => one.counted))],
  }
}
