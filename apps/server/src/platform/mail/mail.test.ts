import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { listDeadJobs, replayDeadJob } from '@zenops/contracts/ops-queue'
import { sql } from 'kysely'
import { after, before, beforeEach, test } from 'node:test'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { type SmtpServer, startSmtp } from '../../../test/harness/smtp.ts'
import { authScope } from '../db/scope.ts'
import { drainJobs } from '../jobs/drain.ts'
import { enqueue } from '../jobs/port.ts'
import { createMail, sendMailJob } from './mail.ts'
import type { MailMessage } from './port.ts'
import { MailRefused, smtpProvider } from './providers.ts'
import { mailJobs, tendOutboxJob } from './send-mail.ts'

const TOKEN = 'canary-link-token-0123456789abcdefghijklmnop'
const TRACE = 'a'.repeat(32)

interface Row {
  readonly id: string
  readonly status: string
  readonly hold_reason: string | null
  readonly attempt_no: number
  readonly body_text: string | null
  readonly body_html: string | null
  readonly sealed: Buffer | null
  readonly simulated: boolean
  readonly last_error_code: string | null
  readonly subject: string
  readonly wait: number
}
const rowOf = async (house: House, id: string): Promise<Row> => {
  const [row] = await house.sql<Row>(
    'select *, extract(epoch from next_attempt_at - now())::float8 as wait from notifications.outbox where id = $1',
    [id],
  )
  assert.ok(row)
  return row
}
const attemptsOf = (house: House, id: string) =>
  house.sql<{ attempt_no: number; status: string; error_code: string | null; error: string | null }>(
    'select attempt_no, status, error_code, error from notifications.attempts where outbox_id = $1 order by 1',
    [id],
  )

let people = 0
const anInvitation = (tenantId: string, extra: Partial<MailMessage<'auth_invitation'>> = {}) => ({
  tenantId,
  userId: null,
  to: `person-${++people}@test.zenops.local`,
  template: 'auth_invitation' as const,
  variables: { firm: 'Acme Valuers', inviter: 'Asha Rao', expires_at: '2026-11-27T10:00:00.000Z' },
  link: { surface: 'web', path: '/invite', token: TOKEN } as const,
  traceId: TRACE,
  ...extra,
})
const queue = (house: House, message: MailMessage, scope = authScope(message.tenantId)): Promise<string> =>
  house.app.services.database.transact(scope, (tx) => house.app.services.mail.queue(tx, message))
/** Makes everything due that waits for a later time. */
const skipWaiting = async (house: House): Promise<void> => {
  await house.sql(`update notifications.outbox set next_attempt_at = now() where status = 'failed'`)
  await house.jobsDue()
}

const everythingKept = async (house: House): Promise<string> => {
  const rows = await house.sql<{ text: string }>(`
    select convert_from(canon, 'UTF8') as text from audit.inbox
    union all select to_jsonb(r)::text from ops.jobs r
    union all select to_jsonb(o)::text from notifications.outbox o
    union all select to_jsonb(a)::text from notifications.attempts a`)
  return [...house.errors, ...rows.map((row) => row.text)].join('\n')
}

test('without a provider and outside production a mail counts as sent and stays readable for developers', async () => {
  const house = await openHouse()
  try {
    const { tenantId } = await house.firm()
    const id = await queue(house, anInvitation(tenantId))
    assert.equal((await rowOf(house, id)).status, 'queued')
    await house.runJobs()
    const row = await rowOf(house, id)
    assert.deepEqual([row.status, row.simulated, row.sealed], ['sent', true, null])
    assert.equal(row.subject, 'Asha Rao invites you to Acme Valuers')
    assert.match(row.body_text ?? '', new RegExp(`http://localhost:3000/invite#token=${TOKEN}\\n`))
    assert.match(row.body_html ?? '', new RegExp(`#token=${TOKEN}`))
    assert.deepEqual(await attemptsOf(house, id), [])
  } finally {
    await house.close()
  }
})

