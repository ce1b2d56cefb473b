import { z } from 'zod'
import type { ErrorCode } from './errors.ts'
import { ERROR_STATUS, ErrorBody, GENERAL_ERRORS } from './errors.ts'
import type { Operation } from './kit.ts'

/** A JSON object of the document; its shape is the business of OpenAPI, not of our types. */
export type JsonObject = { [name: string]: unknown }

export interface OpenApiInfo {
  readonly version: string
  readonly title?: string
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objectAt = (value: JsonObject, name: string): JsonObject => {
  const found = value[name]
  return isObject(found) ? found : {}
}

const SIGNED_IN_CODES: ReadonlySet<ErrorCode> = new Set([
  'AUTH_REQUIRED',
  'AUTH_INVALID',
  'AUTH_STALE_PERMISSION',
  'AUTH_BLOCKED',
  'FORBIDDEN',
  'TENANT_NOT_ENABLED',
])
const BODY_CODES: ReadonlySet<ErrorCode> = new Set(['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', 'BAD_REQUEST'])
const usesKey = (operation: Operation): boolean => operation.method === 'POST' && operation.idempotency !== 'ignored'

/** Codes an operation may answer: its own, the refusals of audiences, and the general ones that can reach it. */
export function answerableErrors(operation: Operation): ErrorCode[] {
  const general = GENERAL_ERRORS.filter((code) => {
    if (SIGNED_IN_CODES.has(code)) return operation.access !== 'public'
    if (code === 'IDEMPOTENCY_KEY_REQUIRED') return operation.idempotency === 'required'
    if (code.startsWith('IDEMPOTENCY_')) return usesKey(operation)
    if (BODY_CODES.has(code)) return operation.method !== 'GET'
    return true
  })
  const stepUp: ErrorCode[] = operation.stepUp ? ['AUTH_STEP_UP_REQUIRED'] : []
  return [...new Set([...operation.errors, ...Object.values(operation.refusals), ...stepUp, ...general])]
}

/** Every schema of one direction in one conversion, so that named schemas become shared definitions. */
function convert(schemas: Record<string, z.ZodType>, io: 'input' | 'output') {
  const all = z.toJSONSchema(z.object(schemas), {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // Answers may gain members without breaking anybody.
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  })
  // A copy through JSON sheds what the converter attaches beside the schema.
  const plain: JsonObject = JSON.parse(JSON.stringify(all))
  const definitions = objectAt(plain, '$defs')
  for (const definition of Object.values(definitions)) if (isObject(definition)) delete definition['id']
  return { parts: objectAt(plain, 'properties'), definitions }
}

/** Points every `$ref` to the components, under the name that `rename` gives. */
function relocate(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => relocate(item, rename))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const target = name === '$ref' && typeof member === 'string' ? /^#\/\$defs\/(.+)$/.exec(member)?.[1] : undefined
      return [name, target === undefined ? relocate(member, rename) : `#/components/schemas/${rename(target)}`]
    }),
  )
}

const isNothing = (schema: z.ZodType): boolean => schema instanceof z.ZodUndefined

interface Schemas {
  readonly parts: JsonObject
  readonly components: JsonObject
}

/** Schemas of all operations; a name whose input and output differ appears as `Name` and `NameInput`. */
function collectSchemas(operations: readonly Operation[]): Schemas {
  const inputs: Record<string, z.ZodType> = {}
  const outputs: Record<string, z.ZodType> = { error: ErrorBody }
  for (const operation of operations) {
    inputs[`${operation.id} params`] = operation.params
    inputs[`${operation.id} query`] = operation.query
    if (!isNothing(operation.body)) inputs[`${operation.id} body`] = operation.body
    if (!isNothing(operation.ok)) outputs[`${operation.id} ok`] = operation.ok
  }
  const sent = convert(inputs, 'input')
  const answered = convert(outputs, 'output')
  const differs = (name: string) =>
    name in answered.definitions &&
    JSON.stringify(sent.definitions[name]) !== JSON.stringify(answered.definitions[name])
  const inputName = (name: string) => (differs(name) ? `${name}Input` : name)
  const same = (name: string) => name
  const components: JsonObject = {}
  for (const [name, schema] of Object.entries(answered.definitions)) components[name] = relocate(schema, same)
  for (const [name, schema] of Object.entries(sent.definitions)) {
    components[inputName(name)] = relocate(schema, inputName)
  }
  const parts: JsonObject = {}
  for (const [name, schema] of Object.entries(answered.parts)) parts[name] = relocate(schema, same)
  for (const [name, schema] of Object.entries(sent.parts)) parts[name] = relocate(schema, inputName)
  return { parts, components }
}

const ref = (kind: 'parameters' | 'headers', name: string) => ({ $ref: `#/components/${kind}/${name}` })

