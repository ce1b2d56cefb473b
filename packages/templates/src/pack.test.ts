import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type AnnexureSection, annexureSections } from './annexures.ts'
import { builtInTemplate } from './build/builtin.ts'
import { type Form, FORMS, formOf } from './build/bank-formats.ts'
import { buildDocx, sectionProperties } from './build/docx-builder.ts'
import { docx, lines, textsOf, withParts, xmlOf } from './docx-for-tests.ts'
import type { PackImage } from './media.ts'
import { formTemplate, type PackFamily, type PackRequest, renderPack, verifyPack } from './pack.ts'
import { PACK_LIMITS, readZip } from './package-zip.ts'
import { sampleSources } from './sample-data.ts'
import { templateData } from './template-data.ts'

const image: PackImage = {
  bytes: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]),
  mime: 'image/jpeg',
  width: 1600,
  height: 1200,
}
const images = Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [id, { ...image }]))
const cell = (image_id: string, y_mm: number) => ({ image_id, x_mm: 18, y_mm, width_mm: 174, height_mm: 122 })
const annexures: AnnexureSection[] = [
  { heading: 'GOOGLE MAP', pages: [{ layout: '1', cells: [cell('d', 30)] }] },
  { heading: 'SITE IMAGES', pages: [{ layout: '2', cells: [cell('a', 30), cell('b', 157)] }] },
  { heading: 'GUIDELINE VALUE', pages: [{ layout: '1', cells: [cell('c', 30)] }] },
  { heading: 'DOCUMENTS', pages: [] },
]
const properties = { title: 'Valuation', author: 'Sample Valuers', created: '2026-04-08T05:30:00Z' }

function request(family: PackFamily, more: Partial<PackRequest> = {}): PackRequest {
  const variant = more.variant ?? 'LAND_BUILDING'
  return {
    family,
    variant,
    bankType: 'PSU_GENERIC',
    data: templateData(sampleSources(variant)),
    images,
    annexures,
    properties,
    ...more,
  }
}

const CASES: [PackFamily, PackRequest['variant'], string, boolean][] = [
  ['SBI_FORMAT_A', 'LAND_BUILDING', 'PSU_GENERIC', true],
  ['SBI_FORMAT_A', 'UNIT', 'SBI', true],
  ['BOI_PSU_GENERIC', 'LAND_BUILDING', 'SBI', true],
  ['BOI_PSU_GENERIC', 'UNIT', 'PSU_GENERIC', true],
  ['COOP_GENERIC', 'LAND_BUILDING', 'COOP', false],
  ['AGRI_GENERIC', 'LAND_BUILDING', 'PSU_GENERIC', true],
  ['AGRI_GENERIC', 'LAND_BUILDING', 'COOP', false],
]

for (const [family, variant, bankType, covered] of CASES) {
  test(`RP-26 ${family} ${variant} for ${bankType} is complete, in the form's order, ${covered ? 'with' : 'without'} cover`, async () => {
    const { docx: bytes, cover } = await renderPack(request(family, { variant, bankType }))
    const texts = textsOf(bytes)
    assert.equal(cover, covered ? 'TWO_PAGES' : 'NONE')
    assert.equal(texts.includes('VALUATION SUMMARY TABLE'), covered)
    assert.equal(texts.includes('Dear Sir / Madam,'), covered)
    assert.deepEqual(missingItems(formOf(formTemplate({ family, variant })), texts), [])
    assert.equal(
      texts.some((text) => text.includes('{{') || text.includes('}}')),
      false,
    )
    assert.deepEqual(verifyPack(bytes).problems, [])
  })
}

/** Items whose label does not follow the one before. */
function missingItems(form: Form, texts: readonly string[]): string[] {
  let at = texts.indexOf(form.title.toUpperCase())
  assert.ok(at >= 0, 'the title of the form is printed')
  const missing: string[] = []
  for (const section of form.sections) {
    for (const item of section.items) {
      const next = texts.findIndex(
        (text, index) => index >= at && (text === item.label || text.replace(/^\w+\. /, '') === item.label),
      )
      if (next < 0) missing.push(`${section.key} ${item.no} ${item.label}`)
      else at = next
    }
  }
  return missing
}

test('RP-26 a missing guideline prints NA for guideline and book value, whatever the blank mark is', async () => {
  const sources = sampleSources()
  const {
    guideline_rate_input: _rate,
    guideline_lines: _lines,
    ...inputs
  } = sources.contract.valuation_inputs as Record<string, unknown> // the sample's own object
  const { book_value: _book, guideline_total: _total, ...computed } = sources.computed
  const standardized = { ...(computed.standardized_rates as object), guideline_rate_per_sqm: null } // the sample's own object
  const words = { ...(computed.value_in_words as object), book: null } // the sample's own object
  const data = templateData({
    ...sources,
    contract: { ...sources.contract, valuation_inputs: inputs },
    computed: { ...computed, standardized_rates: standardized, value_in_words: words },
  })
  const { docx: bytes } = await renderPack(request('SBI_FORMAT_A', { data, options: { blankMark: '-' } }))
  const texts = textsOf(bytes)
  const after = (label: RegExp, from = 0) =>
    texts[texts.findIndex((text, index) => index >= from && label.test(text)) + 1]
  const form = texts.findIndex((text) => text.startsWith('FORMAT A'))
  assert.equal(after(/^Guideline rate obtained/, form), 'NA')
  assert.equal(after(/^Book value of the above/, form), 'NA')
  assert.equal(after(/^Guideline value \(= book value\)/), 'NA')
})

