import { type MaskKind, maskText } from '../masking/mask.ts'

const REDACTED = '***REDACTED***'
/**
 * What a line of a log may hold beyond other texts: three-part tokens, the rest of a key's word, the query of an address,
 * which may sign it, and long words of mixed letters and digits, such as reset links and cookies; ids in hex and paths
 * are none.
 */
const TOKENS = [
  /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g,
  /(?<![\w-])[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}(?![\w-])/g,
  /(?<![\w-])eyJ[\w-]{6,}(?:\.[\w-]*){0,2}/g,
  /(?<![\w-])(?:sk|pk|rk|zst|ghp|xox[abp]|whsec)[_-][\w+/=-]{8,}/g,
  /(?<=\bBearer\s)[\w.~+/-]{8,}=*/gi,
  /(?<=https?:\/\/[^\s?]{1,400})\?[^\s"')]+/g,
  /(?<![\w/.+-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{24,}(?![\w/.+-])/g,
]
/** Most texts of a log have no sign of any of them. */
const SUSPECT = /eyJ|-----|bearer|\?|[._-]\w{8}|\w{24}/i

/**
 * A free text of a log line: what looks like a token is `***REDACTED***`, and the rest passes the one masker of the
 * product, by which mail addresses, phone numbers and all other personal values are covered.
 */
export function maskForLog(text: string, onHit?: (kind: MaskKind) => void): string {
  let masked = text
  if (SUSPECT.test(text))
    for (const pattern of TOKENS)
      masked = masked.replace(pattern, () => {
        onHit?.('secret')
        return REDACTED
      })
  return maskText(masked, onHit).replaceAll('[secret]', REDACTED)
}
