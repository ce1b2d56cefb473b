import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../errors.ts'
import { createPasswords } from './passwords.ts'

const CHEAP = { memoryKib: 8_192, passes: 1 }

test('ID-18 a password is kept as Argon2id 1.3: 64 MiB, three passes, salt of 16 and tag of 32 bytes; equal ones differ', async () => {
  const { hash, verify, isOutdated } = createPasswords({ memoryKib: 65_536, passes: 3 })
  const [one, two] = [await hash('quiet river stone lamp'), await hash('quiet river stone lamp')]
  assert.match(one, /^\$argon2id\$v=19\$m=65536,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.notEqual(one, two)
  assert.deepEqual(
    [await verify(one, 'quiet river stone lamp'), await verify(one, 'quiet river stone lamps')],
    [true, false],
  )
  assert.deepEqual([isOutdated(one), isOutdated(await createPasswords(CHEAP).hash('x'))], [false, true])
})

test('ID-18 whatever keyboard typed it, the same password is the same; nobody has the password of nobody', async () => {
  const { hash, verify } = createPasswords(CHEAP)
  assert.equal(await verify(await hash('cafe\u0301 \ufb01ne morning'), 'café fine morning'), true)
  assert.equal(await verify(null, 'no such person'), false)
})

test('four at once, a hundred waiting, and the next is told to come back; each place is used again', async () => {
  const { hash, verify } = createPasswords(CHEAP)
  const phc = await hash('quiet river stone lamp')
  for (let round = 0; round < 2; round++) {
    const asked = Array.from({ length: 107 }, () => verify(phc, 'quiet river stone lamp'))
    const told = await Promise.allSettled(asked)
    assert.equal(told.filter((one) => one.status === 'fulfilled' && one.value).length, 104)
    const busy = told.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
    assert.equal(busy.length, 3)
    for (const error of busy) {
      assert.ok(error instanceof Refusal)
      assert.deepEqual(
        [error.status, error.code, error.headers['retry-after'], error.details[0]?.reason],
        [503, 'DEPENDENCY_UNAVAILABLE', '2', 'password_check_busy'],
      )
    }
  }
})