test('RP-26 the letter alone covers DPR, TEV and stage reports', async () => {
  for (const family of ['DPR', 'TEV', 'STAGE_PROGRESS'] as const) {
    const { docx: bytes, cover } = await renderPack(request(family))
    const texts = textsOf(bytes)
    assert.deepEqual(
      [cover, texts.includes('Dear Sir / Madam,'), texts.includes('VALUATION SUMMARY TABLE')],
      ['LETTER', true, false],
    )
  }
})

test('RP-27 checklist and enclosures print unticked although the internal checklist is complete', async () => {
  const sources = sampleSources()
  const manual = { ...(sources.contract.manual_fields as object), checklist_json: { all: true } } // the sample's own object
  const { docx: bytes } = await renderPack(
    request('SBI_FORMAT_A', {
      data: templateData({ ...sources, contract: { ...sources.contract, manual_fields: manual } }),
    }),
  )
  const symbols = xmlOf(bytes).match(/<w:sym [^>]*>/g) ?? []
  assert.equal(symbols.length, 4 + 21 * 2)
  assert.equal(
    symbols.every((symbol) => symbol.includes('F0A8')),
    true,
  )
})

test('RP-27 depreciation appears as a percentage only, outside floor tables', async () => {
  const { docx: bytes } = await renderPack(request('SBI_FORMAT_A', { variant: 'UNIT' }))
  const texts = textsOf(bytes)
  const at = texts.findIndex((text) => text.startsWith('Depreciation percentage assuming'))
  assert.equal(texts[at + 1], '3.38 %')
  assert.equal(texts.filter((text) => text.startsWith('Depreciation Rs')).length, 0)
})

test('RP-29 annexure headings stand in order on each page, without captions, each image embedded once', async () => {
  const { docx: bytes, images: count } = await renderPack(request('COOP_GENERIC', { bankType: 'COOP' }))
  const texts = textsOf(bytes)
  const headings = texts.filter((text) => /^(SITE IMAGES|GUIDELINE VALUE|GOOGLE MAP|DOCUMENTS)$/.test(text))
  assert.deepEqual(headings, ['SITE IMAGES', 'GUIDELINE VALUE', 'GOOGLE MAP'])
  const tail = texts.slice(texts.indexOf('SITE IMAGES')).filter((text) => text !== '')
  assert.deepEqual(tail, headings)
  assert.equal(count, 4)
  assert.equal([...readZip(bytes, PACK_LIMITS).keys()].filter((name) => name.startsWith('word/media/')).length, 4)
})

test('annexure cells have exact rows and fitted images, never enlarged beyond 96 dpi', async () => {
  const small = { ...image, width: 96, height: 48 }
  const { docx: bytes } = await renderPack(
    request('COOP_GENERIC', { bankType: 'COOP', images: { ...images, a: small } }),
  )
  const xml = xmlOf(bytes)
  assert.match(xml, /<wp:extent cx="914400" cy="457200"\/>/)
  assert.deepEqual(xml.match(/<w:trHeight [^>]*w:hRule="exact"[^>]*>/g)?.slice(0, 2), [
    '<w:trHeight w:val="6916" w:hRule="exact"/>',
    '<w:trHeight w:val="284" w:hRule="exact"/>',
  ])
  const ids = [...xml.matchAll(/<wp:docPr id="(\d+)"/g)].map((match) => Number(match[1]))
  assert.deepEqual(
    ids,
    ids.map((_, index) => index + 1),
  )
})

test('pages of the paginator become annexure pages; one wide image lies across the top of three', async () => {
  const box = (x: number, y: number, width: number) => ({ x, y, width, height: 122 })
  const cells = [
    { evidence_item_id: 'a', box_mm: box(18, 30, 174) },
    { evidence_item_id: 'b', page: 2, box_mm: box(18, 157, 84.5) },
    { evidence_item_id: 'c', box_mm: box(107.5, 157, 84.5) },
  ]
  const sections = annexureSections([{ heading: 'SITE IMAGES', pages: [{ layout: 'ONE_OVER_TWO', cells }] }])
  const given = { a: image, 'b#2': { ...image }, c: { ...image } }
  const xml = xmlOf((await renderPack(request('COOP_GENERIC', { annexures: sections, images: given }))).docx)
  const grid = xml.slice(xml.lastIndexOf('<w:tblGrid>'))
  assert.deepEqual(
    grid.match(/<w:gridCol w:w="\d+"\/>/g),
    ['4791', '283', '4791'].map((width) => `<w:gridCol w:w="${width}"/>`),
  )
  assert.equal(grid.match(/<w:gridSpan w:val="3"\/>/g)?.length, 1)
  assert.equal(grid.match(/<w:drawing>/g)?.length, 3)
})

