// The import fences: `.dependency-cruiser.mjs` applied to the whole tree. Prints what crosses a fence, exits 1 then.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cruise } from 'dependency-cruiser'
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import fences from '../../.dependency-cruiser.mjs'
import { mayUse } from '../module-map.mjs'

const ROOTS = ['apps', 'packages', 'e2e', 'bench']

/**
 * Reads every import below `base` and gives the number of source files seen and each crossing as
 * `{ rule, from, to, comment }`.
 */
export async function crossings(base) {
  const { forbidden, options } = fences
  const { enhancedResolveOptions, ...cruiseOptions } = options
  const tsConfigFile = join(base, options.tsConfig.fileName)
  const roots = ROOTS.filter((folder) => existsSync(join(base, folder)))
  const { output } = await cruise(
    roots,
    { ...cruiseOptions, baseDir: base, validate: true, ruleSet: { forbidden } },
    enhancedResolveOptions,
    { tsConfig: extractTsConfig(tsConfigFile) },
  )
  const comments = new Map(forbidden.map((fence) => [fence.name, fence.comment]))
  return {
    files: output.modules.filter((module) => !module.source.includes('node_modules')).length,
    crossed: output.summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      from,
      to,
      comment: comments.get(rule.name),
    })),
  }
}

/** Folders under modules/ that the map does not know. */
export function modulesOffTheMap(base, map = mayUse) {
  const folder = join(base, 'apps/server/src/modules')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !Object.hasOwn(map, entry.name))
    .map((entry) => entry.name)
}

/** One line per fault; empty when all fences stand. Zero files seen means that the tool is blind, not that all is well. */
export async function fenceFaults(base) {
  const { files, crossed } = await crossings(base)
  const faults = modulesOffTheMap(base).map(
    (name) => `apps/server/src/modules/${name} is not on the map: declare it in tools/module-map.mjs`,
  )
  if (files === 0) faults.push('dependency-cruiser saw no source file: its TypeScript is not the one it can read')
  for (const { rule, from, to, comment } of crossed) faults.push(`${rule}: ${from} → ${to}  (${comment})`)
  return { files, faults }
}
