import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'

const FOLDER = path.join(import.meta.dirname, '../../../packages/audit/src')
/** In the order in which each needs the ones before it. */
const PARTS = ['hashes', 'tree', 'canon', 'notes', 'bundle-records', 'bundle-reader', 'audit-verify']

const IMPORT = /^import (?:type )?(?:\{([^}]*)\}) from '([^']+)'\n/gm

/** The offline verifier as one file that imports nothing outside of `node:`, made from the parts of packages/audit. */
export async function auditVerifier(): Promise<string> {
  const wanted = new Map<string, string[]>()
  const bodies: string[] = []
  for (const part of PARTS) {
    const source = await readFile(path.join(FOLDER, `${part}.ts`), 'utf8')
    for (const [, names = '', from = ''] of source.matchAll(IMPORT)) {
      if (!from.startsWith('node:')) continue
      const values = names.split(',').map((name) => name.trim())
      wanted.set(from, [
        ...(wanted.get(from) ?? []),
        ...values.filter((name) => name !== '' && !name.startsWith('type ')),
      ])
    }
    const plain = stripTypeScriptTypes(source.replaceAll(IMPORT, '').replaceAll(/^export /gm, ''))
    bodies.push(`// ${part}\n${plain.trim()}`)
  }
  // Names that are types alone are not used once types are gone.
  const text = bodies
    .join('\n\n')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
  const imports = [...wanted].flatMap(([from, names]) => {
    const used = [...new Set(names)].filter((name) => new RegExp(`\\b${name}\\b`).test(text)).sort()
    return used.length > 0 ? [`import { ${used.join(', ')} } from '${from}'`] : []
  })
  return [
    '#!/usr/bin/env node',
    '// Offline verifier of ZenOps audit bundles: one file, no dependency, no network. Made by npm run generate.',
    ...imports.sort(),
    '',
    text,
    '',
    'process.exitCode = await auditVerify(process.argv.slice(2), (line) => void process.stdout.write(`${line}\\n`))',
    '',
  ].join('\n')
}
