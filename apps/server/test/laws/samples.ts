import type { Operation } from '@zenops/contracts/kit'
import { z } from 'zod'
import { uuidv7 } from '../../src/platform/ids.ts'

interface Shape {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly allOf?: readonly Shape[]
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Shape>>
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly items?: Shape
  readonly minItems?: number
  readonly minLength?: number
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly format?: string
}

const TEXTS: Readonly<Record<string, () => string>> = {
  uuid: uuidv7,
  'date-time': () => '2026-11-20T10:00:00.000Z',
  date: () => '2026-11-20',
  email: () => 'someone@test.zenops.local',
  uri: () => 'https://test.zenops.local/',
}

const firstChoice = (shape: Shape): Shape | undefined => (shape.anyOf ?? shape.oneOf ?? shape.allOf)?.[0]

function sample(shape: Shape, root: Shape): unknown {
  const named = shape.$ref === undefined ? undefined : root.$defs?.[shape.$ref.replace('#/$defs/', '')]
  const next = named ?? firstChoice(shape)
  if (next) return sample(next, root)
  const fixed = 'const' in shape ? [shape.const] : shape.enum
  return fixed ? fixed[0] : (OF_TYPE[shape.type ?? '']?.(shape, root) ?? null)
}

/** Cleaned text shows no format in its input schema; its name tells. */
const member = (name: string, shape: Shape, root: Shape): unknown =>
  /(^|_)email$/.test(name) ? TEXTS['email']?.() : sample(shape, root)

const OF_TYPE: Readonly<Record<string, (shape: Shape, root: Shape) => unknown>> = {
  object: (shape, root) =>
    Object.fromEntries(
      (shape.required ?? []).map((name) => [name, member(name, shape.properties?.[name] ?? {}, root)]),
    ),
  array: (shape, root) => Array.from({ length: shape.minItems ?? 0 }, () => sample(shape.items ?? {}, root)),
  string: (shape) => TEXTS[shape.format ?? '']?.() ?? 'a'.repeat(Math.max(3, shape.minLength ?? 0)),
  integer: (shape) => Math.max(1, shape.minimum ?? 1, (shape.exclusiveMinimum ?? 0) + 1),
  number: (shape) => Math.max(1, shape.minimum ?? 1),
  boolean: () => true,
}

const mailed = () => ({ token: 'a'.repeat(43) })
const mailedWithPassword = () => ({ ...mailed(), password: 'a long enough phrase' })

/** Bodies that a schema describes too loosely to make one up. */
const BY_HAND: Readonly<Record<string, () => unknown>> = {
  'identity.acceptInvitation': mailedWithPassword,
  'identity.activateTotp': () => ({ totp_code: '123456' }),
  'identity.confirmEmail': mailed,
  'identity.inspectInvitation': mailed,
  'identity.resetPassword': mailedWithPassword,
  'identity.stepUp': () => ({ method: 'TOTP', code: '123456' }),
  'identity.verifyRegistration': mailedWithPassword,
  'reports.linkEvidence': () => ({ items: [{ document_id: uuidv7(), evidence_type: 'PHOTO' }] }),
}

/** The least body that the contract accepts. Throws when none can be made up and none stands here. */
export function sampleBody(operation: Operation): unknown {
  if (operation.body instanceof z.ZodUndefined) return undefined
  const shape = z.toJSONSchema(operation.body, { io: 'input', unrepresentable: 'any' }) as Shape // JSON Schema, the members used here
  const least = sample(shape, shape)
  const whole = typeof least === 'object' && least !== null ? least : {}
  const versioned = shape.properties?.['expected_version'] ? { ...whole, expected_version: 1 } : whole
  // Where at least one change is demanded, one member after the other is tried.
  const grown = Object.entries(shape.properties ?? {}).map(([name, member]) => ({
    ...versioned,
    [name]: sample(member, shape),
  }))
  const candidates = [BY_HAND[operation.id]?.(), shape.properties ? versioned : least, ...grown]
  const found = candidates.find((body) => body !== undefined && operation.body.safeParse(body).success)
  if (found === undefined)
    throw new Error(`${operation.id}: no sample body; add one by hand. Made up: ${JSON.stringify(versioned)}`)
  return found
}

/** The least query that the contract accepts: its required members alone. */
export function sampleQuery(operation: Operation): Record<string, string> {
  const shape = z.toJSONSchema(operation.query, { io: 'input', unrepresentable: 'any' }) as Shape // JSON Schema, the members used here
  return Object.fromEntries(
    (shape.required ?? []).map((name) => [name, String(sample(shape.properties?.[name] ?? {}, shape))]),
  )
}
