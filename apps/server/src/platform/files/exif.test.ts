import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import sharp from 'sharp'
import { drawPhoto } from '../../../test/harness/photo-fixture.ts'
import { readPhotoSuggestions } from './exif.ts'

const small = { seed: 7, width: 160, height: 120 }
const read = async (wish: Partial<Parameters<typeof drawPhoto>[0]>, timeZone?: string) =>
  readPhotoSuggestions(await drawPhoto({ ...small, ...wish }), timeZone ? { timeZone } : {})

test('OP-58 a photo with time, place and device gives suggestions', async () => {
  const found = await read({
    takenAt: '2026-11-20 10:11:12',
    offset: '+05:30',
    geo: { lat: 15.8497123, lng: 74.4976543, accuracyM: 4.7 },
    device: { make: 'Example', model: 'Phone 7' },
    orientation: 6,
  })
  assert.deepEqual(found, {
    captured_at: '2026-11-20T04:41:12.000Z',
    geo: { lat: 15.8497123, lng: 74.4976543, accuracy_m: 4.7 },
    device: 'Example Phone 7',
    orientation: 6,
  })
})

test('without an offset the wall clock of the zone counts, also beside a change of the clocks', async () => {
  const at = async (takenAt: string, zone: string) => (await read({ takenAt }, zone)).captured_at
  assert.equal(await at('2026-11-20 10:00:00', 'Asia/Kolkata'), '2026-11-20T04:30:00.000Z')
  assert.equal(await at('2026-03-29 01:30:00', 'Europe/Berlin'), '2026-03-29T00:30:00.000Z')
  assert.equal(await at('2026-03-29 03:30:00', 'Europe/Berlin'), '2026-03-29T01:30:00.000Z')
  assert.equal(await at('2026-01-15 12:00:00', 'UTC'), '2026-01-15T12:00:00.000Z')
  assert.equal(
    (await read({ takenAt: '2026-11-20 10:00:00', offset: '-03:00' })).captured_at,
    '2026-11-20T13:00:00.000Z',
  )
})

test('south and west are negative; a receiver without a fix gives nothing', async () => {
  assert.deepEqual((await read({ geo: { lat: -33.8568, lng: -70.6483 } })).geo, { lat: -33.8568, lng: -70.6483 })
  assert.equal((await read({ geo: { lat: 0, lng: 0 } })).geo, undefined)
  assert.equal((await read({ geo: { lat: 91, lng: 10 } })).geo, undefined)
})

test('impossible times are no suggestion', async () => {
  for (const takenAt of ['0000-00-00 00:00:00', '2026-13-01 00:00:00', '2026-06-31 00:00:00', '1970-01-01 00:00:00']) {
    assert.equal((await read({ takenAt })).captured_at, undefined, takenAt)
  }
})

test('the maker is not said twice', async () => {
  assert.equal((await read({ device: { make: 'EXAMPLE', model: 'Example X1' } })).device, 'Example X1')
})

test('OP-58 HEIF keeps its EXIF among the boxes', async () => {
  const jpeg = await drawPhoto({ ...small, takenAt: '2026-11-20 10:11:12', geo: { lat: 15.85, lng: 74.5 } })
  // The encoder for phones' HEVC is not free; libheif writes the same boxes around AV1.
  const heif = await sharp(jpeg).keepExif().avif({ effort: 0 }).toBuffer()
  const found = await readPhotoSuggestions(heif)
  assert.deepEqual([found.captured_at, found.geo], ['2026-11-20T04:41:12.000Z', { lat: 15.85, lng: 74.5 }])
})

test('files without EXIF, and what is no photo, give an empty answer', async () => {
  const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  for (const bytes of [png, Buffer.alloc(0), Buffer.from('hello'), Buffer.from('%PDF-1.7'), Buffer.alloc(5000, 0xff)]) {
    assert.deepEqual(await readPhotoSuggestions(bytes), {})
  }
})

test('random, cut and damaged photos never make it throw, and what it says stays sane', async () => {
  const photo = await drawPhoto({
    ...small,
    takenAt: '2026-11-20 10:11:12',
    offset: '+05:30',
    geo: { lat: 15.85, lng: 74.5, accuracyM: 3 },
    device: { make: 'Example', model: 'Phone' },
  })
  const heif = await sharp(photo).keepExif().avif({ effort: 0 }).toBuffer()
  const hits = fc.array(fc.tuple(fc.nat(700), fc.nat(255)), { maxLength: 20 })
  const damaged = fc.tuple(fc.constantFrom(photo, heif), fc.nat(photo.length), hits).map(([whole, length, changes]) => {
    const bytes = Buffer.from(whole.subarray(0, length))
    for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
    return bytes
  })
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 400 })), async (bytes) => {
      const found = await readPhotoSuggestions(bytes)
      assert.ok(!found.geo || (Math.abs(found.geo.lat) <= 90 && Math.abs(found.geo.lng) <= 180))
      assert.ok(!found.captured_at || !Number.isNaN(Date.parse(found.captured_at)))
      assert.ok((found.device ?? '').length <= 120)
    }),
    { numRuns: 500 },
  )
})

test('a fixture is the same for its seed, another for another, and of the wished size', async () => {
  const [a, b, c] = [await drawPhoto(small), await drawPhoto(small), await drawPhoto({ ...small, seed: 8 })]
  assert.ok(a.equals(b))
  assert.ok(!a.equals(c))
  const tall = await sharp(await drawPhoto({ seed: 1, width: 300, height: 500, orientation: 8 })).metadata()
  assert.deepEqual([tall.width, tall.height, tall.orientation], [300, 500, 8])
  const grainy = await drawPhoto({ ...small, grain: 1 })
  assert.ok(grainy.length > a.length)
})
