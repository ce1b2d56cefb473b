import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMailedLinks, type Place } from './mailed-link.ts'

const TOKEN = 'a'.repeat(43)

function placeAt(pathname: string, hash: string) {
  const seen: string[] = []
  let changed = () => {}
  const location = { pathname, search: '', hash }
  const place: Place = {
    location,
    history: {
      state: { key: 'k' },
      replaceState(state, _unused, address) {
        assert.deepEqual(state, { key: 'k' })
        location.hash = ''
        seen.push(address)
      },
    },
    addEventListener: (_kind, listener) => {
      changed = listener
    },
  }
  const paste = (next: string) => {
    location.hash = next
    changed()
  }
  return { place, seen, paste }
}

test('the token of a mailed link leaves the address at once and stays in memory', () => {
  const { place, seen, paste } = placeAt('/invite', `#token=${TOKEN}`)
  const links = openMailedLinks(place)
  assert.deepEqual(seen, ['/invite'])
  assert.deepEqual(links.current(), { path: '/invite', token: TOKEN })
  paste('#token=cut')
  assert.deepEqual(links.current(), { path: '/invite', token: '' })
  assert.deepEqual(seen, ['/invite', '/invite'])
})

test('an address without a token is left alone', () => {
  const { place, seen } = placeAt('/reset', '#main')
  assert.equal(openMailedLinks(place).current(), null)
  assert.deepEqual(seen, [])
  assert.equal(openMailedLinks(null).current(), null)
})
