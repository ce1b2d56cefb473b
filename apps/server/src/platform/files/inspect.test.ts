import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { drawPhoto } from '../../../test/harness/photo-fixture.ts'
import { openLocalStorage } from '../storage/local.ts'
import { randomKeyRing } from '../storage/signing.ts'
import { type ByteSource, bytesInMemory, storedBytes } from './byte-source.ts'
import { KINDS, type ExtraKind, declaredKind, typeOf } from './kinds.ts'
import { type Inspection, inspectFile } from './inspect.ts'

const EXTRA: ExtraKind[] = ['mp4', 'dwg', 'dxf']
const latin = (text: string) => Buffer.from(text, 'latin1')
const declare = (filename: string) => {
  const extension = filename.split('.').at(-1) ?? ''
  const row = KINDS.find((one) => (one.extensions as readonly string[]).includes(extension))
  return { filename, contentType: row ? row.type : 'application/octet-stream', extra: EXTRA }
}
const inspect = (bytes: Uint8Array, filename: string): Promise<Inspection> =>
  inspectFile(bytesInMemory(bytes), declare(filename))
const outcomeOf = async (bytes: Uint8Array, filename: string): Promise<string> => {
  const inspected = await inspect(bytes, filename)
  return inspected.accepted ? `accepted ${inspected.kind}` : inspected.reason
}

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const box = (type: string, ...content: Uint8Array[]) => {
  const body = Buffer.concat(content)
  return Buffer.concat([u32(body.length + 8), latin(type), body])
}
const heif = (brand: string, compatible: string[], size: [number, number]) =>
  Buffer.concat([
    box('ftyp', latin(brand), u32(0), ...compatible.map(latin)),
    box(
      'meta',
      u32(0),
      box('iprp', box('ipco', box('ispe', u32(0), u32(512), u32(512)), box('ispe', u32(0), ...size.map(u32)))),
    ),
    box('mdat', randomBytes(500)),
  ])

/** Local headers, central directory and end record, as Word writes them. */
const zipOf = (files: Record<string, Uint8Array>): Buffer => {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let at = 0
  for (const [name, bytes] of Object.entries(files)) {
    const packed = deflateRawSync(bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.byteLength, 14)
    common.writeUInt32LE(bytes.byteLength, 18)
    common.writeUInt16LE(name.length, 22)
    const position = Buffer.alloc(14)
    position.writeUInt32LE(at, 10)
    centrals.push(Buffer.from('504b01021400', 'hex'), common, position, latin(name))
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, latin(name), packed])
    locals.push(local)
    at += local.byteLength
  }
  const directory = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  Buffer.from('504b0506', 'hex').copy(end)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(directory.byteLength, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, directory, end])
}

const CONTENT_TYPES =
  '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats"/></Types>'
const word = (more: Record<string, Uint8Array> = {}) =>
  zipOf({ '[Content_Types].xml': latin(CONTENT_TYPES), 'word/document.xml': latin('<w:document/>'), ...more })
const sheet = () => zipOf({ '[Content_Types].xml': latin('<Types/>'), 'xl/workbook.xml': latin('<workbook/>') })

/** A compound file of one directory sector, with the streams named. */
const ole = (...names: string[]) => {
  const bytes = Buffer.alloc(512 * 3, 0)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes)
  bytes.writeUInt16LE(9, 30)
  bytes.writeUInt32LE(1, 48)
  bytes.fill(0xff, 76, 512)
  bytes.writeUInt32LE(0, 76)
  bytes.fill(0xff, 512, 1024)
  bytes.writeUInt32LE(0xfffffffe, 512 + 4)
  for (const [n, name] of ['Root Entry', ...names].entries()) {
    bytes.write(name, 1024 + n * 128, 'utf16le')
    bytes.writeUInt16LE((name.length + 1) * 2, 1024 + n * 128 + 64)
  }
  return bytes
}
const blank = (width = 64, height = 48) => sharp({ create: { width, height, channels: 3, background: '#a0b0c0' } })
const PDF = latin('%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n')
const EXE = Buffer.concat([latin('MZ'), randomBytes(500)])
const HTML = latin('  <!DOCTYPE html><html><script>alert(1)</script></html>')

