import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { CAPABILITIES, JOB_TEMPLATES } from './capabilities.ts'
import { ERROR_STATUS } from './errors.ts'
import { ALL_OPERATIONS, isAudited, isCommand } from './registry.ts'

const repeated = (values: readonly string[]) => values.filter((value, index) => values.indexOf(value) !== index)

test('every declared operation is listed', () => {
  const folder = new URL('./', import.meta.url)
  const declared = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/^ {2}id: '([a-z]+\.[a-zA-Z]+)'/gm)])
    .map((match) => match[1])
  assert.ok(declared.length > 80)
  assert.deepEqual(ALL_OPERATIONS.map(({ id }) => id).toSorted(), declared.toSorted())
})

test('ids and routes are unique', () => {
  assert.deepEqual(repeated(ALL_OPERATIONS.map(({ id }) => id)), [])
  assert.deepEqual(repeated(ALL_OPERATIONS.map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`)), [])
})

test('ids are module.verbNoun and paths lie under /v1', () => {
  for (const { id, path } of ALL_OPERATIONS) {
    assert.match(id, /^[a-z]+\.[a-z][a-zA-Z]+$/)
    assert.match(path, /^\/v1(\/(:?[a-z_]+[a-z0-9_.-]*))+$/, id)
  }
})

test('path parameters and schema parameters are the same', () => {
  for (const operation of ALL_OPERATIONS) {
    const named = [...operation.path.matchAll(/:(\w+)/g)].map((match) => match[1])
    const shape = 'shape' in operation.params ? Object.keys(operation.params.shape as object) : []
    assert.deepEqual(shape.toSorted(), named.toSorted(), operation.id)
  }
})

test('each command audits or states why not, and no read claims what only a command has', () => {
  for (const operation of ALL_OPERATIONS) {
    if (isCommand(operation)) {
      assert.ok(isAudited(operation) || (operation.auditNone ?? '').length > 10, operation.id)
      assert.equal(operation.recordsAccess, false, operation.id)
    } else assert.equal(operation.auditNone, undefined, operation.id)
  }
})

test('AU-01 whatever an operator may open by its address leaves an event in a support session', () => {
  const addressed = ALL_OPERATIONS.filter(({ path, audiences }) => path.includes(':') && audiences.includes('studio'))
  for (const operation of addressed) {
    if (isCommand(operation)) assert.equal(operation.opens, undefined, operation.id)
    else assert.ok(operation.recordsAccess !== (operation.opens !== undefined), operation.id)
    assert.match(operation.opens ?? 'NOTHING', /^[A-Z][A-Z_]+$/, operation.id)
  }
})

test('each capability and each declared error exists; each audience can hold the capability', () => {
  for (const { id, access, errors, refusals, audiences } of ALL_OPERATIONS) {
    if (typeof access === 'object') assert.ok(CAPABILITIES.includes(access.capability), id)
    assert.equal(audiences.length === 0, access === 'public', id)
    for (const code of [...errors, ...Object.values(refusals)]) assert.ok(code in ERROR_STATUS, `${id} ${code}`)
    assert.deepEqual(repeated(errors), [], id)
    for (const refused of Object.keys(refusals)) assert.ok(!audiences.some((aud) => aud === refused), id)
    const known = new Set<string>(Object.values(JOB_TEMPLATES).flatMap(({ aud }) => aud))
    for (const audience of audiences) assert.ok(known.has(audience), id)
  }
})

test('commands refuse unknown members, queries unknown parameters', () => {
  for (const operation of ALL_OPERATIONS) {
    assert.equal(operation.query.safeParse({ no_such_parameter: '1' }).success, false, operation.id)
    if (!operation.raw) assert.equal(operation.body.safeParse({ no_such_member: 1 }).success, false, operation.id)
  }
})

/** What answers figures of a list, by its filters. */
const FIGURES: ReadonlySet<string> = new Set(['assignments.summarizeAssignments', 'exports.estimateExport'])

test('lists page and know q, its other name search, and not both', () => {
  const lists = ALL_OPERATIONS.filter(({ query }) => query.safeParse({ q: 'x' }).success)
  assert.ok(lists.length >= 14)
  for (const { id, query, ok } of lists) {
    assert.equal((query.parse({ search: ' x ' }) as { q?: string }).q, 'x', id) // every list query has q
    const both = query.safeParse({ q: 'x', search: 'y' })
    assert.deepEqual(
      both.error?.issues.map(({ path }) => path),
      [['search']],
      id,
    )
    assert.equal((query.parse({ q: '' }) as { q?: string }).q, undefined, id)
    assert.equal(query.safeParse({ limit: '201' }).success, false, id)
    if (FIGURES.has(id)) continue
    assert.equal(ok.safeParse({ items: [], next_cursor: null }).success, true, id)
  }
})
