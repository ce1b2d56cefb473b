/** Texts of one's own rights. */
export const en = {
  rights: 'What you may do',
  rights_note: '{n, plural, one {# right} other {# rights}}, given by your job. Ask the owner of the firm for others.',
} as const
