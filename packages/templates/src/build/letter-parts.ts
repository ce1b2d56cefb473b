import { field, paragraph, run } from './docx-builder.ts'

/** Head of the firm's letter: logo, name, address, ways to reach it. */
export function letterHead(): string {
  return [
    paragraph('{{image firm.logo|fit:60x18}}', { style: 'LetterHead' }),
    paragraph('{{firm.name|upper}}', { style: 'LetterHead', bold: true, size: 34 }),
    paragraph('{{#if firm.tagline}}{{firm.tagline}}{{/if}}', { style: 'LetterHead', italic: true, size: 20 }),
    paragraph('{{firm.address}}', { style: 'LetterHead', size: 19 }),
    `<w:p><w:pPr><w:pStyle w:val="LetterHead"/><w:pBdr><w:bottom w:val="single" w:sz="12" w:space="4" w:color="000000"/></w:pBdr><w:spacing w:before="0" w:after="160"/></w:pPr>${run('{{#if firm.phone}}Phone: {{firm.phone}}{{/if}}{{#if firm.phone and firm.email}}   |   {{/if}}{{#if firm.email}}E-mail: {{firm.email}}{{/if}}', { size: 19 })}</w:p>`,
  ].join('')
}

/** Place, date, signature and the signatory's names; with nobody named, empty lines to sign on. */
export function signatureBlock(): string {
  const look = { style: 'TableText', keepNext: true }
  return [
    paragraph('Place: {{firm.place|default:____________________}}', look),
    paragraph('Date: {{engagement.report_date|date|default:____________________}}', { ...look, after: 200 }),
    paragraph('{{image signatory.signature|fit:50x20}}', look),
    paragraph('(Signature and official seal of the approved valuer)', { ...look, italic: true, size: 17 }),
    paragraph('{{signatory.name|default:____________________}}', { ...look, bold: true }),
    paragraph('{{#if signatory.qualifications}}{{signatory.qualifications}}{{/if}}', look),
    paragraph('Registration No.: {{signatory.registration_no|default:____________________}}', look),
    paragraph('{{#if signatory.membership_no}}Membership No.: {{signatory.membership_no}}{{/if}}', look),
    paragraph('{{firm.name}}, {{firm.address}}', { style: 'TableText' }),
  ].join('')
}

export function runningHead(): string {
  return `<w:p><w:pPr><w:pStyle w:val="RunningHead"/></w:pPr>${run('{{firm.name}}', { bold: true })}<w:r><w:tab/></w:r>${run('{{bank.name|default:}}')}</w:p>`
}

export function runningFoot(): string {
  return `<w:p><w:pPr><w:pStyle w:val="RunningFoot"/></w:pPr>${run('Ref. {{report.reference_no|default:to be drawn}}')}<w:r><w:tab/></w:r>${run('Page ')}${field('PAGE')}${run(' of ')}${field('NUMPAGES')}</w:p>`
}
