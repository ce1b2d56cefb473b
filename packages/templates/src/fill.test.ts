import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { docx, lines, rows, runs, textsOf, withParts, xmlOf } from './docx-for-tests.ts'
import { fillTemplate } from './fill.ts'
import { TemplateError } from './template-error.ts'

const fill = (body: string, data: Record<string, unknown>, options = {}) =>
  textsOf(fillTemplate(docx(body), data, options))

test('RP-25 a placeholder split over five runs is found and keeps the look of its first run', () => {
  const split = `<w:p>${runs('Owner: {')}<w:r><w:rPr><w:b/></w:rPr><w:t>{pa</w:t></w:r>${runs('rty.ow', 'ner_', 'name}', '} end')}</w:p>`
  const filled = fillTemplate(docx(split), { party: { owner_name: 'A & B <Sons>' } })
  assert.deepEqual(textsOf(filled), ['Owner: A & B <Sons> end'])
  const bold = `<w:p>${runs('x ')}<w:r><w:rPr><w:b/></w:rPr><w:t>{{na</w:t></w:r>${runs('me}} y')}</w:p>`
  assert.match(
    xmlOf(fillTemplate(docx(bold), { name: 'N' })),
    /<w:rPr><w:b\/><\/w:rPr><w:t xml:space="preserve">N<\/w:t>/,
  )
})

test('tabs, breaks and neighbours of a placeholder stay where they are', () => {
  const body = '<w:p><w:r><w:t>a</w:t><w:tab/><w:t>{{x}}</w:t><w:br/><w:t>b {{y}} c</w:t></w:r></w:p>'
  const xml = xmlOf(fillTemplate(docx(body), { x: 1, y: 2 }))
  const order = [...xml.matchAll(/<w:t [^>]*>([^<]*)<|<w:t>([^<]*)<|<w:(tab|br)\/>/g)].map(
    (match) => match[1] ?? match[2] ?? match[3],
  )
  assert.deepEqual(order, ['a', 'tab', '1', 'br', 'b ', '2', ' c'])
})

test('loops repeat lines, rows and words, nested and with the number of the round', () => {
  const data = {
    docs: [
      { name: 'Deed', pages: [1, 2] },
      { name: 'Plan', pages: [] },
    ],
    owner: 'O',
  }
  assert.deepEqual(fill(lines('{{#each docs as d}}', '{{d_no}}. {{d.name}} of {{owner}}', '{{/each}}', 'end'), data), [
    '1. Deed of O',
    '2. Plan of O',
    'end',
  ])
  const nested = '{{#each docs as d}}{{d.name}}({{#each d.pages as p}}p{{p}} {{else}}none{{/each}}); {{/each}}'
  assert.deepEqual(fill(lines(nested), data), ['Deed(p1 p2 ); Plan(none); '])
  const table = rows(['No', 'Name'], ['{{#each docs as d}}{{d_no}}', '{{d.name}}{{/each}}'], ['', 'total'])
  assert.deepEqual(fill(table, data), ['No', 'Name', '1', 'Deed', '2', 'Plan', '', 'total'])
})

test('a loop in the only cell of a row repeats the row; marks in rows of their own disappear', () => {
  const data = { xs: ['a', 'b'] }
  const one = xmlOf(fillTemplate(docx(rows(['{{#each xs as x}}{{x}}{{/each}}'])), data))
  assert.equal(one.match(/<w:tr>/g)?.length, 2)
  const framed = xmlOf(fillTemplate(docx(rows(['{{#each xs as x}}', ''], ['{{x}}', 'k'], ['{{/each}}', ''])), data))
  assert.equal(framed.match(/<w:tr>/g)?.length, 2)
})

