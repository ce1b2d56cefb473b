import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { autoOrder, autoOrderNumbers, byAnnexureOrder, type EvidenceItem } from './evidence-order.ts'

const item = (
  id: string,
  evidence_type: EvidenceItem['evidence_type'],
  more: Partial<EvidenceItem> = {},
): EvidenceItem => ({
  id,
  evidence_type,
  created_at: '2026-11-01T00:00:00.000Z',
  ...more,
})
const category = (name: string) => ({ tags: { category: name } })
const ids = (items: readonly EvidenceItem[]) => items.map(({ id }) => id)

describe('RP-15 automatic order', () => {
  test('the example', () => {
    const items = [
      item('document', 'DOCUMENT', { annexure_order: 1 }),
      item('route map', 'SCREENSHOT', category('route_map')),
      item('interior', 'PHOTO', category('interior')),
      item('exterior B', 'PHOTO', category('exterior')),
      item('exterior A', 'PHOTO', { ...category('exterior'), annexure_order: 3 }),
      item('GPS', 'GEO', category('gps')),
      item('untagged photo', 'PHOTO'),
    ]
    const before = structuredClone(items)
    const expected = ['exterior A', 'exterior B', 'interior', 'GPS', 'route map', 'untagged photo', 'document']
    assert.deepEqual(ids(autoOrder(items)), expected)
    assert.deepEqual(autoOrderNumbers(items)[0], { id: 'exterior A', annexure_order: 1 })
    assert.deepEqual(items, before)
  })
  test('documents among themselves', () => {
    const types = [
      'EC',
      'SALE_DEED',
      'LAYOUT_PLAN',
      'NA_ORDER',
      'COMPLETION_CERTIFICATE',
      'BUILDING_PERMISSION',
      'RTC',
    ] as const
    const items = types.map((doc_type) => item(doc_type, 'DOCUMENT', { doc_type }))
    assert.deepEqual(ids(autoOrder(items)), [...types].reverse())
  })
  test('other kinds behind the tagged ones', () => {
    const items = [
      item('other', 'OTHER'),
      item('document', 'DOCUMENT'),
      item('photo', 'PHOTO'),
      item('geo', 'GEO'),
      item('screenshot', 'SCREENSHOT'),
      item('guideline', 'SCREENSHOT', category('guideline')),
    ]
    assert.deepEqual(ids(autoOrder(items)), [...ids(items)].reverse())
  })
  test('lists: order, then creation, then id; unordered last', () => {
    const items = [
      item('d', 'PHOTO'),
      item('c', 'PHOTO'),
      item('b', 'PHOTO', { created_at: '2026-10-01T00:00:00.000Z' }),
      item('a', 'PHOTO', { annexure_order: 9 }),
    ]
    assert.deepEqual(ids(items.toSorted(byAnnexureOrder)), ['a', 'b', 'c', 'd'])
  })
})
