import { z } from 'zod'
import { password, ticket } from './identity-entry.ts'
import { AUTH_BODY_LIMIT, FactorDue, SURFACES, Session, surface } from './identity.ts'
import { operation } from './kit.ts'
import { byId, instant, page, tenantSlug, text } from './values.ts'

/** Passkey answers carry a signed statement: larger than other auth bodies. */
const PASSKEY_BODY_LIMIT = 32 * 1024
const own = { audiences: SURFACES, bodyLimit: AUTH_BODY_LIMIT } as const
const entry = { ...own, idempotency: 'ignored' } as const
const FACTOR_ERRORS = [
  'AUTH_MFA_CHALLENGE_INVALID',
  'AUTH_MFA_INVALID_CODE',
  'AUTH_MFA_LOCKED',
  'AUTH_RATE_LIMITED',
] as const
const SIGN_IN_ERRORS = ['AUTH_ACCOUNT_DISABLED'] as const
export const RECOVERY_CODES = 10
export const MAX_PASSKEYS = 10
const recoveryCodes = z.array(z.string()).length(RECOVERY_CODES).meta({ description: 'shown once' })
const totpCode = z.string().regex(/^\d{6}$/, 'six digits')
/** Ten signs without 0 O 1 I; blanks and dashes between them are dropped. */
const recoveryCode = z
  .string()
  .max(40)
  .transform((value) => value.toUpperCase().replace(/[\s-]/g, ''))
/** What the browser's credential API takes or gives; its inside is checked by the server's passkey library. */
const publicKey = z
  .record(z.string(), z.unknown())
  .meta({ description: 'options of the browser credential API, JSON form' })
const credential = z.looseObject({ id: z.string().min(1).max(1400), type: z.string().max(40) })

export const mfaStatus = operation({
  id: 'identity.mfaStatus',
  method: 'GET',
  path: '/v1/auth/mfa',
  summary: 'The factors of the person, and whether one is demanded.',
  access: 'person',
  audiences: SURFACES,
  ok: z.object({
    required: z.boolean(),
    totp: z.boolean(),
    passkeys: z.int(),
    recovery_left: z.int(),
    grace_until: instant.nullable(),
  }),
})

export const enrollTotp = operation({
  id: 'identity.enrollTotp',
  method: 'POST',
  path: '/v1/auth/mfa/totp/enroll',
  summary: 'Draws a secret for an authenticator app; it counts once a code of it was shown.',
  access: 'ticket',
  stepUp: true,
  status: 201,
  body: z.strictObject({ mfa_ticket_id: ticket.optional() }).prefault({}),
  ok: z.object({ totp_secret: z.string(), otpauth_uri: z.string() }),
  errors: ['AUTH_MFA_CHALLENGE_INVALID', 'AUTH_RATE_LIMITED', 'CONFLICT'],
  secretAnswer: true,
  ...entry,
})

export const activateTotp = operation({
  id: 'identity.activateTotp',
  method: 'POST',
  path: '/v1/auth/mfa/totp/activate',
  summary: 'Proves the authenticator app; with a ticket it also completes the sign-in. Shows the recovery codes once.',
  access: 'ticket',
  stepUp: true,
  body: z.strictObject({ mfa_ticket_id: ticket.optional(), totp_code: totpCode }),
  ok: z.discriminatedUnion('result', [
    Session.extend({ recovery_codes: recoveryCodes }),
    z.object({ result: z.literal('activated'), recovery_codes: recoveryCodes }),
  ]),
  errors: [...FACTOR_ERRORS, ...SIGN_IN_ERRORS, 'AUTH_MFA_SETUP_REQUIRED', 'CONFLICT'],
  secretAnswer: true,
  ...entry,
})

