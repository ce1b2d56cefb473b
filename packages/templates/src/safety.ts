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
  const parts = activeParts(pkg)
  const declared = contentTypes(pkg).find(({ type }) => ACTIVE_TYPE.test(type))
  if (declared && !parts.some((part) => part.what === 'macro')) {
    parts.push({ what: 'macro', name: declared.name, location: '[Content_Types].xml' })
  }
  return [...parts, ...externalLinks(pkg)]
}

function activeParts(pkg: OpenPackage): UnsafePart[] {
  return [...pkg.parts.keys()].flatMap((name): UnsafePart[] => {
    if (EMBEDDED.test(name)) return [{ what: 'embedded object', name, location: name }]
    return ACTIVE.test(name) && !/printerSettings/i.test(name) ? [{ what: 'macro', name, location: name }] : []
  })
}

function externalLinks(pkg: OpenPackage): UnsafePart[] {
  const sources = ['', ...[...pkg.parts.keys()].filter((name) => name.endsWith('.xml'))]
  return sources.flatMap((source) =>
    relationships(pkg, source)
      // A mail address is a link that fetches nothing.
      .filter((relation) => relation.external && !/^mailto:/i.test(relation.target))
      .map((relation) => ({
        what: 'external link' as const,
        name: relation.target.slice(0, 200),
        location: source || 'package',
      })),
  )
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