test('a mail is written by the house with or without a tenant, for several firms in one transaction', async () => {
  const house = await openHouse()
  try {
    const [one, other] = [await house.firm(), await house.firm()]
    const { database, mail } = house.app.services
    const ids = await database.transact(authScope(), async (tx) => [
      await mail.queue(tx, anInvitation(one.tenantId)),
      await mail.queue(tx, anInvitation(other.tenantId)),
    ])
    await house.runJobs()
    for (const id of ids) assert.equal((await rowOf(house, id)).status, 'sent')
    const asWeb = { role: 'zen_web', tenantId: one.tenantId, userId: one.owner.userId, aud: 'web' } as const
    await queue(house, anInvitation(one.tenantId), asWeb)
    await assert.rejects(queue(house, anInvitation(other.tenantId), asWeb), /row-level security/)
    await assert.rejects(
      database.transact(authScope(), async (tx) => {
        await mail.queue(tx, anInvitation(one.tenantId, { to: 'rolled-back@test.zenops.local' }))
        throw new Error('the operation failed')
      }),
      /the operation failed/,
    )
    const kept = await house.sql("select 1 from notifications.outbox where recipient = 'rolled-back@test.zenops.local'")
    assert.equal(kept.length, 0)
  } finally {
    await house.close()
  }
})

test('in production a mail without a provider waits, sealed, and leaves when one is set', async () => {
  const origins = { web: 'https://web.test', portal: 'https://portal.test', studio: 'https://studio.test' }
  const house = await openHouse()
  try {
    const { tenantId } = await house.firm()
    const inProduction = createMail({
      config: { ...house.config, NODE_ENV: 'production' },
      origins,
    })
    const options = house.app.workerOptions()
    const others = options.handlers.filter((handler) => !handler.job.kind.startsWith('notifications.'))
    const workOf = (mail: typeof inProduction) =>
      drainJobs({ ...options, handlers: [...others, ...mailJobs(mail, house.app.services)] })
    const id = await house.app.services.database.transact(authScope(tenantId), (tx) =>
      inProduction.queue(tx, anInvitation(tenantId)),
    )
    const sealed = await rowOf(house, id)
    assert.deepEqual([sealed.body_text, sealed.body_html], [null, null])
    assert.ok((sealed.sealed?.length ?? 0) > 100)
    await workOf(inProduction)
    const held = await rowOf(house, id)
    assert.deepEqual([held.status, held.hold_reason, held.attempt_no], ['queued', 'provider_not_configured', 0])
    assert.ok(!(await everythingKept(house)).includes(TOKEN))

    const smtp = await startSmtp()
    const sending = createMail({
      config: { ...house.config, NODE_ENV: 'production', SMTP_URL: smtp.url, MAIL_FROM: 'Acme <mail@acme.test>' },
      origins,
    })
    try {
      await house.sql(`update notifications.outbox set next_attempt_at = now() - interval '2 minutes'`)
      await house.app.services.database.transact(authScope(tenantId), (tx) =>
        enqueue(tx, tendOutboxJob, { payload: {}, traceId: TRACE }),
      )
      await workOf(sending)
      assert.equal((await rowOf(house, id)).status, 'sent')
      assert.match(smtp.mails[0]?.text ?? '', new RegExp(`https://web.test/invite#token=${TOKEN}`))
      assert.equal((await rowOf(house, id)).sealed, null)
    } finally {
      sending.close()
      await smtp.stop()
    }
  } finally {
    await house.close()
  }
})

let smtp: SmtpServer
let house: House
let tenantId: string
before(async () => {
  smtp = await startSmtp()
  house = await openHouse({ SMTP_URL: smtp.url, MAIL_FROM: 'Acme Valuers <mail@acme.test>', LOG_LEVEL: 'debug' })
  tenantId = (await house.firm()).tenantId
})
beforeEach(() => {
  smtp.behave('take')
  smtp.onMail(async () => {})
  smtp.mails.splice(0)
})
after(async () => {
  house.errors.splice(0)
  await house.close()
  await smtp.stop()
})

