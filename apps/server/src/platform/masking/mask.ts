/** What the masker found, by kind. */
export type MaskKind =
  | 'card'
  | 'aadhaar'
  | 'secret'
  | 'mail'
  | 'phone'
  | 'pan'
  | 'passport'
  | 'account'
  | 'resident_number'
  | 'address'
  | 'name'
  | 'ip'
  | 'coordinates'

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '')

/** Check digit of payment cards. */
function isLuhn(text: string): boolean {
  const digits = digitsOf(text)
  let sum = 0
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place])
    sum += place % 2 === 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9
  }
  return digits.length >= 13 && digits.length <= 19 && sum % 10 === 0 && !/^0+$/.test(digits)
}

// Dihedral group of order 10 and the permutation of places (Verhoeff).
const MULTIPLY = Array.from({ length: 10 }, (_, a) =>
  Array.from({ length: 10 }, (_, b) =>
    a < 5 ? (b < 5 ? (a + b) % 5 : 5 + ((a + b - 5) % 5)) : b < 5 ? 5 + ((a - 5 + 5 - b) % 5) : (a - b + 5) % 5,
  ),
)
const SHIFT = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
function shifted(digit: number, place: number): number {
  let found = digit
  for (let turn = 0; turn < place % 8; turn++) found = SHIFT[found] ?? 0
  return found
}
/** Check digit of Aadhaar numbers. */
function isVerhoeff(text: string): boolean {
  const digits = [...digitsOf(text)].map(Number).reverse()
  const check = digits.reduce((sum, digit, place) => MULTIPLY[sum]?.[shifted(digit, place)] ?? 0, 0)
  return digits.length === 12 && check === 0
}

interface Mask {
  readonly kind: MaskKind
  readonly pattern: RegExp
  readonly instead: string
  /** Further proof that a hit is one. */
  readonly proves?: (text: string) => boolean
}

/** Nothing that belongs to a longer word, number or id stands around a number. */
const alone = (body: string): RegExp => new RegExp(`(?<![\\w.,/:+-])(?:${body})(?![\\w/:-]|[.,]\\d)`, 'g')