test('OP-49 every kind of the allow-list is recognised by its bytes', async () => {
  const samples: [string, Uint8Array][] = [
    ['a.jpg', await drawPhoto({ seed: 1, width: 200, height: 100 })],
    ['a.jpeg', await blank().jpeg({ progressive: true }).toBuffer()],
    ['a.png', await blank().png().toBuffer()],
    ['a.webp', await blank().webp().toBuffer()],
    ['b.webp', await blank().webp({ lossless: true }).toBuffer()],
    ['a.tif', await blank().tiff().toBuffer()],
    ['a.heic', heif('heic', ['mif1', 'heic'], [4032, 3024])],
    ['b.heic', heif('mif1', ['mif1', 'heic'], [4032, 3024])],
    ['a.heif', heif('mif1', ['mif1'], [4032, 3024])],
    ['a.pdf', PDF],
    ['a.docx', word()],
    ['a.xlsx', sheet()],
    ['a.doc', ole('WordDocument')],
    ['a.xls', ole('Workbook')],
    ['a.csv', latin('\xef\xbb\xbfname,amount\nBorrower,10\n')],
    ['a.txt', Buffer.from('मूल्यांकन\r\n', 'utf8')],
    ['b.txt', latin('Caf\xe9 Espa\xf1a, 100 m\xb2')],
    ['a.mp4', box('ftyp', latin('isom'), u32(0), latin('isom'))],
    ['a.dwg', latin('AC1032\0\0\0')],
    ['a.dxf', latin('  0\r\nSECTION\r\n  2\r\nHEADER\r\n')],
  ]
  for (const [name, bytes] of samples) {
    const inspected = await inspect(bytes, name)
    const expected = declaredKind(declare(name), EXTRA)
    assert.ok(expected && inspected.accepted, `${name}: ${JSON.stringify(inspected)}`)
    assert.deepEqual([inspected.kind, inspected.detected_type], [expected, typeOf(expected)], name)
  }
})

test('pictures are measured', async () => {
  const sized = async (bytes: Uint8Array, name: string) => {
    const inspected = await inspect(bytes, name)
    return inspected.accepted ? inspected.dimensions : inspected
  }
  const expected = { width: 640, height: 481 }
  const drawn = () => blank(640, 481)
  assert.deepEqual(await sized(await drawn().jpeg().toBuffer(), 'a.jpg'), expected)
  assert.deepEqual(await sized(await drawn().png().toBuffer(), 'a.png'), expected)
  assert.deepEqual(await sized(await drawn().webp().toBuffer(), 'a.webp'), expected)
  assert.deepEqual(await sized(await drawn().webp({ lossless: true }).toBuffer(), 'a.webp'), expected)
  const alpha = await drawn().ensureAlpha(0.5).webp().toBuffer()
  assert.deepEqual(await sized(alpha, 'a.webp'), expected)
  assert.deepEqual(await sized(await drawn().tiff({ compression: 'lzw' }).toBuffer(), 'a.tiff'), expected)
  assert.deepEqual(await sized(heif('heic', [], [4032, 3024]), 'a.heic'), { width: 4032, height: 3024 })
})

test('a picture that libheif wrote is measured, under the brand of phones', async () => {
  const bytes = await blank(320, 240).avif({ effort: 0 }).toBuffer()
  assert.equal(await outcomeOf(bytes, 'a.heic'), 'mismatch', 'AVIF is not on the list')
  const asPhone = Buffer.from(bytes.toString('latin1').replaceAll('avif', 'heic'), 'latin1')
  const inspected = await inspect(asPhone, 'a.heic')
  assert.deepEqual(inspected.accepted && inspected.dimensions, { width: 320, height: 240 })
})

test('OP-49 files that lie about themselves are refused, and named for what they are', async () => {
  const cases: [Uint8Array, string, string, string | null][] = [
    [EXE, 'photo.jpg', 'mismatch', 'application/x-msdownload'],
    [HTML, 'deed.pdf', 'mismatch', 'text/html'],
    [HTML, 'note.txt', 'mismatch', 'text/html'],
    [latin('<?xml version="1.0"?><svg onload="x"/>'), 'a.png', 'mismatch', 'image/svg+xml'],
    [latin('#!/bin/sh\nrm -rf /\n'), 'a.csv', 'mismatch', 'text/x-script'],
    [latin('<?php echo 1;'), 'a.txt', 'mismatch', 'application/x-httpd-php'],
    [PDF, 'a.jpg', 'mismatch', 'application/pdf'],
    [await blank().png().toBuffer(), 'a.pdf', 'mismatch', 'image/png'],
    [zipOf({ 'a.txt': latin('x') }), 'a.docx', 'mismatch', 'application/zip'],
    [zipOf({ 'a.txt': latin('x') }), 'a.jpg', 'mismatch', 'application/zip'],
    [word(), 'a.xlsx', 'mismatch', typeOf('docx')],
    [ole('EncryptedPackage', 'EncryptionInfo'), 'a.doc', 'mismatch', 'application/x-ole-storage'],
    [heif('avif', ['mif1'], [10, 10]), 'a.heic', 'mismatch', 'image/avif'],
    [heif('mif1', ['avif'], [10, 10]), 'a.heif', 'mismatch', 'image/avif'],
    [randomBytes(2000).fill(0xff, 0, 3).fill(0x01, 3, 8), 'a.jpg', 'mismatch', null],
    [new Uint8Array(), 'a.jpg', 'empty', null],
    [latin('a,b\0,c'), 'a.csv', 'not_text', null],
    [Buffer.from('text', 'utf16le'), 'a.txt', 'not_text', null],
    [Buffer.alloc(3000, 0xe9), 'a.txt', 'not_text', null],
  ]
  for (const [bytes, name, reason, type] of cases) {
    const inspected = await inspect(bytes, name)
    assert.deepEqual(inspected, { accepted: false, reason, detected_type: type }, name)
  }
})