test('a mail leaves once, whole, with its own id, and the secret link is gone from the row', async () => {
  const message = anInvitation(tenantId)
  const id = await queue(house, message)
  assert.ok(!(await everythingKept(house)).includes(TOKEN), 'the link lies sealed')
  await house.runJobs()
  const [mail, ...more] = smtp.mails
  assert.equal(more.length, 0)
  assert.deepEqual(mail?.to, [message.to])
  assert.equal(mail?.headers['message-id'], `<${id}@acme.test>`)
  assert.equal(mail?.headers['from'], 'Acme Valuers <mail@acme.test>')
  assert.equal(mail?.headers['subject'], 'Asha Rao invites you to Acme Valuers')
  assert.match(mail?.text ?? '', new RegExp(`http://localhost:3000/invite#token=${TOKEN}`))
  const row = await rowOf(house, id)
  assert.deepEqual([row.status, row.sealed, row.body_text, row.simulated], ['sent', null, null, false])
  assert.deepEqual(await attemptsOf(house, id), [{ attempt_no: 1, status: 'sent', error_code: null, error: null }])
  await house.runJobs()
  assert.equal(smtp.mails.length, 1)
})

test('a temporary refusal is tried again later under the same id; five of them are the end', async () => {
  const id = await queue(house, anInvitation(tenantId))
  smtp.behave({ code: 451, says: 'try later' })
  const waits = [5, 60, 600, 7_200]
  for (const [index, wait] of waits.entries()) {
    await house.runJobs()
    const row = await rowOf(house, id)
    assert.deepEqual([row.status, row.attempt_no, row.last_error_code], ['failed', index + 1, 'smtp_451'])
    assert.ok(row.wait > wait * 0.7 && row.wait < wait * 1.3, `${row.wait} s after attempt ${index + 1}`)
    await house.runJobs()
    assert.equal((await rowOf(house, id)).attempt_no, index + 1, 'not before its time')
    await skipWaiting(house)
  }
  await house.runJobs()
  assert.deepEqual([(await rowOf(house, id)).status, (await attemptsOf(house, id)).length], ['dead', 5])

  const second = await queue(house, anInvitation(tenantId))
  await house.runJobs()
  smtp.behave('take')
  await skipWaiting(house)
  await house.runJobs()
  assert.equal((await rowOf(house, second)).status, 'sent')
  assert.deepEqual(
    smtp.mails.map((mail) => mail.headers['message-id']),
    [`<${second}@acme.test>`],
  )
})

test('AU-31 a dead mail lies among the dead letters, and a replay sends it, once', async () => {
  const firm = await house.firm()
  const id = await queue(house, anInvitation(firm.tenantId, { to: 'dead-letter@test.zenops.local' }))
  smtp.behave({ code: 550, says: 'no' })
  await house.runJobs()
  const [dead, ...more] = (await firm.owner.ok(listDeadJobs, { query: {} })).items
  assert.ok(dead)
  assert.deepEqual([dead.queue, dead.error_code, more], ['notifications.send_mail', 'smtp_550', []])
  const kept = await house.sql<{ text: string }>(
    'select to_jsonb(d)::text as text from ops.dead_jobs d where tenant_id = $1',
    [firm.tenantId],
  )
  assert.ok(kept.every(({ text }) => text.includes(id) && !text.includes('dead-letter@') && !text.includes(TOKEN)))
  smtp.behave('take')
  await house.runJobs()
  assert.equal((await rowOf(house, id)).status, 'dead', 'it rests until somebody asks')
  const before = smtp.mails.length
  const replay = { params: { id: dead.id }, body: { reason: 'the mailbox is there again' } }
  await firm.owner.ok(replayDeadJob, replay, { 'idempotency-key': randomUUID() })
  await house.runJobs()
  await house.runJobs()
  assert.deepEqual([(await rowOf(house, id)).status, smtp.mails.length - before], ['sent', 1])
})

