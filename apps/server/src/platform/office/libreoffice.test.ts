import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { renderPack } from '@zenops/templates/pack'
import { sampleSources } from '@zenops/templates/sample-data'
import { templateData } from '@zenops/templates/template-data'
import { packRendition } from '../images/renditions.ts'
import { createOfficeConverter } from './libreoffice.ts'
import { stampPdf } from './pdf-stamp.ts'
import sharp from 'sharp'

const options = { created: '2026-04-08T05:30:00.000Z', docxHash: 'ab'.repeat(32) }

/** A program in the place of soffice that does what the script says. */
async function standIn(script: string): Promise<{ path: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'office-test-'))
  const path = join(folder, 'soffice')
  await writeFile(path, `#!/bin/sh\nif [ "$1" = "--version" ]; then echo "LibreOffice 9.9.1"; exit 0; fi\n${script}\n`)
  await chmod(path, 0o755)
  return { path, folder }
}

async function samplePack(): Promise<Uint8Array> {
  const picture = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#88aacc' } })
    .png()
    .toBuffer()
  const image = { ...(await packRendition(picture)), mime: 'image/jpeg' as const }
  const full = { x_mm: 18, width_mm: 174, y_mm: 30, height_mm: 249 }
  const half = (image_id: string, y_mm: number) => ({ image_id, x_mm: 18, width_mm: 174, y_mm, height_mm: 122 })
  const pack = await renderPack({
    family: 'COOP_GENERIC',
    variant: 'LAND_BUILDING',
    bankType: 'COOP',
    data: templateData(sampleSources()),
    images: { a: image, b: image },
    annexures: [
      {
        heading: 'SITE IMAGES',
        pages: [
          { layout: '2', cells: [half('a', 30), half('b', 157)] },
          { layout: '1', cells: [{ image_id: 'a', ...full }] },
        ],
      },
      { heading: 'GOOGLE MAP', pages: [{ layout: '1', cells: [{ image_id: 'b', ...full }] }] },
    ],
    draft: true,
    properties: { title: 'Pack', author: 'Firm', created: options.created },
  })
  return pack.docx
}

test('RP-30 without LibreOffice a PDF is refused with its reason', async () => {
  const none = createOfficeConverter({ path: null })
  assert.equal(await none.findRenderer(), null)
  const result = await none.convertToPdf(new Uint8Array(3), options)
  assert.deepEqual(result.ok ? null : result.reason, 'PDF_RENDERER_UNAVAILABLE')
  assert.equal(await createOfficeConverter({ path: '/nowhere/soffice' }).findRenderer(), null)
})

test('RP-30 with LibreOffice the PDF has the pages and the text of the DOCX and is the same each time', async () => {
  const office = createOfficeConverter()
  const renderer = await office.findRenderer()
  assert.match(
    renderer?.version ?? '',
    /^\d+\.\d+/,
    'this test needs Debian libreoffice-writer-nogui and poppler-utils',
  )
  const docx = await samplePack()
  const [first, second] = [await office.convertToPdf(docx, options), await office.convertToPdf(docx, options)]
  assert.ok(first.ok && second.ok)
  assert.deepEqual(Buffer.from(first.pdf).equals(Buffer.from(second.pdf)), true)
  const folder = await mkdtemp(join(tmpdir(), 'office-test-'))
  const file = join(folder, 'pack.pdf')
  await writeFile(file, first.pdf)
  const text = (await promisify(execFile)('pdftotext', ['-layout', file, '-'])).stdout
  const info = (
    await promisify(execFile)('pdfinfo', ['-isodates', file], { env: { PATH: '/usr/bin:/bin', TZ: 'UTC' } })
  ).stdout
  await rm(folder, { recursive: true })
  const pages = text.split('\f').slice(0, -1)
  const count = Number(/Pages:\s+(\d+)/.exec(info)?.[1])
  assert.equal(pages.length, count)
  assert.match(info, /CreationDate:\s+2026-04-08T05:30:00Z/)
  pages.forEach((page, index) => assert.match(page, new RegExp(`Page ${index + 1} of ${count}`)))
  const annexures = pages.slice(-3).map((page) => /SITE IMAGES|GOOGLE MAP/.exec(page)?.[0])
  assert.deepEqual(annexures, ['SITE IMAGES', 'SITE IMAGES', 'GOOGLE MAP'])
  assert.equal(
    pages.slice(0, -3).some((page) => /SITE IMAGES|GOOGLE MAP/.test(page)),
    false,
  )
  assert.match(text.replace(/\s+/g, ' '), /Rupees Four Crores Forty Seven Lakhs Forty One/)
})

test('a conversion that hangs is killed with all its children and leaves no folder', async () => {
  const { path, folder } = await standIn('sleep 300 & echo $! > "$HOME/../child-of-office"; wait')
  const before = (await readdir(tmpdir())).filter((name) => name.startsWith('zenops-office-'))
  const result = await createOfficeConverter({ path }).convertToPdf(new Uint8Array(3), { ...options, timeoutMs: 400 })
  assert.deepEqual(result.ok ? null : result.reason, 'TIMEOUT')
  const marker = join(tmpdir(), 'child-of-office')
  const pid = Number((await promisify(execFile)('cat', [marker])).stdout)
  await rm(marker)
  await rm(folder, { recursive: true })
  // Where nobody reaps orphans, a killed one stays as a zombie.
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => stat.split(') ')[1]?.[0],
    () => 'gone',
  )
  assert.match(state ?? '', /gone|Z|X/)
  assert.deepEqual(
    (await readdir(tmpdir())).filter((name) => name.startsWith('zenops-office-') && !before.includes(name)),
    [],
  )
})

test('a converter that writes nothing has failed; its environment holds none of ours', async () => {
  const { path, folder } = await standIn('env; exit 3')
  const result = await createOfficeConverter({ path }).convertToPdf(new Uint8Array(3), options)
  await rm(folder, { recursive: true })
  assert.ok(!result.ok && result.reason === 'FAILED')
  assert.match(result.detail, /TZ=UTC|HOME=/)
  assert.doesNotMatch(result.detail, /NODE_|npm_/)
})

test('a stamped PDF keeps its length and says the given time and identity', () => {
  const pdf = Buffer.from(
    "%PDF\n/CreationDate(D:20260102030405+05'30')\n/ID [ <00112233445566778899AABBCCDDEEFF>\n<00112233445566778899AABBCCDDEEFF> ]\n/DocChecksum /00112233445566778899AABBCCDDEEFF\n%%EOF",
    'latin1',
  )
  const stamped = Buffer.from(stampPdf(pdf, { created: options.created, hash: options.docxHash }))
  assert.equal(stamped.length, pdf.length)
  const text = stamped.toString('latin1')
  assert.match(text, /\/CreationDate\(D:20260408053000Z\s*\)/)
  assert.equal(text.match(/ABABABABABABABABABABABABABABABAB/g)?.length, 3)
  assert.doesNotMatch(text, /00112233/)
})