test('progress is told in order and a missing image fails with its name', async () => {
  const steps: string[] = []
  await renderPack(request('COOP_GENERIC', { onProgress: (step) => void steps.push(step) }))
  assert.deepEqual(steps, ['fill', 'images', 'annexures', 'assemble', 'verify'])
  await assert.rejects(renderPack(request('COOP_GENERIC', { images: {} })), { code: 'IMAGE_MISSING' })
})

test('rows beyond those of the form are printed, and the floor table shows each floor with its computed figures', async () => {
  const sources = sampleSources()
  const sheet = {
    ...(sources.contract.cost_sheet as object),
    extra_items: {
      rows: [
        { key: 'portico', label: 'x', amount: 150000 },
        { key: 'ramp', label: 'Ramp of the basement', amount: 75000 },
      ],
    },
  } // the sample's own object
  const data = templateData({ ...sources, contract: { ...sources.contract, cost_sheet: sheet } })
  const texts = textsOf((await renderPack(request('SBI_FORMAT_A', { data }))).docx)
  const portico = texts.indexOf('Portico')
  assert.equal(texts[portico + 3], '1,50,000')
  const ramp = texts.indexOf('Ramp of the basement')
  assert.ok(ramp > texts.indexOf('Extra steel / collapsible gates') && texts[ramp + 3] === '75,000')
  const floor = texts.indexOf('Ground floor', texts.indexOf('1. Floor-wise cost table'))
  assert.deepEqual(texts.slice(floor, floor + 8), [
    'Ground floor',
    '6,100 sq. ft',
    '3.2',
    '3',
    '1,100 per sq. ft',
    '67,10,000',
    '2,26,462.50',
    '64,83,537.50',
  ])
})

test('an uploaded form keeps its styles beside those of the cover and may place the annexures itself', async () => {
  const own = withParts(
    docx(
      `<w:p><w:pPr><w:pStyle w:val="SectionHead"/></w:pPr><w:r><w:t>{{property.address}}</w:t></w:r></w:p>${lines('{{annexures}}')}`,
    ),
    {
      'word/styles.xml':
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="30"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style><w:style w:type="paragraph" w:styleId="SectionHead"><w:name w:val="Section Head"/><w:basedOn w:val="Normal"/><w:rPr><w:i/></w:rPr></w:style></w:styles>',
    },
  )
  const { docx: bytes, images: count } = await renderPack(request('SBI_FORMAT_A', { templates: { form: own } }))
  assert.match(xmlOf(bytes), /<w:pStyle w:val="SectionHead_2"\/>/)
  const styles = xmlOf(bytes, 'word/styles.xml')
  assert.match(styles, /w:styleId="SectionHead_2">.*<w:basedOn w:val="Normal_2"\/>.*<w:i\/>/)
  assert.match(xmlOf(bytes), /<w:pageBreakBefore\/>(?:(?!<w:p>).)*<w:t>SITE IMAGES/)
  assert.match(styles, /w:styleId="Normal_2">.*?<w:sz w:val="30"\/>/)
  assert.equal(count, 4)
})

test('a section without headers shows no header of the one before, and a draft marks all', async () => {
  const { docx: bytes } = await renderPack(request('SBI_FORMAT_A', { draft: true }))
  const parts = readZip(bytes, PACK_LIMITS)
  const headers = [...parts.keys()].filter((name) => /^word\/header\d+\.xml$/.test(name))
  const marked = headers.filter((name) => xmlOf(bytes, name).includes('string="DRAFT"'))
  const used = new Set([...xmlOf(bytes).matchAll(/<w:headerReference [^>]*r:id="(\w+)"/g)].map((match) => match[1]))
  assert.equal(used.size, 3)
  assert.equal(marked.length, 3)
})

test('verify finds placeholders that are left, headings out of order and images that are not there', () => {
  const left = buildDocx({
    title: 'x',
    body: lines('{{left}}', 'B', 'A') + sectionProperties({ margin: 1000, header: true }),
    header: '<w:p/>',
    footer: '<w:p/>',
  })
  const verdict = verifyPack(left, { order: ['A', 'B'], images: 1 })
  assert.deepEqual(verdict.problems, [
    'word/document.xml: a placeholder is left: {{left}}',
    '"B" is missing or out of order',
    '0 of 1 images are embedded',
  ])
})

test('built-in templates are the same bytes on every call and their data file is the one of the forms', () => {
  assert.deepEqual(builtInTemplate('SBI_UNDER_5CR_V1'), builtInTemplate('SBI_UNDER_5CR_V1'))
  const file: { forms: unknown[] } = JSON.parse(
    readFileSync(new URL('../data/bank-formats.json', import.meta.url), 'utf8'),
  )
  assert.equal(FORMS.length, file.forms.length)
  for (const item of FORMS.flatMap((form) => form.sections.flatMap((section) => section.items))) {
    assert.equal(typeof item.no === 'string' && typeof item.label === 'string' && typeof item.type === 'string', true)
  }
})
