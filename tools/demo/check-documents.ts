import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Opened {
  readonly pages: number
  readonly words: number
}

/** Opens a DOCX as a reader would: LibreOffice converts it, pdftoppm draws it. Pages are left in `folder` for the eye. */
export async function openDocument(docx: string, folder: string): Promise<Opened> {
  const profile = await mkdtemp(path.join(os.tmpdir(), 'zenops-reader-'))
  try {
    const args = [
      `-env:UserInstallation=file://${profile}`,
      '--headless',
      '--convert-to',
      'pdf',
      '--outdir',
      profile,
      docx,
    ]
    await run('soffice', args, { timeout: 120_000 })
    const pdf = path.join(profile, `${path.basename(docx, '.docx')}.pdf`)
    const stem = path.basename(docx, '.docx')
    await run('pdftoppm', ['-r', '60', '-png', pdf, path.join(folder, `${stem}-page`)], { timeout: 120_000 })
    const { stdout } = await run('pdftotext', [pdf, '-'], { maxBuffer: 16 << 20 })
    const pages = (await readdir(folder)).filter((name) => name.startsWith(`${stem}-page`)).length
    return { pages, words: stdout.split(/\s+/).length }
  } finally {
    await rm(profile, { recursive: true, force: true })
  }
}
