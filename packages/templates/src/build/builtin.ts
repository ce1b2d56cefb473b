import type { TickTable } from '../tick-tables.ts'
import { CHECKLISTS, type Form, formOf } from './bank-formats.ts'
import { coverBody } from './cover.ts'
import { buildDocx, type DocxPlan, paragraph, sectionProperties } from './docx-builder.ts'
import { sectionXml } from './form-tables.ts'
import { letterHead, runningFoot, runningHead } from './letter-parts.ts'

export const BUILT_IN_KEYS = [
  'COVER_V1',
  'SBI_UNDER_5CR_V1',
  'SBI_UNDER_5CR_FLAT_V1',
  'PSU_GENERIC_OVER_5CR_V1',
  'COOP_LB_V1',
  'AGRI_GENERIC_V1',
  'STAGE_PROGRESS_GENERIC_V1',
  'DPR_GENERIC_V1',
  'TEV_GENERIC_V1',
  'ANNEXURES_V1',
] as const

export type BuiltInKey = (typeof BUILT_IN_KEYS)[number]

export const BUILT_IN_TICK_TABLES: Readonly<Record<string, TickTable>> = Object.fromEntries(
  CHECKLISTS.map(({ checklist_key, columns, rows }) => [checklist_key, { columns, rows }]),
)

/** The product's own template of a key, made from the bank formats; the same bytes on every call. */
export function builtInTemplate(key: BuiltInKey): Uint8Array {
  return buildDocx(planOf(key))
}

function planOf(key: BuiltInKey): DocxPlan {
  const running = { header: runningHead(), footer: runningFoot() }
  if (key === 'COVER_V1') return { title: 'Covering letter', body: coverBody(), ...running }
  if (key === 'ANNEXURES_V1') return { title: 'Annexures', body: annexureBody(), ...running }
  if (key === 'TEV_GENERIC_V1') {
    const form = formOf('DPR_GENERIC_V1')
    const title = 'Techno-economic viability study'
    return { title, body: formBody({ ...form, title }), ...running }
  }
  const form = formOf(key)
  return {
    title: form.title,
    body: formBody(form, key === 'PSU_GENERIC_OVER_5CR_V1' ? costSheetAnnex() : ''),
    ...running,
  }
}

function formBody(form: Form, annex = ''): string {
  // A form without a cover begins with the firm's letter head.
  const head = form.template_selector === 'COOP_GENERIC' ? letterHead() : ''
  return [
    head,
    paragraph('{{party.bank_name|upper}}', { style: 'FormTitle' }),
    paragraph('{{#if party.bank_branch_name}}{{party.bank_branch_name}}{{/if}}', { align: 'center', after: 40 }),
    paragraph(form.title.toUpperCase(), { style: 'FormTitle' }),
    paragraph('Ref. No.: {{report.reference_no|default:to be drawn}}   |   Date: {{engagement.report_date|date}}', {
      align: 'center',
      after: 60,
    }),
    ...form.sections.map(sectionXml),
    annex,
    sectionProperties({ margin: 1134, header: true }),
  ].join('')
}

/** Above five crore the sheet of land and building, or of the unit, follows the form. */
function costSheetAnnex(): string {
  const parts = (key: string, wanted: readonly string[]) =>
    formOf(key)
      .sections.filter((section) => wanted.includes(section.key))
      .map(sectionXml)
      .join('')
  const title = (text: string) => paragraph(text, { style: 'FormTitle', pageBreakBefore: true })
  return [
    paragraph('{{#if meta.template_variant == "UNIT"}}'),
    title('ANNEX: COST SHEET OF THE UNIT'),
    parts('SBI_UNDER_5CR_FLAT_V1', ['rate', 'composite', 'details']),
    paragraph('{{else}}'),
    title('ANNEX: COST SHEET OF LAND AND BUILDING'),
    parts('SBI_UNDER_5CR_V1', ['part_a', 'building_details', 'part_c', 'part_d', 'part_e', 'part_f', 'abstract']),
    paragraph('{{/if}}'),
  ].join('')
}

function annexureBody(): string {
  const closing =
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
  return `${paragraph('{{annexures}}')}${closing}${sectionProperties({ margin: 1021, header: false })}`
}
