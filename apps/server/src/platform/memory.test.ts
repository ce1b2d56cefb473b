import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemory, FRESH_MS } from './memory.ts'

/** A memory on a clock of its own, and how often its states were read. */
function remembering() {
  let now = 0
  let reads = 0
  const memory = createMemory<number>(() => now)
  return {
    memory,
    wait: (ms: number) => {
      now += ms
    },
    state: async (names: readonly string[] = []) =>
      memory.recall('key', async () => {
        reads += 1
        return { state: reads, names }
      }),
  }
}

test('a state is read once and trusted for five seconds', async () => {
  const { state, wait } = remembering()
  assert.equal(await state(), 1)
  wait(FRESH_MS - 1)
  assert.equal(await state(), 1)
  wait(1)
  assert.equal(await state(), 2)
})

test('a notice drops what it names, and one without a name everything', async () => {
  const { memory, state } = remembering()
  assert.equal(await state(['user:1', 'tenant:1']), 1)
  memory.forget('user:2')
  assert.equal(await state(['user:1', 'tenant:1']), 1)
  memory.forget('tenant:1')
  assert.equal(await state(), 2)
  memory.forget()
  assert.equal(await state(), 3)
})

test('what was read while a notice came is answered and not remembered', async () => {
  const { memory, state } = remembering()
  const late = memory.recall('key', async () => {
    memory.forget('somebody else')
    return { state: 0, names: [] }
  })
  assert.equal(await late, 0)
  assert.equal(await state(), 1)
})