test('a picture of another kind of its family is taken for what it is', async () => {
  const inspected = await inspect(await blank().jpeg().toBuffer(), 'IMG_1.heic')
  assert.deepEqual(inspected.accepted && inspected.kind, 'jpeg')
})

test('OP-49 macros are refused under any name, in new and in old documents', async () => {
  const macroTypes = CONTENT_TYPES.replace('vnd.openxmlformats', 'vnd.ms-word.document.macroEnabled.main+xml')
  const cases: [Uint8Array, string][] = [
    [word({ 'word/vbaProject.bin': randomBytes(50) }), 'a.docx'],
    [word({ 'word/VBAPROJECT.BIN': randomBytes(50) }), 'a.docx'],
    [word({ '[Content_Types].xml': latin(macroTypes) }), 'a.docx'],
    [ole('WordDocument', 'Macros', 'VBA'), 'a.doc'],
    [ole('Workbook', '_VBA_PROJECT_CUR'), 'a.xls'],
  ]
  for (const [bytes, name] of cases) assert.equal(await outcomeOf(bytes, name), 'macro', name)
  assert.equal(await outcomeOf(word({ 'word/vbaProject.bin': randomBytes(50) }), 'a.docm'), 'not_allowed')
})

test('OP-49 zip bombs: honest sizes, lying sizes, shared bytes, encrypted entries', async () => {
  const honest = word({ 'word/media/big.bin': new Uint8Array(201 * 1024 * 1024) })
  assert.ok(honest.byteLength < 1024 * 1024)
  assert.equal(await outcomeOf(honest, 'a.docx'), 'unpacked_too_large')
  const lying = Buffer.from(word({ 'word/media/big.bin': new Uint8Array(10_000_000) }))
  lying.writeUInt32LE(10, centralEntry(lying, 'word/media/big.bin') + 24)
  assert.equal(await outcomeOf(lying, 'a.docx'), 'damaged')
  const shared = Buffer.from(word({ 'word/a.bin': randomBytes(500), 'word/b.bin': randomBytes(500) }))
  const [a, b] = [centralEntry(shared, 'word/a.bin'), centralEntry(shared, 'word/b.bin')]
  shared.writeUInt32LE(shared.readUInt32LE(a + 42), b + 42)
  assert.equal(await outcomeOf(shared, 'a.docx'), 'damaged')
  const encrypted = Buffer.from(word())
  encrypted.writeUInt16LE(1, centralEntry(encrypted, 'word/document.xml') + 8)
  assert.equal(await outcomeOf(encrypted, 'a.docx'), 'damaged')
})

const centralEntry = (zip: Buffer, name: string): number => zip.lastIndexOf(name) - 46

test('OP-49 cut and broken files are refused', async () => {
  const photo = await drawPhoto({ seed: 2, width: 400, height: 300 })
  const png = await blank(300, 300).png().toBuffer()
  const tiff = await blank().tiff({ compression: 'lzw' }).toBuffer()
  const cases: [Uint8Array, string][] = [
    [photo.subarray(0, photo.length - 200), 'a.jpg'],
    [photo.subarray(0, 300), 'a.jpg'],
    [png.subarray(0, png.length - 20), 'a.png'],
    [(await blank().webp().toBuffer()).subarray(0, 60), 'a.webp'],
    [tiff.subarray(0, tiff.length - 40), 'a.tif'],
    [heif('heic', [], [10, 10]).subarray(0, 300), 'a.heic'],
    [PDF.subarray(0, 20), 'a.pdf'],
    [word().subarray(0, 150), 'a.docx'],
    [ole('WordDocument').subarray(0, 1024), 'a.doc'],
  ]
  for (const [bytes, name] of cases) assert.equal(await outcomeOf(bytes, name), 'damaged', name)
  const trailer = Buffer.concat([photo, randomBytes(5000)])
  assert.equal(await outcomeOf(trailer, 'a.jpg'), 'accepted jpeg', 'phones append to their pictures')
})

