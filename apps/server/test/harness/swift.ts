import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'

/**
 * A real S3 server for tests: OpenStack Swift's `s3api` from Debian, which refuses wrong secrets and tampered signatures.
 * It lives on free loopback ports and in a temporary folder until `stop`, or until this process ends.
 */
export type Swift = {
  endpoint: string
  region: string
  accessKeyId: string
  secret: string
  bucket: string
  stop(): Promise<void>
}

/** Debian's own interpreter: others do not see Debian's packages. */
const PYTHON = '/usr/bin/python3'
const PACKAGE = 'python3-swift'
const PROGRAM = join(import.meta.dirname, 'swift-server.py')
const START_MS = 60_000
const STOP_MS = 5_000

const isInstalled = (): boolean => spawnSync(PYTHON, ['-c', 'import swift.common.wsgi']).status === 0

/** Installs Swift where that is possible; otherwise throws a sentence that tells what to do. */
export const installSwift = (): void => {
  if (isInstalled()) return
  const wish = `The S3 tests need Debian's ${PACKAGE}: run "apt-get install -y --no-install-recommends ${PACKAGE}" as root.`
  if (process.getuid?.() !== 0) throw new Error(wish)
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=300']
  const install = [...quiet, 'install', '-y', '--no-install-recommends', PACKAGE]
  const run = (words: string[]) => spawnSync(words[0] ?? '', words.slice(1), { encoding: 'utf8', timeout: 600_000 })
  if (run(install).status !== 0) run([...quiet, 'update'])
  if (!isInstalled()) {
    const { stderr } = run(install)
    if (!isInstalled()) throw new Error(`${wish}\n${(stderr ?? '').slice(-500)}`)
  }
}

/** Starts Swift with one account and one empty bucket. */
export const startSwift = async (): Promise<Swift> => {
  installSwift()
  const folder = await mkdtemp(join(tmpdir(), 'swift-'))
  const accessKeyId = 'zenops:tests'
  const secret = randomBytes(20).toString('hex')
  await access(PROGRAM)
  const child = spawn(PYTHON, [PROGRAM, folder, accessKeyId, secret], { stdio: ['pipe', 'pipe', 'pipe'] })
  const complaints: string[] = []
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString('utf8').slice(0, 2000)))
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  })
  const stop = async () => {
    child.stdin.end()
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await ended
    clearTimeout(late)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const endpoint = await endpointOf(createInterface({ input: child.stdout }), ended)
    const swift = { endpoint, region: 'us-east-1', accessKeyId, secret, bucket: 'zenops-tests', stop }
    await makeBucket(swift)
    return swift
  } catch (error) {
    await stop()
    throw new Error(`Swift did not start: ${complaints.join('').slice(-1000)}`, { cause: error })
  }
}

const endpointOf = async (lines: NodeJS.EventEmitter, ended: Promise<void>): Promise<string> => {
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve)
    const late = setTimeout(() => reject(new Error(`no answer in ${START_MS} ms`)), START_MS)
    late.unref()
    void ended.then(() => reject(new Error('it ended')))
  })
  // The one line that swift-server.py prints.
  return (JSON.parse(line) as { endpoint: string }).endpoint
}

const makeBucket = async (swift: Omit<Swift, 'stop'>): Promise<void> => {
  const credentials = { accessKeyId: swift.accessKeyId, secretAccessKey: swift.secret }
  const client = new S3Client({ endpoint: swift.endpoint, region: swift.region, forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: swift.bucket }))
  client.destroy()
}
