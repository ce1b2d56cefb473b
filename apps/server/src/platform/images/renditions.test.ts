import assert from 'node:assert/strict'
import { test } from 'node:test'
import exifr from 'exifr'
import sharp from 'sharp'
import { ImageRefused, packRendition, thumbnail, uprightSize } from './renditions.ts'

/** A landscape picture, red on the left and blue on the right, that its EXIF data turn upright, taken at a place. */
async function photo(orientation: number): Promise<Uint8Array> {
  const half = (background: string) => ({ create: { width: 1000, height: 1000, channels: 3 as const, background } })
  const right = await sharp(half('#0000ff')).png().toBuffer()
  const both = await sharp({ create: { width: 2000, height: 1000, channels: 3, background: '#ff0000' } })
    .composite([{ input: right, left: 1000, top: 0 }])
    .png()
    .toBuffer()
  return sharp(both)
    .withExif({
      IFD0: { Copyright: 'Somebody', Make: 'Camera' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '24/1 54/1 2/1', GPSLongitudeRef: 'E', GPSLongitude: '86/1 59/1 54/1' },
    })
    .withMetadata({ orientation })
    .jpeg()
    .toBuffer()
}

test('RP-29 a photo that lies is put upright, at most 1,600 px long, without place, maker or orientation', async () => {
  const original = await photo(6)
  const gps: unknown = await exifr.gps(original)
  assert.ok(gps, 'the original says where it was taken')
  const rendition = await packRendition(original)
  assert.deepEqual([rendition.width, rendition.height, rendition.mime], [800, 1600, 'image/jpeg'])
  const { data, info } = await sharp(rendition.bytes).raw().toBuffer({ resolveWithObject: true })
  const pixel = (y: number) => [...data.subarray((y * info.width + 400) * info.channels).subarray(0, 3)]
  assert.ok((pixel(100)[0] ?? 0) > 200 && (pixel(100)[2] ?? 255) < 60, 'the left side has come to the top')
  assert.ok((pixel(1500)[2] ?? 0) > 200 && (pixel(1500)[0] ?? 255) < 60, 'the right side has come to the bottom')
  const metadata = await sharp(rendition.bytes).metadata()
  assert.deepEqual(
    [metadata.exif, metadata.xmp, metadata.iptc, metadata.icc, metadata.orientation],
    [undefined, undefined, undefined, undefined, undefined],
  )
  assert.equal(Buffer.from(rendition.bytes).includes('Exif'), false)
})

test('RP-28 the same photo gives the same bytes; small pictures are not enlarged; transparency turns white', async () => {
  const original = await photo(1)
  assert.deepEqual(await packRendition(original), await packRendition(original))
  const small = await sharp({ create: { width: 60, height: 40, channels: 4, background: '#00000000' } })
    .png()
    .toBuffer()
  const rendition = await packRendition(small)
  assert.deepEqual([rendition.width, rendition.height], [60, 40])
  assert.ok((await sharp(rendition.bytes).raw().toBuffer())[0] === 255)
})

test('thumbnail and size are those of the upright picture', async () => {
  const original = await photo(8)
  assert.deepEqual(await uprightSize(original), { width: 1000, height: 2000, format: 'jpeg' })
  const { width, height, mime } = await thumbnail(original)
  assert.deepEqual([width, height, mime], [128, 256, 'image/webp'])
})

test('what is no picture, or has too many pixels, is refused', async () => {
  await assert.rejects(
    packRendition(new TextEncoder().encode('<html>')),
    (error) => error instanceof ImageRefused && error.reason === 'UNREADABLE',
  )
  const torn = (await photo(1)).subarray(0, 900)
  await assert.rejects(packRendition(torn), { reason: 'UNREADABLE' })
  const wide = await sharp({ create: { width: 12_001, height: 10_000, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  await assert.rejects(packRendition(wide), { reason: 'TOO_LARGE' })
  await assert.rejects(uprightSize(wide), { reason: 'TOO_LARGE' })
})
