import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { homeSecrets } from './home.ts'

test('secrets are drawn once; what a later version adds is drawn beside what is there', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'zenops-home-'))
  try {
    const file = path.join(home, 'secrets.json')
    const first = await homeSecrets(home)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    assert.deepEqual(await homeSecrets(home), first)

    const { sealing, ...earlier } = first
    await writeFile(file, JSON.stringify(earlier))
    const grown = await homeSecrets(home)
    assert.deepEqual({ ...grown, sealing }, first)
    assert.notEqual(grown.sealing.secret, sealing.secret)
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), grown)
    assert.deepEqual(await homeSecrets(home), grown)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
