import { createHash } from 'node:crypto'
import { canonicalJson } from '@zenops/contracts/canonical-json'
import type { Ruleset } from '@zenops/contracts/report-ruleset'
import { DEFAULT_PROFILES } from '@zenops/valuation/profiles'
import { STD_1 } from '@zenops/valuation/ruleset'

/** SHA-256 (hex) of a ruleset's canonical JSON: version, params, overrides and local units. */
export function rulesetHash({ version, params, overrides = [], local_units = [] }: Ruleset): string {
  return createHash('sha256').update(canonicalJson({ version, params, overrides, local_units })).digest('hex')
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
const json = (value: unknown): string => `${quote(JSON.stringify(value))}::jsonb`

/** What ships with the product, as the rules package states it. Runs under the owner's connection, repeatably. */
export function seedReports(): string {
  const profiles = DEFAULT_PROFILES.map(
    (profile) =>
      `(${[profile.name, profile.report_type, profile.bank_type, profile.value_slab].map(quote).join(', ')}, ${[profile.required_fields, profile.items, profile.checklist].map(json).join(', ')})`,
  )
  return `
    insert into reports.shipped_rulesets (version, params, hash)
      values (${quote(STD_1.version)}, ${json(STD_1.params)}, ${quote(rulesetHash(STD_1))}) on conflict (version) do nothing;
    insert into reports.shipped_profiles (name, report_type, bank_type, value_slab, required_fields, items, checklist)
      values ${profiles.join(',')} on conflict (name) do nothing;
    select reports.ship_defaults(null);`
}
