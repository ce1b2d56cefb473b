import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Autosave, REST_MS, type Clock, type DraftStore } from './autosave.ts'
import type { Draft, Stored } from './autosave-machine.ts'
import { applyPatch, patchOf, sameJson, valueAt, type Json, type Patch } from './merge-patch.ts'

class Stale extends Error {}
class Unreachable extends Error {}
class Refused extends Error {}
const classify = (error: unknown) =>
  error instanceof Stale
    ? ('stale' as const)
    : error instanceof Unreachable
      ? ('unreachable' as const)
      : ('refused' as const)

function fakeClock(): Clock & { advance(ms: number): void } {
  let time = 0
  let timers: { at: number; act: () => void }[] = []
  return {
    now: () => time,
    after(ms, act) {
      const timer = { at: time + ms, act }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    advance(ms) {
      time += ms
      const due = timers.filter((one) => one.at <= time)
      timers = timers.filter((one) => one.at > time)
      for (const one of due) one.act()
    },
  }
}

function memoryStore(): DraftStore & { readonly drafts: Map<string, Draft> } {
  const drafts = new Map<string, Draft>()
  return {
    drafts,
    get: async (key) => drafts.get(key) ?? null,
    async put(key, draft) {
      drafts.set(key, structuredClone(draft))
    },
    async remove(key) {
      drafts.delete(key)
    },
  }
}

type Net = 'up' | 'down' | 'answer_lost' | 'refusing'

/** A record on a server that checks versions, over a net that fails in the three ways nets fail. */
function fakeServer(value: Json) {
  const history: Json[] = [value]
  const server = {
    net: 'up' as Net,
    sends: 0,
    history,
    stored: { value, version: 1 } as Stored,
    write(patch: Patch) {
      server.stored = { value: applyPatch(server.stored.value, patch), version: server.stored.version + 1 }
      history.push(server.stored.value)
    },
    async send(patch: Patch, version: number) {
      server.sends += 1
      if (server.net === 'down') throw new Unreachable()
      if (server.net === 'refusing') throw new Refused('no')
      if (version !== server.stored.version) throw new Stale()
      server.write(patch)
      if (server.net === 'answer_lost') throw new Unreachable()
      return { version: server.stored.version }
    },
    async load() {
      if (server.net === 'down') throw new Unreachable()
      return server.stored
    },
  }
  return server
}

function open(server: ReturnType<typeof fakeServer>, store = memoryStore(), clock = fakeClock()) {
  const autosave = new Autosave({
    key: 'p:r',
    initial: server.stored,
    send: server.send,
    load: server.load,
    classify,
    store,
    clock,
  })
  return { autosave, store, clock, server }
}
const calm = () => new Promise<void>((resolve) => setImmediate(resolve))

test('typing rests two seconds, then one request carries the merged patch', async () => {
  const { autosave, clock, server, store } = open(fakeServer({ a: 1, c: { d: 1 } }))
  autosave.type({ a: 2 })
  clock.advance(REST_MS - 1)
  autosave.type({ c: { d: 5 } })
  clock.advance(REST_MS - 1)
  assert.equal(autosave.snapshot().phase, 'dirty')
  assert.equal(server.sends, 0)
  assert.deepEqual(store.drafts.get('p:r') ?? (await calm(), store.drafts.get('p:r')?.pending), { a: 2, c: { d: 5 } })
  clock.advance(1)
  assert.equal(autosave.snapshot().phase, 'saving')
  await calm()
  assert.equal(autosave.snapshot().phase, 'saved')
  assert.deepEqual(server.stored.value, { a: 2, c: { d: 5 } })
  assert.equal(server.sends, 1)
  assert.equal(store.drafts.size, 0)
})

test('typing while a request is under way waits for its answer', async () => {
  const { autosave, clock, server } = open(fakeServer({ a: 1 }))
  autosave.type({ a: 2 })
  autosave.flush()
  autosave.type({ a: 3 })
  autosave.flush()
  assert.equal(server.sends, 1)
  await calm()
  assert.equal(autosave.snapshot().phase, 'dirty')
  clock.advance(REST_MS)
  await calm()
  assert.deepEqual(server.stored, { value: { a: 3 }, version: 3 })
})

test('a change elsewhere in the record is taken in silently', async () => {
  const { autosave, server } = open(fakeServer({ a: 1, b: 1 }))
  autosave.type({ a: 2 })
  server.write({ b: 9 })
  autosave.flush()
  await calm()
  assert.equal(autosave.snapshot().phase, 'saved')
  assert.equal(autosave.snapshot().rebased, true)
  assert.deepEqual(autosave.value(), { a: 2, b: 9 })
  assert.deepEqual(server.stored.value, { a: 2, b: 9 })
})

test('a change of the same field asks, row by row, and a killed tab asks again', async () => {
  const first = open(fakeServer({ a: 1, b: 1 }))
  const { server, store } = first
  first.autosave.type({ a: 2, b: 2 })
  server.write({ a: 7, b: 8 })
  first.autosave.flush()
  await calm()
  const rows = [
    { path: 'a', theirs: 7, yours: 2, before: 1 },
    { path: 'b', theirs: 8, yours: 2, before: 1 },
  ]
  assert.deepEqual(first.autosave.snapshot().rows, rows)
  first.autosave.dispose()
  const second = open(server, store)
  await second.autosave.restore()
  assert.equal(second.autosave.snapshot().phase, 'conflict')
  assert.deepEqual(second.autosave.snapshot().rows, rows)
  second.autosave.resolve({ a: 'mine', b: 'theirs' })
  await calm()
  assert.equal(second.autosave.snapshot().phase, 'saved')
  assert.deepEqual(server.stored.value, { a: 2, b: 8 })
})

test('without a net the draft stays on the device and leaves when the net is back', async () => {
  const { autosave, server, store } = open(fakeServer({ a: 1 }))
  server.net = 'down'
  autosave.type({ a: 2 })
  autosave.flush()
  await calm()
  assert.equal(autosave.snapshot().phase, 'offline')
  assert.equal(autosave.isAtRisk(), false)
  assert.deepEqual(store.drafts.get('p:r')?.pending, { a: 2 })
  server.net = 'up'
  autosave.online()
  await calm()
  assert.equal(autosave.snapshot().phase, 'saved')
  assert.deepEqual(server.stored.value, { a: 2 })
})

test('an answer lost on its way back is not taken for somebody else', async () => {
  const { autosave, server } = open(fakeServer({ a: 1 }))
  server.net = 'answer_lost'
  autosave.type({ a: 2 })
  autosave.flush()
  await calm()
  autosave.type({ a: 3 })
  server.net = 'up'
  autosave.online()
  await calm()
  assert.equal(autosave.snapshot().phase, 'saved')
  assert.deepEqual(server.stored.value, { a: 3 })
})

test('a refusal keeps what was typed and waits for a change', async () => {
  const { autosave, server } = open(fakeServer({ a: 1 }))
  server.net = 'refusing'
  autosave.type({ a: -1 })
  autosave.flush()
  await calm()
  assert.equal(autosave.snapshot().phase, 'refused')
  assert.deepEqual(autosave.value(), { a: -1 })
  autosave.flush()
  assert.equal(server.sends, 1)
  server.net = 'up'
  autosave.type({ a: 4 })
  autosave.flush()
  await calm()
  assert.deepEqual(server.stored.value, { a: 4 })
})

test('a device that keeps nothing is a risk until the server has it', async () => {
  const store: DraftStore = {
    get: async () => null,
    put: () => Promise.reject(new Error('full')),
    remove: async () => {},
  }
  const server = fakeServer({ a: 1 })
  server.net = 'down'
  const autosave = new Autosave({
    key: 'p:r',
    initial: server.stored,
    send: server.send,
    load: server.load,
    classify,
    store,
    clock: fakeClock(),
  })
  autosave.type({ a: 2 })
  await calm()
  assert.equal(autosave.isAtRisk(), true)
  server.net = 'up'
  autosave.flush()
  await calm()
  assert.equal(autosave.isAtRisk(), false)
})

/** Small deterministic random numbers, so that a failing history can be run again by its seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed * 2_654_435_761 + 1
  return (sides) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0
    return state % sides
  }
}
const PLACES = [['a'], ['b'], ['c', 'd'], ['c', 'e']]

async function runHistory(seed: number): Promise<void> {
  const roll = dice(seed)
  const server = fakeServer({ a: 0, b: 0, c: { d: 0, e: 0 } })
  const store = memoryStore()
  let tab = open(server, store)
  /** Last value typed at each place, and whether the person later gave it up for theirs. */
  const typed = new Map<string, { path: string[]; value: Json; givenUp: boolean }>()
  const chooseAll = () => {
    const choices: Record<string, 'mine' | 'theirs'> = {}
    for (const row of tab.autosave.snapshot().rows) {
      const choice = roll(2) === 0 ? 'mine' : 'theirs'
      choices[row.path] = choice
      const one = typed.get(row.path)
      if (one && choice === 'theirs') one.givenUp = true
    }
    tab.autosave.resolve(choices)
  }
  const acts: (() => void | Promise<void>)[] = [
    () => {
      const path = PLACES[roll(4)] ?? ['a']
      const value = `mine-${seed}-${typed.size}-${roll(1_000_000)}`
      typed.set(path.join('.'), { path, value, givenUp: false })
      const patch = patchOf([{ path, value }])
      if (patch) tab.autosave.type(patch)
    },
    () => tab.autosave.flush(),
    () => tab.clock.advance(roll(6_000)),
    () => {
      const patch = patchOf([{ path: PLACES[roll(4)] ?? ['a'], value: `theirs-${roll(1_000_000)}` }])
      if (patch) server.write(patch)
    },
    () => {
      server.net = (['up', 'down', 'answer_lost', 'refusing'] as const)[roll(4)] ?? 'up'
    },
    chooseAll,
    calm,
    async () => {
      if (roll(3) > 0) return
      await tab.autosave.settled()
      tab.autosave.dispose()
      tab = open(server, store)
      await tab.autosave.restore()
    },
  ]
  for (let step = 0; step < 40; step += 1) await acts[roll(10) < 3 ? 0 : roll(acts.length)]?.()
  server.net = 'up'
  for (let round = 0; round < 12; round += 1) {
    await calm()
    const phase = tab.autosave.snapshot().phase
    if (phase === 'conflict') chooseAll()
    else if (phase === 'refused') tab.autosave.type(tab.autosave.snapshot().pending ?? {})
    else if (phase === 'offline') tab.autosave.online()
    else tab.autosave.flush()
  }
  await calm()
  assert.ok(
    ['saved', 'clean'].includes(tab.autosave.snapshot().phase),
    `seed ${seed}: ${tab.autosave.snapshot().phase}`,
  )
  for (const { path, value, givenUp } of typed.values())
    assert.ok(
      givenUp || server.history.some((one) => sameJson(valueAt(one, path), value)),
      `seed ${seed}: ${JSON.stringify(value)} at ${path.join('.')} is lost`,
    )
  assert.equal(store.drafts.size, 0, `seed ${seed}: a draft is left over`)
}

test('SC-06: nothing typed is lost in 1,000 random histories of edits, failures, conflicts and killed tabs', async () => {
  for (let seed = 1; seed <= 1_000; seed += 1) await runHistory(seed)
})