function parametersOf(operation: Operation, { parts }: Schemas): JsonObject[] {
  const list = (place: 'path' | 'query', part: string): JsonObject[] => {
    const schema = objectAt(parts, part)
    const required = Array.isArray(schema['required']) ? schema['required'] : []
    return Object.entries(objectAt(schema, 'properties')).map(([name, value]) => {
      const { description, ...rest } = isObject(value) ? value : {}
      return {
        name,
        in: place,
        required: place === 'path' || required.includes(name),
        ...(description === undefined ? {} : { description }),
        ...(rest['type'] === 'array' ? { style: 'form', explode: true } : {}),
        schema: rest,
      }
    })
  }
  const versioned = JSON.stringify(parts[`${operation.id} body`] ?? {}).includes('"expected_')
  return [
    ...list('path', `${operation.id} params`),
    ...list('query', `${operation.id} query`),
    ref('parameters', 'traceparent'),
    ...(usesKey(operation)
      ? [ref('parameters', operation.idempotency === 'required' ? 'IdempotencyKeyRequired' : 'IdempotencyKey')]
      : []),
    ...(versioned ? [ref('parameters', 'IfMatch')] : []),
  ]
}

const headers = (...extra: readonly string[]): JsonObject =>
  Object.fromEntries(
    ['X-Trace-Id', 'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', ...extra].map((name) => [
      name,
      ref('headers', name),
    ]),
  )

const SUCCESS = { 200: 'Done', 201: 'Created', 202: 'Accepted', 204: 'Done, nothing to say' } as const

function responsesOf(operation: Operation, { parts }: Schemas): JsonObject {
  const responses: JsonObject = {}
  const schema = parts[`${operation.id} ok`]
  const type = operation.produces ?? 'application/json'
  const content =
    schema === undefined && operation.produces === undefined
      ? {}
      : { content: { [type]: schema === undefined ? {} : { schema } } }
  const replay = usesKey(operation) && !operation.secretAnswer ? ['Idempotent-Replay'] : []
  for (const status of [operation.status, ...operation.alsoStatus]) {
    responses[status] = { description: SUCCESS[status], headers: headers(...replay), ...content }
  }
  const byStatus = Map.groupBy(answerableErrors(operation), (code) => ERROR_STATUS[code])
  for (const [status, codes] of [...byStatus].toSorted(([a], [b]) => a - b)) {
    responses[status] = {
      description: codes.join(', '),
      headers: headers(...(status === 429 || status === 503 ? ['Retry-After'] : [])),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      'x-error-codes': codes,
    }
  }
  return responses
}

function bodyOf(operation: Operation, { parts }: Schemas): JsonObject {
  if (operation.raw && operation.method !== 'GET') {
    return { requestBody: { required: true, content: { 'application/octet-stream': {} } } }
  }
  const schema = parts[`${operation.id} body`]
  if (schema === undefined) return {}
  const required = !operation.body.safeParse(undefined).success
  return { requestBody: { required, content: { 'application/json': { schema } } } }
}

function describeOperation(operation: Operation, schemas: Schemas): JsonObject {
  const { access } = operation
  return {
    operationId: operation.id,
    tags: [operation.id.split('.', 1)[0]],
    summary: operation.summary,
    security: access === 'public' ? [] : access === 'ticket' ? [{ bearer: [] }, {}] : [{ bearer: [] }],
    ...(typeof access === 'object'
      ? { 'x-capability': access.capability, ...(access.or === undefined ? {} : { 'x-capability-or': access.or }) }
      : { 'x-access': access }),
    ...(operation.audiences.length > 0 ? { 'x-audiences': operation.audiences } : {}),
    'x-step-up': operation.stepUp,
    'x-body-limit': operation.bodyLimit,
    parameters: parametersOf(operation, schemas),
    ...bodyOf(operation, schemas),
    responses: responsesOf(operation, schemas),
  }
}

const key = { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', minLength: 1, maxLength: 120 } }
const PARAMETERS: JsonObject = {
  traceparent: {
    name: 'traceparent',
    in: 'header',
    required: false,
    description: 'W3C trace context; without it a new trace begins',
    schema: { type: 'string', pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' },
  },
  IdempotencyKey: { ...key, required: false, description: 'repeating the request with it acts once; kept for 24 h' },
  IdempotencyKeyRequired: { ...key, required: true, description: 'repeating the request acts once; kept for 24 h' },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'the version this change is based on, instead of the member of the body',
    schema: { type: 'string', maxLength: 60 },
  },
}

const header = (description: string, type = 'integer'): JsonObject => ({ description, schema: { type } })
const HEADERS: JsonObject = {
  'X-Trace-Id': header('id of the trace, the same in logs and audit', 'string'),
  'RateLimit-Limit': header('requests allowed in the window'),
  'RateLimit-Remaining': header('requests left in the window'),
  'RateLimit-Reset': header('seconds until the window ends'),
  'Retry-After': header('seconds to wait'),
  'Idempotent-Replay': header('true when a kept answer is sent again', 'string'),
}

/** The OpenAPI 3.1 document of the operations; equal operations give the same document. */
export function buildOpenApi(operations: readonly Operation[], info: OpenApiInfo): JsonObject {
  const schemas = collectSchemas(operations)
  const paths: Record<string, JsonObject> = {}
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}')
    const item = (paths[path] ??= {})
    item[operation.method.toLowerCase()] = describeOperation(operation, schemas)
  }
  const components = Object.entries(schemas.components).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    openapi: '3.1.0',
    info: { title: info.title ?? 'ZenOps', version: info.version },
    tags: [...new Set(operations.map(({ id }) => id.split('.', 1)[0]))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(components),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}
