import type { BankType } from '@zenops/contracts/report-enums'

const SBI = /\bSBI\b|state bank of india/i
const COOPERATIVE = /co-op|co operative|cooperative|sahakari|sahakara|souharda/i
/** "South Indian Bank" is a private bank whose name ends like a public one. */
const PUBLIC =
  /bank of india|bank of baroda|bank of maharashtra|\bcanara\b|(?<!south )indian bank|indian overseas|punjab national|punjab (?:&|and) sind|\buco\b|\bunion bank\b/i

/** What kind a bank is by its name alone (AGRI is a choice of people, no name says it). */
export function bankTypeOfName(name: string | null | undefined): BankType {
  const text = (name ?? '').replace(/\s+/g, ' ')
  if (SBI.test(text)) return 'SBI'
  if (COOPERATIVE.test(text)) return 'COOP'
  return PUBLIC.test(text) ? 'PSU_GENERIC' : 'OTHER'
}

export interface BankTypeClues {
  /** What the caller gave. */
  readonly given?: BankType | null | undefined
  /** What the bank's master record says. */
  readonly master?: BankType | null | undefined
  readonly bank_name?: string | null | undefined
}
/** The given type; else that of the master record; else read from the name. */
export const resolveBankType = (clues: BankTypeClues): BankType =>
  clues.given ?? clues.master ?? bankTypeOfName(clues.bank_name)