test('AU-31 a mail that ended without being handed to anybody lies among the dead letters too, and a replay sends what still can be', async () => {
  const firm = await house.firm()
  const late = await queue(house, anInvitation(firm.tenantId, { expiresAt: new Date(Date.now() - 1_000) }))
  const worn = await queue(house, anInvitation(firm.tenantId))
  await house.sql('update notifications.outbox set attempt_no = 5 where id = $1', [worn])
  await house.runJobs()
  const { items } = await firm.owner.ok(listDeadJobs, { query: { queue: 'notifications.send_mail' } })
  assert.deepEqual(items.map((one) => one.error_code).toSorted(), ['attempts_used_up', 'expired'])
  for (const { id } of items) {
    const replay = { params: { id }, body: { reason: 'somebody waits for it' } }
    await firm.owner.ok(replayDeadJob, replay, { 'idempotency-key': randomUUID() })
  }
  await house.runJobs()
  assert.deepEqual(
    [(await rowOf(house, worn)).status, (await rowOf(house, late)).status, smtp.mails.length],
    ['sent', 'dead', 1],
  )
  const again = await firm.owner.ok(listDeadJobs, { query: { queue: 'notifications.send_mail' } })
  assert.deepEqual(
    again.items.map((one) => one.error_code),
    ['expired'],
  )
})

test('a permanent refusal ends it at once, and neither address nor link is written down', async () => {
  const message = anInvitation(tenantId, { to: 'canary-recipient@test.zenops.local' })
  smtp.behave({ code: 550, says: `no such user ${message.to} http://localhost/invite#token=${TOKEN}` })
  const id = await queue(house, message)
  await house.runJobs()
  assert.deepEqual([(await rowOf(house, id)).status, (await rowOf(house, id)).last_error_code], ['dead', 'smtp_550'])
  const [attempt] = await attemptsOf(house, id)
  assert.deepEqual([attempt?.status, attempt?.error_code], ['failed', 'smtp_550'])
  assert.match(attempt?.error ?? '', /no such user \(address\)/)
  const logged = house.errors.join('\n')
  assert.match(logged, /mail_not_sent/)
  for (const secret of [TOKEN, message.to]) assert.ok(!logged.includes(secret))
  assert.ok(!(await everythingKept(house)).includes(TOKEN))
})

test('a worker that lost its mail while sending writes its own attempt and nothing else', async () => {
  const id = await queue(house, anInvitation(tenantId))
  const other = '99999999-9999-4999-8999-999999999999'
  smtp.onMail(async () => {
    await house.sql('update notifications.outbox set lease_token = $2 where id = $1', [id, other])
  })
  await house.runJobs()
  const row = await rowOf(house, id)
  assert.deepEqual([row.status, row.attempt_no], ['sending', 1])
  assert.equal((await attemptsOf(house, id))[0]?.status, 'sent')
})

test('a crash between sending and writing it down repeats the mail under the same id', async () => {
  const id = await queue(house, anInvitation(tenantId))
  // As the crash leaves it: the server has the mail, the row still says that it is being sent.
  smtp.onMail(async () => {
    await house.sql(
      `update notifications.outbox set lease_token = gen_random_uuid(), lease_until = now() + interval '1 hour' where id = $1`,
      [id],
    )
  })
  await house.runJobs()
  await house.sql(`update notifications.attempts set status = 'sending', finished_at = null where outbox_id = $1`, [id])
  smtp.onMail(async () => {})
  const again = () =>
    house.app.services.database.transact(authScope(tenantId), (tx) =>
      enqueue(tx, sendMailJob, { payload: { outbox_id: id }, traceId: TRACE }),
    )
  await again()
  await house.runJobs()
  assert.equal(smtp.mails.length, 1, 'the lease is respected')
  await house.sql(`update notifications.outbox set lease_until = now() - interval '1 second' where id = $1`, [id])
  await skipWaiting(house)
  await house.runJobs()
  assert.deepEqual(
    smtp.mails.map((mail) => mail.headers['message-id']),
    [`<${id}@acme.test>`, `<${id}@acme.test>`],
  )
  assert.equal((await rowOf(house, id)).status, 'sent')
  assert.deepEqual(
    (await attemptsOf(house, id)).map((attempt) => attempt.status),
    ['unknown', 'sent'],
  )
})

