import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { uuidv7 } from '../ids.ts'
import { createSecretBox } from './secret-box.ts'
import { isEnvelope } from '../audit/personal.ts'
import { aboutKey, createSubjectKeys, openPersonal, sealPersonal, type SubjectKeys } from './subject-keys.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const ring = [{ kid: 'new', secret: 'n'.repeat(40) }]
const keysOf = (box = createSecretBox(ring)): SubjectKeys => createSubjectKeys({ box, clock: house.app.services.clock })
const workerOf = (tenantId: string) => ({ role: 'zen_worker', tenantId, userId: null, aud: 'worker' }) as const
const transact = <T>(tenantId: string, work: Parameters<typeof house.app.services.database.transact<T>>[1]) =>
  house.app.services.database.transact(workerOf(tenantId), work)

const placeOf = (tenantId: string) => ({ tenantId, eventId: uuidv7(), path: '/after/email' })

test('what is sealed for a person opens in its place alone, with his key alone', async () => {
  const { tenantId } = await house.firm()
  const [person, other] = [uuidv7(), uuidv7()]
  const keys = await transact(tenantId, (tx) => keysOf().keysFor(tx, tenantId, [person, other]))
  const [key, another] = [keys.get(person), keys.get(other)]
  assert.ok(key && another)
  const place = placeOf(tenantId)
  const envelope = sealPersonal(key, 'meera@example.test', place)
  assert.ok(isEnvelope(envelope))
  assert.ok(!isEnvelope({ ...envelope, more: 1 }))
  assert.equal(openPersonal(key, envelope, place), 'meera@example.test')
  assert.throws(() => openPersonal(key, envelope, { ...place, path: '/before/email' }))
  assert.throws(() => openPersonal(key, envelope, { ...place, eventId: uuidv7() }))
  assert.throws(() => openPersonal(another, envelope, place))
  // The same value twice gives two texts.
  assert.notEqual(sealPersonal(key, 'meera@example.test', place).$p.c, envelope.$p.c)
})

test('of two processes that meet a person first one draws the key; both seal under it', async () => {
  const { tenantId } = await house.firm()
  const person = uuidv7()
  const [one, two] = await Promise.all(
    [keysOf(), keysOf()].map((keys) => transact(tenantId, (tx) => keys.keysFor(tx, tenantId, [person]))),
  )
  assert.equal(one?.get(person)?.keyId, two?.get(person)?.keyId)
  assert.deepEqual(one?.get(person)?.bytes, two?.get(person)?.bytes)
})

test('a key that was rolled back is not remembered; a known one costs no statement', async () => {
  const { tenantId } = await house.firm()
  const person = uuidv7()
  const keys = keysOf()
  await assert.rejects(
    transact(tenantId, async (tx) => {
      await keys.keysFor(tx, tenantId, [person])
      throw new Error('undone')
    }),
    /undone/,
  )
  const drawn = await transact(tenantId, (tx) => keys.keysFor(tx, tenantId, [person]))
  const again = await transact(tenantId, (tx) => keys.keysFor(tx, tenantId, [person]))
  assert.equal(again.get(person)?.keyId, drawn.get(person)?.keyId)
  const spare = {} as never // a transaction that would throw when used
  assert.equal((await keys.keysFor(spare, tenantId, [person])).get(person)?.keyId, drawn.get(person)?.keyId)
})

test('AU-36 a destroyed key opens nothing, is never drawn again, and cannot be brought back even by the owner', async () => {
  const { tenantId } = await house.firm()
  const person = uuidv7()
  const keys = keysOf()
  const place = placeOf(tenantId)
  const key = (await transact(tenantId, (tx) => keys.keysFor(tx, tenantId, [person]))).get(person)
  assert.ok(key)
  const envelope = sealPersonal(key, 'meera@example.test', place)
  const { rows } = await transact(tenantId, (tx) =>
    sql<{ destroy_key: string }>`select * from privacy.destroy_key(${tenantId}::uuid, ${person}::uuid)`.execute(tx),
  )
  assert.deepEqual(rows, [{ destroy_key: key.keyId }])
  const now = (await transact(tenantId, (tx) => keysOf().keysNamed(tx, tenantId, [key.keyId]))).get(key.keyId)
  assert.ok(now)
  assert.equal(now.bytes, null)
  assert.equal(openPersonal(now, envelope, place), undefined)
  // Text about him that is logged later goes to nobody's eyes either.
  const later = (await transact(tenantId, (tx) => keysOf().keysFor(tx, tenantId, [person]))).get(person)
  assert.equal(later?.keyId, key.keyId)
  assert.ok(later)
  assert.equal(openPersonal(later, sealPersonal(later, 'again', place), place), undefined)
  await assert.rejects(
    house.sql(
      `update privacy.subject_keys set wrapped_key = '\\x00', kek_version = 'x', destroyed_at = null where key_id = $1`,
      [key.keyId],
    ),
    /stays destroyed/,
  )
  await assert.rejects(house.sql('delete from privacy.subject_keys where key_id = $1', [key.keyId]), /tombstone/)
})

test('keys of another firm are out of reach; only the runner destroys', async () => {
  const { tenantId, stranger, owner } = await house.firm()
  const person = uuidv7()
  await transact(tenantId, (tx) => keysOf().keysFor(tx, tenantId, [person]))
  await assert.rejects(
    transact(stranger.tenantId, (tx) => keysOf().keysFor(tx, tenantId, [person])),
    /another firm/,
  )
  await assert.rejects(
    transact(stranger.tenantId, (tx) => keysOf().keysNamed(tx, tenantId, [randomUUID()])),
    /another firm/,
  )
  const web = { role: 'zen_web', tenantId, userId: owner.userId, aud: 'web' } as const
  await assert.rejects(
    house.app.services.database.transact(web, (tx) =>
      sql`select privacy.destroy_key(${tenantId}::uuid, ${person}::uuid)`.execute(tx),
    ),
    /permission denied/,
  )
  await assert.rejects(
    house.app.services.database.transact(web, (tx) => sql`select * from privacy.subject_keys`.execute(tx)),
    /permission denied/,
  )
})

test('a wrapped key does not unwrap in another row or under another ring', async () => {
  const box = createSecretBox(ring)
  const wrapped = await box.wrap(Buffer.alloc(32, 7), aboutKey('a'))
  assert.deepEqual(await box.unwrap(wrapped, aboutKey('a')), Buffer.alloc(32, 7))
  await assert.rejects(box.unwrap(wrapped, aboutKey('b')))
  await assert.rejects(createSecretBox([{ kid: 'other', secret: 'o'.repeat(40) }]).unwrap(wrapped, aboutKey('a')))
})
