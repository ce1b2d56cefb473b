import { generateRegistrationOptions } from '@simplewebauthn/server'
import { MAX_PASSKEYS, registerPasskey, registerPasskeyOptions } from '@zenops/contracts/identity-factors'
import type { ParsedOf, ResultOf } from '@zenops/contracts/kit'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { first } from '../../../platform/db/rows.ts'
import { Refusal } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { IdentityParts } from '../../access/index.ts'
import { settleNewFactor } from '../changed-factors.ts'
import { deniedOf, eventOf, type FactorCall, withHolder } from '../holder.ts'
import { checkRegistration, PASSKEY_ALGORITHMS } from '../passkey-answer.ts'
import { refused } from '../refusals.ts'
import { CHALLENGE_LIFE, expectedOf, livePasskeys, newChallenge, refusalOr, takeChallenge } from '../passkeys.ts'

const on = operationsOf<'identity'>()

const full = (): Refusal => refused('AUTH_WEBAUTHN_LIMIT_REACHED', 'limit_reached', { limit: MAX_PASSKEYS })

export const registerPasskeyOptionsOperation = (parts: IdentityParts) =>
  on.open(registerPasskeyOptions, (context, { body }) =>
    withHolder({ context, parts, ticketId: body.mfa_ticket_id, stand: 'SETUP', act: 'proof:begin' }, async (call) => {
      const { tx, holder, person } = call
      const excludeCredentials = await livePasskeys(tx, person.id)
      if (excludeCredentials.length >= MAX_PASSKEYS) throw full()
      const { id, challenge } = await newChallenge(tx, { ...holder, purpose: 'REGISTER' })
      const firm = await first(tx)<{ passwordless: boolean }>`
        select passwordless from identity.tenants where id = ${holder.tenantId}::uuid`
      const residentKey = firm?.passwordless ? 'required' : 'preferred'
      const public_key = await generateRegistrationOptions({
        rpName: parts.config.WEBAUTHN_RP_NAME,
        rpID: parts.config.WEBAUTHN_RP_ID,
        userID: new Uint8Array(person.handle),
        userName: person.email ?? person.name,
        userDisplayName: person.name,
        challenge,
        timeout: CHALLENGE_LIFE * 1000,
        attestationType: 'none',
        excludeCredentials,
        authenticatorSelection: { residentKey, userVerification: 'required' },
        supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
      })
      return { value: { body: { challenge_id: id, public_key: { ...public_key } } }, audit: NOTHING_CHANGED }
    }),
  )

interface Kept {
  readonly id: string
  readonly created_at: string
}

/** The passkey kept, or the refusal; a challenge once shown is used up either way. */
async function keep({ tx, person, parts }: FactorCall, body: ParsedOf<typeof registerPasskey>['body']) {
  const taken = await takeChallenge(tx, body.challenge_id, { purpose: 'REGISTER', userId: person.id })
  if (!taken) return refused('AUTH_WEBAUTHN_CHALLENGE_INVALID', 'challenge_not_found')
  const made = await checkRegistration(body.credential, expectedOf(taken, parts)).catch(refusalOr)
  if (made instanceof Refusal) return made
  if ((await livePasskeys(tx, person.id)).length >= MAX_PASSKEYS) return full()
  const { credential, aaguid, credentialDeviceType, credentialBackedUp } = made.info
  const kept = await first(tx)<Kept>`
    insert into identity.webauthn_credentials (user_id, credential_id, public_key_cose, alg, sign_count, transports, aaguid,
      backup_eligible, backup_state, nickname)
    values (${person.id}::uuid, ${made.credentialId}::bytea, ${Buffer.from(credential.publicKey)}::bytea, ${made.alg}, ${credential.counter},
      ${made.transports}::text[], ${aaguid}::uuid, ${credentialDeviceType === 'multiDevice'}, ${credentialBackedUp}, ${body.nickname})
    on conflict (credential_id) do nothing returning id, created_at`
  return kept ?? refused('AUTH_WEBAUTHN_CREDENTIAL_EXISTS', 'credential_exists')
}

export const registerPasskeyOperation = (parts: IdentityParts) =>
  on.open(registerPasskey, (context, { body }) =>
    withHolder<{ body: ResultOf<typeof registerPasskey> }>(
      { context, parts, ticketId: body.mfa_ticket_id, stand: 'SETUP', act: 'proof' },
      async (call) => {
        const { events } = context.services.metrics
        const kept = await keep(call, body)
        if (kept instanceof Refusal) {
          events.inc({ key: 'auth_webauthn_register_failed' })
          const after = { purpose: 'REGISTER', code: kept.code }
          return { value: kept, audit: deniedOf(call.holder, 'WEBAUTHN_FAILED', after) }
        }
        const { recovery_codes, entered } = await settleNewFactor(call, 'webauthn')
        events.inc({ key: 'auth_webauthn_register_success' })
        const answer = {
          credential_id: kept.id,
          created_at: kept.created_at,
          ...(recovery_codes ? { recovery_codes } : {}),
          ...(entered ? { session: entered.body } : {}),
        }
        const audit = eventOf(call.holder, 'WEBAUTHN_REGISTERED', {
          credential: kept.id,
          session_id: entered?.sessionId,
        })
        return { value: { body: answer, reply: entered?.reply ?? {} }, audit }
      },
    ),
  )
