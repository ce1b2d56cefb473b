/** What the masker of logs found. */
export type LogMaskKind = 'mail' | 'phone' | 'secret' | 'ip'

const MAIL = /[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g
/** International, or ten digits of an Indian mobile number; digits of ids and amounts stand in longer words. */
const PHONE = /(?<![\w.+-])(?:\+\d{1,3}[ -]?\d(?:[ -]?\d){6,12}|(?:0|91[ -]?)?[6-9]\d{4}[ -]?\d{5})(?![\w-]|\.\d)/g
/** Three-part tokens, bearer strings, keys by their beginning, PEM, and the query of an address, which may sign it. */
const SECRETS = [
  /-----BEGIN [A-Z ]+-----[\s\S]*?(?:-----END [A-Z ]+-----|$)/g,
  /(?<![\w-])[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}(?![\w-])/g,
  /(?<![\w-])eyJ[\w-]{6,}(?:\.[\w-]*){0,2}/g,
  /(?<![\w-])(?:sk|pk|rk|zst|ghp|xox[abp]|whsec)[_-][\w+/=-]{8,}/g,
  /(?<=\bBearer\s)[\w.~+/-]{8,}=*/gi,
  /(?<=https?:\/\/[^\s?]{1,400})\?[^\s"')]+/g,
  // Long words of mixed letters and digits, such as reset links and cookies; ids in hex and paths are none.
  /(?<![\w/.+-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{24,}(?![\w/.+-])/g,
]
const IP = /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.])/g

/** Most texts of a log have no sign of any of them. */
const SUSPECT = /@|\d{4}|\d\.\d|\d[ -]\d|eyJ|-----|bearer|\?|[._-]\w{8}|\w{24}/i

/** A free text of a log line with mail addresses, phone numbers, IP addresses and what looks like a secret replaced. */
export function maskForLog(text: string, onHit?: (kind: LogMaskKind) => void): string {
  if (!SUSPECT.test(text)) return text
  const put = (kind: LogMaskKind, instead: string) => (): string => {
    onHit?.(kind)
    return instead
  }
  let masked = text
  for (const pattern of SECRETS) masked = masked.replace(pattern, put('secret', '***REDACTED***'))
  return masked
    .replace(MAIL, put('mail', '***@***'))
    .replace(PHONE, put('phone', '***-****'))
    .replace(IP, put('ip', '***'))
}