/** In this order: what is longer or surer first. A group named `before` is kept. */
const MASKS: readonly Mask[] = [
  { kind: 'secret', pattern: /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g, instead: '[secret]' },
  {
    kind: 'secret',
    pattern: /(?<![\w.-])(?:eyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?|(?:sk|pk|rk|zst|ghp|xox[abp])[_-]\w{8,})/g,
    instead: '[secret]',
  },
  // The part of an address that opens what it names: a signature, a key, the token of a link.
  {
    kind: 'secret',
    pattern:
      /(?<before>https?:\/\/[^\s?#"'<>]{1,400}[?#])(?=[^\s"'<>]*(?:sig|signature|token|credential|key)[\w-]*=)[^\s"'<>]+/gi,
    instead: '[secret]',
  },
  { kind: 'secret', pattern: /(?<before>\bbearer\s+)[\w.~+/-]{8,}=*/gi, instead: '[secret]' },
  {
    kind: 'secret',
    pattern:
      /(?<before>\b(?:otp|one[- ]time (?:code|password)|passcode|password|cvv|cvc)\b(?:\s+is)?\s*[:=]?\s*)(?=\S*\d)[^\s,;]{3,64}/gi,
    instead: '[secret]',
  },
  { kind: 'mail', pattern: /(?<![\w.+-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, instead: '***@***' },
  { kind: 'card', pattern: alone('\\d(?:[ -]?\\d){12,18}'), instead: '[card]', proves: isLuhn },
  { kind: 'aadhaar', pattern: alone('[2-9]\\d{3}[ -]?\\d{4}[ -]?\\d{4}'), instead: '[aadhaar]', proves: isVerhoeff },
  { kind: 'resident_number', pattern: alone('\\d{6}-[1-8]\\d{6}'), instead: '[resident number]' },
  { kind: 'coordinates', pattern: /(?<![\w.])-?\d{1,2}\.\d{4,}\s*,\s*-?\d{1,3}\.\d{4,}(?![\w.])/g, instead: '[place]' },
  {
    kind: 'ip',
    pattern: /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.])/g,
    instead: '[ip]',
  },
  { kind: 'pan', pattern: /(?<!\w)[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?!\w)/g, instead: '[pan]' },
  {
    kind: 'passport',
    pattern: /(?<before>\bpassport(?: (?:no|number))?\.?\s*[:#]?\s*)[A-Z]\d{7,8}\b/gi,
    instead: '[passport]',
  },
  {
    kind: 'account',
    pattern:
      /(?<before>(?:\b(?:a\/c|acct|account)(?:\s*(?:no|number))?|खाता(?: संख्या)?|계좌(?:번호)?)\.?\s*[:#]?\s*)\d[\d -]{7,20}\d/gi,
    instead: '[account]',
  },
  {
    kind: 'phone',
    pattern: /(?<![\w.+-])\+\d{1,3}[ -]?(?:\(\d{1,4}\)[ -]?)?\d(?:[ -]?\d){6,12}(?![\w-])/g,
    instead: '***-****',
  },
  { kind: 'phone', pattern: alone('(?:0|91[ -]?)?[6-9]\\d{4}[ -]?\\d{5}'), instead: '***-****' },
  { kind: 'phone', pattern: alone('01[016789]-\\d{3,4}-\\d{4}'), instead: '***-****' },
  {
    kind: 'address',
    pattern: /(?<before>(?:\b(?:address|residing at|resident of)|पता|주소)\s*[:-]?\s*)(?=[^\n]*\d)[^\n;]{8,160}/giu,
    instead: '[address]',
  },
  {
    kind: 'name',
    pattern:
      /(?<before>(?:\b(?:Mr|Mrs|Ms|Dr|Smt|Shri|Sri)\.?|श्री|श्रीमती)\s+)\p{L}[\p{L}\p{M}'-]*(?:\s+(?:\p{Lu}|[\u0900-\u097f])[\p{L}\p{M}.'-]*){0,3}/gu,
    instead: '[name]',
  },
]

/** Most texts have no sign of any of them. */
const SUSPECT =
  /@|[?#]\w|\d{4}|\d[ -]\d|eyJ|-----|\d\.\d|bearer|otp|code|pass|cv[vc]|_|-|\b(?:Mr|Mrs|Ms|Dr|Smt|Shri|Sri)\b|address|resid|श्री|पता|खाता|주소|계좌/i
const PLAIN =
  /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[A-Za-z_]{1,60}|\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?|[0-9a-f]{16,64})$/

/**
 * Text with secrets and personal values replaced (`chat.md` 16.1). Dates, ids, amounts, numbers of assignments and invoices,
 * IFSC and PIN codes stay. Masking twice gives the same text. `onHit` hears of each value that was replaced.
 */
export function maskText(text: string, onHit?: (kind: MaskKind) => void): string {
  if (text.length < 4 || PLAIN.test(text) || !SUSPECT.test(text)) return text
  let masked = text
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const next = maskOnce(masked, onHit)
    if (next === masked) break
    masked = next
  }
  return masked
}

/** What is covered may uncover a neighbour; it settles at once in nearly all texts. */
const MAX_TURNS = 5

function maskOnce(text: string, onHit?: (kind: MaskKind) => void): string {
  let masked = text
  for (const { kind, pattern, instead, proves } of MASKS) {
    masked = masked.replace(pattern, (hit: string, ...rest: unknown[]) => {
      const groups = rest.at(-1)
      const before = typeof groups === 'object' && groups !== null && 'before' in groups ? String(groups.before) : ''
      if (proves && !proves(hit)) return hit
      onHit?.(kind)
      return before + instead
    })
  }
  return masked
}
