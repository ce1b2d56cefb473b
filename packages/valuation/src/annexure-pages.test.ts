import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { AnnexureGrouping } from '@zenops/contracts/report-ruleset'
import {
  ANNEXURE_SHEET,
  type AnnexureImage,
  annexurePages,
  fitImage,
  layOut,
  orientationOf,
  paginate,
} from './annexure-pages.ts'

const SIZES: Record<string, [number, number]> = { P: [900, 1_200], L: [1_200, 900], W: [2_400, 1_000] }
/** Boxes carry four places of a millimetre. */
const ROUNDING = 0.001
const STANDARD: AnnexureGrouping = { min: 2, max: 4, preferred: 2 }
const image = (letter: string, id: number, more: Partial<AnnexureImage> = {}): AnnexureImage => {
  const [width, height] = SIZES[letter] ?? [1, 1]
  return {
    id: `e${String(id).padStart(3, '0')}`,
    evidence_type: 'PHOTO',
    tags: { category: 'exterior' },
    annexure_order: id,
    created_at: '2026-11-01T00:00:00.000Z',
    width,
    height,
    ...more,
  }
}
const images = (letters: string) => [...letters].map((letter, index) => image(letter, index))
const sizes = (letters: string, grouping = STANDARD) =>
  paginate(images(letters), grouping)
    .map((page) => page.length)
    .join('+')

describe('RP-16 pagination', () => {
  for (const [letters, pages] of [
    ['L', '1'],
    ['PPPP', '4'],
    ['PPPPP', '2+3'],
    ['PPPPPP', '4+2'],
    ['LL', '2'],
    ['LLL', '3'],
    ['LLLL', '2+2'],
    ['LLLLL', '2+3'],
    ['LPP', '3'],
    ['LPPL', '2+2'],
    ['LPPLPP', '3+3'],
    ['WWW', '3'],
    ['WWWW', '2+2'],
    ['', ''],
  ] as const) {
    test(letters || 'nothing', () => assert.equal(sizes(letters), pages))
  }
  test('LLLL with four preferred', () => assert.equal(sizes('LLLL', { ...STANDARD, preferred: 4 }), '4'))
  test('41 landscape photos make 19 pages of two and one of three', () => {
    assert.equal(sizes('L'.repeat(41)), [...Array<string>(19).fill('2'), '3'].join('+'))
  })
  test('a preference on the first image of a page counts for that page', () => {
    const wished = images('LLLLLL').map((one, index) => (index === 0 ? { ...one, group_hint: { preferred: 4 } } : one))
    assert.deepEqual(
      paginate(wished, STANDARD).map((page) => page.length),
      [4, 2],
    )
  })
  test('at most as many as allowed; single images only when they may stand alone', () => {
    assert.equal(sizes('PPPP', { min: 2, max: 2, preferred: 2 }), '2+2')
    assert.equal(sizes('LLL', { min: 1, max: 2, preferred: 2 }), '2+1')
  })
  test('every image appears once, in order, and never alone', () => {
    const letters = fc.string({ unit: fc.constantFrom('P', 'L', 'W'), minLength: 2, maxLength: 60 })
    const preferred = fc.constantFrom(2, 3, 4)
    fc.assert(
      fc.property(letters, preferred, (text, wish) => {
        const all = images(text)
        const pages = paginate(all, { ...STANDARD, preferred: wish })
        assert.deepEqual(pages.flat(), all)
        assert.ok(pages.every((page) => page.length >= 2 && page.length <= 4))
      }),
    )
  })
  test('orientation', () => {
    const of = (width: number, height: number) => orientationOf({ width, height })
    assert.deepEqual([of(95, 100), of(96, 100), of(199, 100), of(200, 100)], ['P', 'L', 'L', 'W'])
  })
})