export const verifyFactor = operation({
  id: 'identity.verifyFactor',
  method: 'POST',
  path: '/v1/auth/mfa/verify',
  summary:
    'Completes a sign-in with a code of the authenticator app or a recovery code; 202 where the firm demands a passkey besides.',
  access: 'public',
  body: z
    .strictObject({ mfa_ticket_id: ticket, totp_code: totpCode.optional(), recovery_code: recoveryCode.optional() })
    .refine(
      (body) => (body.totp_code === undefined) !== (body.recovery_code === undefined),
      'one of totp_code and recovery_code',
    ),
  ok: z.discriminatedUnion('result', [Session, FactorDue]),
  alsoStatus: [202],
  errors: [...FACTOR_ERRORS, ...SIGN_IN_ERRORS, 'AUTH_BLOCKED', 'TENANT_NOT_ENABLED'],
  secretAnswer: true,
  idempotency: 'ignored',
  bodyLimit: AUTH_BODY_LIMIT,
})

export const regenerateRecoveryCodes = operation({
  id: 'identity.regenerateRecoveryCodes',
  method: 'POST',
  path: '/v1/auth/mfa/recovery-codes/regenerate',
  summary: 'Draws ten new recovery codes; the old ones are void.',
  access: 'person',
  stepUp: true,
  ok: z.object({ recovery_codes: recoveryCodes }),
  errors: ['AUTH_MFA_SETUP_REQUIRED', 'AUTH_RATE_LIMITED'],
  secretAnswer: true,
  ...own,
})

export const removeTotp = operation({
  id: 'identity.removeTotp',
  method: 'DELETE',
  path: '/v1/auth/mfa/totp',
  summary: 'Takes the authenticator app away.',
  access: 'person',
  stepUp: true,
  audiences: SURFACES,
  status: 204,
  ok: z.undefined(),
  errors: ['AUTH_MFA_SETUP_REQUIRED', 'AUTH_MFA_LAST_FACTOR'],
})

export const stepUp = operation({
  id: 'identity.stepUp',
  method: 'POST',
  path: '/v1/auth/step-up',
  summary: 'Proves a factor again for 300 seconds; the password only of a person without any factor.',
  access: 'person',
  body: z
    .strictObject({ method: z.enum(['TOTP', 'PASSWORD']), code: totpCode.optional(), password: password.optional() })
    .refine(
      (body) => (body.method === 'TOTP' ? body.code : body.password) !== undefined,
      'code or password, as the method says',
    ),
  ok: z.object({ step_up_until: instant }),
  errors: ['AUTH_MFA_INVALID_CODE', 'AUTH_MFA_LOCKED', 'AUTH_LOCKED', 'AUTH_RATE_LIMITED', 'AUTH_MFA_SETUP_REQUIRED'],
  ...entry,
})

export const registerPasskeyOptions = operation({
  id: 'identity.registerPasskeyOptions',
  method: 'POST',
  path: '/v1/auth/webauthn/register/options',
  summary: 'Begins a passkey: challenge and options for the browser.',
  access: 'ticket',
  stepUp: true,
  body: z.strictObject({ mfa_ticket_id: ticket.optional() }).prefault({}),
  ok: z.object({ challenge_id: z.string(), public_key: publicKey }),
  errors: ['AUTH_MFA_CHALLENGE_INVALID', 'AUTH_WEBAUTHN_LIMIT_REACHED', 'AUTH_RATE_LIMITED'],
  auditNone: 'a challenge grants nothing; registering is audited',
  ...entry,
})

const PASSKEY_ERRORS = [
  'AUTH_WEBAUTHN_CHALLENGE_INVALID',
  'AUTH_WEBAUTHN_VERIFICATION_FAILED',
  'AUTH_WEBAUTHN_UNSUPPORTED_ALG',
  'AUTH_MFA_CHALLENGE_INVALID',
  'AUTH_RATE_LIMITED',
] as const

export const registerPasskey = operation({
  id: 'identity.registerPasskey',
  method: 'POST',
  path: '/v1/auth/webauthn/register/verify',
  summary: 'Keeps a passkey; with a ticket it also completes the sign-in and shows the recovery codes once.',
  access: 'ticket',
  stepUp: true,
  status: 201,
  body: z.strictObject({
    challenge_id: z.string().min(1).max(100),
    credential,
    nickname: text(60),
    mfa_ticket_id: ticket.optional(),
  }),
  ok: z.object({
    credential_id: z.string(),
    created_at: instant,
    session: Session.optional(),
    recovery_codes: recoveryCodes.optional(),
  }),
  errors: [...PASSKEY_ERRORS, ...SIGN_IN_ERRORS, 'AUTH_WEBAUTHN_CREDENTIAL_EXISTS', 'AUTH_WEBAUTHN_LIMIT_REACHED'],
  secretAnswer: true,
  ...entry,
  bodyLimit: PASSKEY_BODY_LIMIT,
})

