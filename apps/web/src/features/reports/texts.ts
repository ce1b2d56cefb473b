import { messagesOf } from '@zenops/client/messages'
import { en } from './messages.en.ts'

export const t = messagesOf('reports', en)

const OWN_WORDS: Readonly<Record<string, string>> = {
  LAP: 'Loan against property',
  PLAP: 'Personal loan against property',
  MSME: 'Small enterprise (MSME)',
  NPA: 'Non-performing asset',
  DPR: 'Detailed project report',
  TEV: 'Techno-economic viability',
  GPS_PHOTO: 'GPS photo',
  EXIF: 'Photo data (EXIF)',
  AGE_LIFE: 'Age / life',
  SBI: 'State Bank of India',
  PSU_GENERIC: 'Public sector bank',
  COOP: 'Co-operative bank',
  AGRI: 'Agricultural',
  RTC: 'Ownership extract (RTC)',
  EC: 'Encumbrance certificate',
  NA_ORDER: 'NA order',
  ID_PROOF: 'Identity proof',
  LT_5CR: 'Below 5 crore',
  GT_5CR: '5 crore and more',
  SBI_FORMAT_A: 'Format A',
  BOI_PSU_GENERIC: 'Form above 5 crore',
  COOP_GENERIC: 'Co-operative form',
  AGRI_GENERIC: 'Agricultural form',
  ASSIGNMENT: 'From the assignment',
  OCR_GPS: 'Read from the photo (GPS stamp)',
  OCR_GUIDELINE: 'Read from the guideline page',
  OCR_ID: 'Read from the identity paper',
  CLASSIFIER: 'Recognised file',
  DERIVED: 'Follows from other values',
  SLAB_UNKNOWN: 'No value yet',
  gps: 'GPS',
  google_map: 'Google map',
  dpr_reference: 'Project reference',
}

/** Closed words of the contract as people read them: `VACANT_LAND` → `Vacant land`. */
export function word(value: string): string {
  const own = OWN_WORDS[value]
  if (own) return own
  const plain = value.replaceAll('_', ' ').toLowerCase()
  return plain.charAt(0).toUpperCase() + plain.slice(1)
}