describe('8.3 cells', () => {
  const layouts = (letters: string) => layOut(images(letters)).layout
  test('layouts', () => {
    assert.deepEqual(['L', 'LL', 'PP', 'LP', 'LLL', 'PLP', 'PPPP'].map(layouts), [
      'ONE',
      'TWO_ROWS',
      'TWO_COLUMNS',
      'TWO_ROWS',
      'THREE_ROWS',
      'ONE_OVER_TWO',
      'FOUR',
    ])
  })
  test('the landscape one of three lies across the top', () => {
    const { cells } = layOut(images('PLP'))
    assert.deepEqual(
      cells.map((cell) => cell.evidence_item_id),
      ['e001', 'e000', 'e002'],
    )
    assert.equal(cells[0]?.box_mm.width, 174)
    assert.equal(cells[1]?.box_mm.width, 84.5)
  })
  test('cells stay inside the margins and 5 mm apart', () => {
    const { margin, heading, width, height, gap } = ANNEXURE_SHEET
    for (const letters of ['L', 'LL', 'PP', 'LLL', 'LPP', 'PPPP']) {
      const boxes = layOut(images(letters)).cells.map((cell) => cell.box_mm)
      for (const [index, a] of boxes.entries()) {
        assert.ok(a.x >= margin && a.x + a.width <= width - margin + ROUNDING)
        assert.ok(a.y >= margin + heading && a.y + a.height <= height - margin + ROUNDING)
        for (const b of boxes.slice(index + 1)) {
          const apart = Math.max(b.x - a.x - a.width, b.y - a.y - a.height, a.x - b.x - b.width, a.y - b.y - b.height)
          assert.ok(apart >= gap - ROUNDING, letters)
        }
      }
    }
  })
  test('images are centred and never enlarged beyond 96 dpi', () => {
    const cell = { x: 18, y: 30, width: 174, height: 122 }
    const small = fitImage(cell, { width: 96, height: 96 })
    assert.deepEqual(small, { x: 92.3, y: 78.3, width: 25.4, height: 25.4 })
    const large = fitImage(cell, { width: 4_000, height: 3_000 })
    assert.equal(large.height, 122)
    assert.ok(Math.abs(large.width / large.height - 4 / 3) < 1e-4)
  })
})

describe('8.3 sections', () => {
  const of = (id: number, more: Partial<AnnexureImage>) => image('L', id, { tags: {}, ...more })
  const all = [
    of(1, { evidence_type: 'SCREENSHOT', tags: { category: 'route_map' } }),
    of(2, { evidence_type: 'DOCUMENT', doc_type: 'SALE_DEED' }),
    of(3, {}),
    of(4, { evidence_type: 'GEO', tags: { category: 'gps' } }),
    of(5, { tags: { category: 'interior' } }),
    of(6, { evidence_type: 'SCREENSHOT' }),
    of(7, { tags: { category: 'exterior' } }),
    of(8, { evidence_type: 'DOCUMENT', doc_type: 'GUIDELINE_SHEET' }),
    of(9, { evidence_type: 'SCREENSHOT', tags: { category: 'google_map' } }),
    of(10, { evidence_type: 'DOCUMENT', doc_type: 'RTC' }),
  ]
  const laid = (documents: boolean) =>
    annexurePages(all, { grouping: STANDARD, documents }).map(({ heading, pages }) => [
      heading,
      pages.flatMap((page) => page.cells.map((cell) => Number(cell.evidence_item_id.slice(1)))),
    ])
  const pictures = [
    ['SITE IMAGES', [7, 5, 4, 3]],
    ['GUIDELINE VALUE', [8]],
    ['GOOGLE MAP', [9, 1, 6]],
  ]
  test('fixed headings in their order, documents only on demand, nothing for an empty one', () => {
    assert.deepEqual(laid(false), pictures)
    assert.deepEqual(laid(true), [...pictures, ['DOCUMENTS', [10, 2]]])
    assert.deepEqual(annexurePages([], { grouping: STANDARD, documents: true }), [])
  })
})
