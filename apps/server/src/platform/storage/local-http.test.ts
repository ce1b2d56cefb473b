import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { type Disk, openDisk } from './local-disk.ts'
import { receivePut, serveGet } from './local-http.ts'
import { StorageError } from './port.ts'
import type { GetClaims, PutClaims } from './signing.ts'

let directory: string
let outside: string
let disk: Disk
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'disk-'))
  outside = await mkdtemp(join(tmpdir(), 'outside-'))
  disk = await openDisk(directory)
})
after(async () => {
  await rm(directory, { recursive: true })
  await rm(outside, { recursive: true })
})

const put = (more: Partial<PutClaims> = {}): PutClaims => ({
  op: 'put',
  key: 'incoming/1',
  type: 'text/plain',
  size: 5,
  expires: 0,
  ...more,
})
const get = (more: Partial<GetClaims> = {}): GetClaims => ({
  op: 'get',
  key: 'docs/hello.txt',
  type: 'text/plain',
  filename: 'hello.txt',
  disposition: 'inline',
  expires: 0,
  ...more,
})
const headers = { 'content-type': 'text/plain' }
const receive = (claims: PutClaims, body: Readable, sent: Record<string, string> = headers) =>
  receivePut(disk, claims, { headers: sent, body })
const ask = (sent: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  serveGet(disk, get(), { method, headers: sent })
const isMissing = (error: unknown) => error instanceof StorageError && error.fault === 'not_found'
const leftBehind = async () => (await readdir(join(directory, '.staging'))).length

test('OP-51 a body without length is cut at the limit; the source stays open for the answer, no file is left', async () => {
  let given = 0
  const endless = new Readable({
    read() {
      given += 1
      this.push(Buffer.alloc(1000))
    },
  })
  assert.deepEqual(await receive(put({ key: 'incoming/long', size: 10_000 }), endless), { result: 'too_large' })
  assert.ok(given < 200, 'reading stops at the limit')
  assert.equal(endless.destroyed, false)
  endless.destroy()
  await assert.rejects(disk.open('incoming/long'), isMissing)
  assert.equal(await leftBehind(), 0)
})

test('OP-49 short, foreign and broken bodies are told apart and leave nothing', async () => {
  const wrongHash = put({ sha256: '0'.repeat(64) })
  assert.deepEqual(await receive(put(), Readable.from([Buffer.from('abc')])), { result: 'size_mismatch' })
  assert.deepEqual(await receive(wrongHash, Readable.from([Buffer.from('abcde')])), { result: 'checksum_mismatch' })
  assert.deepEqual(await receive(put(), Readable.from([]), {}), { result: 'type_mismatch' })
  const breaking = new Readable({ read() {} })
  breaking.push('he')
  const received = receive(put(), breaking)
  setImmediate(() => breaking.destroy(new Error('aborted')))
  assert.deepEqual(await received, { result: 'interrupted' })
  await assert.rejects(disk.open('incoming/1'), isMissing)
  assert.equal(await leftBehind(), 0)
})

test('a download carries the safety headers and no path of the server', async () => {
  await receive(put({ key: 'docs/hello.txt' }), Readable.from([Buffer.from('hello')]))
  const reply = await ask()
  assert.equal(reply.status, 200)
  assert.equal(reply.body && (await text(reply.body)), 'hello')
  assert.equal(reply.headers['x-content-type-options'], 'nosniff')
  assert.match(reply.headers['content-security-policy'] ?? '', /sandbox.*default-src 'none'/)
  assert.equal(reply.headers['content-length'], '5')
  assert.ok(!JSON.stringify(reply.headers).includes(directory))
})

test('OP-51 ranges: one is served, several or malformed ones are ignored, none behind the end', async () => {
  const cases: [string, number, string?][] = [
    ['bytes=1-2', 206, 'el'],
    ['bytes=3-', 206, 'lo'],
    ['bytes=-2', 206, 'lo'],
    ['bytes=-99', 206, 'hello'],
    ['bytes=0-99', 206, 'hello'],
    ['bytes=0-1,3-4', 200, 'hello'],
    ['bytes=3-1', 200, 'hello'],
    ['bytes=-', 200, 'hello'],
    ['lines=1-2', 200, 'hello'],
    ['bytes=5-', 416],
    ['bytes=-0', 416],
  ]
  for (const [range, status, body] of cases) {
    const reply = await ask({ range })
    assert.equal(reply.status, status, range)
    assert.equal(reply.body && (await text(reply.body)), body, range)
  }
  assert.equal((await ask({ range: 'bytes=9-' })).headers['content-range'], 'bytes */5')
})

test('validators: If-None-Match, If-Range, HEAD', async () => {
  const { etag = '' } = (await ask({}, 'HEAD')).headers
  assert.match(etag, /^"[\w-]{27}"$/)
  for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const fresh = await ask({ 'if-none-match': tag })
    assert.deepEqual([fresh.status, fresh.body], [304, undefined])
  }
  const matching = await ask({ 'if-range': etag, range: 'bytes=0-0' })
  const other = await ask({ 'if-range': '"x"', range: 'bytes=0-0' })
  assert.deepEqual([matching.status, other.status], [206, 200])
  for (const reply of [matching, other]) reply.body?.destroy()
  const head = await ask({ range: 'bytes=0-0' }, 'HEAD')
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '5', undefined])
})

