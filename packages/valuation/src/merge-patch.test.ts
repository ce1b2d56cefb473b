import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { applyPatch, sameJson } from './merge-patch.ts'

/** RFC 7396, section 2, as it stands there. */
function reference(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const out: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key]
    else out[key] = reference(out[key], value)
  }
  return out
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g')
const scalar = fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.boolean())
const row = fc.dictionary(key, scalar, { maxKeys: 3, noNullPrototype: true })
const document = (leaf: fc.Arbitrary<unknown>) =>
  fc.letrec((tie) => ({
    object: fc.dictionary(key, tie('value'), { maxKeys: 6, noNullPrototype: true }),
    value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(row, { maxLength: 3 }), tie('object')),
  })).object as fc.Arbitrary<Record<string, unknown>> // a dictionary by construction
const stored = document(scalar)
const patch = document(fc.oneof(scalar, fc.constant(null)))

describe('RP-04 merge patch', () => {
  const contract = {
    property: { city: 'Mysuru', address: '1 Main Road', floors: [{ label: 'GF' }, { label: 'FF' }] },
    annexures: { items: [{ label: 'front' }] },
  }
  test('a patch of one field leaves lists untouched', () => {
    const { contract: next, changes } = applyPatch(contract, { property: { city: 'Hassan' } })
    assert.deepEqual(next, { ...contract, property: { ...contract.property, city: 'Hassan' } })
    assert.deepEqual(changes, [{ path: 'property.city', before: 'Mysuru', after: 'Hassan' }])
    assert.equal(contract.property.city, 'Mysuru')
  })
  test('a list is replaced as a whole', () => {
    const { contract: next, changes } = applyPatch(contract, { property: { floors: [{ label: 'Stilt' }] } })
    assert.deepEqual(next.property.floors, [{ label: 'Stilt' }])
    assert.deepEqual(changes, [
      { path: 'property.floors', before: contract.property.floors, after: [{ label: 'Stilt' }] },
    ])
  })
  test('null clears, a whole section too', () => {
    const { contract: next, changes } = applyPatch(contract, { property: { address: null }, annexures: null })
    assert.deepEqual(next, { property: { city: 'Mysuru', floors: contract.property.floors } })
    assert.deepEqual(changes, [
      { path: 'property.address', before: '1 Main Road', after: null },
      { path: 'annexures.items', before: contract.annexures.items, after: null },
    ])
  })
  test('what is there already changes nothing', () => {
    const again = applyPatch(contract, {
      property: { city: 'Mysuru', floors: [{ label: 'GF' }, { label: 'FF' }], pin: null },
    })
    assert.deepEqual(again.changes, [])
    assert.deepEqual(again.contract, contract)
  })
  test('random patches equal a reference merge', () => {
    fc.assert(
      fc.property(stored, patch, (target, change) => {
        const before = structuredClone(target)
        assert.deepEqual(applyPatch(target, change).contract, reference(target, change))
        assert.deepEqual(target, before)
      }),
      { numRuns: 1_000 },
    )
  })
  test('a patch of forty random paths equals a reference merge', () => {
    const path = fc.array(key, { minLength: 1, maxLength: 4 })
    const step = fc.tuple(path, fc.oneof(scalar, fc.constant(null)))
    const forty = fc.array(step, { minLength: 40, maxLength: 40 })
    const nested = (steps: [string[], unknown][]) =>
      steps.reduce((all: unknown, [at, value]) => {
        const one = at.reduceRight((inner: unknown, name) => ({ [name]: inner }), value)
        return typeof all === 'object' ? mergeKeepingNull(all as object, one as object) : one // both are objects
      }, {})
    fc.assert(
      fc.property(stored, forty, (target, steps) => {
        const change = nested(steps) as object // built from objects
        assert.deepEqual(applyPatch(target, change).contract, reference(target, change))
      }),
    )
  })
  test('no change is reported exactly when nothing but empty objects differs', () => {
    const leaves = (value: unknown, at: string): [string, unknown][] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([name, member]) => leaves(member, `${at}/${name}`))
        : [[at, value]]
    fc.assert(
      fc.property(stored, patch, (target, change) => {
        const { contract: next, changes } = applyPatch(target, change)
        const same = sameJson(Object.fromEntries(leaves(target, '')), Object.fromEntries(leaves(next, '')))
        assert.equal(changes.length === 0, same)
      }),
      { numRuns: 1_000 },
    )
  })
})

/** Lays one patch over another without losing the nulls. */
function mergeKeepingNull(a: object, b: object): object {
  const out: Record<string, unknown> = { ...a }
  for (const [name, value] of Object.entries(b)) {
    const was = out[name]
    const both = typeof was === 'object' && was !== null && typeof value === 'object' && value !== null
    out[name] = both ? mergeKeepingNull(was, value) : value
  }
  return out
}
