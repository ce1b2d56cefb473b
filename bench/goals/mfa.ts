import { login } from '@zenops/contracts/identity'
import { enrollTotp, activateTotp, verifyFactor } from '@zenops/contracts/identity-factors'
import type { Operation } from '@zenops/contracts/kit'
import { Secret, TOTP } from 'otpauth'
import { addMember } from '../../apps/server/src/app.ts'
import { authScope } from '../../apps/server/src/platform/db/scope.ts'
import { uuidv7 } from '../../apps/server/src/platform/ids.ts'
import { type BenchHouse, openBenchHouse } from '../firm.ts'
import type { Goal, GoalResult } from '../goal-kit.ts'

const PASSWORD = 'a long enough phrase'
const AT_ONCE = 50

interface Reply {
  readonly status: number
  readonly code: string
  readonly body: Record<string, unknown>
}

async function call(url: string, operation: Operation, body: object): Promise<Reply> {
  const response = await fetch(`${url}${operation.path}`, {
    method: operation.method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as Record<string, unknown> // the contract's or the four-field shape
  return {
    status: response.status,
    code: typeof answer['error_code'] === 'string' ? answer['error_code'] : '',
    body: answer,
  }
}

interface Person {
  readonly userId: string
  readonly email: string
  readonly tenantId: string
  readonly secret: string
  readonly codes: readonly string[]
}

const codeOf = (secret: string): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate()

async function ticketOf(url: string, who: Pick<Person, 'email' | 'tenantId'>): Promise<string> {
  const { body } = await call(url, login, {
    aud: 'web',
    email: who.email,
    password: PASSWORD,
    tenant_id: who.tenantId,
  })
  return String(body['mfa_ticket_id'])
}

/** An administrator who has set up an authenticator app at his first sign-in. */
async function addPerson(house: BenchHouse, url: string): Promise<Person> {
  const tenantId = house.firms[0]?.tenantId ?? ''
  const email = `mfa-${uuidv7()}@bench.zenops.local`
  const passwordPhc = await house.app.passwords.hash(PASSWORD)
  const userId = await house.app.services.database.transact(authScope(), (tx) =>
    addMember(tx, { tenantId, email, name: 'Admin', jobTemplates: ['ops_manager'], passwordPhc }),
  )
  const mfa_ticket_id = await ticketOf(url, { email, tenantId })
  const secret = String((await call(url, enrollTotp, { mfa_ticket_id })).body['totp_secret'])
  const { body } = await call(url, activateTotp, { mfa_ticket_id, totp_code: codeOf(secret) })
  const codes = body['recovery_codes'] as string[] // ten texts, by the contract
  // The step of the set-up counted; the present one may count again.
  await house.database.sql('update identity.auth_totp set last_step = 0 where user_id = $1', [userId])
  return { userId, email, tenantId, secret, codes }
}

/** The same proof shown at once on two processes: by as many tickets, and by one. Answers how many got a session. */
async function race(urls: readonly string[], tickets: readonly string[], proof: object): Promise<number> {
  const replies = await Promise.all(
    tickets.map((mfa_ticket_id, i) => call(urls[i % urls.length] ?? '', verifyFactor, { mfa_ticket_id, ...proof })),
  )
  const foreign = replies.filter(({ status }) => status !== 200 && status !== 401 && status !== 429)
  if (foreign.length > 0) throw new Error(`answered ${foreign[0]?.status} ${foreign[0]?.code}`)
  return replies.filter(({ status }) => status === 200).length
}

const RACES = ['code_many_tickets', 'code_one_ticket', 'recovery_many_tickets', 'recovery_one_ticket'] as const

/** One person, one proof, fifty at once. */
async function sessionsOf(house: BenchHouse, urls: readonly string[], name: (typeof RACES)[number]): Promise<number> {
  const [url = ''] = urls
  const who = await addPerson(house, url)
  const tickets = [await ticketOf(url, who)]
  const isMany = name.endsWith('many_tickets')
  while (tickets.length < AT_ONCE) tickets.push(isMany ? await ticketOf(url, who) : (tickets[0] ?? ''))
  const isCode = name.startsWith('code')
  return race(urls, tickets, isCode ? { totp_code: codeOf(who.secret) } : { recovery_code: who.codes[0] })
}

async function mfa({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const house = await openBenchHouse()
  // The limits would hold back most of the fifty; what is shown here is that the guard does.
  const env = { MFA_ENFORCE_ADMINS: 'on', AUTH_LOGIN_RPM: '0', ARGON2_MEMORY_KIB: '8192', ARGON2_TIME: '1' }
  const children = [await house.product(env), await house.product(env)]
  const urls = children.map(({ url }) => url)
  const rounds = full ? 5 : 1
  const most: Record<string, number> = {}
  try {
    if (planted) await plant(house)
    for (let round = 0; round < rounds; round++) {
      for (const name of RACES) most[name] = Math.max(most[name] ?? 0, await sessionsOf(house, urls, name))
    }
    const ok = Object.values(most).every((sessions) => sessions === 1)
    return { ok, figures: { at_once: AT_ONCE, processes: urls.length, rounds, most_sessions: most } }
  } finally {
    for (const child of children) await child.stop()
    await house.close()
  }
}

/** The planted defect: neither the step of a code nor the use of a recovery code is remembered. */
async function plant(house: BenchHouse): Promise<void> {
  await house.database.sql(`
    create function identity.forget_step() returns trigger language plpgsql as $$ begin new.last_step := 0; return new; end $$;
    create trigger planted before update on identity.auth_totp for each row execute function identity.forget_step();
    create function identity.forget_use() returns trigger language plpgsql as $$ begin new.used_at := null; return new; end $$;
    create trigger planted before update on identity.auth_recovery_codes for each row execute function identity.forget_use()`)
}

export const goals: readonly Goal[] = [{ name: 'auth:mfa', correctness: true, run: mfa }]
