/** Texts of the product where a firm has not written its own clause of that key. */
export const BUILT_IN_CLAUSES: Readonly<Record<string, string>> = {
  cover_opening:
    'As instructed, the above property was inspected on {{valuation_inputs.inspection_date|date}}. The valuation was made as on {{engagement.valuation_date|date}}; the detailed report with its annexures is enclosed. On the basis of the inspection, of the documents produced and of the prevailing market, our opinion is as follows.',
  cover_declarations: [
    'We have no direct or indirect interest in the property valued.',
    'The values are opinions formed in good faith on the date of valuation and may change with the market. The report serves the stated purpose only and is to be read with its annexures.',
  ].join('\n'),
  declaration: [
    'I hereby declare that:',
    '(a) The information furnished in this report is true and correct to the best of my knowledge and belief.',
    '(b) I have no direct or indirect interest in the property valued, and my fee does not depend on the value reported.',
    '(c) I or my authorised representative inspected the property on {{valuation_inputs.inspection_date|date}}; the identification of the property was made on site with the documents produced.',
    '(d) The legal title has not been examined; the report assumes the documents produced to be genuine and complete.',
    '(e) The value is my opinion as on {{engagement.valuation_date|date}}, formed from the state of the property on the day of inspection and from the market known at that time.',
    '(f) I have neither been found guilty of misconduct in my profession nor been removed or dismissed from any office of trust.',
    '(g) This report is made for the purpose and the bank named in it. Nobody else may rely on it without written consent.',
  ].join('\n'),
}
