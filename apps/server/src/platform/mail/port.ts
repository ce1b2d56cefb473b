import type { QueryExecutorProvider } from 'kysely'

/** What security notices tell. */
export type SecurityNotice =
  | 'password_changed'
  | 'email_changed'
  | 'factor_changed'
  | 'passkey_changed'
  | 'recovery_code_used'
  | 'refresh_reuse'
  | 'counter_regression'
  | 'new_address_sign_in'

/** Product mails and what each needs to be written. Texts are names and sentences of people; `…_at` are RFC 3339. */
export interface MailVariables {
  auth_invitation: { firm: string; inviter: string; expires_at: string }
  auth_register_link: { firm: string; expires_at: string }
  auth_account_exists: { firm: string }
  auth_reset_link: { expires_at: string }
  auth_email_change_link: { expires_at: string }
  auth_security_notice: { kind: SecurityNotice; happened_at: string; device: string }
  rbac_request_created: { firm: string; requester: string; change: string; reason: string }
  rbac_request_decided: { firm: string; change: string; decision: 'applied' | 'rejected' | 'withdrawn' | 'expired' }
  support_session_opened: { firm: string; operator: string; reason: string; expires_at: string }
  support_session_closed: { firm: string; operator: string }
  ops_alert: { head: string; facts: string }
  audit_export_completed: { firm: string; rows: string; expires_at: string }
  audit_export_failed: { firm: string; reason: string }
  /** The lines of a signed note, apart: a value is one line. */
  audit_note: { firm: string; origin: string; size: string; root: string; link: string; signature: string }
  privacy_export_ready: { expires_at: string }
  privacy_erasure_done: { firm: string }
  member_disabled_open_work: { firm: string; person: string; open_tasks: string }
}
export type MailTemplate = keyof MailVariables

/** Where a mail leads: a page of a surface, and the secret it carries in the fragment, which no server log ever sees. */
export interface MailLink {
  readonly surface: 'web' | 'portal' | 'studio'
  /** `/invite` */
  readonly path: `/${string}`
  readonly token?: string
}

export interface MailMessage<K extends MailTemplate = MailTemplate> {
  readonly tenantId: string
  /** Null when nobody of that address is known. */
  readonly userId: string | null
  readonly to: string
  readonly template: K
  readonly variables: MailVariables[K]
  readonly link?: MailLink
  readonly locale?: string
  /** Of the instants in the text; default UTC. */
  readonly timeZone?: string
  /** Life of the link; a mail that could not leave by then never does. Default: 72 h. */
  readonly expiresAt?: Date
  readonly traceId: string
}

export interface Mail {
  /**
   * Writes the rendered mail and asks for its sending, both within the caller's transaction, which is one of the
   * mail's tenant or has none (`authScope()`). Nothing is sent here. Answers the outbox row's id.
   */
  queue<K extends MailTemplate>(tx: QueryExecutorProvider, message: MailMessage<K>): Promise<string>
  close(): void
}