test('a row can be repeated and chosen at once, and a table without rows goes', () => {
  const table = rows(['{{#each rows as r}}{{#if r.key != "gate"}}{{r.key}}', '{{r.amount|num}}{{/if}}{{/each}}'])
  const data = {
    rows: [
      { key: 'gate', amount: 1 },
      { key: 'ramp', amount: 100000 },
    ],
  }
  assert.deepEqual(fill(table, data), ['ramp', '1,00,000'])
  assert.doesNotMatch(xmlOf(fillTemplate(docx(table), { rows: [] })), /<w:tbl>/)
})

test('conditions choose words, lines and tables, with else', () => {
  const body =
    lines('{{#if n > 3}}many{{else}}few{{/if}} left', '{{#if ok}}', 'shown') +
    rows(['in table']) +
    lines('{{else}}', 'hidden', '{{/if}}')
  assert.deepEqual(fill(body, { n: 4, ok: true }), ['many left', 'shown', 'in table'])
  assert.deepEqual(fill(body, { n: 3, ok: false }), ['few left', 'hidden'])
})

test('a mark in the middle of a line splits the line', () => {
  assert.deepEqual(fill(lines('before {{#if yes}}start', 'end{{/if}} after'), { yes: true }), [
    'before ',
    'start',
    'end',
    ' after',
  ])
})

test('absent values print the blank mark, guideline and book value NA whatever the mark is', () => {
  const body = lines(
    '{{a}}|{{b|default:none}}|{{computed.book_value|rs}}|{{computed.guideline_total|rs}}|{{zero}}|{{a|inr}}',
  )
  assert.deepEqual(fill(body, { zero: 0, computed: {} }, { blankMark: '-' }), ['-|none|NA|NA|0|-'])
})

test('data is never read as a template', () => {
  const hostile = { name: '{{secret}} {{#each x as y}}', secret: 'S' }
  const [line] = fill(lines('{{name}}'), hostile)
  assert.equal(line, '{ {secret}} { {#each x as y}}')
})

test('text with line breaks and control characters makes sound XML', () => {
  const xml = xmlOf(fillTemplate(docx(lines('{{t}}')), { t: 'one\ntwo\u0000\u0007 \ud800' }))
  assert.match(xml, /one<\/w:t><w:br\/><w:t xml:space="preserve">two \ufffd/)
})

test('headers are filled; clauses become paragraphs and may hold placeholders, not themselves', () => {
  const header = lines('{{firm.name}}')
  const filled = fillTemplate(
    docx(lines('{{clause oath}}', 'x {{clause short}}'), header),
    { firm: { name: 'F' }, n: 7 },
    { clauses: { oath: 'I declare {{n}}.\nI sign.', short: 'brief {{n}}' } },
  )
  assert.deepEqual(textsOf(filled), ['I declare 7.', 'I sign.', 'x brief 7'])
  assert.deepEqual(textsOf(filled, 'word/header1.xml'), ['F'])
  assert.throws(
    () => fillTemplate(docx(lines('{{clause a}}')), {}, { clauses: { a: 'x {{clause a}}' } }),
    TemplateError,
  )
  assert.throws(() => fillTemplate(docx(lines('{{clause gone}}')), {}), { code: 'CLAUSE_MISSING' })
})

test('RP-27 a tick table prints its rows with empty boxes only', () => {
  const table = { columns: ['Document', 'Received', 'Reviewed'], rows: ['Deed', 'Plan'] }
  const data = { manual_fields: { checklist_json: { Deed: true, Plan: true } } }
  const filled = fillTemplate(docx(lines('{{tick_table LIST}}')), data, { tickTables: { LIST: table } })
  const xml = xmlOf(filled)
  assert.equal(xml.match(/w:char="F0A8"/g)?.length, 4)
  assert.deepEqual([...new Set(xml.match(/w:char="\w+"/g))], ['w:char="F0A8"'])
  assert.ok(textsOf(filled).includes('Plan'))
})

