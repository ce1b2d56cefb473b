/** Enough of an address for its owner to know it: `r…l@acme.example`. */
export function maskEmail(email: string): string {
  const [local = '', domain = ''] = email.split('@', 2)
  const letters = [...local]
  const last = letters.length > 3 ? (letters.at(-1) ?? '') : ''
  return `${letters[0] ?? ''}…${last}@${domain}`
}
