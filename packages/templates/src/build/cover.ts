import { type FormItem, type FormSection, formOf } from './bank-formats.ts'
import { paragraph, type Row, run, sectionProperties, table, TEXT_WIDTH } from './docx-builder.ts'
import { detailLines } from './form-items.ts'
import { letterHead, signatureBlock } from './letter-parts.ts'

/** Page 1: the letter. Page 2: the table of values, left out where only a letter is due. */
export function coverBody(): string {
  const valueTable = formOf('COVER_V1').sections.find((section) => section.key === 'table')
  return [
    letter(),
    paragraph('{{#if not report.letter_only}}'),
    valueTable ? tablePage(valueTable) : '',
    paragraph('{{/if}}'),
    sectionProperties({ margin: 1134, header: false }),
  ].join('')
}

function letter(): string {
  const plain = { after: 0 }
  return [
    letterHead(),
    refAndDate(),
    paragraph('To', plain),
    paragraph('The Branch Manager', plain),
    paragraph('{{party.bank_name}}', { ...plain, bold: true }),
    paragraph('{{#if party.bank_branch_name}}{{party.bank_branch_name}}{{/if}}', plain),
    paragraph('{{#if party.bank_branch_address}}{{party.bank_branch_address}}{{/if}}', { after: 160 }),
    subject(),
    paragraph('Dear Sir / Madam,', { before: 120, after: 100 }),
    paragraph('{{clause cover_opening}}', { align: 'both' }),
    paragraph('{{#if computed.fmv_say}}'),
    valuesTable(),
    paragraph('{{/if}}'),
    paragraph('{{clause cover_declarations}}', { align: 'both', before: 60, after: 40 }),
    paragraph('Yours faithfully,', { before: 120, after: 120, keepNext: true }),
    signatureBlock(),
  ].join('')
}

function refAndDate(): string {
  return `<w:p><w:pPr><w:tabs><w:tab w:val="right" w:pos="${TEXT_WIDTH}"/></w:tabs><w:spacing w:before="0" w:after="160"/></w:pPr>${run('Ref. No.: {{report.reference_no|default:to be drawn}}')}<w:r><w:tab/></w:r>${run('Date: {{engagement.report_date|date}}')}</w:p>`
}

function subject(): string {
  return `<w:p><w:pPr><w:ind w:left="1134" w:hanging="1134"/><w:jc w:val="both"/></w:pPr>${run('Subject:', { bold: true })}<w:r><w:tab/></w:r>${run('Valuation of the property of {{party.owner_name}}{{#if party.borrower_name and party.borrower_name != party.owner_name}} (borrower: {{party.borrower_name}}){{/if}} situated at {{property.address}}', { bold: true })}</w:p>`
}

function valuesTable(): string {
  const rows: [string, string, string][] = [
    ['Fair market value', 'computed.fmv_say', 'computed.value_in_words.fmv'],
    ['Realisable value', 'computed.realizable_value', 'computed.value_in_words.realizable'],
    ['Distress sale value', 'computed.distress_value', 'computed.value_in_words.distress'],
    ['Guideline value (= book value)', 'computed.book_value', 'computed.value_in_words.book'],
  ]
  const head: Row = {
    head: true,
    cells: [{ lines: ['Value'] }, { lines: ['In figures'], look: { align: 'right' } }, { lines: ['In words'] }],
  }
  const body = rows.map(
    ([label, figure, words]): Row => ({
      cells: [
        { lines: [label], look: { bold: true } },
        { lines: [`{{${figure}|rs}}`], look: { bold: true, align: 'right' } },
        { lines: [`{{${words}}}`] },
      ],
    }),
  )
  return table([2600, 2238, 4800], [head, ...body])
}

function tablePage(section: FormSection): string {
  const head: Row = { head: true, cells: [{ lines: ['No.'] }, { lines: ['Particulars'] }, { lines: ['Details'] }] }
  const rows = section.items.map(
    (item): Row => ({
      cells: [
        { lines: [item.no] },
        { lines: [item.label] },
        { lines: coverLines(item, section), ...(item.type === 'computed' ? { look: { bold: true } } : {}) },
      ],
    }),
  )
  return [
    paragraph(section.title.toUpperCase(), { style: 'FormTitle', pageBreakBefore: true, after: 160 }),
    table([850, 3600, TEXT_WIDTH - 4450], [head, ...rows]),
    paragraph('', { after: 240 }),
    signatureBlock(),
  ].join('')
}

function coverLines(item: FormItem, section: FormSection): string[] {
  if (item.contract_path === 'party.owner_name') {
    return [
      '{{party.owner_name}}',
      '{{#if party.borrower_name and party.borrower_name != party.owner_name}}Borrower: {{party.borrower_name}}{{/if}}',
    ]
  }
  return detailLines(item, section)
}