test('errors name placeholder and place', () => {
  const wrong = (body: string, data = {}) => {
    try {
      fillTemplate(docx(body), data)
    } catch (error) {
      assert.ok(error instanceof TemplateError)
      return [error.code, error.placeholder, error.location]
    }
    return null
  }
  assert.deepEqual(wrong(rows(['a', '{{x|inr}}']), { x: 'text' }), [
    'TYPE_ERROR',
    '{{x|inr}}',
    'document, table 1, row 1, cell 2',
  ])
  assert.deepEqual(wrong(lines('a', '{{#if x}} open')), ['UNBALANCED', '{{#if x}}', 'document, paragraph 2'])
  assert.deepEqual(wrong(lines('{{x y}}')), ['UNKNOWN_PLACEHOLDER', '{{x y}}', 'document, paragraph 1'])
  assert.deepEqual(wrong(rows(['{{#if x}}']) + lines('{{/if}}'), { x: 1 })?.[0], 'UNBALANCED')
  assert.deepEqual(
    wrong(lines('{{#each x as y}}{{y}}{{/each}}'), { x: Array.from({ length: 3_000 }, () => 1) })?.[0],
    'TOO_MANY_ROWS',
  )
})

test('a part with a document type is refused', () => {
  const bad = withParts(docx(lines('x')), { 'word/header1.xml': '<!DOCTYPE x [<!ENTITY a "b">]><w:hdr/>' })
  assert.throws(() => fillTemplate(bad, {}), { code: 'UNSAFE_CONTENT' })
})

test('a draft is marked in the header of each kind of page; properties carry the given time only', () => {
  const drafted = fillTemplate(
    docx(lines('x')),
    {},
    { draft: true, properties: { title: 'T', author: 'A', created: '2026-04-08T05:30:00.000Z' } },
  )
  assert.match(xmlOf(drafted, 'word/header1.xml'), /string="DRAFT"/)
  assert.match(xmlOf(drafted, 'docProps/core.xml'), /<dcterms:created xsi:type="dcterms:W3CDTF">2026-04-08T05:30:00Z</)
})

test('RP-28 the same template, data and options give the same bytes in any time zone and locale', async () => {
  const program = `
    const { renderPack } = await import(${JSON.stringify(new URL('./pack.ts', import.meta.url).href)})
    const { templateData } = await import(${JSON.stringify(new URL('./template-data.ts', import.meta.url).href)})
    const { sampleSources } = await import(${JSON.stringify(new URL('./sample-data.ts', import.meta.url).href)})
    const image = { bytes: new Uint8Array([1, 2, 3]), mime: 'image/jpeg', width: 40, height: 30 }
    const annexures = [{ heading: 'SITE IMAGES', pages: [{ layout: '1', cells: [{ image_id: 'a', x_mm: 18, y_mm: 30, width_mm: 174, height_mm: 240 }] }] }]
    const pack = await renderPack({ family: 'SBI_FORMAT_A', variant: 'LAND_BUILDING', bankType: 'SBI', data: templateData(sampleSources()), images: { a: image }, annexures, draft: true, properties: { title: 'T', author: 'A', created: '2026-04-08T05:30:00Z' } })
    const { createHash } = await import('node:crypto')
    process.stdout.write(createHash('sha256').update(pack.docx).digest('hex'))`
  const run = async (env: Record<string, string>) => {
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program]
    return (await promisify(execFile)(process.execPath, args, { env: { PATH: '/usr/bin', ...env } })).stdout
  }
  const [here, there] = await Promise.all([
    run({ TZ: 'Asia/Kolkata', LANG: 'en_IN.UTF-8' }),
    run({ TZ: 'America/St_Johns', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' }),
  ])
  assert.match(here, /^[0-9a-f]{64}$/)
  assert.equal(here, there)
})

test('RP-28 one changed value changes the bytes', () => {
  const hash = (data: Record<string, unknown>) =>
    createHash('sha256')
      .update(fillTemplate(docx(lines('{{a}}')), data))
      .digest('hex')
  assert.equal(hash({ a: 1 }), hash({ a: 1 }))
  assert.notEqual(hash({ a: 1 }), hash({ a: 2 }))
})
