import { contentTypes, type OpenPackage, relationships } from './open-package.ts'
import { TemplateError } from './template-error.ts'

export interface UnsafePart {
  what: 'macro' | 'external link' | 'embedded object'
  name: string
  location: string
}

const ACTIVE = /vbaproject|vbadata|\.bin$|activex|macro/i
const EMBEDDED = /^word\/embeddings\/|^word\/attachedtoolbars/i
const ACTIVE_TYPE = /macroEnabled|vbaProject|activeX/i

/** Macros, objects and links to the outside: nothing of them belongs into a bank's form. */
export function unsafeParts(pkg: OpenPackage): UnsafePart[] {
  const found: UnsafePart[] = []
  for (const name of pkg.parts.keys()) {
    if (EMBEDDED.test(name)) found.push({ what: 'embedded object', name, location: name })
    else if (ACTIVE.test(name) && !/printerSettings/i.test(name)) found.push({ what: 'macro', name, location: name })
  }
  for (const { name, type } of contentTypes(pkg)) {
    if (ACTIVE_TYPE.test(type) && !found.some((part) => part.what === 'macro')) {
      found.push({ what: 'macro', name, location: '[Content_Types].xml' })
    }
  }
  const sources = ['', ...[...pkg.parts.keys()].filter((name) => name.endsWith('.xml'))]
  for (const source of sources) {
    for (const relation of relationships(pkg, source)) {
      // A mail address is a link that fetches nothing.
      if (!relation.external || /^mailto:/i.test(relation.target)) continue
      found.push({ what: 'external link', name: relation.target.slice(0, 200), location: source || 'package' })
    }
  }
  return found
}

/** @throws TemplateError UNSAFE_CONTENT */
export function refuseUnsafe(pkg: OpenPackage): void {
  const [first] = unsafeParts(pkg)
  if (first) {
    throw new TemplateError('UNSAFE_CONTENT', `The template carries a ${first.what}`, {
      placeholder: first.name,
      location: first.location,
    })
  }
}