test('OP-49 a picture over 100 megapixels is refused by its header', async () => {
  const png = Buffer.from(await blank().png().toBuffer())
  png.writeUInt32BE(10_000, 16)
  png.writeUInt32BE(10_000, 20)
  assert.equal(await outcomeOf(png, 'a.png'), 'accepted png', 'exactly 100 megapixels')
  png.writeUInt32BE(10_001, 20)
  assert.equal(await outcomeOf(png, 'a.png'), 'too_many_pixels')
  assert.equal(await outcomeOf(heif('heic', [], [20_000, 20_000]), 'a.heic'), 'too_many_pixels')
})

test('what may be declared: extension and content type together', () => {
  const ask = (filename: string, contentType: string, extra: ExtraKind[] = []) =>
    declaredKind({ filename, contentType }, extra)
  assert.equal(ask('A.JPG', 'image/jpeg'), 'jpeg')
  assert.equal(ask('a.heic', 'application/octet-stream'), 'heic')
  assert.equal(ask('list.csv', 'application/vnd.ms-excel'), 'csv')
  assert.equal(ask('a.mp4', 'video/mp4'), undefined)
  assert.equal(ask('a.mp4', 'video/mp4', ['mp4']), 'mp4')
  const refused = [
    ['a.html', 'text/html'],
    ['a.svg', 'image/svg+xml'],
    ['a.js', 'text/javascript'],
    ['a.zip', 'application/zip'],
    ['a.docm', 'application/vnd.ms-word.document.macroEnabled.12'],
    ['a.jpg', 'text/html'],
    ['a.jpg.exe', 'image/jpeg'],
    ['a.pdf', 'application/octet-stream'],
    ['jpg', 'image/jpeg'],
    ['', 'image/jpeg'],
    ['a.jpg', ''],
  ] as const
  for (const [filename, type] of refused) assert.equal(ask(filename, type, EXTRA), undefined, filename)
})

test('a large stored file is looked at in pieces', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'files-'))
  const storage = await openLocalStorage({ directory, keys: randomKeyRing(), origin: '' })
  const media = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`word/media/${n}.bin`, randomBytes(5_000_000)]))
  const bytes = word(media)
  await storage.write('t/a.docx', bytes, { contentType: 'application/octet-stream' })
  const source = await storedBytes(storage, 't/a.docx')
  let largest = 0
  const watched: ByteSource = {
    ...source,
    async read(start, length) {
      const piece = await source.read(start, length)
      largest = Math.max(largest, piece.byteLength)
      assert.deepEqual(Buffer.from(piece), Buffer.from(bytes.subarray(start, start + piece.byteLength)))
      return piece
    },
  }
  const inspected = await inspectFile(watched, declare('a.docx'))
  assert.deepEqual(inspected.accepted && inspected.kind, 'docx')
  assert.ok(largest > 0 && largest <= 100_000, `${largest} bytes at once`)
  await rm(directory, { recursive: true })
})

test('random, cut and damaged bytes never make the inspection throw', async () => {
  const seeds = [
    await drawPhoto({ seed: 4, width: 120, height: 90, geo: { lat: 1, lng: 2 } }),
    await blank().png().toBuffer(),
    await blank().webp().toBuffer(),
    await blank().tiff().toBuffer(),
    heif('heic', ['mif1'], [100, 100]),
    PDF,
    word(),
    ole('WordDocument'),
    latin('a,b\n1,2\n'),
  ]
  const names = ['a.jpg', 'a.png', 'a.webp', 'a.tif', 'a.heic', 'a.pdf', 'a.docx', 'a.doc', 'a.csv', 'a.mp4', 'a.dxf']
  const damaged = fc
    .record({
      seed: fc.constantFrom(...seeds),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
      hits: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
    })
    .map(({ seed, cut, hits }) => {
      const bytes = Buffer.from(seed.subarray(0, Math.ceil(seed.length * cut)))
      for (const [at, value] of hits) if (bytes.length > 0) bytes[at % Math.min(bytes.length, 700)] = value
      return bytes
    })
  const anything = fc.oneof(damaged, fc.uint8Array({ maxLength: 600 }))
  await fc.assert(
    fc.asyncProperty(anything, fc.constantFrom(...names), async (bytes, name) => {
      const inspected = await inspect(bytes, name)
      return inspected.accepted || inspected.reason.length > 0
    }),
    { numRuns: 600 },
  )
})
