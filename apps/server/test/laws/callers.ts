import assert from 'node:assert/strict'
import { type Capability, defaultGrants, JOB_TEMPLATES, type JobTemplate } from '@zenops/contracts/capabilities'
import { ErrorBody, GENERAL_ERRORS } from '@zenops/contracts/errors'
import { SURFACES, type Surface } from '@zenops/contracts/identity'
import { capabilitiesOf, type Operation } from '@zenops/contracts/kit'
import { z } from 'zod'
import { uuidv7 } from '../../src/platform/ids.ts'
import { addressOf, type Firm, type House, type TestActor } from '../harness/house.ts'

const GRANTED = new Set(defaultGrants().map((grant) => `${grant.job_template} ${grant.capability}`))
export const holds = (template: JobTemplate, capability: Capability): boolean =>
  GRANTED.has(`${template} ${capability}`)

/** The table lets a template in: it holds the capability asked for, or the other one that opens the operation. */
export const mayCall = (template: JobTemplate, operation: Operation): boolean =>
  typeof operation.access === 'string' || capabilitiesOf(operation.access).some((one) => holds(template, one))

export const templatesOf = (surface: Surface): JobTemplate[] =>
  (Object.keys(JOB_TEMPLATES) as JobTemplate[]).filter((key) =>
    (JOB_TEMPLATES[key].aud as readonly string[]).includes(surface),
  ) // keys of the table

export const surfacesOf = (operation: Operation): Surface[] =>
  SURFACES.filter((surface) => operation.audiences.includes(surface))

/** A job template that may call the operation on a surface, by the capability table. */
export const allowedTemplate = (operation: Operation, surface: Surface): JobTemplate | undefined => {
  return templatesOf(surface).find((template) => mayCall(template, operation))
}

/** People of each job on each surface, made when first asked for. */
export function crowdOf(house: House, firm: Firm) {
  const known = new Map<string, Promise<TestActor>>()
  const tenantOf: Readonly<Record<Surface, string>> = {
    web: firm.tenantId,
    portal: house.config.ZENOPS_EXTERNAL_TENANT_ID,
    studio: house.config.ZENOPS_INTERNAL_TENANT_ID,
  }
  return (template: JobTemplate, surface: Surface): Promise<TestActor> => {
    const key = `${template} ${surface}`
    const made = async (): Promise<TestActor> => {
      const isPortal = key === 'portal_user portal'
      const one = isPortal ? firm.portal : await house.member(tenantOf[surface], template, surface)
      // A factor just proven: what is asked behind the step-up is looked at here, the step-up itself elsewhere.
      await house.sql('update identity.auth_families set stepped_up_at = now() where user_id = $1', [one.userId])
      return one
    }
    const found = known.get(key) ?? made()
    known.set(key, found)
    return found
  }
}
export type Crowd = ReturnType<typeof crowdOf>

/** Somebody who may call the operation: signed in with the right job, or nobody where it is public. */
export async function callerOf(house: House, crowd: Crowd, operation: Operation): Promise<TestActor> {
  if (operation.access === 'public' || operation.access === 'ticket') return house.anon
  for (const surface of surfacesOf(operation)) {
    const template = allowedTemplate(operation, surface)
    if (template) return crowd(template, surface)
  }
  throw new Error(`no job template may call ${operation.id}`)
}

export const paramNames = (operation: Operation): string[] =>
  [...operation.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')

/** Ids of nothing, for every parameter that is an id; a word where the schema wants one. */
export const ghostParams = (operation: Operation): Record<string, string> =>
  Object.fromEntries(
    paramNames(operation).map((name) => {
      const shape = operation.params instanceof z.ZodObject ? (operation.params.shape as Record<string, z.ZodType>) : {}
      const candidates = [uuidv7(), '1', 'evidence', 'a', 'A.B']
      return [name, candidates.find((value) => shape[name]?.safeParse(value).success) ?? uuidv7()]
    }),
  )

export interface Raw {
  readonly query?: Record<string, string>
  readonly params?: Record<string, string>
  readonly payload?: string
  readonly headers?: Record<string, string>
}
export interface WireReply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

/** Calls as they stand on the wire: any text as body, any header. */
export const rawCaller =
  (house: () => House) =>
  (actor: TestActor, operation: Operation, raw: Raw = {}): Promise<WireReply> =>
    sendRaw(house().server(actor.surface), { actor, operation, raw })

type Server = ReturnType<House['server']>
async function sendRaw(server: Server, call: { actor: TestActor; operation: Operation; raw: Raw }): Promise<WireReply> {
  const { actor, operation, raw } = call
  const response = await server.inject({
    method: operation.method,
    url: addressOf(operation, {
      params: raw.params ?? ghostParams(operation),
      ...(raw.query ? { query: raw.query } : {}),
    }),
    headers: {
      ...(actor.token ? { authorization: `Bearer ${actor.token}` } : {}),
      ...(raw.payload === undefined ? {} : { 'content-type': 'application/json' }),
      'idempotency-key': uuidv7(),
      ...raw.headers,
    },
    ...(raw.payload === undefined ? {} : { payload: raw.payload }),
  })
  return { status: response.statusCode, headers: response.headers, text: response.body }
}

/** The failure's four members, its trace, and that the operation declares its code. */
export function failureOf(operation: Operation, reply: WireReply): ErrorBody {
  const parsed: unknown = JSON.parse(reply.text)
  assert.deepEqual(
    Object.keys(parsed as object).sort(),
    ['details', 'error_code', 'message', 'trace_id'],
    `${operation.id}: ${reply.text}`,
  )
  const body = ErrorBody.parse(parsed)
  assert.equal(reply.headers['x-trace-id'], body.trace_id, operation.id)
  const declared: readonly string[] = [
    ...GENERAL_ERRORS,
    ...operation.errors,
    ...Object.values(operation.refusals),
    'AUTH_STEP_UP_REQUIRED',
  ]
  assert.ok(
    declared.includes(body.error_code),
    `${operation.id} answered ${body.error_code}, which it does not declare`,
  )
  return body
}

export const hasBody = (operation: Operation): boolean => !operation.raw && !(operation.body instanceof z.ZodUndefined)
