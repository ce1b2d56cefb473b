import type { MailTemplate, MailVariables, SecurityNotice } from './port.ts'

/** What a mail says, before it becomes text and HTML. */
export interface Wording {
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** Label of the link; a mail without a link leaves it out. */
  readonly action?: string
}

export type Formats = { readonly instant: (value: string) => string }
type Wordings = { readonly [K in MailTemplate]: (of: MailVariables[K], format: Formats) => Wording }

const UNWANTED = 'If you did not expect this mail, you can ignore it: nothing happens without the link.'
const TELL =
  'If this was not you, change your password at once, end your other sessions under “My security”, and tell your administrator.'

const NOTICES: Readonly<Record<SecurityNotice, { subject: string; text: string }>> = {
  password_changed: { subject: 'Your password was changed', text: 'The password of your ZenOps account was changed.' },
  email_changed: {
    subject: 'Your e-mail address was changed',
    text: 'The e-mail address of your ZenOps account was changed. From now on you sign in with the new one.',
  },
  factor_changed: {
    subject: 'Your second factor was changed',
    text: 'The second factor of your ZenOps account was set up, replaced or removed.',
  },
  passkey_changed: {
    subject: 'Your passkeys were changed',
    text: 'A passkey was added to your ZenOps account or removed from it.',
  },
  recovery_code_used: {
    subject: 'A recovery code was used',
    text: 'Somebody signed in to your ZenOps account with one of your recovery codes. It cannot be used again.',
  },
  refresh_reuse: {
    subject: 'A session of yours was ended',
    text: 'One session of your ZenOps account was ended, because its credential was used twice. Somebody may have copied it.',
  },
  counter_regression: {
    subject: 'A passkey of yours was suspended',
    text: 'A passkey of your ZenOps account was suspended, because it looks as if it had been copied.',
  },
  new_address_sign_in: {
    subject: 'Sign-in from a new address',
    text: 'Somebody signed in to your ZenOps account from an address that was not seen in the last 90 days.',
  },
}