test('a mail whose time is over, or whose person is erased, is not sent and keeps no link', async () => {
  const late = await queue(house, anInvitation(tenantId, { expiresAt: new Date(Date.now() - 1_000) }))
  const { userId } = await house.member(tenantId, 'valuer')
  const gone = await queue(house, anInvitation(tenantId, { userId }))
  await house.sql(`update identity.users set status = 'erased' where id = $1`, [userId])
  await house.runJobs()
  assert.equal(smtp.mails.length, 0)
  for (const [id, status, code] of [
    [late, 'dead', 'expired'],
    [gone, 'suppressed', 'recipient_inactive'],
  ] as const) {
    const row = await rowOf(house, id)
    assert.deepEqual([row.status, row.last_error_code, row.sealed], [status, code, null])
  }
})

test('a lost signal is found; old rows go by retention, with their attempts', async () => {
  const old = await queue(house, anInvitation(tenantId))
  await house.runJobs()
  await house.sql(`update notifications.outbox set sent_at = now() - interval '31 days' where id = $1`, [old])
  const lost = await queue(house, anInvitation(tenantId))
  await house.sql('delete from ops.jobs')
  await house.sql(`update notifications.outbox set next_attempt_at = now() - interval '2 minutes' where id = $1`, [
    lost,
  ])
  await house.app.services.database.transact(authScope(tenantId), (tx) =>
    enqueue(tx, tendOutboxJob, { payload: {}, traceId: TRACE }),
  )
  await house.app.services.database.transact({ role: 'zen_worker', tenantId, userId: null, aud: 'worker' }, (tx) =>
    sql`select ops.enqueue_job('retention.run', '{"class": "outbox_delivered", "dry_run": false}', ${TRACE})`.execute(
      tx,
    ),
  )
  await house.runJobs()
  assert.equal((await rowOf(house, lost)).status, 'sent')
  assert.deepEqual(await house.sql('select 1 from notifications.outbox where id = $1', [old]), [])
  assert.deepEqual(await attemptsOf(house, old), [])
})

test('a server that takes the connection and says nothing is given up after seconds', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve())
  })
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const provider = smtpProvider(`smtp://127.0.0.1:${port}`, 'mail@acme.test')
  try {
    await assert.rejects(
      provider.send({ messageId: '<1@acme.test>', to: 'a@test.zenops.local', subject: 's', text: 't', html: 'h' }),
      (error) => error instanceof MailRefused && error.code === 'ETIMEDOUT' && !error.permanent,
    )
  } finally {
    provider.close()
    silent.close()
  }
})

test('a server that takes the mail and never answers is given up when the time is over', async () => {
  smtp.behave('hang')
  const provider = smtpProvider(smtp.url, 'mail@acme.test', { totalMs: 500 })
  const mail = { messageId: '<2@acme.test>', to: 'a@test.zenops.local', subject: 's', text: 't', html: 'h' }
  try {
    await assert.rejects(
      provider.send(mail),
      (error) => error instanceof MailRefused && /^(ETIMEDOUT|EABORT)$/.test(error.code) && !error.permanent,
    )
    smtp.behave('take')
    assert.equal(await provider.send(mail), '<2@acme.test>')
  } finally {
    provider.close()
  }
})
