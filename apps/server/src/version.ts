import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string } // our own file

/** Version of the product, and the build the process was started from. */
export const VERSION = manifest.version
export const BUILD = `${manifest.version}-node${process.versions.node}`