export const assertPasskeyOptions = operation({
  id: 'identity.assertPasskeyOptions',
  method: 'POST',
  path: '/v1/auth/webauthn/assert/options',
  summary: 'Begins a passkey check: for a ticket (mfa), for a signed-in person (step_up), or to sign in (login).',
  access: 'ticket',
  body: z
    .strictObject({
      purpose: z.enum(['mfa', 'step_up', 'login']),
      mfa_ticket_id: ticket.optional(),
      aud: surface.optional(),
      tenant: tenantSlug.optional(),
    })
    .refine((body) => body.purpose !== 'login' || body.aud !== undefined, {
      path: ['aud'],
      message: 'needed to sign in',
    }),
  ok: z.object({ challenge_id: z.string(), public_key: publicKey }),
  errors: ['AUTH_MFA_CHALLENGE_INVALID', 'AUTH_WEBAUTHN_NOT_REGISTERED', 'AUTH_RATE_LIMITED', 'TENANT_NOT_ENABLED'],
  auditNone: 'a challenge grants nothing; the assertion is audited',
  ...entry,
})

export const assertPasskey = operation({
  id: 'identity.assertPasskey',
  method: 'POST',
  path: '/v1/auth/webauthn/assert/verify',
  summary: 'Checks a passkey: completes the sign-in, signs in without a password, or renews the step-up.',
  access: 'ticket',
  body: z.strictObject({
    challenge_id: z.string().min(1).max(100),
    credential,
    mfa_ticket_id: ticket.optional(),
    device_name: z.string().max(120).optional(),
  }),
  ok: z.discriminatedUnion('result', [Session, z.object({ result: z.literal('stepped_up'), step_up_until: instant })]),
  errors: [
    ...PASSKEY_ERRORS,
    ...SIGN_IN_ERRORS,
    'AUTH_BLOCKED',
    'TENANT_NOT_ENABLED',
    'AUTH_MFA_LOCKED',
    'AUTH_PASSWORDLESS_DISABLED',
    'AUTH_WEBAUTHN_COUNTER_REGRESSION',
  ],
  secretAnswer: true,
  ...entry,
  bodyLimit: PASSKEY_BODY_LIMIT,
})

/** A passkey as its owner sees it. */
export const Passkey = z
  .object({
    id: z.guid(),
    nickname: z.string(),
    created_at: instant,
    last_used_at: instant.nullable(),
    backed_up: z.boolean(),
    suspended: z.boolean().meta({ description: 'its counter went backwards; it signs nobody in any more' }),
  })
  .meta({ id: 'Passkey' })

export const listPasskeys = operation({
  id: 'identity.listPasskeys',
  method: 'GET',
  path: '/v1/auth/webauthn/credentials',
  summary: 'The passkeys of the person.',
  access: 'person',
  audiences: SURFACES,
  ok: page(Passkey),
})

export const renamePasskey = operation({
  id: 'identity.renamePasskey',
  method: 'PATCH',
  path: '/v1/auth/webauthn/credentials/:id',
  summary: 'Gives a passkey another name.',
  access: 'person',
  audiences: SURFACES,
  params: byId,
  body: z.strictObject({ nickname: text(60) }),
  ok: Passkey,
  auditNone: 'a name that only its owner sees',
})

export const removePasskey = operation({
  id: 'identity.removePasskey',
  method: 'DELETE',
  path: '/v1/auth/webauthn/credentials/:id',
  summary: 'Takes a passkey away.',
  access: 'person',
  stepUp: true,
  audiences: SURFACES,
  params: byId,
  status: 204,
  ok: z.undefined(),
  errors: ['AUTH_MFA_LAST_FACTOR'],
})
