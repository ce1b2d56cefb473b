import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailTemplate, MailVariables } from './port.ts'
import { render } from './render.ts'
import { classOf } from './templates.ts'

const AT = '2026-11-20T12:30:00.000Z'
const SAMPLES: { [K in MailTemplate]: MailVariables[K] } = {
  auth_invitation: { firm: 'Acme Valuers', inviter: 'Asha Rao', expires_at: AT },
  auth_register_link: { firm: 'Acme Valuers', expires_at: AT },
  auth_account_exists: { firm: 'Acme Valuers' },
  auth_reset_link: { expires_at: AT },
  auth_email_change_link: { expires_at: AT },
  auth_security_notice: { kind: 'password_changed', happened_at: AT, device: 'Firefox on Linux' },
  rbac_request_created: {
    firm: 'Acme Valuers',
    requester: 'Asha Rao',
    change: 'valuer: reports.release all',
    reason: 'cover',
  },
  rbac_request_decided: { firm: 'Acme Valuers', change: 'valuer: reports.release all', decision: 'applied' },
  support_session_opened: { firm: 'Acme Valuers', operator: 'Ravi', reason: 'ticket 7', expires_at: AT },
  support_session_closed: { firm: 'Acme Valuers', operator: 'Ravi' },
  ops_alert: { head: '[CRITICAL] Law', facts: 'Firm: law; Trace: law' },
  audit_export_completed: { firm: 'Acme', rows: '1,000', expires_at: '2026-11-21T10:00:00.000Z' },
  audit_export_failed: { firm: 'Acme', reason: 'It took too long.' },
  audit_note: {
    firm: 'Firm',
    origin: 'zenops.test/audit/x',
    size: '7',
    root: 'cm9vdA==',
    link: 'bGluaw==',
    signature: 'c2ln',
  },
  privacy_export_ready: { expires_at: '2026-11-21T10:00:00.000Z' },
  privacy_erasure_done: { firm: 'Acme' },
  member_disabled_open_work: { firm: 'Acme Valuers', person: 'Asha Rao', open_tasks: '3' },
}
const of = <K extends MailTemplate>(template: K, variables: MailVariables[K] = SAMPLES[template], locale = 'en') =>
  render({
    template,
    variables,
    url: 'https://zenops.test/invite#token=abc',
    locale,
    timeZone: 'Asia/Kolkata',
  })

test('every mail has a subject, a text and an HTML that say the same, with real values', () => {
  for (const template of Object.keys(SAMPLES) as MailTemplate[]) {
    const { subject, text, html, locale } = of(template)
    assert.ok(subject.length > 5 && subject.length <= 200, template)
    assert.ok(text.includes('https://zenops.test/invite#token=abc'), template)
    assert.ok(html.includes('href="https://zenops.test/invite#token=abc"'), template)
    assert.doesNotMatch(`${subject}${text}${html}`, /undefined|null|NaN|\{\{|\[object/, template)
    assert.equal(locale, 'en')
  }
})

test('the security notice tells each kind in words of its own', () => {
  const kinds = [
    'password_changed',
    'email_changed',
    'factor_changed',
    'passkey_changed',
    'recovery_code_used',
    'refresh_reuse',
    'counter_regression',
    'new_address_sign_in',
  ] as const
  const subjects = kinds.map((kind) => of('auth_security_notice', { ...SAMPLES.auth_security_notice, kind }).subject)
  assert.equal(new Set(subjects).size, kinds.length)
})

test("instants are told in the reader's zone", () => {
  assert.match(of('auth_reset_link').text, /20 Nov 2026, 18:00 \(Asia\/Kolkata\)/)
})

test('an unknown language is told in English', () => {
  assert.equal(of('auth_reset_link', SAMPLES.auth_reset_link, 'hi-IN').locale, 'en')
})

test('names cannot break out of subject, text or HTML', () => {
  const evil = 'Eve\r\nBcc: all@example.test\u202E<script>alert(1)</script> & "friends"'
  const { subject, text, html } = of('auth_invitation', { firm: evil, inviter: 'x'.repeat(5_000), expires_at: AT })
  assert.doesNotMatch(subject, /[\p{Cc}\u202E]/u)
  assert.ok([...subject].length <= 200)
  assert.ok(!text.includes('\nBcc:'))
  assert.ok(!html.includes('<script>'))
  assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;friends&quot;'))
})

test('a mail with a blank value is not written', () => {
  assert.throws(() => of('auth_invitation', { firm: ' \n', inviter: 'Asha', expires_at: AT }), /without firm/)
})

test('links that open accounts are of class security', () => {
  assert.equal(classOf('auth_reset_link'), 'security')
  assert.equal(classOf('support_session_opened'), 'action')
})
