import { createHash } from 'node:crypto'
import { canonicalJson } from '@zenops/contracts/canonical-json'
import type { TemplateVariant } from '@zenops/contracts/report-enums'
import { builtInTemplate, type BuiltInKey } from '@zenops/templates/build/builtin'
import { coverOf, formTemplate, type PackFamily } from '@zenops/templates/pack'

/** Raised when the filler or the renditions change what they make of equal input. */
export const RENDERER_VERSION = 'zen-docx-1'

/** Names and numbers as they are printed, frozen when the pack is asked for. */
export interface PrintedContext {
  readonly report: Readonly<Record<string, string | number | null>>
  readonly assignment: Readonly<Record<string, string | null>>
  readonly firm: Readonly<Record<string, string | null>>
  readonly signatory: Readonly<Record<string, string | null>>
  readonly bank: Readonly<Record<string, string | null>>
  readonly templates: Readonly<Record<string, string>>
}

export interface PackShape {
  readonly family: PackFamily
  readonly variant: TemplateVariant
  readonly bank_type: string
}

const hashes = new Map<BuiltInKey, string>()
function builtInHash(key: BuiltInKey): string {
  let hash = hashes.get(key)
  if (hash === undefined) {
    hash = createHash('sha256').update(builtInTemplate(key)).digest('hex')
    hashes.set(key, hash)
  }
  return hash
}

/** SHA-256 of every template that a pack is made with, by key. */
export function templatesOf({ family, variant, bank_type }: PackShape): Record<string, string> {
  const keys: BuiltInKey[] = [formTemplate({ family, variant }), 'ANNEXURES_V1']
  if (coverOf(family, bank_type) !== 'NONE') keys.push('COVER_V1')
  return Object.fromEntries(keys.map((key) => [key, builtInHash(key)]))
}

export interface PackInput extends PackShape {
  readonly content_hash: string
  readonly revision: number
  readonly final: boolean
  readonly formats: readonly string[]
  readonly context: PrintedContext
}

/** Equal hash, equal bytes: over everything that a pack is made from. */
export function inputHash({ content_hash, revision, family, variant, final, formats, context }: PackInput): string {
  const input = {
    content_hash,
    revision,
    family,
    variant,
    final,
    formats: [...formats].sort(),
    context,
    renderer: RENDERER_VERSION,
  }
  return createHash('sha256').update(canonicalJson(input)).digest('hex')
}

/** Key of the built-in template that prints a family. */
export const templateKeyOf = (family: PackFamily, variant: TemplateVariant): string => formTemplate({ family, variant })
