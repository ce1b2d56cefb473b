import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zipSync } from 'fflate'
import { BUILT_IN_KEYS, type BuiltInKey, builtInTemplate } from './build/builtin.ts'
import { checkTemplate } from './check.ts'
import { demandsOf } from './demands.ts'
import { docx, lines, rows, runs, withParts } from './docx-for-tests.ts'
import { KNOWN_PATHS } from './known-paths.ts'
import { readZip } from './package-zip.ts'

const free = { required: [] }
const check = (body: string, demands: Parameters<typeof checkTemplate>[2] = free) =>
  checkTemplate(docx(body), KNOWN_PATHS, demands)
const told = (findings: { placeholder: string; location: string }[]) =>
  findings.map((finding) => [finding.placeholder, finding.location])

test('RP-25 an unknown placeholder is told with its place, also when it is split over five runs', () => {
  const split = `<w:p>${runs('{', '{party.', 'ow', 'nerr', '}}')}</w:p>`
  const result = check(split + rows(['a', '{{property.adress}} {{property.address|upcase}}']))
  assert.equal(result.valid, false)
  assert.deepEqual(told(result.unknown), [
    ['{{party.ownerr}}', 'document, paragraph 1'],
    ['{{property.adress}}', 'document, table 1, row 1, cell 2'],
    ['{{property.address|upcase}}', 'document, table 1, row 1, cell 2'],
  ])
  assert.equal(check(`<w:p>${runs('{', '{party.', 'ow', 'ner_name', '}}')}</w:p>`).valid, true)
})

test('RP-25 unclosed loops, stray ends and braces are unbalanced', () => {
  const result = check(
    lines('{{#each property.floors as f}}', '{{f.label}}', '{{/if}}', '{{else}} {{else}}', 'tail {{ open'),
  )
  assert.equal(result.valid, false)
  assert.deepEqual(
    result.unbalanced.map((finding) => finding.message),
    [
      'This end has no beginning',
      'There is no block to which this else belongs',
      'The block is not closed',
      'Braces without a partner',
    ],
  )
})

test('RP-25 lists as values and filters that do not fit are type errors', () => {
  const result = check(
    lines(
      '{{property.floors}}',
      '{{property.land_area}}',
      '{{party.owner_name|inr}}',
      '{{#each property.demarcated as x}}{{/each}}',
      '{{image party.owner_name}}',
    ),
  )
  assert.deepEqual(
    result.type_errors.map((finding) => finding.message),
    [
      'A list is used as a value',
      'A area is used as a value',
      '"inr" does not print a text',
      'A bool is no list',
      'An image is expected',
    ],
  )
  assert.equal(
    check(
      lines(
        '{{#each property.floors as f}}{{f.area|sqm}} {{f_no}}{{/each}}{{cost_sheet.services.rows.pavement.amount|rs}}{{form.any.thing}}',
      ),
    ).valid,
    true,
  )
})

test('RP-25 a family demands values, words, owner, address and signatory', () => {
  const result = check(
    lines('{{computed.fmv_say|rs}} {{computed.fmv_say|words}} {{party.owner_name}} {{property.address}}'),
    demandsOf('SBI_FORMAT_A'),
  )
  assert.equal(result.valid, false)
  assert.deepEqual(result.missing, [
    { path: 'signatory.name', severity: 'error' },
    { path: 'report.reference_no', severity: 'warning' },
  ])
  assert.deepEqual(check(lines('no pages'), demandsOf('ANNEXURES')).missing, [{ path: 'annexures', severity: 'error' }])
})

test('RP-25 macros, embedded objects and external links are told with their place', () => {
  const rels =
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x/image" Target="https://evil.example/a.png" TargetMode="External"/></Relationships>'
  const bytes = withParts(docx(lines('x')), {
    'word/vbaProject.bin': 'x',
    'word/embeddings/oleObject1.bin': 'x',
    'word/_rels/header1.xml.rels': rels,
  })
  const result = checkTemplate(bytes, KNOWN_PATHS, free)
  assert.equal(result.valid, false)
  assert.deepEqual(told(result.type_errors).sort(), [
    ['https://evil.example/a.png', 'word/header1.xml'],
    ['word/embeddings/oleObject1.bin', 'word/embeddings/oleObject1.bin'],
    ['word/vbaProject.bin', 'word/vbaProject.bin'],
  ])
})

test('RP-25 zip bombs and broken files are refused before they are unpacked', () => {
  const bomb = zipSync({
    '[Content_Types].xml': new TextEncoder().encode('<Types/>'),
    'word/document.xml': new Uint8Array(40 << 20),
  })
  const [finding] = checkTemplate(bomb, KNOWN_PATHS, free).type_errors
  assert.deepEqual([finding?.placeholder, finding?.location], ['ZIP_BOMB', 'word/document.xml'])
  for (const bytes of [
    new Uint8Array(0),
    new TextEncoder().encode('hello'),
    docx('').subarray(0, 400),
    zipSync({ 'a.txt': new Uint8Array(3) }),
  ]) {
    assert.deepEqual(
      checkTemplate(bytes, KNOWN_PATHS, free).type_errors.map((each) => each.placeholder),
      ['NOT_A_DOCX'],
    )
  }
  const broken = checkTemplate(withParts(docx(''), { 'word/document.xml': '<w:document><w:body>' }), KNOWN_PATHS, free)
  assert.deepEqual([broken.valid, broken.type_errors[0]?.placeholder], [false, 'BROKEN_XML'])
  assert.throws(() => readZip(zipSync({ '../x': new Uint8Array(1) })), { code: 'NOT_A_DOCX' })
})

test('fonts that are not shipped are a warning', () => {
  const result = check('<w:p><w:r><w:rPr><w:rFonts w:ascii="Comic Sans MS"/></w:rPr><w:t>x</w:t></w:r></w:p>')
  assert.equal(result.valid, true)
  assert.deepEqual(told(result.warnings), [['Comic Sans MS', 'document']])
})

test('each built-in template passes the check of its own family', () => {
  for (const key of BUILT_IN_KEYS) {
    const result = checkTemplate(builtInTemplate(key), KNOWN_PATHS, demandsOf(FAMILY[key]))
    assert.deepEqual(
      [key, result.unknown, result.missing, result.unbalanced, result.type_errors],
      [key, [], [], [], []],
    )
    assert.ok(result.valid && result.pages_estimate >= 1)
  }
})

const FAMILY: Record<BuiltInKey, Parameters<typeof demandsOf>[0]> = {
  COVER_V1: 'COVER',
  SBI_UNDER_5CR_V1: 'SBI_FORMAT_A',
  SBI_UNDER_5CR_FLAT_V1: 'SBI_FORMAT_A',
  PSU_GENERIC_OVER_5CR_V1: 'BOI_PSU_GENERIC',
  COOP_LB_V1: 'COOP_GENERIC',
  AGRI_GENERIC_V1: 'AGRI_GENERIC',
  STAGE_PROGRESS_GENERIC_V1: 'STAGE_PROGRESS',
  DPR_GENERIC_V1: 'DPR',
  TEV_GENERIC_V1: 'TEV',
  ANNEXURES_V1: 'ANNEXURES',
}