test('OP-51 symbolic links lead nowhere', async () => {
  await writeFile(join(outside, 'secret'), 'secret')
  await mkdir(join(directory, 'linked'))
  await symlink(outside, join(directory, 'linked', 'folder'))
  await symlink(join(outside, 'secret'), join(directory, 'linked', 'file'))
  await assert.rejects(disk.open('linked/folder/secret'), isMissing)
  await assert.rejects(disk.open('linked/file'), isMissing)
  await assert.rejects(disk.copy('linked/file', 'docs/stolen'), isMissing)
  await assert.rejects(receive(put({ key: 'linked/folder/new' }), Readable.from([Buffer.from('abcde')])), isMissing)
  await disk.remove('linked/folder/secret')
  assert.deepEqual((await disk.list('linked/', 10)).items, [])
  assert.deepEqual((await disk.list('linked/folder/', 10)).items, [])
  assert.deepEqual(await readdir(outside), ['secret'])
  assert.equal(await leftBehind(), 0)
})

test('a folder is no object, and an object no folder', async () => {
  await assert.rejects(disk.open('docs'), isMissing)
  await assert.rejects(disk.open('docs/hello.txt/x'), isMissing)
  await assert.rejects(receive(put({ key: 'docs/hello.txt/x' }), Readable.from([Buffer.from('abcde')])), StorageError)
  assert.equal(await leftBehind(), 0)
})

test('errors of the disk name no path', async () => {
  await assert.rejects(disk.open('docs/none'), (error: Error) => !error.message.includes(directory))
})

test('only old remains of a crash are swept', async () => {
  const [old, young] = [join(directory, '.staging', 'old'), join(directory, '.staging', 'young')]
  for (const path of [old, young]) await writeFile(path, 'half')
  await utimes(old, 0, 0)
  assert.equal(await disk.sweepStaging(3_600_000), 1)
  assert.deepEqual(await readdir(join(directory, '.staging')), ['young'])
  await rm(young)
})

test('many writers and removers of one folder never lose a write', async () => {
  const one = async (n: number) => {
    const key = `busy/${n % 3}`
    const staged = await disk.stage(Buffer.from(String(n)), 10)
    await staged.commit(key)
    await disk.remove(key)
  }
  await Promise.all(Array.from({ length: 60 }, (_, n) => one(n)))
  assert.deepEqual((await disk.list('busy/', 10)).items, [])
})
