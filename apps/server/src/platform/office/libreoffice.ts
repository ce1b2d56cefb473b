import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { stampPdf } from './pdf-stamp.ts'

export interface Renderer {
  kind: 'libreoffice'
  path: string
  version: string
}

export interface ConvertOptions {
  /** ISO time of the revision: the PDF carries it as its creation date. */
  created: string
  /** SHA-256 of the DOCX, hex: the PDF's identity. */
  docxHash: string
  timeoutMs?: number
}

export type ConvertResult =
  | { ok: true; pdf: Uint8Array; ms: number }
  | { ok: false; reason: 'PDF_RENDERER_UNAVAILABLE' | 'TIMEOUT' | 'FAILED' | 'BUSY'; detail: string }

export interface OfficeConverter {
  findRenderer: () => Promise<Renderer | null>
  convertToPdf: (docx: Uint8Array, options: ConvertOptions) => Promise<ConvertResult>
}

export interface OfficeSettings {
  /** Path of soffice; null switches PDF off; absent means the usual places. */
  path?: string | null
  /** Conversions at a time; each holds about 200 MB. */
  concurrency?: number
}

const USUAL_PLACES = [
  '/usr/bin/soffice',
  '/usr/lib/libreoffice/program/soffice',
  '/opt/libreoffice/program/soffice',
  '/usr/local/bin/soffice',
]
const TIME_LIMIT_MS = 120_000
const LONGEST_QUEUE = 64
const LARGEST_PDF = 200 << 20
/** Address space of the converter in KiB: LibreOffice maps much more than it uses. */
const MEMORY_KIB = 4 << 20
/** What a conversion may see of the environment: no credentials, no proxies that lead outside. */
const ENVIRONMENT = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC', SAL_USE_VCLPLUGIN: 'svp' }
/** A proxy that refuses: the one way out that LibreOffice knows ends there. */
const NO_NETWORK = { http_proxy: 'http://127.0.0.1:9', https_proxy: 'http://127.0.0.1:9', no_proxy: '' }

/** Converter with an own profile for each run, bounded in time, memory and number. */
export function createOfficeConverter(settings: OfficeSettings = {}): OfficeConverter {
  const slots = createSlots(settings.concurrency ?? 1)
  let found: Promise<Renderer | null> | undefined
  const findRenderer = () => {
    found ??= lookFor(settings)
    return found
  }
  return {
    findRenderer,
    async convertToPdf(docx, options) {
      const renderer = await findRenderer()
      if (!renderer) return { ok: false, reason: 'PDF_RENDERER_UNAVAILABLE', detail: 'LibreOffice is not installed' }
      const release = await slots.take()
      if (!release) return { ok: false, reason: 'BUSY', detail: 'Too many conversions are waiting' }
      try {
        return await convert(renderer, docx, options)
      } finally {
        release()
      }
    },
  }
}

async function lookFor(settings: OfficeSettings): Promise<Renderer | null> {
  if (settings.path === null) return null
  for (const path of settings.path ? [settings.path] : USUAL_PLACES) {
    if (!(await isExecutable(path))) continue
    const folder = await mkdtemp(join(tmpdir(), 'zenops-office-'))
    try {
      const run = await runProcess({ path, args: ['--version'], folder, timeoutMs: 20_000 })
      if (run.code === 0)
        return { kind: 'libreoffice', path, version: /\d+(\.\d+)+/.exec(run.output)?.[0] ?? 'unknown' }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return null
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function convert(renderer: Renderer, docx: Uint8Array, options: ConvertOptions): Promise<ConvertResult> {
  const started = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'zenops-office-'))
  try {
    await writeFile(join(folder, 'pack.docx'), docx)
    const profile = pathToFileURL(join(folder, 'profile')).href
    const args = [
      `-env:UserInstallation=${profile}`,
      '--headless',
      '--norestore',
      '--nolockcheck',
      '--nodefault',
      '--convert-to',
      'pdf:writer_pdf_Export',
      '--outdir',
      folder,
      join(folder, 'pack.docx'),
    ]
    const run = await runProcess({ path: renderer.path, args, folder, timeoutMs: options.timeoutMs ?? TIME_LIMIT_MS })
    if (run.timedOut) return { ok: false, reason: 'TIMEOUT', detail: 'The conversion took too long' }
    const pdf = await readFile(join(folder, 'pack.pdf')).catch(() => null)
    if (!pdf || pdf.length > LARGEST_PDF) return { ok: false, reason: 'FAILED', detail: run.output.slice(-300) }
    const stamped = stampPdf(pdf, { created: options.created, hash: options.docxHash })
    return { ok: true, pdf: stamped, ms: Math.round(performance.now() - started) }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

interface Run {
  code: number | null
  output: string
  timedOut: boolean
}

/** Runs in a process group of its own, which is killed as a whole: soffice forks its worker. */
function runProcess(job: { path: string; args: string[]; folder: string; timeoutMs: number }): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', `ulimit -v ${MEMORY_KIB}; exec "$0" "$@"`, job.path, ...job.args], {
      cwd: job.folder,
      detached: true,
      env: { ...ENVIRONMENT, ...NO_NETWORK, HOME: job.folder, TMPDIR: job.folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let timedOut = false
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-4_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const timer = setTimeout(() => {
      timedOut = true
      killGroup(child)
    }, job.timeoutMs)
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve({ code: null, output: error.message, timedOut })
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      killGroup(child)
      resolve({ code, output, timedOut })
    })
  })
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // The group has ended by itself.
  }
}

interface Slots {
  /** Waits for a place; null when too many wait already. */
  take: () => Promise<(() => void) | null>
}

function createSlots(size: number): Slots {
  let free = size
  const waiting: (() => void)[] = []
  const release = () => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    async take() {
      if (free > 0) free--
      else if (waiting.length >= LONGEST_QUEUE) return null
      else await new Promise<void>((resolve) => waiting.push(resolve))
      return release
    },
  }
}
