/** Secrets: nowhere but in a table that seals or hashes them. Each is a different value of a different use. */
export const SECRETS = {
  loginPassword: 'Kanari-login-4711-Phrase',
  changePassword: 'Kanari-change-4712-Phrase',
  newPassword: 'Kanari-new-4713-Phrase',
  resetPassword: 'Kanari-reset-4714-Phrase',
  stepUpPassword: 'Kanari-stepup-4715-Phrase',
  cutOffPassword: 'Kanari-cutoff-4716-Phrase',
  signInCode: '738164',
  stepUpCode: '905273',
  spokenCode: '618435',
  recoveryCode: 'KANARYRC42',
  ticket: 'Kn7TicketOfASecondFactor0815Qx9',
  resetLink: 'KnResetLink4ZaQ2LxV7bW0cYr5uP1d8Hs6Tf3Gk9Mv',
  inviteLink: 'KnInvite4ZaQ2LxV7bW0cYr5uP1d8Hs6Tf3Gk9MvJeW',
  bearer: 'kanariheader.kanaripayload.kanarisignature',
  jobToken: 'eyJhbGciOiJrYW5hcmkifQ.eyJzdWIiOiJrYW5hcmkifQ.a2FuYXJpc2ln',
  refreshCookie: 'kanari-refresh-cookie-0815',
  refreshBody: 'kanari-refresh-body-0816',
  downloadToken: 'Kn9DownloadToken.Zq3Xw8Vb5.Lr2Tp7Yn4',
  hookSecret: 'whsec_S2FuYXJpSG9va1NlY3JldEthbmFyaUhvb2s3',
  slackPath: 'T0KANARI7/B0KANARI8/kAnArIsLaCkToKeN4711',
  hookQuery: 'kanari-hook-signature-2718',
  apiKey: 'sk-kanari_live4711deadbeef',
  accessKey: 'ghp_kanari4711Q7w8E9r0T1y2U3i4O5p6',
  serviceToken: 'zst_kanari4711ServiceToken99',
  privateKey: 'TUlJS2FuYXJpUHJpdmF0ZUtleTQ3MTE',
  signature: 'X-Amz-Signature=kanari5e1f0c2b9d8a7e6f',
  storageSignature: 'sig=kanariStorageLink31415',
} as const

/** What belongs to a person: never in logs, metrics, audit, exports or alerts. */
export const PERSONAL = {
  loginMail: 'kanari.login@firm-one.example',
  forgotMail: 'kanari.forgot@firm-two.example',
  registerMail: 'kanari.register@firm-three.example',
  contactMail: 'kanari.contact@firm-four.example',
  reasonMail: 'kanari.reason@firm-five.example',
  bouncedMail: 'kanari.bounced@firm-six.example',
  registerPhone: '+919845011101',
  contactPhone: '+919845022202',
  reasonPhone: '98450 33303',
  jobPhone: '+91 98450 44404',
  pan: 'KNRPK4711Q',
  filePan: 'KNRHA4712R',
  aadhaar: '3851 4729 6130',
  jobAadhaar: '7294 6183 5077',
  card: '4012888846291736',
  passport: 'K4711815',
  account: '50100471108159',
  residentNumber: '900714-1471108',
  place: '18.471108, 73.815471',
  clientAddress: '203.0.113.147',
  loginAddress: '198.51.100.238',
  jobAddress: '192.0.2.219',
} as const

/** Words that were sent and are nobody's business: bodies, queries, the text of a document. */
export const SAID = {
  body: 'kanari-in-a-refused-body',
  query: 'kanari-in-a-query',
  document: 'kanari-sentence-of-a-title-deed',
  memberName: 'kanari_member_that_is_unknown',
} as const

export const CANARIES: Readonly<Record<string, string>> = { ...SECRETS, ...PERSONAL, ...SAID }

/** Digits alone could stand anywhere by chance: they count where nothing belongs to them on either side. */
const patternOf = (value: string): RegExp =>
  new RegExp(
    /^\d+$/.test(value) ? `(?<![\\w.-])${value}(?![\\w.-])` : value.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
    'i',
  )
const PATTERNS = Object.entries(CANARIES).map(([name, value]) => [name, patternOf(value)] as const)

/** Names of the canaries that a text holds. */
export const canariesIn = (text: string): string[] =>
  PATTERNS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name)