const english: Wordings = {
  auth_invitation: ({ firm, inviter, expires_at }, { instant }) => ({
    subject: `${inviter} invites you to ${firm}`,
    paragraphs: [
      `${inviter} invites you to work with ${firm} in ZenOps.`,
      `The link is yours alone and works once, until ${instant(expires_at)}.`,
      UNWANTED,
    ],
    action: 'Accept the invitation',
  }),
  auth_register_link: ({ firm, expires_at }, { instant }) => ({
    subject: `Finish your registration with ${firm}`,
    paragraphs: [
      `You asked for an account with ${firm}. Choose your password to finish.`,
      `The link works once, until ${instant(expires_at)}.`,
      UNWANTED,
    ],
    action: 'Choose a password',
  }),
  auth_account_exists: ({ firm }) => ({
    subject: 'You already have an account',
    paragraphs: [
      `Somebody, perhaps you, asked for an account with ${firm}. You have one already: sign in with this address.`,
      'If you have forgotten your password, ask for a new one on the sign-in page. If it was not you, nothing needs to be done.',
    ],
    action: 'Sign in',
  }),
  auth_reset_link: ({ expires_at }, { instant }) => ({
    subject: 'Choose a new password',
    paragraphs: [
      'Somebody, hopefully you, asked for a new password for your ZenOps account.',
      `The link works once, until ${instant(expires_at)}. Using it ends all your sessions.`,
      UNWANTED,
    ],
    action: 'Choose a new password',
  }),
  auth_email_change_link: ({ expires_at }, { instant }) => ({
    subject: 'Confirm your new e-mail address',
    paragraphs: [
      'This address is to become the one you sign in to ZenOps with.',
      `The link works once, until ${instant(expires_at)}.`,
      UNWANTED,
    ],
    action: 'Confirm this address',
  }),
  auth_security_notice: ({ kind, happened_at, device }, { instant }) => ({
    subject: NOTICES[kind].subject,
    paragraphs: [NOTICES[kind].text, `When: ${instant(happened_at)}. By: ${device}.`, TELL],
  }),
  rbac_request_created: ({ firm, requester, change, reason }) => ({
    subject: `A change of rights waits for your decision at ${firm}`,
    paragraphs: [`${requester} asks for this change at ${firm}: ${change}`, `Reason given: ${reason}`],
    action: 'Look at the request',
  }),
  rbac_request_decided: ({ firm, change, decision }) => ({
    subject: `A change of rights at ${firm} was ${decision}`,
    paragraphs: [`This change at ${firm} was ${decision}: ${change}`],
    action: 'Look at the request',
  }),
  support_session_opened: ({ firm, operator, reason, expires_at }, { instant }) => ({
    subject: `ZenOps support can look at ${firm}`,
    paragraphs: [
      `${operator} of ZenOps support opened a session that lets support read records of ${firm} until ${instant(expires_at)}.`,
      `Reason given: ${reason}`,
      'You can end the session at any time.',
    ],
    action: 'Look at the session',
  }),
  support_session_closed: ({ firm, operator }) => ({
    subject: `ZenOps support no longer looks at ${firm}`,
    paragraphs: [`The support session of ${operator} at ${firm} is closed.`],
  }),
  ops_alert: ({ head, facts }) => ({
    subject: head.slice(0, 190),
    paragraphs: [head, facts],
    action: 'Look at the alert',
  }),
  audit_export_completed: ({ firm, rows, expires_at }, { instant }) => ({
    subject: `Your export of the audit log of ${firm} is ready`,
    paragraphs: [
      `The export of the audit log of ${firm} that you asked for is ready, with ${rows} events.`,
      `It can be downloaded until ${instant(expires_at)}.`,
    ],
    action: 'Look at the export',
  }),
  audit_export_failed: ({ firm, reason }) => ({
    subject: `Your export of the audit log of ${firm} failed`,
    paragraphs: [`The export of the audit log of ${firm} that you asked for could not be made: ${reason}`],
    action: 'Look at the export',
  }),
  audit_note: ({ firm, origin, size, root, link, signature }) => ({
    subject: `The audit log of ${firm} has ${size} events`,
    paragraphs: [
      `This is the signed head of the audit log of ${firm}. Keep this mail: whoever rewrites the log later contradicts it.`,
      // Together these two are the note to the letter.
      `${origin}\n${size}\n${root}\nlink ${link}`,
      `\u2014 ${origin} ${signature}`,
      'Save the note, from its first line to the one that begins with a dash, as a file and give it to audit-verify with --note.',
    ],
    action: 'Look at the chain',
  }),
  privacy_export_ready: ({ expires_at }, { instant }) => ({
    subject: 'The file of your data is ready',
    paragraphs: [
      'The file of your data that was asked for is ready.',
      `It can be downloaded until ${instant(expires_at)}.`,
    ],
    action: 'Look at my data',
  }),
  privacy_erasure_done: ({ firm }) => ({
    subject: `An erasure at ${firm} is done`,
    paragraphs: [
      `The erasure that you asked for at ${firm} is done. What stays, and until when, stands with the request.`,
    ],
    action: 'Look at the request',
  }),
  member_disabled_open_work: ({ firm, person, open_tasks }) => ({
    subject: `${person} was disabled and has open work`,
    paragraphs: [`${person} can no longer sign in at ${firm}. Open tasks to hand to somebody else: ${open_tasks}.`],
    action: 'Look at the open tasks',
  }),
}

/** Wordings by language; a language that lacks is read in English. */
const LANGUAGES: Readonly<Record<string, Wordings>> = { en: english }

/** Security mails always go out and their links are secrets; the others ask somebody to act. */
export const classOf = (template: MailTemplate): 'security' | 'action' =>
  template.startsWith('auth_') ? 'security' : 'action'

export function wordingOf<K extends MailTemplate>(
  template: K,
  variables: MailVariables[K],
  how: { readonly locale: string; readonly formats: Formats },
): { readonly wording: Wording; readonly locale: string } {
  const locale = how.locale.split('-', 1)[0] ?? 'en'
  const known = LANGUAGES[locale]
  return { wording: (known ?? english)[template](variables, how.formats), locale: known ? locale : 'en' }
}
