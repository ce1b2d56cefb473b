// A throwaway tree of files for the tests of the checks.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Writes `files` (path → text) below a fresh folder; gives the folder, removed at the end of the test. */
export function plant(t, files) {
  const base = mkdtempSync(join(tmpdir(), 'zenops-planted-'))
  t.after(() => rmSync(base, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true })
    writeFileSync(join(base, path), text)
  }
  return base
}
